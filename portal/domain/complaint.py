"""苦情・相談の申出: who may bring one to whom, where it stands, who may do what, and who sees what of it.

A seeker chooses the desk: the organisation's 個人情報管理・苦情処理責任者, or the 苦情申出等受付担当者 of a ハローワーク (Hello Work
office); the first step is never compulsory (seed 004 S-Q4; ruling 62). An organisation consults an office (seed 004
P-Q9, M-Q6). What was brought to an office is not shown to the other side until that desk asks it (ruling 64). The seeds
name no kinds, states or time limits: those here are our decisions, said on the pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.domain.refusal import Conflict, Forbidden

LONGEST_TEXT = 4000
"""Code points of a complaint, an answer or a note: our decision."""
MOST_LINES_A_DAY = 30
"""What one side may write in one case on a Japanese day: our guard against a flood, not a rule of the seeds."""
MOST_OPEN = 30
"""Cases of one seeker, or of one organisation, that may be open at the same time: the same guard."""


class Opener(StrEnum):
    """Who brought it."""

    SEEKER = "seeker"
    UNIT = "unit"


class Desk(StrEnum):
    """Who handles it."""

    OFFICER = "officer"  # 個人情報管理・苦情処理責任者 of the organisation
    OFFICE = "office"  # 苦情申出等受付担当者 of a ハローワーク
    BUREAU = "bureau"  # 都道府県労働局, by hand-over


class Kind(StrEnum):
    """What it is about, asked first. The same words are the CHECK of the table."""

    UNWANTED = "unwanted"  # 不要な案内 (seed 004 S-Q5)
    NOT_ABOUT_WORK = "not_about_work"  # 求人と関係のない連絡
    IDENTIFYING = "identifying"  # 個人を特定しようとする
    PERSONAL_DATA = "personal_data"  # 個人情報の取扱い
    PAID_SERVICE = "paid_service"  # 有料サービス (seed 004 P-Q8)
    FALSE = "false"  # うその内容
    CONDUCT = "conduct"  # 返事がない、対応が悪い
    HARASSMENT = "harassment"  # 嫌がらせ、脅し
    TELEWORK = "telework"  # 在宅ワーク (seed 003 names its own places to ask)
    HOME_WORK = "home_work"  # 家内労働 (seed 002 names its own places to ask)
    TROUBLE = "trouble"  # 求職者とのトラブル (seed 004 P-Q9, M-Q6)
    OTHER = "other"


KINDS: Mapping[Opener, tuple[Kind, ...]] = {
    Opener.SEEKER: (
        Kind.UNWANTED,
        Kind.NOT_ABOUT_WORK,
        Kind.IDENTIFYING,
        Kind.PERSONAL_DATA,
        Kind.PAID_SERVICE,
        Kind.FALSE,
        Kind.CONDUCT,
        Kind.HARASSMENT,
        Kind.TELEWORK,
        Kind.HOME_WORK,
        Kind.OTHER,
    ),
    Opener.UNIT: (Kind.TROUBLE, Kind.FALSE, Kind.HARASSMENT, Kind.PERSONAL_DATA, Kind.OTHER),
}
"""What each side can choose from, in the order of the page."""


class State(StrEnum):
    """Where a case stands. The same words are the CHECK of the table."""

    OPEN = "open"  # 受付
    EXAMINED = "examined"  # 対応中
    ASKED = "asked"  # 団体に照会中: from here the other side sees it
    ANSWERED = "answered"  # 回答済み
    SETTLED = "settled"  # 解決
    CLOSED = "closed"  # 終了


LIVE = frozenset({State.OPEN, State.EXAMINED, State.ASKED, State.ANSWERED})
"""States in which the desk works on it, and reads the frozen copy of the thread."""


class Side(StrEnum):
    """As whom somebody stands in a case."""

    OPENER = "opener"
    OTHER = "other"  # the organisation a seeker complains about, or the seeker an organisation asks about
    DESK = "desk"


class Act(StrEnum):
    """What can be done; each leaves a line of the history, which only grows."""

    OPEN = "open"
    EXAMINE = "examine"  # the desk has taken it up
    WRITE = "write"  # the desk writes to whoever opened it, a question for instance
    ASK = "ask"  # the desk asks the other side: it sees the case from here on
    ANSWER = "answer"  # the desk answers whoever opened it
    REPLY = "reply"  # opener or other side writes to the desk
    HAND_OVER = "hand_over"  # to another office, or to the bureau that holds the organisation's application
    SETTLE = "settle"
    CLOSE = "close"  # by the desk without a solution, or taken back by whoever opened it
    REOPEN = "reopen"  # whoever opened it, or the desk, finds that it is not settled after all


_GOES_ON = {State.OPEN: State.EXAMINED}
TRANSITIONS: Mapping[tuple[Act, Side, State], State] = {
    (Act.EXAMINE, Side.DESK, State.OPEN): State.EXAMINED,
    **{(Act.WRITE, Side.DESK, state): _GOES_ON.get(state, state) for state in LIVE},
    **{(Act.ASK, Side.DESK, state): State.ASKED for state in LIVE},
    **{(Act.ANSWER, Side.DESK, state): State.ANSWERED for state in LIVE},
    **{(Act.HAND_OVER, Side.DESK, state): State.OPEN for state in LIVE},
    **{(Act.SETTLE, Side.DESK, state): State.SETTLED for state in LIVE - {State.OPEN}},
    **{(Act.CLOSE, Side.DESK, state): State.CLOSED for state in LIVE},
    (Act.REOPEN, Side.DESK, State.SETTLED): State.EXAMINED,
    **{(Act.REPLY, Side.OPENER, state): state for state in LIVE - {State.ANSWERED}},
    (Act.REPLY, Side.OPENER, State.ANSWERED): State.EXAMINED,
    **{(Act.SETTLE, Side.OPENER, state): State.SETTLED for state in LIVE},
    **{(Act.CLOSE, Side.OPENER, state): State.CLOSED for state in LIVE},
    (Act.REOPEN, Side.OPENER, State.SETTLED): State.EXAMINED,
    **{(Act.REPLY, Side.OTHER, state): state for state in LIVE - {State.ASKED}},
    (Act.REPLY, Side.OTHER, State.ASKED): State.EXAMINED,
}
"""Every allowed act. A case that was closed never changes again: whoever is not content opens another one."""

_MAY: frozenset[tuple[Act, Side]] = frozenset((act, side) for act, side, _ in TRANSITIONS)
_NEVER_OF_OFFICER = frozenset({Act.ASK, Act.HAND_OVER})
"""An officer has nobody to ask or to hand over to: the other side is the officer's own organisation."""


@dataclass(frozen=True)
class DeskPlace:
    """Which desk: its kind, and the code of the office or bureau ("" for an officer)."""

    desk: Desk
    code: str = ""


@dataclass(frozen=True)
class Case:
    """What decides. unit_sees, seeker_sees: whether each side has come to see it."""

    opened_by: Opener
    state: State
    place: DeskPlace
    seeker_id: int
    unit_id: int
    unit_sees: bool
    seeker_sees: bool


def after(act: Act, side: Side, case: Case) -> State:
    """Where a case stands after an act.

    Raises Forbidden when the act is never this side's, Conflict "wrong_state" when it is not possible now.
    """
    if (act, side) not in _MAY or (case.place.desk is Desk.OFFICER and act in _NEVER_OF_OFFICER):
        raise Forbidden
    found = TRANSITIONS.get((act, side, case.state))
    if found is None:
        raise Conflict("wrong_state")
    return found


def possible(side: Side, case: Case) -> frozenset[Act]:
    """What a side may do now; for the buttons of a page."""
    of_officer = case.place.desk is Desk.OFFICER
    return frozenset(
        act
        for act, whose, state in TRANSITIONS
        if whose is side and state is case.state and not (of_officer and act in _NEVER_OF_OFFICER)
    )


def sides_of_seeker(case: Case, seeker_id: int) -> frozenset[Side]:
    """As whom a seeker meets a case; empty: it is not there for this person."""
    if case.seeker_id != seeker_id or not case.seeker_sees:
        return frozenset()
    return frozenset({Side.OPENER if case.opened_by is Opener.SEEKER else Side.OTHER})


def sides_of_member(case: Case, unit_id: int, role: str | None) -> frozenset[Side]:
    """As whom a person of a unit meets a case: the officer alone, nobody who may be concerned (ruling 64)."""
    if case.unit_id != unit_id or role != "officer" or not case.unit_sees:
        return frozenset()
    if case.place.desk is Desk.OFFICER:
        return frozenset({Side.DESK})
    return frozenset({Side.OPENER if case.opened_by is Opener.UNIT else Side.OTHER})


def sides_of_desk(case: Case, place: DeskPlace) -> frozenset[Side]:
    """As whom a post at an office or bureau meets a case: the desk that handles it now, and no other."""
    return frozenset({Side.DESK}) if place.desk is not Desk.OFFICER and case.place == place else frozenset()


def shown_state(side: Side, state: State) -> State:
    """Where a case stands for a side. The other side learns that it is asked and that it is over, and not when the two
    others write to each other in between."""
    return State.EXAMINED if side is Side.OTHER and state in LIVE - {State.ASKED} else state


def unit_sees_at_once(opened_by: Opener, desk: Desk) -> bool:
    """Whether the organisation sees a new case from its first moment (ruling 64)."""
    return opened_by is Opener.UNIT or desk is Desk.OFFICER


def seeker_sees_at_once(opened_by: Opener) -> bool:
    """Whether the seeker does: own cases. One an organisation opened is shown when the desk asks the seeker."""
    return opened_by is Opener.SEEKER


def transcript_open(case: Case) -> bool:
    """Whether the frozen copy of the thread may be read: only through an open case (ruling 65)."""
    return case.state in LIVE


@dataclass(frozen=True)
class Audience:
    """Who beside the desk reads a line of the history."""

    seeker: bool
    unit: bool


def audience(act: Act, side: Side, case: Case) -> Audience:
    """Who reads a line. What one side writes goes to the desk, which decides what the other side is told.

    The other side reads what the desk asks it and what itself wrote, and that a case is over; never the complaint.
    """
    of_seeker = case.opened_by is Opener.SEEKER
    opener = Audience(seeker=of_seeker, unit=not of_seeker or case.place.desk is Desk.OFFICER)
    other = Audience(seeker=not of_seeker, unit=of_seeker)
    if side is Side.OTHER or act is Act.ASK:
        return other
    return opener


@dataclass(frozen=True)
class OfficerFacts:
    """Whether a complaint can reach the officer here: recorded with a contact, not gone, with a place to sign in."""

    recorded: bool
    left: bool
    signs_in: bool


def officer_refusal(facts: OfficerFacts) -> str:
    """Why an officer cannot be chosen here: "officer_missing", "officer_left", "officer_not_here"; "" = can be.

    A suspension or an ended validity is no reason: such an organisation still answers in a case (ruling 46).
    """
    if not facts.recorded:
        return "officer_missing"
    if facts.left:
        return "officer_left"
    return "" if facts.signs_in else "officer_not_here"


def number(year: int, drawn: int) -> str:
    """The number of a case (受付番号) from random digits, such as 2026-4831-0957.

    Never a running number: whoever has two cases could count those of others between them.
    """
    digits = f"{drawn % 100_000_000:08}"
    return f"{year:04}-{digits[:4]}-{digits[4:]}"


def remind_on(opened_on: date, days: int) -> date:
    """The day of an internal reminder; the seeds name no time limit (ruling 66)."""
    return date.fromordinal(opened_on.toordinal() + days)
