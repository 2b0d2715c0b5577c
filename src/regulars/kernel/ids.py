"""Ids that know their bucket.

An id is a UUID version 7 (RFC 9562): 48 bits of Unix milliseconds, 12 bits that count within the millisecond,
then random bits, and in the lowest eight bits the bucket (0-255) of the member that it belongs to. So ids sort by
time, any id routes to its shard without a look-up, and a client may make them.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from uuid import UUID

BUCKETS = 256

_lock = threading.Lock()
_last = 0


def new_id(bucket: int) -> UUID:
    """A new id in the bucket, larger than every id this process made before."""
    return UUID(bytes=new_id_bytes(bucket))


def new_id_bytes(bucket: int) -> bytes:
    """The sixteen bytes of a new id: what the hot path packs into rows without building UUID objects."""
    global _last
    with _lock:
        # Milliseconds with twelve binary places; never the same twice, even when the clock stands still or goes back.
        stamp = _last = max(time.time_ns() * 4096 // 1_000_000, _last + 1)
    noise = os.urandom(7)
    head = (stamp >> 12) << 16 | 0x7000 | stamp & 0xFFF
    return head.to_bytes(8, "big") + bytes((0x80 | noise[0] & 0x3F,)) + noise[1:] + bytes((bucket,))


def bucket_of(identifier: UUID | bytes) -> int:
    """The bucket that an id belongs to: its lowest eight bits."""
    return identifier[15] if isinstance(identifier, bytes) else identifier.int & 0xFF


def bucket_of_text(value: str) -> int:
    """The bucket of a claimed text (an e-mail, an order number): first byte of its SHA-256."""
    return hashlib.sha256(value.encode()).digest()[0]
