"""Clawback policies, one file each: from where are the points of a returned order taken back?"""
