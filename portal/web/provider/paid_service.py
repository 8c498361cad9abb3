"""Paid services of the unit: the list, one with its versions and notice, registering, changing, ending, the paper."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext
from flask_babel import lazy_gettext as _l
from wtforms import Form, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from portal.documents.paid_notice import PaidNotice, paid_notice
from portal.domain.paid_service import LONGEST_CHARGE, LONGEST_TEXT, LONGEST_TYPE, PaidKind
from portal.domain.permission import Permission, may
from portal.domain.refusal import Conflict, Invalid
from portal.services import paid_service as service
from portal.services.paid_service import PaidService
from portal.web.access import Audience, page
from portal.web.application.papers import pdf
from portal.web.auth.identity import current_actor
from portal.web.field_wording import show_in
from portal.web.paid_service import DUTIES, KINDS, NOTICES, STEPS, money, rows_of_terms
from portal.web.provider.blueprint import blueprint
from portal.web.provider.forms import NEEDED
from portal.web.provider.page import show
from portal.web.runtime import current
from portal.web.wording import Words, words_of

BOTH = ["GET", "POST"]


class TermsForm(Form):
    """What is offered. seen: the version that the form was opened with."""

    seen = HiddenField()
    type = StringField(_l("サービスの種類"), NEEDED)
    description = TextAreaField(_l("内容"), NEEDED)
    amount = StringField(_l("金額（税込・円）"), NEEDED)
    charge = StringField(_l("金額の数え方"))
    cancellation = TextAreaField(_l("取消し・返金"), NEEDED)

    def fill(self, old: PaidService) -> None:
        """The terms as they are, to be changed."""
        self.seen.data, self.type.data = str(old.version), old.terms.type
        self.description.data, self.amount.data = old.terms.description, str(old.terms.amount)
        self.charge.data, self.cancellation.data = old.terms.charge, old.terms.cancellation


class NewForm(TermsForm):
    """A new service; no kind is chosen beforehand."""

    kind = RadioField(_l("サービスの区分"), NEEDED, choices=[], validate_choice=False)

    def offer(self) -> None:
        """The three kinds, each with what must be done."""
        self.kind.choices = [
            SelectChoice(kind.value, gettext("%(kind)s：%(duty)s", kind=str(name), duty=str(DUTIES[kind])))
            for kind, name in KINDS.items()
        ]


@page(blueprint, "/paid-services", audience=Audience.PROVIDER, permission=Permission.UNIT_PAID_READ)
def paid_services() -> ResponseReturnValue:
    """All of them; a municipal unit reads why it has none."""
    runtime = current()
    with runtime.read("provider") as session:
        found = service.services(session, runtime.clock, current_actor())
    return show(
        "provider/paid_services.html",
        found=found,
        changes=may(current_actor(), Permission.UNIT_PAID_CHANGE),
        **_words(),
    )


@page(
    blueprint,
    "/paid-services/new",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_PAID_CHANGE,
    methods=BOTH,
)
def paid_service_new() -> ResponseReturnValue:
    """Register one."""
    form, refusal = NewForm(request.form), None
    runtime = current()
    if request.method == "POST":
        try:
            with runtime.write("provider") as session:
                ref = service.create(session, runtime.clock, current_actor(), _typed())
        except Invalid as invalid:
            show_in(form, invalid)
        except Conflict as full:
            refusal = words_of(full)
        else:
            flash(gettext("有料サービスを登録しました。"), "success")
            return redirect(url_for(".paid_service", ref=ref), 303)
    else:
        with runtime.read("provider") as session:
            if not service.services(session, runtime.clock, current_actor()).may_register:
                return redirect(url_for(".paid_services"), 303)
    form.offer()
    return _form("provider/paid_service_new.html", form, refusal)


@page(blueprint, "/paid-services/<ref>", audience=Audience.PROVIDER, permission=Permission.UNIT_PAID_READ)
def paid_service(ref: str) -> ResponseReturnValue:
    """One service: its terms, where the notice stands, what the ledger counts, earlier versions."""
    newest, *earlier = _versions(ref)
    return show(
        "provider/paid_service.html",
        one=newest,
        earlier=earlier,
        changes=may(current_actor(), Permission.UNIT_PAID_CHANGE),
        **_words(),
    )


@page(
    blueprint,
    "/paid-services/<ref>/change",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_PAID_CHANGE,
    methods=BOTH,
)
def paid_service_change(ref: str) -> ResponseReturnValue:
    """Other terms, which are another version."""
    form, refusal = TermsForm(request.form), None
    runtime = current()
    if request.method == "POST":
        try:
            with runtime.write("provider") as session:
                changed = service.change(session, runtime.clock, current_actor(), ref, _typed())
        except Invalid as invalid:
            show_in(form, invalid)
        except Conflict as conflict:
            refusal = words_of(conflict)
        else:
            flash(
                gettext("新しい版を保存しました。") if changed else gettext("内容は変わっていません。"),
                "success" if changed else "info",
            )
            return redirect(url_for(".paid_service", ref=ref), 303)
    newest = _versions(ref)[0]
    if newest.ended_on is not None and refusal is None:
        return redirect(url_for(".paid_service", ref=ref), 303)
    if request.method == "GET":
        form.fill(newest)
    elif refusal is not None:
        # What was typed stays; what is sent next was decided on what is shown now.
        form.seen.data = str(newest.version)
    return _form("provider/paid_service_change.html", form, refusal, one=newest)


@page(
    blueprint,
    "/paid-services/<ref>/end",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_PAID_CHANGE,
    methods=BOTH,
)
def paid_service_end(ref: str) -> ResponseReturnValue:
    """Offer it no more; asked once."""
    runtime, refusal = current(), None
    if request.method == "POST":
        try:
            with runtime.write("provider") as session:
                service.end(session, runtime.clock, current_actor(), ref, _typed())
        except Conflict as conflict:
            refusal = words_of(conflict)
        else:
            flash(gettext("このサービスの取扱いを終えました。"), "success")
            return redirect(url_for(".paid_services"), 303)
    newest = _versions(ref)[0]
    if newest.ended_on is not None and refusal is None:
        return redirect(url_for(".paid_service", ref=ref), 303)
    status = 409 if refusal else 200
    return show("provider/paid_service_end.html", status, one=newest, refusal=refusal, **_words())


@page(
    blueprint,
    "/paid-services/<ref>/notice",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_PAID_READ,
)
def paid_notice_pdf(ref: str) -> ResponseReturnValue:
    """The paper that is filled in for the bureau, in Japanese whatever the language of the pages."""
    runtime = current()
    with runtime.read("provider") as session:
        data = service.notice_paper(session, runtime.clock, current_actor(), ref)
    with force_locale("ja"):
        made = paid_notice(
            PaidNotice(
                number=data.service.number,
                version=data.service.version,
                bureau_name=data.bureau.name_ja if data.bureau else "",
                unit_name=data.unit_name,
                unit_number=data.unit_number,
                officer_name=data.officer_name,
                kind=str(KINDS[PaidKind.GRADUATE]),
                rows=rows_of_terms(data.service.terms),
                on=data.on,
                at=data.at,
                demo=runtime.settings.demo,
            )
        )
    return pdf(made, f"{data.service.number}.pdf")


def _versions(ref: str) -> tuple[PaidService, ...]:
    runtime = current()
    with runtime.read("provider") as session:
        return service.service(session, runtime.clock, current_actor(), ref)


def _form(template: str, form: TermsForm, refusal: Words | None, **values: object) -> ResponseReturnValue:
    return show(
        template,
        422 if form.errors else 409 if refusal else 200,
        form=form,
        refusal=refusal,
        longest_type=LONGEST_TYPE,
        longest_charge=LONGEST_CHARGE,
        longest=LONGEST_TEXT,
        **values,
    )


def _typed() -> dict[str, list[str]]:
    return request.form.to_dict(flat=False)


def _words() -> dict[str, object]:
    return {
        "kinds": {kind.value: str(name) for kind, name in KINDS.items()},
        "duties": {kind.value: str(duty) for kind, duty in DUTIES.items()},
        "notices": {state.value: word for state, word in NOTICES.items()},
        "ledger_steps": STEPS,
        "money": money,
        "rows_of_terms": rows_of_terms,
    }
