"""What axe-core finds in a page, shadow roots included. Runs beside the page's own scripts, so that no policy of the page stops it."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.stack import ROOT

SOURCE = ROOT / "widget" / "node_modules" / "axe-core" / "axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
WORLD = "axe"
LOOK = """(async () => {
  const found = await axe.run(%s, %s);
  return found.violations.map(({ id, help, helpUrl, nodes }) => ({
    id, help, helpUrl,
    nodes: nodes.map(({ html, target, failureSummary }) => ({ html, failureSummary, target: target.flat().join(" ") })),
  }));
})()"""


@cache
def source() -> str:
    if not SOURCE.is_file():
        pytest.skip("no axe-core; `make test` installs it")
    return SOURCE.read_text("utf-8")


def findings(page: Page, within: str = "html", rules: tuple[str, ...] = ()) -> list[str]:
    """One readable text per rule that is broken inside `within`; all rules of WCAG 2.0 to 2.2 A and AA and the best
    practices, or only `rules`.
    """
    only = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": STANDARDS}
    options = {"runOnly": only, "resultTypes": ["violations"]}
    devtools = page.context.new_cdp_session(page)
    try:
        frame = devtools.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
        world = devtools.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": WORLD})["executionContextId"]

        def evaluate(expression: str) -> Any:
            asked = {"expression": expression, "contextId": world, "awaitPromise": True, "returnByValue": True}
            answer = devtools.send("Runtime.evaluate", asked)
            assert "exceptionDetails" not in answer, answer["exceptionDetails"]
            return answer["result"].get("value")

        if not evaluate("'axe' in globalThis"):
            evaluate(f"{source()}\n;0")
        return [told(rule) for rule in evaluate(LOOK % (json.dumps({"include": [[within]]}), json.dumps(options)))]
    finally:
        devtools.detach()


def told(rule: dict[str, Any]) -> str:
    """The rule, and each place with what to do there."""
    places = [f"    {node['target']}\n      {node['html']}\n      {indented(node)}" for node in rule["nodes"]]
    return "\n".join([f"{rule['id']}: {rule['help']} ({rule['helpUrl']})", *places])


def indented(node: dict[str, Any]) -> str:
    return str(node["failureSummary"]).replace("\n", "\n      ")
