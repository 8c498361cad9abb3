"""Signing everybody of the unit out at once, for a machine that may be infected (ruling 48; seed 004 P-Q10, M-Q7)."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Form, RadioField, SelectChoice

from portal.domain.permission import Permission
from portal.services import session_cut as service
from portal.web.access import Audience, page
from portal.web.auth.identity import current_actor, leave, portal_session
from portal.web.provider.blueprint import blueprint
from portal.web.provider.forms import NEEDED
from portal.web.provider.page import show
from portal.web.rendering import number
from portal.web.runtime import current


class CutForm(Form):
    """Whether one's own session goes on."""

    whom = RadioField(
        _l("あなた自身は"),
        NEEDED,
        choices=[
            SelectChoice("all", _l("あなたもログアウトする（この端末が感染したかもしれないとき）")),
            SelectChoice(
                "others", _l("このブラウザーだけログインしたままにする（この端末は安全だと分かっているとき）")
            ),
        ],
    )


@page(
    blueprint,
    "/sessions",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_SESSION_CUT,
    methods=["GET", "POST"],
)
def sessions() -> ResponseReturnValue:
    """What it does, the one button, and when it was done before."""
    form = CutForm(request.form)
    if request.method == "GET":
        return _page(form)
    if not form.validate():
        return _page(form)
    spared = form.whom.data == "others"
    runtime = current()
    with runtime.write("provider") as session:
        done = service.cut_unit(
            session, runtime.clock, current_actor(), spare=portal_session().token if spared else None
        )
    if not spared:
        leave()
        return redirect(url_for("auth.sign_in", after="cut"), 303)
    flash(_told(done), "success")
    return redirect(url_for(".sessions"), 303)


def _told(done: service.Cut) -> str:
    if done.sessions == 0:
        return gettext("あなたのほかに、ログインしている人はいませんでした。")
    return gettext(
        "%(people)s人、%(sessions)sか所のログインを終わらせました。",
        people=number(done.people),
        sessions=number(done.sessions),
    )


def _page(form: CutForm) -> ResponseReturnValue:
    runtime = current()
    with runtime.read("provider") as session:
        cuts = service.cuts(session, runtime.clock, current_actor())
    return show(
        "provider/sessions.html", 422 if form.errors else 200, form=form, cuts=cuts, shown=service.SHOWN
    )
