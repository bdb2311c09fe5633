# ruff: noqa: E402, PT009, PT027  no pytest there; the path first
"""Runs in Rasa's own environment (Python 3.10): the components of the understanding. Started by test_understanding.py."""

import sys
import tempfile
import time
import unittest
from datetime import date
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "bot"))

from components import concerns, ngrams, recognise
from components.dates import DateFinder
from components.entities import EntityRules
from components.intent_model import IntentModel
from components.intents import IntentClassifier
from components.sentences import SentenceFeaturizer, open_encoder
from components.utterances import UtteranceImporter, read_utterances
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

SUNDAY = date(2026, 11, 22)
UTTERANCES = {
    "order_status": "wo ist mein paket|where is my parcel|wann kommt meine bestellung|when does my order arrive",
    "cancel_subscription": "ich will mein abo kündigen|cancel my subscription|abo beenden|end my subscription please",
    "double_charge": "doppelt abgebucht|i was charged twice|zweimal abgebucht|you took the money twice",
    "greet": "hallo|hello there|guten tag|hi",
}


class Numbers(unittest.TestCase):
    def test_each_kind_is_found_and_written_as_the_books_write_it(self):
        for text, expected in {
            "wo ist #10023?": [("order_number", "10023")],
            "Bestellung 10023.": [("order_number", "10023")],
            "10023 Kaffeemaschine und 10024": [("order_number", "10023"), ("order_number", "10024")],
            "Rechnung re 2006 und RE-2007": [("invoice_number", "RE-2006"), ("invoice_number", "RE-2007")],
            "mein abo a-501.": [("subscription_number", "A-501")],
            "ich bin K-1001": [("customer_number", "K-1001")],
            "Gutschrift g-7k3q9m": [("credit_reference", "G-7K3Q9M")],
            "12,99 € statt 1.299,00 EUR": [("money", 1299), ("money", 129900)],
            "€5 or 7.5 euros, 1,299.00 EUR": [("money", 500), ("money", 750), ("money", 129900)],
            "schreibt an Max.M@Example.org.": [("email", "max.m@example.org")],
            "DE89 3704 0044 0532 0130 00": [("iban", "DE89370400440532013000")],
            "+49 (0)40 6696-9012 oder 0151 23456789": [("phone", "+494066969012"), ("phone", "015123456789")],
            "Birkenweg 12, 22301 Hamburg": [("postcode", "22301")],
            "PLZ 22301; nach 01067 Dresden; SW1A 1AA": [
                ("postcode", "22301"), ("postcode", "01067"), ("postcode", "SW1A 1AA"),
            ],
        }.items():  # fmt: skip
            self.assertEqual([(one.kind, one.value) for one in recognise.recognise(text)], expected, text)

    def test_what_only_looks_like_a_number_is_left_alone(self):
        for text in (
            "Version 3.11",
            "in 10.000 Fällen",
            "100234",
            "DE89 3704 0044 0532 0130 01",
            "24/7",
            "Covid-19",
            "",
        ):
            self.assertEqual(recognise.recognise(text), [], text)

    def test_places_are_those_of_the_text(self):
        text = "Müller, Birkenweg 12, 22301 Hamburg, Bestellung 10023"
        assert [text[one.start : one.end] for one in recognise.recognise(text)] == ["22301", "10023"]

    def test_personal_numbers_are_masked_and_nothing_else(self):
        text = "10023: max@example.org, DE89370400440532013000, Karte 4111 1111 1111 1111, Tel. 040 66969012. Danke"
        assert recognise.masked(text) == "10023: [email], [iban], Karte [card], Tel. [phone]. Danke"


class Days(unittest.TestCase):
    finder = DateFinder()

    def days(self, text, now=SUNDAY):
        return [one.value for one in self.finder.find(text, now)]

    def test_days_are_read_in_both_languages(self):
        for text, expected in {
            "die von letztem Dienstag": "2026-11-17",
            "letzten Sonntag": "2026-11-15",
            "am Freitag bestellt": "2026-11-20",
            "the one from Tuesday": "2026-11-17",
            "bis nächsten Montag": "2026-11-23",
            "next sunday": "2026-11-29",
            "gestern": "2026-11-21",
            "the day before yesterday": "2026-11-20",
            "übermorgen": "2026-11-24",
            "vor drei Tagen": "2026-11-19",
            "2 weeks ago": "2026-11-08",
            "in einer Woche": "2026-11-29",
            "am 3.11.": "2026-11-03",
            "vom 3.11 das": "2026-11-03",
            "3.11.25": "2025-11-03",
            "den 3. November 2025": "2025-11-03",
            "on November 3rd, 2025": "2025-11-03",
            "the 3rd of Nov": "2026-11-03",
            "03/11/2026": "2026-11-03",
            "11/22/2026": "2026-11-22",
            "2026-11-03": "2026-11-03",
        }.items():
            self.assertEqual(self.days(text), [expected], text)

    def test_a_day_without_a_year_is_the_nearest_one(self):
        assert self.days("am 24.12.") == ["2026-12-24"]
        assert self.days("am 24.12.", date(2027, 1, 5)) == ["2026-12-24"]
        assert self.days("am 29.2.", date(2027, 6, 1)) == ["2028-02-29"]

    def test_what_is_no_day_is_left_out(self):
        for text in ("am 31.2.", "Guten Morgen", "Version 3.11", "may I ask", "13/13/2026", "in 3 Minuten", ""):
            self.assertEqual(self.days(text), [], text)


class Entities(unittest.TestCase):
    def test_a_message_gets_its_entities_from_left_to_right(self):
        message = Message({TEXT: "Letzten Dienstag 10023 für 12,99 € bestellt"})
        EntityRules().process([message])
        assert [entity["entity"] for entity in message.get(ENTITIES)] == ["date", "order_number", "money"]

    def test_a_card_number_is_never_kept(self):
        message = Message({TEXT: "Karte 4111 1111 1111 1111"})
        EntityRules().process([message])
        assert message.get(ENTITIES) == []


class Parts(unittest.TestCase):
    def test_a_message_is_cut_where_another_concern_may_begin(self):
        for text, expected in {
            "Wo ist mein Paket? Und außerdem will ich mein Abo kündigen": [
                "Wo ist mein Paket?", "will ich mein Abo kündigen",
            ],
            "where is my parcel and also cancel my subscription": ["where is my parcel", "cancel my subscription"],
            "Ich will kündigen und wo bleibt mein Paket": ["Ich will kündigen", "wo bleibt mein Paket"],
            "Die Maschine ist kaputt und im Set fehlt was": ["Die Maschine ist kaputt", "im Set fehlt was"],
            "I was charged twice.\nPlease send the invoice": ["I was charged twice", "Please send the invoice"],
        }.items():  # fmt: skip
            self.assertEqual([part.strip() for part in concerns.parts(text)], expected, text)

    def test_what_leads_up_to_one_question_is_no_concern_of_its_own(self):
        for text in (
            "Ich war lange im Krankenhaus und konnte das Paket erst jetzt öffnen. Gilt mein Widerruf noch?",
            "My mobile fell into the lake. The app was on it. How do I log in now?",
        ):
            self.assertEqual(concerns.parts(text), [], text)

    def test_one_piece_stays_one_piece(self):
        for text in ("Wo ist mein Paket?", "Lampe und Kamera sind kaputt", "", "a? b? c?", "Ende. " * 400):
            self.assertEqual(concerns.parts(text), [], text)


class Hostile(unittest.TestCase):
    def test_no_text_takes_long(self):
        finder = DateFinder()
        for piece in (
            "1",
            "1 ",
            "a@",
            "a.b@c",
            "DE89 ",
            "+49 ",
            "(0)",
            "1.000.",
            "und ",
            "? ",
            " ",
            "\n",
            "3.11.",
            "und  ",
        ):
            text = piece * (2000 // len(piece))
            start = time.perf_counter()
            recognise.recognise(text), finder.find(text, SUNDAY), concerns.parts(text[: concerns.LONGEST])
            assert time.perf_counter() - start < 1, piece


class Model(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        pairs = [(text, intent) for intent, texts in UTTERANCES.items() for text in texts.split("|")] * 5
        cls.encoder = open_encoder()
        cls.texts = [text for text, _ in pairs]
        cls.vectors = cls.encoder.encode(cls.texts)
        cls.model = IntentModel.learn(cls.texts, cls.vectors, [intent for _, intent in pairs])

    def ask(self, text, model=None):
        model = model or self.model
        [row] = model.probabilities([text], self.encoder.encode([text]))
        return model.intents[int(row.argmax())], row

    def test_words_never_seen_are_understood_by_their_meaning_and_typos_by_their_letters(self):
        assert self.ask("my package, where has it got to?")[0] == "order_status"
        assert self.ask("abo kündgen")[0] == "cancel_subscription"

    def test_probabilities_are_shares(self):
        row = self.ask("hallo")[1]
        assert np.isclose(row.sum(), 1, atol=1e-5)
        assert (row >= 0).all()

    def test_a_text_without_a_single_known_letter_is_read_all_the_same(self):
        assert np.isfinite(self.ask("☃")[1]).all()
        assert np.isfinite(self.ask("")[1]).all()

    def test_saved_weights_say_the_same(self):
        with tempfile.TemporaryDirectory() as folder:
            self.model.save(Path(folder))
            opened = IntentModel.open(Path(folder))
        assert np.allclose(self.ask("wo ist das paket")[1], self.ask("wo ist das paket", opened)[1])

    def test_several_clear_concerns_are_told_one_by_one_with_their_entities(self):
        classifier = IntentClassifier({"threshold": 0.0, "concern_threshold": 0.0}, None, None)
        classifier._model = self.model
        message = Message({TEXT: "Hallo! Wo ist mein Paket 10023? Und außerdem will ich mein Abo A-501 kündigen"})
        for component in (SentenceFeaturizer(self.encoder, "sentences"), EntityRules(), classifier):
            component.process([message])
        told = [(one["intent"], [entity["value"] for entity in one["entities"]]) for one in message.get("concerns")]
        assert told == [("order_status", ["10023"]), ("cancel_subscription", ["A-501"])]

    def test_a_greeting_before_a_concern_is_no_concern_and_an_unclear_part_leaves_the_message_whole(self):
        classifier = IntentClassifier({"threshold": 0.0, "concern_threshold": 0.0}, None, None)
        classifier._model = self.model
        greeting = Message({TEXT: "Guten Tag! Wo ist mein Paket?"})
        twice = Message({TEXT: "Wo ist mein Paket? Und wann kommt meine Bestellung?"})
        for component in (SentenceFeaturizer(self.encoder, "sentences"), classifier):
            component.process([greeting, twice])
        assert greeting.get("concerns") == twice.get("concerns") == []
        classifier._config["concern_threshold"] = 1.1
        unclear = Message({TEXT: "Wo ist mein Paket? Und außerdem will ich mein Abo kündigen"})
        for component in (SentenceFeaturizer(self.encoder, "sentences"), classifier):
            component.process([unclear])
        assert unclear.get("concerns") == []

    def test_below_the_threshold_a_message_is_not_understood(self):
        classifier = IntentClassifier({"threshold": 1.1, "concern_threshold": 0.6}, None, None)
        classifier._model = self.model
        message = Message({TEXT: "hallo"})
        for component in (SentenceFeaturizer(self.encoder, "sentences"), classifier):
            component.process([message])
        assert message.get("intent")["name"] == "nlu_fallback"
        assert message.get("intent_ranking")[1]["name"] == "greet"

    def test_what_is_out_of_scope_is_told_apart_from_what_is_unclear(self):
        classifier = IntentClassifier(IntentClassifier.get_default_config(), None, None)
        texts = [*self.texts, *["what is the weather", "wie wird das wetter", "play some music", "spiel musik"] * 5]
        intents = [intent for intent, some in UTTERANCES.items() for _ in some.split("|")] * 5 + ["out_of_scope"] * 20
        classifier._model = IntentModel.learn(texts, self.encoder.encode(texts), intents)
        inside, outside = Message({TEXT: "wo ist mein paket"}), Message({TEXT: "wie ist das wetter heute"})
        for component in (SentenceFeaturizer(self.encoder, "sentences"), classifier):
            component.process([inside, outside])
        assert inside.get("in_scope") > 0.9
        assert outside.get("in_scope") < 0.1


class Utterances(unittest.TestCase):
    def test_a_column_names_the_intent_where_there_is_one_else_the_file(self):
        with tempfile.TemporaryDirectory() as folder:
            plain, mixed = Path(folder, "paypal.tsv"), Path(folder, "other.tsv")
            plain.write_text("de\ten\nmit paypal\twith paypal\n", encoding="utf-8")
            mixed.write_text("de\ten\tintent\nhallo\thello\tgreet\n", encoding="utf-8")
            assert list(read_utterances(plain)) == [("mit paypal", "paypal"), ("with paypal", "paypal")]
            assert list(read_utterances(mixed)) == [("hallo", "greet"), ("hello", "greet")]

    def test_an_empty_folder_is_no_training_data(self):
        with tempfile.TemporaryDirectory() as folder, self.assertRaises(RasaException):
            UtteranceImporter(str(Path(folder, "config.yml")), folder="nowhere")


class Letters(unittest.TestCase):
    def test_all_numbers_are_alike(self):
        assert ngrams.ngrams("Bestellung 10023") == ngrams.ngrams("bestellung 99999")


if __name__ == "__main__":
    unittest.main()
