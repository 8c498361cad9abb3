"""Browsers that keep every answer they get, to be searched for what must not be in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import unquote_to_bytes

from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from tests.web.page_client import PageClient

_FORM_TOKEN = re.compile(rb'(name="csrf_token" value=")[^"]+')
_COOKIE_END = re.compile(rb"Expires=[^;\n]+")
# What is signed says when: behind the value its moment and the signature.
_SIGNED = re.compile(rb"\b(Wy[\w-]+)\.[\w-]{6}\.[\w-]{27}")


@dataclass(frozen=True)
class Seen:
    """One answer. endpoint: of the address that was asked, "" = none. head: status line, headers, cookies decoded."""

    who: str
    method: str
    address: str
    endpoint: str
    status: int
    head: bytes
    body: bytes

    @property
    def whole(self) -> bytes:
        """Everything that went over the wire, and the head once more in plain."""
        return self.head + b"\n\n" + self.body

    @property
    def masked(self) -> bytes:
        """Without what differs between any two answers: number of the request, token of the forms, moments."""
        whole = self.whole.replace(*_own_number(self.head))
        return _COOKIE_END.sub(b"", _SIGNED.sub(rb"\1", _FORM_TOKEN.sub(rb"\1", whole)))

    @property
    def name(self) -> str:
        """For messages: who asked for what."""
        return f"{self.who}: {self.method} {self.address} -> {self.status}"


def _own_number(head: bytes) -> tuple[bytes, bytes]:
    found = re.search(rb"X-Request-ID: ([^\n]+)", head)
    return (found[1], b"") if found else (b"\0", b"")


class WatchingClient(PageClient):
    """A browser of somebody. `seen` is shared by all browsers of a world.

    That pages keep the rules of the house is for other tests: reading them again would take longer than getting them.
    """

    who = ""
    seen: list[Seen]

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = FlaskClient.open(self, *args, **kwargs)
        request = response.request
        query = request.environ.get("QUERY_STRING", "")
        self.seen.append(
            Seen(
                self.who,
                request.method,
                request.path + (f"?{query}" if query else ""),
                endpoint_of(self.application, request.path, request.method),
                response.status_code,
                _head(response),
                response.get_data(),
            )
        )
        return response


def endpoint_of(app: Any, path: str, method: str) -> str:
    """The endpoint behind an address, "" when there is none."""
    try:
        endpoint, _ = app.url_map.bind("localhost").match(path, method)
    except HTTPException:
        return ""
    return str(endpoint)


def _head(response: TestResponse) -> bytes:
    lines = [f"HTTP/1.1 {response.status}".encode()]
    for name, value in response.headers.items():
        raw = value.encode("utf-8", "surrogateescape")
        lines += [f"{name}: ".encode() + raw, unquote_to_bytes(raw)]
        if name == "Set-Cookie":
            lines += list(_cookies(value))
    return b"\n".join(lines)


def _cookies(header: str) -> Iterator[bytes]:
    for each in SimpleCookie(header).values():
        yield each.value.encode("utf-8", "surrogateescape")
