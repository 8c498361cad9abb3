"""A bureau, the organisations that apply to it, their people and what they send; in short sentences for the tests."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sqlalchemy import delete, func, insert, select

from portal.calendar.clock import FixedClock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor, ActorKind
from portal.domain.application import Step
from portal.domain.application_decision import Way
from portal.domain.reach import UnitClass
from portal.services import joining, relay, unit_invitation, unit_people
from portal.services.acting import find_acting
from portal.services.application_desk import Approved
from portal.services.password import Passwords
from portal.services.relay import SEEKER_TOKEN
from portal.store import alias
from portal.store import unit as units
from portal.store.database import Database
from portal.store.tables import letterhead, membership, quota_use, unit
from tests import applications
from tests.application_forms import MUNICIPAL, PRIVATE, Fields
from tests.build import BuiltSeeker, build_seeker
from tests.services.signing_world import HASHING, HOME, NOBODY, PASSWORD

Steps = Mapping[Step, Fields]
COMPANY, TOWN = "24-ユ-300001", "24201"
DAYS = {"valid_from": "2026-06-15", "valid_until": "2027-03-31"}


def company(**changes: str) -> Steps:
    """The paper of an agency that has branches 01 and 02 under one number."""
    branches = {f"branches-{n}-branch_number": f"0{n + 1}" for n in range(2)}
    branches |= {f"branches-{n}-name": f"架空第{n + 1}支店" for n in range(2)}
    return applications.organisation(
        {**PRIVATE, Step.PLACES: {**branches, "departments-0-name": "営業課"}}, **changes
    )


def town(number: str = TOWN, contractor: str | None = None, **changes: str) -> Steps:
    """The paper of a municipality, together with a contractor when it has one."""
    joint: Fields = {}
    if contractor:
        joint = dict(MUNICIPAL[Step.CONTRACTORS]) | {
            "contractors-0-licence_number": contractor,
            "contractors-0-since": "2026-06-15",
        }
    places = {"departments-0-name": "商工課", "departments-1-name": "福祉課"}
    return applications.organisation(
        {**MUNICIPAL, Step.PLACES: places, Step.CONTRACTORS: joint}, number=number, **changes
    )


@dataclass
class Organisations:
    """One bureau with one clerk. names: the sign-in names of whoever has joined a unit, in order."""

    database: Database
    clock: FixedClock
    clerk: Actor = field(init=False)
    names: list[str] = field(default_factory=list)
    _serial: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        applications.load_application_tables(self.database, self.clock)
        self.clerk = applications.build_bureau_clerk(self.database)

    # At the counter

    def brings(self, steps: Steps) -> str:
        """The paper has come and is being looked at."""
        return applications.received(self.database, self.clock, self.clerk, steps)

    def would(self, ref: str) -> Way:
        """What approving would do."""
        return self.case(ref).way

    def case(self, ref: str) -> Any:
        """The case page."""
        return applications.case(self.database, self.clock, self.clerk, ref)

    def approves(self, ref: str, **typed: str) -> Approved:
        """The clerk's entry, by which alone anything becomes valid."""
        return applications.approve(self.database, self.clock, self.clerk, ref, **{**DAYS, **typed})

    def admits(self, steps: Steps) -> Approved:
        """Brought and approved."""
        return self.approves(self.brings(steps))

    def changes(self, officer: Actor, parts: str, typed: Fields, day: str = "2026-06-15") -> str:
        """利用申請の変更 by officer or contact: filled in, printed, brought to the bureau."""
        steps = {
            Step.CHANGE: {"day": day, "parts": [parts]},
            Step(parts): typed,
            Step.UNDERTAKINGS: {"correctness": "1"},
        }
        return applications.unit_application(self.database, self.clock, officer, self.clerk, "change", steps)

    def renewed(self, officer: Actor, until: str = "2028-03-31") -> Approved:
        """更新."""
        with self.database.read() as session:
            number = units.by_id(session, officer.unit_id or 0).number
        steps = {
            Step.ORGANISATION: town(number)[Step.ORGANISATION],
            Step.PEOPLE: PRIVATE[Step.PEOPLE],
            Step.UNDERTAKINGS: PRIVATE[Step.UNDERTAKINGS],
        }
        ref = applications.unit_application(self.database, self.clock, officer, self.clerk, "renewal", steps)
        return self.approves(ref, valid_from=DAYS["valid_from"], valid_until=until)

    def units(self) -> int:
        """How many units there are."""
        with self.database.read() as session:
            return int(session.execute(select(func.count()).select_from(unit)).scalar_one())

    def act(self, what: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """A service that writes."""
        with self.database.write() as session:
            return what(session, self.clock, *arguments, **named)

    # People

    def officer(self, approved: Approved) -> Actor:
        """The 個人情報管理・苦情処理責任者, with the code from the start sheet."""
        (code,) = [one.invitation.code for one in approved.invitations if one.role == "officer"]
        return self.joins(code)

    def member(self, officer: Actor, place: str) -> Actor:
        """Somebody the officer invites into a department or contractor."""
        with self.database.read() as session:
            places = unit_people.places(session, self.clock, officer)
        (ref,) = [one.ref for one in places if one.name == place]
        typed = {"display_name": "見本 担当", "place": ref, "days": "7"}
        return self.joins(self.act(unit_invitation.invite, officer, typed).code)

    def joins(self, code: str) -> Actor:
        """Whoever holds the code makes an account."""
        name = f"kakuu-{next(self._serial)}"
        self.names.append(name)
        passwords = Passwords(HASHING, frozenset())
        self.act(
            joining.join_new, NOBODY, passwords, code=code, sign_in_name=name, password=PASSWORD, address=HOME
        )
        with self.database.read() as session:
            row = session.execute(select(membership).order_by(membership.c.id.desc()).limit(1)).one()
        return Actor(
            ActorKind.MEMBER,
            account_id=row.account_id,
            unit_id=row.unit_id,
            membership_id=row.id,
            department_id=row.department_id,
            contractor_id=row.contractor_id,
            role=row.role,
        )

    # Messages

    def sends(self, who: Actor, to: BuiltSeeker | None = None) -> Any:
        """One message to somebody, somebody new unless said otherwise."""
        seeker = to or build_seeker(self.database)
        with self.database.read() as session:
            key = find_acting(session, who).key
        token = alias.token(key, SEEKER_TOKEN, seeker.alias_key)
        return self.act(relay.send, who, [token], "見本の案内です。", f"key-{next(self._serial)}")

    def has_sent(self, who: Actor, n: int) -> None:
        """The unit has used up so many of today's messages."""
        where = {"unit_id": who.unit_id, "jst_day": jst_day(self.clock.now())}
        with self.database.write() as session:
            session.execute(delete(quota_use).filter_by(**where))
            session.execute(insert(quota_use).values(**where, n=n))
            session.commit()

    def used(self, who: Actor) -> int:
        """What the counter of somebody's unit says."""
        day = jst_day(self.clock.now())
        with self.database.read() as session:
            found = select(quota_use.c.n).where(
                quota_use.c.unit_id == who.unit_id, quota_use.c.jst_day == day
            )
            return int(session.execute(found).scalar_one_or_none() or 0)

    def told(self, who: Actor) -> str:
        """What stands in front of the newest first message of somebody's unit."""
        with self.database.read() as session:
            found = select(letterhead.c.content).where(letterhead.c.unit_id == who.unit_id)
            return str(session.scalars(found.order_by(letterhead.c.id.desc()).limit(1)).one())

    def unit_class(self, who: Actor) -> UnitClass:
        """申請区分 of the unit somebody acts for."""
        with self.database.read() as session:
            return units.by_id(session, who.unit_id or 0).unit_class
