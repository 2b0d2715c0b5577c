"""Debit orders, one file each: whose points pay for what one member of a household takes?"""
