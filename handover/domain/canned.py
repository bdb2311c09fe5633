"""What may be left open in a canned answer. The desk page fills it in, from the case it is written in.

Only these names mean anything, and only where a colleague wrote them: what stands in their place, and what visitors write, is
never looked into again.
"""

from __future__ import annotations

import re

VARIABLES = frozenset(
    {
        "customer.first_name",
        "customer.last_name",
        "customer.name",
        "customer.number",
        "agent.first_name",
        "agent.name",
        "order.number",
    }
)
_HOLE = re.compile(r"\{([\w.]+)\}")


def unknown_variable(text: str) -> str | None:
    """The first thing in braces that nothing could ever be filled in for."""
    return next((name for name in _HOLE.findall(text) if name not in VARIABLES), None)
