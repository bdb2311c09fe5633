# ruff: noqa: PT027, E402  no pytest there; imports after what keeps TensorFlow out
"""Runs in Rasa's own environment (Python 3.10): the parts of bot/ that Rasa loads. Started by test_rasa_side.py."""

import asyncio
import hashlib
import importlib
import json
import logging
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "bot"))

import absent

absent.leave_out_training()  # as a worker does

import action_server
import aiohttp.web
import channel
import runner
import serve
import tracker_store
from rasa.engine.graph import GraphSchema, SchemaNode
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException
from rasa.utils.endpoints import ClientResponseError

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

    def test_a_worker_that_knows_nothing_goes_on_with_the_slots_the_desk_sends(self):
        store = self.store()
        store.bring_in("a", {"wish": "order_status", "slot_of_another_model": 1})
        assert self.after(store, "a").get_slot("wish") == "order_status"

    def test_where_the_memories_differ_the_desk_is_right(self):
        store = self.store()
        asyncio.run(store.save(tracker("a", SlotSet("wish", "order_status"), SlotSet("offered", "x"), *turn(1))))
        store.bring_in("a", {"wish": "order_status"})
        kept = self.after(store, "a")
        assert (kept.get_slot("wish"), kept.get_slot("offered")) == ("order_status", None)
        assert kept.latest_message.text == "message 1"

    def test_what_was_brought_holds_for_one_turn_and_nothing_brought_changes_nothing(self):
        store = self.store()
        asyncio.run(store.save(tracker("a", SlotSet("wish", "order_status"), *turn(1))))
        store.bring_in("a", {})
        assert self.after(store, "a").get_slot("wish") is None
        assert self.after(store, "a").get_slot("wish") == "order_status"
        store.bring_in("a", None)
        assert self.after(store, "a").get_slot("wish") == "order_status"
        store.bring_in("new", {})
        assert self.after(store, "new") is None


class Channel(unittest.TestCase):
    def read(self, **request):
        context = {"conversation_id": "c" * 26, "turn_id": "t"}
        return channel.read_turn(json.dumps({"context": context, **request}).encode(), DOMAIN.intents)

    def test_a_weak_secret_is_refused_at_start(self):
        for secret in ("", "short", "s" * 31):
            with self.assertRaises(RasaException):
                channel.DeskInput(secret)

    def test_a_text_that_rasa_would_read_as_a_command_is_quoted(self):
        for text in ("/restart", " /restart", "\u00a0/restart", "/ restart", "\u3000/x{}", "\x1c/back"):
            assert not channel.defused(text).strip().startswith("/"), text
        assert channel.defused("24/7 and/or") == "24/7 and/or"

    def test_a_signal_becomes_an_intent_with_entities_and_no_text(self):
        asked = self.read(signal={"name": "choose", "data": {"order_number": "10023"}})
        parsed = channel.understood_signal(asked.signal)
        assert parsed["intent"] == {"name": "choose", "confidence": 1.0}
        assert parsed["entities"][0]["value"] == "10023"
        assert parsed["text"] == ""

    def test_slots_come_beside_the_message_and_are_an_object_or_nothing(self):
        assert self.read(text="hi").slots is None
        assert self.read(text="hi", slots={"wish": "x"}).slots == {"wish": "x"}
        for slots in ([], "wish", 1):
            with self.assertRaises(channel.BadTurn):
                self.read(text="hi", slots=slots)

    def test_only_intents_of_the_domain_can_be_signals(self):
        for signal in ({"name": "restart"}, {"name": "give_credit"}, {"name": 1}, [], {"name": "greet", "data": []}):
            with self.assertRaises(channel.BadTurn):
                self.read(signal=signal)


class Reading(unittest.TestCase):
    """A text that is only read."""

    def test_only_a_text_is_read(self):
        assert channel.read_text(b'{"text": "Wo ist 10023?"}') == "Wo ist 10023?"
        for body in (b"", b"[]", b"{}", b'{"text": 1}', b'{"text": "  "}', b"\xff", b"[" * 100_000):
            with self.assertRaises(channel.BadTurn):
                channel.read_text(body)

    def test_what_is_found_is_what_a_turn_would_tell_of_it_without_any_memory(self):
        parsed = {
            "intent_ranking": [{"name": str(place), "confidence": 0.1, "more": 1} for place in range(10)],
            "entities": [{"entity": "order_number", "value": 10023, "confidence_entity": 0.9, "start": 0, "end": 5}],
        }
        found = channel.found_in(parsed)
        assert [intent["name"] for intent in found["intents"]] == ["0", "1", "2", "3", "4"]
        assert found["entities"] == [{"entity": "order_number", "value": "10023", "confidence": 0.9}]
        assert set(found) == {"intents", "entities"}


class WithoutTraining(unittest.TestCase):
    def test_a_worker_has_loaded_no_tensorflow_and_says_so_when_one_is_needed(self):
        assert "absent.py" in sys.modules["tensorflow"].__doc__
        with self.assertRaises((ImportError, AttributeError)):
            importlib.import_module("rasa.nlu.classifiers.diet_classifier")
        with self.assertRaisesRegex(RuntimeError, "trains nothing"):
            sys.modules["tensorflow"].keras.callbacks.Callback()


class Running(unittest.TestCase):
    def test_each_node_comes_after_those_it_needs_and_no_other_is_run(self):
        def node(**needs):
            return SchemaNode(needs=needs, uses=object, constructor_name="load", fn="run", config={})

        schema = GraphSchema({"c": node(x="b", y="a"), "b": node(x="a"), "a": node(m="__message__"), "d": node(x="a")})
        found = runner.in_order(schema.minimal_graph_schema(["c"]))
        assert found == ["a", "b", "c"]


class Answers(unittest.TestCase):
    """What the action server may answer, over a real connection."""

    def ask(self, status, body):
        async def answer(_request):
            return aiohttp.web.Response(status=status, body=body, content_type="application/json")

        async def exchange():
            app = aiohttp.web.Application()
            app.router.add_post("/webhook", answer)
            serving = aiohttp.web.AppRunner(app)
            await serving.setup()
            site = aiohttp.web.TCPSite(serving, "127.0.0.1", 0)
            await site.start()
            port = site._server.sockets[0].getsockname()[1]
            actions = action_server.ActionServer(f"http://127.0.0.1:{port}/webhook", {"X-Kulanz-Secret": "s"})
            try:
                return await actions.request(json={"next_action": "a"})
            finally:
                await actions.close()
                await serving.cleanup()

        return asyncio.run(exchange())

    def test_an_answer_of_the_agreed_shape_is_taken(self):
        assert self.ask(200, b'{"events": [], "responses": []}') == {"events": [], "responses": []}

    def test_f36_another_answer_is_refused(self):
        for body in (b"", b"<html>", b"[]", b'{"events": {"a": 1}}', b'{"responses": "x"}', b"x" * 2_000_000):
            with self.assertRaises(action_server.BadAnswer):
                self.ask(200, body)
        with self.assertRaises(ClientResponseError):
            self.ask(500, b'{"error": "failed"}')


class Models(unittest.TestCase):
    def refused(self, content, noted):
        with tempfile.TemporaryDirectory() as folder:
            model = Path(folder) / "abc.tar.gz"
            if content is not None:
                model.write_bytes(content)
            if noted is not None:
                model.with_name("abc.sha256").write_text(noted)
            with self.assertRaises(serve.ModelRefused) as caught:
                serve.load(model, "http://127.0.0.1:1", "s" * 32)
        return str(caught.exception)

    def test_f48_a_model_without_its_own_hash_is_refused_unread(self):
        digest = hashlib.sha256(b"x").hexdigest()
        assert "missing" in self.refused(None, digest)
        assert "missing" in self.refused(b"x", None)
        for noted in ("", "0" * 64, digest[:-1], "ä"):
            assert "not the one noted" in self.refused(b"x", noted), noted

    def test_f48_a_file_that_is_no_model_is_refused_though_its_hash_is_right(self):
        for content in (b"", b"x", b"\x1f\x8b" + b"0" * 100):
            message = self.refused(content, hashlib.sha256(content).hexdigest())
            assert message.startswith("abc.tar.gz is not loaded: "), message


class Logs(unittest.TestCase):
    def test_f99_a_line_of_rasa_is_masked_with_its_traceback(self):
        line = serve.Masking("%(message)s")
        try:
            int("erika.lindner@example.org, +49 171 2345678, DE89 3704 0044 0532 0130 00")
        except ValueError:
            record = logging.LogRecord("rasa", logging.ERROR, "", 0, "0171 2345678 failed", None, sys.exc_info())
        shown = line.format(record)
        for secret in ("erika", "2345678", "0532"):
            assert secret not in shown, shown
        assert "ValueError" in shown


if __name__ == "__main__":
    unittest.main()
