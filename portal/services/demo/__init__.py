"""The demo (見本): invented people with a past of some weeks, and the sign-ins that are told to everybody.

Everything happens through the services that real people use, on a clock that is moved over the past weeks, so that
nothing can be here that could not be elsewhere. Only in a database that is marked as a demo.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock, FixedClock
from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import Refusal
from portal.services import code, installation, terms
from portal.services.demo.cast import Cast
from portal.services.demo.play import play
from portal.services.demo.story import Calendar, Story, Words, read
from portal.services.password import Passwords
from portal.services.use_case import query, use_case
from portal.store import outbox

__all__ = ["Loaded", "SignIn", "Story", "load", "loaded_at", "read", "sign_ins"]

_LOADED = "demo-story"


@dataclass(frozen=True)
class Loaded:
    """at: when the demo was loaded. new: by this very call."""

    at: datetime
    new: bool


@dataclass(frozen=True)
class SignIn:
    """One sign-in that is told to everybody."""

    name: str
    password: str
    words: Words


def load(
    session: Session, clock: Clock, passwords: Passwords, story: Story, *, default_months: int
) -> Loaded:
    """Let the story happen, once: a second call changes nothing. One that was broken off is carried on.

    Raises Refusal "not_a_demo_database", "terms_missing" (none in force today), "tables_missing".
    """
    before = loaded_at(session)
    if before is not None:
        return Loaded(before, new=False)
    now = clock.now()
    terms.current(session, clock)
    with query(session):
        if not {clerk.office for clerk in story.clerks if clerk.office} <= set(code.names(session, "office")):
            raise Refusal("tables_missing")
    first_day = min(text.valid_from for text in terms.versions(session))
    cast = Cast(
        session, FixedClock(now), passwords, story, Calendar(now, first_day), default_months=default_months
    )
    play(cast)
    with use_case(session, clock, Actor(ActorKind.OPERATOR), "demo.load") as trail:
        trail.fact(seekers=len(story.seekers), units=len(story.units))
        outbox.beat(session, _LOADED, trail.now)
    return Loaded(now, new=True)


def loaded_at(session: Session) -> datetime | None:
    """When the demo was loaded; None before. Raises Refusal "not_a_demo_database"."""
    if not installation.standing(session).demo:
        raise Refusal("not_a_demo_database")
    with query(session):
        return outbox.last_beat(session, _LOADED)


def sign_ins(story: Story) -> tuple[SignIn, ...]:
    """The sign-ins, seekers first."""
    told = [
        *((person.sign_in, person.words) for person in story.seekers),
        *((person.sign_in, person.words) for person in story.people),
        *((clerk.sign_in, clerk.words) for clerk in story.clerks),
    ]
    return tuple(SignIn(name, story.password, words) for name, words in told if words is not None)
