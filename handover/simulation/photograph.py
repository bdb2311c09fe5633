"""A picture to send along: nobody's parcel, drawn point by point."""

from __future__ import annotations

import random
import struct
import zlib

WIDTH, HEIGHT = 320, 240
CARDBOARD, TABLE, CRACK = (176, 134, 88), (222, 222, 214), (60, 42, 30)


def photograph(chance: random.Random) -> bytes:
    """PNG of a box with a crack, never the same twice."""
    middle, box = WIDTH // 2, range(40, 200)
    crack = middle
    rows = []
    for y in range(HEIGHT):
        crack += chance.choice((-2, -1, 0, 1, 2))
        row = bytearray(b"\0")
        for x in range(WIDTH):
            inside = y in box and 60 <= x < 260
            colour = CRACK if inside and abs(x - crack) < 3 else CARDBOARD if inside else TABLE
            row += bytes(colour)
        rows.append(bytes(row))
    header = struct.pack(">2I5B", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(*part) for part in ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b""))
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
