"""Procedures of an organisation at its 労働局 (labour bureau) and where each of them stands.

利用申請 (use), 変更 (change), 更新 (renewal) and 利用停止 (end) are papers that reach the bureau (seed 004 P-Q2, M-Q2). What
the portal keeps before the bureau has recorded receipt is no submission, and only the bureau's entries make anything
valid (ruling 43). The table below says who may do what in which state; what is not in it is forbidden.
"""

from collections.abc import Mapping
from enum import StrEnum

from portal.domain.reach import UnitClass
from portal.domain.refusal import Conflict, Forbidden

DRAFT_DAYS = 90
"""A draft nobody has touched for so many days is deleted (own decision)."""
READY_DAYS = 365
"""One that was printed and never received is deleted after so many days (own decision)."""


class Kind(StrEnum):
    """Which procedure."""

    USE = "use"  # 利用申請
    CHANGE = "change"  # 利用申請の変更
    RENEWAL = "renewal"  # 更新
    END = "end"  # 利用停止


class State(StrEnum):
    """Where an application stands. The same words are the CHECK of the table."""

    DRAFT = "draft"  # 作成中
    READY = "ready"  # 提出待ち: printed, frozen, numbered; not received
    RECEIVED = "received"  # 受付済み・審査中
    RETURNED = "returned"  # 補正待ち
    APPROVED = "approved"  # 承認
    REFUSED = "refused"  # 不承認
    WITHDRAWN = "withdrawn"  # 取下げ


BEFORE_RECEIPT = frozenset({State.DRAFT, State.READY})
IN_HAND = frozenset({State.RECEIVED, State.RETURNED})
DECIDED = frozenset({State.APPROVED, State.REFUSED, State.WITHDRAWN})


class Act(StrEnum):
    """What can be done to an application; each leaves a line of its history, except saving and checking."""

    START = "start"
    SAVE = "save"
    FINISH = "finish"  # print and freeze; while returned: the correction is complete
    REOPEN = "reopen"
    DISCARD = "discard"
    TAKE_IN = "take_in"  # from paper
    AMEND = "amend"  # the clerk enters what the paper says, or its correction
    RECEIVE = "receive"
    CHECK = "check"
    ASK_BACK = "ask_back"
    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    APPLY = "apply"  # an approved change or end whose day has come
    EXPIRE = "expire"


class Party(StrEnum):
    """As whom somebody meets an application."""

    APPLICANT = "applicant"  # holder of its key; officer or contact of its unit
    MEMBER = "member"  # anybody else of the unit
    BUREAU = "bureau"  # a clerk of the bureau that holds it (ruling R15)
    OTHER_BUREAU = "other_bureau"
    OPERATOR = "operator"
    CLOCK = "clock"
    NOBODY = "nobody"


class Gone(StrEnum):
    """Stands for "not there": before it was made, after it was deleted."""

    GONE = "gone"


GONE = Gone.GONE
Standing = State | Gone

TRANSITIONS: Mapping[tuple[Act, Party, Standing], Standing] = {
    (Act.START, Party.APPLICANT, GONE): State.DRAFT,
    (Act.SAVE, Party.APPLICANT, State.DRAFT): State.DRAFT,
    (Act.SAVE, Party.APPLICANT, State.RETURNED): State.RETURNED,
    (Act.FINISH, Party.APPLICANT, State.DRAFT): State.READY,
    (Act.FINISH, Party.APPLICANT, State.RETURNED): State.RETURNED,
    (Act.REOPEN, Party.APPLICANT, State.READY): State.DRAFT,
    (Act.DISCARD, Party.APPLICANT, State.DRAFT): GONE,
    (Act.DISCARD, Party.APPLICANT, State.READY): GONE,
    (Act.TAKE_IN, Party.BUREAU, GONE): State.RECEIVED,
    (Act.AMEND, Party.BUREAU, State.RECEIVED): State.RECEIVED,
    (Act.AMEND, Party.BUREAU, State.RETURNED): State.RETURNED,
    (Act.RECEIVE, Party.BUREAU, State.READY): State.RECEIVED,
    (Act.RECEIVE, Party.BUREAU, State.RETURNED): State.RECEIVED,
    (Act.CHECK, Party.BUREAU, State.RECEIVED): State.RECEIVED,
    (Act.CHECK, Party.BUREAU, State.RETURNED): State.RETURNED,
    (Act.ASK_BACK, Party.BUREAU, State.RECEIVED): State.RETURNED,
    (Act.APPROVE, Party.BUREAU, State.RECEIVED): State.APPROVED,
    (Act.REFUSE, Party.BUREAU, State.RECEIVED): State.REFUSED,
    (Act.REFUSE, Party.BUREAU, State.RETURNED): State.REFUSED,
    (Act.WITHDRAW, Party.BUREAU, State.RECEIVED): State.WITHDRAWN,
    (Act.WITHDRAW, Party.BUREAU, State.RETURNED): State.WITHDRAWN,
    (Act.APPLY, Party.CLOCK, State.APPROVED): State.APPROVED,
    (Act.EXPIRE, Party.CLOCK, State.DRAFT): GONE,
    (Act.EXPIRE, Party.CLOCK, State.READY): GONE,
}
"""Every allowed act. An application that was decided never changes again."""

_MAY: frozenset[tuple[Act, Party]] = frozenset((act, party) for act, party, _ in TRANSITIONS)


def after(act: Act, party: Party, now: Standing) -> Standing:
    """Where an application stands after an act.

    Raises Forbidden when the act is never this party's, Conflict "wrong_state" when it is not possible now.
    """
    if (act, party) not in _MAY:
        raise Forbidden
    found = TRANSITIONS.get((act, party, now))
    if found is None:
        raise Conflict("wrong_state")
    return found


def possible(party: Party, now: Standing) -> frozenset[Act]:
    """What a party may do now; for the buttons of a page."""
    return frozenset(act for act, whose, state in TRANSITIONS if whose is party and state is now)


class Step(StrEnum):
    """One page of an application; saved and checked by itself."""

    APPLICANT = "applicant"  # who applies, as what, where
    ORGANISATION = "organisation"
    PEOPLE = "people"  # officer and contact
    PLACES = "places"  # branches (枝番) and departments
    CONTRACTORS = "contractors"  # 連名申請者
    UNDERTAKINGS = "undertakings"
    CHANGE = "change"  # what changes, and from which day
    ENDING = "ending"  # last day and reason


class Part(StrEnum):
    """What a change is about; only these steps are filled in."""

    ORGANISATION = "organisation"
    PEOPLE = "people"
    PLACES = "places"
    CONTRACTORS = "contractors"


def steps_of(
    kind: Kind, unit_class: UnitClass | None, parts: frozenset[Part] = frozenset()
) -> tuple[Step, ...]:
    """The steps of an application in their order. parts: what a change is about, once it is known.

    Only a public body has contractors (seed 004 M-Q3; P-Q4: a contractor's own business is another application).
    """
    municipal = unit_class is UnitClass.MUNICIPAL
    if kind is Kind.END:
        return (Step.ENDING,)
    if kind is Kind.RENEWAL:
        return (Step.ORGANISATION, Step.PEOPLE, Step.UNDERTAKINGS)
    if kind is Kind.CHANGE:
        chosen = tuple(Step(part.value) for part in Part if part in parts)
        return (
            Step.CHANGE,
            *(step for step in chosen if municipal or step is not Step.CONTRACTORS),
            Step.UNDERTAKINGS,
        )
    middle = (Step.CONTRACTORS,) if municipal else ()
    return (Step.APPLICANT, Step.ORGANISATION, Step.PEOPLE, Step.PLACES, *middle, Step.UNDERTAKINGS)


class Result(StrEnum):
    """What the clerk found for one item of the checklist; an item without one is open."""

    OK = "ok"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"


def settled(result: Result | None) -> bool:
    """Whether an item needs nothing more. Approving in spite of an open one needs a reason."""
    return result in (Result.OK, Result.NOT_APPLICABLE)


class Source(StrEnum):
    """How it came to be here."""

    PORTAL = "portal"  # filled in in the portal
    PAPER = "paper"  # entered by the clerk from paper
