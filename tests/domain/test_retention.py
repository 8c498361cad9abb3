"""保存期間 as pure rules: how a period is counted, and that nothing goes before it was announced."""

from datetime import date

import pytest

from portal.domain import draft, saved_search, selection, sign_in, template, unit_invitation
from portal.domain.application import DRAFT_DAYS, READY_DAYS
from portal.domain.retention import Counts, Decision, DoneBy, Kind, Rule, Step, decide, read_rules
from portal.settings import config_dir

SHIPPED = (config_dir() / "retention.toml").read_bytes()
RULES = read_rules(SHIPPED)


def rule(months: int = 24, days: int = 0, told_days: int = 30) -> Rule:
    return Rule("thread", months, days, 0, "last_step", told_days, "own", "", DoneBy.RUN)


@pytest.mark.parametrize(
    ("event", "months", "days", "last"),
    [
        (date(2024, 6, 15), 24, 0, date(2026, 6, 15)),
        (date(2024, 6, 30), 24, 0, date(2026, 6, 30)),
        (date(2023, 12, 31), 24, 0, date(2025, 12, 31)),
        # From 29 February the first counted day is 1 March; from 28 February of a leap year it is the 29th.
        (date(2024, 2, 29), 24, 0, date(2026, 2, 28)),
        (date(2024, 2, 28), 24, 0, date(2026, 2, 28)),
        (date(2023, 2, 28), 12, 0, date(2024, 2, 29)),
        (date(2022, 2, 28), 24, 0, date(2024, 2, 29)),
        (date(2024, 1, 30), 1, 0, date(2024, 2, 29)),
        (date(2025, 1, 30), 1, 0, date(2025, 2, 28)),
        (date(2024, 2, 28), 0, 2, date(2024, 3, 1)),
        (date(2025, 2, 28), 0, 2, date(2025, 3, 2)),
    ],
)
def test_the_day_of_the_event_does_not_count_and_months_go_by_the_calendar(
    event: date, months: int, days: int, last: date
) -> None:
    assert rule(months, days).kept_until(event) == last


EVENT = date(2024, 6, 15)
DUE = date(2026, 6, 16)


@pytest.mark.parametrize(
    ("event", "told", "on", "held", "decision"),
    [
        (EVENT, None, date(2026, 5, 16), False, Decision(Step.KEEP)),
        (EVENT, None, date(2026, 5, 17), False, Decision(Step.TELL, DUE)),
        (EVENT, None, date(2026, 6, 1), False, Decision(Step.TELL, date(2026, 7, 1))),
        (EVENT, None, date(2030, 1, 1), False, Decision(Step.TELL, date(2030, 1, 31))),
        (EVENT, DUE, date(2026, 6, 15), False, Decision(Step.KEEP)),
        (EVENT, DUE, DUE, False, Decision(Step.END)),
        (EVENT, DUE, date(2027, 1, 1), False, Decision(Step.END)),
        (EVENT, DUE, DUE, True, Decision(Step.HOLD)),
        (EVENT, DUE, date(2026, 6, 15), True, Decision(Step.KEEP)),
        # Somebody wrote after the announcement, or the registration is in force again.
        (date(2026, 6, 10), DUE, date(2026, 6, 11), False, Decision(Step.TAKE_BACK)),
        (date(2026, 6, 10), DUE, date(2026, 7, 11), False, Decision(Step.TAKE_BACK)),
        (None, DUE, DUE, False, Decision(Step.TAKE_BACK)),
        (None, None, DUE, False, Decision(Step.KEEP)),
    ],
)
def test_what_is_done_on_a_day(
    event: date | None, told: date | None, on: date, held: bool, decision: Decision
) -> None:
    assert decide(rule(), event, told, on, held=held) == decision


@pytest.mark.parametrize(
    "event", [date(2024, 1, 29), date(2024, 2, 28), date(2024, 2, 29), date(2024, 6, 30)]
)
@pytest.mark.parametrize("months", [1, 24, 36])
def test_a_run_looks_at_everything_that_is_to_be_told(event: date, months: int) -> None:
    """The first look at the database is coarse; it must not be narrower than the rule."""
    one = rule(months)
    for n in range(80):
        on = date.fromordinal(one.kept_until(event).toordinal() - 60 + n)
        if decide(one, event, None, on).step is Step.TELL:
            assert event <= one.may_concern(on)


def test_the_shipped_list_names_a_period_and_a_source_for_everything() -> None:
    assert all(one.source for one in RULES.by_kind.values())
    assert {kind for kind, one in RULES.by_kind.items() if one.done_by is DoneBy.RUN} == set(Kind)
    assert [RULES.of(kind).months for kind in ("thread", "complaint", "identity", "audit")] == [
        24,
        36,
        24,
        60,
    ]
    assert all(RULES.of(kind).told_days >= 30 for kind in Kind)


def test_periods_that_stand_in_the_program_are_those_of_the_list() -> None:
    in_program = {
        "draft": draft.TEXT_KEPT,
        "office_form": draft.IDENTITY_KEPT,
        "late_form": draft.LATE_KEPT,
        "template": template.KEPT_AFTER_REMOVAL,
        "saved_search": saved_search.KEPT_AFTER_REMOVAL,
        "selection": selection.KEPT,
        "unit_invitation": unit_invitation.KEPT,
        "sign_in_attempt": sign_in.KEPT_FOR,
    }
    for kind, kept in in_program.items():
        one = RULES.of(kind)
        assert one.days * 24 + one.hours == kept.total_seconds() / 3600, kind
    assert (RULES.of("application_draft").days, RULES.of("application_printed").days) == (
        DRAFT_DAYS,
        READY_DAYS,
    )
    for name in ("production", "demo", "test"):
        text = (config_dir() / f"{name}.toml").read_text(encoding="utf-8")
        assert f"file_days = {RULES.of('registration_file').days}\n" in text


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("months = 24", "months = 0", "thread: one of months, days and hours"),
        ("months = 24", "months = 24\ndays = 1", "thread: one of months, days and hours"),
        ("months = 24", "months = -1", "thread: months is a whole number"),
        ("months = 24", "months = true", "thread: months is a whole number"),
        ("months = 24", "months = 9999", "thread: one of months"),
        ("months = 24", 'months = "24"', "thread: months is a whole number"),
        ("months = 24", "hours = 24", "thread: is kept for months or days"),
        ("told_days = 30", "told_days = 0", "thread: what a run lets go is announced"),
        ('source = "own"', 'source = ""', "thread: names its source"),
        ('source = "own"', "source = 1", "thread: source is a text"),
        ('source = "own"', 'source = "own"\nsurce = 1', "thread: surce is not known"),
        ('done_by = "run"', 'done_by = "clock"', "thread: what a run lets go"),
        ('done_by = "run"', 'done_by = "somebody"', "somebody"),
        ("[thread]", "[threads]", "no period for thread|threads"),
    ],
)
def test_a_list_with_a_slip_of_the_pen_is_refused_as_a_whole(old: str, new: str, said: str) -> None:
    text = SHIPPED.decode()
    assert old in text
    with pytest.raises(ValueError, match=said):
        read_rules(text.replace(old, new, 1).encode())


def test_counts_add_up() -> None:
    counts = Counts()
    for step in (Step.TELL, Step.END, Step.END, Step.HOLD, Step.KEEP, Step.TAKE_BACK):
        counts = counts.and_one(step)
    assert counts == Counts(told=1, taken_back=1, held=1, ended=2)
    assert counts.changes() == 4
