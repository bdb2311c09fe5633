"""How large a picture is, read from its header alone: nothing is decoded, so no picture can be a bomb here.

Imaging libraries make room for the whole picture before they tell its size (Pillow does for WebP), which is what a bomb
waits for. The few bytes that hold the size are read here instead.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from handover.domain.errors import FileTypeRefused, PictureTooLarge

PIXELS = 50_000_000
"""Width times height; the cameras of phones reach 48 million."""
SIDE = 20_000
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of a JPEG that hold its size."""
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers of a JPEG that nothing follows."""
_LYING = range(5, 9)
"""EXIF orientations that turn a picture by a quarter."""


class Size(NamedTuple):
    """Pixels, as the picture is to be shown."""

    width: int
    height: int


def size_of(media_type: str, content: bytes) -> Size | None:
    """Nothing for what is no picture, and for HEIC, which browsers do not show.

    Raises `PictureTooLarge`, or `FileTypeRefused` if it holds no size.
    """
    read = {"image/jpeg": _jpeg, "image/png": _png, "image/gif": _gif, "image/webp": _webp}.get(media_type)
    if read is None:
        return None
    try:
        size = read(content)
    except (struct.error, IndexError):
        size = None
    if size is None or not all(size):
        raise FileTypeRefused("This picture is damaged.")
    if max(size) > SIDE or size.width * size.height > PIXELS:
        raise PictureTooLarge("This picture has too many pixels.")
    return size


def _png(content: bytes) -> Size | None:
    return Size(*struct.unpack_from(">II", content, 16)) if content[12:16] == b"IHDR" else None


def _gif(content: bytes) -> Size:
    return Size(*struct.unpack_from("<HH", content, 6))


def _webp(content: bytes) -> Size | None:
    match content[12:16]:
        case b"VP8X":  # extended: three bytes each, less one
            return Size(*(1 + int.from_bytes(_bytes(content, at, 3), "little") for at in (24, 27)))
        case b"VP8L":  # lossless: fourteen bits each, less one
            [bits] = struct.unpack_from("<I", content, 21)
            return Size(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
        case b"VP8 ":  # lossy: fourteen bits each
            return Size(*(side & 0x3FFF for side in struct.unpack_from("<HH", content, 26)))
    return None


def _jpeg(content: bytes) -> Size | None:
    lies = False
    for marker, at in _segments(content):
        if marker == 0xE1 and content[at : at + 6] == b"Exif\0\0":
            lies = _orientation(content[at + 6 : at + 65_533]) in _LYING
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", content, at + 1)
            return Size(height, width) if lies else Size(width, height)
    return None


def _segments(content: bytes) -> Iterator[tuple[int, int]]:
    """Markers with the place of what follows their length, up to the picture itself."""
    at = 2
    while content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xDA:
            return
        if marker == 0xFF:  # filling
            at += 1
        elif marker in _BARE:
            at += 2
        else:
            [length] = struct.unpack_from(">H", content, at + 2)
            yield marker, at + 4
            at += 2 + max(length, 2)


def _orientation(tiff: bytes) -> int:
    """1 to 8; 1 where nothing can be read."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 1
    try:
        [first] = struct.unpack_from(f"{order}I", tiff, 4)
        [count] = struct.unpack_from(f"{order}H", tiff, first)
        for entry in range(first + 2, first + 2 + 12 * count, 12):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, entry)
            if tag == 0x0112:
                return int(value)
    except struct.error:
        pass
    return 1


def _bytes(content: bytes, at: int, count: int) -> bytes:
    if len(content) < at + count:
        raise IndexError(at)
    return content[at : at + count]
