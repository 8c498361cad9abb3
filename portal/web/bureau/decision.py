"""What a clerk records about an application: receipt, the checklist, asking back, and the decision.

A decision is shown once more before it is recorded, because nothing of it can be undone. Whoever was slower than
another clerk gets the page as it is now, with everything that was typed.
"""

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import Form, HiddenField, StringField, TextAreaField

from portal.calendar.day import jst_day
from portal.domain.application import Act, Kind, Result
from portal.domain.application_decision import Decision, Way, read_approval, read_reason, renewed
from portal.domain.entry import Typed, line
from portal.domain.permission import Permission
from portal.domain.refusal import Conflict, Invalid, NotFound
from portal.domain.unit import LONGEST_REASON
from portal.services import application_desk as service
from portal.services.application_view import CasePage
from portal.services.draft import Draft
from portal.web.auth.identity import current_actor
from portal.web.bureau import application_wording as words
from portal.web.bureau.application import ADDRESS, case_page, read_case
from portal.web.bureau.frame import AUDIENCE, bureau_page, show
from portal.web.bureau.wording import default_period
from portal.web.draft import draft_here, fields_of
from portal.web.field_wording import field_text, show_in
from portal.web.runtime import current
from portal.web.wording import Words, shown_facts, words_of

DECIDE = Permission.BUREAU_APPLICATION_DECIDE
POST = ("GET", "POST")


def _seen() -> int:
    """The revision that the form was opened with; -1 (never the right one) when it was lost."""
    text = request.form.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _back(ref: str) -> ResponseReturnValue:
    return redirect(url_for("bureau.application", ref=ref), 303)


def _typed() -> dict[str, str | list[str]]:
    return {name: list(values) for name, values in request.form.lists()}


@bureau_page(f"{ADDRESS}/receive", DECIDE, methods=POST)
def receive(ref: str) -> ResponseReturnValue:
    """The paper has come, first or corrected."""
    if request.method == "GET":
        return _back(ref)
    runtime = current()
    try:
        with runtime.write(AUDIENCE) as session:
            service.receive(session, runtime.clock, current_actor(), ref, _typed(), seen=_seen())
    except Invalid as refused:
        code = next(iter(refused.errors.values()))[0]
        return case_page(
            ref,
            422,
            received_error=field_text(code, shown_facts(refused)),
            received_on=request.form.get("received_on", ""),
        )
    except Conflict as conflict:
        return case_page(ref, 409, words_of(conflict))
    flash(gettext("受け付けました。書類と合わせて、内容を確認してください。"), "success")
    return _back(ref)


# The checklist


@bureau_page(f"{ADDRESS}/checks", DECIDE, methods=POST)
def checks(ref: str) -> ResponseReturnValue:
    """Everything that was found so far, in one form; what is as it was before is not recorded again."""
    if request.method == "GET":
        return _back(ref)
    case, entered, seen = read_case(ref), _entered(), _seen()
    before = {(asked.item, asked.subject): (asked.result or "", asked.note) for asked in case.checks}
    changed = {key: found for key, found in entered.items() if before.get(key) != found}
    if not set(entered) <= set(before):
        raise NotFound
    errors = {
        place: told
        for place, asked in enumerate(case.checks)
        if (found := changed.get((asked.item, asked.subject))) and (told := _wrong(*found))
    }
    if errors:
        typed = words.check_entries(case.checks, entered)
        return case_page(ref, 422, checks=typed, check_errors=errors)
    findings = [
        service.Finding(item, result, note, subject)
        for (item, subject), (result, note) in changed.items()
        if result
    ]
    runtime = current()
    try:
        if findings:
            with runtime.write(AUDIENCE) as session:
                service.check(session, runtime.clock, current_actor(), ref, findings, seen=seen)
    except Conflict as conflict:
        now = read_case(ref)
        return case_page(ref, 409, words_of(conflict), checks=words.check_entries(now.checks, entered))
    flash(gettext("確認の結果を保存しました。"), "success")
    return redirect(url_for("bureau.application", ref=ref, _anchor="next"), 303)


def _wrong(result: str, note: str) -> str:
    """What is wrong with one item, in words; "" for nothing."""
    if note and not result:
        return gettext("メモだけでなく、結果も選んでください。")
    if result and result not in set(Result):
        return field_text("unknown_code", {})
    try:
        line({"note": note}, "note", LONGEST_REASON)
    except Invalid as refused:
        return field_text(refused.errors["note"][0], shown_facts(refused))
    return ""


def _entered() -> dict[tuple[str, str], tuple[str, str]]:
    """Result and note by item and subject, as they stand in the form."""
    found = {}
    for name, item in request.form.items():
        if name.startswith("item-"):
            place = name.removeprefix("item-")
            subject = request.form.get(f"subject-{place}", "")
            note = request.form.get(f"note-{place}", "").strip()
            found[item, subject] = (request.form.get(f"result-{place}", ""), note)
    return found


# Asking back


class AskBackForm(Form):
    """What the applicant is to correct; each line is one point."""

    seen = HiddenField()
    more = TextAreaField(_l("そのほかの理由"))


@bureau_page(f"{ADDRESS}/ask-back", DECIDE, methods=POST)
def ask_back(ref: str) -> ResponseReturnValue:
    """Ask the applicant to correct something: ready sentences, and words of one's own."""
    case = read_case(ref)
    draft = draft_here() if request.method == "GET" else None
    form = AskBackForm(fields_of(draft) or request.form)
    chosen = request.form.getlist("phrase")
    if request.method == "GET":
        if Act.ASK_BACK not in case.may:
            return _back(ref)
        form.seen.data = str(case.revision)
        if draft is not None:
            return _ask_back(case, form, list(draft.sheet.fields.get("phrase", ())), draft=draft)
        return _ask_back(case, form, words.suggested(case))
    reasons = [*chosen, form.more.data or ""]
    runtime = current()
    try:
        with runtime.write(AUDIENCE) as session:
            service.ask_back(session, runtime.clock, current_actor(), ref, {"reasons": reasons}, seen=_seen())
    except Invalid as refused:
        show_in(form, Invalid({"more": refused.errors.get("reasons", ["invalid"])}, **refused.facts))
        return _ask_back(case, form, chosen, 422)
    except Conflict as conflict:
        return _ask_back(_again(ref, form), form, chosen, 409, words_of(conflict))
    flash(gettext("補正を求めました。お願いの文書を印刷して、申請者に渡してください。"), "success")
    return _back(ref)


def _ask_back(
    case: CasePage,
    form: AskBackForm,
    chosen: list[str],
    status: int = 200,
    refused: Words | None = None,
    draft: Draft | None = None,
) -> ResponseReturnValue:
    ready = words.phrases_for(case)
    return show(
        "ask_back",
        status,
        case=case,
        line=case.line,
        form=form,
        phrases=[*ready, *(text for text in chosen if text not in ready)],
        chosen=chosen,
        refused=refused,
        draft=draft,
    )


def _again(ref: str, form: Form) -> CasePage:
    """The case as it is now; sending the form once more is then a decision about this one."""
    now = read_case(ref)
    form.seen.data = str(now.revision)
    return now


# Deciding: typed, shown once more, recorded


class ApproveForm(Form):
    """What an approval says. reason: for the letter; the other reasons stay at the bureau."""

    seen = HiddenField()
    valid_from = StringField(_l("有効期間の始まり"))
    valid_until = StringField(_l("有効期間の終わり"))
    join_reason = TextAreaField(_l("すでに利用している団体に加える理由"))
    open_reason = TextAreaField(_l("確認が残ったまま承認する理由"))
    reason = TextAreaField(_l("申請者への連絡事項"))


class ReasonForm(Form):
    """Why not; the applicant reads it."""

    seen = HiddenField()
    reason = TextAreaField(_l("理由"))


def needs_period(case: CasePage) -> bool:
    """Whether approving gives a validity."""
    return case.line.kind is Kind.RENEWAL or case.way in (Way.NEW, Way.CONTINUES)


@bureau_page(f"{ADDRESS}/approve", DECIDE, methods=POST)
def approve(ref: str) -> ResponseReturnValue:
    """Approve: from here on it is valid."""
    case = read_case(ref)
    form = ApproveForm(request.form)
    fields = [
        *(("valid_from", "valid_until") if needs_period(case) else ()),
        *(("join_reason",) if case.way is Way.JOINS else ()),
        *(("open_reason",) if case.open_items else ()),
        "reason",
    ]
    if request.method == "GET":
        if Act.APPROVE not in case.may or case.missing or case.way is Way.ELSEWHERE:
            return _back(ref)
        form.seen.data = str(case.revision)
        if needs_period(case):
            form.valid_from.data = default_period(case, jst_day(current().clock.now()))
        return _deciding("approve", case, form, fields)

    def check(typed: Typed) -> Decision:
        today = jst_day(current().clock.now())
        read = read_approval(typed, case.line.kind, case.way, open_items=case.open_items, on=today)
        if case.line.kind is Kind.RENEWAL and case.target and read.valid_from and read.valid_until:
            unit = case.target
            renewed(unit.valid_from, unit.valid_until, read.valid_from, read.valid_until, today)
        return read

    def record(session: Session) -> None:
        service.approve(session, current().clock, current_actor(), ref, _seen(), _typed())

    return _decide("approve", case, form, fields, check, record, gettext("承認しました。"))


@bureau_page(f"{ADDRESS}/refuse", DECIDE, methods=POST)
def refuse(ref: str) -> ResponseReturnValue:
    """Refuse, with the reason that the letter gives."""

    def record(session: Session) -> None:
        service.refuse(session, current().clock, current_actor(), ref, _seen(), _typed())

    return _with_reason("refuse", Act.REFUSE, ref, record, gettext("不承認にしました。"))


@bureau_page(f"{ADDRESS}/withdraw", DECIDE, methods=POST)
def withdraw(ref: str) -> ResponseReturnValue:
    """The applicant does not want it any more."""

    def record(session: Session) -> None:
        service.withdraw(session, current().clock, current_actor(), ref, _typed(), seen=_seen())

    return _with_reason("withdraw", Act.WITHDRAW, ref, record, gettext("取下げを記録しました。"))


def _with_reason(
    what: str, act: Act, ref: str, record: Callable[[Session], None], done: str
) -> ResponseReturnValue:
    case = read_case(ref)
    form = ReasonForm(request.form)
    if request.method == "GET":
        if act not in case.may:
            return _back(ref)
        form.seen.data = str(case.revision)
        return _deciding(what, case, form, ["reason"])
    return _decide(what, case, form, ["reason"], read_reason, record, done)


def _decide(
    what: str,
    case: CasePage,
    form: Form,
    fields: list[str],
    check: Callable[[Typed], Decision],
    record: Callable[[Session], None],
    done: str,
) -> ResponseReturnValue:
    """First checked and shown once more, then recorded."""
    try:
        if not request.form.get("confirmed"):
            read = check(_typed())
            return _deciding(what, case, form, fields, read=None if "change" in request.form else read)
        with current().write(AUDIENCE) as session:
            record(session)
    except Invalid as refused:
        show_in(form, refused)
        return _deciding(what, case, form, fields, 422)
    except Conflict as conflict:
        now = _again(case.line.ref, form)
        return _deciding(what, now, form, fields, 409, refused=words_of(conflict))
    flash(done, "success")
    return redirect(url_for("bureau.application", ref=case.line.ref, _anchor="decision"), 303)


def _deciding(
    what: str,
    case: CasePage,
    form: Form,
    fields: list[str],
    status: int = 200,
    *,
    read: Decision | None = None,
    refused: Words | None = None,
) -> ResponseReturnValue:
    """The form, or once more what was understood: `read`."""
    texts: Mapping[str, Any] = words.DECISIONS[what]
    return show(
        "decide",
        status,
        case=case,
        line=case.line,
        form=form,
        fields=fields,
        what=what,
        texts=texts,
        title=str(texts["title"]),
        needs=words.NEEDS,
        confirm=read is not None,
        shown=[]
        if read is None
        else words.decided_rows({name: form[name].label.text for name in fields}, read),
        consequences=words.consequences(what, case),
        address=url_for(f"bureau.{what}", ref=case.line.ref),
        possible={act.value for act in case.may} & {what},
        refused=refused,
    )
