"""What somebody decides about a handed-in file of registrations: to register, to stop, to go on, to remove the rest."""

from datetime import timedelta

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.domain.actor import Actor
from portal.domain.refusal import Conflict
from portal.services.registration_job import JobState, find
from portal.services.use_case import use_case
from portal.store import registration_job as store


def begin(session: Session, clock: Clock, actor: Actor, public_id: str) -> None:
    """Let a checked file register. The counts begin anew. Raises Conflict when it does not wait for this, NotFound."""
    with use_case(session, clock, actor, "registration_job.begin") as trail:
        row = find(session, actor, public_id)
        trail.subject("registration_job", row["id"])
        trail.fact(accepted=row["accepted"], known=row["known"], refused=row["refused"])
        again = {"next_at": row["body_at"], "next_line": row["body_line"]}
        again |= dict.fromkeys(("done", "accepted", "known", "refused", "held"), 0)
        changed = store.change_from(
            session,
            row["id"],
            [JobState.CHECKED],
            state=JobState.WAITING,
            wanted="register",
            changed_at=trail.now,
            **again,
        )
        if not changed:
            raise Conflict
        store.remove_refused(session, row["id"])


def cancel(session: Session, clock: Clock, actor: Actor, public_id: str) -> None:
    """Stop after the lines that are being worked on. What was registered stays; the file is removed at once.

    Raises Conflict when it has ended already, NotFound.
    """
    with use_case(session, clock, actor, "registration_job.cancel") as trail:
        row = find(session, actor, public_id)
        trail.subject("registration_job", row["id"])
        changed = store.change_from(
            session,
            row["id"],
            [state for state in JobState if state not in ("finished", "cancelled")],
            state=JobState.CANCELLED,
            reason=None,
            claimed_by=None,
            claimed_at=None,
            changed_at=trail.now,
            settled_at=trail.now,
        )
        if not changed:
            raise Conflict
        store.remove_file(session, row["id"])


def resume(session: Session, clock: Clock, actor: Actor, public_id: str) -> None:
    """Let a failed file go on where it stood, once the cause is gone. Raises Conflict, NotFound."""
    with use_case(session, clock, actor, "registration_job.resume") as trail:
        row = find(session, actor, public_id)
        trail.subject("registration_job", row["id"])
        changed = row["emptied_at"] is None and store.change_from(
            session,
            row["id"],
            [JobState.FAILED],
            state=JobState.WAITING,
            reason=None,
            failures=0,
            settled_at=None,
            changed_at=trail.now,
        )
        if not changed:
            raise Conflict


def discard(session: Session, clock: Clock, actor: Actor, public_id: str) -> None:
    """Remove a file that was only to be checked, with its refused lines, at once. Raises Conflict, NotFound."""
    cancel(session, clock, actor, public_id)
    with use_case(session, clock, actor, "registration_job.forget") as trail:
        row = find(session, actor, public_id)
        trail.subject("registration_job", row["id"])
        store.remove_refused(session, row["id"])
        store.change(session, row["id"], emptied_at=trail.now)


def forget(session: Session, clock: Clock, actor: Actor, days: int) -> int:
    """Remove what is left of files that ended some days ago; one that nobody let register is cancelled. How many.

    ``days``: our decision, kept in the settings.
    """
    with use_case(session, clock, actor, "registration_job.forget") as trail:
        rows = store.due_to_be_emptied(session, trail.now - timedelta(days=days))
        for row in rows:
            if row["state"] == JobState.CHECKED:
                store.change(session, row["id"], state=JobState.CANCELLED, settled_at=trail.now)
            store.remove_file(session, row["id"])
            store.remove_refused(session, row["id"])
            store.change(session, row["id"], emptied_at=trail.now)
        trail.fact(files=len(rows))
        if not rows:
            trail.silent()
        return len(rows)
