"""One page for each thing that can go wrong: plain words, what to do next, and a number to quote.

Never a stack trace, never JSON, never a word about what exists. What somebody typed is shown again, so that it can be
copied, wherever the request could be read.
"""

import re
from collections.abc import Iterator

import structlog
from flask import Flask, current_app, g, make_response, render_template, request
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import BadRequest, HTTPException, InternalServerError

from portal.domain import refusal
from portal.domain.actor import ActorKind
from portal.web import draft
from portal.web.auth.identity import current_actor, current_visit
from portal.web.headers import SAFE_METHODS, came_from_us
from portal.web.logs import failure, request_id
from portal.web.maintenance import banner
from portal.web.runtime import InMaintenance, current
from portal.web.upload import longest_file, read_to_the_end
from portal.web.wording import words_of

PAGES = (400, 403, 404, 405, 413, 429, 500, 503)

# The database is busy or away: trying again in a moment is all one can do.
BUSY = (OperationalError, InterfaceError, PoolTimeout)
RETRY_SECONDS = 10

_SECRET_NAME = re.compile(r"pass|secret|token|code|otp|pin|key|birth", re.IGNORECASE)
_FORBIDDEN_CHARACTER = re.compile("[\x00\ud800-\udfff]")
_MOST_KEPT = 20
# What the page itself wrote into the form: whom a draft is for.
_ABOUT = "about"
# Pages of signing in and of codes: nothing of their forms is given back.
_WITH_SECRETS = ("auth.", "seeker.activate")
_WITHOUT = ("auth.notice", "auth.choose_unit")


class UnreadableText(BadRequest):
    """A value holds a character that no database keeps (NUL, half of a surrogate pair)."""


def check_address() -> None:
    """Refuse an address that cannot be read as text. Raises UnreadableText."""
    try:
        pairs = list(request.args.items(multi=True))
    except UnicodeDecodeError as broken:
        raise UnreadableText from broken
    if any(_FORBIDDEN_CHARACTER.search(text) for text in (request.path, *_both(pairs))):
        raise UnreadableText


def check_form() -> None:
    """Refuse form values that cannot be kept as text. Raises UnreadableText."""
    if request.method in SAFE_METHODS:
        return
    if any(_FORBIDDEN_CHARACTER.search(text) for text in _both(list(request.form.items(multi=True)))):
        raise UnreadableText


def _both(pairs: list[tuple[str, str]]) -> Iterator[str]:
    for name, value in pairs:
        yield name
        yield value


def typed_texts() -> list[str]:
    """What a person wrote into the form just sent: sentences, no choices, no passwords, codes or birth dates.

    Free text has a space, a line break or a letter beyond ASCII in it; what a form sends by itself has not.
    """
    if request.method in SAFE_METHODS:
        return []
    kept = [
        _FORBIDDEN_CHARACTER.sub("", value)
        for name, value in request.form.items(multi=True)
        if name != _ABOUT
        and not _SECRET_NAME.search(name)
        and (not value.isascii() or re.search(r"\S\s+\S", value))
    ]
    return kept[:_MOST_KEPT]


def _page(
    template: str,
    status: int,
    *,
    texts: list[str] | None = None,
    kept_at: str | None = None,
    retry_after: int | None = None,
    bare: bool = False,
    **values: object,
) -> ResponseReturnValue:
    g.error_page = True
    g.bare_page = bare
    if request_ctx.url_adapter is None:
        # The host name was so broken that no address could be built from it; those on the page are relative.
        request_ctx.url_adapter = current_app.url_map.bind("localhost")
    body = render_template(
        f"errors/{template}.html", typed=texts or [], kept_at=kept_at, request_id=request_id(), **values
    )
    response = make_response(body, status)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _http(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    if code not in PAGES:
        code = 400 if code < 500 else 500
    if isinstance(error, InternalServerError) and error.original_exception is not None:
        return _broken(error.original_exception)
    longest = None
    if code == 413 and (longest := longest_file(request.endpoint)) is not None:
        read_to_the_end()
    answer = make_response(_page(str(code), code, bare=code >= 500, longest=longest))
    if code == 405 and (valid := getattr(error, "valid_methods", None)):
        answer.headers["Allow"] = ", ".join(sorted(valid))
    return answer


def _unreadable(_error: UnreadableText) -> ResponseReturnValue:
    try:
        texts = typed_texts()
    except HTTPException:
        texts = []
    return _page("unreadable", 400, texts=texts)


def form_expired(_error: CSRFError) -> ResponseReturnValue:
    """The form's token is not the one of this session any more; what was typed is kept, or shown again.

    A form that was shown to somebody else gives nothing back: their words belong to nobody who signed in after them.
    """
    other = draft.of_somebody_else()
    kept = None if other else draft.keep_refused()
    texts = [] if other or kept else typed_texts()
    return _page("form_expired", 400, texts=texts, kept_at=kept, other=other)


def _not_kept(error: draft.DraftNotKept) -> ResponseReturnValue:
    """The button that keeps a draft could not: the words come back, unless they are of somebody else."""
    texts = [] if draft.of_somebody_else() else typed_texts()
    return _page("draft_not_kept", 422, texts=texts, full=error.full)


def too_late(answer: ResponseReturnValue) -> ResponseReturnValue:
    """Somebody is led to the sign-in page: a form they sent is kept for them, or shown to them this once."""
    if longest_file(request.endpoint) is not None:
        read_to_the_end()
        return answer
    actor = current_actor()
    if request.method == "POST" and actor.kind is ActorKind.MEMBER and actor.unit_id is None:
        return _without_unit() or answer
    if request.method != "POST" or draft.keep_late():
        return answer
    texts = typed_texts()
    return _page("signed_out", 403, texts=texts) if texts else answer


def _without_unit() -> ResponseReturnValue | None:
    """Still signed in, but acting for no unit any more: the words come back; a draft would belong to that unit.

    None where nothing was typed.
    """
    visit = current_visit()
    texts = typed_texts() if draft.of_this_person() or not request.form.get(draft.KEEPER) else []
    if not texts:
        return None
    return _page("without_unit", 403, texts=texts, lost=visit is not None and visit.unit_lost)


def _too_many(error: RateLimitExceeded) -> ResponseReturnValue:
    wait = error.limit.limit.get_expiry() if error.limit else 60
    try:
        kept = draft.keep_refused()
        texts = [] if kept or draft.of_somebody_else() else typed_texts()
    except (HTTPException, *BUSY):
        kept, texts = None, []
    return _page("429", 429, retry_after=wait, texts=texts, kept_at=kept)


def _busy(error: Exception) -> ResponseReturnValue:
    structlog.get_logger().warning("database_busy", request_id=request_id(), **failure(error))
    try:
        again = _to_send_again()
        texts = [] if again else typed_texts()
    except HTTPException:
        again, texts = [], []
    return _page("503", 503, texts=texts, retry_after=RETRY_SECONDS, bare=True, again=again)


def _in_maintenance(_error: InMaintenance) -> ResponseReturnValue:
    """Nothing is written now. The page holds the whole form, so that it can be sent afterwards; nothing was done with
    it, so every form may be sent again, but passwords, codes and files are not given back.
    """
    state, now = current().watch.state(), current().clock.now()
    again: list[tuple[str, str]] = []
    texts: list[str] = []
    file = longest_file(request.endpoint) is not None
    try:
        if file:
            read_to_the_end()
        elif not draft.of_somebody_else():
            texts = typed_texts()
            again = _whole_form()
    except (HTTPException, *BUSY):
        again, texts = [], []
    return _page(
        "maintenance",
        503,
        retry_after=int(state.wait(now).total_seconds()),
        texts=texts,
        again=again,
        plan=banner(state, now),
        file=file,
        sent=request.method not in SAFE_METHODS,
    )


def _whole_form() -> list[tuple[str, str]]:
    """Every field, where nothing in it is secret and this very site sent it."""
    fields = [(name, _FORBIDDEN_CHARACTER.sub("", value)) for name, value in request.form.items(multi=True)]
    page = request.endpoint or ""
    of_secrets = page.startswith(_WITH_SECRETS) and page not in _WITHOUT
    secret = of_secrets or any("pass" in name for name, _ in fields)
    return [] if secret or not came_from_us(request) else fields


def _to_send_again() -> list[tuple[str, str]]:
    """The whole form just sent, for a button that sends it once more; the database that would keep it is away.

    Only of forms with drafts, which are safe to send twice, and only where this very site sent them.
    """
    if request.method != "POST" or request.endpoint not in draft.PLACES or not came_from_us(request):
        return []
    return [(name, _FORBIDDEN_CHARACTER.sub("", value)) for name, value in request.form.items(multi=True)]


def _broken(error: BaseException) -> ResponseReturnValue:
    if isinstance(error, BUSY):
        return _busy(error)
    if current_app.testing:
        raise error
    structlog.get_logger().error("page_failed", request_id=request_id(), **failure(error))
    return _page("500", 500, bare=True)


def _refused(error: refusal.Refusal) -> ResponseReturnValue:
    """A refusal that the view did not show in its own page."""
    structlog.get_logger().info("refused", request_id=request_id(), reason=error.reason)
    if isinstance(error, refusal.NotFound):
        return _page("404", 404)
    if isinstance(error, refusal.Forbidden):
        return _page("403", 403)
    return _page("refused", 409, texts=typed_texts(), words=words_of(error))


def init_errors(app: Flask) -> None:
    """Register the pages. Whatever is not foreseen becomes the page 500, with its place in the log."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(InternalServerError, _http)
    app.register_error_handler(UnreadableText, _unreadable)
    app.register_error_handler(draft.DraftNotKept, _not_kept)
    app.register_error_handler(CSRFError, form_expired)
    app.register_error_handler(RateLimitExceeded, _too_many)
    app.register_error_handler(refusal.Refusal, _refused)
    app.register_error_handler(InMaintenance, _in_maintenance)
    for kind in BUSY:
        app.register_error_handler(kind, _busy)
    app.register_error_handler(Exception, _broken)
