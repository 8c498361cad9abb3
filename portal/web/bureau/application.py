"""Applications at the bureau: the list with its filters, finding one by its number, the case page, its papers."""

from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField, StringField

from portal.calendar.day import jst_day
from portal.domain.application import BEFORE_RECEIPT, Kind, State, Step
from portal.domain.application_number import read_case_number
from portal.domain.bureau_desk import read_unit_filter
from portal.domain.entry import Gathered, Typed, choice, line, one
from portal.domain.permission import Permission
from portal.domain.reach import UnitClass
from portal.domain.refusal import Invalid, NotFound
from portal.domain.seeker import read_day
from portal.domain.unit import LONGEST_NAME
from portal.services import application_case, bureau_desk, bureau_unit, code
from portal.services.application_view import ApplicationLine, CasePage, Filters
from portal.web.application.forms import Asked, filled_form
from portal.web.application.rows import content_rows
from portal.web.application.wording import KINDS, STATES, STEPS
from portal.web.auth.identity import current_actor
from portal.web.bureau import application_wording as words
from portal.web.bureau import wording
from portal.web.bureau.frame import AUDIENCE, bureau_page, show
from portal.web.export import file_of
from portal.web.field_wording import show_in
from portal.web.filtering import chosen_words
from portal.web.runtime import current
from portal.web.wording import Words

ADDRESS = "/applications/<ref>"
TABLES = ("bureau", "registration_class", "legal_basis")
_HEADS = (
    _l("申請の番号"),
    _l("団体の名前"),
    _l("団体の番号"),
    _l("手続き"),
    _l("申請区分"),
    _l("状態"),
    _l("受付日"),
    _l("決定日"),
    _l("効力の生じる日"),
    _l("提出の方法"),
)
FILTERS = ("text", "state", "kind", "unit_class", "received_from", "received_until")
# What has not been received is found by the number on its paper alone (ruling 43).
LISTED = tuple(state for state in State if state not in BEFORE_RECEIPT)
_MOST_IN_A_FILE = 100_000


class ApplicationFilterForm(Form):
    """What is looked for; it stands in the address."""

    text = StringField(_l("名前・番号"))
    state = SelectField(_l("状態"))
    kind = SelectField(_l("手続き"))
    unit_class = SelectField(_l("申請区分"))
    received_from = StringField(_l("受付日（から）"))
    received_until = StringField(_l("受付日（まで）"))

    @classmethod
    def filled(cls) -> "ApplicationFilterForm":
        """As the address says."""
        form = cls(request.args)
        everything = ("", gettext("すべて"))
        form.state.choices = [everything, *((each.value, str(STATES[each].name)) for each in LISTED)]
        form.kind.choices = [everything, *((kind.value, str(text)) for kind, text in KINDS.items())]
        form.unit_class.choices = [everything, *((key, str(text)) for key, text in wording.CLASSES.items())]
        return form


def _asked() -> dict[str, str]:
    return {name: request.args.get(name, "") for name in FILTERS if request.args.get(name)}


def read_filters(typed: Typed) -> Filters:
    """The filter as it was typed into the address. Raises Invalid with everything wrong at once."""
    faults = Gathered()
    text = faults.read("", line, typed, "text", LONGEST_NAME)
    state = faults.read("", choice, typed, "state", [each.value for each in LISTED])
    kind = faults.read("", choice, typed, "kind", [each.value for each in Kind])
    unit_class = faults.read("", choice, typed, "unit_class", [each.value for each in UnitClass])
    days = [
        faults.read(None, read_day, typed, name) if one(typed, name).strip() else None
        for name in ("received_from", "received_until")
    ]
    faults.settle()
    return Filters(
        (State(state),) if state else (),
        (Kind(kind),) if kind else (),
        UnitClass(unit_class) if unit_class else None,
        text,
        *days,
    )


@bureau_page("/applications", Permission.BUREAU_APPLICATION_READ)
def applications() -> ResponseReturnValue:
    """Everything the bureau has received, the newest first, or what is looked for."""
    form, asked = ApplicationFilterForm.filled(), _asked()
    try:
        wanted = read_filters(asked)
    except Invalid as refused:
        show_in(form, refused)
        return show("applications", 422, form=form, rows=None, asked=asked, conditions="")
    after = request.args.get("after", "")
    with current().read(AUDIENCE) as session:
        found = application_case.listing(session, current_actor(), wanted, after)
    return show(
        "applications",
        form=form,
        rows=[(line, words.outcome_words(line)) for line in found.lines],
        asked=asked,
        conditions=chosen_words(form),
        first_url=url_for("bureau.applications", **asked) if after else None,
        next_url=url_for("bureau.applications", **asked, after=found.after) if found.after else None,
        kinds=KINDS,
        states=STATES,
        classes=wording.in_words(wording.CLASSES),
    )


@bureau_page("/applications/file", Permission.BUREAU_APPLICATION_READ)
def applications_file() -> ResponseReturnValue:
    """The same list as a file, all of it."""
    asked = _asked()
    try:
        wanted = read_filters(asked)
    except Invalid:
        return redirect(url_for("bureau.applications", **asked), 303)  # which says what is wrong
    with current().read(AUDIENCE) as session:
        found = application_case.listing(session, current_actor(), wanted, most=_MOST_IN_A_FILE)
    return file_of("applications", gettext("申請の一覧"), _HEADS, map(_row, found.lines))


def _row(found: ApplicationLine) -> tuple[Any, ...]:
    return (
        found.case_number,
        found.name,
        found.unit_number,
        str(KINDS[found.kind]),
        str(wording.CLASSES[found.unit_class.value]) if found.unit_class else "",
        str(STATES[found.state].name),
        found.received_on,
        found.decided_on,
        found.effective_on,
        str(words.SOURCES[found.source]),
    )


@bureau_page("/applications/find", Permission.BUREAU_APPLICATION_READ)
def find() -> ResponseReturnValue:
    """The case behind a number, typed or from the QR code of the paper; else the units or applications called so."""
    typed = request.args.get("number", "").strip()
    try:
        read_case_number({"number": typed}, "number")
    except Invalid as refused:
        if "wrong_check_digit" in refused.errors["number"]:
            return show("not_found", 404, number=typed, slip=True)
        return redirect(_called(typed) if typed else url_for("bureau.home"), 303)
    try:
        with current().read(AUDIENCE) as session:
            ref = application_case.find(session, current_actor(), typed)
    except NotFound:
        return show("not_found", 404, number=typed, slip=False)
    return redirect(url_for("bureau.application", ref=ref), 303)


def _called(text: str) -> str:
    """The list in which something is called so: the units, unless only an application is."""
    runtime, actor = current(), current_actor()
    try:
        wanted = read_unit_filter({"text": text})
    except Invalid:
        return url_for("bureau.units", text=text)
    with runtime.read(AUDIENCE) as session:
        units = bureau_desk.units(session, runtime.clock, actor, wanted)
        found = application_case.listing(session, actor, Filters(text=text), most=1)
    if found.lines and not units.lines:
        return url_for("bureau.applications", text=text)
    return url_for("bureau.units", text=text)


@bureau_page(ADDRESS, Permission.BUREAU_APPLICATION_READ)
def application(ref: str) -> ResponseReturnValue:
    """One application with everything a decision needs."""
    return case_page(ref)


def read_case(ref: str) -> CasePage:
    """The case as it is now. Raises NotFound."""
    with current().read(AUDIENCE) as session:
        return application_case.case(session, current().clock, current_actor(), ref)


def asked_of(case: CasePage) -> Asked:
    """What its steps are asked about."""
    return asked_for(case.line.kind, case.line.unit_class)


def asked_for(kind: Kind, unit_class: UnitClass | None) -> Asked:
    """What the steps of a procedure are asked about, with codes that have ended, too."""
    with current().read(AUDIENCE) as session:
        codes = {table: tuple(code.names(session, table).values()) for table in TABLES}
    return Asked(kind, unit_class, codes, str(get_locale() or "ja"))


def case_page(ref: str, status: int = 200, refused: Words | None = None, **more: Any) -> ResponseReturnValue:
    """The case page; refused: why what was just tried did not happen. checks: what was typed into the checklist."""
    case = read_case(ref)
    typed = more.pop("checks", None) or words.check_entries(case.checks)
    return show(
        "case",
        status,
        ref=ref,
        case=case,
        line=case.line,
        title=words.title_of(case.line),
        may={act.value for act in case.may},
        kind=str(KINDS[case.line.kind]),
        state=STATES[case.line.state],
        classes=wording.in_words(wording.CLASSES),
        source=str(words.SOURCES[case.line.source]),
        steps=_steps(case),
        missing=[(each.step.value, str(STEPS[each.step])) for each in case.missing],
        way=words.way_words(case),
        why={reason: str(text) for reason, text in words.WHY_ALIKE.items()},
        kinds=KINDS,
        states=STATES,
        checks=typed,
        results=[(result.value, str(text)) for result, text in words.RESULTS.items()],
        left=case.open_items,
        history=words.history_rows(case.history),
        decision=words.decision_rows(case),
        today=jst_day(current().clock.now()),
        waiting=_waiting(case),
        refused=refused,
        **more,
    )


def _waiting(case: CasePage) -> list[str]:
    """Who still needs a start sheet after an approval."""
    if case.line.state is not State.APPROVED or not case.line.unit_ref:
        return []
    runtime = current()
    with runtime.read(AUDIENCE) as session:
        found = bureau_unit.not_begun(session, runtime.clock, current_actor(), case.line.unit_ref)
    return [
        gettext("%(role)sの%(name)sさん", role=str(wording.ROLES[one.role]), name=one.name) for one in found
    ]


def _steps(case: CasePage) -> list[tuple[str, str, list[tuple[str, Any, str]]]]:
    """Each step: its word, its title, and label, value and what is in force where that differs."""
    asked = asked_of(case)
    shown = []
    for step in case.steps:
        rows = _rows(step, case.typed.get(step) or {}, asked)
        before = dict(_rows(step, case.before.get(step) or {}, asked))
        compared = [(label, value, _before(before, label, value)) for label, value in rows]
        gone = [(label, "", _before(before, label, "")) for label in before if label not in dict(rows)]
        shown.append((step.value, str(STEPS[step]), [*compared, *(gone if before and rows else [])]))
    return shown


def _rows(step: Step, typed: Typed, asked: Asked) -> list[tuple[str, Any]]:
    return content_rows(filled_form(step, typed, asked, 0)) if typed else []


def _before(before: dict[str, Any], label: str, value: Any) -> str:
    """What is in force, in one line, where it differs."""
    if not before or before.get(label) == value:
        return ""
    old = before.get(label) or gettext("記載なし")
    told = old if isinstance(old, str) else "、".join(old)
    return gettext("今の記録：%(value)s", value=told)
