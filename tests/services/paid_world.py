"""A private unit, its bureau, a seeker who has answered: what the tests of paid services begin with."""

from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any

from sqlalchemy import select, update

from portal.calendar.clock import FixedClock
from portal.domain.actor import Actor
from portal.domain.answer import AnswerKind
from portal.domain.paid_service import ConsentState
from portal.services import inbox, outcome, paid_consent, paid_notice, paid_service, paid_thread, public_id
from portal.services.paid_consent import Consents, Request, WithUnit
from portal.services.paid_service import PaidService
from portal.services.paid_thread import Offer, PaidThread
from portal.services.relay import SendResult
from portal.store.database import Database
from portal.store.tables import paid_ledger, paid_service_version, profile
from tests.build import (
    BuiltMember,
    BuiltSeeker,
    BuiltUnit,
    build_bureau_clerk,
    build_member,
    build_seeker,
    build_unit,
)
from tests.services.relay_world import send

TERMS = {
    "type": "面接練習（架空）",
    "description": "見本の説明です。",
    "amount": "5,000",
    "charge": "1回",
    "cancellation": "前日までは無料で取り消せます。",
}
TODAY = date(2026, 6, 15)


@dataclass
class PaidWorld:
    """One unit with one officer, its bureau's clerk, one seeker who has answered; more of each when asked for."""

    database: Database
    clock: FixedClock
    unit_class: str = "private"
    graduate_until: date | None = date.max
    unit: BuiltUnit = field(init=False)
    officer: BuiltMember = field(init=False)
    clerk: Actor = field(init=False)
    seeker: BuiltSeeker = field(init=False)
    _keys: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.unit = build_unit(self.database, unit_class=self.unit_class, name="架空人材紹介 見本社")
        self.officer = build_member(self.database, self.unit, role="officer")
        self.clerk = build_bureau_clerk(self.database)
        self.seeker = self.another()

    @classmethod
    def around(
        cls,
        database: Database,
        clock: FixedClock,
        unit: BuiltUnit,
        officer: BuiltMember,
        clerk: Actor,
        seeker: BuiltSeeker,
        *,
        first: int = 1000,
    ) -> "PaidWorld":
        """The same around people who are there already; the seeker becomes a 新規大学卒業者等."""
        world = cls.__new__(cls)
        world.database, world.clock, world._keys = database, clock, count(first)
        world.unit, world.officer, world.clerk, world.seeker = unit, officer, clerk, seeker
        world.graduates(seeker, date.max)
        return world

    def graduates(self, seeker: BuiltSeeker, until: date | None) -> None:
        """Until when somebody is a 新規大学卒業者等."""
        with self.database.write() as session:
            session.execute(
                update(profile).where(profile.c.seeker_id == seeker.id).values(graduate_until=until)
            )
            session.commit()

    def another(self, graduate_until: date | str | None = "same") -> BuiltSeeker:
        """One more seeker to whom the unit has written and who wishes to use it."""
        seeker = build_seeker(self.database, with_account=True)
        until = self.graduate_until if isinstance(graduate_until, str) else graduate_until
        self.graduates(seeker, until)
        send(self.database, self.clock, self.unit, self.officer, [seeker])
        self.says(AnswerKind.USE, seeker)
        return seeker

    def says(self, kind: AnswerKind, seeker: BuiltSeeker, text: str = "") -> None:
        """A seeker answers the unit."""
        with self.database.write() as session:
            inbox.answer(session, self.clock, seeker.actor, self.ref, kind, text, f"a{next(self._keys)}")

    def act(self, what: Any, *arguments: Any, **named: Any) -> Any:
        """A service that writes."""
        with self.database.write() as session:
            return what(session, self.clock, *arguments, **named)

    def look(self, what: Any, *arguments: Any, **named: Any) -> Any:
        """A service that reads."""
        with self.database.read() as session:
            return what(session, *arguments, **named)

    @property
    def ref(self) -> str:
        """How the seeker names the unit."""
        return public_id.shown(self.unit.public_id)

    def token(self, seeker: BuiltSeeker | None = None) -> str:
        """How the unit names the thread."""
        return self.unit.token(seeker or self.seeker, "thread")

    # The unit

    def registers(self, kind: str = "graduate", **changes: str) -> str:
        """A service of the unit."""
        return str(self.act(paid_service.create, self.officer.actor, {"kind": kind} | TERMS | changes))

    def changes(self, ref: str, **changes: str) -> bool:
        """Other terms."""
        seen = str(self.versions(ref)[0].version)
        typed = TERMS | {"seen": seen} | changes
        return bool(self.act(paid_service.change, self.officer.actor, ref, typed))

    def ends(self, ref: str) -> None:
        """Offered no more."""
        self.act(paid_service.end, self.officer.actor, ref, {"seen": str(self.versions(ref)[0].version)})

    def versions(self, ref: str) -> tuple[PaidService, ...]:
        """All versions of a service."""
        return tuple(self.look(paid_service.service, self.clock, self.officer.actor, ref))

    def number(self, ref: str) -> str:
        """The number on the newest paper."""
        return self.versions(ref)[0].number

    def asks(self, ref: str, seeker: BuiltSeeker | None = None, key: str | None = None) -> SendResult:
        """Asks for consent."""
        typed = {"service": ref, "seen": str(self.versions(ref)[0].version)}
        key = key or f"k{next(self._keys)}"
        done: SendResult = self.act(paid_thread.ask, self.officer.actor, self.token(seeker), typed, key)
        return done

    def gives(self, ref: str, on: date | None = None, seeker: BuiltSeeker | None = None) -> None:
        """Records a service as given."""
        typed = {
            "service": ref,
            "seen": str(self.versions(ref)[0].version),
            "happened_on": (on or TODAY).isoformat(),
        }
        self.act(paid_thread.give, self.officer.actor, self.token(seeker), typed)

    def accepts(self, seeker: BuiltSeeker | None = None, **typed: Any) -> None:
        """求職受理."""
        given = {"outcome": "accepted", "happened_on": TODAY.isoformat()} | typed
        self.act(outcome.record, self.officer.actor, self.token(seeker), given)

    def page(self, seeker: BuiltSeeker | None = None) -> PaidThread:
        """What the unit sees in a thread."""
        found: PaidThread = self.look(
            paid_thread.paid_thread, self.clock, self.officer.actor, self.token(seeker)
        )
        return found

    def offer(self, ref: str, seeker: BuiltSeeker | None = None) -> Offer:
        """One service in a thread."""
        return next(offer for offer in self.page(seeker).offers if offer.ref == ref)

    # The bureau

    def received(self, ref: str, on: str = "") -> None:
        """The paper of the newest version has come."""
        self.act(paid_notice.receive, self.clerk, self.number(ref), {"received_on": on})

    def asked_back(self, ref: str, told: str = "金額の内訳を書いてください（見本）") -> None:
        """Something is missing."""
        self.act(paid_notice.ask_back, self.clerk, self.number(ref), {"told": told})

    def checked(self, ref: str) -> None:
        """Nothing is missing."""
        self.act(paid_notice.accept, self.clerk, self.number(ref))

    # The seeker

    def requests(self, seeker: BuiltSeeker | None = None) -> tuple[Request, ...]:
        """The askings a seeker got from the unit."""
        return self.own(seeker).requests

    def own(self, seeker: BuiltSeeker | None = None) -> WithUnit:
        """A seeker's page of the unit."""
        found: WithUnit = self.look(paid_consent.with_unit, (seeker or self.seeker).actor, self.ref)
        return found

    def everything(self, seeker: BuiltSeeker | None = None) -> Consents:
        """A seeker's page of all consents."""
        found: Consents = self.look(paid_service.consents_of, (seeker or self.seeker).actor)
        return found

    def decides(
        self, decision: str, seeker: BuiltSeeker | None = None, ref: str | None = None
    ) -> ConsentState:
        """Answers the newest asking."""
        ref = ref or self.requests(seeker)[-1].ref
        actor = (seeker or self.seeker).actor
        return ConsentState(self.act(paid_consent.answer, actor, ref, {"decision": decision}))

    def withdraws(self, seeker: BuiltSeeker | None = None) -> None:
        """Takes the newest consent back."""
        self.act(paid_consent.withdraw, (seeker or self.seeker).actor, self.requests(seeker)[-1].ref)

    def wishes(self, seeker: BuiltSeeker | None = None) -> None:
        """Records the own wish."""
        self.act(paid_consent.wish, (seeker or self.seeker).actor, self.ref)

    def wishes_no_more(self, seeker: BuiltSeeker | None = None) -> None:
        """Takes it back."""
        self.act(paid_consent.end_wish, (seeker or self.seeker).actor, self.ref)

    # Everything up to the consent

    def ready(self) -> str:
        """A service of kind C whose notice the bureau has received."""
        ref = self.registers()
        self.received(ref)
        return ref

    def consented(self) -> str:
        """… which the seeker has consented to."""
        ref = self.ready()
        self.asks(ref)
        self.decides("consent")
        return ref

    def steps(self) -> list[str]:
        """The ledger, in order."""
        with self.database.read() as session:
            return list(session.scalars(select(paid_ledger.c.step).order_by(paid_ledger.c.id)))


def old_terms(world: PaidWorld, **terms: str) -> str:
    """A notified service of kind C whose newest version has words from before terms were looked at. The ref."""
    ref = world.registers()
    with world.database.write() as session:
        made = session.execute(paid_service_version.select()).mappings().all()[-1]
        row = {**made, **terms, "version": made["version"] + 1, "number": "P-2222-3333"}
        row.pop("id")
        session.execute(paid_service_version.insert().values(**row))
        session.commit()
    world.received(ref)
    return ref
