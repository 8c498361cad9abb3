"""One use case: one transaction, one audit line.

A refusal rolls everything back and leaves its own line in its own short transaction, because a raised exception
would otherwise take the trace of the refusal with it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor
from portal.domain.refusal import Refusal
from portal.store import audit


@dataclass
class Trail:
    """What the audit line will say, and the one moment at which the use case happens."""

    now: datetime
    today: date
    kind: str
    _subject: tuple[str, int] | None = None
    _facts: dict[str, object] = field(default_factory=dict)
    _silent: bool = False

    def subject(self, kind: str, number: int) -> None:
        """Whom or what the act is about."""
        self._subject = (kind, number)

    def fact(self, **facts: int | bool | date | str | None) -> None:
        """Numbers, days and codes; never names or texts."""
        self._facts.update(facts)

    def take_moment(self, clock: Clock) -> None:
        """Let the act happen now: for use cases that wait for locks first, so that a wait over midnight in Japan
        neither dates the act before what it waited for nor counts it on a day that is over."""
        self.now = clock.now()
        self.today = jst_day(self.now)

    def silent(self) -> None:
        """Leave no line: the act turned out to be a repetition that changed nothing."""
        self._silent = True


@contextmanager
def use_case(session: Session, clock: Clock, actor: Actor, kind: str) -> Iterator[Trail]:
    """Run a command: commits at the end; on a Refusal rolls back, records the refusal, and raises it again."""
    now = clock.now()
    trail = Trail(now, jst_day(now), kind)
    try:
        yield trail
        if not trail._silent:
            audit.record(session, trail.now, actor, kind, subject=trail._subject, facts=trail._facts)
        session.commit()
    except Refusal as refusal:
        session.rollback()
        audit.record(
            session, trail.now, actor, kind, subject=trail._subject, reason=refusal.reason, facts=trail._facts
        )
        session.commit()
        raise
    except BaseException:
        session.rollback()
        raise


@contextmanager
def query(session: Session) -> Iterator[Session]:
    """Run a query: leaves no transaction open behind it."""
    try:
        yield session
    finally:
        session.rollback()
