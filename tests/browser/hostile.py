"""Words that want to be something else than words (F83, F84), and what none of them may have become in a page."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page

EVIL = (
    "<script>window.hacked=1</script>"
    '"\'><img src=x onerror="window.hacked=1"><svg onload="window.hacked=1">'
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=1 onerror=window.hacked=1>'>"
    "<form id=document name=body><input name=innerHTML>"
    "[a](javascript:window.hacked=1) [b](data:text/html;base64,PHNjcmlwdD4=) ![c](https://evil.example/p.png)"
    " {{constructor.constructor('window.hacked=1')()}} ${window.hacked=1} %(x)s {0} \u202egnp.exe\u2066"
)
SHORT = '<img src=x onerror="window.hacked=1">\u202e'
"""For fields that take little."""
LINK = "javascript:window.hacked=1"
SHOWN = "<img src=x"
"""Of each of them, as a page shows it."""

_PLAIN = re.compile(r"[a-z0-9_.:\-+/ ]*|\d{4}-\d\d-\d\d.*|[A-Za-z0-9_-]{16,}|/[\w./-]*|[A-Z]{3}|[a-z]{2}(-[A-Z]{2})?")
"""Ids, days, kinds, paths, currencies: what a page computes with, and the desk alone writes."""
_COMPUTED = frozenset(
    {"time_zone", "media_type", "version", "ticket", "type", "kind", "state", "language", "role", "id"}
)
_FREE = frozenset(
    {
        "text",
        "name",
        "title",
        "note",
        "comment",
        "reason_text",
        "summary",
        "label",
        "subject",
        "number",
        "value",
        "page",
    }
    | {"last_text", "tracking_code", "masked", "masked_email", "phone", "email", "wish", "remark", "question", "answer"}
)


def poisoned(told: Any, key: str = "") -> Any:
    """What the desk tells, with every text that anybody could have written replaced."""
    match told:
        case dict():
            return {name: poisoned(value, name) for name, value in told.items()}
        case list():
            return [poisoned(value, key) for value in told]
        case str() if key.endswith("url"):
            return LINK
        case str() if (
            key in _COMPUTED
            or key.endswith(("_id", "_ids"))
            or (key not in _FREE and _PLAIN.fullmatch(told))
            or not told
        ):
            return told
        case str():
            return EVIL
        case _:
            return told


GROWN = """(() => {
  const bad = "script:not([src]), iframe, object, embed, math, form#document, [onerror], [onload], [onclick], img[src='x'], img[src='1'], "
    + "a[href^='javascript' i], a[href^='data' i], a[href^='vbscript' i], svg[onload], style:not([nonce])";
  const roots = [document, ...[...document.querySelectorAll("*")].map((node) => node.shadowRoot).filter(Boolean)];
  return roots.flatMap((root) => [...root.querySelectorAll(bad)]).map((node) => node.outerHTML.slice(0, 120));
})()"""


def grown(page: Page) -> list[str]:
    """Elements that only a text could have made, and marks of direction that reach the eye."""
    found: list[str] = page.evaluate(GROWN)
    turned = page.evaluate(r"/[\u202a-\u202e\u2066-\u2069]/.test(document.body.innerText)")
    return [*found, *(["a text turns the line round"] if turned else [])]
