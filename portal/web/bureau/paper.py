"""What the bureau prints: the application, the letter of a decision, the start sheet with the codes."""

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from portal.calendar.day import jst_day
from portal.documents.application_paper import application_paper
from portal.documents.start_sheet import StartCode, StartSheet, start_sheet
from portal.domain.permission import Permission
from portal.domain.refusal import NotFound
from portal.domain.unit_invitation import MOST_DAYS
from portal.services import bureau_unit, code, unit_invitation
from portal.services.bureau_unit import NotBegun
from portal.web.application.papers import letter_of, paper_of, pdf
from portal.web.auth.identity import current_actor
from portal.web.auth.link import signed_link
from portal.web.bureau import wording
from portal.web.bureau.application import ADDRESS, asked_of, read_case
from portal.web.bureau.frame import AUDIENCE, bureau_page, show
from portal.web.runtime import current

# Where whoever was invited types the code, and where the QR code leads.
TYPED, BY_LINK = "auth.invitation", "auth.invitation_by_link"


@bureau_page(f"{ADDRESS}/paper", Permission.BUREAU_APPLICATION_READ)
def paper(ref: str) -> ResponseReturnValue:
    """The application as it is printed, to compare it with what came."""
    case = read_case(ref)
    with force_locale("ja"):
        made = application_paper(paper_of(case, asked_of(case)))
    return pdf(made, f"{case.line.case_number}.pdf")


@bureau_page(f"{ADDRESS}/letter", Permission.BUREAU_APPLICATION_READ)
def letter(ref: str) -> ResponseReturnValue:
    """The letter of a decision or of asking back."""
    case = read_case(ref)
    return letter_of(case, asked_of(case))


@bureau_page("/units/<ref>/start-sheet", Permission.BUREAU_APPLICATION_DECIDE)
def start_sheet_of(ref: str) -> ResponseReturnValue:
    """Before printing: for whom, and that an earlier sheet stops working."""
    runtime, actor = current(), current_actor()
    with runtime.read(AUDIENCE) as session:
        waiting = bureau_unit.not_begun(session, runtime.clock, actor, ref)
        unit = bureau_unit.unit(session, runtime.clock, actor, ref)
    return show(
        "start_sheet", unit=unit, waiting=waiting, roles=wording.in_words(wording.ROLES), days=MOST_DAYS
    )


@bureau_page("/units/<ref>/start-sheet/print", Permission.BUREAU_APPLICATION_DECIDE, methods=("POST",))
def print_start_sheet(ref: str) -> ResponseReturnValue:
    """New codes on paper; they are nowhere else, so printing again makes new ones. NotFound when nobody needs one."""
    runtime, actor = current(), current_actor()
    with runtime.read(AUDIENCE) as session:
        waiting = bureau_unit.not_begun(session, runtime.clock, actor, ref)
        unit = bureau_unit.unit(session, runtime.clock, actor, ref)
        bureau = code.names(session, "bureau").get(unit.row.bureau_code)
    if not waiting:
        raise NotFound
    codes = [_issued(ref, one) for one in waiting]
    now = runtime.clock.now()
    sheet = StartSheet(
        codes=codes,
        unit_name=unit.row.record.name,
        bureau_name=bureau.name_ja if bureau else unit.row.bureau_code,
        address=runtime.settings.public_url + url_for(TYPED),
        issued_on=jst_day(now),
        at=now,
        demo=runtime.settings.demo,
    )
    return pdf(start_sheet(sheet), "start-sheet.pdf")


def _issued(ref: str, waiting: NotBegun) -> StartCode:
    runtime = current()
    with runtime.write(AUDIENCE) as session:
        made = unit_invitation.reissue(
            session, runtime.clock, current_actor(), ref, waiting.role, days=MOST_DAYS
        )
    link = runtime.settings.public_url + url_for(BY_LINK, link=signed_link(made.link_token))
    return StartCode(waiting.role, waiting.name, made.code, link, made.last_day)
