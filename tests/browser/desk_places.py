"""Every page and dialog of the desk, one line each: how one gets there, who may, and what it asks the desk for.

A new page gets a line here; then it is pictured in each state, held against axe in both languages, and shown hostile texts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from playwright.sync_api import BrowserContext, Page

from tests.stack import DOMAIN, PASSWORD

LANGUAGE_KEPT = "kulanz.language"


class Place(NamedTuple):
    name: str
    path: str
    """Of `/desk/`; `{case}` and others as `Furnished.path` fills them in."""
    who: str
    """Demo account that sees it; nobody: before the log-in."""
    shows: str
    """What is there once it has loaded, as a selector."""
    asks: str = ""
    """Pattern of the paths it waits for; none: it has no states of its own."""
    prepare: Callable[[Page], None] | None = None
    """What is done there first, e.g. to open a dialog."""

    def __str__(self) -> str:
        return self.name


def test_id(name: str) -> str:
    return f'[data-testid="{name}"]'


def press(*names: str) -> Callable[[Page], None]:
    """Each of these, one after the other."""

    def steps(page: Page) -> None:
        for name in names:
            page.locator(test_id(name)).first.click()

    return steps


def more(item: str) -> Callable[[Page], None]:
    """An item of a case's menu."""

    def steps(page: Page) -> None:
        page.locator(f"{test_id('more')} summary").click()
        page.locator(test_id(item)).click()

    return steps


def keys(*pressed: str) -> Callable[[Page], None]:
    def steps(page: Page) -> None:
        for key in pressed:
            page.keyboard.press(key)

    return steps


def unfold(page: Page) -> None:
    """All that is folded, menus left alone."""
    page.evaluate(
        "document.querySelectorAll('main details:not([open]), aside details:not([open])')"
        ".forEach((one) => one.closest('[data-testid=\"more\"]') || (one.open = true))"
    )


def act(name: str) -> Callable[[Page], None]:
    """Something for the customer, begun in the dossier; what is typed there already is looked into."""

    def steps(page: Page) -> None:
        page.locator(test_id(name)).first.click()
        page.locator(f"{test_id('acting-form')} [name=phone]").fill("0171 2345678")
        page.locator(test_id("dialog-submit")).click()

    return steps


def of_order(page: Page, number: str, name: str) -> None:
    order = page.locator(f"{test_id('order')}[data-number='{number}']")
    order.locator("summary").first.click()
    order.locator(test_id(name)).click()


def refused_return(page: Page) -> None:
    """The return period of this order is over."""
    of_order(page, "10001", "act-order.return")
    page.locator(f"{test_id('acting-form')} [name=reason]").select_option("not_wanted")


def late_credit(page: Page) -> None:
    """An order that came late."""
    of_order(page, "10023", "act-credit")


CASE = "c/{case}"
PLACES = (
    Place("login", "", "", test_id("login")),
    Place("work", "", "anna", test_id("list-mine"), r"/api/(conversations|queue)$"),
    Place("case", CASE, "anna", test_id("dossier-customer"), r"/api/conversations/\w+(/dossier)?$"),
    Place("case, all unfolded", CASE, "anna", test_id("dossier-customer"), "", unfold),
    Place("waiting case", "c/{waiting}", "anna", test_id("claim")),
    Place("closed case", "c/{closed}", "anna", test_id("conversation-title")),
    Place("case of a colleague", CASE, "sophie", test_id("dossier-customer")),
    Place("close", CASE, "anna", test_id("dialog-close"), "", press("close")),
    Place("return", CASE, "anna", test_id("dialog-return"), "", press("return")),
    Place("task", CASE, "anna", test_id("dialog-task"), "", more("make-task")),
    Place("transfer", CASE, "anna", test_id("dialog-transfer"), "", more("transfer")),
    Place("take over", CASE, "sophie", test_id("dialog-take-over"), "", more("take-over")),
    Place("assign", "c/{waiting}", "sophie", test_id("dialog-assign"), "", more("assign")),
    Place("split", CASE, "anna", test_id("dialog-split"), "", more("split")),
    Place("merge", CASE, "anna", test_id("sibling"), "", more("merge")),
    Place("acting", CASE, "anna", test_id("dossier-acting"), r"/account$"),
    Place(
        "act, what happens",
        CASE,
        "anna",
        "[data-testid=acting-seen][data-outcome=offered]",
        "",
        act("act-contact.change"),
    ),
    Place("act, why not", CASE, "anna", test_id("acting-refused"), "", refused_return),
    Place("credit", CASE, "anna", test_id("credit-amount"), "", late_credit),
    Place("log out", "", "anna", test_id("dialog-logout"), "", press("agent-menu", "logout")),
    Place("shortcuts", "", "anna", test_id("dialog-shortcuts"), "", keys("?")),
    Place("command bar", CASE, "anna", test_id("command-query"), "", keys("Control+k")),
    Place("agent menu", "", "anna", test_id("logout"), "", press("agent-menu")),
    Place("list filters", "", "anna", test_id("filter-language"), "", press("list-filters")),
    Place("canned picker", CASE, "anna", test_id("canned-option"), "", press("canned-open")),
    Place("customers", "customers", "anna", test_id("customer-search")),
    Place("customer", "customers/{customer}", "anna", test_id("customer-name"), r"/api/customers/"),
    Place("answers", "answers", "sophie", test_id("answers-shared"), r"/api/canned-answers$"),
    Place("answer form", "answers", "sophie", test_id("answer-form"), "", press("answer-new")),
    Place("tasks", "tasks", "anna", test_id("tasks"), r"/api/tasks$"),
    Place("gaps", "gaps", "emil", test_id("gap"), r"/api/gaps$"),
    Place("gap as an article", "gaps", "emil", test_id("article-file"), "", press("gap-take-up")),
    Place("own gaps", "gaps", "anna", test_id("gap"), r"/api/gaps/mine$"),
    Place("audit", "audit", "sophie", test_id("audit-entry"), r"/api/audit$"),
    Place("knowledge", "knowledge", "emil", test_id("index-status"), r"/api/knowledge$"),
    Place("account", "account", "anna", test_id("account-sessions"), r"/api/account$"),
    Place("people", "people", "sophie", test_id("people-list"), r"/api/people$"),
    Place("person, as an admin sees them", "people", "ada", test_id("person-account"), "", press("person-open")),
    Place("new person", "people", "ada", test_id("dialog-add-person"), "", press("person-add")),
    Place("live", "live", "sophie", test_id("live-agents"), r"/api/live$"),
    Place("assign on the live board", "live", "sophie", test_id("dialog-assign"), "", press("live-assign")),
    Place("approvals", "approvals", "sophie", test_id("approvals"), r"/api/credit/proposals$"),
    Place("rules", "rules", "sophie", test_id("rules-hours"), r"/api/desk-rules$"),
    Place("rules, all unfolded", "rules", "sophie", test_id("rules-hours"), "", unfold),
    Place("change of the rules", "rules", "sophie", test_id("dialog-rules"), "", press("rules-close-today")),
)


def enter(page: Page | BrowserContext, url: str, who: str, language: str) -> None:
    """Log in as somebody of the demo whose page speaks this language, without the form."""
    page.add_init_script(f"localStorage.setItem('{LANGUAGE_KEPT}', JSON.stringify('{language}'))")
    if who:
        answer = page.request.post(
            f"{url}/api/login",
            data={"email": f"{who}@{DOMAIN}", "password": PASSWORD},
            headers={"Origin": url},
        )
        assert answer.ok, answer.text()
