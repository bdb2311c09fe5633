"""Files that people send each other: what they may be called, and what they may be.

A file is what its first bytes say *and* what its name says, and both must be one of `KINDS`. Everything that a browser
could be talked into running (HTML, SVG), everything with macros and everything packed is none of them.
"""

from __future__ import annotations

import re
import unicodedata

from handover.domain.errors import FileEmpty, FileTypeRefused

NAME_LIMIT = 120
"""Characters of a name, its ending included."""
KINDS: dict[str, tuple[str, ...]] = {
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    "image/webp": ("webp",),
    "image/gif": ("gif",),
    "image/heic": ("heic", "heif"),
    "application/pdf": ("pdf",),
    "text/plain": ("txt",),
}
"""Media types with the endings of their names."""
_BY_ENDING = {ending: kind for kind, endings in KINDS.items() for ending in endings}
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_HEAD = 1024
"""Bytes that a browser which guesses would look at."""
_TAGS = rb"!doctype|!--|html|head|body|script|svg|iframe|style|table|title|meta|img"
_MARKUP = re.compile(rb"<(?:%b)" % _TAGS, re.IGNORECASE)
_BEGINS_MARKUP = re.compile(rb"<(?:%b|\?xml|a\s)" % _TAGS, re.IGNORECASE)
"""Only at the beginning: photos hold XML about themselves, and three letters by chance."""
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories of characters that are not seen, or turn the order of others round."""
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def cleaned_name(given: str) -> str:
    """Without path, without what is not seen, at most `NAME_LIMIT` long; the ending stays. Cleaning twice changes nothing."""
    seen = "".join(" " if character.isspace() else character for character in _last_part(given) if _is_seen(character))
    name = unicodedata.normalize("NFC", " ".join(seen.split())).strip(" .") or "file"
    if len(name) <= NAME_LIMIT:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > NAME_LIMIT // 2:
        return name[:NAME_LIMIT].rstrip(" .")
    return f"{stem[: NAME_LIMIT - len(ending) - 1].rstrip(' .')}.{ending}"


def media_type_of(name: str, content: bytes) -> str:
    """One of `KINDS`. Raises `FileTypeRefused` unless name and content agree on it, `FileEmpty` if there is nothing."""
    if not content:
        raise FileEmpty("This file is empty.")
    kind = _BY_ENDING.get(name.rpartition(".")[2].lower() if "." in name else "")
    if kind is None or not _is(kind, content):
        raise FileTypeRefused("Files of this kind cannot be sent.")
    return kind


def _last_part(path: str) -> str:
    return re.split(r"[/\\]", path)[-1]


def _is_seen(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) not in _HIDDEN


def _is(kind: str, content: bytes) -> bool:
    if kind == "text/plain":
        return _is_text(content)
    return _begins_as(kind, content) and not _MARKUP.search(content[:_HEAD])


def _begins_as(kind: str, content: bytes) -> bool:
    match kind:
        case "image/jpeg":
            return content.startswith(b"\xff\xd8\xff")
        case "image/png":
            return content.startswith(b"\x89PNG\r\n\x1a\n")
        case "image/webp":
            return content.startswith(b"RIFF") and content[8:12] == b"WEBP"
        case "image/gif":
            return content.startswith((b"GIF87a", b"GIF89a"))
        case "image/heic":
            return content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS
        case _:
            return content.startswith(b"%PDF-")


def _is_text(content: bytes) -> bool:
    """UTF-8 without control characters, and no markup to begin with."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not _NO_TEXT.search(text) and not _BEGINS_MARKUP.match(text[:_HEAD].lstrip().encode())
