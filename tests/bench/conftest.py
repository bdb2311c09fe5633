"""The website and the house of the browser's tests, for what the widget costs a page."""

from __future__ import annotations

from tests.browser.conftest import house, shop  # noqa: F401 -- fixtures
