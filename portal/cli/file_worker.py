"""The part of `portal worker` that carries files of registrations on and removes what is left of them."""

from collections.abc import Callable

from portal.cli.runtime import Console
from portal.domain.actor import Actor
from portal.services import registration_job, registration_run
from portal.services.registration_job import JobState

STEPS = 20
"""Chunks in one round: mail must not wait for a file of a hundred thousand lines."""

_ENDS = {
    JobState.CHECKED: "a file of registrations is checked",
    JobState.FINISHED: "a file of registrations is finished",
    JobState.FAILED: "a file of registrations failed",
}


class FileWorker:
    """One worker; keeps in mind what it knows of the file it is at. more: whether it stopped in the middle."""

    def __init__(self, console: Console, name: str) -> None:
        self._console = console
        self._worker = registration_run.Worker(name, console.settings.registration_months)
        self.more = False

    def work(self, actor: Actor, steps: int | None, ended: Callable[[], bool]) -> list[str]:
        """Some chunks (all that wait without a number); what there is to be told."""
        said = []
        done = 0
        self.more = True
        while self.more and not ended() and (steps is None or done < steps):
            with self._console.write() as session:
                job = self._worker.step(session, self._console.clock)
            self.more, done = job is not None, done + 1
            if job and job.state in _ENDS:
                said.append(
                    f"{_ENDS[job.state]}: {job.accepted} accepted, {job.known} known already, {job.refused} refused"
                )
        with self._console.write() as session:
            if gone := registration_job.forget(
                session, self._console.clock, actor, self._console.settings.file_days
            ):
                said.append(f"forgotten: {gone} files of registrations")
        return said
