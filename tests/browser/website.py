"""Somebody else's website with the widget on it, and a house that lets it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Page, expect
from sqlalchemy import select

from handover.app import create_app
from handover.gateways.rasa import MemoryBot
from handover.store import tables
from handover.store.engine import make_engine
from handover.store.migrate import upgrade
from tests.browser.chat import Chat
from tests.edges import House, own_settings

TAG = '<script src="{desk}/kulanz.js" data-language="en"></script>'


class Shop:
    """A website of somebody else: `pages` by path, each with its headers."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, dict[str, str]]] = {}
        shop = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body, headers = shop.pages.get(self.path, ("", {}))
                self.send_response(200 if body else 404)
                for name, value in ({"Content-Type": "text/html"} | headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.other_url = f"http://localhost:{self._server.server_port}"
        """The same pages, but another origin: one that may not embed the chat."""
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def page(self, path: str, html: str, **headers: str) -> str:
        self.pages[path] = (html, {name.replace("_", "-"): value for name, value in headers.items()})
        return self.url + path

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def house_for(shop: Shop, folder: Path) -> Iterator[House]:
    """A desk that lets this website embed the chat; its bot repeats what it hears."""
    settings = own_settings(folder, allowed_origins=(shop.url,))
    engine = make_engine(settings.database)
    upgrade(engine)
    engine.dispose()
    with House(create_app(settings, bot=MemoryBot()), settings) as house:
        yield house


def tag(house: House) -> str:
    return TAG.format(desk=house.url)


def works(chat: Chat, address: str) -> None:
    chat.page.goto(address)
    chat.open()
    expect(chat.ask("are you there?")).to_contain_text("You said: are you there?")


def problems(page: Page) -> list[str]:
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda line: found.append(line.text) if line.type == "error" else None)
    return found


def conversations(house: House) -> list[str]:
    with house.app.state.engine.connect() as connection:
        return list(connection.execute(select(tables.conversations.c.id)).scalars())
