"""One's own account: password, recovery codes, notices by mail, language, other sessions."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.domain.account import AccountKind, Busy, TooManyAttempts
from portal.domain.notice import QuietHours
from portal.domain.password import LONGEST, SHORTEST
from portal.domain.permission import Permission
from portal.domain.refusal import Conflict, Invalid
from portal.services import account as service
from portal.services import notice_care
from portal.web.access import Audience, page
from portal.web.auth.blueprint import blueprint, passwords
from portal.web.auth.forms import ChangePasswordForm, LanguageForm, NoticeForm
from portal.web.auth.identity import address, current_actor, portal_session
from portal.web.auth.session import AUDIENCE
from portal.web.auth.sign_in import status_of
from portal.web.field_wording import show_in
from portal.web.runtime import current


def _own() -> service.OwnAccount:
    with current().read(AUDIENCE) as session:
        return service.own(session, current_actor())


@page(blueprint, "/account", audience=Audience.ACCOUNT, permission=Permission.OWN_ACCOUNT_CHANGE)
def account() -> ResponseReturnValue:
    """What there is, and where each is changed."""
    own = _own()
    return render_template(
        "auth/account.html",
        own=own,
        form=LanguageForm(formdata=None, language=own.language),
        may_enrol=own.kind in (AccountKind.MEMBER, AccountKind.STAFF),
        is_member=own.kind is AccountKind.MEMBER,
    )


@page(
    blueprint,
    "/account/password",
    audience=Audience.ACCOUNT,
    permission=Permission.OWN_ACCOUNT_CHANGE,
    methods=["GET", "POST"],
)
def change_password() -> ResponseReturnValue:
    """A new password; every other session ends."""
    form, status, headers = ChangePasswordForm(), 200, {}
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                _change_password(form)
            except Invalid as refused:
                show_in(form, refused)
            except (TooManyAttempts, Busy, Conflict) as refused:
                form.refuse(refused)
                status, headers = status_of(refused)
            else:
                flash(
                    gettext("パスワードを変えました。ほかの端末やブラウザーでは、ログアウトしました。"),
                    "success",
                )
                return redirect(url_for("auth.account"), 303)
    page_text = render_template("auth/change_password.html", form=form, shortest=SHORTEST, longest=LONGEST)
    return page_text, status, headers


def _change_password(form: ChangePasswordForm) -> None:
    runtime = current()
    with runtime.write(AUDIENCE) as session:
        service.change_password(
            session,
            runtime.clock,
            current_actor(),
            passwords(),
            token=portal_session().token or "",
            current=form.current.data or "",
            new=form.password.data or "",
            address=address(),
        )


@page(
    blueprint,
    "/account/notice",
    audience=Audience.ACCOUNT,
    permission=Permission.OWN_ACCOUNT_CHANGE,
    methods=["GET", "POST"],
)
def notice() -> ResponseReturnValue:
    """Notices by mail: how often, where to, when not."""
    runtime = current()
    hours = runtime.settings.mail
    with runtime.read(AUDIENCE) as session:
        own = notice_care.own(session, current_actor())
    form = NoticeForm() if request.method == "POST" else _notice_form(own)
    form.name_standard(hours.quiet_from, hours.quiet_until)
    if request.method == "POST":
        try:
            with runtime.write(AUDIENCE) as session:
                notice_care.choose(session, runtime.clock, current_actor(), request.form.to_dict(flat=True))
        except Invalid as refused:
            show_in(form, refused)
        else:
            flash(gettext("メールでのお知らせの設定を変えました。"), "success")
            return redirect(url_for("auth.account"), 303)
    text = render_template("auth/notice.html", form=form, own=own, morning=hours.morning)
    return text, 422 if form.errors else 200


def _notice_form(own: notice_care.OwnCare) -> NoticeForm:
    hours = own.choice.own_hours or QuietHours(22, 6)
    return NoticeForm(
        formdata=None,
        rhythm=own.choice.rhythm.value,
        mail=own.mail or "",
        quiet=own.choice.quiet.value,
        quiet_from=str(hours.begins),
        quiet_until=str(hours.ends),
    )


@page(
    blueprint,
    "/account/language",
    audience=Audience.ACCOUNT,
    permission=Permission.OWN_ACCOUNT_CHANGE,
    methods=["POST"],
)
def language() -> ResponseReturnValue:
    """The language of pages after signing in."""
    form = LanguageForm()
    wanted = form.language.data or ""
    runtime = current()
    try:
        with runtime.write(AUDIENCE) as session:
            service.set_language(session, runtime.clock, current_actor(), language=wanted)
    except Invalid:
        flash(gettext("言語を選んでください。"), "warning")
    else:
        g.language_chosen = wanted
        flash(gettext("表示する言語を変えました。"), "success")
    return redirect(url_for("auth.account"), 303)


@page(
    blueprint,
    "/account/end-others",
    audience=Audience.ACCOUNT,
    permission=Permission.OWN_ACCOUNT_CHANGE,
    methods=["POST"],
)
def end_others() -> ResponseReturnValue:
    """Sign out everywhere else."""
    runtime = current()
    with runtime.write(AUDIENCE) as session:
        service.end_other_sessions(
            session, runtime.clock, current_actor(), token=portal_session().token or ""
        )
    flash(gettext("ほかの端末やブラウザーでは、ログアウトしました。"), "success")
    return redirect(url_for("auth.account"), 303)
