"""What tests of the people of a unit share: a unit with officer and contact, short calls of the services."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from portal.domain.actor import Actor
from portal.services import joining, unit_invitation, unit_people
from portal.services.unit_invitation import IssuedInvitation
from portal.services.use_case import use_case
from portal.store.tables import membership, unit
from tests import build
from tests.services.signing_world import HOME, NOBODY, PASSWORD, SignInWorld

TODAY = date(2026, 6, 15)


@dataclass
class PeopleWorld(SignInWorld):
    """A unit with an officer and a contact; more is built where it is needed."""

    unit_class: str = "municipal"
    unit: build.BuiltUnit = field(init=False)
    officer: build.BuiltMember = field(init=False)
    contact: build.BuiltMember = field(init=False)

    def __post_init__(self) -> None:
        self.unit = build.build_unit(self.database, unit_class=self.unit_class)
        self.officer = build.build_member(self.database, self.unit, role="officer", name="責任者")
        self.contact = build.build_member(self.database, self.unit, role="contact", name="連絡者")

    def member(self, **more: Any) -> build.BuiltMember:
        return build.build_member(self.database, self.unit, **more)

    def people(self, actor: Actor | None = None) -> unit_people.People:
        with self.database.read() as session:
            return unit_people.people(session, self.clock, actor or self.officer.actor)

    def ref(self, member: build.BuiltMember) -> str:
        """What stands for somebody of the unit in addresses."""
        return self.unit.ref("member", member.membership_id)

    def end(self, who: build.BuiltMember, by: Actor | None = None) -> unit_people.Ended:
        with self.database.write() as session:
            return unit_people.end(session, self.clock, by or self.officer.actor, self.ref(who))

    def move(self, who: build.BuiltMember, place: str, by: Actor | None = None) -> None:
        with self.database.write() as session:
            unit_people.move(session, self.clock, by or self.officer.actor, self.ref(who), {"place": place})

    def invite(self, by: Actor | None = None, **typed: str) -> IssuedInvitation:
        given = {"display_name": "架空 招待", "place": "", "days": "7", **typed}
        with self.database.write() as session:
            return unit_invitation.invite(session, self.clock, by or self.officer.actor, given)

    def recorded(self, role: str, name: str = "架空 後任", days: int = 7, **more: Any) -> IssuedInvitation:
        """As the bureau's approval does it."""
        clerk = build.build_bureau_clerk(self.database)
        with (
            self.database.write() as session,
            use_case(session, self.clock, clerk, "application.approve") as trail,
        ):
            return unit_invitation.issue(session, trail, clerk, self.unit.id, role, name, days=days, **more)

    def invitations(self, actor: Actor | None = None) -> tuple[unit_invitation.Invitation, ...]:
        with self.database.read() as session:
            return unit_invitation.invitations(session, self.clock, actor or self.officer.actor)

    def renew(self, ref: str, by: Actor | None = None) -> IssuedInvitation:
        with self.database.write() as session:
            return unit_invitation.renew(session, self.clock, by or self.officer.actor, ref).issued

    def revoke(self, ref: str, by: Actor | None = None) -> str:
        with self.database.write() as session:
            return unit_invitation.revoke(session, self.clock, by or self.officer.actor, ref)

    def look(self, code: str = "", link: str | None = None, address: str = HOME) -> joining.Offer:
        with self.database.write() as session:
            return joining.look(session, self.clock, NOBODY, code=code, link=link, address=address)

    def join(self, actor: Actor, code: str = "", link: str | None = None) -> joining.Joined:
        with self.database.write() as session:
            return joining.join(session, self.clock, actor, code=code, link=link, address=HOME)

    def join_new(self, code: str, name: str = "kakuu-new", password: str = PASSWORD) -> joining.Joined:
        with self.database.write() as session:
            return joining.join_new(
                session,
                self.clock,
                NOBODY,
                self.passwords,
                code=code,
                sign_in_name=name,
                password=password,
                address=HOME,
            )

    def roles(self) -> dict[int, str]:
        """Role by account, of those in force."""
        with self.database.read() as session:
            rows = session.execute(
                select(membership.c.account_id, membership.c.role).where(
                    membership.c.unit_id == self.unit.id, membership.c.until.is_(None)
                )
            )
            return {row.account_id: row.role for row in rows}

    def officer_left_on(self) -> date | None:
        with self.database.read() as session:
            return session.scalars(select(unit.c.officer_left_on).where(unit.c.id == self.unit.id)).one()
