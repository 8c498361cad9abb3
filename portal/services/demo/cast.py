"""The people of the demo as the portal knows them: they get accounts and sign in through the services."""

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy.orm import Session

from portal.calendar.clock import FixedClock
from portal.calendar.day import jst_day
from portal.calendar.period import end_of_month_after
from portal.domain.actor import Actor, ActorKind
from portal.domain.application import State
from portal.domain.permission import Permission
from portal.domain.refusal import Conflict, Invalid
from portal.services import (
    access_code,
    account,
    application_desk,
    measure,
    membership,
    registration,
    scope,
    seeker,
    seeker_file,
    sheet,
    sign_in,
    terms,
    unit,
    web_session,
)
from portal.services.access_code import Purpose
from portal.services.acting import find_acting
from portal.services.application_view import Filters
from portal.services.demo.story import (
    LONGEST_AGO,
    Application,
    Calendar,
    Clerk,
    Person,
    Seeker,
    Story,
    Unit,
)
from portal.services.password import Passwords
from portal.services.relay import SEEKER_TOKEN
from portal.services.thread import THREAD_TOKEN
from portal.services.use_case import query
from portal.services.web_session import Lifetime
from portal.store import alias
from portal.store import profile as profile_store

_NOBODY = Actor(ActorKind.PUBLIC)
_OPERATOR = Actor(ActorKind.OPERATOR)
_ADDRESS = "127.0.0.1"
_SHORT = Lifetime(timedelta(minutes=5), timedelta(minutes=5))
_UNIT_VALID_FOR = timedelta(days=3 * 365)
_SEEKER_MONTHS = 6
_CODE_DAYS = 30


@dataclass
class Cast:
    """Who has come in so far. Entering somebody again changes nothing: a loading broken off can go on."""

    session: Session
    clock: FixedClock
    passwords: Passwords
    story: Story
    calendar: Calendar
    default_months: int
    operator: Actor = field(default=_OPERATOR)
    clerks: dict[str, Actor] = field(default_factory=dict)
    bureau_clerks: dict[str, Actor] = field(default_factory=dict)
    members: dict[tuple[str, str], Actor] = field(default_factory=dict)
    seekers: dict[int, Actor] = field(default_factory=dict)
    office_ids: dict[int, str] = field(default_factory=dict)
    sheets: dict[int, str] = field(default_factory=dict)

    # The operator and the organisations

    def enter_operator(self) -> None:
        """The operator, whose name then stands behind what is entered."""
        name, display_name = self.story.operator
        with suppress(Conflict):
            account.create_operator(
                self.session, self.clock, self.operator, sign_in_name=name, display_name=display_name
            )
        self.operator = account.operator(self.session, name)

    def enter_clerk(self, clerk: Clerk) -> None:
        """A clerk with a post at an office or at a bureau."""
        try:
            account.create_staff(
                self.session,
                self.clock,
                self.operator,
                sign_in_name=clerk.sign_in,
                display_name=clerk.name,
                role="office_clerk" if clerk.office else "bureau_clerk",
                office_code=clerk.office or None,
                bureau_code=clerk.bureau or None,
                days=_CODE_DAYS,
            )
        except Invalid as known:
            if known.errors != {"sign_in_name": ["name_taken"]}:
                raise
        self._invite(clerk.sign_in)
        entered = self._signed_in(clerk.sign_in, self.story.password)
        if clerk.office:
            self.clerks[clerk.office] = entered
        else:
            self.bureau_clerks[clerk.bureau] = entered

    def enter_unit(self, entered: Unit) -> None:
        """An organisation with everything that hangs below it."""
        session, clock, operator = self.session, self.clock, self.operator
        left = _UNIT_VALID_FOR if entered.days is None else timedelta(days=entered.days)
        first, last = self.calendar.day(LONGEST_AGO), self.calendar.day(0) + left
        days = {"valid_from": first.isoformat(), "valid_until": last.isoformat()}
        with suppress(Conflict):
            unit.create(session, clock, operator, {**entered.typed, **days})
        for number, name in entered.branches:
            with suppress(Conflict):
                typed = {"branch_number": number, "name": name}
                unit.add_branch(session, clock, operator, entered.ref, typed)
        for name in entered.departments:
            with suppress(Conflict):
                unit.add_department(session, clock, operator, entered.ref, {"name": name})
        for contractor in entered.contractors:
            period = {"since": days["valid_from"], "until": days["valid_until"]}
            unit.add_contractor(session, clock, operator, entered.ref, {**contractor, **period})
        if entered.reserve:
            unit.set_reserve(session, clock, operator, entered.ref, {"reserve": str(entered.reserve)})

    def take_in(self, came: Application) -> None:
        """An application comes on paper to the bureau, is looked at, and perhaps asked back."""
        session, clock, clerk = self.session, self.clock, self.bureau_clerks[came.bureau]
        wanted = Filters(text=came.typed["number"])
        known = application_desk.listing(session, clerk, wanted).lines
        ref = known[0].ref if known else application_desk.take_in(session, clock, clerk, came.typed)
        case = application_desk.case(session, clock, clerk, ref)
        for line in case.checks:
            if line.item in came.checked and line.result is None:
                found = application_desk.Finding(line.item, "ok", subject=line.subject)
                application_desk.check(session, clock, clerk, ref, [found])
        if came.asked_back and case.line.state is State.RECEIVED:
            application_desk.ask_back(session, clock, clerk, ref, {"reasons": came.asked_back})

    def suspend(self, entered: Unit) -> None:
        """The bureau's measure."""
        typed = {"reason": "breach", "tells_reason": "y", "note": entered.suspension_reason}
        measure.suspend(self.session, self.clock, self.operator, entered.ref, typed)

    def enter_person(self, person: Person) -> None:
        """Somebody of an organisation, with every membership, who then signs in for each of them."""
        for place in person.memberships:
            typed = {
                "sign_in_name": person.sign_in,
                "display_name": person.name,
                "role": place.role,
                "department": place.department,
                "contractor": place.contractor,
            }
            ref = self.story.unit(place.unit).ref
            with suppress(Conflict):
                membership.add(self.session, self.clock, self.operator, ref, typed, days=_CODE_DAYS)
        self._invite(person.sign_in)
        for place in person.memberships:
            name = self.story.unit(place.unit).name
            self.members[person.sign_in, place.unit] = self._signed_in(
                person.sign_in, self.story.password, name
            )

    # The seekers

    def register(self, person: Seeker) -> None:
        """A seeker comes to the office."""
        clerk = self.clerks[person.office]
        number = {"registration_number": str(person.typed["registration_number"])}
        if not seeker.registered_already(self.session, clerk, number):
            form = self._form(person)
            seeker.register(self.session, self.clock, clerk, form, default_months=self.default_months)
        self.office_ids[person.number] = seeker_file.find(self.session, clerk, number)

    def _form(self, person: Seeker) -> dict[str, str | Sequence[str]]:
        today = jst_day(self.clock.now())
        until = end_of_month_after(self.calendar.day(0), _SEEKER_MONTHS)
        if person.ended is not None:
            until = max(today, self.calendar.day(person.ended))
        chosen = "both" if person.narrowed is not None else person.range
        # The first of March that is over; after June a graduate of this year is no longer left out.
        graduated = date(today.year if today.month >= 3 else today.year - 1, 3, 1)
        return {
            **person.typed,
            "registered_on": today.isoformat(),
            "valid_until": "" if person.short else until.isoformat(),
            "range_private": "y" if chosen != "municipal" else "",
            "range_municipal": "y" if chosen != "private" else "",
            "graduated_on": graduated.isoformat() if person.graduated else "",
            "terms_version": terms.current(self.session, self.clock).code,
            "terms_agreed": "y",
        }

    def narrow(self, person: Seeker) -> None:
        """The seeker has the range changed at the office."""
        typed = {f"range_{person.range}": "y"}
        clerk, office_id = self.clerks[person.office], self.office_ids[person.number]
        registration.change_range(self.session, self.clock, clerk, office_id, typed)

    def hand_out(self, person: Seeker) -> None:
        """The seeker gets the sheet with the code."""
        with suppress(Conflict):
            self.sheets[person.number] = self._sheet(person, Purpose.ACTIVATION)

    def activate(self, person: Seeker) -> None:
        """The seeker opens the account with the sheet from the office, and signs in.

        Those who are not printed get a password that nobody knows.
        """
        password = self.story.password if person.sign_in else secrets.token_urlsafe(24)
        name = person.sign_in or f"demo-{person.number}"
        if person.number in self.sheets:
            access_code.activate(
                self.session,
                self.clock,
                _NOBODY,
                self.passwords,
                code=self.sheets[person.number],
                birth_date=person.born,
                sign_in_name=name,
                password=password,
                address=_ADDRESS,
            )
        else:
            self._choose_password(self._sheet(person, Purpose.PASSWORD), password, person.born)
        self.seekers[person.number] = self._signed_in(name, password)

    def _sheet(self, person: Seeker, purpose: Purpose) -> str:
        clerk, office_id = self.clerks[person.office], self.office_ids[person.number]
        printed = sheet.issue(self.session, self.clock, clerk, office_id, purpose, activation_days=_CODE_DAYS)
        return printed.code.code

    # Signing in

    def _invite(self, name: str) -> None:
        code = account.reissue(
            self.session, self.clock, self.operator, sign_in_name=name, purpose=Purpose.INVITATION
        )
        self._choose_password(code.code, self.story.password)

    def _choose_password(self, code: str, password: str, born: date | None = None) -> None:
        access_code.choose_password(
            self.session,
            self.clock,
            _NOBODY,
            self.passwords,
            code=code,
            birth_date=born,
            password=password,
            address=_ADDRESS,
        )

    def _signed_in(self, name: str, password: str, unit_name: str = "") -> Actor:
        """As whom somebody acts, as the pages find it out: by signing in and, of several units, choosing one."""
        session, clock = self.session, self.clock
        opened = sign_in.sign_in(
            session,
            clock,
            _NOBODY,
            self.passwords,
            name=name,
            password=password,
            address=_ADDRESS,
            lifetime=_SHORT,
            second_factor_required=False,
        )
        found = self._found(opened.token)
        for choice in web_session.unit_choices(session, clock, found):
            if choice.name == unit_name:
                web_session.choose_unit(session, clock, found, opened.token, choice.key)
        actor = self._found(opened.token)
        web_session.end(session, clock, actor, opened.token)
        return actor

    def _found(self, token: str) -> Actor:
        visit = web_session.find(self.session, self.clock, token, _SHORT)
        if visit is None:
            raise LookupError("a session that was just opened is gone")
        return visit.actor

    # How people are named to each other

    def unit_ref(self, key: str) -> str:
        """How a seeker's pages name an organisation."""
        return unit.page(self.session, self.operator, self.story.unit(key).ref).line.ref

    def seeker_token(self, actor: Actor, number: int) -> str:
        """How the results of a search name a seeker to a unit."""
        return self._token(actor, number, SEEKER_TOKEN)

    def thread_token(self, actor: Actor, number: int) -> str:
        """How a unit's list of threads names a seeker."""
        return self._token(actor, number, THREAD_TOKEN)

    def _token(self, actor: Actor, number: int, purpose: str) -> str:
        person = next(person for person in self.story.seekers if person.number == number)
        with query(self.session):
            row = scope.find(
                self.session,
                self.clerks[person.office],
                Permission.OFFICE_SEEKER_READ,
                self.office_ids[number],
            )
            key = profile_store.row(self.session, row["id"])["alias_key"]
            return alias.token(find_acting(self.session, actor).key, purpose, key)
