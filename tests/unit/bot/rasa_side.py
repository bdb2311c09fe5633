# ruff: noqa: PT027  no pytest there
"""Runs in Rasa's own environment (Python 3.10): the parts of bot/ that Rasa loads. Started by test_rasa_side.py."""

import asyncio
import json
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "bot"))

import channel
import tracker_store
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException

DOMAIN = Domain.load(str(Path(channel.__file__).parent / "domain"))


def turn(number):
    return [
        UserUttered(f"message {number}", {"name": "thanks"}),
        ActionExecuted("action_small_talk"),
        BotUttered("answer"),
        ActionExecuted("action_listen"),
    ]


def tracker(sender, *events):
    return DialogueStateTracker.from_events(sender, list(events), DOMAIN.slots)


class Memory(unittest.TestCase):
    def store(self, **limits):
        return tracker_store.BoundedTrackerStore(DOMAIN, **limits)

    def after(self, store, sender):
        return asyncio.run(store.retrieve(sender))

    def test_slots_survive_the_turns_that_set_them(self):
        store = self.store(turns=3)
        kept = tracker("a", ActionExecuted("action_listen"), SlotSet("wish", "order_status"), SlotSet("misses", 1))
        asyncio.run(store.save(kept))
        for number in range(50):
            kept = self.after(store, "a")
            for event in turn(number):
                kept.update(event, DOMAIN)
            asyncio.run(store.save(kept))
        kept = self.after(store, "a")
        assert kept.get_slot("wish") == "order_status"
        assert kept.get_slot("misses") == 1
        assert len(kept.events) < 20
        assert kept.latest_message.text == "message 49"

    def test_the_last_value_of_a_slot_is_the_one_that_survives(self):
        store = self.store(turns=1)
        events = [SlotSet("wish", "a"), *turn(1), SlotSet("wish", "b"), *turn(2), SlotSet("wish", None), *turn(3)]
        asyncio.run(store.save(tracker("a", *events)))
        assert self.after(store, "a").get_slot("wish") is None

    def test_the_longest_untouched_conversation_is_forgotten_first(self):
        store = self.store(conversations=2)
        for sender in ("a", "b", "a", "c"):
            asyncio.run(store.save(tracker(sender, *turn(1))))
        assert list(asyncio.run(store.keys())) == ["a", "c"]
        assert self.after(store, "b") is None

    def test_what_is_done_to_a_retrieved_tracker_counts_only_once_saved(self):
        store = self.store()
        asyncio.run(store.save(tracker("a", *turn(1))))
        self.after(store, "a").update(SlotSet("wish", "order_status"), DOMAIN)
        assert self.after(store, "a").get_slot("wish") is None


class Channel(unittest.TestCase):
    def read(self, **request):
        context = {"conversation_id": "c" * 26, "turn_id": "t"}
        return channel.read_turn(json.dumps({"context": context, **request}).encode(), DOMAIN.intents)

    def test_a_weak_secret_is_refused_at_start(self):
        for secret in ("", "short", "s" * 31):
            with self.assertRaises(RasaException):
                channel.DeskInput.from_credentials({"secret": secret})
        with self.assertRaises(RasaException):
            channel.DeskInput.from_credentials(None)

    def test_a_text_that_rasa_would_read_as_a_command_is_quoted(self):
        for text in ("/restart", " /restart", "\u00a0/restart", "/ restart", "\u3000/x{}", "\x1c/back"):
            assert not channel.defused(text).strip().startswith("/"), text
        assert channel.defused("24/7 and/or") == "24/7 and/or"

    def test_a_signal_becomes_an_intent_with_entities_and_no_text(self):
        asked = self.read(signal={"name": "choose_order", "data": {"order_number": "10023"}})
        parsed = channel.understood_signal(asked.signal)
        assert parsed["intent"] == {"name": "choose_order", "confidence": 1.0}
        assert parsed["entities"][0]["value"] == "10023"
        assert parsed["text"] == ""

    def test_only_intents_of_the_domain_can_be_signals(self):
        for signal in ({"name": "restart"}, {"name": "give_credit"}, {"name": 1}, [], {"name": "greet", "data": []}):
            with self.assertRaises(channel.BadTurn):
                self.read(signal=signal)


if __name__ == "__main__":
    unittest.main()
