"""What was done with the registration: the seeker's own log."""

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.permission import Permission
from portal.services.own_log import own_log
from portal.web.auth.identity import current_actor
from portal.web.runtime import current
from portal.web.seeker.frame import AUDIENCE, page_number, seeker_page, show
from portal.web.seeker.wording import log_line, log_place


@seeker_page("/log", Permission.SEEKER_LOG_READ)
def log() -> ResponseReturnValue:
    """Newest first, and how often the profile was looked at, month by month."""
    runtime = current()
    with runtime.read(AUDIENCE) as session:
        found = own_log(session, runtime.clock, current_actor(), page=page_number(request.args.get("page")))
    lines = [(entry.at, log_place(entry), log_line(entry)) for entry in found.entries]
    return show("log", log=found, lines=lines)
