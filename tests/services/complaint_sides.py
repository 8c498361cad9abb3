"""A seeker, an organisation with its people, and the desks, for the tests of complaints."""

from collections.abc import Mapping
from itertools import count
from typing import Any

from sqlalchemy import select

from portal.calendar.clock import FixedClock
from portal.domain.actor import Actor
from portal.domain.complaint import Act
from portal.services import complaint, complaint_act, complaint_desk, complaint_officer, public_id
from portal.services.complaint import Opened, SeekerCase
from portal.services.complaint_officer import OfficerCase
from portal.store.database import Database
from portal.store.tables import account, outbox
from tests.build import (
    BuiltMember,
    BuiltSeeker,
    BuiltUnit,
    build_bureau_clerk,
    build_clerk,
    build_codes,
    build_member,
    build_seeker,
    build_unit,
)
from tests.services.relay_world import send

OWN_OFFICE, OTHER_OFFICE, BUREAU = "9901", "9902", "13"
TEXT = "断っているのに、毎日案内が届きます。"
_keys = count(1)


def key() -> str:
    return f"form-{next(_keys)}"


class Sides:
    """One thread between a seeker and a unit; officer, contact and the member who wrote; three desks."""

    def __init__(self, database: Database, clock: FixedClock, *, written: bool = True) -> None:
        self.database, self.clock = database, clock
        build_codes(database, "prefecture", ["13"])
        build_codes(database, "office", [OWN_OFFICE, OTHER_OFFICE])
        build_codes(database, "bureau", [BUREAU])
        self.unit: BuiltUnit = build_unit(database, name="架空見本紹介", bureau_code=BUREAU)
        self.officer: BuiltMember = build_member(database, self.unit, role="officer")
        self.contact: BuiltMember = build_member(database, self.unit, role="contact")
        self.writer: BuiltMember = build_member(database, self.unit)
        self.seeker: BuiltSeeker = build_seeker(database, office_code=OWN_OFFICE, with_account=True)
        self.desk = build_clerk(database, office_code=OWN_OFFICE, role="office_desk")
        self.other_desk = build_clerk(database, office_code=OTHER_OFFICE, role="office_desk")
        self.bureau = build_bureau_clerk(database, bureau_code=BUREAU)
        if written:
            send(database, clock, self.unit, self.writer, [self.seeker])

    @property
    def ref(self) -> str:
        """The unit as the seeker's pages name it."""
        return public_id.shown(self.unit.public_id)

    def typed(self, desk: str = "office", **more: str) -> Mapping[str, str]:
        return {"kind": "unwanted", "desk": desk, "office": OWN_OFFICE, "text": TEXT, **more}

    def open(
        self, desk: str = "office", *, who: BuiltSeeker | None = None, form: str = "", **more: str
    ) -> Opened:
        with self.database.write() as session:
            return complaint.open_case(
                session,
                self.clock,
                (who or self.seeker).actor,
                self.ref,
                self.typed(desk, **more),
                form or key(),
            )

    def act(
        self, who: Actor | BuiltSeeker | BuiltMember, ref: str, what: Act, text: str = "", **more: object
    ) -> bool:
        actor = who if isinstance(who, Actor) else who.actor
        form = str(more.pop("form", "")) or key()
        with self.database.write() as session:
            given: Any = more
            return complaint_act.act(session, self.clock, actor, ref, what, text, form, **given)

    def say(self, desk: Actor, ref: str, what: Act, text: str) -> None:
        """An act of a desk at an office or a bureau."""
        with self.database.write() as session:
            complaint_desk.say(session, self.clock, desk, ref, what, {"text": text}, key())

    def of_seeker(self, ref: str, who: BuiltSeeker | None = None) -> SeekerCase:
        with self.database.read() as session:
            return complaint.case(session, self.clock, (who or self.seeker).actor, ref)

    def of_officer(self, ref: str, who: BuiltMember | None = None) -> OfficerCase:
        with self.database.read() as session:
            return complaint_officer.case(session, self.clock, (who or self.officer).actor, ref)

    def officers_list(self) -> tuple[complaint_officer.CaseLine, ...]:
        with self.database.read() as session:
            return complaint_officer.cases(session, self.clock, self.officer.actor).lines

    def consult(self, *, form: str = "", **more: str) -> Opened:
        typed = {"kind": "trouble", "office": OWN_OFFICE, "text": "見本: 求職者と話が合いません。", **more}
        with self.database.write() as session:
            return complaint_officer.consult(
                session,
                self.clock,
                self.officer.actor,
                typed,
                form or key(),
                thread=self.unit.token(self.seeker, "thread"),
            )

    def wants_mail(self) -> None:
        """Everybody wants notices by mail."""
        with self.database.write() as session:
            session.execute(account.update().values(mail_notice=True, mail_sealed=b"x"))
            session.commit()

    def mails(self) -> set[int]:
        """Whose notices wait; they are taken away."""
        with self.database.write() as session:
            found = set(session.scalars(select(outbox.c.account_id)))
            session.execute(outbox.delete())
            session.commit()
        return found
