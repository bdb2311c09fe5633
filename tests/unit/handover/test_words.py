"""Language and tone of what visitors write."""

from __future__ import annotations

import pytest

from handover.domain.tone import tone
from handover.services.language import detect


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Welche Zahlungsarten gibt es?", "de"),
        ("Die Lieferung kam viel zu spät, das ist ärgerlich", "de"),
        ("Ich will mit einem Menschen sprechen", "de"),
        ("Can I pay with PayPal?", "en"),
        ("The delivery came much too late, that is annoying", "en"),
        ("Where is my order 10024?", "en"),
        ("Puis-je payer avec PayPal", None),
        ("Bonjour, où est ma commande ?", None),
        ("quiero hablar con una persona", None),
        ("Paypal?", None),
        ("10023", None),
        ("ok", None),
        ("E-Mail erika.lindner@example.org", None),
        ("", None),
        ("🙂🙂🙂", None),
    ],
)
def test_a_language_is_named_only_when_it_is_clear(text: str, language: str | None) -> None:
    assert detect(text) == language


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Wo bleibt meine Bestellung?", 0),
        ("Das ist eine Unverschämtheit, ich bin sehr enttäuscht", -1),
        ("This is unacceptable!!!", -1),
        ("WO BLEIBT MEINE BESTELLUNG", -1),
        ("Vielen Dank, das war sehr freundlich", 1),
        ("Great, thanks", 1),
    ],
)
def test_tone_tells_anger_from_joy(text: str, sign: int) -> None:
    score = tone(text)
    assert (score > 0) - (score < 0) == sign


@pytest.mark.parametrize("text", ["", "a", "ärgerlich " * 500, "danke " * 500, "!" * 1000])
def test_tone_stays_within_its_bounds(text: str) -> None:
    assert -1 <= tone(text) <= 1
