"""The pages of a desk of complaints. At an office and at a bureau they are the same; a DeskPages says what differs.

Nothing here shows who a seeker is. A frozen thread is opened by a button of its own, which says what it leaves behind.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from wtforms.fields.choices import SelectChoice

from portal.calendar.day import jst_day
from portal.domain.complaint import LONGEST_TEXT, Act, Desk, Kind, Opener
from portal.domain.complaint_desk import DeskFilter, Wanted, read_filter
from portal.domain.refusal import Conflict, Invalid, NotFound
from portal.services import code, complaint_case, complaint_desk
from portal.services.complaint_case import DeskCase
from portal.web import complaint_desk_wording as words
from portal.web.auth.identity import current_actor
from portal.web.complaint import KINDS, STATES
from portal.web.complaint_desk_forms import (
    FilterForm,
    HandOverForm,
    NoteForm,
    ReminderForm,
    SayForm,
    SeenForm,
)
from portal.web.draft import draft_here, fields_of
from portal.web.field_wording import show_in
from portal.web.filtering import chosen_words
from portal.web.public.consultation import shown_places
from portal.web.rendering import number
from portal.web.runtime import current
from portal.web.wording import Words, words_of

FILTERS = ("shown", "kind", "opened_by", "number")
SAYING: Mapping[str, Act] = {act.value: act for act in complaint_desk.SAYING}
TOPICS: Mapping[Kind, str] = {Kind.TELEWORK: "telework", Kind.HOME_WORK: "homework"}
"""Kinds for which the papers name places of their own to ask, by the topic of the table."""


@dataclass(frozen=True)
class DeskPages:
    """Where a desk works. audience: also the name of its blueprint; show: draws a template of the room "complaint"."""

    audience: str
    show: Callable[..., ResponseReturnValue]

    def url(self, page: str = "", **values: Any) -> str:
        """The address of one of its pages; "" is the case, "s" the list."""
        return url_for(f"{self.audience}.complaint{page}", **values)


# The list


def complaints(desk: DeskPages) -> ResponseReturnValue:
    """The cases of this desk, or what is looked for."""
    form = FilterForm.filled()
    asked = {name: request.args.get(name, "") for name in FILTERS if request.args.get(name)}
    runtime, actor = current(), current_actor()
    try:
        wanted = read_filter(asked)
    except Invalid as refused:
        show_in(form, refused)
        return _list(desk, 422, form=form, rows=None, asked=asked, conditions="")
    with runtime.read(desk.audience) as session:
        found = complaint_case.listing(session, runtime.clock, actor, wanted, request.args.get("after", ""))
        lying = complaint_case.counts(session, runtime.clock, actor)
    today = jst_day(runtime.clock.now())
    after = request.args.get("after")
    return _list(
        desk,
        form=form,
        rows=[(line, words.reminder_words(line, today)) for line in found.lines],
        asked=asked,
        lying=lying,
        plain=wanted == DeskFilter(),
        conditions=chosen_words(form),
        first_url=desk.url("s", **asked) if after else None,
        next_url=desk.url("s", **asked, after=found.after) if found.after else None,
        groups={each.value: str(text) for each, text in words.WANTED.items()},
        due=Wanted.DUE.value,
        new=Wanted.NEW.value,
    )


def _list(desk: DeskPages, status: int = 200, **values: Any) -> ResponseReturnValue:
    usual = [(str(STATES[state].name), days) for state, days in words.usual_reminders()]
    return desk.show("desk_list", status, desk=desk, kinds=KINDS, states=STATES, usual=usual, **values)


# One case


def read_case(desk: DeskPages, ref: str, *, whole: bool = False) -> DeskCase:
    """The case as it is now; opening it is recorded. whole: for the page that shows all of it. Raises NotFound."""
    runtime = current()
    with runtime.write(desk.audience) as session:
        return complaint_case.case(session, runtime.clock, current_actor(), ref, whole=whole)


def place_names(desk: DeskPages) -> dict[tuple[Desk, str], str]:
    """The names of all offices and bureaus, ended ones too."""
    language = str(get_locale() or "ja")
    with current().read(desk.audience) as session:
        return {
            (of, found.code): found.name(language)
            for of, table in ((Desk.OFFICE, "office"), (Desk.BUREAU, "bureau"))
            for found in code.names(session, table).values()
        }


def complaint(desk: DeskPages, ref: str) -> ResponseReturnValue:
    """One case with its history, notes, readings and what can be done."""
    return case_page(desk, ref)


def case_page(
    desk: DeskPages,
    ref: str,
    status: int = 200,
    refused: Words | None = None,
    note: NoteForm | None = None,
    reminder: ReminderForm | None = None,
) -> ResponseReturnValue:
    """The case page. refused: why what was just tried did not happen; note, reminder: refused forms."""
    case, names = read_case(desk, ref, whole=True), place_names(desk)
    draft = draft_here() if note is None else None
    writing = note or NoteForm(fields_of(draft))
    dating = reminder or ReminderForm()
    dating.begin(case)
    if reminder is None and case.line.own_reminder and case.line.reminder is not None:
        dating.remind_on.data = case.line.reminder.isoformat()
    topic = TOPICS.get(case.line.kind)
    today = jst_day(current().clock.now())
    return desk.show(
        "desk_case",
        status,
        desk=desk,
        ref=ref,
        case=case,
        line=case.line,
        form=note or reminder,
        title=gettext("申出 %(number)s", number=case.line.number),
        kind=str(KINDS[case.line.kind]),
        state=STATES[case.line.state],
        who=words.parties(case.line.opened_by),
        history=words.said(case, names),
        place=words.place_name(case.place, names),
        notes=[(one, words.place_name(one.place, names)) for one in case.notes],
        readings=[(one, words.place_name(one.place, names)) for one in case.readings],
        may={act.value for act in case.may},
        saying=[
            (act.value, words.act_words(act, case).title) for act in complaint_desk.SAYING if act in case.may
        ],
        note=writing,
        draft=draft,
        reminder=dating,
        reminder_words=words.reminder_words(case.line, today),
        bureau=names.get((Desk.BUREAU, case.bureau_code), case.bureau_code),
        places={key.value: rows for key, rows in shown_places().items()}.get(topic or "", []),
        longest=LONGEST_TEXT,
        refused=refused,
    )


def take_up(desk: DeskPages, ref: str) -> ResponseReturnValue:
    """Somebody works on it now."""
    if request.method == "GET":  # a refused one was opened anew
        return redirect(desk.url(ref=ref), 303)
    form = SeenForm(request.form)
    try:
        with current().write(desk.audience) as session:
            complaint_desk.take_up(session, current().clock, current_actor(), ref, seen=form.looked_at)
    except Conflict as conflict:
        return case_page(desk, ref, 409, words_of(conflict))
    flash(gettext("対応を始めました。申し出た方の画面には「対応中」と表示されます。"), "success")
    return redirect(desk.url(ref=ref), 303)


def note(desk: DeskPages, ref: str) -> ResponseReturnValue:
    """Add an internal note."""
    if request.method == "GET":  # a refused one was opened anew
        return redirect(desk.url(ref=ref), 303)
    form = NoteForm(request.form)
    try:
        with current().write(desk.audience) as session:
            complaint_desk.note(session, current().clock, current_actor(), ref, _typed())
    except Invalid as invalid:
        show_in(form, invalid)
        return case_page(desk, ref, 422, note=form)
    flash(gettext("内部のメモを残しました。"), "success")
    return redirect(desk.url(ref=ref, _anchor="note"), 303)


def reminder(desk: DeskPages, ref: str) -> ResponseReturnValue:
    """Set or take away the day of the internal reminder."""
    if request.method == "GET":  # a refused one was opened anew
        return redirect(desk.url(ref=ref), 303)
    form = ReminderForm(request.form)
    try:
        with current().write(desk.audience) as session:
            on = complaint_desk.remind(
                session, current().clock, current_actor(), ref, _typed(), seen=form.looked_at
            )
    except Invalid as invalid:
        show_in(form, invalid)
        return case_page(desk, ref, 422, reminder=form)
    except Conflict as conflict:
        return case_page(desk, ref, 409, words_of(conflict))
    told = (
        gettext("内部の確認日を決めました。") if on else gettext("内部の確認日を、ふだんの日数に戻しました。")
    )
    flash(told, "success")
    return redirect(desk.url(ref=ref), 303)


# Writing


def say(desk: DeskPages, ref: str, act: str) -> ResponseReturnValue:
    """Write, ask, answer, settle, close or reopen: one page, one text, and who will read it."""
    meant = SAYING.get(act)
    if meant is None:
        raise NotFound
    case = read_case(desk, ref)
    draft = draft_here() if request.method == "GET" else None
    form = SayForm(fields_of(draft) or request.form)
    told = words.act_words(meant, case)
    form.text.label.text = told.label
    if request.method == "GET":
        if meant not in case.may:
            return redirect(desk.url(ref=ref), 303)
        form.key.data = None
        form.begin(case)
        return _say(desk, case, form, meant, draft=draft)
    try:
        with current().write(desk.audience) as session:
            complaint_desk.say(
                session,
                current().clock,
                current_actor(),
                ref,
                meant,
                _typed(),
                form.key.data or "",
                seen=form.looked_at,
            )
    except Invalid as invalid:
        show_in(form, invalid)
        return _say(desk, case, form, meant, 422)
    except Conflict as conflict:
        now = read_case(desk, ref)
        form.begin(now)
        return _say(desk, now, form, meant, 409, refused=words_of(conflict))
    flash(told.done, "success")
    return redirect(desk.url(ref=ref, _anchor="history"), 303)


def _say(
    desk: DeskPages, case: DeskCase, form: SayForm, act: Act, status: int = 200, **more: Any
) -> ResponseReturnValue:
    told = words.act_words(act, case)
    return desk.show(
        "desk_say",
        status,
        desk=desk,
        case=case,
        line=case.line,
        form=form,
        act=act.value,
        words=told,
        title=told.title,
        kind=str(KINDS[case.line.kind]),
        hint=gettext("%(most)s文字まで", most=number(LONGEST_TEXT)),
        no_officer=act is Act.ASK and case.line.opened_by is Opener.SEEKER and not case.officer_signs_in,
        **{"draft": None, "refused": None, **more},
    )


# Handing over


def hand_over(desk: DeskPages, ref: str) -> ResponseReturnValue:
    """To another office, or to the bureau that holds the organisation's application."""
    runtime, actor = current(), current_actor()
    if request.method == "POST":
        form = HandOverForm(request.form)
        try:
            with runtime.write(desk.audience) as session:
                complaint_desk.hand_over(
                    session,
                    runtime.clock,
                    actor,
                    ref,
                    _typed(),
                    form.key.data or "",
                    seen=form.looked_at,
                )
        except Invalid as invalid:
            show_in(form, invalid)
            return _hand_over(desk, ref, form, 422)
        except Conflict as conflict:
            form.seen.data = None
            return _hand_over(desk, ref, form, 409, words_of(conflict))
        flash(gettext("引き継ぎました。この窓口からは、もう見えません。"), "success")
        return redirect(desk.url("s"), 303)
    draft = draft_here()
    form = HandOverForm(fields_of(draft))
    form.key.data = form.seen.data = None
    return _hand_over(desk, ref, form, draft=draft)


def _hand_over(
    desk: DeskPages,
    ref: str,
    form: HandOverForm,
    status: int = 200,
    refused: Words | None = None,
    draft: Any = None,
) -> ResponseReturnValue:
    case = read_case(desk, ref)
    if Act.HAND_OVER not in case.may:
        return redirect(desk.url(ref=ref), 303)
    runtime, language = current(), str(get_locale() or "ja")
    with runtime.read(desk.audience) as session:
        offered = complaint_desk.targets(session, runtime.clock, current_actor(), ref)
    form.to.choices = [SelectChoice("", gettext("選んでください"))] + [
        SelectChoice(
            target.ref,
            gettext("%(name)s（団体の申請を受け持つ労働局）", name=target.name(language))
            if target.ref == complaint_desk.BUREAU
            else target.name(language),
        )
        for target in offered
    ]
    if form.seen.data is None:
        form.begin(case)
    return desk.show(
        "desk_hand_over",
        status,
        desk=desk,
        case=case,
        line=case.line,
        form=form,
        who=words.parties(case.line.opened_by),
        kind=str(KINDS[case.line.kind]),
        hint=gettext("%(most)s文字まで", most=number(LONGEST_TEXT)),
        refused=refused,
        draft=draft,
    )


# The frozen thread


def transcript(desk: DeskPages, ref: str) -> ResponseReturnValue:
    """What opening the frozen thread leaves behind; then the thread. Each opening is one reading."""
    runtime = current()
    if request.method == "GET":
        case = read_case(desk, ref)
        if not case.may_read:
            return redirect(desk.url(ref=ref), 303)
        return desk.show("desk_transcript_ask", desk=desk, case=case, line=case.line)
    try:
        with runtime.write(desk.audience) as session:
            found = complaint_case.read_transcript(session, runtime.clock, current_actor(), ref)
    except Conflict as conflict:
        return case_page(desk, ref, 409, words_of(conflict))
    return desk.show("desk_transcript", desk=desk, found=found, line=found.line)


def _typed() -> dict[str, list[str]]:
    return request.form.to_dict(flat=False)
