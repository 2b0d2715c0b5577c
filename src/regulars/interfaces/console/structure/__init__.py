"""The form of any part of a rulebook: made from its model, so that one more strategy needs no form of its own.

`specs` says what there is to fill in, `reading` makes the document of what was sent, `showing` draws it. A field that
says what it said keeps its value as it stands, so that a form saved untouched changes nothing at all.
"""
