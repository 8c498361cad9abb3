"""Blocking organisations and taking a block back (seed 004 S-Q5). The organisation never learns of either."""

from collections.abc import Iterable

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.domain.permission import Permission
from portal.domain.reach import UnitClass
from portal.services import block as service
from portal.services.block import Organisation
from portal.web.auth.identity import current_actor
from portal.web.letterhead import class_name
from portal.web.runtime import current
from portal.web.seeker.frame import AUDIENCE, page_number, seeker_page, show

LONGEST_SHOWN = 200
THREAD = "thread"
"""Where somebody came from, and goes back to, as it stands in addresses and forms."""


@seeker_page("/blocks", Permission.SEEKER_BLOCK_CHANGE)
def blocks() -> ResponseReturnValue:
    """Every block on one page, the last one first."""
    runtime = current()
    with runtime.read(AUDIENCE) as session:
        found = service.blocks(session, runtime.clock, current_actor())
    return show("blocks", organisations=found, class_name=class_name)


@seeker_page("/organisations", Permission.SEEKER_DIRECTORY_READ)
def organisations() -> ResponseReturnValue:
    """The directory, to block somebody before they write."""
    typed = request.args.get("name", "")[:LONGEST_SHOWN]
    wanted = request.args.get("class", "")
    unit_class = UnitClass(wanted) if wanted in list(UnitClass) else None
    runtime = current()
    with runtime.read(AUDIENCE) as session:
        found = service.find_organisations(
            session,
            runtime.clock,
            current_actor(),
            typed,
            page_number(request.args.get("page")),
            unit_class=unit_class,
        )
    return show(
        "organisations",
        found=found,
        typed=typed,
        unit_class=unit_class.value if unit_class else "",
        classes=[(each.value, class_name(each)) for each in UnitClass],
        class_name=class_name,
    )


@seeker_page("/organisations/<ref>/block", Permission.SEEKER_BLOCK_CHANGE)
def block(ref: str) -> ResponseReturnValue:
    """What a block does and does not do, asked once."""
    runtime = current()
    with runtime.read(AUDIENCE) as session:
        offer = service.offer(session, runtime.clock, current_actor(), ref)
    return show(
        "block",
        offer=offer,
        one=offer.organisation,
        class_name=class_name,
        # The company is hidden from by all of its registrations, unless the seeker unticks one.
        most=service.MOST_AT_ONCE - 1,
        from_thread=request.args.get("from") == THREAD,
    )


@seeker_page("/organisations/<ref>/block", Permission.SEEKER_BLOCK_CHANGE, methods=("POST",))
def block_now(ref: str) -> ResponseReturnValue:
    """Block, together with the company's other registrations that stayed ticked."""
    runtime = current()
    with runtime.write(AUDIENCE) as session:
        done = service.block(session, runtime.clock, current_actor(), [ref, *request.form.getlist("also")])
    flash(gettext("%(names)sをブロックしました。", names=_names(done)), "success")
    return _back(ref)


@seeker_page("/organisations/<ref>/unblock", Permission.SEEKER_BLOCK_CHANGE, methods=("POST",))
def unblock(ref: str) -> ResponseReturnValue:
    """Take a block back; it can be set again at any time."""
    runtime = current()
    with runtime.write(AUDIENCE) as session:
        done = service.unblock(session, runtime.clock, current_actor(), [ref])
    flash(gettext("%(names)sのブロックをやめました。", names=_names(done)), "success")
    return _back(ref)


def _back(ref: str) -> ResponseReturnValue:
    """To the thread somebody came from, or to the list of blocks."""
    if request.form.get("from") == THREAD:
        return redirect(url_for("seeker.thread", ref=ref), 303)
    return redirect(url_for("seeker.blocks"), 303)


def _names(done: Iterable[Organisation]) -> str:
    return "".join(gettext("「%(name)s」", name=one.name) for one in done)
