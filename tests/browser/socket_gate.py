"""Stands between a page's socket and the desk: what is said can wait, break off, and stay broken."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Route, WebSocketRoute

Frame = dict[str, Any]
DOORS = ("**/api/visitor/tickets", "**/api/visitor/conversations")


class SocketGate:
    """The real frames of the real desk; only when they pass is decided here. Stand it up before the page is visited."""

    def __init__(self, page: Page) -> None:
        self._holds: Callable[[Frame], bool] = lambda _: False
        self._waiting: list[Callable[[], None]] = []
        self._open: set[WebSocketRoute] = set()
        self._asking: list[Route] = []
        self._answer: Callable[[Route], None] = Route.continue_
        for address in DOORS:
            page.route(address, self._ask)
        page.route_web_socket("**/ws/visitor", self._accept)

    def _ask(self, asked: Route) -> None:
        self._answer(asked)

    def _accept(self, socket: WebSocketRoute) -> None:
        desk = socket.connect_to_server()
        self._open.add(socket)
        socket.on_message(desk.send)
        desk.on_message(lambda said: self._pass_on(socket, said))

    def _pass_on(self, socket: WebSocketRoute, said: str | bytes) -> None:
        if self._waiting or self._holds(json.loads(said)):
            self._waiting.append(lambda: socket.send(said))
        else:
            socket.send(said)

    def hold(self, wanted: Callable[[Frame], bool]) -> None:
        """The first of the desk's frames that fits waits, and everything after it."""
        self._holds = wanted

    def release(self) -> None:
        self._holds = lambda _: False
        waiting, self._waiting = self._waiting, []
        for passes in waiting:
            passes()

    def cut(self) -> None:
        """Break the line off; nobody gets through until `mend`."""
        self._answer = refuse
        for socket in self._open:
            socket.close(code=1001)
        self._open.clear()

    def stall(self) -> None:
        """Whoever tries to get through waits for an answer until `mend`."""
        self._answer = self._asking.append

    def mend(self) -> None:
        self._answer = Route.continue_
        asking, self._asking = self._asking, []
        for asked in asking:
            asked.continue_()


def refuse(route: Route) -> None:
    route.abort("connectionrefused")


def bot_speaks(frame: Frame) -> bool:
    return frame["type"] == "event" and frame["event"]["actor"]["kind"] == "bot"
