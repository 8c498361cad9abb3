"""Files of registrations: handing one in, looking at it, letting it register, cancelling, and the lines to correct.

A file is looked through when it is handed in, then checked line by line (a dry run) or registered by a worker
(portal.services.registration_run); every step is kept in the database, so that it goes on after a kill. The file and
its refused lines are sealed there, and removed when they are no longer needed.
"""

import base64
import binascii
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import BinaryIO

from sqlalchemy import RowMapping
from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.domain.actor import Actor, ActorKind
from portal.domain.permission import Permission
from portal.domain.refusal import NotFound, Refusal
from portal.domain.registration_file import REMARKS, Layout, Limits, RefusedLine, fields_of, look
from portal.services import scope, seeker
from portal.services.use_case import query, use_case
from portal.store import account as accounts
from portal.store import registration_job as store

PAGE = 20
MOST_OPEN = 5
"""Files of one office that have not ended: our guard against filling the database."""


class JobState(StrEnum):
    """How far a file is. CHECKED waits for somebody who says `begin` or `cancel`; the last three are ends."""

    WAITING = "waiting"
    CHECKING = "checking"
    CHECKED = "checked"
    REGISTERING = "registering"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True)
class Job:
    """One file. wanted: "check" or "register", what is done or was done last; the counts are of that.

    done = accepted + known + refused, of `lines` in all. accepted: registered, or in a check would be. known: this
    office has the number already; nothing was compared or changed. held: texts that wait for the office. at: the
    last step. ended_at: when it came to an end. emptied: file and refused lines have been removed. reason: why it
    failed.
    """

    public_id: str
    office_code: str
    state: JobState
    wanted: str
    titles: tuple[str, ...]
    bytes: int
    lines: int
    done: int
    accepted: int
    known: int
    refused: int
    held: int
    created_at: datetime
    at: datetime
    reason: str | None
    emptied: bool
    ended_at: datetime | None = None
    sender: str = ""

    @property
    def open(self) -> bool:
        """Whether a worker has something to do, or is at it."""
        return self.state in (JobState.WAITING, JobState.CHECKING, JobState.REGISTERING)

    @property
    def ended(self) -> bool:
        """Whether nothing can come after this by itself."""
        return self.state in (JobState.FINISHED, JobState.CANCELLED, JobState.FAILED)

    @property
    def expired(self) -> bool:
        """Whether nobody cancelled it: it was checked, and nobody said in time that it should be registered."""
        # Whoever cancels leaves the moment of that as the last step; `forget` leaves none.
        return self.state is JobState.CANCELLED and self.ended_at is not None and self.at < self.ended_at

    def kept_until(self, days: int) -> datetime | None:
        """Until when at least the file or its refused lines are kept; None while a worker has it or nothing is kept."""
        if (
            self.emptied
            or self.open
            or (not self.refused and self.state in (JobState.FINISHED, JobState.CANCELLED))
        ):
            return None
        return (self.ended_at or self.at) + timedelta(days=days)

    @property
    def percent(self) -> int:
        """How much of the present work is done, 0 to 100."""
        return 100 * self.done // self.lines


@dataclass(frozen=True)
class Jobs:
    """One page of the list. after: the cursor of the next page, None at the end."""

    jobs: tuple[Job, ...]
    after: str | None


@dataclass(frozen=True)
class RefusedLines:
    """Some lines to correct. after: the line to go on behind, None at the end."""

    titles: tuple[str, ...]
    lines: tuple[RefusedLine, ...]
    after: int | None


def portions(file: BinaryIO) -> Iterator[bytes]:
    """The bytes of a file from its beginning, in portions."""
    file.seek(0)
    while portion := file.read(store.PIECE):
        yield portion


def add(
    session: Session, clock: Clock, actor: Actor, file: BinaryIO, limits: Limits, *, register: bool = False
) -> Job:
    """Hand in a file: it is looked through as a whole, sealed and stored, and waits for a worker to check it.

    ``file`` can be read again from its beginning (seek). ``register``: without a check before. Raises
    portal.domain.registration_file.BadFile with everything wrong with the file or its head (nothing was stored),
    Forbidden, Invalid (office: "unknown"), Refusal "too_many_files".
    """
    with query(session):
        seeker.registering_office(session, actor)
    layout = look(lambda: portions(file), limits)
    with use_case(session, clock, actor, "registration_job.add") as trail:
        office = seeker.registering_office(session, actor)
        if store.unsettled(session, office) >= MOST_OPEN:
            raise Refusal("too_many_files", most=MOST_OPEN)
        public_id = os.urandom(16)
        number = store.add(
            session,
            {
                "public_id": public_id,
                "office_code": office,
                "actor_kind": actor.kind,
                "account_id": actor.account_id,
                "state": JobState.WAITING,
                "wanted": "register" if register else "check",
                "created_at": trail.now,
                "changed_at": trail.now,
                **_columns(layout),
            },
            portions(file),
        )
        trail.subject("registration_job", number)
        trail.fact(lines=layout.lines, bytes=layout.bytes, register=register)
        row = store.find(session, public_id, office)
        assert row is not None  # noqa: S101 -- narrows the type; it was inserted just now
        return shown(row)


def _columns(layout: Layout) -> dict[str, object]:
    return {
        "encoding": layout.encoding,
        "head": json.dumps(layout.titles, ensure_ascii=False),
        "bytes": layout.bytes,
        "lines": layout.lines,
        "body_at": layout.body_at,
        "body_line": layout.body_line,
        "next_at": layout.body_at,
        "next_line": layout.body_line,
    }


def shown(row: RowMapping) -> Job:
    """A row as others may see it."""
    return Job(
        public_id=scope.public_id(row["public_id"]),
        office_code=row["office_code"],
        state=JobState(row["state"]),
        wanted=row["wanted"],
        titles=titles_of(row),
        bytes=row["bytes"],
        lines=row["lines"],
        done=row["done"],
        accepted=row["accepted"],
        known=row["known"],
        refused=row["refused"],
        held=row["held"],
        created_at=row["created_at"],
        at=row["changed_at"],
        reason=row["reason"],
        emptied=row["emptied_at"] is not None,
        ended_at=row["settled_at"],
    )


# Looking


def job(session: Session, actor: Actor, public_id: str) -> Job:
    """One file of the actor's office. Raises NotFound, Forbidden."""
    with query(session):
        return _named(session, [find(session, actor, public_id)])[0]


def _named(session: Session, rows: Sequence[RowMapping]) -> tuple[Job, ...]:
    """With the display names of those who handed them in; "" for an operator on the command line."""
    names = accounts.display_names(session, {row["account_id"] for row in rows if row["account_id"]})
    return tuple(replace(shown(row), sender=names.get(row["account_id"], "")) for row in rows)


def jobs(session: Session, actor: Actor, *, after: str | None = None, limit: int = PAGE) -> Jobs:
    """The files of the actor's office, newest first; an operator without an office sees those of all.

    Raises Forbidden, and NotFound for a cursor of nobody.
    """
    with query(session):
        office = _office(actor)
        before = find(session, actor, after)["id"] if after else None
        rows = store.newest(session, office, before, limit + 1)
        listed = _named(session, rows[:limit])
        return Jobs(listed, listed[-1].public_id if len(rows) > limit else None)


def refused(
    session: Session, actor: Actor, public_id: str, *, after: int = 0, limit: int = 50
) -> RefusedLines:
    """The lines to correct, in the order of the file, with all their cells. Raises NotFound, Forbidden.

    titles: the columns of the file without those of portal.domain.registration_file.REMARKS; the cells fit them.
    """
    with query(session):
        row = find(session, actor, public_id)
        lines = store.refused(session, row["id"], after, limit + 1)
        return RefusedLines(
            own_titles(row), lines[:limit], lines[limit - 1].number if len(lines) > limit else None
        )


def open_refused(session: Session, clock: Clock, actor: Actor, public_id: str) -> tuple[str, ...]:
    """The columns of the list of refused lines, which is about to be handed out with all that stands in it.

    Leaves an audit line, as every reading of identities does. Raises NotFound, Forbidden, and Refusal
    "refused_lines_gone" when they were removed after their time: an empty list would say that nothing was refused.
    """
    with use_case(session, clock, actor, "registration_job.refused.read") as trail:
        row = find(session, actor, public_id)
        trail.subject("registration_job", row["id"])
        if row["refused"] and row["emptied_at"] is not None:
            raise Refusal("refused_lines_gone")
        trail.fact(lines=row["refused"])
        return own_titles(row)


def own_titles(row: RowMapping) -> tuple[str, ...]:
    """The columns of a file without the remarks that an earlier list of refused lines has in front."""
    titles = titles_of(row)
    pairs = zip(titles, fields_of(titles), strict=True)
    return tuple(title for title, field in pairs if field not in REMARKS)


def titles_of(row: RowMapping) -> tuple[str, ...]:
    """The head of a file as it was written."""
    return tuple(json.loads(row["head"]))


def registered(
    session: Session, actor: Actor, public_id: str, *, after: int = 0, limit: int = 500
) -> tuple[tuple[int, str], ...]:
    """Whom the lines of a file became: line, and the office's address of the seeker; in the order of the file.

    Raises NotFound, Forbidden.
    """
    with query(session):
        row = find(session, actor, public_id)
        found = store.registered(session, row["id"], after, limit)
        return tuple((line["line"], scope.public_id(line["office_id"])) for line in found)


def _office(actor: Actor) -> str | None:
    """The office whose files the actor reaches; None: an operator reaches those of all. Raises Forbidden."""
    if actor.kind is ActorKind.OPERATOR and actor.office_code is None:
        return None
    return scope.office_of(actor, Permission.OFFICE_SEEKER_REGISTER)


def find(session: Session, actor: Actor, public_id: str) -> RowMapping:
    """The row of one file the actor reaches, for other services. Raises NotFound, Forbidden."""
    office = _office(actor)
    found = store.find(session, read_id(public_id), office)
    if found is None:
        raise NotFound
    return found


def read_id(public_id: str) -> bytes:
    """What stands in an address, as it is stored. Raises NotFound."""
    try:
        number = base64.b64decode(public_id + "==", altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise NotFound from None
    if scope.public_id(number) != public_id:
        raise NotFound
    return number


def all_refused(session: Session, actor: Actor, public_id: str) -> Iterable[RefusedLine]:
    """Every line to correct, read some hundred at a time. Raises NotFound, Forbidden at the first one."""
    after: int | None = 0
    while after is not None:
        some = refused(session, actor, public_id, after=after, limit=500)
        yield from some.lines
        after = some.after
