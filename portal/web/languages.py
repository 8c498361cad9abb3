"""日本語 and English. Japanese unless somebody chose otherwise; the choice is a cookie and works without scripts.

The browser's own language setting is not asked: many machines in Japan are set to English without their user
reading it.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Flask, Response, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel

NAMES = {"ja": "日本語", "en": "English"}
DEFAULT = "ja"
COOKIE = "lang"
PARAMETER = "lang"
_YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class LanguageLink:
    """One entry of the switch in the header."""

    code: str
    name: str
    url: str


def chosen() -> str:
    """The language of this request."""
    wanted = request.cookies.get(COOKIE, DEFAULT)
    return wanted if wanted in NAMES else DEFAULT


def switch_links(*, to_home: bool) -> list[LanguageLink]:
    """The same page in each language; on error pages the front page, so that those differ by nothing."""
    if to_home:
        return [LanguageLink(code, name, f"/?{PARAMETER}={code}") for code, name in NAMES.items()]
    kept = [] if request.method != "GET" else [(k, v) for k, v in _arguments() if k != PARAMETER]
    return [
        LanguageLink(code, name, f"?{urlencode([*kept, (PARAMETER, code)])}") for code, name in NAMES.items()
    ]


def _arguments() -> list[tuple[str, str]]:
    return list(request.args.items(multi=True))


def remember_choice() -> ResponseReturnValue | None:
    """Before a page is shown: `?lang=en` is remembered and taken out of the address."""
    wanted = request.args.get(PARAMETER)
    if wanted not in NAMES or request.method != "GET" or request.url_rule is None:
        return None
    g.language_chosen = wanted
    kept = [(name, value) for name, value in _arguments() if name != PARAMETER]
    # One leading slash only: two would be an address on another host.
    path = "/" + request.path.lstrip("/")
    return redirect(f"{path}?{urlencode(kept)}" if kept else path, 303)


def init_languages(app: Flask, *, secure: bool) -> None:
    """Set up translations, and the cookie that keeps the choice."""
    Babel(app, default_locale=DEFAULT, default_timezone="Asia/Tokyo", locale_selector=chosen)

    @app.after_request
    def keep(response: Response) -> Response:
        if wanted := g.get("language_chosen"):
            response.set_cookie(
                COOKIE, wanted, max_age=_YEAR, httponly=True, secure=secure, samesite="Lax", path="/"
            )
        return response
