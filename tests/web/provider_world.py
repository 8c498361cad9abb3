"""What the tests of the organisations' pages begin with: units, signed-in members, seekers with something to show."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlalchemy import insert

from portal.calendar.clock import Clock
from portal.domain.answer import AnswerKind
from portal.domain.profile import Choice, tokens
from portal.services import inbox, public_id, relay
from portal.services.profile import every
from portal.services.relay import SendResult
from portal.services.thread import THREAD_TOKEN
from portal.store import words
from portal.store.database import Database
from portal.store.tables import profile_choice, profile_text
from tests.build import LONG_AGO, BuiltMember, BuiltSeeker, BuiltUnit, build_member, build_seeker, build_unit
from tests.registrations import prepare
from tests.web.signing import sign_in_as

TEXT = "架空の案内です。\n一度お話ししませんか。"
PLAIN = (
    Choice("occupation", "occupation", "056"),
    Choice("place", "municipality", "24201"),
    Choice("employment", "employment_type", "regular"),
)
_keys = count(1)


@dataclass(frozen=True)
class World:
    """One unit with a member who is signed in, on a prepared database."""

    database: Database
    clock: Clock
    client: Any
    unit: BuiltUnit
    member: BuiltMember
    tables: bool

    def seeker(self, *choices: Choice, experience: str = "", **values: Any) -> BuiltSeeker:
        """A seeker with these choices (the plain ones if none are given); without code tables with none."""
        if not self.tables:
            return build_seeker(self.database, **values)
        chosen = choices or PLAIN
        with self.database.read() as session:
            carried = tokens(chosen, every(session))
        built = build_seeker(self.database, tokens=carried, **values)
        places: dict[str, int] = {}
        with self.database.write() as session:
            for choice in chosen:
                places[choice.role] = places.get(choice.role, 0) + 1
                session.execute(
                    insert(profile_choice).values(
                        seeker_id=built.id,
                        role=choice.role,
                        position=places[choice.role],
                        kind=choice.kind,
                        code=choice.code,
                        band=choice.band,
                    )
                )
            if experience:
                session.execute(
                    insert(profile_text).values(
                        seeker_id=built.id, kind="experience", text=experience, published_at=LONG_AGO
                    )
                )
                words.put(session, [built.id])
            session.commit()
        return built

    def send(
        self, to: Iterable[BuiltSeeker], text: str = TEXT, member: BuiltMember | None = None
    ) -> SendResult:
        """Send past the pages."""
        with self.database.write() as session:
            return relay.send(
                session,
                self.clock,
                (member or self.member).actor,
                [self.unit.token(who) for who in to],
                text,
                f"key-of-a-test-{next(_keys)}",
            )

    def answer(
        self, who: BuiltSeeker, kind: AnswerKind = AnswerKind.QUESTION, text: str = "どんな仕事ですか。"
    ) -> None:
        """The seeker answers past the pages."""
        with self.database.write() as session:
            inbox.answer(
                session,
                self.clock,
                who.actor,
                public_id.shown(self.unit.public_id),
                kind,
                text,
                f"answer-of-a-test-{next(_keys)}",
            )

    def profile_url(self, who: BuiltSeeker) -> str:
        """The address of a profile."""
        return f"/provider/seekers/{self.unit.token(who)}"

    def write_url(self, *people: BuiltSeeker) -> str:
        """The address of the form to write to these people."""
        return "/provider/write?" + "&".join(f"to={self.unit.token(who)}" for who in people)

    def thread_url(self, who: BuiltSeeker) -> str:
        """The address of a thread."""
        return f"/provider/threads/{self.unit.token(who, THREAD_TOKEN)}"

    def sign_in(self, member: BuiltMember) -> Any:
        """Another browser, with another member in front of it."""
        client = self.client.application.test_client()
        sign_in_as(client, member.account_id)
        return client


def world(database: Database, clock: Clock, client: Any, *, tables: bool = True, **unit: Any) -> World:
    """A unit and a member of it, signed in. tables: whether the code tables are needed."""
    if tables:
        prepare(database, clock)
    built = build_unit(database, **unit)
    member = build_member(database, built)
    sign_in_as(client, member.account_id)
    return World(database, clock, client, built, member, tables)
