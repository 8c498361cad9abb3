"""Walking through everything that can be reached by links, one address for each kind of page."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, RequestRedirect


@dataclass
class Walk:
    """One person's walk. `seen` maps each endpoint to the addresses that were opened."""

    window: Any
    urls: Map
    most: int = 2
    seen: dict[str, list[str]] = field(default_factory=dict)

    def endpoint(self, address: str) -> str | None:
        """The endpoint behind an address of ours, or None."""
        try:
            return str(self.urls.bind("127.0.0.1").match(urlsplit(address).path, method="GET")[0])
        except (HTTPException, RequestRedirect):
            return None

    def through(self, starts: Iterable[str], look: Callable[[Any, str, int], None]) -> None:
        """Open the addresses and all that they lead to; `look` gets each page, its endpoint and its number."""
        waiting = list(starts)
        while waiting:
            address = waiting.pop(0)
            endpoint = self.endpoint(address)
            if endpoint is None or endpoint == "static" or self._enough(endpoint, address):
                continue
            self.seen.setdefault(endpoint, []).append(address)
            if self._is_page(address):
                self.window.goto(address)
                look(self.window, endpoint, len(self.seen[endpoint]))
                waiting += self._links()

    def _enough(self, endpoint: str, address: str) -> bool:
        opened = self.seen.get(endpoint, [])
        return len(opened) >= self.most or address in opened

    def _is_page(self, address: str) -> bool:
        answer = self.window.request.get(address)
        assert answer.status == 200, f"{address} answered {answer.status}"
        return str(answer.headers.get("content-type", "")).startswith("text/html")

    def _links(self) -> Iterator[str]:
        for link in self.window.locator("a[href]").evaluate_all(
            "all => all.map(one => one.getAttribute('href'))"
        ):
            parts = urlsplit(link)
            if not parts.scheme and parts.path.startswith("/") and "lang=" not in parts.query:
                yield link.split("#")[0]
