"""The tables of paid services: what each kind needs, who may record what when, what is typed (seed 004 P-Q8)."""

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.paid_service import (
    CONSENT_STEPS,
    MOST_YEN,
    NEEDS,
    NOTICE_STEPS,
    STANDING_NOTICE,
    ConsentState,
    Entry,
    LedgerStep,
    Need,
    NoticeAct,
    NoticeState,
    PaidKind,
    VersionFacts,
    after_consent,
    after_notice,
    consent_state,
    may_register,
    notice_number,
    possible_acts,
    read_amount,
    read_notice_number,
    read_terms,
    require_askable,
    require_consentable,
    require_explained,
    require_givable,
    require_register,
    wish_stands,
    wishes,
)
from portal.domain.reach import UnitClass
from portal.domain.refusal import Conflict, Forbidden, Invalid, Refusal

D = date(2026, 6, 15)
BEFORE, AFTER = D - timedelta(days=1), D + timedelta(days=1)
READY = VersionFacts(PaidKind.GRADUATE, notice=NoticeState.RECEIVED)
CONSENTED = [Entry(LedgerStep.ASKED, D), Entry(LedgerStep.CONSENTED, D)]
TYPED = {"type": "面接練習", "description": "見本", "amount": "5,000", "charge": "", "cancellation": "見本"}


def refused(reason: str) -> Any:
    return pytest.raises(Refusal, check=lambda refusal: refusal.reason == reason)


def test_P_Q8_what_each_kind_needs_for_whom() -> None:
    assert set(NEEDS) == set(product(PaidKind, (True, False)))
    assert {key: need for key, need in NEEDS.items() if key[1]} == {
        (PaidKind.PLACEMENT, True): Need.EXPLANATION,
        (PaidKind.SUPPORT, True): Need.NEVER,
        (PaidKind.GRADUATE, True): Need.CONSENT,
    }
    assert NEEDS[PaidKind.SUPPORT, False] is Need.WISH


def test_municipal_units_cannot_register() -> None:
    assert may_register(UnitClass.PRIVATE)
    with pytest.raises(Forbidden):
        require_register(UnitClass.MUNICIPAL)


# Notices


@pytest.mark.parametrize(("state", "act"), list(product(NoticeState, NoticeAct)))
def test_a_clerk_records_what_the_table_says_and_nothing_else(state: NoticeState, act: NoticeAct) -> None:
    if (state, act) in NOTICE_STEPS:
        assert after_notice(state, act) is NOTICE_STEPS[state, act]
        assert act in possible_acts(state)
        return
    with pytest.raises(Conflict):
        after_notice(state, act)
    assert act not in possible_acts(state)


def test_nothing_stands_that_the_bureau_has_not_received_or_has_asked_back() -> None:
    assert set(NoticeState) - STANDING_NOTICE == {NoticeState.PREPARED, NoticeState.ASKED_BACK}


@given(st.binary(min_size=8, max_size=8))
def test_the_number_on_the_paper_is_read_in_any_spelling(random: bytes) -> None:
    number = notice_number(random)
    for typed in (number, number.lower(), number.replace("-", ""), f" {number} ", _wide(number)):
        assert read_notice_number({"number": typed}, "number") == number


def _wide(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) for sign in text)


@pytest.mark.parametrize("typed", ["", "P-1111-1111", "P-ABCD", "X-ABCD-EFGH", "P-ABCD-EFGHJ", "P" * 5000])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        read_notice_number({"number": typed}, "number")


# Consents


@pytest.mark.parametrize(("state", "step"), list(product(ConsentState, LedgerStep)))
def test_a_refusal_and_a_withdrawal_are_final_for_the_version(state: ConsentState, step: LedgerStep) -> None:
    if (state, step) in CONSENT_STEPS:
        assert after_consent(state, step) is CONSENT_STEPS[state, step]
        return
    with pytest.raises(Conflict):
        after_consent(state, step)


def test_the_state_follows_from_the_entries_in_their_order() -> None:
    steps = [LedgerStep.ASKED, LedgerStep.CONSENTED, LedgerStep.GIVEN, LedgerStep.WITHDRAWN]
    states = [consent_state(Entry(step, D) for step in steps[:n]) for n in range(5)]
    assert states == [
        ConsentState.NONE,
        ConsentState.ASKED,
        ConsentState.CONSENTED,
        ConsentState.CONSENTED,
        ConsentState.WITHDRAWN,
    ]


@pytest.mark.parametrize(
    ("version", "state", "answered", "reason"),
    [
        (READY, ConsentState.NONE, True, ""),
        (READY, ConsentState.NONE, False, "paid_before_answer"),
        (VersionFacts(PaidKind.GRADUATE), ConsentState.NONE, True, "paid_notice_missing"),
        (
            VersionFacts(PaidKind.GRADUATE, notice=NoticeState.ASKED_BACK),
            ConsentState.NONE,
            True,
            "paid_notice_missing",
        ),
        (VersionFacts(PaidKind.GRADUATE, notice=NoticeState.ACCEPTED), ConsentState.NONE, True, ""),
        (READY, ConsentState.REFUSED, True, "paid_already_asked"),
        (READY, ConsentState.WITHDRAWN, True, "paid_already_asked"),
        (VersionFacts(PaidKind.SUPPORT), ConsentState.NONE, True, "paid_no_consent_needed"),
        (
            VersionFacts(PaidKind.GRADUATE, newest=False, notice=NoticeState.RECEIVED),
            ConsentState.NONE,
            True,
            "paid_changed",
        ),
        (
            VersionFacts(PaidKind.GRADUATE, ended=True, notice=NoticeState.RECEIVED),
            ConsentState.NONE,
            True,
            "paid_service_ended",
        ),
    ],
)
def test_P_Q8_when_a_unit_may_ask(
    version: VersionFacts, state: ConsentState, answered: bool, reason: str
) -> None:
    if not reason:
        require_askable(version, state, graduate=True, answered=answered)
        return
    with refused(reason):
        require_askable(version, state, graduate=True, answered=answered)


def test_P_Q8_whoever_is_no_新規大学卒業者等_is_not_asked() -> None:
    with refused("paid_not_graduate"):
        require_askable(READY, ConsentState.NONE, graduate=False, answered=True)


@pytest.mark.parametrize("state", [NoticeState.PREPARED, NoticeState.ASKED_BACK])
def test_P_Q8_no_consent_while_no_notice_stands(state: NoticeState) -> None:
    with refused("paid_notice_missing"):
        require_consentable(VersionFacts(PaidKind.GRADUATE, notice=state), ConsentState.ASKED)


# Giving


@pytest.mark.parametrize(
    ("version", "entries", "until", "on", "reason"),
    [
        (READY, CONSENTED, D, D, ""),
        (READY, CONSENTED, None, D, ""),
        (READY, CONSENTED[:1], D, D, "paid_no_consent"),
        (READY, [*CONSENTED[:1], Entry(LedgerStep.REFUSED, D)], D, D, "paid_no_consent"),
        (READY, CONSENTED, D, BEFORE, "paid_before_consent"),
        (READY, [*CONSENTED, Entry(LedgerStep.WITHDRAWN, AFTER)], D, D, ""),
        (READY, [*CONSENTED, Entry(LedgerStep.WITHDRAWN, D)], D, D, "paid_withdrawn"),
        (
            VersionFacts(PaidKind.GRADUATE, newest=False, notice=NoticeState.RECEIVED),
            CONSENTED,
            D,
            D,
            "paid_changed",
        ),
        (VersionFacts(PaidKind.GRADUATE, ended=True, notice=NoticeState.ACCEPTED), CONSENTED, D, D, ""),
        (VersionFacts(PaidKind.PLACEMENT), [], None, D, "paid_with_placement"),
        (VersionFacts(PaidKind.SUPPORT), [], D, D, "paid_graduate"),
        (VersionFacts(PaidKind.SUPPORT), [], BEFORE, D, "paid_no_wish"),
        (VersionFacts(PaidKind.SUPPORT), [Entry(LedgerStep.WISHED, D)], None, D, ""),
        (VersionFacts(PaidKind.SUPPORT), [Entry(LedgerStep.WISHED, AFTER)], None, D, "paid_no_wish"),
        (READY, CONSENTED, D, AFTER + timedelta(days=9), "paid_in_future"),
    ],
)
def test_P_Q8_what_must_come_before_a_service(
    version: VersionFacts, entries: list[Entry], until: date | None, on: date, reason: str
) -> None:
    notices = [(NoticeAct.RECEIVE, BEFORE)]
    if not reason:
        require_givable(version, entries, entries, notices, until, on, AFTER)
        return
    with refused(reason):
        require_givable(version, entries, entries, notices, until, on, AFTER)


RECEIVED, BACK, CHECKED = NoticeAct.RECEIVE, NoticeAct.ASK_BACK, NoticeAct.ACCEPT


@pytest.mark.parametrize(
    ("records", "standing"),
    [
        # Days after D on which the notice stands, of the days 0 to 6.
        ([], []),
        ([(RECEIVED, 1)], [1, 2, 3, 4, 5, 6]),
        ([(RECEIVED, 1), (CHECKED, 2)], [1, 2, 3, 4, 5, 6]),
        ([(RECEIVED, 1), (BACK, 3)], [1, 2]),
        ([(RECEIVED, 1), (BACK, 3), (RECEIVED, 5)], [1, 2, 5, 6]),
        ([(RECEIVED, 1), (BACK, 3), (RECEIVED, 5), (CHECKED, 6)], [1, 2, 5, 6]),
        ([(RECEIVED, 1), (CHECKED, 2), (BACK, 4)], [1, 2, 3]),
        ([(RECEIVED, 1), (BACK, 2), (RECEIVED, 3), (BACK, 4), (RECEIVED, 6)], [1, 3, 6]),
        ([(RECEIVED, 1), (BACK, 3), (RECEIVED, 3)], [1, 2, 3, 4, 5, 6]),
        # Received again for a day before it was asked back, or before it first came.
        ([(RECEIVED, 2), (BACK, 4), (RECEIVED, 1)], [2, 3, 4, 5, 6]),
    ],
)
def test_P_Q8_a_service_is_given_on_days_on_which_its_notice_stood(
    records: list[tuple[NoticeAct, int]], standing: list[int]
) -> None:
    notices = [(act, D + timedelta(days=day)) for act, day in records]
    last = D + timedelta(days=6)
    for day in range(7):
        on = D + timedelta(days=day)
        if day in standing:
            require_givable(READY, CONSENTED, CONSENTED, notices, None, on, last)
            continue
        with refused("paid_notice_missing"):
            require_givable(READY, CONSENTED, CONSENTED, notices, None, on, last)


def test_spans_of_a_wish() -> None:
    entries = [
        Entry(LedgerStep.WISHED, BEFORE),
        Entry(LedgerStep.WISH_ENDED, D),
        Entry(LedgerStep.WISHED, AFTER),
    ]
    assert wishes(entries) == ((BEFORE, D), (AFTER, None))
    assert [wish_stands(entries[:n]) for n in range(4)] == [False, True, False, True]


@pytest.mark.parametrize(("day", "good"), [(BEFORE, True), (D, True), (AFTER, False)])
def test_P_Q8_explained_before_求職受理(day: date, good: bool) -> None:
    if good:
        require_explained(day, D, AFTER)
        return
    with pytest.raises(Invalid):
        require_explained(day, D, AFTER)


# What is typed


@pytest.mark.parametrize(
    ("typed", "yen"),
    [("5000", 5000), ("5,000", 5000), ("５，０００円", 5000), ("¥1", 1), (" 9,999,999 円 ", MOST_YEN)],
)
def test_amounts_as_people_type_them(typed: str, yen: int) -> None:
    assert read_amount({"amount": typed}, "amount") == yen


@pytest.mark.parametrize("typed", ["", "0", "-1", "10000000", "五千", "5.5", "1" * 5000, "٣"])
def test_amounts_that_are_none(typed: str) -> None:
    with pytest.raises(Invalid):
        read_amount({"amount": typed}, "amount")


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(Invalid, check=lambda wrong: set(wrong.errors) == {"type", "amount", "cancellation"}):
        read_terms({**TYPED, "type": "", "amount": "x", "cancellation": " "})
    assert read_terms(TYPED).amount == 5000
