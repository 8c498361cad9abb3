"""Where to ask about telework and home work: places that the published papers name, each with its source.

They are other organisations, no desk of this service; telephone numbers and addresses are not kept (our decision).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.code import Code, facts_of
from portal.services.use_case import query
from portal.store import code as store

TABLE = "consultation_place"


class Topic(StrEnum):
    """What a dispute is about: 在宅ワーク (telework under contract) or 家内労働 (home work on goods)."""

    TELEWORK = "telework"
    HOMEWORK = "homework"


@dataclass(frozen=True)
class ConsultationPlace:
    """One place. does: a code of what it does; shown_from: the first day of the row.

    verified_on: when somebody last compared the table with its source, None = never.
    """

    topic: Topic
    name_ja: str
    name_en: str
    does: str
    source: str
    shown_from: date
    verified_on: date | None

    def name(self, language: str) -> str:
        """The name in the reader's language."""
        return self.name_en if language == "en" else self.name_ja


def places(session: Session, clock: Clock, topic: Topic | None = None) -> tuple[ConsultationPlace, ...]:
    """The places in force today in the order of the table, of one topic if given; () where none are loaded."""
    with query(session):
        table = store.loaded(session).get(TABLE)
        verified_on = table.verified_on if table else None
        today = jst_day(clock.now())
        every = [_place(row, verified_on) for row in store.rows(session, TABLE) if row.in_force(today)]
        return tuple(place for place in every if topic in (None, place.topic))


def _place(row: Code, verified_on: date | None) -> ConsultationPlace:
    facts = facts_of(row.facts)
    return ConsultationPlace(
        Topic(facts["topic"]),
        row.name_ja,
        row.name_en,
        facts["does"],
        row.source,
        row.valid_from,
        verified_on,
    )
