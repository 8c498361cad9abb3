"""Where a unit's people begin: what needs doing, what may be done, what is left of the day."""

from flask.typing import ResponseReturnValue

from portal.domain.permission import Permission
from portal.services import notice_care
from portal.services import thread as service
from portal.services.thread import Shown
from portal.services.unit_home import REMIND_DAYS
from portal.web.access import Audience, page
from portal.web.auth.identity import current_actor
from portal.web.provider.blueprint import blueprint
from portal.web.provider.page import show
from portal.web.provider.rows import thread_state
from portal.web.runtime import current

MOST = 5


@page(blueprint, "", audience=Audience.PROVIDER, permission=Permission.UNIT_HOME_READ)
def home() -> ResponseReturnValue:
    """The first page after signing in: new answers first."""
    runtime = current()
    with runtime.read("provider") as session:
        found = service.threads(session, runtime.clock, current_actor(), shown=Shown.UNREAD)
        mail_comes_back = notice_care.comes_back(session, current_actor())
    lines = [(line, *thread_state(line.outcome, line.answer)) for line in found.lines[:MOST]]
    return show(
        "provider/home.html",
        found=found,
        lines=lines,
        mail_comes_back=mail_comes_back,
        remind_days=REMIND_DAYS,
    )
