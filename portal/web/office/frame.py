"""What all pages of the office share: the blueprint, how a page is declared, the frame with menu and office."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext

from portal.domain.actor import Actor
from portal.domain.permission import Permission, may
from portal.services import announcement, code, complaint_case, correction, held_text
from portal.services.complaint_case import Counts
from portal.web.access import Audience, View, page
from portal.web.auth.identity import current_actor
from portal.web.runtime import current

AUDIENCE = "office"

blueprint = Blueprint("office", __name__, url_prefix="/office")


def office_page(
    rule: str, permission: Permission, methods: Sequence[str] = ("GET",)
) -> Callable[[View], View]:
    """Declare a page for a clerk of a ハローワーク."""
    return page(blueprint, rule, audience=Audience.OFFICE, permission=permission, methods=methods)


def show(template: str, status: int = 200, *, room: str = "office", **values: Any) -> ResponseReturnValue:
    """A page of the office; refused forms go with status 422. room: where the template lies."""
    actor = current_actor()
    with current().read(AUDIENCE) as session:
        if "waiting" not in values:
            reviews = may(actor, Permission.OFFICE_TEXT_REVIEW)
            values["waiting"] = held_text.waiting(session, actor) if reviews else ()
        news = announcement.unread(session, current().clock, actor)
        cases = complaint_case.counts(session, current().clock, actor)
        answers = may(actor, Permission.OFFICE_CORRECTION_ANSWER)
        corrections = correction.count_open(session, actor) if answers else 0
        office = code.names(session, "office").get(actor.office_code or "")
    language = str(get_locale() or "ja")
    body = render_template(
        f"{room}/{template}.html",
        acting_name=office.name(language) if office else actor.office_code,
        menu=_menu(actor, len(values["waiting"]), corrections, news, cases),
        language=language,
        **values,
    )
    return make_response(body, status)


def _menu(
    actor: Actor, waiting: int, corrections: int, news: int, cases: Counts | None
) -> list[tuple[str, str, bool, int]]:
    entries = (
        ("office.home", gettext("窓口のホーム"), 0, Permission.OFFICE_HOME_READ),
        ("office.register", gettext("新しく登録する"), 0, Permission.OFFICE_SEEKER_REGISTER),
        ("office.files", gettext("登録ファイル"), 0, Permission.OFFICE_SEEKER_REGISTER),
        ("office.seekers", gettext("求職者の一覧"), 0, Permission.OFFICE_SEEKER_READ),
        ("office.texts", gettext("確認を待つ文章"), waiting, Permission.OFFICE_TEXT_REVIEW),
        ("office.corrections", gettext("訂正の申出"), corrections, Permission.OFFICE_CORRECTION_ANSWER),
        (
            "office.complaints",
            gettext("苦情・相談の申出"),
            cases.new if cases else 0,
            Permission.OFFICE_COMPLAINT_HANDLE,
        ),
        ("office.message_reports", gettext("メッセージの通報"), 0, Permission.OFFICE_REPORT_READ),
        ("office.announcements", gettext("お知らせ"), news, Permission.OFFICE_ANNOUNCEMENT_READ),
    )
    return [
        (label, url_for(endpoint), request.endpoint == endpoint, count)
        for endpoint, label, count, permission in entries
        if may(actor, permission) and (endpoint != "office.complaints" or cases is not None)
    ]
