"""What simulated visitors want and how they talk, as `data/demo/stories.yaml` tells."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from handover.contract.base import Language
from handover.domain.shop import ShopCustomer

Habit = Literal[
    "plain",  # says it, waits, answers
    "bot_is_enough",  # is content with the bot's answer
    "leaves_contact",  # leaves a number or an address instead of waiting
    "comes_back",  # closes the page while waiting, and opens it again
    "sends_picture",
    "falls_silent",  # stops in the middle, for a while
    "two_concerns",  # has something else to ask once the first is settled
]
Texts = Annotated[tuple[str, ...], Field(min_length=1)]
"""One of them is said."""


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Lines(Strict):
    """What somebody with this concern says, in one language."""

    opens: Texts
    explains: Texts
    """To the person who asks what it is about."""
    also: tuple[str, ...] = ()
    """Something else, for `two_concerns`."""


class Part(Strict):
    """Somebody who may have this concern, and the order, invoice or subscription it is about."""

    mail: str
    about: str


class Story(Strict):
    name: str
    habit: Habit = "plain"
    upset: bool = False
    proves: bool = True
    """Whether they give their address when asked who they are."""
    cast: Annotated[tuple[Part, ...], Field(min_length=1)]
    de: Lines
    en: Lines


class Reply(Strict):
    """What is said to an agent whose words hold one of these."""

    hears: Texts
    says: Texts


class Manners(Strict):
    """How people of one language talk with anybody, whatever they came for."""

    calls: Texts
    """A person, when the bot does not help."""
    content: Texts
    """With the bot's answer."""
    still_there: Texts
    back_again: Texts
    picture: Texts
    thanks: Texts
    nothing_else: Texts
    farewell_words: Texts
    """By which an agent shows that they are done."""
    picture_words: Texts
    else_words: Texts
    """By which an agent asks whether there is anything else."""
    nods: Texts
    """To what is no question."""
    shrugs: Texts
    """To a question that nothing else answers."""
    replies: tuple[Reply, ...]
    praise: Texts
    blame: Texts


class Playbook(Strict):
    stories: Annotated[tuple[Story, ...], Field(min_length=1)]
    de: Manners
    en: Manners


@dataclass(frozen=True, slots=True)
class Role:
    """One visitor to be: who, what for, in which language."""

    story: Story
    customer: ShopCustomer
    about: str

    @property
    def language(self) -> Language:
        return "en" if self.customer.language == "en" else "de"

    @property
    def lines(self) -> Lines:
        return self.story.en if self.language == "en" else self.story.de

    def worded(self, text: str) -> str:
        """The text with this person's own facts in its braces."""
        who = self.customer
        return text.format(
            about=self.about,
            name=who.name,
            mail=who.email,
            phone=who.phone or "—",
            address=f"{who.street}, {who.postcode} {who.city}",
        )


def load(path: Path) -> Playbook:
    return Playbook.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


def cast(
    playbook: Playbook, customers: Mapping[str, ShopCustomer], count: int, chance: random.Random
) -> Sequence[Role]:
    """So many visitors: every story comes up before one comes twice, and nobody twice before everybody has been there."""
    roles: list[Role] = []
    been: dict[str, int] = {}
    stories: list[Story] = []
    for _ in range(count):
        if not stories:
            stories = list(playbook.stories)
            chance.shuffle(stories)
        story = stories.pop()
        seldom = min(been.get(part.mail, 0) for part in story.cast)
        part = chance.choice([one for one in story.cast if been.get(one.mail, 0) == seldom])
        been[part.mail] = seldom + 1
        roles.append(Role(story, customers[part.mail], part.about))
    return roles
