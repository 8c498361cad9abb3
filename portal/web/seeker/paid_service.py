"""A seeker's side of paid services: the own wish, answers to askings, and one page with every consent there is.

Nothing is chosen beforehand, refusing has no effect on anything else, and a consent can be taken back (seed 004 P-Q8).
"""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext
from flask_babel import lazy_gettext as _l
from wtforms import Form, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.documents.paid_consent import PaidConsent, paid_consent
from portal.domain.paid_service import ConsentState
from portal.domain.permission import Permission
from portal.domain.refusal import Forbidden, Invalid, NotFound, Refusal
from portal.services import paid_consent as service
from portal.services import paid_service
from portal.services.paid_consent import Request
from portal.web.application.papers import pdf
from portal.web.auth.identity import current_actor
from portal.web.field_wording import show_in
from portal.web.paid_service import OWN_CONSENTS, WAYS, money, rows_of_terms
from portal.web.runtime import current
from portal.web.seeker.frame import AUDIENCE, seeker_page, show
from portal.web.wording import words_of

MAY = Permission.SEEKER_CONSENT_CHANGE
OF_UNIT = "/inbox/<ref>/paid"
ONE = "/consents/<ref>"
POST = ("POST",)


class DecisionForm(Form):
    """Consent or not; nothing is chosen beforehand."""

    decision = RadioField(
        _l("あなたの返事"),
        [InputRequired()],
        choices=[
            SelectChoice("consent", _l("承諾する：この内容と金額で、このサービスを受けたい")),
            SelectChoice("refuse", _l("承諾しない")),
        ],
        validate_choice=False,
    )


@seeker_page("/consents", MAY)
def consents() -> ResponseReturnValue:
    """Every consent: to the terms of use, and to paid services of every organisation."""
    with current().read(AUDIENCE) as session:
        found = paid_service.consents_of(session, current_actor())
    return show("consents", found=found, **_words())


@seeker_page(OF_UNIT, MAY)
def paid(ref: str) -> ResponseReturnValue:
    """Paid services of one organisation: askings, the own wish, what it recorded."""
    return _of_unit(ref)


@seeker_page(f"{OF_UNIT}/wish", MAY, POST)
def paid_wish(ref: str) -> ResponseReturnValue:
    """Record the own wish."""
    runtime = current()
    try:
        with runtime.write(AUDIENCE) as session:
            service.wish(session, runtime.clock, current_actor(), ref)
    except (NotFound, Forbidden):
        raise
    except Refusal as refused:
        return _of_unit(ref, 409, refused)
    flash(gettext("希望を記録しました。いつでも取りやめられます。"), "success")
    return redirect(url_for("seeker.paid", ref=ref), 303)


@seeker_page(f"{OF_UNIT}/wish/end", MAY, POST)
def paid_wish_end(ref: str) -> ResponseReturnValue:
    """Take the wish back."""
    runtime = current()
    with runtime.write(AUDIENCE) as session:
        service.end_wish(session, runtime.clock, current_actor(), ref)
    flash(gettext("希望を取りやめました。"), "success")
    return redirect(url_for("seeker.paid", ref=ref), 303)


@seeker_page(ONE, MAY)
def paid_request(ref: str) -> ResponseReturnValue:
    """One asking: type, amount, cancellation, and the answer."""
    return _one(ref, DecisionForm())


@seeker_page(ONE, MAY, POST)
def paid_answer(ref: str) -> ResponseReturnValue:
    """Consent or refuse."""
    form, runtime = DecisionForm(request.form), current()
    try:
        with runtime.write(AUDIENCE) as session:
            typed = request.form.to_dict(flat=False)
            state = service.answer(session, runtime.clock, current_actor(), ref, typed)
    except Invalid as invalid:
        show_in(form, invalid)
        return _one(ref, form, 422)
    except (NotFound, Forbidden):
        raise
    except Refusal as refused:
        return _one(ref, form, 409, refused)
    if state is ConsentState.CONSENTED:
        flash(gettext("承諾を記録し、団体に伝えました。控えを下から開けます。"), "success")
    else:
        flash(
            gettext("承諾しないことを記録し、団体に伝えました。職業紹介を受けることには影響しません。"),
            "success",
        )
    return redirect(url_for("seeker.paid_request", ref=ref), 303)


@seeker_page(f"{ONE}/withdraw", MAY, POST)
def paid_withdraw(ref: str) -> ResponseReturnValue:
    """Take a consent back, for the future."""
    runtime = current()
    try:
        with runtime.write(AUDIENCE) as session:
            service.withdraw(session, runtime.clock, current_actor(), ref)
    except (NotFound, Forbidden):
        raise
    except Refusal as refused:
        return _one(ref, DecisionForm(), 409, refused)
    flash(gettext("承諾を取りやめ、団体に伝えました。"), "success")
    return redirect(url_for("seeker.paid_request", ref=ref), 303)


@seeker_page(f"{ONE}/copy", MAY)
def paid_copy(ref: str) -> ResponseReturnValue:
    """The copy of an answer as PDF, in Japanese whatever the language of the pages. Nothing of the identity."""
    runtime = current()
    with runtime.read(AUDIENCE) as session:
        found = service.request(session, current_actor(), ref)
    if found.answered_at is None:
        raise NotFound
    with force_locale("ja"):
        made = paid_consent(
            PaidConsent(
                unit_name=found.unit_name,
                number=found.number,
                version=found.version,
                rows=rows_of_terms(found.terms),
                state=str(OWN_CONSENTS[found.state].name),
                consented=found.state is not ConsentState.REFUSED,
                asked_at=found.asked_at,
                answered_at=found.answered_at,
                withdrawn_at=found.withdrawn_at,
                given_on=found.given_on,
                at=runtime.clock.now(),
                demo=runtime.settings.demo,
            )
        )
    return pdf(made, "consent.pdf")


def _of_unit(ref: str, status: int = 200, refused: Refusal | None = None) -> ResponseReturnValue:
    with current().read(AUDIENCE) as session:
        found = service.with_unit(session, current_actor(), ref)
    refusal = words_of(refused) if refused is not None else None
    return show("paid", status, found=found, refusal=refusal, **_words())


def _one(
    ref: str, form: DecisionForm, status: int = 200, refused: Refusal | None = None
) -> ResponseReturnValue:
    with current().read(AUDIENCE) as session:
        found = service.request(session, current_actor(), ref)
    return show(
        "paid_request",
        status,
        one=found,
        form=form,
        refusal=words_of(refused) if refused is not None else None,
        rows=rows_of_terms(found.terms),
        waits=waits(found),
        **_words(),
    )


def waits(found: Request) -> bool:
    """Whether the seeker can still answer."""
    return found.state is ConsentState.ASKED


def _words() -> dict[str, object]:
    return {
        "states": {state.value: word for state, word in OWN_CONSENTS.items()},
        "ways": {way.value: str(name) for way, name in WAYS.items()},
        "money": money,
    }
