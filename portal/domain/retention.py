"""保存期間 (retention): how long what is kept, and what is to be done with one thing on a day.

The periods are data (config/retention.toml) and our own decisions where they name no law. Nothing that is announced to
a person goes before it was announced for the days of its rule.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from portal.calendar.day import add_months
from portal.calendar.period import counted_from, last_of_days, last_of_months


class Kind(StrEnum):
    """What a run lets go. The same words are the CHECK of the table of announcements."""

    THREAD = "thread"  # texts of a thread (やり取りの文章)
    COMPLAINT = "complaint"  # texts of a case (苦情・相談の記録)
    IDENTITY = "identity"  # 氏名、連絡先など, account included


class DoneBy(StrEnum):
    """Who lets it go."""

    RUN = "run"
    CLOCK = "clock"
    OWNER = "owner"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Rule:
    """How long one kind is kept. One of months, days and hours counts; none: for good. begins: from which event."""

    kind: str
    months: int
    days: int
    hours: int
    begins: str
    told_days: int
    source: str
    like: str
    done_by: DoneBy

    def kept_until(self, event: date) -> date:
        """The last day of the period that an event on a day sets off; the event's own day does not count."""
        first = counted_from(event)
        return last_of_months(first, self.months) if self.months else last_of_days(first, self.days)

    def may_concern(self, on: date) -> date:
        """The last day of an event that a run on a day has anything to do with, its announcement included."""
        reached = on + timedelta(days=self.told_days)
        # A day more than exact: months of different length must not hide anything.
        return add_months(reached, -self.months) - timedelta(days=self.days) + timedelta(days=1)


class Step(StrEnum):
    """What to do with one thing today."""

    KEEP = "keep"
    TELL = "tell"
    TAKE_BACK = "take_back"
    HOLD = "hold"
    END = "end"


@dataclass(frozen=True)
class Decision:
    """A step; goes_on: with TELL, the first day on which it may be gone."""

    step: Step
    goes_on: date | None = None


def decide(rule: Rule, event: date | None, told: date | None, on: date, *, held: bool = False) -> Decision:
    """What to do on a day. event: what the period counts from, None = it does not run; told: the announced day.

    Whoever acts after the announcement begins the period anew, and the announcement is taken back.
    """
    due = None if event is None else rule.kept_until(event) + timedelta(days=1)
    if told is not None:
        if due is None or due > told:
            return Decision(Step.TAKE_BACK)
        if told > on:
            return Decision(Step.KEEP)
        return Decision(Step.HOLD if held else Step.END)
    if due is None or due > on + timedelta(days=rule.told_days):
        return Decision(Step.KEEP)
    return Decision(Step.TELL, max(due, on + timedelta(days=rule.told_days)))


@dataclass(frozen=True)
class Counts:
    """What a run did, or a look would do, with one kind."""

    told: int = 0
    taken_back: int = 0
    held: int = 0
    ended: int = 0

    def and_one(self, step: Step) -> "Counts":
        """One more thing with this step."""
        return Counts(
            self.told + (step is Step.TELL),
            self.taken_back + (step is Step.TAKE_BACK),
            self.held + (step is Step.HOLD),
            self.ended + (step is Step.END),
        )

    def changes(self) -> int:
        """How many things are touched."""
        return self.told + self.taken_back + self.ended


@dataclass(frozen=True)
class Rules:
    """All rules by kind, in the order of the list."""

    by_kind: Mapping[str, Rule] = field(default_factory=dict)

    def of(self, kind: str) -> Rule:
        """The rule of a kind that is known to be there."""
        return self.by_kind[kind]


_WORDS = {"months", "days", "hours", "begins", "told_days", "source", "like", "done_by"}
_LONGEST_MONTHS = 1200


def read_rules(data: bytes) -> Rules:
    """Read the list. Raises ValueError, with the kind, for anything it cannot hold to."""
    found = {kind: _read(kind, values) for kind, values in tomllib.loads(data.decode("utf-8")).items()}
    if missing := {*Kind, "audit"} - set(found):
        raise ValueError(f"no period for {', '.join(sorted(missing))}")
    return Rules(found)


def _read(kind: str, values: Mapping[str, object]) -> Rule:
    if unknown := set(values) - _WORDS:
        raise ValueError(f"{kind}: {', '.join(sorted(unknown))} is not known")
    months, days, hours, told_days = (
        _number(kind, values, name) for name in ("months", "days", "hours", "told_days")
    )
    begins, source, like, done_by = (
        _text(kind, values, name) for name in ("begins", "source", "like", "done_by")
    )
    rule = Rule(kind, months, days, hours, begins, told_days, source, like, DoneBy(done_by))
    periods = sum(map(bool, (rule.months, rule.days, rule.hours)))
    if rule.months > _LONGEST_MONTHS or periods != (0 if rule.done_by is DoneBy.NOBODY else 1):
        raise ValueError(f"{kind}: one of months, days and hours, or nobody lets it go")
    if not rule.source:
        raise ValueError(f"{kind}: names its source")
    if (rule.done_by is DoneBy.RUN) != (kind in set(Kind)) or (rule.done_by is DoneBy.RUN) != bool(
        rule.told_days
    ):
        raise ValueError(f"{kind}: what a run lets go is announced, and nothing else")
    if rule.done_by in (DoneBy.RUN, DoneBy.OWNER) and rule.hours:
        raise ValueError(f"{kind}: is kept for months or days")
    return rule


def _number(kind: str, values: Mapping[str, object], name: str) -> int:
    number = values.get(name, 0)
    if type(number) is not int or number < 0:
        raise ValueError(f"{kind}: {name} is a whole number")
    return number


def _text(kind: str, values: Mapping[str, object], name: str) -> str:
    text = values.get(name, "")
    if not isinstance(text, str):
        raise ValueError(f"{kind}: {name} is a text")
    return text
