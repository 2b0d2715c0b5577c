"""What the API and the event door share: how events are read, and what both refuse in the same words.

It is not a door itself. Nothing here knows Django or ASGI.

events        bytes to events; what cannot be read becomes a refusal
idempotency   the form of an Idempotency-Key
refusals      keys, methods, media types, sizes, JSON
"""
