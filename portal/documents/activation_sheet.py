"""The sheet with which a seeker opens the account at home, or gets back into it: QR code, typed code, what to do.

It carries neither name nor birth date: whoever finds it can do nothing with it, because the birth date is asked
together with the code. The last digits of the registration number let the clerk hand it to the right person. Both are
our decisions.
"""

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


def activation_sheet(sheet: ActivationSheet) -> bytes:
    """One page A4 as PDF."""
    return paper(
        "activation_sheet",
        {
            "kind": sheet.kind.value,
            "code": grouped(sheet.code.replace("-", "")),
            "qr": qr(sheet.link),
            "address": sheet.address,
            "issued_on": _both(sheet.issued_on),
            "last_day": _both(sheet.last_day),
            "number_end": sheet.number_end,
            "office_name": printable(sheet.office_name),
            "demo": sheet.demo,
        },
        sheet.at,
    )


def _both(day: date) -> str:
    return f"{format_western(day)}（{format_era(day).split('年')[0]}年）"
