"""The approved record of the unit, to read. Changes are made at the bureau (seed 004 P-Q11, M-Q8)."""

from flask.typing import ResponseReturnValue

from portal.domain.permission import Permission
from portal.services import place
from portal.services import unit_home as service
from portal.web.access import Audience, page
from portal.web.auth.identity import current_actor
from portal.web.letterhead import class_name
from portal.web.provider.blueprint import blueprint
from portal.web.provider.page import show
from portal.web.runtime import current


@page(blueprint, "/unit", audience=Audience.PROVIDER, permission=Permission.UNIT_RECORD_READ)
def unit() -> ResponseReturnValue:
    """What is recorded, who belongs to it, and where changes are made."""
    runtime = current()
    with runtime.read("provider") as session:
        found = service.unit_record(session, runtime.clock, current_actor())
        ended = place.left_behind(session, runtime.clock, current_actor())
    return show("provider/unit.html", found=found, ended=ended, class_name=class_name(found.unit_class))
