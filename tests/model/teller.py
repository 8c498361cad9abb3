"""Does an act in the portal and in the model and compares what came of it; holds both, and short names for who acts."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine, invariant

from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import Refusal
from tests.model.agreement import require_agreement, require_step, same_refusals
from tests.model.model import Model, No, School, Sent
from tests.model.world import NUMBERS, Base, World, new_model
from tests.registrations import OPERATOR

CLERK = Actor(ActorKind.BUREAU, role="bureau_clerk", bureau_code="13")


@dataclass(frozen=True)
class Submission:
    """A send as a page submits it; strangers: how many tokens of nobody are among the recipients."""

    desk: str
    to: frozenset[int]
    strangers: int
    text: str
    key: str


class Teller(RuleBasedStateMachine):
    """One portal and its model, which agree after every step. ``base`` makes the portal."""

    def __init__(self, base: Base) -> None:
        super().__init__()
        self.world: World = base.fresh()
        self.model: Model = new_model()
        self.counter = self.steps = 0

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None:
                require_agreement(self.world, self.model)
        finally:
            self.world.close()

    def next(self, word: str) -> str:
        self.counter += 1
        return f"{word}{self.counter}"

    def both(
        self, done: Callable[[Any], Any], expected: Callable[[], Any], *, told: Callable[[Any], Any] = id
    ) -> Any:
        """Do one thing in both; the same result (as ``told`` puts it) or the same refusal. None after a refusal."""
        wanted: Any
        try:
            wanted = expected()
        except No as no:
            wanted = no
        got: Any
        try:
            with self.world.database.write() as session:
                got = done(session)
        except Refusal as refusal:
            got = refusal
        if isinstance(got, Refusal):
            assert isinstance(wanted, No), f"refused: {got.reason} {getattr(got, 'errors', '')}"
            same_refusals(self.world, got, wanted)
            return None
        assert not isinstance(wanted, No), f"not refused: {wanted.reason}"
        if told is not id:
            assert told(got) == wanted
        return got

    # What always holds

    @invariant()
    def portal_and_model_agree(self) -> None:
        require_step(self.world, self.model, self.steps)
        self.steps += 1

    def _no(self, reason: str) -> None:
        raise No(reason)

    def _office(self, who: int) -> tuple[Any, Any, str]:
        return self.world.clock, self.world.clerk, self.world.office_ids[who]

    def _seeker(self, who: int) -> tuple[Any, Any]:
        return self.world.clock, self.world.people[who].actor

    def _desk(self, desk: str) -> tuple[Any, Any]:
        return self.world.clock, self.world.desks[desk]

    def _unit(self, which: str) -> tuple[Any, Any, str]:
        return self.world.clock, OPERATOR, NUMBERS[which]

    def _bureau(self, which: str) -> tuple[Any, Any, str]:
        return self.world.clock, CLERK, self.world.ref(which)

    def _picked(self, pick: int) -> tuple[str, int]:
        """One of the threads."""
        threads = sorted(self.model.threads)
        return threads[pick % len(threads)]


def sent_counts(done: Any) -> Sent:
    return Sent(done.requested, done.sent, done.unreachable, done.elsewhere)


def ticked_range(chosen: frozenset[str]) -> dict[str, str]:
    return {f"range_{word}": "y" if word in chosen else "" for word in ("private", "municipal")}


def typed_school(school: School) -> dict[str, str]:
    if school.pupil:
        return {"school_status": "student", "school_kind": "high", "graduated_on": ""}
    if school.graduated:
        graduated = school.graduated.isoformat()
        return {"school_status": "graduated", "school_kind": "high", "graduated_on": graduated}
    return {"school_status": "none", "school_kind": "", "graduated_on": ""}
