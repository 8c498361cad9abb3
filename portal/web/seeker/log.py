"""あなたの情報の取扱い記録: what was done with a seeker's data, and which organisations looked, with filters."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from portal.domain.permission import Permission
from portal.services.own_log import Group, OwnLog, Wanted, own_log
from portal.web.auth.identity import current_actor
from portal.web.runtime import current
from portal.web.seeker.frame import AUDIENCE, language, page_number, seeker_page, show
from portal.web.seeker.log_wording import GROUPS, log_line, log_place


@seeker_page("/log", Permission.SEEKER_LOG_READ)
def log() -> ResponseReturnValue:
    """Newest first, and which organisations looked, month by month; what is asked for stands in the address."""
    runtime = current()
    wanted = Wanted.read(request.args.get("kind", ""), request.args.get("month", ""))
    with runtime.read(AUDIENCE) as session:
        found = own_log(
            session,
            runtime.clock,
            current_actor(),
            wanted=wanted,
            page=page_number(request.args.get("page")),
            language=language(),
        )
    return show(
        "log",
        log=found,
        lines=[(entry.at, log_place(entry), log_line(entry)) for entry in found.entries],
        groups=[(group.value, str(GROUPS[group])) for group in Group],
        address=lambda page=None, month=None: _address(found, page, month),
        views_alone=wanted.group is Group.VIEWS,
    )


def _address(found: OwnLog, page: int | None, month: str | None) -> str:
    """The page with the same filters; another month where one is given."""
    wanted = found.wanted
    asked = {
        "kind": Group.VIEWS.value
        if month
        else (wanted.group.value if wanted.group is not Group.ALL else None),
        "month": month or (f"{wanted.month:%Y-%m}" if wanted.month else None),
        "page": page,
    }
    return url_for("seeker.log", **{name: value for name, value in asked.items() if value is not None})
