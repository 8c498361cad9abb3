"""The places of a unit: its departments (部署) and contractors (受託団体), and the unit itself beside them.

All share one count of messages (seed 004 P-Q6, M-Q5). What each may use of it is the unit's own setting, a decision of
ours and said so on the page.
"""

import re
from datetime import date

from portal.domain.entry import Typed, narrow, one
from portal.domain.refusal import Invalid

_LONGEST = 20


def read_place_limit(typed: Typed, field: str, unit_limit: int) -> int | None:
    """Messages a day for a place; None for an empty field: no limit but the unit's.

    unit_limit: messages a day of the whole unit now. Raises Invalid: "not_a_number", "above_unit_limit" (facts: most).
    """
    text = narrow(one(typed, field)[: 10 * _LONGEST]).replace(",", "").strip()
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise Invalid({field: ["not_a_number"]})
    if int(text) > unit_limit:
        raise Invalid({field: ["above_unit_limit"]}, most=unit_limit)
    return int(text)


def month_of(text: str, today: date) -> date:
    """The first day of the month that an address names ("2026-06"); of the present one for anything else.

    A month that has not begun is none yet, and nothing was sent before the year 2000.
    """
    found = re.fullmatch(r"(2[0-9]{3})-(0[1-9]|1[0-2])", text, re.ASCII)
    return min(date(int(found[1]), int(found[2]), 1) if found else today, today).replace(day=1)
