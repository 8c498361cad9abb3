"""Every page that links lead to, opened by everybody who may, wide and narrow, with the automatic check of access."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from portal.web.access import access_of
from portal.web.auth.session import COOKIE
from tests.browser.accessibility import assert_accessible, assert_fits
from tests.browser.conftest import SIZES
from tests.browser.town import Town, build_town, session_of
from tests.browser.walk import Walk

STARTS = {
    "nobody": ["/", "/sign-in", "/activate", "/forgotten", "/access"],
    "seeker": ["/seeker", "/account"],
    "company": ["/provider", "/provider/results", "/account"],
    "city": ["/provider", "/account"],
    "clerk": ["/office/", "/account"],
    "bureau": ["/bureau/applications?state=approved", "/bureau/", "/account"],
}
AUDIENCES = {
    "seeker": {"seeker"},
    "company": {"provider"},
    "clerk": {"office"},
    "bureau": {"bureau"},
    "nobody": {"public"},
}

# Pages that no link leads to, because they are one step of something; each is opened by a test of that story.
STEPS = {
    "auth.choose_password": "after a code from the office",
    "auth.reset_second_factor": "after a code from the office",
    "auth.second_factor": "after the password",
    "auth.enrol": "after the first password of somebody who needs a second factor",
    "auth.qr": "a picture on the page before",
    "auth.choose_unit": "only for whoever acts for two units; opened in test_provider",
    "seeker.activate_by_link": "from the QR code on paper",
    "seeker.activate_account": "after the code on paper",
    "seeker.new_terms": "after signing in while a version waits; opened in test_own_data",
    "seeker.write": "where a reload of an answer that was sent leads back from",
    "provider.sent": "after a send",
    "provider.saved_remove": "where a reload of a removal leads back from",
    "provider.saved_restore": "where a reload of putting back leads back from",
    "provider.selection_add": "where a reload of adding somebody to the list leads back from",
    "provider.selection_found": "where a reload of adding all who were found leads back from",
    "provider.selection_remove": "where a reload of taking somebody off the list leads back from",
    "provider.template_remove": "where a reload of a removal leads back from",
    "provider.template_restore": "where a reload of putting back leads back from",
    "provider.preview": "where a reload of the preview leads back from",
    "provider.send": "where a reload of a send that was refused leads back from",
    "provider.person_move": "where a reload of a refused move leads back from",
    "provider.department_add": "where a reload of a refused department leads back from",
    "provider.invitation_renew": "where a reload of a renewal leads back from",
    "provider.invitation_revoke": "where a reload of taking back leads back from",
    "auth.invitation_by_link": "from an invitation; opened in test_people",
    "auth.invitation_account": "after the code of an invitation; opened in test_people",
    "auth.invitation_look": "after signing in with an invitation in hand",
    "auth.invitation_join": "where a reload of joining leads back from",
    "auth.invitation_sign_in": "where a reload of signing in on the way leads back from",
    "provider.place_limit": "for a unit with departments or contractors; opened in test_places",
    "provider.thread_hand_over_all": "after the end of a contract; opened in test_places",
    "provider.reserve": "where a reload of a refused setting leads back from",
    "provider.thread_answer": "where a reload of a refused answer leads back from",
    "provider.thread_outcome": "where a reload of a refused outcome leads back from",
    "provider.thread_hand_over": "where a reload of a refused hand-over leads back from",
    "public.application_finish": "where a reload of a refused finishing leads back from",
    "public.application_reopen": "where a reload of a refused reopening leads back from",
    "public.application_letter": "a paper, after the bureau has decided",
    "provider.application_start": "where a reload of a refused beginning leads back from",
    "provider.application_finish": "where a reload of a refused finishing leads back from",
    "provider.application_reopen": "where a reload of a refused reopening leads back from",
    **{
        f"{desk}.complaint_{act}": "where a reload of a refused form leads back from"
        for desk in ("office", "bureau")
        for act in ("take_up", "note", "reminder")
    },
    **{
        f"provider.complaint_{act}": "where a reload of a refused form leads back from"
        for act in ("say", "end", "note", "copy")
    },
    "seeker.complaint_written": "where a reload of a refused reply leads back from",
    "seeker.complaint_ended": "where a reload of a refused ending leads back from",
    "provider.paid_notice_pdf": "a paper, on the page of a service that is to be notified",
    "bureau.find": "leads on to what was found",
    "bureau.paid_notice_find": "leads on to what was found",
    "bureau.paid_notice_receive": "where a reload of a refused record leads back from",
    "bureau.paid_notice_ask_back": "where a reload of a refused record leads back from",
    "bureau.paid_notice_accept": "where a reload of a refused record leads back from",
    "provider.thread_paid_ask": "where a reload of a refused asking leads back from",
    "provider.thread_paid_give": "where a reload of a refused record leads back from",
    "bureau.receive": "where a reload of a refused receipt leads back from",
    "bureau.checks": "where a reload of a refused checklist leads back from",
    "public.live": "for machines",
    "public.ready": "for machines",
    "public.robots": "for machines",
}


@pytest.fixture
def town(database: Any, clock: Any) -> Town:
    return build_town(database, clock)


# The pictures that `make screenshots` keeps in docs/screenshots; `make screenshots OF=all` takes every page.
PICTURES = {
    ("nobody", "public.home"),
    ("nobody", "public.protection"),
    ("seeker", "seeker.home"),
    ("seeker", "seeker.inbox"),
    ("seeker", "seeker.thread"),
    ("seeker", "seeker.profile"),
    ("seeker", "seeker.block"),
    ("company", "provider.home"),
    ("company", "provider.search"),
    ("company", "provider.results"),
    ("company", "provider.profile"),
    ("company", "provider.thread"),
    ("company", "provider.write"),
    ("clerk", "office.home"),
    ("clerk", "office.seeker_file"),
    ("clerk", "office.register"),
}


def look(window: Any, who: str, endpoint: str, number: int) -> None:
    for name, size in SIZES.items():
        window.set_viewport_size(size)
        assert_fits(window)
        assert_accessible(window)
        take_picture(window, who, endpoint, number, name)


def take_picture(window: Any, who: str, endpoint: str, number: int, size: str) -> None:
    """Keep what is seen, if pictures are asked for (SCREENSHOTS names the folder)."""
    folder, everything = os.environ.get("SCREENSHOTS"), os.environ.get("SCREENSHOTS_OF") == "all"
    if folder and (everything or ((who, endpoint) in PICTURES and number == 1)):
        page = endpoint.partition(".")[2].replace("_", "-")
        name = f"{who}-{page}{f'-{number}' if number > 1 else ''}-{size}.png"
        Path(folder).mkdir(parents=True, exist_ok=True)
        # As tall as the page: what sticks to the edge of a window would otherwise cover the middle of the picture.
        window.set_viewport_size(
            SIZES[size] | {"height": window.evaluate("document.documentElement.scrollHeight")}
        )
        window.screenshot(path=str(Path(folder) / name), full_page=True)


@pytest.mark.parametrize("who", list(STARTS))
def test_everybody_can_read_and_use_every_page(
    app: Any, town: Town, live_server: str, open_window: Callable[..., Any], who: str
) -> None:
    window = open_window()
    if who != "nobody":
        token = session_of(app, town.account(who))
        window.context.add_cookies([{"name": COOKIE, "value": f"s.{token}", "url": live_server}])
    walk = Walk(window, app.url_map)

    starts = [*STARTS[who], *(town.applicants if who == "nobody" else ())]
    walk.through(starts, lambda page, endpoint, number: look(page, who, endpoint, number))

    mine = AUDIENCES.get(who, set())
    expected = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or set())
        and rule.endpoint != "static"
        and (access := access_of(app, rule.endpoint)) is not None
        and access.audience.value in mine
    }
    assert expected - set(walk.seen) - set(STEPS) == set()
