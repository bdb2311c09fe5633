"""A4 pages under our letterhead: address, headline, facts, tables, sentences."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from importlib.resources import files
from typing import Literal

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace

from handover.contract.base import Language
from handover.domain.customer import Customer
from handover.services import wording
from handover.services.documents.letterhead import Letterhead

logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells of every table it leaves out

FONT = "Source Sans Pro"
MARGIN = 22.0
"""Millimetres, like all lengths here."""
QUIET = (84, 97, 94)
LINE = 5.5
_FILES = files("font_source_sans_pro") / "files"
_FOOT: dict[Language, tuple[str, str]] = {"de": ("Seite", "USt-IdNr."), "en": ("Page", "VAT ID")}


class Paper:
    """Written from top to bottom; `content` is the PDF."""

    def __init__(self, letterhead: Letterhead, language: Language, title: str, written_at: datetime) -> None:
        self.language = language
        self._pdf = _Pdf(letterhead, *_FOOT[language])
        self._pdf.set_title(title)
        self._pdf.set_lang(language)
        self._pdf.set_author(letterhead.name)
        self._pdf.set_creation_date(written_at)
        self._pdf.add_page()

    @property
    def content(self) -> bytes:
        return bytes(self._pdf.output())

    # --- what is written ---

    def recipient(self, customer: Customer) -> None:
        lines = [customer.name, customer.street, f"{customer.postcode or ''} {customer.city or ''}".strip()]
        self._pdf.set_y(45)
        for line in lines:
            self.text(line or "")
        self.gap(3)

    def headline(self, text: str) -> None:
        with self._style("B", 17):
            self._pdf.multi_cell(0, 9, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.gap(1)

    def facts(self, *pairs: tuple[str, str]) -> None:
        """Label and value, one pair a line."""
        for label, value in pairs:
            with self._style(colour=QUIET):
                self._pdf.cell(48, LINE, label)
            self._pdf.multi_cell(0, LINE, value, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.gap(2)

    def text(self, text: str, *, bold: bool = False) -> None:
        with self._style("B" if bold else ""):
            self._pdf.multi_cell(0, LINE, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def gap(self, lines: float = 1) -> None:
        self._pdf.ln(lines * LINE)

    def table(
        self, head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int], *, sums: int = 0
    ) -> None:
        """The last column is set to the right. The last `sums` rows are sums; the very last one stands out."""
        aligns = ["LEFT"] * (len(head) - 1) + ["RIGHT"]
        bold = FontFace(emphasis="BOLD")
        with self._pdf.table(
            col_widths=tuple(widths),
            text_align=tuple(aligns),
            borders_layout="HORIZONTAL_LINES",
            headings_style=bold,
            line_height=LINE + 1.2,
            padding=(0.6, 0),
        ) as table:
            table.row(head)
            for place, row in enumerate(rows, start=1):
                table.row(row, style=bold if sums and place == len(rows) else None)
        self.gap()

    def box(self, text: str) -> None:
        """Words in a frame, to be cut out or noticed."""
        with self._style("B", 11):
            self._pdf.multi_cell(0, 6.6, text, border=1, padding=4, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.gap()

    def barcode(self, text: str) -> None:
        """Code 39 over the words: capitals, digits and hyphens."""
        self._pdf.code39(f"*{text}*", x=MARGIN, y=self._pdf.get_y(), w=1.2, h=16)
        self._pdf.set_y(self._pdf.get_y() + 18)
        self.text(text, bold=True)
        self.gap()

    # --- how values are written ---

    def money(self, cents: int, currency: str) -> str:
        return wording.money(cents, currency, self.language)

    def day(self, day: date) -> str:
        return wording.day(day, self.language)

    @contextmanager
    def _style(
        self, style: Literal["", "B"] = "", size: float = 10.5, colour: tuple[int, int, int] = (0, 0, 0)
    ) -> Iterator[None]:
        self._pdf.set_font(FONT, style, size)
        self._pdf.set_text_color(*colour)
        yield
        self._pdf.set_font(FONT, "", 10.5)
        self._pdf.set_text_color(0, 0, 0)


class _Pdf(FPDF):
    """Head and foot of every page."""

    def __init__(self, letterhead: Letterhead, page: str, vat_id: str) -> None:
        super().__init__(format="A4")
        self._letterhead, self._page, self._vat_id = letterhead, page, vat_id
        self.add_font(FONT, "", str(_FILES / "SourceSansPro-Regular.ttf"))
        self.add_font(FONT, "B", str(_FILES / "SourceSansPro-Bold.ttf"))
        self.set_font(FONT, "", 10.5)
        self.set_margins(MARGIN, 32, MARGIN)
        self.set_auto_page_break(auto=True, margin=32)

    def header(self) -> None:
        self.set_y(15)
        self.set_font(FONT, "B", 16)
        self.cell(0, 8, self._letterhead.name, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_font(FONT, "", 8.5)
        self.set_text_color(*QUIET)
        self.cell(0, 4, self._letterhead.address, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self._back_to_text()

    def footer(self) -> None:
        head = self._letterhead
        self.set_y(-24)
        self.set_font(FONT, "", 8.5)
        self.set_text_color(*QUIET)
        lines = (
            f"{head.address} · {head.email}",
            f"{head.bank} · IBAN {head.iban} · BIC {head.bic} · {self._vat_id} {head.vat_id}",
            f"{self._page} {self.page_no()}/{{nb}}",
        )
        for line in lines:
            self.cell(0, 4.2, line, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self._back_to_text()

    def _back_to_text(self) -> None:
        self.set_font(FONT, "", 10.5)
        self.set_text_color(0, 0, 0)
        self.set_y(32)
