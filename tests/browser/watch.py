"""Whatever a page does that it must not: scripts that ran, foreign requests, errors, words of its policy that were broken."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import ConsoleMessage, Dialog, Page, Request

REPORT = """addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sample }) =>
  reportViolation(`${effectiveDirective} ${blockedURI} ${sample}`));"""
OF_A_POLICY = ("Content Security Policy", "TrustedHTML", "TrustedScript", "Refused to")


class Watch:
    """From now on, through every page that is opened in it."""

    def __init__(self, page: Page, own: str, *others: str) -> None:
        """`others`: origins besides its own that it may ask, e.g. the website that the chat stands on."""
        self.page = page
        self.seen: list[str] = []
        self._own = tuple(address for origin in (own, *others) for address in (origin, origin.replace("http", "ws", 1)))
        page.on("request", self._request)
        page.on("dialog", self._dialog)
        page.on("pageerror", lambda error: self.seen.append(f"error: {error}"))
        page.on("console", self._console)
        page.expose_function("reportViolation", lambda what: self.seen.append(f"policy: {what}"))
        page.add_init_script(REPORT)

    def _request(self, sent: Request) -> None:
        if not sent.url.startswith((*self._own, "blob:", "data:")):
            self.seen.append(f"asked {sent.url}")

    def _dialog(self, dialog: Dialog) -> None:
        self.seen.append(f"said {dialog.message}")
        dialog.dismiss()

    def _console(self, line: ConsoleMessage) -> None:
        if any(word in line.text for word in OF_A_POLICY):
            self.seen.append(f"console: {line.text}")

    def found(self) -> list[str]:
        hacked: list[Any] = self.page.evaluate("'hacked' in window ? ['script ran'] : []")
        return [*self.seen, *hacked]
