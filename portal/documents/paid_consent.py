"""The seeker's copy of an answer about a paid service (有料サービスの承諾の控え, seed 004 P-Q8).

For the seeker alone. It names the organisation and the service, and nothing of the identity: a copy that is lost tells
nobody's name (our decision).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal.calendar.day import JST
from portal.calendar.era import format_western
from portal.documents.typesetting import flowing, paper


@dataclass(frozen=True)
class PaidConsent:
    """state: how it stands, in words; consented: whether it ever was a consent. Instants are UTC-aware."""

    unit_name: str
    number: str
    version: int
    rows: Sequence[tuple[str, str | Sequence[str]]]
    state: str
    consented: bool
    asked_at: datetime
    answered_at: datetime
    withdrawn_at: datetime | None
    given_on: Sequence[date]
    at: datetime
    demo: bool = False


def paid_consent(copy: PaidConsent) -> bytes:
    """One page A4, more when the words are long, as PDF."""
    story = [
        ("お願いが届いた日時", _moment(copy.asked_at)),
        ("返事をした日時", _moment(copy.answered_at)),
    ]
    if copy.withdrawn_at is not None:
        story.append(("取りやめた日時", _moment(copy.withdrawn_at)))
    if copy.given_on:
        story.append(("団体が記録した提供の日", "\n".join(map(format_western, copy.given_on))))
    return paper(
        "paid_consent",
        {
            "title": "有料サービスの承諾の控え" if copy.consented else "有料サービスの返事の控え",
            "state": copy.state,
            "service": [
                ["団体", flowing(copy.unit_name)],
                *([label, _lines(value)] for label, value in copy.rows),
                ["届出の番号", flowing(f"{copy.number}（第{copy.version}版）")],
            ],
            "story": [[label, flowing(value)] for label, value in story],
            "on": _moment(copy.at),
            "demo": copy.demo,
        },
        copy.at,
    )


def _moment(at: datetime) -> str:
    local = at.astimezone(JST)
    return f"{format_western(local.date())} {local.hour}:{local.minute:02d}"


def _lines(value: str | Sequence[str]) -> list[str]:
    return flowing(value if isinstance(value, str) else "\n".join(value))
