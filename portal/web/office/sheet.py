"""Papers for the counter: the sheet with the code, and the sheet for changes."""

from flask import Response, current_app, request, url_for
from flask.typing import ResponseReturnValue

from portal.documents.activation_sheet import ActivationSheet, SheetKind, activation_sheet
from portal.documents.change_sheet import ChangeSheet, change_sheet
from portal.domain.permission import Permission
from portal.domain.refusal import NotFound
from portal.services import change_sheet as change_service
from portal.services import sheet
from portal.web.auth.identity import current_actor
from portal.web.auth.link import signed_link
from portal.web.office.frame import AUDIENCE, office_page, show
from portal.web.office.seeker import ADDRESS, opened
from portal.web.profile import changeable_rows
from portal.web.runtime import current

ACTIVATE = "seeker.activate"
ACTIVATE_BY_LINK = "seeker.activate_by_link"


@office_page(f"{ADDRESS}/sheet", Permission.OFFICE_CODE_ISSUE)
def code_sheet(office_id: str) -> ResponseReturnValue:
    """Before printing: which sheet, and that an earlier one stops working."""
    with current().read(AUDIENCE) as session:
        standing = sheet.standing(session, current_actor(), office_id)
    return show(
        "sheet",
        read=opened(office_id),
        sheets=standing,
        days=current().settings.activation_days,
        reissue_days=sheet.REISSUE_DAYS,
    )


@office_page(f"{ADDRESS}/sheet/print", Permission.OFFICE_CODE_ISSUE, methods=("POST",))
def print_code_sheet(office_id: str) -> ResponseReturnValue:
    """Issue the code and hand out the paper; the code is nowhere else, so printing again makes a new one."""
    runtime = current()
    try:
        purpose = sheet.Purpose(request.form.get("purpose", ""))
    except ValueError:
        raise NotFound from None
    with runtime.write(AUDIENCE) as session:
        issued = sheet.issue(
            session,
            runtime.clock,
            current_actor(),
            office_id,
            purpose,
            activation_days=runtime.settings.activation_days,
        )
    return pdf(activation_sheet(paper_of(issued)), "sheet.pdf")


@office_page(f"{ADDRESS}/change-sheet", Permission.OFFICE_SEEKER_READ)
def print_change_sheet(office_id: str) -> ResponseReturnValue:
    """The present data, printed beside room for changes."""
    runtime = current()
    with runtime.read(AUDIENCE) as session:
        data = change_service.office_change_sheet(session, runtime.clock, current_actor(), office_id)
    return pdf(change_paper(data, demo=runtime.settings.demo), "change-sheet.pdf")


def change_paper(data: change_service.ChangeSheetData, *, demo: bool) -> bytes:
    """The paper of a seeker's data."""
    return change_sheet(
        ChangeSheet(
            rows=changeable_rows(data.view),
            range_private=data.range_private,
            range_municipal=data.range_municipal,
            valid_until=data.valid_until,
            office_name=data.office_name,
            on=data.on,
            at=data.at,
            demo=demo,
        )
    )


def paper_of(issued: sheet.IssuedSheet) -> ActivationSheet:
    """What is printed of a code just issued."""
    link, address = _addresses(issued)
    return ActivationSheet(
        kind=SheetKind(issued.purpose.value),
        code=issued.code.code,
        link=link,
        address=address,
        issued_on=issued.issued_on,
        last_day=issued.code.last_day,
        number_end=issued.number_end,
        office_name=issued.office_name,
        at=issued.at,
        demo=current().settings.demo,
        line=issued.line,
    )


def _addresses(issued: sheet.IssuedSheet) -> tuple[str, str]:
    """What the QR code holds, and what is printed to be typed. Only a first code has a link of its own."""
    host = current().settings.public_url
    if (
        issued.purpose is sheet.Purpose.ACTIVATION
        and issued.code.link
        and ACTIVATE in current_app.view_functions
    ):
        typed = host + url_for(ACTIVATE)
        return host + url_for(ACTIVATE_BY_LINK, link=signed_link(issued.code.link)), typed
    address = host + url_for("auth.access")
    return address, address


def pdf(paper: bytes, name: str) -> Response:
    """A paper as an answer."""
    # Shown in the browser, from where it is printed; the name tells nothing about whom it is for.
    return Response(
        paper, mimetype="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )
