"""Transfer expiry policies, one file each: until when can points be spent that came from another member?"""
