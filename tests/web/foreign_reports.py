"""Addresses of a report with another's message, and with one that was never given out, in their place."""

from collections.abc import Iterator

from sqlalchemy import select

from portal.services import inbox, message_report, public_id
from portal.services.message_hint import ref_of
from portal.store.keyring import keyring
from portal.store.tables import message, thread
from portal.store.tables import message_report as reports
from tests.build import BuiltSeeker, build_member, build_seeker
from tests.services.relay_world import send
from tests.web.foreign_town import Case, Town

RULE = "/seeker/inbox/<ref>/report/<message>"
UNKNOWN = (public_id.shown(b"never given out!"), "A" * 22)
FORM = {"kind": "other", "note": "架空の通報です。"}


def _messages(town: Town, *, own: bool) -> list[str]:
    """What the agency wrote to the seeker, or to others, as addresses name it."""
    mine = thread.c.seeker_id == town.own.id
    found = (
        select(message.c.id)
        .join(thread, thread.c.id == message.c.thread_id)
        .where(message.c.direction == "unit", mine if own else ~mine)
    )
    with town.database.read() as session:
        return [ref_of(keyring(session), number) for number in session.scalars(found)]


def cases(town: Town, method: str) -> list[Case]:
    """Another's message in the own thread, and the own message in another's."""
    data = town.data("seeker", **FORM) if method == "POST" else None
    agency, city = public_id.shown(town.agency.public_id), public_id.shown(town.city.public_id)
    (mine, *_), (theirs, *_) = _messages(town, own=True), _messages(town, own=False)
    return [
        Case("seeker", f"/seeker/inbox/{agency}/report/{{}}", (theirs,), UNKNOWN, data=data),
        Case("seeker", f"/seeker/inbox/{{}}/report/{mine}", (city,), UNKNOWN, data=data),
    ]


def ids_elsewhere(town: Town) -> Iterator[Case]:
    """Where a page of the list begins, with a report of another desk."""
    officer = build_member(town.database, town.far, role="officer")
    stranger: BuiltSeeker = build_seeker(town.database, with_account=True, office_code="98765")
    send(town.database, town.clock, town.far, officer, [stranger])
    ref = public_id.shown(town.far.public_id)
    with town.database.read() as session:
        (entry, *_) = inbox.thread(session, town.clock, stranger.actor, ref).entries
    assert entry.hint is not None
    with town.database.write() as session:
        message_report.report(session, town.clock, stranger.actor, ref, entry.hint.ref, "other", "")
    with town.database.read() as session:
        number = session.execute(select(reports.c.public_id).order_by(reports.c.id.desc())).scalars().first()
    assert number is not None
    foreign = (public_id.shown(number),)
    yield Case("bureau", "/bureau/reports?before={}", foreign, UNKNOWN)
    yield Case("clerk", "/office/reports?before={}", foreign, UNKNOWN)
