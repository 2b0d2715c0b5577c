"""Expiry policies, one file each: on which day do points earned today stop being spendable?"""
