"""What all pages of the bureau share: the blueprint, how a page is declared, the frame with menu and bureau."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.domain.actor import Actor
from portal.domain.permission import Permission, may
from portal.services import announcement, code, complaint_case
from portal.web.access import Audience, View, page
from portal.web.auth.identity import current_actor
from portal.web.runtime import current

AUDIENCE = "bureau"

blueprint = Blueprint("bureau", __name__, url_prefix="/bureau")

# The menu, in order. A page of a noun adds its line here.
MENU: tuple[tuple[str, LazyString, Permission], ...] = (
    ("bureau.home", _l("今日の仕事"), Permission.BUREAU_HOME_READ),
    ("bureau.applications", _l("申請"), Permission.BUREAU_APPLICATION_READ),
    ("bureau.units", _l("団体"), Permission.BUREAU_UNIT_READ),
    ("bureau.complaints", _l("苦情・相談の申出"), Permission.BUREAU_COMPLAINT_HANDLE),
    ("bureau.message_reports", _l("メッセージの通報"), Permission.BUREAU_REPORT_READ),
    ("bureau.paid_notices", _l("有料サービスの届出"), Permission.BUREAU_PAID_READ),
    ("bureau.announcements", _l("お知らせ"), Permission.BUREAU_ANNOUNCEMENT_READ),
)

# Links of the page of a unit to what other pages tell about it: endpoint with the ref, words, permission.
UNIT_PAGES: tuple[tuple[str, LazyString, Permission], ...] = (
    ("bureau.start_sheet_of", _l("利用開始の用紙"), Permission.BUREAU_APPLICATION_DECIDE),
    ("bureau.measures", _l("措置（停止・送信の上限）"), Permission.BUREAU_UNIT_READ),
    ("bureau.paid_notices_of", _l("有料サービスの届出"), Permission.BUREAU_PAID_READ),
)


def bureau_page(
    rule: str, permission: Permission, methods: Sequence[str] = ("GET",)
) -> Callable[[View], View]:
    """Declare a page for a clerk of a labour bureau."""
    return page(blueprint, rule, audience=Audience.BUREAU, permission=permission, methods=methods)


def show(template: str, status: int = 200, *, room: str = "bureau", **values: Any) -> ResponseReturnValue:
    """A page of the bureau; refused forms go with status 422. room: where the template lies."""
    actor = current_actor()
    with current().read(AUDIENCE) as session:
        bureau = code.names(session, "bureau").get(actor.bureau_code or "")
        news = announcement.unread(session, current().clock, actor)
        cases = complaint_case.counts(session, current().clock, actor)
    language = str(get_locale() or "ja")
    body = render_template(
        f"{room}/{template}.html",
        acting_name=bureau.name(language) if bureau else actor.bureau_code,
        menu=_menu(actor, news, cases.new if cases else 0),
        language=language,
        **values,
    )
    return make_response(body, status)


def unit_links(actor: Actor, ref: str) -> list[tuple[str, str]]:
    """Where else the page of a unit leads: words and address."""
    return [
        (str(label), url_for(endpoint, ref=ref))
        for endpoint, label, permission in UNIT_PAGES
        if may(actor, permission)
    ]


def _menu(actor: Actor, news: int, cases: int) -> list[tuple[str, str, bool, int]]:
    counts = {"bureau.announcements": news, "bureau.complaints": cases}
    return [
        (str(label), url_for(endpoint), request.endpoint == endpoint, counts.get(endpoint, 0))
        for endpoint, label, permission in MENU
        if may(actor, permission)
    ]
