"""What must be alike between two answers: every byte but those that never are, and what was asked of the database."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from portal.store.database import Use

_FORM_TOKEN = re.compile(r'(name="csrf_token" value=")[^"]+')
_KEY = re.compile(r'(name="key" type="hidden" value=")[^"]+')
_WINDOW = re.compile(r'(name="window" value=")[0-9a-f]+')
_LIST = re.compile(r"IN \([^)]*\)")
_BLANKS = re.compile(r"\s+")


def shown(response: Any, *typed: str) -> str:
    """Status, headers and page, without what is drawn anew for each request, and what was typed."""
    head = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    text = f"{response.status}\n{head}\n\n{response.text}".replace(response.headers["X-Request-ID"], "")
    for random in (_KEY, _FORM_TOKEN, _WINDOW):
        text = random.sub(r"\1", text)
    for each in typed:
        text = text.replace(each, "")
    return text


@contextmanager
def statements(app: Any) -> Iterator[list[str]]:
    """Every statement of the block in its order, without the number of values in a list."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(_BLANKS.sub(" ", _LIST.sub("IN (...)", statement)))

    database = app.extensions["portal"].database
    engines = {database.engine(use=use) for use in Use}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
