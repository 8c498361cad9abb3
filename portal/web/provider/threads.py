"""The threads of a unit: the list, one thread, answering, recording what came of it, handing it over."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.calendar.day import jst_day
from portal.domain.answer import LONGEST_MESSAGE, AnswerKind
from portal.domain.message_screening import TextRefused
from portal.domain.message_screening.passing import LONGEST_REASON
from portal.domain.outcome import Outcome
from portal.domain.permission import Permission, may
from portal.domain.refusal import Conflict, Invalid, NotFound, Refusal, SendingClosed, Unreachable
from portal.domain.thread import MOST_HAND_OVERS_A_DAY
from portal.services import outcome as outcomes
from portal.services import paid_thread, place
from portal.services import thread as service
from portal.services.draft import Draft
from portal.services.paid_explanation import NONE as NO_PAID
from portal.services.paid_thread import PaidThread
from portal.services.thread import Shown, ThreadPage
from portal.web.access import Audience, page
from portal.web.auth.identity import current_actor
from portal.web.draft import draft_here, fields_of
from portal.web.field_wording import show_in
from portal.web.letterhead import lines_shown
from portal.web.maintenance import read_only
from portal.web.outcome import answer_name, outcome_name
from portal.web.provider.blueprint import blueprint
from portal.web.provider.forms import AnswerForm, HandOverForm, OutcomeForm, new_key
from portal.web.provider.page import show
from portal.web.provider.rows import thread_state
from portal.web.provider.screened import point_out, told
from portal.web.provider.told import TOLD
from portal.web.rendering import number
from portal.web.runtime import current
from portal.web.wording import words_of

WRONG_DAY = ("outcome_in_future", "outcome_before_previous")
"""Refusals of the day alone; they are said at its field."""


@page(blueprint, "/threads", audience=Audience.PROVIDER, permission=Permission.UNIT_THREAD_READ)
def threads() -> ResponseReturnValue:
    """The threads this person sees, the latest first."""
    wanted, after = _wanted(), request.args.get("after", "")
    runtime = current()
    with runtime.read("provider") as session:
        found = service.threads(session, runtime.clock, current_actor(), shown=wanted, after=after)
        ended = place.left_behind(session, runtime.clock, current_actor())
    return show(
        "provider/threads.html",
        found=found,
        ended=ended,
        lines=[(line, *thread_state(line.outcome, line.answer)) for line in found.lines],
        shown=wanted,
        views=_views(wanted),
        first=not after,
    )


@page(blueprint, "/threads/<token>", audience=Audience.PROVIDER, permission=Permission.UNIT_THREAD_READ)
def thread(token: str) -> ResponseReturnValue:
    """One thread. Opening it counts as having read it; the seeker is never told."""
    opened = _thread(token)
    runtime = current()
    if not read_only():
        with runtime.write("provider") as session:
            service.mark_read(session, runtime.clock, current_actor(), token)
    draft = draft_here()
    return _page(opened, answer=AnswerForm(fields_of(draft)), draft=draft)


@page(
    blueprint,
    "/threads/<token>/answer",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_MESSAGE_SEND,
    methods=["GET", "POST"],
)
def thread_answer(token: str) -> ResponseReturnValue:
    """One more message in a thread; it counts like any other."""
    if request.method == "GET":
        return redirect(url_for(".thread", token=token), 303)
    form = AnswerForm(request.form)
    form.keep_key()
    runtime = current()
    try:
        with runtime.write("provider") as session:
            done = service.write(
                session,
                runtime.clock,
                current_actor(),
                token,
                form.text.data or "",
                form.key.data or "",
                declared=form.declared(),
            )
    except Invalid as invalid:
        show_in(form, invalid)
        return _page(_thread(token), answer=form)
    except TextRefused as refused:
        point_out(form)
        return _page(_thread(token), answer=form, held=refused)
    except TOLD as refusal:
        if refusal.reason == "key_taken":
            form.key.data = new_key()
        return _page(_thread(token), answer=form, refusal=refusal)
    if done.repeated:
        flash(gettext("この返事は、すでに送信済みです。二重には送信していません。"), "info")
    else:
        flash(gettext("送信しました。今日あと%(left)s件送れます。", left=number(done.quota.left)), "success")
    return redirect(url_for(".thread", token=token), 303)


@page(
    blueprint,
    "/threads/<token>/outcome",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_OUTCOME_RECORD,
    methods=["GET", "POST"],
)
def thread_outcome(token: str) -> ResponseReturnValue:
    """Record the next step: 求職受理, 紹介, 就職 or the end."""
    if request.method == "GET":
        return redirect(url_for(".thread", token=token), 303)
    form = OutcomeForm(request.form)
    runtime = current()
    try:
        with runtime.write("provider") as session:
            outcomes.record(
                session,
                runtime.clock,
                current_actor(),
                token,
                request.form.to_dict(flat=False),
            )
    except Invalid as invalid:
        show_in(form, invalid)
        return _page(_thread(token), outcome=form)
    except NotFound:
        raise
    except Refusal as refusal:
        if refusal.reason not in WRONG_DAY:
            return _page(_thread(token), outcome=form, refusal=refusal)
        form.happened_on.errors = [words_of(refusal).text]
        return _page(_thread(token), outcome=form)
    flash(gettext("結果を記録しました。"), "success")
    return redirect(url_for(".thread", token=token), 303)


@page(
    blueprint,
    "/threads/<token>/hand-over",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_THREAD_HAND_OVER,
    methods=["GET", "POST"],
)
def thread_hand_over(token: str) -> ResponseReturnValue:
    """Give the thread to another department or contractor; the seeker sees a line."""
    if request.method == "GET":
        return redirect(url_for(".thread", token=token), 303)
    form = HandOverForm(request.form)
    runtime = current()
    try:
        with runtime.write("provider") as session:
            service.hand_over(session, runtime.clock, current_actor(), token, form.place.data or "")
    except NotFound as unknown:
        if unknown.reason != "unknown_place":
            raise
        show_in(form, Invalid({"place": ["unknown_code"]}))
        return _page(_thread(token), hand_over=form)
    except (Conflict, SendingClosed) as refusal:
        return _page(_thread(token), hand_over=form, refusal=refusal)
    flash(
        gettext("やり取りを引き継ぎました。求職者の画面にも、担当が替わったことが表示されます。"), "success"
    )
    return redirect(url_for(".thread", token=token), 303)


def _thread(token: str) -> ThreadPage:
    runtime = current()
    with runtime.read("provider") as session:
        return service.thread(session, runtime.clock, current_actor(), token)


def _page(
    opened: ThreadPage,
    *,
    answer: AnswerForm | None = None,
    outcome: OutcomeForm | None = None,
    hand_over: HandOverForm | None = None,
    refusal: Refusal | None = None,
    draft: Draft | None = None,
    held: TextRefused | None = None,
) -> ResponseReturnValue:
    """The thread with its forms; the one that was refused comes back as it was sent."""
    answer = answer or AnswerForm()
    answer.keep_key()
    outcome = outcome or OutcomeForm()
    outcome.outcome.choices = [(step.value, outcome_name(step)) for step in opened.outcome.next]
    paid = _paid(opened.token)
    placements = paid.placements if paid is not None and Outcome.ACCEPTED in opened.outcome.next else ()
    outcome.paid.choices = [
        (NO_PAID, gettext("ありません")),
        *(
            (ref, gettext("%(type)s（%(yen)s円）", type=name, yen=number(yen)))
            for ref, name, yen in placements
        ),
    ]
    if outcome.happened_on.data is None:
        outcome.happened_on.data = jst_day(current().clock.now()).isoformat()
    hand_over = hand_over or HandOverForm()
    hand_over.place.choices = _places(opened)
    wrong = next((form for form in (answer, outcome, hand_over) if form.errors), None)
    heads = [entry.letterhead for entry in opened.entries if entry.letterhead]
    return show(
        "provider/thread.html",
        422 if wrong is not None else 409 if refusal is not None else 200,
        opened=opened,
        entries=[(entry, lines_shown(entry.letterhead)) for entry in opened.entries],
        head=lines_shown(heads[-1]) if heads else None,
        state=thread_state(opened.outcome.outcome, _last_answer(opened)),
        steps=[(outcome_name(step), on) for step, on in opened.outcome.steps],
        closed=words_of(_closed(opened.closed)) if opened.closed else None,
        answer=answer,
        draft=draft,
        outcome=outcome,
        paid=paid,
        placements=placements,
        hand_over=hand_over,
        refused=wrong or answer,
        refusal=words_of(refusal) if refusal is not None else None,
        answer_name=answer_name,
        longest=LONGEST_MESSAGE,
        most_hand_overs=MOST_HAND_OVERS_A_DAY,
        held=told(answer.text.data or "", held.findings) if held is not None else None,
        longest_reason=LONGEST_REASON,
    )


def _paid(token: str) -> PaidThread | None:
    """How the seeker stands to the unit's paid services; None for whoever may not see it."""
    runtime, actor = current(), current_actor()
    if not may(actor, Permission.UNIT_PAID_READ):
        return None
    with runtime.read("provider") as session:
        return paid_thread.paid_thread(session, runtime.clock, actor, token)


def _closed(reason: str) -> Refusal:
    return Unreachable() if reason == "unreachable" else SendingClosed(reason)


def _last_answer(opened: ThreadPage) -> AnswerKind | None:
    return next((entry.answer for entry in reversed(opened.entries) if entry.answer), None)


def _places(opened: ThreadPage) -> list[tuple[str, str]]:
    """Where the thread may go, for whoever may hand it over; none where there is but the unit, which has it."""
    runtime, actor = current(), current_actor()
    if not may(actor, Permission.UNIT_THREAD_HAND_OVER):
        return []
    with runtime.read("provider") as session:
        found = service.places(session, runtime.clock, actor)
    return (
        [(each.ref, each.name or gettext("部署なし（団体全体）")) for each in found]
        if len(found) > 1 or opened.place
        else []
    )


def _wanted() -> Shown:
    try:
        return Shown(request.args.get("shown", Shown.ALL))
    except ValueError:
        return Shown.ALL


def _views(wanted: Shown) -> list[tuple[str, str, bool]]:
    names = {
        Shown.ALL: gettext("すべて"),
        Shown.UNREAD: gettext("未読"),
        Shown.ANSWERED: gettext("返事あり"),
        Shown.UNANSWERED: gettext("返事待ち"),
    }
    return [
        (name, url_for(".threads", shown=None if shown is Shown.ALL else shown.value), shown is wanted)
        for shown, name in names.items()
    ]
