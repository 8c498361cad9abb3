"""A seeker and an organisation that have written to each other, their cases, and the desks that handle them."""

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import select

from portal.calendar.clock import FixedClock
from portal.domain.actor import Actor, ActorKind
from portal.domain.answer import AnswerKind
from portal.domain.code import read_tables
from portal.domain.complaint import Act
from portal.services import (
    complaint,
    complaint_case,
    complaint_desk,
    complaint_officer,
    inbox,
    public_id,
    relay,
)
from portal.services.code import TableFile, load_tables
from portal.services.thread import THREAD_TOKEN
from portal.store.database import Database
from portal.store.tables import account, audit, complaint_reading, outbox
from tests.build import (
    build_bureau_clerk,
    build_clerk,
    build_installation,
    build_member,
    build_seeker,
    build_unit,
)

OFFICE, OTHER_OFFICE, THIRD_OFFICE, BUREAU, OTHER_BUREAU = "X1301", "X1302", "X2701", "13", "27"
LETTER, ANSWER = "見本の案内です。", "見本の返事です。"
COMPLAINT, RESULT, ASKED = "見本の申出です。", "見本の回答です。", "見本の照会です。"
_TABLES = ("prefecture", "bureau", "office", "consultation_place")
_keys = count(1)


def load_desk_tables(database: Database, clock: FixedClock) -> None:
    """The offices and bureaus, and where to ask about telework and home work."""
    folder = Path(__file__).resolve().parents[2] / "config" / "tables"
    tables = read_tables((folder / "tables.toml").read_bytes())
    files = [TableFile(tables[kind], (folder / f"{kind}.csv").read_bytes()) for kind in _TABLES]
    with database.write() as session:
        load_tables(session, clock, Actor(ActorKind.OPERATOR), files)


class Desks:
    """One unit of bureau 13 with its officer, one seeker registered at office X1301, and the people of the desks."""

    def __init__(self, database: Database, clock: FixedClock, *, tables: bool = True, **unit: Any) -> None:
        self.database, self.clock = database, clock
        if tables:
            build_installation(database, demo=True)
            load_desk_tables(database, clock)
        self.unit = build_unit(database, bureau_code=BUREAU, **unit)
        self.officer = build_member(database, self.unit, role="officer", name="見本 責任")
        self.member = build_member(database, self.unit)
        self.seeker = build_seeker(database, office_code=OFFICE, with_account=True)
        self.desk = build_clerk(database, office_code=OFFICE, role="office_desk", name="例示 受付一")
        self.other_desk = build_clerk(
            database, office_code=OTHER_OFFICE, role="office_desk", name="例示 受付二"
        )
        self.clerk = build_clerk(database, office_code=OFFICE, name="例示 登録")
        self.bureau = build_bureau_clerk(database, bureau_code=BUREAU, name="例示 労働局一")
        self.other_bureau = build_bureau_clerk(database, bureau_code=OTHER_BUREAU)
        self.act(
            relay.send, self.member.actor, [self.unit.token(self.seeker)], LETTER, f"letter-{next(_keys)}"
        )

    def act(self, what: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """A service that writes."""
        with self.database.write() as session:
            return what(session, self.clock, *arguments, **named)

    def look(self, what: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """A service that reads."""
        with self.database.read() as session:
            return what(session, self.clock, *arguments, **named)

    def answers(self, text: str = ANSWER) -> None:
        """The seeker answers in the thread."""
        ref = public_id.shown(self.unit.public_id)
        self.act(inbox.answer, self.seeker.actor, ref, AnswerKind.TEXT, text, f"answer-{next(_keys)}")

    def opens(self, office: str = OFFICE, kind: str = "conduct", text: str = COMPLAINT) -> str:
        """The seeker complains to an office. The ref."""
        typed = {"kind": kind, "desk": "office", "office": office, "text": text}
        ref = public_id.shown(self.unit.public_id)
        return str(self.act(complaint.open_case, self.seeker.actor, ref, typed, f"case-{next(_keys)}").ref)

    def consults(self, office: str = OFFICE, kind: str = "trouble", text: str = COMPLAINT) -> str:
        """The officer brings a case to an office. The ref."""
        typed = {"kind": kind, "office": office, "text": text}
        token = self.unit.token(self.seeker, THREAD_TOKEN)
        opened = self.act(
            complaint_officer.consult, self.officer.actor, typed, f"case-{next(_keys)}", thread=token
        )
        return str(opened.ref)

    def says(self, who: Actor, ref: str, act: Act, text: str = RESULT, **named: Any) -> None:
        """A desk writes, asks, answers or ends."""
        key = named.pop("key", f"say-{next(_keys)}")
        self.act(complaint_desk.say, who, ref, act, {"text": text}, key, **named)

    def hands_over(
        self, who: Actor, ref: str, to: str, text: str = "見本の引き継ぎです。", **named: Any
    ) -> None:
        """A desk gives the case away."""
        key = named.pop("key", f"hand-{next(_keys)}")
        self.act(complaint_desk.hand_over, who, ref, {"to": to, "text": text}, key, **named)

    def case(self, who: Actor, ref: str) -> complaint_case.DeskCase:
        """The case as a desk sees it."""
        found: complaint_case.DeskCase = self.act(complaint_case.case, who, ref)
        return found

    def audits(self, kind: str) -> list[Any]:
        """Every audit line of a kind."""
        with self.database.read() as session:
            return list(session.execute(select(audit).where(audit.c.kind == kind).order_by(audit.c.id)))

    def readings(self) -> list[Any]:
        """Every reading of a frozen thread, as stored."""
        with self.database.read() as session:
            return list(session.execute(select(complaint_reading).order_by(complaint_reading.c.id)))

    def wants_mail(self, *accounts: int | None) -> None:
        """These people want notices by mail."""
        with self.database.write() as session:
            session.execute(
                account.update()
                .where(account.c.id.in_([one for one in accounts if one]))
                .values(mail_notice=True, mail_sealed=b"x")
            )
            session.commit()

    def mails(self) -> set[int]:
        """For whom a notice waits; then none waits any more."""
        with self.database.write() as session:
            found = set(session.scalars(select(outbox.c.account_id)))
            session.execute(outbox.delete())
            session.commit()
            return found
