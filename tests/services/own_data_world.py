"""Somebody about whom the portal keeps something of every kind, and a neighbour about whom it keeps as much."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, select

from portal.calendar.clock import FixedClock
from portal.domain.actor import Actor, ActorKind
from portal.domain.answer import AnswerKind
from portal.services import block, complaint, correction, draft, inbox, paid_consent, public_id, relay
from portal.services import seeker as seekers
from portal.services.draft import Sheet
from portal.services.scope import public_id as office_address
from portal.store import alias, safe_message
from portal.store.database import Database
from portal.store.tables import message, profile, profile_view, seeker
from tests.build import BuiltMember, BuiltUnit, build_account, build_member, build_unit
from tests.registrations import FORM, build_office_clerk, prepare, register

CANARY = "架空の担当 秘密"
"""The name of everybody who works somewhere: none of them may stand in anybody's copy."""


@dataclass(frozen=True)
class Person:
    """A registered seeker with an account. words: what only this one wrote."""

    actor: Actor
    seeker_id: int
    account_id: int
    office_id: str
    words: str


class OwnDataWorld:
    """One office, two organisations, two seekers."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.database, self.clock = database, clock
        prepare(database, clock)
        self.clerk = build_office_clerk(database)
        self.unit = build_unit(database, name="架空甲社")
        self.other_unit = build_unit(database, name="架空乙社")
        self.member = build_member(database, self.unit, role="officer", name=CANARY)
        self.hana = self._person("hana-own", "13999-00012345", "見本　花子", "花子だけの言葉。")
        self.taro = self._person("taro-own", "13999-00054321", "例示　太郎", "太郎だけの言葉。")

    def act(self, what: Any, *arguments: Any, **named: Any) -> Any:
        """A service that writes, a minute after the one before."""
        self.clock.advance(timedelta(minutes=1))
        with self.database.write() as session:
            return what(session, self.clock, *arguments, **named)

    def _person(self, name: str, number: str, called: str, words: str) -> Person:
        done = register(
            self.database,
            self.clock,
            self.clerk,
            registration_number=number,
            name=called,
            valid_until="2026-12-31",
        )
        with self.database.read() as session:
            rows = session.execute(select(seeker.c.id, seeker.c.office_id)).all()
        seeker_id = next(row.id for row in rows if office_address(row.office_id) == done.office_id)
        account_id = build_account(self.database, kind="seeker", seeker_id=seeker_id, name=name)
        actor = Actor(ActorKind.SEEKER, account_id=account_id, seeker_id=seeker_id)
        return Person(actor, seeker_id, account_id, done.office_id, words)

    def fill(self, who: Person) -> None:
        """One of everything."""
        ref = public_id.shown(self.unit.public_id)
        self._write(self.unit, self.member, who)
        self.act(inbox.answer, who.actor, ref, AnswerKind.USE, who.words, f"answer-{who.account_id}")
        self.act(paid_consent.wish, who.actor, ref)
        typed = {"kind": "unwanted", "desk": "office", "office": "X1301", "text": f"相談：{who.words}"}
        self.act(complaint.open_case, who.actor, ref, typed, f"case-{who.account_id}")
        self.act(correction.ask, who.actor, "identity", f"訂正：{who.words}")
        self.act(block.block, who.actor, [public_id.shown(self.other_unit.public_id)])
        self._report(who)
        changed = {
            **FORM,
            "registration_number": "13999-00012345",
            "name": "見本　花子",
            "phone": "00-0000-0001",
        }
        if who.words.startswith("花子"):
            self.act(seekers.change_identity, self.clerk, who.office_id, changed)
        with self.database.write() as session:
            values = {
                "unit_id": self.unit.id,
                "seeker_id": who.seeker_id,
                "jst_day": date(2026, 6, 10),
                "n": 3,
            }
            session.execute(insert(profile_view).values(**values))
            sheet = Sheet(
                "seeker.thread", {"ref": ref}, {"text": [f"下書き：{who.words}"]}, timedelta(days=14)
            )
            draft.keep(session, self.clock, who.actor, sheet)
            session.commit()

    def _write(self, unit: BuiltUnit, member: BuiltMember, who: Person) -> None:
        with self.database.read() as session:
            found = select(profile.c.alias_key).where(profile.c.seeker_id == who.seeker_id)
            token = alias.token(unit.key, "seeker", session.execute(found).scalar_one())
        self.act(relay.send, member.actor, [token], f"案内：{who.words}", f"letter-{who.account_id}")

    def _report(self, who: Person) -> None:
        with self.database.write() as session:
            found = session.execute(
                select(message.c.id).where(
                    message.c.seeker_id == who.seeker_id, message.c.direction == "unit"
                )
            ).scalar_one()
            safe_message.add_report(
                session,
                message_id=found,
                seeker_id=who.seeker_id,
                unit_id=self.unit.id,
                office_code="X1301",
                kind="not_a_job",
                note=f"報告：{who.words}",
                at=self.clock.now(),
                day=date(2026, 6, 15),
            )
            session.commit()
