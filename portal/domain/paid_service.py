"""Paid services (有料サービス) of an organisation: three kinds, and what must come before each (seed 004 P-Q8).

(A) with placement: explained before the job application is accepted (求職申込み受理前). (B) other support: only when the
seeker wishes it. (C) other support to a 新規大学卒業者等: notified beforehand to the bureau (労働局) of the application,
then the seeker's consent (承諾), then the service. The rule stands in the section for private agencies alone; that
municipal units register none, that a refusal is final for a version, that a consent counts as the wish, and that
nobody is asked before having answered once, are our decisions (rulings R12 and 50 to 56), said on the pages.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.domain.answer import check_text
from portal.domain.entry import Gathered, Typed, choice, line, narrow, one
from portal.domain.reach import UnitClass
from portal.domain.refusal import Conflict, Forbidden, Invalid, Refusal

LONGEST_TYPE = 60
LONGEST_CHARGE = 100
LONGEST_TEXT = 600
"""Code points."""
MOST_YEN = 9_999_999
"""A guard against typing slips, in yen."""
MOST_SERVICES = 50
"""Services of one unit, ended ones included (our limit)."""
MOST_VERSIONS = 50


class PaidKind(StrEnum):
    """The three kinds of the seed. The same words are the CHECK of the tables."""

    PLACEMENT = "placement"  # (A) 職業紹介に伴うもの
    SUPPORT = "support"  # (B) 職業紹介以外の就職支援
    GRADUATE = "graduate"  # (C) the same to 新規大学卒業者等


class Need(StrEnum):
    """What must be there before a service is given."""

    EXPLANATION = "explanation"  # recorded with 求職受理
    WISH = "wish"  # the seeker's own
    CONSENT = "consent"  # to the very version whose notice the bureau has received
    NEVER = "never"


NEEDS: Mapping[tuple[PaidKind, bool], Need] = {
    (PaidKind.PLACEMENT, False): Need.EXPLANATION,
    (PaidKind.PLACEMENT, True): Need.EXPLANATION,
    (PaidKind.SUPPORT, False): Need.WISH,
    (PaidKind.SUPPORT, True): Need.NEVER,
    (PaidKind.GRADUATE, False): Need.CONSENT,
    (PaidKind.GRADUATE, True): Need.CONSENT,
}
"""By kind, and whether the seeker is a 新規大学卒業者等 on the day. What was notified and consented to needs no less when
the seeker is none any more: somebody may graduate between asking and giving."""


def may_register(unit_class: UnitClass) -> bool:
    """Whether a unit registers paid services at all: a municipal one takes no money (ruling 56, our decision)."""
    return unit_class is UnitClass.PRIVATE


def require_register(unit_class: UnitClass) -> None:
    """Raise Forbidden "paid_municipal" for a municipal unit."""
    if not may_register(unit_class):
        raise Forbidden("paid_municipal")


# What a service is


@dataclass(frozen=True)
class Terms:
    """What is offered, in words. amount: yen, tax included. charge: how it is counted or paid, "" = once.

    A version is never changed: other terms are another version, with a notice and a consent of its own.
    """

    type: str
    description: str
    amount: int
    charge: str
    cancellation: str


def read_kind(typed: Typed) -> PaidKind:
    """Raises Invalid on kind: "missing", "unknown_code"."""
    return PaidKind(choice(typed, "kind", list(PaidKind), needed=True))


def read_terms(typed: Typed) -> Terms:
    """Fields type, description, amount, charge, cancellation. Raises Invalid with everything wrong at once."""
    faults = Gathered()
    terms = Terms(
        type=faults.read("", line, typed, "type", LONGEST_TYPE, needed=True),
        description=faults.read("", _text, typed, "description"),
        amount=faults.read(0, read_amount, typed, "amount"),
        charge=faults.read("", line, typed, "charge", LONGEST_CHARGE),
        cancellation=faults.read("", _text, typed, "cancellation"),
    )
    faults.settle()
    return terms


def read_amount(typed: Typed, field: str) -> int:
    """Yen, with or without commas and 円. Raises Invalid: "missing", "not_an_amount", "amount_range"."""
    text = narrow(one(typed, field)[:60]).replace(",", "").replace(" ", "")
    text = text.removeprefix("¥").removeprefix("\\").removesuffix("円")
    if not text:
        raise Invalid({field: ["missing"]})
    if not text.isascii() or not text.isdigit():
        raise Invalid({field: ["not_an_amount"]})
    # Not reckoned before it is known to be short: a number of a million digits takes its time.
    if len(text.lstrip("0")) > len(str(MOST_YEN)) or not 1 <= int(text) <= MOST_YEN:
        raise Invalid({field: ["amount_range"]}, most=MOST_YEN)
    return int(text)


def _text(typed: Typed, field: str) -> str:
    return check_text(one(typed, field), longest=LONGEST_TEXT, field=field)


# The notice to the bureau

_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without those that look like another one when they are copied by hand."""
_NUMBER = re.compile(f"P-?([{_SIGNS}]{{4}})-?([{_SIGNS}]{{4}})")


def notice_number(random: bytes) -> str:
    """The number under which a notice is known on paper, such as P-7K2M-X9QR, from 8 random bytes; it is our own."""
    rest, signs = int.from_bytes(random, "big"), []
    for _ in range(8):
        rest, sign = divmod(rest, len(_SIGNS))
        signs.append(_SIGNS[sign])
    return f"P-{''.join(signs[:4])}-{''.join(signs[4:])}"


def read_notice_number(typed: Typed, field: str) -> str:
    """The number in one spelling. Raises Invalid: "missing", "bad_notice_number"."""
    text = re.sub(r"\s", "", narrow(one(typed, field)[:60])).upper()
    if not text:
        raise Invalid({field: ["missing"]})
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise Invalid({field: ["bad_notice_number"]})
    return f"P-{found[1]}-{found[2]}"


class NoticeState(StrEnum):
    """Where the notice (届出) of a version stands."""

    PREPARED = "prepared"  # printed or to be printed; not a notice yet
    RECEIVED = "received"  # the paper is at the bureau
    ASKED_BACK = "asked_back"  # something is missing
    ACCEPTED = "accepted"  # checked


class NoticeAct(StrEnum):
    """What a clerk of the bureau records. The same words are the CHECK of the table."""

    RECEIVE = "received"
    ASK_BACK = "asked_back"
    ACCEPT = "accepted"


NOTICE_STEPS: Mapping[tuple[NoticeState, NoticeAct], NoticeState] = {
    (NoticeState.PREPARED, NoticeAct.RECEIVE): NoticeState.RECEIVED,
    (NoticeState.RECEIVED, NoticeAct.ASK_BACK): NoticeState.ASKED_BACK,
    (NoticeState.RECEIVED, NoticeAct.ACCEPT): NoticeState.ACCEPTED,
    (NoticeState.ASKED_BACK, NoticeAct.RECEIVE): NoticeState.RECEIVED,
    (NoticeState.ACCEPTED, NoticeAct.ASK_BACK): NoticeState.ASKED_BACK,
}
"""What is not in it is refused. A notice stands from its receipt (the seed asks for the notice, not for an approval);
one that was asked back does not, until it is received again (our decision)."""

STANDING_NOTICE = frozenset({NoticeState.RECEIVED, NoticeState.ACCEPTED})
"""States in which consent may be asked for and given."""


def after_notice(state: NoticeState, act: NoticeAct) -> NoticeState:
    """Raises Conflict "wrong_state"."""
    found = NOTICE_STEPS.get((state, act))
    if found is None:
        raise Conflict("wrong_state")
    return found


def notice_stood(records: Iterable[tuple[NoticeAct, date]], on: date) -> bool:
    """Whether a notice stood at the end of a day. records: the bureau's, in their order, each with its day.

    A paper that came again counts from its day, never from before the record that asked it back.
    """
    state, at = NoticeState.PREPARED, date.min
    for act, day in records:
        at = max(at, day)
        if at > on:
            break
        state = after_notice(state, act)
    return state in STANDING_NOTICE


def possible_acts(state: NoticeState) -> tuple[NoticeAct, ...]:
    """What a clerk may record now; for the buttons of a page."""
    return tuple(act for since, act in NOTICE_STEPS if since is state)


# What the ledger holds


class LedgerStep(StrEnum):
    """One entry of the ledger (台帳). The same words are the CHECK of the table."""

    EXPLAINED = "explained"  # (A) by the unit, with 求職受理
    WISHED = "wished"  # by the seeker
    WISH_ENDED = "wish_ended"  # by the seeker, for the future
    ASKED = "asked"  # (C) by the unit
    CONSENTED = "consented"  # (C) by the seeker
    REFUSED = "refused"  # (C) by the seeker, final for the version
    WITHDRAWN = "withdrawn"  # (C) by the seeker, for the future
    GIVEN = "given"  # (B), (C) by the unit


class Way(StrEnum):
    """How a paid service with placement was explained."""

    MEETING = "meeting"
    PHONE = "phone"
    ONLINE = "online"
    PAPER = "paper"
    MESSAGE = "message"  # in a message of this portal


class ConsentState(StrEnum):
    """How one seeker stands to one version."""

    NONE = "none"  # never asked
    ASKED = "asked"
    CONSENTED = "consented"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


CONSENT_STEPS: Mapping[tuple[ConsentState, LedgerStep], ConsentState] = {
    (ConsentState.NONE, LedgerStep.ASKED): ConsentState.ASKED,
    (ConsentState.ASKED, LedgerStep.CONSENTED): ConsentState.CONSENTED,
    (ConsentState.ASKED, LedgerStep.REFUSED): ConsentState.REFUSED,
    (ConsentState.CONSENTED, LedgerStep.WITHDRAWN): ConsentState.WITHDRAWN,
}
"""Asked once, answered once: nobody is asked about the same version again (our decision, ruling 54)."""


def after_consent(state: ConsentState, step: LedgerStep) -> ConsentState:
    """Raises Conflict "paid_already_asked" (asking again), "paid_already_answered" (anything else out of order)."""
    found = CONSENT_STEPS.get((state, step))
    if found is None:
        raise Conflict("paid_already_asked" if step is LedgerStep.ASKED else "paid_already_answered")
    return found


@dataclass(frozen=True)
class Entry:
    """One entry that concerns a seeker and a version (or, of wishes, no version), as rules ask for it."""

    step: LedgerStep
    on_day: date


def consent_state(entries: Iterable[Entry]) -> ConsentState:
    """Where the entries of one seeker and one version lead, in their order."""
    state = ConsentState.NONE
    for entry in entries:
        state = CONSENT_STEPS.get((state, entry.step), state)
    return state


def wishes(entries: Iterable[Entry]) -> tuple[tuple[date, date | None], ...]:
    """The spans of the seeker's wish: first day, and the day on which it was taken back (None = it stands)."""
    spans: list[tuple[date, date | None]] = []
    for entry in entries:
        if entry.step is LedgerStep.WISHED:
            spans.append((entry.on_day, None))
        elif entry.step is LedgerStep.WISH_ENDED and spans:
            spans[-1] = (spans[-1][0], entry.on_day)
    return tuple(spans)


def wish_stands(entries: Iterable[Entry]) -> bool:
    """Whether the seeker wishes it now."""
    spans = wishes(entries)
    return bool(spans) and spans[-1][1] is None


# What may happen now


@dataclass(frozen=True)
class VersionFacts:
    """A version as rules ask for it. newest: no other version of the service was made since. ended: the service is not
    offered any more. notice: where it stands now."""

    kind: PaidKind
    newest: bool = True
    ended: bool = False
    notice: NoticeState = NoticeState.PREPARED


def _current(version: VersionFacts) -> None:
    if version.ended:
        raise Conflict("paid_service_ended")
    if not version.newest:
        raise Conflict("paid_changed")


def require_askable(version: VersionFacts, state: ConsentState, *, graduate: bool, answered: bool) -> None:
    """Whether a unit may ask a seeker for consent now.

    graduate: the seeker is a 新規大学卒業者等 today; others are offered nothing that they have not wished for. answered:
    the seeker has answered in the thread (no offer in a first 案内, ruling 55). Raises Refusal
    "paid_no_consent_needed" (kind),
    "paid_not_graduate", "paid_before_answer", "paid_notice_missing"; Conflict "paid_service_ended", "paid_changed",
    "paid_already_asked".
    """
    if version.kind is not PaidKind.GRADUATE:
        raise Refusal("paid_no_consent_needed")
    _current(version)
    after_consent(state, LedgerStep.ASKED)
    if not graduate:
        raise Refusal("paid_not_graduate")
    if not answered:
        raise Refusal("paid_before_answer")
    if version.notice not in STANDING_NOTICE:
        raise Refusal("paid_notice_missing")


def require_consentable(version: VersionFacts, state: ConsentState) -> None:
    """Whether a seeker's consent counts now; a refusal and a withdrawal always do.

    Raises Conflict "paid_already_answered", "paid_service_ended", "paid_changed"; Refusal "paid_notice_missing".
    """
    after_consent(state, LedgerStep.CONSENTED)
    _current(version)
    if version.notice not in STANDING_NOTICE:
        raise Refusal("paid_notice_missing")


def require_givable(
    version: VersionFacts,
    of_version: Iterable[Entry],
    of_wish: Iterable[Entry],
    notices: Iterable[tuple[NoticeAct, date]],
    graduate_until: date | None,
    happened_on: date,
    today: date,
) -> None:
    """Whether a unit may record that it gave a service on a day. notices: as `notice_stood` takes them; graduate_until:
    `portal.domain.graduate`.

    Everything that must come before is asked of that day. On the day of a withdrawal nothing can be given any more:
    a day has no hours here, and the doubt is the seeker's (our decision). Raises Refusal "paid_in_future" (today),
    "paid_with_placement", "paid_graduate" (a kind B service to a 新規大学卒業者等), "paid_no_wish", "paid_no_consent",
    "paid_before_consent" (consented_on), "paid_withdrawn" (withdrawn_on), "paid_notice_missing"; Conflict
    "paid_changed".
    """
    if happened_on > today:
        raise Refusal("paid_in_future", today=today)
    need = NEEDS[version.kind, graduate_until is not None and happened_on <= graduate_until]
    if need is Need.EXPLANATION:
        raise Refusal("paid_with_placement")
    if need is Need.NEVER:
        raise Refusal("paid_graduate")
    if not version.newest:
        raise Conflict("paid_changed")
    if need is Need.WISH:
        if not any(
            since <= happened_on and (until is None or happened_on < until)
            for since, until in wishes(of_wish)
        ):
            raise Refusal("paid_no_wish")
        return
    days = {entry.step: entry.on_day for entry in of_version}
    consented_on, withdrawn_on = days.get(LedgerStep.CONSENTED), days.get(LedgerStep.WITHDRAWN)
    if consented_on is None:
        raise Refusal("paid_no_consent")
    if happened_on < consented_on:
        raise Refusal("paid_before_consent", consented_on=consented_on)
    if withdrawn_on is not None and happened_on >= withdrawn_on:
        raise Refusal("paid_withdrawn", withdrawn_on=withdrawn_on)
    if not notice_stood(notices, happened_on):
        raise Refusal("paid_notice_missing")


def require_explained(explained_on: date, accepted_on: date, today: date) -> None:
    """A paid service with placement is explained before 求職受理 (P-Q8); on the same day is before, too.

    Raises Invalid on explained_on: "in_future", "after_acceptance".
    """
    if explained_on > today:
        raise Invalid({"explained_on": ["in_future"]})
    if explained_on > accepted_on:
        raise Invalid({"explained_on": ["after_acceptance"]}, accepted_on=accepted_on)
