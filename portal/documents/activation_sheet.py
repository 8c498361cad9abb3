"""The sheet with which a seeker opens the account at home, or gets back into it: QR code, typed code, what to do.

It carries neither name nor birth date: whoever finds it can do nothing with it, because the birth date is asked
together with the code. The last digits of the registration number let the clerk hand it to the right person. Both are
our decisions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from portal.calendar.era import format_era, format_western
from portal.documents.typesetting import paper, printable, qr
from portal.domain.invitation import grouped


class SheetKind(StrEnum):
    """What the code on the sheet is good for."""

    ACTIVATION = "activation"
    PASSWORD = "password"  # noqa: S105 -- a purpose, not a password
    SECOND_FACTOR = "second_factor"


@dataclass(frozen=True)
class ActivationSheet:
    """code: with or without hyphens. link: the whole signed address. last_day: the last day on which the code works.

    line: where the registration stood in a file; among many sheets three digits do not tell one from another.

    number_end: the last three digits of the registration number. at: UTC-aware instant of issue.
    """

    kind: SheetKind
    code: str
    link: str
    address: str
    issued_on: date
    last_day: date
    number_end: str
    office_name: str
    at: datetime
    demo: bool = False
    line: int | None = None


def activation_sheet(sheet: ActivationSheet) -> bytes:
    """One page A4 as PDF."""
    return activation_sheets((sheet,))


def activation_sheets(sheets: Sequence[ActivationSheet]) -> bytes:
    """One PDF with a page for each, in this order; all of one kind, issued at one instant. ValueError for none."""
    kinds = {sheet.kind for sheet in sheets}
    if len(kinds) != 1:
        raise ValueError("sheets of one kind, and at least one")
    return paper(
        "activation_sheet",
        {
            "kind": kinds.pop().value,
            "demo": sheets[0].demo,
            "sheets": [_values(sheet, many=len(sheets) > 1) for sheet in sheets],
        },
        sheets[0].at,
    )


def _values(sheet: ActivationSheet, *, many: bool) -> dict[str, object]:
    return {
        "code": grouped(sheet.code.replace("-", "")),
        "qr": qr(sheet.link, quick=many),
        "address": sheet.address,
        "issued_on": _both(sheet.issued_on),
        "last_day": _both(sheet.last_day),
        "number_end": sheet.number_end,
        "line": sheet.line,
        "office_name": printable(sheet.office_name),
    }


def _both(day: date) -> str:
    return f"{format_western(day)}（{format_era(day).split('年')[0]}年）"
