"""Sign-in, sign-out, the choice of a unit, and whom to ask when one cannot sign in."""

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import SelectChoice

from portal.domain.account import Busy, SignInFailed, Stage, TooManyAttempts
from portal.domain.actor import ActorKind
from portal.domain.permission import Permission, may
from portal.domain.refusal import Conflict, NotFound, Refusal
from portal.services import sign_in as service
from portal.services import unit_closed, web_session
from portal.services.own_terms import own_terms
from portal.web import draft
from portal.web.access import Audience, page, public_page
from portal.web.auth.blueprint import blueprint, passwords
from portal.web.auth.forms import SignInForm, UnitForm
from portal.web.auth.identity import (
    address,
    current_actor,
    current_visit,
    enter,
    home_address,
    leave,
    look_again,
    portal_session,
    visitor,
)
from portal.web.auth.session import AUDIENCE, lifetime
from portal.web.languages import COOKIE as LANGUAGE_COOKIE
from portal.web.languages import DEFAULT
from portal.web.letterhead import class_name
from portal.web.maintenance import read_only
from portal.web.rendering import day
from portal.web.runtime import current

# What the sign-in page says on arrival; `ended` is decided by the cookie, not by the address.
AFTER = ("sign-out", "password", "second-factor", "left", "cut")


def status_of(refusal: Refusal) -> tuple[int, dict[str, str]]:
    """The status of a form that was refused as a whole, and when to come again."""
    if isinstance(refusal, TooManyAttempts):
        seconds = int((refusal.retry_at - current().clock.now()).total_seconds()) + 1
        return 429, {"Retry-After": str(max(seconds, 1))}
    if isinstance(refusal, Busy):
        return 503, {"Retry-After": "10"}
    return 422, {}


@public_page(blueprint, "/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Name and password; the same answer whatever was wrong."""
    form = SignInForm()
    if request.method != "POST":
        if current_visit() is not None:
            return redirect(home_address(), 303)
        ended = portal_session().ended
        if ended:
            leave()
        after = request.args.get("after")
        return render_template(
            "auth/sign_in.html",
            form=form,
            ended=ended,
            waiting=draft.waiting(),
            after=after if after in AFTER else None,
        )
    if not form.validate():
        return _again(form), 422
    try:
        opened = open_session(form.sign_in_name.data or "", form.password.data or "")
    except (SignInFailed, TooManyAttempts, Busy) as refused:
        form.refuse(refused)
        return _again(form), *status_of(refused)
    return arrive(opened)


def open_session(name: str, password: str) -> service.Opened:
    """Sign this browser in with a name and a password. Raises SignInFailed, TooManyAttempts, Busy."""
    runtime = current()
    with runtime.write(AUDIENCE) as session:
        opened = service.sign_in(
            session,
            runtime.clock,
            visitor(),
            passwords(),
            name=name,
            password=password,
            address=address(),
            lifetime=lifetime(runtime),
            second_factor_required=runtime.settings.second_factor_required,
            old_token=portal_session().token,
        )
    enter(opened.token)
    return opened


def _again(form: SignInForm) -> str:
    return render_template("auth/sign_in.html", form=form, ended=False, waiting=draft.waiting(), after=None)


def arrive(opened: service.Opened) -> ResponseReturnValue:
    """On to what is still asked, or home; in the language the person has chosen for their account."""
    if LANGUAGE_COOKIE not in request.cookies and opened.language != DEFAULT:
        g.language_chosen = opened.language
    late = draft.claim()
    if opened.stage is Stage.SECOND_FACTOR:
        return redirect(url_for("auth.second_factor"), 303)
    if opened.stage is Stage.ENROL:
        return redirect(url_for("auth.enrol"), 303)
    acts = current_actor().kind is not ActorKind.MEMBER or current_actor().unit_id is not None
    return redirect(draft.address_of(late) if late is not None and acts else _first_address(), 303)


def _first_address() -> str:
    """Home; a seeker for whom a version of the terms waits is asked on the way there (ruling R10)."""
    actor = current_actor()
    if actor.kind is not ActorKind.SEEKER or not may(actor, Permission.SEEKER_CONSENT_CHANGE):
        return home_address()
    runtime = current()
    with runtime.read(AUDIENCE) as session:
        waits = own_terms(session, runtime.clock, actor).open
    return url_for("seeker.new_terms") if waits else home_address()


@public_page(blueprint, "/sign-out", methods=["POST"])
def sign_out() -> ResponseReturnValue:
    """End the session; a second click changes nothing."""
    token = portal_session().token
    # In maintenance this browser forgets the session, which then ends by itself.
    if token is not None and not read_only():
        runtime = current()
        with runtime.write(AUDIENCE) as session:
            web_session.end(session, runtime.clock, current_actor(), token)
    leave()
    return redirect(url_for("auth.sign_in", after="sign-out"), 303)


@public_page(blueprint, "/forgotten")
def forgotten() -> ResponseReturnValue:
    """Whom to ask, for each audience. The portal sends no passwords by mail."""
    return render_template("auth/forgotten.html")


@page(
    blueprint,
    "/choose-unit",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_ACTING_CHOOSE,
    methods=["GET", "POST"],
)
def choose_unit() -> ResponseReturnValue:
    """Which unit (利用申請の単位) to act for; whoever belongs to none is told so."""
    runtime, actor = current(), current_actor()
    with runtime.read(AUDIENCE) as session:
        choices = web_session.unit_choices(session, runtime.clock, actor)
        closed = unit_closed.closed_units(session, runtime.clock, actor)
    form = UnitForm()
    form.unit.choices = [SelectChoice(c.key, _unit_name(c)) for c in choices]
    if request.method == "POST" and form.validate():
        token = portal_session().token
        try:
            with runtime.write(AUDIENCE) as session:
                web_session.choose_unit(session, runtime.clock, actor, token or "", form.unit.data or "")
        except (NotFound, Conflict) as refused:
            form.refuse(refused)
        else:
            look_again()
            return redirect(home_address(), 303)
    visit = current_visit()
    return render_template(
        "auth/choose_unit.html",
        form=form,
        choices=choices,
        closed=[(one.name, _closed_words(one)) for one in closed],
        lost=visit is not None and visit.unit_lost,
        acting=actor.kind is ActorKind.MEMBER and actor.unit_id is not None,
    ), 422 if form.errors else 200


def _closed_words(unit: unit_closed.ClosedUnit) -> str:
    """Why somebody cannot act for a unit they belong or belonged to, and whom to ask."""
    facts = {"place": unit.place, "last": day(unit.last_day) if unit.last_day else ""}
    if unit.reason == "department_ended":
        return gettext(
            "あなたの部署（%(place)s）の利用の期間の外です。続けて利用するときは、団体の個人情報管理・苦情処理責任者"
            "または連絡責任者に、部署を変えてもらってください。",
            **facts,
        )
    if unit.reason == "contractor_ended":
        return gettext(
            "受託団体（%(place)s）としての契約の期間の外です。続けて利用するときは、自治体の個人情報管理・苦情処理責任者"
            "または連絡責任者にお尋ねください。",
            **facts,
        )
    return gettext(
        "所属は%(last)sに終わりました。続けて利用するときは、団体の個人情報管理・苦情処理責任者または連絡責任者に、"
        "もう一度招待してもらってください。",
        **facts,
    )


def _unit_name(choice: web_session.UnitChoice) -> str:
    """A unit among several: the same company may be an agency of its own and a city's contractor (seed 004 P-Q4)."""
    facts = gettext("、").join(filter(None, (class_name(choice.unit_class), choice.number_shown)))
    if choice.contractor:
        return gettext(
            "%(unit)sの受託団体として：%(contractor)s（%(facts)s）",
            unit=choice.name,
            contractor=choice.contractor,
            facts=facts,
        )
    return gettext("%(unit)s（%(facts)s）", unit=choice.name, facts=facts)
