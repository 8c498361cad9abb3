"""Whether somebody still acts for a unit on a day.

Rights hang on the membership, never on the person: they end with it, with the department it names, and with the
period for which a contractor (受託団体, 連名申請者) was applied for (seed 004 M-Q3). Our decision: a membership
that was ended on a day no longer counts on that day, so that ending it works at once.
"""

from dataclasses import dataclass
from datetime import date

from portal.domain.contract_period import Period
from portal.domain.contract_period import in_force as one_in_force
from portal.domain.refusal import Forbidden
from portal.domain.standing import covers


@dataclass(frozen=True)
class MembershipFacts:
    """since: first day. until: the day it was ended, None = in force. The other days are included ones.

    contractor_periods: those of the contractor beside the one from contractor_since to contractor_until.
    """

    since: date
    until: date | None = None
    account_closed: bool = False
    department_since: date | None = None
    department_until: date | None = None
    contractor_since: date | None = None
    contractor_until: date | None = None
    contractor_periods: tuple[Period, ...] = ()


def in_force(since: date, until: date | None, on: date) -> bool:
    """Whether a membership counts on a day; the day on which it was ended does not."""
    return since <= on and (until is None or on < until)


def acting_refusal(facts: MembershipFacts, on: date) -> Forbidden | None:
    """Why nobody may act by this membership on a day, or None.

    Reasons: "membership_ended", "department_ended", "contractor_ended".
    """
    if facts.account_closed or not in_force(facts.since, facts.until, on):
        return Forbidden("membership_ended")
    if not covers(facts.department_since, facts.department_until, on):
        return Forbidden("department_ended")
    own_period = covers(facts.contractor_since, facts.contractor_until, on)
    if not own_period and not one_in_force(facts.contractor_periods, on):
        return Forbidden("contractor_ended")
    return None
