"""The seeker's start page, and whom to turn to."""

from flask.typing import ResponseReturnValue

from portal.calendar.day import jst_day
from portal.domain.permission import Permission
from portal.services import correction, inbox, notice_care, retention
from portal.services.own_reach import own_reach
from portal.web.auth.identity import current_actor
from portal.web.runtime import current
from portal.web.seeker.frame import AUDIENCE, language, seeker_page, show
from portal.web.seeker.inbox import line_state
from portal.web.seeker.wording import office_name, reasons

MOST_NEW = 3
"""Organisations with something new that the start page names; the inbox has them all."""


@seeker_page("", Permission.SEEKER_HOME_READ)
def home() -> ResponseReturnValue:
    """New messages, how one is seen today and by how many, ways on."""
    runtime = current()
    with runtime.read(AUDIENCE) as session:
        reach = own_reach(session, runtime.clock, current_actor())
        letters = inbox.inbox(session, current_actor())
        goes = retention.announced(session, runtime.clock, current_actor())
        mail_comes_back = notice_care.comes_back(session, current_actor())
        answered = correction.answered_lately(session, runtime.clock, current_actor())
    new = [line for line in letters.lines if line.unread][:MOST_NEW]
    office = office_name(reach.office.name(language()))
    return show(
        "home",
        reach=reach,
        letters=letters,
        goes=goes,
        mail_comes_back=mail_comes_back,
        answered=answered,
        new=[(line, *line_state(line, set())) for line in new],
        office=office,
        reasons=reasons(reach, jst_day(runtime.clock.now()), office),
    )


@seeker_page("/help", Permission.SEEKER_HOME_READ)
def help() -> ResponseReturnValue:
    """Where to turn in trouble (seed 004 S-Q4 to S-Q6)."""
    return show("help")
