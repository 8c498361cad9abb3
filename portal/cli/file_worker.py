"""The part of `portal worker` that carries files of registrations on and removes what is left of them."""

from collections.abc import Callable

from portal.cli.runtime import Console
from portal.domain.actor import Actor
from portal.services import registration_decision, registration_run
from portal.services.registration_job import JobState

STEPS = 20
"""Chunks in one round: mail must not wait for a file of a hundred thousand lines."""

_ENDS = (JobState.CHECKED, JobState.FINISHED, JobState.FAILED)


class FileWorker:
    """One worker; keeps in mind what it knows of the file it is at. more: whether it stopped in the middle."""

    def __init__(self, console: Console, name: str) -> None:
        self._console = console
        self._worker = registration_run.Worker(
            name, console.settings.registration_months, demo=console.settings.demo
        )
        self.more = False

    def work(self, actor: Actor, steps: int | None, ended: Callable[[], bool]) -> list[str]:
        """Some chunks (all that wait without a number); what there is to be told."""
        said: list[str] = []
        clock, settings, done = self._console.clock, self._console.settings, 0
        while not ended() and (steps is None or done < steps):
            # Before the work: a step that raises leaves the file to a later round, after a pause.
            self.more = False
            with self._console.write() as session:
                job = self._worker.step(session, clock)
            if job is None:
                break
            self.more, done = True, done + 1
            if job.state in _ENDS:
                counts = f"{job.accepted} accepted, {job.known} known already, {job.refused} refused"
                said.append(f"file of registrations {job.state}: {counts}")
        with self._console.write() as session:
            if gone := registration_decision.forget(session, clock, actor, settings.file_days):
                said.append(f"forgotten: {gone} files of registrations")
        return said
