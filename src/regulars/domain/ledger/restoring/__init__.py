"""Restore policies, one file each: until when can points be spent that come back to their lot?"""
