"""Return roundings, one file each: how many points does a member keep of an order that is partly returned?"""
