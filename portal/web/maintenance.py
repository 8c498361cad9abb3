"""Maintenance (メンテナンス) on the pages: told beforehand, and while it runs nothing is written.

Two barriers: every form is turned away before a view sees it, and no session that could write is handed out
(portal.web.runtime). What somebody sent is given back by the page that turns it away.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import Flask, request

from portal.domain.maintenance import State
from portal.web.headers import SAFE_METHODS
from portal.web.runtime import InMaintenance, current

OPEN_FORMS = frozenset({"auth.sign_out", "auth.stay", "office.find"})
"""Forms that write nothing: signing out then only forgets the cookie; the script's question; a look-up by number."""


@dataclass(frozen=True)
class Banner:
    """What every page says. running: only reading now. late: it takes longer than was planned."""

    running: bool
    late: bool
    starts_at: datetime
    ends_at: datetime
    text: str


def banner(state: State, now: datetime) -> Banner | None:
    """What is told at a moment; None = nothing."""
    plan = state.plan
    if plan is None:
        return None
    return Banner(state.read_only, plan.ends_at <= now, plan.starts_at, plan.ends_at, plan.text)


def read_only() -> bool:
    """Whether nothing can be written now."""
    return current().watch.state().read_only


def init_maintenance(app: Flask) -> None:
    """Turn forms away while maintenance runs. Before anything that may write: the check of access keeps late forms."""

    @app.before_request
    def turn_away() -> None:
        if request.method in SAFE_METHODS or request.routing_exception is not None:
            return
        if request.endpoint not in OPEN_FORMS and read_only():
            raise InMaintenance
