"""Tone of a visitor's message: a simple measure, meant to show a turn for the worse, not to judge a person.

It starts at 0. Each angry word takes 0.4, each glad one gives 0.4; three exclamation marks take 0.2; shouting (most
of a longer text in capitals) takes 0.3. The sum is kept within -1 and 1. It knows no irony and no context.
"""

from __future__ import annotations

import re

_ANGRY = re.compile(
    r"\b(?:ärger\w*|verärgert|unverschämt\w*|frech\w*|wütend|sauer|enttäusch\w*|schlecht\w*|katastroph\w*|skandal\w*"
    r"|unmöglich\w*|inakzeptabel|lächerlich\w*|mies\w*|furchtbar\w*|schrecklich\w*|nie wieder|anwalt|betrug|viel zu spät"
    r"|annoy\w*|angry|furious|upset|disappoint\w*|terribl\w*|awful|horribl\w*|unacceptable|ridiculous|outrageous"
    r"|worst|useless|never again|lawyer|scam|fed up|much too late|far too late)\b",
    re.IGNORECASE,
)
_GLAD = re.compile(
    r"\b(?:danke\w*|vielen dank|super|toll\w*|prima|klasse|perfekt\w*|freut|freundlich\w*|hilfreich\w*|wunderbar\w*"
    r"|thank\w*|great|perfect\w*|excellent|wonderful|helpful|lovely|awesome|brilliant)\b",
    re.IGNORECASE,
)
_SHOUTING_LENGTH = 12


def tone(text: str) -> float:
    """-1 (angry) to 1 (glad)."""
    score = 0.4 * len(_GLAD.findall(text)) - 0.4 * len(_ANGRY.findall(text))
    if "!!!" in text:
        score -= 0.2
    letters = [character for character in text if character.isalpha()]
    if len(letters) >= _SHOUTING_LENGTH and sum(map(str.isupper, letters)) > 0.7 * len(letters):
        score -= 0.3
    return round(max(-1.0, min(1.0, score)), 2)
