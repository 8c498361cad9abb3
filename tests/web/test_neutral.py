"""On the pages too all causes of "cannot be reached" are one: same status, same bytes, same statements (ruling R3).

One organisation, one seeker it has a thread with, one moment. Only the cause changes: the database is put back to the
same state before each, so nothing else can differ.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from portal.services import block, public_id, registration, scope, seeker
from portal.store import alias
from portal.store.tables import profile
from tests.build import BuiltMember, BuiltSeeker, build_clerk, build_department, build_member
from tests.web.alike import shown, statements
from tests.web.page_client import page_of
from tests.web.provider_world import TEXT, World, world

TODAY = date(2026, 6, 15)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
OFFICE = "9901"


@dataclass(frozen=True)
class Neutral:
    """The world, the seeker whose reach changes, one who stays within reach, and the database as it was."""

    world: World
    who: BuiltSeeker
    companion: BuiltSeeker
    officer: BuiltMember
    before: sqlite3.Connection

    def put_back(self) -> None:
        with closing(sqlite3.connect(str(self.world.database.engine().url.database))) as target:
            self.before.backup(target)

    def write(self, act: Callable[..., Any], *arguments: Any, **named: Any) -> None:
        with self.world.database.write() as session:
            act(session, self.world.clock, *arguments, **named)

    def change(self, **values: Any) -> None:
        with self.world.database.write() as session:
            session.execute(update(profile).where(profile.c.seeker_id == self.who.id).values(**values))
            session.commit()


@pytest.fixture
def neutral(database: Any, clock: Any, client: Any) -> Iterator[Neutral]:
    made = world(database, clock, client)
    who, companion = made.seeker(with_account=True), made.seeker()
    officer = build_member(database, made.unit, role="officer")
    build_department(database, made.unit)
    made.send([who])
    made.answer(who)
    with closing(sqlite3.connect(":memory:")) as before:
        with closing(sqlite3.connect(str(database.engine().url.database))) as source:
            source.backup(before)
        yield Neutral(made, who, companion, officer, before)


# Causes


def _blocked(at: Neutral) -> None:
    at.write(block.block, at.who.actor, [public_id.shown(at.world.unit.public_id)])


def _stopped(at: Neutral) -> None:
    at.write(seeker.stop, at.who.actor)


def _stopped_at_the_office(at: Neutral) -> None:
    clerk = build_clerk(at.world.database, office_code=OFFICE)
    at.write(seeker.stop_at_office, clerk, scope.public_id(at.who.office_id))


def _narrowed(at: Neutral) -> None:
    clerk = build_clerk(at.world.database, office_code=OFFICE)
    at.write(registration.change_range, clerk, scope.public_id(at.who.office_id), {"range_municipal": "y"})


def _ended_early(at: Neutral) -> None:
    clerk = build_clerk(at.world.database, office_code=OFFICE)
    days = {"valid_from": "2026-04-01", "valid_until": YESTERDAY.isoformat()}
    at.write(registration.change_validity, clerk, scope.public_id(at.who.office_id), days)


def _at_school(at: Neutral) -> None:
    clerk = build_clerk(at.world.database, office_code=OFFICE)
    school = {"school_status": "student", "school_kind": "high"}
    at.write(registration.change_school, clerk, scope.public_id(at.who.office_id), school)


def _blocked_and_stopped(at: Neutral) -> None:
    _blocked(at)
    _stopped(at)


CAUSES: dict[str, Callable[[Neutral], None]] = {
    "block": _blocked,
    "stop": _stopped,
    "stop at the office": _stopped_at_the_office,
    "block and stop": _blocked_and_stopped,
    "narrowed range": _narrowed,
    "registration ended early": _ended_early,
    "expiry": lambda at: at.change(valid_until=YESTERDAY),
    "not yet in force": lambda at: at.change(valid_from=TOMORROW),
    "pupil": _at_school,
    "new graduate": lambda at: at.change(eligible_from=TOMORROW),
    "terms": lambda at: at.change(terms_until=YESTERDAY),
    "unpublished": lambda at: at.change(published=False),
}


# What is looked at


@dataclass(frozen=True)
class Answer:
    """One answer of the pages and the statements behind it."""

    label: str
    status: int
    shown: str
    statements: tuple[str, ...]


class Looker:
    """Asks for pages as the member does, and keeps every answer."""

    def __init__(self, client: Any, *hidden: str) -> None:
        self.client = client
        self.hidden = hidden
        self.answers: list[Answer] = []

    def ask(self, label: str, address: str, data: dict[str, Any] | None = None) -> Any:
        with statements(self.client.application) as seen:
            got = self.client.get(address) if data is None else self.client.post(address, data=data)
        self.answers.append(Answer(label, got.status_code, shown(got, *self.hidden), tuple(seen)))
        return got


def look(at: Neutral, client: Any, who: BuiltSeeker, *, thread: bool = True) -> list[Answer]:
    """Every page on which the unit could notice that somebody is out of reach."""
    unit = at.world.unit
    token, code = unit.token(who), alias.code(unit.key, who.alias_key)
    looker = Looker(client, token, code)
    looker.ask("results", "/provider/results")
    looker.ask("search by what is wished", "/provider/results?occupation=056")
    looker.ask("profile", f"/provider/seekers/{token}")
    written = looker.ask("write", f"/provider/write?to={token}")
    form = page_of(written).form_with("text").fields
    fields = {**form, "text": TEXT, "key": "one-key-for-all-causes", "seen": ""}
    looker.ask("preview", "/provider/write/preview", fields)
    looker.ask("send", "/provider/write/send", fields)
    both = {**fields, "to": [token, unit.token(at.companion)], "key": "another-key-for-all-causes"}
    previewed = looker.ask("preview to two", "/provider/write/preview", both)
    seen = page_of(previewed).form_with("seen").fields["seen"]
    sent = looker.ask("send to two", "/provider/write/send", {**both, "seen": seen})
    looker.ask("what was sent to two", sent.headers["Location"])
    if thread:
        _look_at_thread(looker, at.world.thread_url(who), fields)
    for label, address in (
        ("threads", "/provider/threads"),
        ("home", "/provider"),
        ("day", "/provider/quota"),
    ):
        looker.ask(label, address)
    return looker.answers


def _look_at_thread(looker: Looker, address: str, fields: dict[str, Any]) -> None:
    looker.ask("thread", address)
    looker.ask("answer", f"{address}/answer", {**fields, "key": "a-third-key-for-all-causes"})
    outcome = {**fields, "outcome": "accepted", "happened_on": "2026-06-15"}
    looker.ask("outcome", f"{address}/outcome", outcome)
    looker.ask("hand-over by a member", f"{address}/hand-over", {**fields, "place": "department-1"})
    looker.ask("thread again", address)


def test_R3_every_cause_gives_the_same_bytes_by_the_same_statements(neutral: Neutral) -> None:
    client = neutral.world.client
    # The first round may prepare what later ones find ready.
    _blocked(neutral)
    look(neutral, client, neutral.who)
    looked = {}
    for cause, bring_about in CAUSES.items():
        neutral.put_back()
        bring_about(neutral)
        looked[cause] = look(neutral, client, neutral.who)
    first = looked["block"]
    assert all(answer.statements for answer in first)
    assert [answer.status for answer in first if answer.label in ("profile", "send", "answer")] == [
        404,
        409,
        409,
    ]
    for cause, answers in looked.items():
        for one, other in zip(first, answers, strict=True):
            assert (cause, other.label, other.status) == (cause, one.label, one.status)
            assert other.shown == one.shown, (cause, one.label)
            assert other.statements == one.statements, (cause, one.label)


def test_somebody_within_reach_looks_otherwise(neutral: Neutral) -> None:
    """Else the test above would compare pages that say nothing."""
    reached = {answer.label: answer for answer in look(neutral, neutral.world.client, neutral.who)}
    neutral.put_back()
    _blocked(neutral)
    blocked = {answer.label: answer for answer in look(neutral, neutral.world.client, neutral.who)}
    for label in ("results", "profile", "preview", "send", "what was sent to two", "thread", "answer", "day"):
        assert reached[label].shown != blocked[label].shown, label
    assert reached["write"].shown == blocked["write"].shown, (
        "whether somebody is reached is told when it is sent"
    )


def test_somebody_who_never_was_looks_like_somebody_out_of_reach(neutral: Neutral) -> None:
    """As far as the unit can have a token of nobody at all: that of somebody whose rows are gone."""
    client, looked = neutral.world.client, []
    for who in (BuiltSeeker(10**9, alias.new_alias_key(), b"", None), None):
        neutral.put_back()
        stranger = neutral.world.seeker(stopped=True)
        looked.append(look(neutral, client, who or stranger, thread=False))
    for one, other in zip(*looked, strict=True):
        assert other.shown == one.shown, one.label
        assert len(other.statements) == len(one.statements), one.label
        if "two" not in one.label:
            assert other.statements == one.statements, one.label


def test_the_officer_notices_no_more_than_anybody(neutral: Neutral) -> None:
    client = neutral.world.sign_in(neutral.officer)
    with closing(sqlite3.connect(str(neutral.world.database.engine().url.database))) as source:
        source.backup(neutral.before)
    looked = []
    for cause in ("block", "stop", "narrowed range", "terms"):
        neutral.put_back()
        CAUSES[cause](neutral)
        looker = Looker(client)
        address = neutral.world.thread_url(neutral.who)
        fields = page_of(looker.ask("thread", address)).form_with("place").fields
        looker.ask("hand-over", f"{address}/hand-over", {**fields, "place": "department-1"})
        looker.ask("thread after it", address)
        looker.ask("threads", "/provider/threads")
        looked.append([(answer.status, answer.shown, answer.statements) for answer in looker.answers])
    assert all(each == looked[0] for each in looked)
