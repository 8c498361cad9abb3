"""The sheet with which an officer or a contact of an organisation begins: QR code, typed code, what to do.

Each person gets a page of their own, because whoever holds a code can take the place it was made for. That it is paper
is our decision: an approved organisation may have no checked address yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal.documents.typesetting import flowing, in_both_years, paper, printable, qr
from portal.domain.invitation import grouped


@dataclass(frozen=True)
class StartCode:
    """role: "officer" or "contact". code: with or without hyphens; link: the whole signed address."""

    role: str
    display_name: str
    code: str
    link: str
    last_day: date


@dataclass(frozen=True)
class StartSheet:
    """codes: one page each, in this order. address: where the code is typed. number: of the application, "" = none.

    at: UTC-aware instant of issue.
    """

    codes: Sequence[StartCode]
    unit_name: str
    bureau_name: str
    address: str
    issued_on: date
    at: datetime
    number: str = ""
    demo: bool = False


ROLE_WORDS = {"officer": "個人情報管理・苦情処理責任者", "contact": "連絡責任者"}


def start_sheet(sheet: StartSheet) -> bytes:
    """One PDF with a page for each code. Raises ValueError for none, KeyError for another role."""
    if not sheet.codes:
        raise ValueError("at least one code")
    return paper(
        "start_sheet",
        {
            "codes": [
                {
                    "role": code.role,
                    "role_words": ROLE_WORDS[code.role],
                    "name": flowing(code.display_name),
                    "code": grouped(code.code.replace("-", "")),
                    "qr": qr(code.link),
                    "last_day": in_both_years(code.last_day),
                }
                for code in sheet.codes
            ],
            "unit_name": flowing(sheet.unit_name),
            "bureau_name": flowing(sheet.bureau_name),
            "address": [printable(sheet.address)],
            "issued_on": in_both_years(sheet.issued_on),
            "number": sheet.number,
            "demo": sheet.demo,
        },
        sheet.at,
    )
