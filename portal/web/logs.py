"""One line of JSON for each request, and nothing in it that tells who somebody is.

Which fields may appear is a closed list. Addresses, query strings, form values, names, tokens and the texts of
exceptions (which may quote a statement's values) are never written.
"""

import logging
import secrets
import sys
import time
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog
from flask import Flask, Response, g, has_request_context, request

FIELDS = (
    "time",
    "level",
    "event",
    "request_id",
    "method",
    "rule",
    "status",
    "ms",
    "audience",
    "reason",
    "logger",
    "exception",
    "where",
    "worker",
    "count",
)

# Easy to read out on the telephone: no 0/O, 1/I/L.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def request_id() -> str:
    """The number of this request, such as 7K3F-9QMD-2XWA: ours, random, never one that the visitor sent.

    Empty outside of a request.
    """
    if not has_request_context():
        return ""
    if "request_id" not in g:
        drawn = "".join(secrets.choice(_ALPHABET) for _ in range(12))
        g.request_id = f"{drawn[:4]}-{drawn[4:8]}-{drawn[8:]}"
    return str(g.request_id)


class _Stderr:
    """Writes finished lines; looks the stream up each time, because tests and servers replace it."""

    def msg(self, line: str) -> None:
        sys.stderr.write(line + "\n")
        sys.stderr.flush()

    debug = info = warning = error = critical = msg


def _only_known_fields(
    _logger: Any, _method: str, values: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    return {name: values[name] for name in FIELDS if values.get(name) is not None}


def failure(error: BaseException) -> dict[str, Any]:
    """What may be said about an exception: its type, that of its causes, and the places in the code."""
    chain = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) is not None and cause not in chain:
        chain.append(cause)
    return {
        "exception": " < ".join(type(one).__qualname__ for one in chain),
        "where": _places(error.__traceback__),
    }


def _places(trace: TracebackType | None) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)[-12:]]


class _SafeHandler(logging.Handler):
    """Takes the lines of libraries: the fixed part of their text only, without the values put into it."""

    def emit(self, record: logging.LogRecord) -> None:
        said = failure(record.exc_info[1]) if record.exc_info and record.exc_info[1] else {}
        log = structlog.get_logger()
        log.log(record.levelno, str(record.msg), logger=record.name, request_id=request_id() or None, **said)


def configure(level: str = "INFO") -> None:
    """Set up structured logging for this process; may be called again."""
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            _only_known_fields,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lambda *_: _Stderr(),
    )
    root = logging.getLogger()
    if not any(isinstance(handler, _SafeHandler) for handler in root.handlers):
        root.addHandler(_SafeHandler())
    root.setLevel(max(number, logging.WARNING))
    # The development server writes the visitor's address into its lines.
    logging.getLogger("werkzeug").setLevel(logging.WARNING)


def init_logs(app: Flask, level: str) -> None:
    """Number, time and log every request."""
    configure(level)
    # Flask's own handler would print whole tracebacks; what it says travels to the root logger instead.
    app.logger.handlers.clear()
    app.logger.propagate = True

    @app.before_request
    def begin() -> None:
        request_id()
        g.begun = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-ID"] = request_id()
        begun = g.get("begun")
        structlog.get_logger().info(
            "request",
            request_id=request_id(),
            method=request.method if request.method in _METHODS else "other",
            rule=request.url_rule.rule if request.url_rule else "none",
            status=response.status_code,
            ms=None if begun is None else round((time.perf_counter() - begun) * 1000, 1),
            audience=g.get("audience"),
        )
        return response


_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
