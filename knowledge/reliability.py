"""The reliability plot: stated confidence against the share that was right, as an SVG that a README can show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from knowledge.articles import Language
    from knowledge.evaluate import Bin

_LEFT, _TOP, _SIDE = 40, 20, 300  # of the square, in pixels
_LANGUAGES: dict[Language, tuple[str, str]] = {"de": ("German", "#b3261e"), "en": ("English", "#1b5e9e")}


def svg(bins: Mapping[Language, Sequence[Bin]]) -> str:
    """One line a language; the dashed diagonal is a confidence that means what it says, larger dots more questions."""
    drawn = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 380 375" width="380" role="img" aria-label="Reliability">',
        '<rect width="380" height="375" fill="#fff"/><g font-family="sans-serif" font-size="11" fill="#333">',
        *(_ticks(tenth / 10) for tenth in range(0, 11, 2)),
        '<text x="190" y="352" text-anchor="middle">stated confidence</text>',
        '<text x="12" y="170" text-anchor="middle" transform="rotate(-90 12 170)">share that was right</text>',
        '<path d="M40 20V320H340" fill="none" stroke="#999"/>',
        '<path d="M40 320L340 20" stroke="#bbb" stroke-dasharray="4 4"/>',
        *(_line(language, found, place) for place, (language, found) in enumerate(bins.items())),
        "</g></svg>",
    ]
    return "\n".join(drawn) + "\n"


def _at(confidence: float, right: float) -> tuple[float, float]:
    return _LEFT + confidence * _SIDE, _TOP + (1 - right) * _SIDE


def _ticks(share: float) -> str:
    x, y = _at(share, share)
    return (
        f'<text x="{x:.0f}" y="{_TOP + _SIDE + 14}" text-anchor="middle">{share:g}</text>'
        f'<text x="{_LEFT - 6}" y="{y + 4:.0f}" text-anchor="end">{share:g}</text>'
    )


def _line(language: Language, bins: Sequence[Bin], place: int) -> str:
    name, colour = _LANGUAGES[language]
    points = [(*_at(one.confidence, one.right), 2 + one.questions**0.5 / 3) for one in bins]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in points)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" fill="{colour}"/>' for x, y, r in points)
    return (
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>{dots}'
        f'<text x="55" y="{40 + 14 * place}" fill="{colour}">{name}</text>'
    )
