"""The agents' and editors' side in a real browser."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.stack import DOMAIN, PASSWORD

SHOWN_MS = 10_000


class Workplace:
    """One agent's page of the desk."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.dossier = page.get_by_test_id("dossier")
        self.proposal = page.get_by_test_id("proposal")
        self.messages = page.get_by_test_id("message")
        self.typing = page.get_by_test_id("typing")
        self.field = page.get_by_test_id("composer-text")

    def log_in(self, name: str, *, undo: bool = False) -> None:
        """`undo`: whether messages wait for a moment before they go; where that is not looked at, nobody waits for it."""
        self.page.goto(f"{self.url}/desk/")
        self.page.locator('input[name="email"]').fill(f"{name}@{DOMAIN}")
        self.page.locator('input[name="password"]').fill(PASSWORD)
        self.page.get_by_test_id("login").locator('button[type="submit"]').click()
        expect(self.page.get_by_test_id("agent-menu")).to_be_visible(timeout=SHOWN_MS)
        self._choose_undo(undo)

    def _choose_undo(self, undo: bool) -> None:
        asked, address = self.page.request, f"{self.url}/api/me/writing"
        if "serve_conversations" not in asked.get(f"{self.url}/api/me").json()["agent"]["may"]:
            return
        chosen = asked.get(address).json()
        if chosen["undo"] is not undo:
            asked.put(address, data={**chosen, "undo": undo}, headers={"Origin": self.url})
            self.page.reload()
            expect(self.page.get_by_test_id("agent-menu")).to_be_visible(timeout=SHOWN_MS)

    def waiting(self, conversation_id: str) -> Locator:
        """The row of one conversation in the queue, where others' may stand beside it."""
        return self.page.get_by_test_id("list-waiting").locator(
            f'[data-testid="conversation-row"][data-id="{conversation_id}"]'
        )

    def claim(self) -> None:
        """Take the open conversation; from then on the field writes to the visitor."""
        self.page.get_by_test_id("claim").click()
        expect(self.page.get_by_test_id("return")).to_be_visible(timeout=SHOWN_MS)

    def more(self, act: str) -> None:
        """One of the things that the menu of the open conversation offers, by its test id."""
        self.page.get_by_test_id("more").locator("summary").click()
        self.page.get_by_test_id("more").get_by_test_id(act).click()

    def say(self, text: str) -> None:
        self.field.fill(text)
        self.field.press("Enter")

    def hand_back(self, outcome: str, summary: str) -> None:
        self.page.get_by_test_id("return").click()
        dialog = self.page.get_by_test_id("dialog-return")
        dialog.locator(f'input[value="{outcome}"]').check()
        dialog.locator('textarea[name="summary"]').fill(summary)
        dialog.get_by_test_id("dialog-submit").click()
        expect(dialog).to_have_count(0, timeout=SHOWN_MS)
