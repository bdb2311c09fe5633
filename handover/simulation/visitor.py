"""One simulated visitor from the first word to the rating."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from dataclasses import dataclass
from typing import NamedTuple

from handover.simulation.line import Gone, Line, Refused
from handover.simulation.photograph import photograph
from handover.simulation.stories import Manners, Role, Texts
from handover.simulation.tally import Diary, Ending, Record

BOT_SECONDS = 20.0
"""Real ones: as long as anybody waits for the machine."""
BOT_TURNS = 2
GOODBYE_SECONDS = 2.0
SPREAD = 0.5
"""Of the logarithm of a patience: two of three people have between 0.6 and 1.6 of the median."""
AT_MOST = 2000
"""Characters of an agent's words that a visitor looks at."""


@dataclass(frozen=True)
class Pace:
    """Medians, in seconds, of people who are not in a hurry; all of them divided by `speed`."""

    speed: float = 1.0
    wait: float = 300.0
    """For a person."""
    answer: float = 240.0
    """For the person's next word."""
    think: float = 6.0
    per_sign: float = 0.12
    """Typing."""
    away: float = 45.0
    """With the page closed, or silent."""
    settle: float = 90.0
    """Until somebody whose concern is settled leaves by themselves."""


class Nature(NamedTuple):
    """How somebody is: the chances they take, and how long things take them."""

    chance: random.Random
    pace: Pace

    def seconds(self, median: float) -> float:
        return self.chance.lognormvariate(0, SPREAD) * median / self.pace.speed


class SimulatedVisitor:
    """`run` ends when they have gone, for whatever reason; what became of them stands in `record`."""

    def __init__(self, role: Role, manners: Manners, line: Line, diary: Diary, nature: Nature) -> None:
        self.role, self._manners, self._line, self._diary, self._nature = role, manners, line, diary, nature
        self.record: Record = diary.open(role.customer.name, role.story.name)
        self._mood = 5.0 - 1.5 * role.story.upset
        self._wait_left = nature.seconds(nature.pace.wait)
        self._seen = 0
        """Number of the last event that was answered."""
        self._done: set[str] = set()
        """What is done once in a visit."""

    async def run(self, page: str) -> None:
        try:
            await self._line.open(page)
            self._end(await self._live())
            await self._look_back()
        except (Gone, Refused, OSError) as error:
            self._tell(f"breaks off ({type(error).__name__} {error})".replace(" )", ")"))
        except asyncio.CancelledError:
            self.record.ending = "left at the end"
            await self._leave_nothing_behind()
            raise
        finally:
            await self._line.disconnect()

    async def _live(self) -> Ending:
        if await self._talk_to_bot():
            return "content with the bot"
        while True:
            if (ending := await self._wait_for_a_person()) is not None:
                return ending
            await self._talk_to_a_person()
            if self._line.state != "waiting":
                return "talked to a person"
            self._tell("waits once more")

    # --- the bot ---

    async def _talk_to_bot(self) -> bool:
        """Whether that was enough."""
        self._tell(f"comes: {self.role.story.name.replace('_', ' ')}, {self.role.about}")
        await self._say(self.role.lines.opens)
        for _ in range(BOT_TURNS):
            answered = await self._bots_answer()
            if self._line.state == "waiting":
                return False
            if self._line.identity_step and self.role.story.proves:
                await self._prove()
                continue
            if answered and self.role.story.habit == "bot_is_enough":
                await self._say(self._manners.content)
                await self._line.do("end")
                return True
            break
        await self._pause(self._nature.pace.think)
        await self._call()
        return False

    async def _bots_answer(self) -> bool:
        """Whether it gave one."""
        asked = self._line.last_number
        line = self._line
        await line.until(lambda: bool(line.said_by("bot", asked)) or line.state != "bot", BOT_SECONDS)
        return bool(line.said_by("bot", asked))

    async def _prove(self) -> None:
        if await self._line.prove(self.role.customer.email):
            self._tell("proves who they are")

    async def _call(self) -> None:
        if self._line.state == "waiting":
            return
        if self._nature.chance.random() < 0.5:  # half of them write it, half press the button
            await self._say(self._manners.calls)
            await self._line.until(lambda: self._line.state == "waiting", BOT_SECONDS)
        if self._line.state == "bot":
            await self._line.do("request_human")

    # --- the queue ---

    async def _wait_for_a_person(self) -> Ending | None:
        """None: somebody has come."""
        since = time.monotonic()
        if self._line.state == "waiting":
            self._tell(f"waits, for {self._wait_left * self._nature.pace.speed:.0f} s at most")
        if self.role.story.habit == "leaves_contact" and self._first("leave contact"):
            return await self._leave_contact()
        if self.role.story.habit == "comes_back" and self._first("come back"):
            await self._go_and_come_back()
        line = self._line
        left = max(0.0, self._wait_left - (time.monotonic() - since))
        taken = await line.until(lambda: line.state != "waiting", left)
        waited = time.monotonic() - since
        self._wait_left -= waited
        if not taken:
            return await self._give_up()
        self._mood -= 1.5 * (self._wait_left < waited)
        self.record.waits.append(waited)
        if line.state == "agent":
            self._tell(f"is taken after {waited:.0f} s")
        return None

    async def _give_up(self) -> Ending:
        self._tell("has waited long enough, and leaves")
        with contextlib.suppress(Refused):
            await self._line.do("give_up_waiting")
        with contextlib.suppress(Refused):
            await self._line.do("end")
        self._mood = 1.0
        return "gave up waiting"

    async def _leave_contact(self) -> Ending:
        phone = self.role.customer.phone
        kind, value = ("callback", phone) if phone else ("mail", self.role.customer.email)
        await self._pause(self._nature.pace.think)
        await self._line.do("leave_contact", kind=kind, value=value, note=self._worded(self.role.lines.explains))
        self._tell("leaves a number, and goes" if phone else "leaves an address, and goes")
        return "left a contact"

    async def _go_and_come_back(self) -> None:
        self._tell("closes the page")
        await self._line.disconnect()
        await self._pause(self._nature.pace.away)
        await self._line.connect()
        self._tell("is back")
        await self._say(self._manners.back_again)

    # --- a person ---

    async def _talk_to_a_person(self) -> None:
        """Until one of the two ends it, or the case goes back into the queue."""
        self._seen, asked_at = self._line.last_number, time.monotonic()
        while self._line.state == "agent":
            if await self._is_left_alone():
                return
            if self._line.state == "agent":
                self.record.answers.append(time.monotonic() - asked_at)
                if await self._hear_and_answer():
                    await self._settle()
                    return
                asked_at = time.monotonic()

    async def _is_left_alone(self) -> bool:
        """Whether no word came even after they asked for one; then they have ended it."""
        for _ in range(2):
            if await self._line.until(self._has_news, self._nature.seconds(self._nature.pace.answer)):
                return False
            self._mood -= 1
            if "nudged" in self._done:
                break
            self._done.add("nudged")
            await self._say(self._manners.still_there)
        self._tell("is tired of waiting for an answer, and ends it")
        await self._line.do("end")
        return True

    def _has_news(self) -> bool:
        return self._line.state != "agent" or bool(self._line.said_by("agent", self._seen))

    async def _hear_and_answer(self) -> bool:
        """Whether nothing is left to say."""
        await self._pause(self._nature.pace.think)  # the person may go on in a second message
        words = self._line.said_by("agent", self._seen)
        self._seen = self._line.last_number
        await self._line.mark_read()
        return await self._answer(" ".join(event["data"]["text"] for event in words)[:AT_MOST].lower())

    async def _answer(self, said: str) -> bool:
        """Says something fitting; whether nothing is left to say."""
        habit = self.role.story.habit
        if self._first("explain"):
            await self._say(self.role.lines.explains)
            if habit == "sends_picture" and self._first("show"):
                await self._send_picture()
        elif habit == "falls_silent" and self._first("fall silent"):
            self._tell("falls silent")
            await self._pause(self._nature.pace.away)
            await self._say(self._manners.back_again)
        elif holds(said, self._manners.picture_words) and self._first("show"):
            await self._send_picture()
        elif self._is_done(said):
            return await self._be_done()
        else:
            await self._say(self._fitting(said))
        return False

    def _first(self, what: str) -> bool:
        """Whether this was not done before; from now on it is."""
        is_first = what not in self._done
        self._done.add(what)
        return is_first

    def _is_done(self, said: str) -> bool:
        return holds(said, self._manners.else_words) or holds(said, self._manners.farewell_words)

    async def _be_done(self) -> bool:
        if self.role.lines.also and self.role.story.habit == "two_concerns" and self._first("ask more"):
            self._tell("has something else to ask")
            await self._say(self.role.lines.also)
            return False
        await self._say(self._manners.nothing_else)
        return True

    def _fitting(self, said: str) -> Texts:
        for reply in self._manners.replies:
            if holds(said, reply.hears):
                return reply.says
        return self._manners.shrugs if "?" in said else self._manners.nods

    async def _settle(self) -> None:
        """All is said: most leave it to the person to end it."""
        line = self._line
        await line.until(lambda: line.state != "agent", self._nature.seconds(self._nature.pace.settle))
        if line.state == "agent" and not line.said_by("agent", self._seen):
            await line.do("end")

    async def _send_picture(self) -> None:
        await self._say(self._manners.picture)
        number = self._nature.chance.randrange(1000, 10000)
        await self._line.send_picture(f"IMG_{number}.png", photograph(self._nature.chance))
        self._tell("sends a picture")

    # --- afterwards ---

    async def _look_back(self) -> None:
        for about in ("bot", "human"):
            spoke = self._line.said_by("agent" if about == "human" else "bot")
            if not spoke or self._nature.chance.random() < 0.4:
                continue
            score = self._score(about)
            words = self._manners.praise if score >= 4 else self._manners.blame
            comment = self._worded(words) if self._nature.chance.random() < 0.5 else ""
            await self._line.do("rate", about=about, score=score, comment=comment)
            self.record.ratings[about] = score
        if self.record.ratings:
            told = ", ".join(f"the {about} {score}" for about, score in self.record.ratings.items())
            self._tell(f"rates {told}")

    def _score(self, about: str) -> int:
        """Of the bot nobody thinks too well who had to call a person after it."""
        mood = self._mood if about == "human" or self.record.ending == "content with the bot" else 3.0
        return max(1, min(5, round(mood + self._nature.chance.uniform(-1, 0.5))))

    async def _leave_nothing_behind(self) -> None:
        """The simulation ends: nobody shall wait in the queue who is not there any more."""
        with contextlib.suppress(Exception):
            async with asyncio.timeout(GOODBYE_SECONDS):
                await self._line.do("end")

    # --- how people are ---

    async def _say(self, texts: Texts) -> None:
        text = self._worded(texts)
        await self._line.type(on=True)
        await self._pause(self._nature.pace.per_sign * len(text))
        await self._line.do("message", text=text)
        await self._line.type(on=False)

    def _worded(self, texts: Texts) -> str:
        return self.role.worded(self._nature.chance.choice(texts))

    async def _pause(self, median: float) -> None:
        await asyncio.sleep(self._nature.seconds(median))

    def _end(self, ending: Ending) -> None:
        self.record.ending = ending

    def _tell(self, what: str) -> None:
        self._diary.tell(self.role.customer.name, what)


def holds(said: str, words: Texts) -> bool:
    return any(word in said for word in words)
