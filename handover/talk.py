"""`kulanz chat`: talk to the bot in the terminal, with what it understood below each message."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from uuid import uuid4

from rich.console import Console
from rich.markup import escape

from handover.contract.base import Language
from handover.contract.events import BotFailed, BotUnderstood, Choice, ChoiceTaken, Event, MessagePosted
from handover.contract.frames import Identify, PostMessage, Prove
from handover.services.desk import Desk

ANSWER_SECONDS = 10.0
HELP = "Type a message, the number of a button, /as MAIL to prove who you are, or /quit."


class Talk:
    """One conversation with the bot of a house."""

    def __init__(self, desk: Desk, console: Console, language: Language) -> None:
        self._desk, self._console = desk, console
        self._id = desk.conversations.start(language, None).conversation_id
        self._seen = 0
        self._choices: dict[str, tuple[int, Choice]] = {}

    def run(self, read: Callable[[], str | None]) -> None:
        """Until the input ends or `/quit`. `read` gives the next line, None at the end."""
        self._console.print(f"[dim]{HELP}[/dim]")
        self._show_news(wait=0.5)
        while (line := read()) is not None and line.strip() != "/quit":
            if line.strip():
                self._say(line.strip())
                self._show_news()

    def _say(self, line: str) -> None:
        if line.startswith("/as "):
            self._prove(line.removeprefix("/as ").strip())
            return
        chosen = self._choices.get(line)
        taken = ChoiceTaken(message_number=chosen[0], choice_id=chosen[1].id) if chosen else None
        text = None if chosen else line
        self._desk.conversations.post_visitor_message(
            self._id, PostMessage(client_id=uuid4().hex, text=text, choice=taken)
        )

    def _prove(self, email: str) -> None:
        """The code is taken from this house's own mailbox."""
        self._desk.identities.request_code(self._id, Identify(client_id=uuid4().hex, email=email))
        subjects = [stored.mail.subject for stored in self._desk.outbox.latest(5) if stored.mail.to == email.lower()]
        code = re.search(r"\d{6}", subjects[0]) if subjects else None
        if code is None:
            self._console.print("[red]No customer of the demo shop has this address.[/red]")
            return
        self._desk.identities.prove(self._id, Prove(client_id=uuid4().hex, code=code[0]))

    def _show_news(self, wait: float = ANSWER_SECONDS) -> None:
        """Everything new, until the bot owes no more answer."""
        deadline = time.monotonic() + wait
        while True:
            for event in self._desk.conversations.staff_events(self._id, self._seen):
                self._seen = event.number
                self._show(event)
            if not self._desk.turns.next(self._id) or time.monotonic() > deadline:
                return
            time.sleep(0.05)

    def _show(self, event: Event) -> None:
        match event.data:
            case MessagePosted() as said if event.actor.kind != "visitor":
                self._console.print(f"[bold]Kulanz[/bold]  {escape(said.text)}")
                for choice in said.choices:
                    place = str(len(self._choices) + 1)
                    self._choices[place] = (event.number, choice)
                    self._console.print(f"        [cyan]{place}[/cyan] {escape(choice.label)}")
                for card in said.cards:
                    lines = "; ".join(line.text for line in card.lines)
                    self._console.print(
                        f"        [cyan]card[/cyan] {escape(f'{card.kind} {card.number}, {card.state}: {lines}')}"
                    )
                for document in said.documents:
                    self._console.print(f"        [cyan]file[/cyan] {escape(document.name)}")
            case BotUnderstood() as read:
                self._console.print(f"[dim]{escape(_understood(read))}[/dim]")
            case BotFailed():
                self._console.print("[red]The bot gave no answer in time.[/red]")
            case other if other.type in SHOWN:
                self._console.print(
                    f"[yellow]{other.type}[/yellow] [dim]{escape(other.model_dump_json(exclude={'type'}))}[/dim]"
                )


SHOWN = frozenset(
    {
        "handover.requested",
        "identity.requested",
        "identity.proven",
        "credit.granted",
        "credit.proposed",
        "credit.refused",
    }
    | {"service.request_made", "service.rendered", "conversation.language_changed"}
)
"""Events worth a line of their own."""


def _understood(read: BotUnderstood) -> str:
    intents = ", ".join(f"{one.name} {one.confidence:.2f}" for one in read.intents[:3])
    entities = ", ".join(f"{one.entity}={one.value}" for one in read.entities)
    searched = f"search: {read.search.decision} {read.search.confidence:.2f}" if read.search else ""
    parts = [intents, entities, searched, f"{read.milliseconds} ms"]
    return "        " + " · ".join(part for part in parts if part)
