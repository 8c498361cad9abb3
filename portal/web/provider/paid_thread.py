"""Paid services in a thread: how the seeker stands, asking for consent, recording what was given."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Form, RadioField, StringField

from portal.calendar.day import jst_day
from portal.domain.message_screening import TextRefused
from portal.domain.paid_service import ConsentState, Need, NoticeState
from portal.domain.permission import Permission
from portal.domain.refusal import Invalid, NotFound, Refusal
from portal.services import paid_thread as service
from portal.services.paid_thread import Offer, asking_text
from portal.web.access import Audience, page
from portal.web.auth.identity import current_actor
from portal.web.field_wording import show_in
from portal.web.paid_service import CONSENTS, KINDS, NOTICES, WAYS, money, rows_of_terms
from portal.web.provider.blueprint import blueprint
from portal.web.provider.forms import NEEDED, new_key
from portal.web.provider.page import show
from portal.web.provider.screened import kinds_of
from portal.web.rendering import day, number
from portal.web.runtime import current
from portal.web.wording import Words, words_of

BOTH = ["GET", "POST"]
WRONG_DAY = ("paid_in_future", "paid_before_consent", "paid_withdrawn", "paid_no_wish", "paid_already_given")
"""Refusals of the day alone; they are said at its field."""


class GiveForm(Form):
    """Which service was given, and when. The value of a service carries the version that was looked at."""

    service = RadioField(_l("提供したサービス"), NEEDED, choices=[], validate_choice=False)
    happened_on = StringField(_l("提供した日"), NEEDED)

    def typed(self) -> dict[str, str]:
        """As the rules read it."""
        ref, _, seen = (self.service.data or "").partition(":")
        return {"service": ref, "seen": seen, "happened_on": self.happened_on.data or ""}


@page(blueprint, "/threads/<token>/paid", audience=Audience.PROVIDER, permission=Permission.UNIT_PAID_READ)
def thread_paid(token: str) -> ResponseReturnValue:
    """Each service as it stands to this seeker, and what can be done now."""
    return _page(token, GiveForm())


@page(
    blueprint,
    "/threads/<token>/paid/ask",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_PAID_RECORD,
    methods=BOTH,
)
def thread_paid_ask(token: str) -> ResponseReturnValue:
    """Ask for consent: a message that counts."""
    if request.method == "GET":
        return redirect(url_for(".thread_paid", token=token), 303)
    runtime = current()
    typed = {"service": request.form.get("service", ""), "seen": request.form.get("seen", "")}
    try:
        with runtime.write("provider") as session:
            done = service.ask(
                session, runtime.clock, current_actor(), token, typed, request.form.get("key", "")
            )
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(token, GiveForm(), refusal)
    if done.repeated:
        flash(gettext("承諾のお願いは、すでに送信済みです。二重には送信していません。"), "info")
    else:
        flash(
            gettext("承諾のお願いを送信しました。今日あと%(left)s件送れます。", left=number(done.quota.left)),
            "success",
        )
    return redirect(url_for(".thread_paid", token=token), 303)


@page(
    blueprint,
    "/threads/<token>/paid/given",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_PAID_RECORD,
    methods=BOTH,
)
def thread_paid_give(token: str) -> ResponseReturnValue:
    """Record that a service was given."""
    if request.method == "GET":
        return redirect(url_for(".thread_paid", token=token), 303)
    form = GiveForm(request.form)
    runtime = current()
    try:
        if not form.service.data:
            raise Invalid({"service": ["missing"]})
        with runtime.write("provider") as session:
            service.give(session, runtime.clock, current_actor(), token, form.typed())
    except Invalid as invalid:
        show_in(form, invalid)
        return _page(token, form)
    except NotFound:
        raise
    except Refusal as refusal:
        if refusal.reason not in WRONG_DAY:
            return _page(token, form, refusal)
        form.happened_on.errors = [words_of(refusal).text]
        return _page(token, form)
    flash(gettext("提供を記録しました。"), "success")
    return redirect(url_for(".thread_paid", token=token), 303)


def _page(token: str, form: GiveForm, refusal: Refusal | None = None) -> ResponseReturnValue:
    runtime = current()
    with runtime.read("provider") as session:
        found = service.paid_thread(session, runtime.clock, current_actor(), token)
    given = [offer for offer in found.offers if offer.may_give and offer.need is not Need.NEVER]
    form.service.choices = [
        (f"{offer.ref}:{offer.version}", f"{offer.terms.type}　{money(offer.terms)}") for offer in given
    ]
    if len(given) == 1 and form.service.data is None:
        form.service.data = f"{given[0].ref}:{given[0].version}"
    if form.happened_on.data is None:
        form.happened_on.data = jst_day(runtime.clock.now()).isoformat()
    return show(
        "provider/thread_paid.html",
        422 if form.errors else 409 if refusal is not None else 200,
        found=found,
        held=kinds_of(refusal.findings) if isinstance(refusal, TextRefused) else (),
        offers=[
            # Its name is the title above.
            (offer, rows_of_terms(offer.terms)[1:], _state(offer), _why_not(offer), asking_text(offer.terms))
            for offer in found.offers
        ],
        form=form,
        key=new_key(),
        refusal=_words(refusal) if refusal is not None else None,
        kinds={kind.value: str(name) for kind, name in KINDS.items()},
        notices={state.value: word for state, word in NOTICES.items()},
        ways={way.value: str(name) for way, name in WAYS.items()},
    )


def _words(refusal: Refusal) -> Words:
    """An asking has no text of its own to change and nothing to declare: what it says are the terms."""
    if not isinstance(refusal, TextRefused):
        return words_of(refusal)
    return Words(
        gettext("このサービスの内容に、求職者に送れない文章があるため、承諾をお願いできません。"),
        gettext("サービスの内容を変えて、新しい内容を届け出てください。"),
    )


def _state(offer: Offer) -> tuple[str, str]:
    """One word for how it stands with this seeker, and the kind of its tag."""
    if offer.need is Need.CONSENT:
        word = CONSENTS[offer.state]
        name = str(word.name)
        if offer.since is not None and offer.state is not ConsentState.NONE:
            name = gettext("%(state)s（%(day)s）", state=name, day=day(offer.since))
        return name, word.tag
    if offer.need is Need.NEVER:
        return gettext("この方には提供できません"), "warning"
    if offer.may_give:
        return gettext("希望の記録あり"), "success"
    return gettext("希望の記録なし"), "neutral"


def _why_not(offer: Offer) -> str:
    """Why nobody can be asked for consent now, where that is not what the state says already."""
    if not offer.hindrance or offer.state is not ConsentState.NONE:
        return ""
    if offer.hindrance != "paid_notice_missing":
        return words_of(Refusal(offer.hindrance)).text
    if offer.notice is NoticeState.PREPARED:
        return gettext("労働局への届出が、まだ届いていません。")
    return gettext("労働局が、届出の補正を求めています。")
