"""Finds every form by itself: follows all links, sends each form once as a person would, and looks at what comes next.

A form is known by where it goes and by the names of its fields. With each comes the state of the database in which it
stood, so that it can be sent again and again from there.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from portal.web.access import Audience, access_of
from tests.forms.evil_values import BOUNDARY, Pairs, multipart, urlencoded
from tests.registrations import FORM
from tests.web.page import Element, Form, Page

ADDRESSES_OF_ONE_KIND = 4
TOKEN = "csrf_token"
# Traces and sessions may change whatever the answer is; what was typed is kept where a form came too late.
MAY_CHANGE = {"audit", "session", "signin_attempt", "draft", "late_form"}
NEVER_CHANGES = {"code", "code_table", "alembic_version"}
PLAUSIBLE: dict[str, str] = {
    **{name: value for name, value in FORM.items() if isinstance(value, str)},
    "registration_number": "13999-00077777",
    "text": "見本の案内です。",
    "name": "見本",
    "happened_on": "2026-06-10",
    "valid_from": "2026-06-10",
    "reserve": "50",
    "note": "見本の理由です。",
    "number": "13-ユ-300555",
    "address": "架空県見本市見本町0-0",
    "day": "2026-07-01",
    "last_day": "2026-07-01",
    "officer_phone": "00-0000-0000",
    "officer_kana": "ミホン",
    "contact_kana": "ミホン",
    "contact_phone": "00-0000-0000",
}
_ROW = re.compile(r"(?<=[a-z])-[0-9]+(?=-|$)")


class State:
    """The database of the application as a whole: taken, put back, compared."""

    def __init__(self, url: str) -> None:
        self._path = url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(self._path)) as connection:
            names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        self._tables = sorted(
            name for (name,) in names if name not in NEVER_CHANGES and not name.startswith("sqlite_")
        )

    def take(self) -> sqlite3.Connection:
        """A copy in memory."""
        kept = sqlite3.connect(":memory:")
        with closing(sqlite3.connect(self._path)) as source:
            source.backup(kept)
        return kept

    def put_back(self, kept: sqlite3.Connection) -> None:
        with closing(sqlite3.connect(self._path)) as target:
            kept.backup(target)

    def rows(self) -> dict[str, list[Any]]:
        """Everything that only an accepted form may change."""
        with closing(sqlite3.connect(self._path)) as connection:
            return {
                table: connection.execute(f'SELECT * FROM "{table}"').fetchall()  # noqa: S608 -- our own names
                for table in self._tables
                if table not in MAY_CHANGE and not table.startswith("profile_pair")
            }


@dataclass(frozen=True)
class Spot:
    """One form where it stands. fields: as it would be sent untouched; files, texts: its fields for such."""

    page: str
    path: str
    method: str
    fields: tuple[tuple[str, str], ...]
    names: frozenset[str]
    files: frozenset[str]
    texts: frozenset[str]
    required: tuple[tuple[str, str], ...]
    state: sqlite3.Connection
    cookies: dict[Any, Any]

    @property
    def name(self) -> str:
        return f"{self.method} {self.path} ({', '.join(sorted(self.names - {TOKEN})) or 'no fields'})"

    def filled(self) -> Pairs:
        """As somebody fills it in who means well."""
        given = dict(self.required)
        pairs = [(name, (value or given.pop(name, "")).encode()) for name, value in self.fields]
        taken = {name for name, _ in self.fields}
        return pairs + [(name, value.encode()) for name, value in given.items() if name not in taken]


class Crawler:
    """One person's browser. ``state``: of the application's database."""

    def __init__(self, client: Any, state: State, audiences: set[Audience]) -> None:
        self.client = client
        self.state = state
        self.audiences = audiences
        self.spots: dict[tuple[str, str, frozenset[str]], Spot] = {}
        self._seen: dict[str, list[str]] = {}
        self._urls = client.application.url_map

    def crawl(self) -> None:
        """Follow everything from every address of the audiences, then send what was found once and follow on."""
        rules = self.client.application.url_map.iter_rules()
        self.follow([rule.rule for rule in rules if not rule.arguments and "GET" in (rule.methods or ())])
        done: set[tuple[str, str, frozenset[str]]] = set()
        while waiting := [key for key in self.spots if key not in done]:
            for key in waiting:
                done.add(key)
                if key in self.spots:
                    self._look_behind(self.spots[key])

    def follow(self, starts: Iterable[str]) -> None:
        waiting = list(starts)
        while waiting:
            address = waiting.pop(0).split("#")[0]
            endpoint = self._endpoint(address, "GET")
            if endpoint is None or endpoint == "static" or not self._ours(endpoint):
                continue
            opened = self._seen.setdefault(endpoint, [])
            if address in opened or len(opened) >= ADDRESSES_OF_ONE_KIND:
                continue
            opened.append(address)
            answer = self.client.get(address)
            assert answer.status_code < 500, f"{address} answered {answer.status_code}"
            if answer.location:
                waiting.append(answer.location)
            if answer.mimetype == "text/html" and answer.data:
                page = Page(answer.get_data(as_text=True))
                self._note(page, address)
                waiting += self._links(page)

    def _links(self, page: Page) -> Iterator[str]:
        for link in page.root.all("a"):
            parts = urlsplit(link.get("href"))
            if not parts.scheme and parts.path.startswith("/") and "lang=" not in parts.query:
                if parts.query:
                    self._note_link(link.get("href"))
                yield link.get("href")

    def _note_link(self, address: str) -> None:
        """What stands behind a question mark is typed over as easily as a field."""
        parts, none = urlsplit(address), frozenset[str]()
        values = parse_qsl(parts.query, keep_blank_values=True)
        self._keep(address, parts.path, "GET", values, none, none, ())

    def _note(self, page: Page, address: str) -> None:
        for form in page.forms:
            path = urlsplit(form.action or address).path
            buttons = {(each.get("name"), each.get("value")) for each in form.buttons if each.get("name")}
            for pressed in sorted(buttons) or [None]:
                fields = [(name, value) for name, values in form.fields.items() for value in values]
                files = frozenset(
                    each.get("name") for each in form.element.all("input") if each.get("type") == "file"
                )
                extra = [pressed] if pressed else []
                needed = tuple(_needed(form))
                texts = frozenset(each.get("name") for each in form.element.all("textarea"))
                self._keep(address, path, form.method, fields + extra, files, texts, needed)

    def _keep(
        self,
        address: str,
        path: str,
        method: str,
        fields: list[tuple[str, str]],
        files: frozenset[str],
        texts: frozenset[str],
        needed: tuple[tuple[str, str], ...],
    ) -> None:
        endpoint = self._endpoint(path, method)
        if endpoint is None or not self._ours(endpoint):
            return
        names = frozenset({name for name, _ in (*fields, *needed)} | files)
        # A second row of a list is of the same kind as the first; a button adds one after the other.
        kinds = frozenset(_ROW.sub("-0", name) for name in names)
        key = (method, endpoint, kinds)
        # Links that only leave something away ask nothing new.
        alike = [known for known in self.spots if method == "GET" and known[:2] == key[:2]]
        if key not in self.spots and not any(known[2] >= kinds for known in alike):
            for known in alike:
                if known[2] < kinds:
                    del self.spots[known]
            kept = self.state.take()
            cookies = dict(self.client._cookies)
            given = tuple(fields)
            self.spots[key] = Spot(address, path, method, given, names, files, texts, needed, kept, cookies)

    def enter(self, address: str, values: dict[str, str]) -> None:
        """Go through a door that only these values open, and note the forms behind it."""
        page = Page(self.client.get(address).get_data(as_text=True))
        form = next(form for form in page.forms if set(values) <= form.names)
        pairs = [(name, value.encode()) for name, value in values.items()]
        pairs += [(TOKEN, value.encode()) for value in form.fields[TOKEN]]
        path = urlsplit(form.action or address).path
        named = frozenset(name for name, _ in pairs)
        cookies = dict(self.client._cookies)
        none = frozenset[str]()
        spot = Spot(address, path, form.method, (), named, none, none, (), self.state.take(), cookies)
        self._look_behind(spot, pairs)

    def _look_behind(self, spot: Spot, pairs: Pairs | None = None) -> None:
        """Send a form as it stands, note the forms behind it, and undo what it did."""
        self.back_to(spot)
        answer = self.send(spot, spot.filled() if pairs is None else pairs, {})
        address = spot.path
        for _ in range(3):
            if answer.mimetype == "text/html" and answer.data and not answer.location:
                page = Page(answer.get_data(as_text=True))
                self._note(page, address)
                self.follow(list(self._links(page)))
                break
            if not answer.location:
                break
            address = answer.location
            answer = self.client.get(address)
        self.back_to(spot)

    def back_to(self, spot: Spot) -> None:
        self.state.put_back(spot.state)
        self.client._cookies = dict(spot.cookies)

    def send(self, spot: Spot, pairs: Pairs, files: dict[str, tuple[str, bytes]]) -> Any:
        """Send a form with these values."""
        if spot.method == "GET":
            return self.client.get(spot.path, query_string=urlencoded(pairs).decode())
        if spot.files:
            body, kind = multipart(pairs, files), f"multipart/form-data; boundary={BOUNDARY}"
        else:
            body, kind = urlencoded(pairs), "application/x-www-form-urlencoded"
        return self.client.post(spot.path, data=body, content_type=kind)

    def missed(self) -> set[str]:
        """Endpoints that take forms of these audiences and that no form was found for."""
        found = {key[1] for key in self.spots}
        takes = {rule.endpoint for rule in self._urls.iter_rules() if "POST" in (rule.methods or ())}
        return {endpoint for endpoint in takes - found if self._ours(endpoint)}

    def _ours(self, endpoint: str) -> bool:
        access = access_of(self.client.application, endpoint)
        return access is not None and access.audience in self.audiences

    def _endpoint(self, address: str, method: str) -> str | None:
        try:
            return str(self._urls.bind("localhost").match(urlsplit(address).path, method=method)[0])
        except (HTTPException, RequestRedirect):
            return None


def _needed(form: Form) -> Iterator[tuple[str, str]]:
    """A plausible value for each control that would go empty."""
    for control in form.element.all("input", "select", "textarea"):
        name, kind = control.get("name"), control.get("type", "text")
        if not name or kind in ("hidden", "submit", "button", "file", "image", "reset"):
            continue
        if kind in ("checkbox", "radio"):
            yield name, control.get("value", "on")
        elif control.name == "select":
            options = [each.get("value", each.text) for each in control.all("option")]
            yield name, next((each for each in options if each), "")
        else:
            yield name, _plausible(name, control)


def _plausible(name: str, control: Element) -> str:
    if name in PLAUSIBLE:
        return PLAUSIBLE[name]
    if control.get("type") == "number" or control.get("inputmode") == "numeric":
        return "1"
    return "見本の文章です。" if control.name == "textarea" else "見本"
