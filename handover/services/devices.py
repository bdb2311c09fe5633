"""What a session is told apart by: the kind of browser and system, and nothing of what else a browser says of itself."""

from __future__ import annotations

from typing import NamedTuple

# The first that is found counts: most browsers also name those they want to be taken for.
_BROWSERS = {
    "Edg": "edge",
    "OPR/": "opera",
    "SamsungBrowser/": "samsung",
    "Firefox/": "firefox",
    "FxiOS/": "firefox",
    "CriOS/": "chrome",
    "Chrome/": "chrome",
    "Safari/": "safari",
}
_SYSTEMS = {
    "Windows": "windows",
    "iPhone": "ios",
    "iPad": "ios",
    "Android": "android",
    "Mac OS X": "macos",
    "CrOS": "chromeos",
    "Linux": "linux",
}


class Device(NamedTuple):
    """Names of our own lists; `other` for all that they do not know."""

    browser: str = "other"
    system: str = "other"


def device_of(user_agent: str) -> Device:
    return Device(_first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent))


def _first(names: dict[str, str], text: str) -> str:
    return next((name for mark, name in names.items() if mark in text), "other")
