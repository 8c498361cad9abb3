"""A town for the tests of foreign ids: two of each kind, units, departments, offices and seekers, all signed in."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from portal.domain.actor import Actor
from portal.domain.draft import TEXT_KEPT
from portal.domain.saved_search import Asked
from portal.services import application, draft, relay, saved_search, send_history, template
from portal.services.draft import Sheet
from portal.store.tables import metadata, profile, seeker
from portal.web.provider.marker import FIELD
from tests.build import (
    KEYRING,
    BuiltSeeker,
    BuiltUnit,
    build_account,
    build_bureau_clerk,
    build_contractor,
    build_department,
    build_member,
    build_unit,
)
from tests.registration_files import cells, hand_in, work, written
from tests.registrations import OFFICE, OTHER_OFFICE, build_office_clerk, prepare, register
from tests.web.provider_world import TEXT
from tests.web.signing import sign_in_as

TELLING = "見本花子と申します。電話は090-0000-0000です。"
_UNTOUCHED = [table for table in metadata.sorted_tables if table.name not in ("audit", "session", "code")]


@dataclass(frozen=True)
class Case:
    """One request with an id in its place {}. who: whose browser. data: None = GET."""

    who: str
    address: str
    foreign: tuple[str, ...]
    unknown: tuple[str, ...]
    data: dict[str, Any] | None = None


class Town:
    """Two units and one of another bureau, two departments of one, two offices, seekers of both; all are signed in."""

    def __init__(self, app: Any, database: Any, clock: Any) -> None:
        self.app, self.database, self.clock = app, database, clock
        prepare(database, clock)
        self.agency, self.city = build_unit(database), build_unit(database, unit_class="municipal")
        self.far = build_unit(database, bureau_code="27")
        one, two = (build_department(database, self.agency, f"第{n}課") for n in "一二")
        self.first = build_member(database, self.agency, department_id=one)
        self.second = build_member(database, self.agency, department_id=two)
        self.officer = build_member(database, self.agency, role="officer")
        self.helper = build_member(database, self.city)
        build_contractor(database, self.city, until=date(2026, 5, 31))
        self.clerk, self.other_clerk = (
            build_office_clerk(database, office) for office in (OFFICE, OTHER_OFFICE)
        )
        self.bureau, self.other_bureau = (
            build_bureau_clerk(database, bureau_code=bureau) for bureau in ("13", "27")
        )
        self.own = self._registered(self.clerk, "13999-00000001")
        self.other = self._registered(self.clerk, "13999-00000002")
        self.theirs = self._registered(self.other_clerk, "13999-00000003")
        self._send(self.first, self.agency, self.own, "key-of-first-department")
        self._send(self.second, self.agency, self.other, "key-of-other-department")
        self._send(self.helper, self.city, self.other, "key-of-another-unit")
        self.saved = {
            who: self._save(member)
            for who, member in (("first", self.first), ("second", self.second), ("helper", self.helper))
        }
        self.texts = {
            who: self._keep_text(member)
            for who, member in (("first", self.first), ("second", self.second), ("helper", self.helper))
        }
        self.sends = {
            who: self._newest_send(member)
            for who, member in (("first", self.first), ("second", self.second), ("helper", self.helper))
        }
        self.drafts = tuple(
            self._draft(who) for who in (self.second.actor, self.helper.actor, self.other.actor)
        )
        self.file, self.their_file = (
            self._file(clerk, number)
            for clerk, number in ((self.clerk, "13999-00000004"), (self.other_clerk, "13999-00000005"))
        )
        self.application = self._application()
        accounts = {
            "first": self.first.account_id,
            "officer": self.officer.account_id,
            "seeker": self.own.account_id,
            "clerk": self.clerk.account_id,
            "bureau": self.bureau.account_id,
        }
        self.browsers = {who: app.test_client() for who in accounts}
        for who, account_id in accounts.items():
            sign_in_as(self.browsers[who], account_id)

    def _application(self) -> str:
        """The city is about to change something."""
        officer = build_member(self.database, self.city, role="officer")
        with self.database.write() as session:
            return application.start_for_unit(session, self.clock, officer.actor, "change")

    def _registered(self, clerk: Actor, number: str) -> BuiltSeeker:
        register(self.database, self.clock, clerk, registration_number=number, pr=TELLING)
        key = KEYRING.blind("seeker.registration_number", number)
        with self.database.read() as session:
            row = session.execute(
                select(seeker.c.id, seeker.c.office_id, profile.c.alias_key)
                .join(profile, profile.c.seeker_id == seeker.c.id)
                .where(seeker.c.registration_key == key)
            ).one()
        account_id = build_account(self.database, kind="seeker", seeker_id=row.id)
        return BuiltSeeker(row.id, row.alias_key, row.office_id, account_id)

    def _file(self, clerk: Actor, number: str) -> str:
        """A file that registered one person and refused a line."""
        data = written(cells(registration_number=number), cells(registration_number="?"))
        file = hand_in(self.database, self.clock, data, register=True, actor=clerk)
        work(self.database, self.clock)
        return file.public_id

    def _draft(self, who: Actor) -> str:
        """Something that somebody has typed and not sent."""
        with self.database.write() as session:
            draft.keep(
                session,
                self.clock,
                who,
                Sheet("provider.thread", {"token": "x"}, {"text": [TEXT]}, TEXT_KEPT),
            )
            return draft.every(session, self.clock, who)[0].ref

    def _send(self, member: Any, unit: BuiltUnit, who: BuiltSeeker, key: str) -> None:
        with self.database.write() as session:
            relay.send(session, self.clock, member.actor, [unit.token(who)], TEXT, key)

    def _save(self, member: Any) -> str:
        with self.database.write() as session:
            typed = {"name": "見本の検索", "shared": "y"}
            return saved_search.save(session, self.clock, member.actor, typed, Asked())

    def _keep_text(self, member: Any) -> str:
        with self.database.write() as session:
            typed = {"title": "見本の文例", "text": TEXT}
            return template.add(session, self.clock, member.actor, typed)

    def _newest_send(self, member: Any) -> str:
        with self.database.read() as session:
            return send_history.sends(session, self.clock, member.actor).lines[0].ref

    def data(self, who: str, **values: Any) -> dict[str, Any]:
        """What a form of this person sends along, whatever it is for."""
        page = self.browsers[who].page("/account")
        token = page.form_with("language").fields["csrf_token"]
        if who in ("first", "officer"):
            written = self.browsers[who].page(f"/provider/write?to={self.agency.token(self.own)}")
            values[FIELD] = written.form_with(FIELD).fields[FIELD]
        return {"csrf_token": token, **values}

    def rows(self) -> list[Any]:
        """Everything that is kept, but for traces and sessions."""
        with self.database.read() as session:
            return [session.execute(select(table)).all() for table in _UNTOUCHED]
