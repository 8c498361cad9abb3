"""Many sheets at once: of a file that has registered, part by part, or for a list of chosen people."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.documents.activation_sheet import activation_sheets
from portal.domain.permission import Permission
from portal.domain.refusal import NotFound
from portal.services import registration_job, sheet_stack
from portal.web.auth.identity import current_actor
from portal.web.office.frame import AUDIENCE, office_page, show
from portal.web.office.registration_file import ADDRESS
from portal.web.office.sheet import paper_of, pdf
from portal.web.runtime import current


@office_page(f"{ADDRESS}/sheets", Permission.OFFICE_CODE_ISSUE)
def file_sheets(file_id: str) -> ResponseReturnValue:
    """Before printing one part: how many, whose earlier sheets stop working."""
    actor = current_actor()
    part = _part(request.args.get("part", "1"))
    with current().read(AUDIENCE) as session:
        job = registration_job.job(session, actor, file_id)
        stack = sheet_stack.of_file(session, actor, file_id, part)
    return show(
        "sheet_stack",
        stack=stack,
        back=url_for("office.file", file_id=file_id),
        job=job,
        print_url=url_for("office.print_file_sheets", file_id=file_id),
        hidden=[("part", str(part))],
        days=current().settings.activation_days,
    )


@office_page(f"{ADDRESS}/sheets/print", Permission.OFFICE_CODE_ISSUE, methods=("POST",))
def print_file_sheets(file_id: str) -> ResponseReturnValue:
    """Issue the codes of one part and hand out the papers."""
    runtime = current()
    part = _part(request.form.get("part", ""))
    with runtime.write(AUDIENCE) as session:
        issued = sheet_stack.issue_of_file(
            session,
            runtime.clock,
            current_actor(),
            file_id,
            part,
            activation_days=runtime.settings.activation_days,
        )
    return pdf(activation_sheets([paper_of(one) for one in issued]), f"sheets-{part}.pdf")


def _part(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise NotFound
    return int(text)


@office_page("/sheets", Permission.OFFICE_CODE_ISSUE, methods=("POST",))
def chosen_sheets() -> ResponseReturnValue:
    """Before printing for people ticked in the list; a step between, so that nobody's sheet is lost by a slip."""
    chosen = request.form.getlist("chosen")
    if not chosen:
        flash(gettext("用紙を印刷する方を選んでください。"), "info")
        return redirect(url_for("office.seekers"), 303)
    with current().read(AUDIENCE) as session:
        stack = sheet_stack.of_chosen(session, current_actor(), chosen)
    return show(
        "sheet_stack",
        stack=stack,
        back=url_for("office.seekers"),
        job=None,
        print_url=url_for("office.print_chosen_sheets"),
        hidden=[("chosen", one) for one in chosen],
        days=current().settings.activation_days,
    )


@office_page("/sheets/print", Permission.OFFICE_CODE_ISSUE, methods=("POST",))
def print_chosen_sheets() -> ResponseReturnValue:
    """Issue the codes of the list and hand out the papers."""
    runtime = current()
    with runtime.write(AUDIENCE) as session:
        issued = sheet_stack.issue_chosen(
            session,
            runtime.clock,
            current_actor(),
            request.form.getlist("chosen"),
            activation_days=runtime.settings.activation_days,
        )
    return pdf(activation_sheets([paper_of(one) for one in issued]), "sheets.pdf")
