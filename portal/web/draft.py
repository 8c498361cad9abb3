"""What somebody typed and has not sent survives: a wrong click, an ended session, a form that is no longer accepted.

Every form whose text took somebody time stands in PLACES. Its page shows `keeps(...)` inside the form, which carries
the keeper (portal.services.draft), and the draft that was kept, where there is one. The rest happens before and behind
the views: a form with the button 「下書きを保存」 is kept instead of sent; a form that is refused before a view sees it is
kept too; a form that was sent takes its draft away.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask, Response, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import MultiDict

from portal.domain.actor import ActorKind
from portal.domain.draft import IDENTITY_KEPT, MOST, TEXT_KEPT, Keeping
from portal.services import draft as service
from portal.services.draft import Draft, Keeper, Kept, Sheet, Window
from portal.web.auth.identity import current_actor, portal_session, session_end
from portal.web.auth.session import AUDIENCE
from portal.web.rendering import iso, moment, number
from portal.web.runtime import InMaintenance, current

KEEPER, WINDOW, MARK, BUTTON, QUIETLY = "keeper", "window", "draft", "keep_draft", "quietly"
"""Fields of a form: whose it is; which showing of it; "1" when its draft goes with it; the button; its value when the
script presses it."""

BESIDE = "beside"
"""In an address: which of several drafts of the page."""

COOKIE = "portal_late"
"""Names, by a random id, the form that came after its session's end."""


class DraftNotKept(Exception):
    """A draft that was asked for has no room: too long, for more people than an address can hold, or one too many.

    full: how many there are, when it is one too many.
    """

    def __init__(self, full: int | None = None) -> None:
        super().__init__()
        self.full = full


_ABOUT = 80
MOST_IN_ADDRESS = 100
"""People whose tokens an address can hold (about 4,500 letters)."""

_NOT_KEPT = frozenset({"csrf_token", KEEPER, WINDOW, MARK, BUTTON, "acting", "sure", "rewrite"})
_UNKEEPABLE = dict.fromkeys([0, *range(0xD800, 0xE000)])


Args = str | list[str]


def _from_address() -> dict[str, Args]:
    return {name: str(value) for name, value in (request.view_args or {}).items()}


def _recipients() -> dict[str, Args] | None:
    """A message is written to the list of the unit or to these people; to too many for an address it has no place."""
    if request.values.get("listed"):
        return {"listed": "1"}
    tokens = sorted(set(request.values.getlist("to")))
    return {"to": list(tokens)} if 0 < len(tokens) <= MOST_IN_ADDRESS else None


def _paper() -> dict[str, Args] | None:
    """A paper of a first application, which is long; those of a unit that is known are typed in a moment."""
    paper = request.values.get("paper", "")
    return {"paper": paper} if paper.startswith("use_") else None


def _consultation() -> dict[str, Args]:
    """A consultation is about the seeker of a thread, or of an earlier case."""
    return {name: request.values[name] for name in ("thread", "earlier") if request.values.get(name)}


@dataclass(frozen=True)
class Place:
    """A form with drafts: the page it stands on, how long drafts are kept, its name in the list, where on the page.

    args: what tells its page from others of the kind, from the request; None where this one has no drafts.
    """

    page: str
    kept_for: timedelta
    name: LazyString
    anchor: str = ""
    args: Callable[[], Mapping[str, Args] | None] = _from_address


_WRITING = Place("provider.write", TEXT_KEPT, _l("求職者への案内"), args=_recipients)

PLACES: Mapping[str, Place] = {
    "seeker.answer": Place("seeker.thread", TEXT_KEPT, _l("団体への返事"), "answer"),
    "seeker.ask_correction": Place("seeker.corrections", TEXT_KEPT, _l("登録の訂正の申出")),
    "seeker.complaint_open": Place("seeker.complaint_new", TEXT_KEPT, _l("団体についての相談")),
    "seeker.complaint_reply": Place("seeker.complaint", TEXT_KEPT, _l("相談の窓口への返信"), "reply"),
    "provider.complaint_say": Place("provider.complaint", TEXT_KEPT, _l("苦情・相談への文章"), "say"),
    "provider.complaint_consult": Place(
        "provider.complaint_consult", TEXT_KEPT, _l("ハローワークへの相談"), args=_consultation
    ),
    "provider.thread_answer": Place("provider.thread", TEXT_KEPT, _l("求職者への返事"), "answer"),
    "provider.write": _WRITING,
    "provider.preview": _WRITING,
    "provider.send": _WRITING,
    "office.register": Place("office.register", IDENTITY_KEPT, _l("求職者の新しい登録")),
    "office.change_identity": Place("office.change_identity", IDENTITY_KEPT, _l("本人の情報の変更")),
    "office.change_data": Place("office.change_data", IDENTITY_KEPT, _l("求職情報の変更")),
    "bureau.take_in": Place("bureau.take_in", TEXT_KEPT, _l("紙の申請の入力"), args=_paper),
    "office.complaint_say": Place("office.complaint_say", TEXT_KEPT, _l("苦情・相談の申出への文章")),
    "office.complaint_hand_over": Place("office.complaint_hand_over", TEXT_KEPT, _l("申出の引き継ぎ")),
    "office.complaint_note": Place("office.complaint", TEXT_KEPT, _l("申出の内部のメモ"), "note"),
    "bureau.complaint_say": Place("bureau.complaint_say", TEXT_KEPT, _l("苦情・相談の申出への文章")),
    "bureau.complaint_hand_over": Place("bureau.complaint_hand_over", TEXT_KEPT, _l("申出の引き継ぎ")),
    "bureau.complaint_note": Place("bureau.complaint", TEXT_KEPT, _l("申出の内部のメモ"), "note"),
    "bureau.ask_back": Place("bureau.ask_back", TEXT_KEPT, _l("補正を求める文")),
}
_BY_PAGE = {place.page: place for place in PLACES.values()}


def _cookie() -> str:
    """`__Host-` over TLS: no other host may put one there."""
    return f"__Host-{COOKIE}" if current().settings.secure_cookies else COOKIE


def name_of(sheet: Sheet) -> str:
    """What the form of a draft is called, and whom it was meant for."""
    place, about = str(_BY_PAGE[sheet.place].name), "".join(sheet.fields.get("about", ())[:1])[:_ABOUT]
    if sheet.args.get("listed"):
        # The list goes on changing; the draft knows only how it was.
        count = number(len(set(sheet.fields.get("to", ()))))
        about = gettext("送信リスト（書いたときは%(count)s人）", count=count)
    name = gettext("%(place)s：%(about)s", place=place, about=about) if about else place
    return gettext("%(name)s（別の画面で書いたもの）", name=name) if sheet.window.beside else name


def address_of(sheet: Sheet) -> str:
    """The page on which a draft goes on."""
    place = _BY_PAGE[sheet.place]
    args: dict[str, Any] = dict(sheet.args)
    if sheet.window.beside:
        args[BESIDE] = sheet.window.beside
    return url_for(place.page, _anchor=place.anchor or None, **args)


def keeper() -> str:
    """For forms: proves later whose form this was. "" for a visitor."""
    token, actor = portal_session().token, current_actor()
    if token is None or actor.kind is ActorKind.PUBLIC:
        return ""
    with current().read(AUDIENCE) as session:
        return service.make_keeper(session, actor, token)


def window(draft: Draft | None) -> str:
    """For forms: which showing this is, and with which draft; a form shown again stays the one it was."""
    sent = request.form.get(WINDOW) if request.method == "POST" else None
    return (Window.of(draft) if sent is None else Window.read(sent)).shown()


def draft_here() -> Draft | None:
    """One's own draft of the form on this page; of several, the one that the address asks for."""
    place = PLACES.get(request.endpoint or "") or _BY_PAGE.get(request.endpoint or "")
    args = None if place is None else place.args()
    if place is None or args is None:
        return None
    runtime = current()
    actor, beside = current_actor(), request.args.get(BESIDE, "")
    with runtime.read(AUDIENCE) as session:
        found = service.find(session, runtime.clock, actor, place.page, args, beside)
        if found is None and beside:
            found = service.find(session, runtime.clock, actor, place.page, args)
        return found


def fields_of(draft: Draft | None) -> MultiDict[str, str] | None:
    """What was typed, as a form takes it; None where there is no draft."""
    if draft is None:
        return None
    return MultiDict([(name, value) for name, values in draft.sheet.fields.items() for value in values])


def draft_goes_along() -> bool:
    """Whether the form just sent, and shown again now, was filled with a draft."""
    return bool(request.form.get(MARK)) if request.method == "POST" else False


def waiting() -> bool:
    """Whether a form that came too late waits for this browser."""
    cookie = request.cookies.get(_cookie())
    if not cookie:
        return False
    runtime = current()
    with runtime.read(AUDIENCE) as session:
        return service.waits(session, runtime.clock, cookie)


def forms_kept() -> int:
    """How many drafts somebody has, for the page they begin on."""
    runtime = current()
    with runtime.read(AUDIENCE) as session:
        return service.count(session, runtime.clock, current_actor())


# Keeping


def _sheet() -> Sheet | None:
    """The form just sent, where it has drafts."""
    place = PLACES[request.endpoint or ""]
    args = place.args()
    if args is None:
        return None
    fields = {
        name: [value.translate(_UNKEEPABLE) for value in values]
        for name, values in request.form.lists()
        if name not in _NOT_KEPT
    }
    return Sheet(place.page, args, fields, place.kept_for, Window.read(request.form.get(WINDOW, "")))


def _keeper_sent() -> Keeper | None:
    """The keeper of the form just sent, when it is one of ours that has drafts."""
    if request.method != "POST" or request.endpoint not in PLACES or not request.form.get(KEEPER):
        return None
    with current().read(AUDIENCE) as session:
        return service.read_keeper(session, request.form[KEEPER])


def keep_refused() -> str | None:
    """Keep the form that is being refused, when it was shown to the very person signed in now.

    Returns the address where it goes on; None when nothing was kept.
    """
    kept = _keep()
    return address_of(kept.sheet) if kept is not None and kept.how.kept else None


def _keep() -> Kept | None:
    """Keep the form just sent; None when it is nobody's who is here, or has no place."""
    mine = _keeper_sent()
    if mine is None:
        return None
    runtime, actor, sheet = current(), current_actor(), _sheet()
    if sheet is None:
        return None
    with runtime.write(AUDIENCE) as session:
        if not service.is_of(session, mine, actor):
            return None
        return service.keep(session, runtime.clock, actor, sheet)


def of_somebody_else() -> bool:
    """Whether the form being refused was shown to another person than the one signed in now."""
    theirs, actor = _keeper_sent(), current_actor()
    if theirs is None or actor.kind is ActorKind.PUBLIC:
        return False
    with current().read(AUDIENCE) as session:
        return not service.is_of(session, theirs, actor)


def of_this_person() -> bool:
    """Whether the form being refused was shown to the very person signed in now, as whomever they acted then."""
    theirs = _keeper_sent()
    if theirs is None:
        return False
    with current().read(AUDIENCE) as session:
        return service.is_by(session, theirs, current_actor())


def keep_late() -> bool:
    """Keep a form that came after its session's end, for whoever that session was of."""
    late, token = _keeper_sent(), portal_session().token
    if late is None or token is None:
        return False
    runtime, sheet = current(), _sheet()
    if sheet is None:
        return False
    with runtime.write(AUDIENCE) as session:
        cookie = service.keep_late(session, runtime.clock, late, token, sheet)
    if cookie is not None:
        g.late_form = cookie
    return cookie is not None


def claim() -> Sheet | None:
    """Somebody's password was right: what waits for this browser is theirs, or nobody's any more."""
    cookie, visit = request.cookies.get(_cookie()), portal_session().visit
    if not cookie or visit is None:
        return None
    runtime = current()
    if not visit.signed_in:
        with runtime.read(AUDIENCE) as session:
            if service.may_claim(session, runtime.clock, visit.account_id, cookie):
                return None  # the second factor is still asked
    g.late_form = ""
    with runtime.write(AUDIENCE) as session:
        sheet = service.claim(session, runtime.clock, visit.account_id, cookie)
    if sheet is not None:
        flash(
            gettext(
                "ログインが終わったあとに送られた内容を、下書きとして残してあります。まだ送信していません。"
            ),
            "info",
        )
    return sheet


def _end() -> str:
    end = session_end()
    return "" if end is None else iso(end.at)


# Before and behind the views


def _claim_on_arrival() -> None:
    """For ways of signing in that do not lead past `claim`."""
    if (
        request.endpoint != "static"
        and request.cookies.get(_cookie())
        and not request.path.startswith("/sign-")
    ):
        claim()


def _keep_where_asked() -> ResponseReturnValue | None:
    """The button 「下書きを保存」: the form is kept and not sent."""
    if request.method != "POST" or BUTTON not in request.form or request.endpoint not in PLACES:
        return None
    g.draft_kept = True
    kept = _keep()
    if kept is None or not (kept.how.kept or kept.how is Keeping.EMPTY):
        raise DraftNotKept(MOST if kept is not None and kept.how is Keeping.FULL else None)
    if request.form[BUTTON] == QUIETLY:
        return "", 204, {"X-Session-Ends": _end(), "X-Draft": kept.how.value}
    if kept.how is Keeping.EMPTY:
        flash(
            gettext("文章が空なので、保存してある下書きをそのまま残しました。いらないときは、消せます。"),
            "info",
        )
    else:
        flash(gettext("下書きを保存しました（%(at)s）。", at=moment(current().clock.now())), "success")
    if kept.how is Keeping.BESIDE:
        flash(
            gettext(
                "別の画面で保存した下書きが、ほかにもあります。どちらも消していません。「下書き」の一覧で両方を読めます。"
            ),
            "info",
        )
    return redirect(address_of(kept.sheet), 303)


def _forget_what_was_sent(response: Response) -> Response:
    """A form that was accepted takes its draft with it."""
    if (
        response.status_code == 303
        and request.method == "POST"
        and request.endpoint in PLACES
        and not g.get("draft_kept")
        and request.form.get(MARK)
    ):
        runtime, sheet = current(), _sheet()
        try:
            if sheet is not None:
                with runtime.write(AUDIENCE) as session:
                    service.sent(session, runtime.clock, current_actor(), sheet)
        except (SQLAlchemyError, InMaintenance):
            # What was sent is sent; a draft too many is the smaller harm.
            return response
    return response


def init_drafts(app: Flask, *, secure: bool) -> None:
    """Set up what happens before and behind the views. After the checks of access and of the form's token."""
    app.jinja_env.globals.update(
        keeper=keeper, window=window, draft_goes_along=draft_goes_along, forms_kept=forms_kept
    )
    app.before_request(_claim_on_arrival)
    app.before_request(_keep_where_asked)

    @app.after_request
    def cookie(response: Response) -> Response:
        held = g.get("late_form")
        if held:
            response.set_cookie(_cookie(), held, httponly=True, secure=secure, samesite="Lax", path="/")
        elif held == "":
            response.delete_cookie(_cookie(), httponly=True, secure=secure, samesite="Lax", path="/")
        return _forget_what_was_sent(response)
