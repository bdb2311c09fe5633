"""How cases end: wrap-ups, tasks with a date, and proposals to the editors."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from handover.api.conversations import Changed, changed
from handover.api.dependencies import Reads, Serves, ServesQuietly, SettlesGaps, TheDesk
from handover.contract.articles import Article
from handover.contract.base import Language, Number, Wire
from handover.contract.frames import ClientId
from handover.contract.gaps import (
    ArticleDraft,
    ArticleFile,
    ArticleStart,
    GapDraft,
    GapList,
    GapState,
    GapView,
    NewGap,
    Proposed,
)
from handover.contract.tasks import CaseTasks, NewTask, TaskList, TaskSet, TaskView
from handover.contract.wrap_up import ArticleFound, ArticleId, PendingWrapUp, WrapUp, WrapUpFigures, WrapUpView

router = APIRouter(prefix="/api")


class Pending(Wire):
    wrap_ups: tuple[PendingWrapUp, ...]


class Found(Wire):
    articles: tuple[ArticleFound, ...]


class Task(NewTask):
    client_id: ClientId


class Numbered(Wire):
    number: int


class Done(Wire):
    is_done: bool = True


class Proposal(NewGap):
    client_id: ClientId


class Base(Wire):
    version: Number
    """What the change is based on."""


class TakenUp(Base):
    article_id: ArticleId


class Rejected(Base):
    reason: str = Field(max_length=1000)


# --- wrap-ups ---


@router.get("/wrap-ups")
def pending_wrap_ups(agent: Reads, desk: TheDesk) -> Pending:
    return Pending(wrap_ups=tuple(desk.wrap_ups.pending(agent)))


@router.get("/wrap-ups/figures")
def wrap_up_figures(agent: SettlesGaps, desk: TheDesk, days: Annotated[int, Query(ge=1, le=366)] = 30) -> WrapUpFigures:
    return desk.wrap_ups.figures(agent, days)


@router.get("/conversations/{conversation_id}/wrap-up")
def wrap_up(conversation_id: str, agent: Reads, desk: TheDesk) -> WrapUpView:
    return desk.wrap_ups.view(agent, conversation_id)


@router.put("/conversations/{conversation_id}/wrap-up")
def judge(conversation_id: str, body: WrapUp, agent: Serves, desk: TheDesk) -> Changed:
    return changed(desk, desk.wrap_ups.judge(agent, conversation_id, body))


@router.post("/conversations/{conversation_id}/wrap-up/skip")
def skip_wrap_up(conversation_id: str, agent: ServesQuietly, desk: TheDesk) -> Changed:
    return changed(desk, desk.wrap_ups.skip(agent, conversation_id))


@router.get("/articles")
def articles(
    agent: ServesQuietly, desk: TheDesk, query: Annotated[str, Query(max_length=200)], language: Language
) -> Found:
    """Live ones, by words of their title or their id."""
    return Found(articles=tuple(desk.articles.find(agent, query, language)))


@router.get("/articles/{language}/{article_id}")
def article(language: Language, article_id: str, agent: ServesQuietly, desk: TheDesk) -> Article:  # noqa: ARG001
    """As visitors read it today: what a suggestion comes from."""
    return desk.articles.for_visitor(language, article_id)


# --- tasks ---


@router.get("/tasks")
def tasks(agent: Reads, desk: TheDesk, which: TaskSet = "open") -> TaskList:
    return desk.tasks.listed(agent, which)


@router.get("/conversations/{conversation_id}/tasks")
def tasks_of_case(conversation_id: str, agent: Reads, desk: TheDesk) -> CaseTasks:
    return CaseTasks(tasks=tuple(desk.tasks.of(agent, conversation_id)))


@router.post("/conversations/{conversation_id}/tasks", status_code=201)
def make_task(conversation_id: str, body: Task, agent: Serves, desk: TheDesk) -> Numbered:
    new = NewTask(**body.model_dump(exclude={"client_id"}))
    return Numbered(number=desk.tasks.make(agent, conversation_id, body.client_id, new))


@router.post("/tasks/{task_id}/done")
def task_done(task_id: str, body: Done, agent: Serves, desk: TheDesk) -> TaskView:
    return desk.tasks.done(agent, task_id, is_done=body.is_done)


# --- proposals to the editors ---


@router.get("/conversations/{conversation_id}/gap")
def gap_draft(conversation_id: str, agent: Serves, desk: TheDesk) -> GapDraft:
    return desk.gaps.draft(agent, conversation_id)


@router.post("/conversations/{conversation_id}/gap", status_code=201)
def propose_gap(conversation_id: str, body: Proposal, agent: Serves, desk: TheDesk) -> Proposed:
    new = NewGap(**body.model_dump(exclude={"client_id"}))
    return desk.gaps.propose(agent, conversation_id, body.client_id, new)


@router.get("/gaps")
def gaps(agent: SettlesGaps, desk: TheDesk, state: GapState = "open") -> GapList:
    return desk.gaps.listed(agent, state)


@router.get("/gaps/mine")
def my_gaps(agent: ServesQuietly, desk: TheDesk) -> GapList:
    return desk.gaps.own(agent)


@router.get("/gaps/{gap_id}/article")
def article_start(gap_id: str, agent: SettlesGaps, desk: TheDesk) -> ArticleStart:
    return desk.gaps.start(agent, gap_id)


@router.post("/gaps/{gap_id}/article")
def article_file(gap_id: str, body: ArticleDraft, agent: SettlesGaps, desk: TheDesk) -> ArticleFile:
    """Changes nothing: what the file would be, and what is wrong with it."""
    return desk.gaps.file(agent, gap_id, body)


@router.post("/gaps/{gap_id}/take-up")
def take_up(gap_id: str, body: TakenUp, agent: SettlesGaps, desk: TheDesk) -> GapView:
    return desk.gaps.take_up(agent, gap_id, body.version, body.article_id)


@router.post("/gaps/{gap_id}/reject")
def reject_gap(gap_id: str, body: Rejected, agent: SettlesGaps, desk: TheDesk) -> GapView:
    return desk.gaps.reject(agent, gap_id, body.version, body.reason)


@router.post("/gaps/{gap_id}/reopen")
def reopen_gap(gap_id: str, body: Base, agent: SettlesGaps, desk: TheDesk) -> GapView:
    return desk.gaps.reopen(agent, gap_id, body.version)
