"""Reporting one message of an organisation, and the words of the hints beside it."""

from collections.abc import Mapping

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from wtforms import Form, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.domain.message_screening import FindingKind, Passed
from portal.domain.permission import Permission
from portal.domain.refusal import Conflict, Invalid
from portal.services import inbox
from portal.services import message_report as service
from portal.services.message_hint import Hint
from portal.services.message_report import LONGEST_NOTE
from portal.web.auth.identity import current_actor
from portal.web.field_wording import show_in
from portal.web.message_reports import KINDS
from portal.web.runtime import current
from portal.web.seeker.frame import AUDIENCE, seeker_page, show

ADDRESS = "/inbox/<ref>/report/<message>"

_HINTS: Mapping[FindingKind, LazyString] = {
    FindingKind.PAID_SERVICE: _l(
        "有料のサービスについて書かれているようです。あなたの希望がないのにすすめることはできません。断っても、求人の紹介に影響はありません。"
    ),
    FindingKind.SHAM_SIDE_JOB: _l(
        "先にお金を払う仕事や、簡単に高い収入が得られるという話が書かれているようです。契約や支払いを急がず、書面で確かめてください。"
    ),
    FindingKind.GIFT_MONEY: _l(
        "お祝い金などについて書かれているようです。お金や品物で選ばず、仕事の内容を確かめてください。"
    ),
    FindingKind.LEAVING: _l(
        "サイトの外の連絡先が書かれているようです。サイトの外のやり取りには、ブロックも記録も届きません。返事はこのサイトだけでもできます。"
    ),
}
_FEE = _l(
    "職業紹介に伴う手数料の説明であると、団体が申告しています。求職の申込みをする前に、内容を確かめてください。"
)


class ReportForm(Form):
    """What is wrong, and a word on it."""

    kind = RadioField(_l("どんなことですか"), [InputRequired()], choices=[], validate_choice=False)
    note = TextAreaField(_l("伝えたいこと"))

    def offer(self) -> None:
        """None is chosen beforehand."""
        self.kind.choices = [SelectChoice(kind.value, str(name)) for kind, name in KINDS.items()]


def hints_shown(hint: Hint | None) -> list[str]:
    """The hints of a message in words."""
    if hint is None:
        return []
    return [str(_FEE if mark.passed is Passed.DECLARED else _HINTS[mark.kind]) for mark in hint.marks]


@seeker_page(ADDRESS, Permission.SEEKER_MESSAGE_REPORT)
def report(ref: str, message: str) -> ResponseReturnValue:
    """The message once more, and what is wrong with it."""
    return _page(ref, message, ReportForm())


@seeker_page(ADDRESS, Permission.SEEKER_MESSAGE_REPORT, methods=("POST",))
def report_send(ref: str, message: str) -> ResponseReturnValue:
    """Store the report; the organisation is told nothing."""
    form = ReportForm(request.form)
    runtime = current()
    try:
        with runtime.write(AUDIENCE) as session:
            service.report(
                session,
                runtime.clock,
                current_actor(),
                ref,
                message,
                form.kind.data or "",
                form.note.data or "",
            )
    except Invalid as refused:
        form.offer()
        show_in(form, refused)
        return _page(ref, message, form, 422)
    except Conflict as refused:
        if refused.reason != "already_reported":
            raise
        return redirect(url_for("seeker.report", ref=ref, message=message), 303)
    flash(gettext("通報を受け付けました。団体には知らされません。"), "success")
    return redirect(url_for("seeker.report", ref=ref, message=message), 303)


def _page(ref: str, message: str, form: ReportForm, status: int = 200) -> ResponseReturnValue:
    form.offer()
    runtime = current()
    with runtime.read(AUDIENCE) as session:
        found = service.reporting(session, current_actor(), ref, message)
        thread = inbox.thread(session, runtime.clock, current_actor(), ref)
    return show(
        "report",
        status,
        found=found,
        thread=thread,
        form=form,
        hints=hints_shown(found.hint),
        longest=LONGEST_NOTE,
    )
