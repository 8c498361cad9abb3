"""The town of the foreign ids, in which everything has happened once: so that every form stands somewhere."""

import io
from datetime import date
from typing import Any

from portal.domain.account import Stage
from portal.domain.answer import AnswerKind
from portal.domain.terms import TermsText
from portal.services import (
    access_code,
    application,
    inbox,
    measure,
    public_id,
    registration,
    selection,
    terms,
    unit_invitation,
)
from portal.services.access_code import IssuedCode, Purpose
from portal.services.scope import public_id as office_id
from portal.services.unit_invitation import IssuedInvitation
from portal.services.web_session import open_session
from portal.store import contractor
from portal.web.auth.link import signed_link
from portal.web.auth.session import AUDIENCE, COOKIE, lifetime
from tests.browser.announcements import build_announcements
from tests.browser.paid import build_paid
from tests.build import build_account, build_contractor, build_member, build_seeker, build_unit
from tests.registration_files import cells, work, written
from tests.registrations import OPERATOR, shipped_terms
from tests.web.application_world import PEOPLE, begin, fill, finished
from tests.web.bureau_world import build_applications
from tests.web.complaint_parties import every_party
from tests.web.complaint_town import at_every_desk
from tests.web.foreign_corrections import asked
from tests.web.foreign_town import Town
from tests.web.seeker_world import Sender

BORN = "1990-01-01"
NEWER = TermsText(
    "2026-06", date(2026, 6, 10), date(2026, 7, 31), "見本の規約", "Sample", "見本です。", "A sample."
)


class FormTown(Town):
    """Somebody has answered, chosen people, sent files; a seeker is about to begin; a newer text of terms waits."""

    def __init__(self, app: Any, database: Any, clock: Any) -> None:
        super().__init__(app, database, clock)
        self.clerks = self.browsers["clerk"]
        with database.write() as session:
            key = "answer-of-the-town"
            given = (public_id.shown(self.agency.public_id), AnswerKind.USE, "希望します。", key)
            inbox.answer(session, clock, self.own.actor, *given)
        with database.write() as session:
            selection.add(session, clock, self.officer.actor, [self.agency.token(self.other)])
        shown = office_id(self.own.office_id)
        changed = {"valid_from": "2026-06-10", "valid_until": "2026-06-30"}
        with database.write() as session:
            registration.change_validity(session, clock, self.clerk, shown, changed)
        with database.write() as session:
            registration.change_range(session, clock, self.clerk, shown, {"range_private": "y"})
        begun = self._upload("13999-00000071")
        work(database, clock)
        self._begin(begun)
        work(database, clock)
        self._upload("13999-00000072")
        work(database, clock)
        self._upload("13999-00000073")
        with database.write() as session:
            terms.load(session, clock, OPERATOR, [*shipped_terms(), NEWER])
        self.newcomer = build_seeker(database)
        visitor = app.test_client()
        self.drafts_of_applicants = [fill(visitor, begin(visitor)), finished(visitor, "municipal")]
        self._unit_applications()
        self.invitation()
        build_member(database, self.agency, role="contact")
        self._left_behind()
        build_applications(database, clock, self.bureau)
        build_announcements(database, clock, self.bureau, self.agency)
        at_every_desk(database, clock, self.clerk, self.other, self.agency)
        every_party(database, clock, self.own, self.officer.actor, self.agency, self.clerk)
        asked(self, self.other)
        build_paid(database, clock, self.bureau, Sender(self.agency, self.officer), self.own)
        measured = public_id.shown(build_unit(database, name="架空の措置を受けた団体").public_id)
        with database.write() as session:
            measure.suspend(session, clock, self.bureau, measured, {"reason": "breach"})
        with database.write() as session:
            measure.lower(session, clock, self.bureau, measured, {"reason": "breach", "limit": "5"})

    def _unit_applications(self) -> None:
        """The end of use can be finished, the change has been."""
        self._written("end", {"ending": {"last_day": "2026-12-31", "reason": "見本の理由"}})
        people = {**PEOPLE, "contact_name": "見本　花子", "contact_phone": "00-0000-0000"}
        change = {"day": "2026-07-01", "parts": "people"}
        steps = {"change": change, "people": people, "undertakings": {"correctness": "y"}}
        ref = self._written("change", steps)
        with self.database.write() as session:
            application.finish(session, self.clock, self.officer.actor, ref)

    def _left_behind(self) -> None:
        """A contractor has written, and its contract has ended since."""
        ended = build_contractor(self.database, self.agency)
        before = build_member(self.database, self.agency, contractor_id=ended)
        self._send(before, self.agency, build_seeker(self.database), "key-of-a-contractor")
        with self.database.write() as session:
            contractor.end(session, ended, date(2026, 6, 14))
            session.commit()

    def _written(self, kind: str, steps: dict[str, dict[str, str]]) -> str:
        with self.database.write() as session:
            ref = application.start_for_unit(session, self.clock, self.officer.actor, kind)
        for step, typed in steps.items():
            with self.database.write() as session:
                application.save_step(session, self.clock, self.officer.actor, ref, step, typed)
        return ref

    def _upload(self, number: str) -> str:
        token = self.clerks.page("/office/files/new").form_with("file").fields["csrf_token"]
        file = (io.BytesIO(written(cells(registration_number=number))), "見本.csv")
        answer = self.clerks.post("/office/files/new", data={"csrf_token": token, "file": file})
        assert answer.status_code == 303
        return str(answer.location)

    def _begin(self, address: str) -> None:
        page = self.clerks.page(address)
        form = next(form for form in page.forms if form.action.endswith("/begin"))
        assert self.clerks.submit(address, form=form).status_code == 303

    def code(self, purpose: Purpose, **whose: Any) -> IssuedCode:
        """A fresh one-time code."""
        with self.database.write() as session:
            return access_code.issue(session, self.clock, OPERATOR, purpose, days=14, **whose)

    def invitation(self) -> IssuedInvitation:
        """A fresh invitation into the agency."""
        typed = {"display_name": "架空 招待", "place": "", "days": "14"}
        with self.database.write() as session:
            return unit_invitation.invite(session, self.clock, self.officer.actor, typed)

    def address_of(self, invitation: IssuedInvitation) -> str:
        """Its link."""
        with self.app.app_context():
            return f"/invitation/{signed_link(invitation.link_token)}"

    def link(self) -> str:
        """The address behind the QR code of the newcomer."""
        issued = self.code(Purpose.ACTIVATION, seeker_id=self.newcomer.id, with_link=True)
        with self.app.app_context():
            return f"/activate/{signed_link(issued.link or '')}"

    def on_the_way(self, stage: Stage) -> Any:
        """The browser of somebody of an organisation who is not through with signing in."""
        client = self.app.test_client()
        runtime = self.app.extensions["portal"]
        account_id = self.officer.account_id if stage is Stage.ENROL else build_account(self.database)
        with runtime.write(AUDIENCE) as session:
            token = open_session(session, self.clock.now(), account_id, stage, lifetime(runtime))
            session.commit()
        client.set_cookie(COOKIE, f"s.{token}")
        return client
