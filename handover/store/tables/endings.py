"""How cases end: what was judged of them, what is still to be done, and answers that the bot did not have."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, text

from handover.store.tables.base import UtcTime, metadata

wrap_ups = Table(  # each end of a case that an agent had; judged or not
    "wrap_ups",
    metadata,
    Column("conversation_id", ForeignKey("conversations.id"), primary_key=True),
    Column("ownership_version", Integer, primary_key=True, autoincrement=False),  # under which the agent had it
    Column("agent_id", String(40), nullable=False),  # who had it
    Column("ended_at", UtcTime, nullable=False),
    Column("case_topic", String(30)),  # of the case when it ended; what guesses are made of afterwards
    Column("case_reason", String(30)),
    Column("skipped", Boolean, nullable=False),  # its agent said that they will not judge it
    Column("judged_at", UtcTime),  # empty: not judged
    Column("judged_by", String(40)),  # agent id
    Column("number", Integer),  # of the event that ended it
    Column("outcome", String(20)),
    Column("topic", String(30)),
    Column("root_cause", String(30)),
    Column("bot_could", String(20)),
    Column("article_id", String(120)),
    Column("remark", Text, nullable=False),
    Index("ix_wrap_ups_open", "agent_id", "judged_at"),
    Index("ix_wrap_ups_ended_at", "ended_at"),
)


tasks = Table(  # to be done at a time, also after the case has ended
    "tasks",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False, index=True),
    Column("kind", String(10), nullable=False),  # callback | follow_up
    Column("due_at", UtcTime, nullable=False),
    Column("note", Text, nullable=False),
    Column("agent_id", String(40)),  # whose it is; empty: that of everybody who may see the conversation
    Column("made_by", String(40), nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("done_at", UtcTime),
    Column("done_by", String(40)),
    Index("ix_tasks_open", "done_at", "due_at"),
)


gaps = Table(  # a question that the bot could not answer, as editors see it; leads to nobody
    "gaps",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("language", String(2), nullable=False),
    Column("question", Text, nullable=False),
    Column("question_key", String(64), nullable=False),  # equal questions have the same
    Column("topic", String(30)),
    Column("state", String(10), nullable=False),  # open | taken_up | rejected
    Column("reason", Text, nullable=False),  # why it was rejected
    Column("article_id", String(120)),  # what it was taken up as
    Column("version", Integer, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("settled_by", String(40)),
    Column("settled_at", UtcTime),
    Index("ix_gaps_state", "state", "made_at"),
    Index(
        "uq_gaps_open",
        "language",
        "question_key",
        unique=True,
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
)


gap_answers = Table(  # what agents answered it with, one row a proposal
    "gap_answers",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("gap_id", ForeignKey("gaps.id"), nullable=False, index=True),
    Column("agent_id", String(40), nullable=False, index=True),
    Column("question", Text, nullable=False),  # as it was asked this time
    Column("answer", Text, nullable=False),
    Column("remark", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
)
