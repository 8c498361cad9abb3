"""Lists to be opened in a spreadsheet, as XLSX or CSV; a text in them stays a text, whatever it begins with."""

import csv as _csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter

from portal.calendar.day import JST
from portal.domain.formula import harmless

Cell = str | int | float | date | datetime | None
"""What a cell holds: a text, a figure, a day, an instant (UTC-aware; shown in JST), nothing."""

MOST_ROWS = 1_048_575
_LONGEST_CELL = 32_767
_NARROWEST, _WIDEST = 6, 60
# Cells up to here are shown whole; the format knows no day before.
_FIRST_YEAR = 1900


def xlsx(
    title: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]], *, at: datetime | None = None
) -> bytes:
    """One sheet with a frozen head row and a filter; days as days. ``at``: UTC-aware, named as the file's making.

    A text of more than 32,767 characters (the format's end) ends with "…". Raises ValueError for more than 1,048,575
    rows, and for an instant without a time zone.
    """
    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "in_memory": True,
        },
    )
    book.set_properties({"title": title} | ({"created": at.replace(tzinfo=None)} if at else {}))
    sheet = book.add_worksheet(_sheet_name(title))
    head = book.add_format({"bold": True, "bg_color": "#E8E8E8", "text_wrap": True, "valign": "top"})
    formats = {
        date: book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
        datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"}),
        str: book.add_format({"num_format": "@"}),
    }
    widths = [_width(title) for title in heads]
    for column, words in enumerate(heads):
        sheet.write_string(0, column, words, head)
    last = 0
    for last, row in enumerate(rows, 1):
        if last > MOST_ROWS:
            raise ValueError("more rows than a sheet holds")
        for column, value in enumerate(row):
            widths[column] = max(widths[column], _put(sheet, last, column, value, formats))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(max(width, _NARROWEST), _WIDEST) + 2)
    sheet.freeze_panes(1, 0)
    if heads:
        sheet.autofilter(0, 0, last, len(heads) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)
    book.close()
    return file.getvalue()


def csv(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """UTF-8 with BOM (by which a spreadsheet knows the encoding) and CR LF, some rows at a time.

    Texts that would be formulas stand behind an apostrophe; figures are left alone. Days are ISO, instants JST.
    """
    text = io.StringIO(newline="")
    writer = _csv.writer(text, lineterminator="\r\n")
    text.write("\ufeff")
    writer.writerow([harmless(head) for head in heads])
    for row in rows:
        writer.writerow([_told(value) for value in row])
        if text.tell() > 100_000:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def _put(sheet: Any, row: int, column: int, value: Cell, formats: dict[type, Any]) -> int:
    """Write one cell; returns how wide it is."""
    match value:
        case None | "":
            return 0
        case str():
            whole = value if len(value) <= _LONGEST_CELL else value[: _LONGEST_CELL - 1] + "…"
            sheet.write_string(row, column, whole, formats[str])
            return _width(whole)
        case datetime() if value.year >= _FIRST_YEAR:
            sheet.write_datetime(row, column, _local(value), formats[datetime])
            return 16
        case date() if value.year >= _FIRST_YEAR:
            sheet.write_datetime(row, column, value, formats[date])
            return 10
        case int() | float():
            sheet.write_number(row, column, value)
            return len(str(value))
    return _put(sheet, row, column, _told(value), formats)


def _told(value: Cell) -> str:
    match value:
        case None:
            return ""
        case str():
            # Where a NUL stood something visible stands: spreadsheets end a cell there.
            return harmless(value.replace("\0", "\N{REPLACEMENT CHARACTER}"))
        case datetime():
            return f"{_local(value):%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
    return str(value)


def _local(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(JST).replace(tzinfo=None)


def _width(text: str) -> int:
    """Of its longest line, in narrow characters; what is wider than any column is not counted to the end."""
    return max(
        (
            sum(1 + (unicodedata.east_asian_width(c) in "WFA") for c in line[:_WIDEST])
            for line in text.split("\n")
        ),
        default=0,
    )


def _sheet_name(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", title)[:31].strip("' ") or "Sheet1"
