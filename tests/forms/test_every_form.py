"""Every form and every question mark of the portal, filled with what nobody meant: never a 500, nothing half-done.

The forms are found, not listed (tests/web/form_crawler.py): a page that is added tomorrow is tried tomorrow.
"""

import dataclasses
import itertools
import os
import re
from collections.abc import Iterator
from typing import Any

import pytest

from portal.app import create_app
from portal.domain.account import Stage
from portal.services.access_code import Purpose
from portal.web.access import Audience, access_of
from tests.forms.evil_values import EVIL, FILES, MANY, MARKUP, Pairs
from tests.forms.form_crawler import TOKEN, Crawler, Spot, State
from tests.forms.form_town import BORN, FormTown
from tests.leak.canaries import FIRST_ID
from tests.leak.world import begin_at_first_id
from tests.web.page import Page
from tests.web.page_client import PageClient

AUDIENCES = {
    "visitor": {Audience.PUBLIC},
    "enrolling": {Audience.PUBLIC},
    "asked for a code": {Audience.PUBLIC},
    "seeker": {Audience.SEEKER, Audience.ACCOUNT},
    "officer": {Audience.PROVIDER},
    "clerk": {Audience.OFFICE, Audience.ACCOUNT},
    "bureau": {Audience.BUREAU},
}
# Those with many forms are tried in so many turns, beside one another.
PARTS = {"visitor": 2, "seeker": 2, "officer": 6, "clerk": 2, "bureau": 4}
# What takes a form and stands on no page of these people: why.
NOT_ON_A_PAGE = {
    "auth.stay": "sent by the script of every page, without fields",
    "auth.sign_out": "on the pages of whoever is signed in, and tried there",
    "provider.complaint_copy": "only in an open case with a copy; tried in tests/web/test_provider_complaint.py",
    "provider.thread_paid_ask": "only to a new graduate after a notice; tried in tests/web/test_paid_service.py",
    "office.resume_file": "only after a worker broke down; the same form as for cancelling",
}
# Opened by a code, or on the way through signing in.
STEPS = {
    *("auth.choose_password", "auth.reset_second_factor", "auth.second_factor", "auth.enrol"),
    *("seeker.activate_account", "seeker.activate_by_link"),
    *("auth.invitation_account", "auth.invitation_by_link", "auth.invitation_sign_in"),
    *("auth.invitation_look", "auth.invitation_join"),
}
# Behind the address of a draft, which of the visitors only one has.
OF_A_DRAFT = {f"public.application_{act}" for act in ("step", "finish", "reopen", "discard")}
# Each field gets so many values while the others are well filled in; in turns, so that all come up. Free text gets all.
IN_TURNS = 3
REFUSALS = {400, 403, 404, 405, 409, 413, 422, 429}
# Inside numbers begin so in these tests.
INSIDE = re.compile(rf"(?<!\d){str(FIRST_ID)[:9]}")
# Random letters, in which any three stand sooner or later.
FORM_TOKEN = re.compile(r'(?<=name="csrf_token" value=")[^"]+')
NEVER_SHOWN = [
    *("Traceback", "sqlalchemy", "sqlite3", "psycopg", "jinja2", "werkzeug", 'File "/', "portal/", ".py"),
]


@pytest.fixture
def town(settings: Any, clock: Any, database: Any) -> Iterator[FormTown]:
    app = create_app(dataclasses.replace(settings, requests_per_minute=1_000_000), clock)
    app.testing = True
    app.test_client_class = PageClient
    begin_at_first_id(database)
    yield FormTown(app, database, clock)
    app.extensions["portal"].database.dispose()


@pytest.mark.parametrize(
    ("who", "part"), [(who, part) for who in AUDIENCES for part in range(PARTS.get(who, 1))]
)
def test_no_form_breaks_or_leaves_anything_half_done(
    town: FormTown, database_url: str, who: str, part: int
) -> None:
    crawler = Crawler(browser(town, who), State(database_url), AUDIENCES[who])
    if who == "visitor":
        go_through_the_doors(town, crawler)
    crawler.crawl()

    spots = list(crawler.spots.values())[part :: PARTS.get(who, 1)]
    found = (finding for spot in spots for finding in Fuzz(crawler, spot).findings())
    # A planted fault is noticed by its first finding; whoever repairs a page wants them all.
    findings = list(itertools.islice(found, 1 if "PLANTED_FAULT" in os.environ else None))

    assert not findings, "\n".join(dict.fromkeys(findings))
    steps = STEPS if AUDIENCES[who] == {Audience.PUBLIC} else set()
    if who != "visitor":
        steps = steps | OF_A_DRAFT
    assert crawler.missed() - set(NOT_ON_A_PAGE) - steps == set(), "no form was found for these"


def test_whoever_may_send_a_form_is_among_those_who_try_them(town: FormTown) -> None:
    declared = {access_of(town.app, rule.endpoint) for rule in town.app.url_map.iter_rules()}
    asked = {access.audience for access in declared if access is not None}

    assert asked <= set.union(*AUDIENCES.values())


def browser(town: FormTown, who: str) -> Any:
    """The browser of one of these people."""
    if who == "enrolling":
        return town.on_the_way(Stage.ENROL)
    if who == "asked for a code":
        return town.on_the_way(Stage.SECOND_FACTOR)
    return town.browsers.get(who) or town.app.test_client()


def go_through_the_doors(town: FormTown, crawler: Crawler) -> None:
    """Visitors with a code: the first visit, a forgotten password, a lost second factor."""
    newcomer = town.code(Purpose.ACTIVATION, seeker_id=town.newcomer.id)
    crawler.enter("/activate", {"code": newcomer.code, "birth_date": BORN})
    crawler.follow([town.link(), *town.drafts_of_applicants])
    invitation = town.invitation()
    crawler.enter("/invitation", {"code": invitation.code})
    crawler.follow([town.address_of(invitation)])
    password = town.code(Purpose.PASSWORD, account_id=town.officer.account_id)
    crawler.enter("/access", {"code": password.code, "birth_date": ""})
    factor = town.code(Purpose.SECOND_FACTOR, account_id=town.officer.account_id)
    crawler.enter("/access", {"code": factor.code, "birth_date": ""})


class Fuzz:
    """One form, sent with one evil value after the other."""

    def __init__(self, crawler: Crawler, spot: Spot) -> None:
        self.crawler = crawler
        self.spot = spot
        self.good = spot.filled()
        self.names = sorted(spot.names - spot.files - {TOKEN})

    def findings(self) -> Iterator[str]:
        """What went wrong, in words."""
        self.crawler.back_to(self.spot)
        self.before = self.crawler.state.rows()
        for what, pairs, files in self._submissions():
            for wrong in self._wrong(pairs, files):
                yield f"{self.spot.name}: {what}: {wrong}"

    def _submissions(self) -> Iterator[tuple[str, Pairs, dict[str, tuple[str, bytes]]]]:
        token = [pair for pair in self.good if pair[0] == TOKEN]
        yield "nothing but the token", token, {}
        if token:
            yield "a broken token", [(TOKEN, b"x"), *(pair for pair in self.good if pair[0] != TOKEN)], {}
        for what, value in EVIL.items():
            yield f"every field {what}", token + [(name, value) for name in self.names], {}
        for number, name in enumerate(self.names):
            rest = [pair for pair in self.good if pair[0] != name]
            yield f"{name} missing", rest, {}
            yield f"{name} many times", rest + [(name, b"x")] * MANY, {}
            for what in self._values_for(number, name):
                yield f"{name} {what}", [*rest, (name, EVIL[what])], {}
        for name in sorted(self.spot.files):
            for what, file in FILES.items():
                yield f"{name} {what}", self.good, {name: file}

    def _values_for(self, number: int, name: str) -> list[str]:
        values = list(EVIL)
        if name in self.spot.texts:
            return values
        turns = IN_TURNS if self.spot.method == "POST" else 1
        return [values[(number * turns + step) % len(values)] for step in range(turns)]

    def _wrong(self, pairs: Pairs, files: dict[str, tuple[str, bytes]]) -> Iterator[str]:
        try:
            answer = self.crawler.send(self.spot, pairs, files)
        except AssertionError as broken_rules:
            yield f"a page that breaks the rules: {broken_rules}"
            self.crawler.back_to(self.spot)
            return
        except Exception as raised:
            yield f"raised {type(raised).__name__}: {raised}"[:300]
            self.crawler.back_to(self.spot)
            return
        yield from self._told(answer)
        changed = self._changed() if self.spot.method == "POST" else []
        if changed and answer.status_code >= 400:
            yield f"refused with {answer.status_code}, and yet {', '.join(changed)} changed"
        if changed or self._signed_out(answer):
            self.crawler.back_to(self.spot)

    def _told(self, answer: Any) -> Iterator[str]:
        """Whether the answer is one that a person can do something with."""
        status = answer.status_code
        if status >= 500 or (status >= 400 and status not in REFUSALS):
            yield f"answered {status}"
        if answer.headers.get("X-Evil"):
            yield "wrote a header"
        if answer.mimetype != "text/html" or not answer.data:
            if status >= 400:
                yield f"refused with {status} without a page"
            return
        text = answer.get_data(as_text=True)
        if MARKUP in text:
            yield "shows markup as it was typed"
        shown = FORM_TOKEN.sub("", text)
        yield from (f"shows {word!r}" for word in NEVER_SHOWN if word in shown)
        if INSIDE.search(text):
            yield "shows an inside number"
        if status < 400:
            return
        page = Page(text)
        if len(page.text) < 40:
            yield f"a page without words: {page.text!r}"
        told = any(
            "field__error" in one.get("class") or one.get("role") == "alert" for one in page.root.all()
        )
        if status == 422 and not told:
            yield "answered 422 and says nowhere what is wrong"

    def _changed(self) -> list[str]:
        now = self.crawler.state.rows()
        return [table for table, rows in self.before.items() if now[table] != rows]

    def _signed_out(self, answer: Any) -> bool:
        return self.crawler.client._cookies != self.spot.cookies or "/sign-in" in (answer.location or "")
