"""What organisations see, shown to the seeker; and the sheet that takes changes to the office (seed 004 S-Q3)."""

from flask import Response
from flask.typing import ResponseReturnValue

from portal.calendar.day import jst_day
from portal.documents.change_sheet import ChangeSheet, change_sheet
from portal.domain.permission import Permission
from portal.services.change_sheet import own_change_sheet
from portal.services.own_reach import own_reach
from portal.services.profile import own_view
from portal.services.rarity import own_less
from portal.web.auth.identity import current_actor
from portal.web.profile import changeable_rows, less_shown, profile_rows
from portal.web.runtime import current
from portal.web.seeker.frame import AUDIENCE, language, seeker_page, show
from portal.web.seeker.wording import office_name


@seeker_page("/profile", Permission.SEEKER_PROFILE_READ)
def profile() -> ResponseReturnValue:
    """The very projection and rows that organisations get; the short code differs at each of them."""
    runtime, actor = current(), current_actor()
    with runtime.read(AUDIENCE) as session:
        view = own_view(session, actor, alias="", on=jst_day(runtime.clock.now()))
        reach = own_reach(session, runtime.clock, actor)
        less = own_less(session, actor)
    return show(
        "profile",
        rows=profile_rows(view),
        less=less_shown(less),
        reach=reach,
        office=office_name(reach.office.name(language())),
    )


@seeker_page("/change-sheet", Permission.SEEKER_PROFILE_READ)
def change_sheet_pdf() -> ResponseReturnValue:
    """The sheet as PDF: what is registered now, and room for what it should become. Nothing of the identity."""
    runtime = current()
    with runtime.read(AUDIENCE) as session:
        data = own_change_sheet(session, runtime.clock, current_actor())
    made = change_sheet(
        ChangeSheet(
            rows=changeable_rows(data.view),
            range_private=data.range_private,
            range_municipal=data.range_municipal,
            valid_until=data.valid_until,
            office_name=data.office_name,
            on=data.on,
            at=data.at,
            demo=runtime.settings.demo,
        )
    )
    return Response(
        made,
        mimetype="application/pdf",
        headers={"Content-Disposition": 'inline; filename="change-sheet.pdf"'},
    )
