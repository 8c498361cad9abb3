"""The printable list of what an organisation brings to the labour bureau (持ち物), with boxes to tick."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.documents.typesetting import flowing, paper


@dataclass(frozen=True)
class BringItem:
    """One thing. ours: not named in the published questions, marked so on the paper."""

    text: str
    note: str = ""
    ours: bool = False


@dataclass(frozen=True)
class BringList:
    """who, kind: class of applicant and procedure in words. papers: to bring or send; ready: to settle before."""

    who: str
    kind: str
    papers: Sequence[BringItem]
    ready: Sequence[BringItem]
    at: datetime


def bring_list(told: BringList) -> bytes:
    """As many pages A4 as the items need, as PDF."""
    return paper(
        "bring_list",
        {
            "who": flowing(told.who),
            "kind": flowing(told.kind),
            "groups": [
                {
                    "title": title,
                    "items": [
                        {"text": flowing(item.text), "note": flowing(item.note), "ours": item.ours}
                        for item in items
                    ],
                }
                for title, items in (
                    ("持っていく、または送る書類", told.papers),
                    ("前もって決めておくこと、確かめておくこと", told.ready),
                )
                if items
            ],
        },
        told.at,
    )
