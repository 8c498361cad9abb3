"""The notice of a paid service (有料サービスの届出, seed 004 P-Q8), filled from the portal to be taken to the bureau.

The seed names a fixed form with type, amount and so on; what it looks like is in no source of ours. So this paper is an
aid to copy from (作成補助), says so, and becomes a notice only at the bureau of the application.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal.documents.typesetting import flowing, in_both_years, paper


@dataclass(frozen=True)
class PaidNotice:
    """number: ours, by which the clerk finds it. rows: what the service is, as on the pages. at: UTC-aware."""

    number: str
    version: int
    bureau_name: str
    unit_name: str
    unit_number: str
    officer_name: str
    kind: str
    rows: Sequence[tuple[str, str | Sequence[str]]]
    on: date
    at: datetime
    demo: bool = False


def paid_notice(notice: PaidNotice) -> bytes:
    """One page A4, more when the words are long, as PDF."""
    applicant = [
        ("団体名", notice.unit_name),
        ("許可・届出番号", notice.unit_number),
        ("個人情報管理・苦情処理責任者", notice.officer_name),
    ]
    return paper(
        "paid_notice",
        {
            "number": notice.number,
            "version": notice.version,
            "bureau_name": flowing(notice.bureau_name),
            "on": in_both_years(notice.on),
            "applicant": [[label, flowing(value)] for label, value in applicant],
            "service": [
                ["区分", flowing(notice.kind)],
                *([label, _lines(value)] for label, value in notice.rows),
            ],
            "demo": notice.demo,
        },
        notice.at,
    )


def _lines(value: str | Sequence[str]) -> list[str]:
    return flowing(value if isinstance(value, str) else "\n".join(value))
