"""Activation policies, one file each: when can points earned today be spent?"""
