"""How long what is kept. Every class of data has its period; what is in none stays until its customer is erased."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum


class Kept(StrEnum):
    """A class of data that is deleted by itself. Counted from the last word of a conversation, else from the writing."""

    TRANSCRIPTS = "transcripts"  # what was said in a conversation whose customer is proven
    ANONYMOUS = "anonymous"  # the same, of somebody who never said who they are
    BOT_DETAILS = "bot_details"  # what the bot read in each message
    SKELETONS = "skeletons"  # what is left of a conversation without its log: state, times, outcome
    MAILS = "mails"  # sent, or no longer worth sending
    DOCUMENTS = "documents"  # the right to fetch a file; it is made anew each time
    CHALLENGES = "challenges"  # codes that were asked for
    AUDIT = "audit"  # who of the staff did what


Periods = Mapping[Kept, timedelta]
