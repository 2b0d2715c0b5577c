"""Kinds of messages, one file each: what a member is told, in which words."""
