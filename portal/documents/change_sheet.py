"""The change sheet (変更届の控え): what is registered now, printed beside room for what it should become.

A seeker fills it in at home and takes it to the counter, where changes are made (seed 004 S-Q3). It is not a form of
the ministry and not a submission, and says so. Name and number are left blank on purpose, to be written at the counter:
a sheet that is lost tells nobody's name. Both are our decisions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal.calendar.era import format_western
from portal.documents.typesetting import paper, printable


@dataclass(frozen=True)
class ChangeSheet:
    """rows: label and present value of the job-search data, in the order of the pages. office_name: where to take it.

    at: UTC-aware instant of making; on: its day in Japan.
    """

    rows: Sequence[tuple[str, str | Sequence[str]]]
    range_private: bool
    range_municipal: bool
    valid_until: date
    office_name: str
    on: date
    at: datetime
    demo: bool = False


def change_sheet(sheet: ChangeSheet) -> bytes:
    """As many pages A4 as the data need, as PDF."""
    return paper(
        "change_sheet",
        {
            "rows": [[printable(label), _lines(value)] for label, value in sheet.rows],
            "range_private": sheet.range_private,
            "range_municipal": sheet.range_municipal,
            "valid_until": format_western(sheet.valid_until),
            "office_name": printable(sheet.office_name),
            "on": format_western(sheet.on),
            "demo": sheet.demo,
        },
        sheet.at,
    )


def _lines(value: str | Sequence[str]) -> list[str]:
    texts = value.split("\n") if isinstance(value, str) else value
    return [printable(text) for text in texts]
