"""Notices of paid services at the bureau: the list, one notice, and the three records a clerk makes of it."""

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from portal.calendar.day import jst_day
from portal.domain.paid_service import LONGEST_TEXT, NoticeAct, NoticeState
from portal.domain.permission import Permission, may
from portal.domain.refusal import Conflict, Invalid
from portal.services import bureau_unit
from portal.services import paid_notice as service
from portal.web.auth.identity import current_actor
from portal.web.bureau.frame import AUDIENCE, bureau_page, show
from portal.web.field_wording import show_in
from portal.web.paid_service import ACTS, NOTICES, money, rows_of_terms
from portal.web.runtime import current
from portal.web.wording import Words, words_of

READ, CHECK = Permission.BUREAU_PAID_READ, Permission.BUREAU_PAID_CHECK
ONE = "/paid-notices/<number>"
BOTH = ("GET", "POST")
AT_BUREAU = (NoticeState.RECEIVED, NoticeState.ASKED_BACK, NoticeState.ACCEPTED)


class FilterForm(Form):
    """Which notices are listed."""

    state = SelectField(_l("状態"), validate_choice=False)

    def offer(self) -> None:
        """Those that have come, or those in one state."""
        self.state.choices = [
            ("", gettext("届いたものすべて")),
            *((state.value, str(word.name)) for state, word in NOTICES.items()),
        ]

    @property
    def states(self) -> tuple[NoticeState, ...]:
        """Those that have come, for whatever is no state."""
        try:
            return (NoticeState(self.state.data or ""),)
        except ValueError:
            return AT_BUREAU


class FindForm(Form):
    """The number on the paper."""

    number = StringField(_l("書類の番号"), [InputRequired()])


class ReceiveForm(Form):
    """When the paper came."""

    received_on = StringField(_l("書類が届いた日"))


class AskBackForm(Form):
    """What is missing."""

    told = TextAreaField(_l("補正を求めること（団体の画面に表示します）"), [InputRequired()])


@bureau_page("/paid-notices", READ)
def paid_notices() -> ResponseReturnValue:
    """Those that have come, the newest first; a paper is found by its number."""
    return _list(FindForm())


@bureau_page("/paid-notices/find", READ)
def paid_notice_find() -> ResponseReturnValue:
    """From the number on a paper to its notice."""
    form = FindForm(request.args)
    try:
        with current().read(AUDIENCE) as session:
            number = service.find(session, current_actor(), {"number": form.number.data or ""})
    except Invalid as invalid:
        show_in(form, invalid)
        return _list(form, 422)
    return redirect(url_for("bureau.paid_notice", number=number), 303)


@bureau_page("/units/<ref>/paid-notices", READ)
def paid_notices_of(ref: str) -> ResponseReturnValue:
    """Every notice of one unit, those that have not come too."""
    runtime, actor = current(), current_actor()
    after = request.args.get("after", "")
    with runtime.read(AUDIENCE) as session:
        unit = bureau_unit.unit(session, runtime.clock, actor, ref)
        found = service.listing(session, actor, unit_ref=ref, after=after)
    following = url_for("bureau.paid_notices_of", ref=ref, after=found.after) if found.after else None
    return show(
        "paid_notices_of", unit=unit, found=found, next_url=following, notices=_notices(), money=money
    )


@bureau_page(ONE, READ)
def paid_notice(number: str) -> ResponseReturnValue:
    """One notice: what is notified, the version before, the history, what can be recorded now."""
    return _one(number)


@bureau_page(f"{ONE}/receive", CHECK, methods=BOTH)
def paid_notice_receive(number: str) -> ResponseReturnValue:
    """The paper has come."""
    form = ReceiveForm(request.form)

    def act() -> None:
        with current().write(AUDIENCE) as session:
            service.receive(session, current().clock, current_actor(), number, _typed())

    return _recorded(number, act, gettext("受付を記録しました。"), receive=form)


@bureau_page(f"{ONE}/ask-back", CHECK, methods=BOTH)
def paid_notice_ask_back(number: str) -> ResponseReturnValue:
    """Something is missing."""
    form = AskBackForm(request.form)

    def act() -> None:
        with current().write(AUDIENCE) as session:
            service.ask_back(session, current().clock, current_actor(), number, _typed())

    return _recorded(number, act, gettext("補正を求めたことを記録し、団体に伝えました。"), ask_back=form)


@bureau_page(f"{ONE}/accept", CHECK, methods=BOTH)
def paid_notice_accept(number: str) -> ResponseReturnValue:
    """Checked."""

    def act() -> None:
        with current().write(AUDIENCE) as session:
            service.accept(session, current().clock, current_actor(), number)

    return _recorded(number, act, gettext("確認を記録しました。"))


def _recorded(
    number: str,
    act: Callable[[], None],
    done: str,
    *,
    receive: ReceiveForm | None = None,
    ask_back: AskBackForm | None = None,
) -> ResponseReturnValue:
    if request.method == "POST":
        try:
            act()
        except Invalid as invalid:
            form = receive or ask_back
            if form is not None:
                show_in(form, invalid)
            return _one(number, 422, receive=receive, ask_back=ask_back)
        except Conflict as conflict:
            return _one(number, 409, receive=receive, ask_back=ask_back, refusal=words_of(conflict))
        flash(done, "success")
    return redirect(url_for("bureau.paid_notice", number=number), 303)


def _list(find: FindForm, status: int = 200) -> ResponseReturnValue:
    form = FilterForm(request.args)
    form.offer()
    after = request.args.get("after", "")
    with current().read(AUDIENCE) as session:
        found = service.listing(session, current_actor(), form.states, after=after)
    asked = {"state": form.state.data} if form.state.data else {}
    following = url_for("bureau.paid_notices", after=found.after, **asked) if found.after else None
    first = url_for("bureau.paid_notices", **asked) if after else None
    return show(
        "paid_notices",
        status,
        find=find,
        form=form,
        asked=asked,
        found=found,
        first_url=first,
        next_url=following,
        notices=_notices(),
        money=money,
    )


def _one(
    number: str,
    status: int = 200,
    *,
    receive: ReceiveForm | None = None,
    ask_back: AskBackForm | None = None,
    refusal: Words | None = None,
) -> ResponseReturnValue:
    with current().read(AUDIENCE) as session:
        found = service.case(session, current_actor(), number)
    receive, ask_back = receive or ReceiveForm(), ask_back or AskBackForm()
    if receive.received_on.data is None:
        receive.received_on.data = jst_day(current().clock.now()).isoformat()
    possible = found.may if may(current_actor(), CHECK) else ()
    return show(
        "paid_notice",
        status,
        found=found,
        line=found.line,
        rows=rows_of_terms(found.line.terms),
        earlier=rows_of_terms(found.earlier) if found.earlier else None,
        acts={act.value: str(name) for act, name in ACTS.items()},
        may_receive=NoticeAct.RECEIVE in possible,
        may_ask_back=NoticeAct.ASK_BACK in possible,
        may_accept=NoticeAct.ACCEPT in possible,
        receive=receive,
        ask_back=ask_back,
        wrong=ask_back if ask_back.errors else receive,
        refusal=refusal,
        longest=LONGEST_TEXT,
        notices=_notices(),
    )


def _notices() -> dict[str, object]:
    return {state.value: word for state, word in NOTICES.items()}


def _typed() -> dict[str, list[str]]:
    return request.form.to_dict(flat=False)
