"""Stopping: one page that says what happens, one press, no reason asked (seed 004 S-Q3)."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.domain.permission import Permission
from portal.services import seeker
from portal.services.own_reach import own_reach
from portal.web.auth.identity import current_actor
from portal.web.runtime import current
from portal.web.seeker.frame import AUDIENCE, language, seeker_page, show
from portal.web.seeker.wording import office_name


@seeker_page("/stop", Permission.SEEKER_USE_STOP)
def stop() -> ResponseReturnValue:
    """What stopping does; after it, how to begin again."""
    runtime = current()
    with runtime.read(AUDIENCE) as session:
        reach = own_reach(session, runtime.clock, current_actor())
    office = office_name(reach.office.name(language()))
    return show("stopped" if reach.stopped_at else "stop", reach=reach, office=office)


@seeker_page("/stop", Permission.SEEKER_USE_STOP, methods=("POST",))
def stop_now() -> ResponseReturnValue:
    """At once; a second press changes nothing."""
    runtime = current()
    with runtime.write(AUDIENCE) as session:
        seeker.stop(session, runtime.clock, current_actor())
    flash(gettext("利用をやめました。今から、団体には何も公開されません。"), "success")
    return redirect(url_for("seeker.stop"), 303)
