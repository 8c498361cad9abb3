"""A small fictional town for the browser: an office, a seeker, organisations that write, answers, a block."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from portal.domain.actor import Actor
from portal.domain.answer import AnswerKind
from portal.domain.draft import TEXT_KEPT
from portal.domain.saved_search import Asked
from portal.domain.search import Criteria
from portal.services import block, draft, inbox, measure, saved_search, selection, template
from portal.services.draft import Sheet
from portal.services.public_id import shown
from portal.services.seeker import stop
from portal.store.tables import profile, seeker
from tests.browser.announcements import build_announcements
from tests.browser.applicants import build_applicants
from tests.browser.paid import build_paid
from tests.build import (
    BuiltSeeker,
    build_account,
    build_bureau_clerk,
    build_department,
    build_member,
    build_seeker,
    build_unit,
)
from tests.registration_files import cells, hand_in, work, written
from tests.registrations import build_office_clerk, prepare, register
from tests.web.bureau_world import build_applications
from tests.web.complaint_parties import every_party
from tests.web.complaint_town import at_every_desk
from tests.web.corrections import build_corrections
from tests.web.seeker_world import Sender, write_to
from tests.web.signing import sign_in_as

TELLING = "見本花子と申します。電話は00-0000-0000です。"


@dataclass(frozen=True)
class Town:
    """The people who sit in front of a browser, by account. applicants: addresses of drafts without an account."""

    clerk: Actor
    bureau: Actor
    seeker: BuiltSeeker
    company: Sender
    city: Sender
    office_id: str
    applicants: tuple[str, ...]

    def account(self, who: str) -> int:
        """The account of "seeker", "company", "city", "clerk" or "bureau"."""
        accounts = {
            "seeker": self.seeker.account_id,
            "company": self.company.member.account_id,
            "city": self.city.member.account_id,
            "clerk": self.clerk.account_id,
            "bureau": self.bureau.account_id,
        }
        found = accounts[who]
        assert found is not None
        return found


def build_town(database: Any, clock: Any) -> Town:
    """Everybody has something to do: an unread letter, an answered one, a held text, one who has stopped."""
    prepare(database, clock)
    clerk = build_office_clerk(database)
    made = register(database, clock, clerk)
    # A second registration tells who it is in its free text, so that the office has a text to look at.
    register(
        database, clock, clerk, registration_number="13999-00012346", pr=TELLING, experience_text=TELLING
    )
    _send_files(database, clock, clerk)
    stopped = build_seeker(database, office_code=clerk.office_code or "", with_account=True)
    with database.write() as session:
        stop(session, clock, stopped.actor)
    with database.read() as session:
        row = session.execute(
            select(seeker.c.id, seeker.c.office_id, profile.c.alias_key)
            .join(profile, profile.c.seeker_id == seeker.c.id)
            .order_by(seeker.c.id)
        ).first()
    account_id = build_account(database, kind="seeker", seeker_id=row.id, name="mihon.hanako")
    who = BuiltSeeker(row.id, row.alias_key, row.office_id, account_id)
    company, city, blocked = _senders(database)
    for sender in (company, city, blocked):
        write_to(database, clock, who, sender)
    with database.write() as session:
        ref = shown(company.unit.public_id)
        inbox.answer(
            session, clock, who.actor, ref, AnswerKind.QUESTION, "勤務地はどこですか。", "town-answer"
        )
    with database.write() as session:
        # Begun and not sent.
        words = {"kind": ["question"], "text": ["勤務の時間を教えてください。"]}
        sheet = Sheet("seeker.thread", {"ref": shown(city.unit.public_id)}, words, TEXT_KEPT)
        draft.keep(session, clock, who.actor, sheet)
    with database.write() as session:
        # Kept for using again, and chosen to be written to.
        kept = {"title": "見本の文例", "text": "{コード} 様\n架空の案内です。"}
        template.add(session, clock, company.member.actor, kept)
    with database.write() as session:
        selection.add(session, clock, company.member.actor, [company.unit.token(who)])
    with database.write() as session:
        block.block(session, clock, who.actor, [shown(blocked.unit.public_id)])
    with database.write() as session:
        asked = Asked(Criteria({"prefecture": ("13",)}, ("仕事",)))
        saved_search.save(session, clock, company.member.actor, {"name": "東京都の人"}, asked)
    bureau = build_bureau_clerk(database)
    build_paid(database, clock, bureau, company, who)
    build_applications(database, clock, bureau)
    build_announcements(database, clock, bureau, company.unit)
    at_every_desk(database, clock, clerk, who, company.unit, kinds=("telework", "harassment"))
    every_party(database, clock, who, company.member.actor, company.unit, clerk)
    build_corrections(database, clock, who, clerk)
    _take_measures(database, clock, bureau, shown(blocked.unit.public_id))
    applicants = build_applicants(database, clock, bureau, company.member.actor)
    return Town(clerk, bureau, who, company, city, made.office_id, applicants)


def _take_measures(database: Any, clock: Any, bureau: Actor, ref: str) -> None:
    """A unit that is suspended and may send less, so that both can be lifted."""
    words = {"reason": "breach", "tells_reason": "y", "told": "架空の説明です。", "note": "架空の控えです。"}
    with database.write() as session:
        measure.suspend(session, clock, bureau, ref, words)
    with database.write() as session:
        measure.lower(session, clock, bureau, ref, {**words, "limit": "100"})


def _send_files(database: Any, clock: Any, clerk: Actor) -> None:
    """One file that waits for a yes, and one that has registered, with a text that waits and lines to correct."""
    telling = cells(registration_number="13999-00000101", pr=TELLING)
    wrong = cells(registration_number="?", name="", place_1="架空市")
    hand_in(database, clock, written(cells(registration_number="13999-00000103"), wrong), actor=clerk)
    hand_in(database, clock, written(telling, wrong), register=True, actor=clerk)
    work(database, clock)


def _senders(database: Any) -> tuple[Sender, Sender, Sender]:
    company = build_unit(database, name="架空人材紹介株式会社")
    city = build_unit(database, name="架空市", unit_class="municipal")
    blocked = build_unit(database, name="見本キャリアサポート株式会社")
    department = build_department(database, city, "しごと支援課")
    build_department(database, company, "見本営業課")
    build_member(database, company, role="contact", name="連絡 太郎")
    return (
        Sender(company, build_member(database, company, role="officer")),
        Sender(city, build_member(database, city, department_id=department)),
        Sender(blocked, build_member(database, blocked)),
    )


def session_of(app: Any, account_id: int) -> str:
    """A real session of an account, to be put into a browser's cookie."""
    return sign_in_as(app.test_client(), account_id)
