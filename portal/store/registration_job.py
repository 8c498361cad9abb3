"""Files of registrations on their way in: the file in sealed pieces, the position of the work, the refused lines.

Nothing of a file is kept in clear: pieces and refused lines are sealed under the job they belong to.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from portal.domain.registration_file import RefusedLine
from portal.store.bulk import insert_all
from portal.store.keyring import keyring
from portal.store.tables import registration_job as job
from portal.store.tables import registration_origin as origin
from portal.store.tables import registration_piece as piece
from portal.store.tables import registration_refusal as refusal
from portal.store.tables import seeker, seeker_erasure

PIECE = 262_144
"""Bytes of the file in one row."""

WORKING = ("waiting", "checking", "registering")
"""States in which a worker has something to do."""


def add(session: Session, values: dict[str, Any], read: Iterable[bytes]) -> int:
    """Insert a job and its file, which comes in portions of any size."""
    number = int(session.execute(insert(job).values(**values).returning(job.c.id)).scalar_one())
    keys = keyring(session)
    for place, data in enumerate(_even(read)):
        sealed = keys.seal_bytes("registration_piece.data", f"{number}:{place}", data)
        session.execute(insert(piece), {"job_id": number, "number": place, "data_sealed": sealed})
    return number


def _even(read: Iterable[bytes]) -> Iterator[bytes]:
    waiting = b""
    for portion in read:
        waiting += portion
        while len(waiting) >= PIECE:
            yield waiting[:PIECE]
            waiting = waiting[PIECE:]
    if waiting:
        yield waiting


def file_from(session: Session, number: int, at: int) -> Iterator[bytes]:
    """The bytes of the file from a place on, piece by piece as they are asked for."""
    place, skip = divmod(at, PIECE)
    while True:
        sealed = session.scalar(
            select(piece.c.data_sealed).where(piece.c.job_id == number, piece.c.number == place)
        )
        if sealed is None:
            return
        yield keyring(session).open_bytes("registration_piece.data", f"{number}:{place}", sealed)[skip:]
        place, skip = place + 1, 0


def remove_file(session: Session, number: int) -> None:
    """Forget the file of a job."""
    session.execute(delete(piece).where(piece.c.job_id == number))


def remove_refused(session: Session, number: int) -> None:
    """Forget the refused lines of a job."""
    session.execute(delete(refusal).where(refusal.c.job_id == number))


# Finding


def find(session: Session, public_id: bytes, office_code: str | None) -> RowMapping | None:
    """One job of this office (of any when it is None), by what its pages show in addresses."""
    statement = select(job).where(job.c.public_id == public_id)
    if office_code is not None:
        statement = statement.where(job.c.office_code == office_code)
    return session.execute(statement).mappings().first()


def newest(session: Session, office_code: str | None, before: int | None, limit: int) -> Sequence[RowMapping]:
    """The jobs of an office (of every office when it is None), newest first."""
    statement = select(job).order_by(job.c.id.desc()).limit(limit)
    if office_code is not None:
        statement = statement.where(job.c.office_code == office_code)
    if before is not None:
        statement = statement.where(job.c.id < before)
    return session.execute(statement).mappings().all()


def unsettled(session: Session, office_code: str) -> int:
    """How many jobs of an office have not ended."""
    statement = (
        select(func.count())
        .select_from(job)
        .where(job.c.office_code == office_code, job.c.settled_at.is_(None))
    )
    return int(session.scalar(statement) or 0)


# Working


def claim(
    session: Session, worker: str, now: datetime, dead_before: datetime, public_id: bytes | None
) -> int | None:
    """Take the oldest job that waits and that no other living worker holds, or the one asked for."""
    free = or_(job.c.claimed_by.is_(None), job.c.claimed_by == worker, job.c.claimed_at < dead_before)
    waiting = select(job.c.id).where(job.c.state.in_(WORKING), free)
    waiting = waiting.where(job.c.public_id == public_id) if public_id else waiting.order_by(job.c.id)
    oldest = waiting.limit(1).with_for_update(skip_locked=True).scalar_subquery()
    # The condition stands twice: whoever waited for the lock must find it still true.
    return session.execute(
        update(job)
        .where(job.c.id == oldest, job.c.state.in_(WORKING), free)
        .values(claimed_by=worker, claimed_at=now)
        .returning(job.c.id)
    ).scalar_one_or_none()


def hold(session: Session, number: int, worker: str) -> RowMapping | None:
    """Lock the job for one transaction; None when it is no longer this worker's."""
    own = (job.c.id == number, job.c.claimed_by == worker, job.c.state.in_(WORKING))
    return session.execute(select(job).where(*own).with_for_update()).mappings().first()


def by_number(session: Session, number: int) -> RowMapping:
    """The row of a job that is known to exist."""
    return session.execute(select(job).where(job.c.id == number)).mappings().one()


def change(session: Session, number: int, **values: Any) -> None:
    """Overwrite columns; whoever calls holds the row."""
    session.execute(update(job).where(job.c.id == number).values(**values))


def change_from(session: Session, number: int, states: Iterable[str], **values: Any) -> bool:
    """Overwrite columns if the job is in one of these states; whether it was."""
    done = session.execute(
        update(job)
        .where(job.c.id == number, job.c.state.in_(tuple(states)))
        .values(**values)
        .returning(job.c.id)
    )
    return done.first() is not None


def due_to_be_emptied(session: Session, before: datetime) -> Sequence[RowMapping]:
    """Jobs that ended, or have waited for a person, since before this moment and still hold lines."""
    old = or_(job.c.settled_at < before, (job.c.state == "checked") & (job.c.changed_at < before))
    statement = select(job).where(job.c.emptied_at.is_(None), old).order_by(job.c.id).limit(20)
    return session.execute(statement.with_for_update(skip_locked=True)).mappings().all()


# Lines


def put_refused(session: Session, number: int, lines: Iterable[RefusedLine]) -> None:
    """Keep lines to be corrected."""
    keys = keyring(session)
    values = [
        {
            "job_id": number,
            "line": line.number,
            "detail_sealed": keys.seal("registration_refusal.detail", f"{number}:{line.number}", line.told()),
        }
        for line in lines
    ]
    insert_all(session, refusal, values)


def refused(session: Session, number: int, after: int, limit: int) -> tuple[RefusedLine, ...]:
    """The refused lines behind a line, in the order of the file."""
    found = session.execute(
        select(refusal.c.line, refusal.c.detail_sealed)
        .where(refusal.c.job_id == number, refusal.c.line > after)
        .order_by(refusal.c.line)
        .limit(limit)
    )
    keys = keyring(session)
    return tuple(
        RefusedLine.of(line, keys.open("registration_refusal.detail", f"{number}:{line}", sealed))
        for line, sealed in found
    )


def put_origins(session: Session, number: int, lines: Iterable[tuple[int, int]]) -> None:
    """Keep which line became which seeker."""
    values = [{"job_id": number, "line": line, "seeker_id": seeker_id} for line, seeker_id in lines]
    insert_all(session, origin, values)


def registered(session: Session, number: int, after: int, limit: int) -> Sequence[RowMapping]:
    """Whom the lines behind a line became (line, office_id), in the order of the file."""
    return (
        session.execute(
            select(origin.c.line, seeker.c.office_id)
            .join(seeker, seeker.c.id == origin.c.seeker_id)
            .where(
                origin.c.job_id == number,
                origin.c.line > after,
                ~exists().where(seeker_erasure.c.seeker_id == origin.c.seeker_id),
            )
            .order_by(origin.c.line)
            .limit(limit)
        )
        .mappings()
        .all()
    )
