"""The demo shop's page keeps the rules it shows off, and names people and orders that exist."""

from __future__ import annotations

import csv
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
DEMO = ROOT / "widget" / "demo"
PAGES = sorted(DEMO.rglob("*.html"))
SHOPS = [DEMO / "index.html", DEMO / "en.html"]
WITH_TAG = sorted(DEMO.glob("*.html"))
BUILT = sorted((DEMO / "embedding").glob("*.html"))


class Elements(HTMLParser):
    """All elements of a page, with the text of scripts and styles."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.inline = ""
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.found and self.found[-1][0] in ("script", "style"):
            self.inline += data.strip()


def rows(name: str) -> list[dict[str, str]]:
    with (ROOT / "data" / "demo" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_strict_content_security_policy_finds_nothing_to_block(page: Path) -> None:
    elements = Elements(page)
    assert elements.inline == ""
    for _, attributes in elements.found:
        assert not [name for name in attributes if name == "style" or name.startswith("on")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_nothing_is_fetched_from_other_websites(page: Path) -> None:
    for _, attributes in Elements(page).found:
        for name in ("src", "href"):
            assert not re.match(r"(https?:)?//", attributes.get(name) or "")


@pytest.mark.parametrize("page", WITH_TAG, ids=lambda page: page.name)
def test_one_tag_embeds_the_widget_in_the_language_of_the_page(page: Path) -> None:
    elements = Elements(page).found
    language = next(attributes["lang"] for tag, attributes in elements if tag == "html")
    scripts = [attributes for tag, attributes in elements if tag == "script"]
    assert scripts == [{"async": None, "src": "/kulanz.js", "data-language": language}]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_the_page_names_are_there(page: Path) -> None:
    for _, attributes in Elements(page).found:
        address = attributes.get("src") or attributes.get("href") or ""
        if address.startswith("/demo/") and address != "/demo/mailbox":
            assert (DEMO / address.removeprefix("/demo/")).is_file()


@pytest.mark.parametrize("page", BUILT, ids=lambda page: page.name)
def test_customers_to_log_in_exist(page: Path) -> None:
    known = {row["email"] for row in rows("customers")}
    offered = re.findall(r'<option value="([^"]+@[^"]+)">', page.read_text(encoding="utf-8"))
    assert len(offered) == 3
    assert set(offered) <= known


@pytest.mark.parametrize("page", SHOPS, ids=lambda page: page.name)
def test_customers_and_orders_to_try_exist_and_belong_together(page: Path) -> None:
    shown = re.findall(
        r"<td>([^<]+)</td><td><code>([^<]+)</code></td><td><code>(\d+)</code>", page.read_text(encoding="utf-8")
    )
    customers = {row["number"]: (row["name"], row["email"]) for row in rows("customers")}
    owners = {row["number"]: row["customer"] for row in rows("orders")}
    assert len(shown) == 3
    for name, email, order in shown:
        assert customers[owners[order]] == (name, email)
