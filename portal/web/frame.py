"""What the frame of every page shows: language, who is signed in, ways out. Computed once for each rendering."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app, g, url_for
from flask_babel import get_locale

from portal.domain.actor import Actor
from portal.web.access import SIGN_IN, Audience, audience_of
from portal.web.languages import DEFAULT, LanguageLink, switch_links
from portal.web.maintenance import Banner, banner
from portal.web.runtime import current

# Where each audience begins, and the pages of one's own account; an entry without a page is left out of the frame.
HOMES = {
    Audience.SEEKER: "seeker.home",
    Audience.PROVIDER: "provider.home",
    Audience.OFFICE: "office.home",
    Audience.BUREAU: "bureau.home",
}


# So long before the end that cannot be put off, pages say so by themselves.
_LAST_MINUTES = timedelta(minutes=15)


@dataclass(frozen=True)
class SessionEnd:
    """at: the end when nothing more is asked for; latest: the end in any case, which nothing puts off."""

    at: datetime
    latest: datetime


@dataclass(frozen=True)
class Frame:
    """`bare`: no sign-out form and no messages, because the session may be what is broken.

    `ends`: when the session ends; `last`: its last minutes have begun, whatever one does.
    `maintenance`: what is told of it, on a bare page from memory.
    """

    language: str
    languages: list[LanguageLink]
    audience: str
    signed_in: bool
    demo: bool
    home_url: str
    account_url: str | None
    sign_in_url: str
    activate_url: str | None
    sign_out_url: str | None
    stay_url: str | None
    bare: bool
    now: datetime
    ends: SessionEnd | None
    last: bool
    maintenance: Banner | None


def _address(endpoint: str | None) -> str | None:
    return url_for(endpoint) if endpoint in current_app.view_functions else None


def frame(whoever: Callable[[], Actor], session_end: Callable[[], SessionEnd | None]) -> Frame:
    """The frame of this page. On a bare error page it is that of somebody signed out, without asking who it is."""
    bare = bool(g.get("bare_page"))
    audience = Audience.PUBLIC if bare else audience_of(whoever())
    signed_in = audience is not Audience.PUBLIC
    now, ends = current().clock.now(), session_end() if signed_in else None
    return Frame(
        language=str(get_locale() or DEFAULT),
        languages=switch_links(to_home="error_page" in g),
        audience=audience.value,
        signed_in=signed_in,
        demo=current().settings.demo,
        home_url=_address(HOMES.get(audience)) or url_for("public.home"),
        account_url=_address("auth.account") if signed_in else None,
        sign_in_url=SIGN_IN,
        activate_url=_address("seeker.activate"),
        sign_out_url=_address("auth.sign_out") if signed_in else None,
        stay_url=_address("auth.stay") if signed_in else None,
        bare=bare,
        now=now,
        ends=ends,
        last=ends is not None and ends.latest - now <= _LAST_MINUTES,
        maintenance=banner(current().watch.state(ask=not bare), now),
    )
