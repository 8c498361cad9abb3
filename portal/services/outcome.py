"""What came of a thread: 利用希望 -> 求職受理 -> 紹介 -> 就職, kept by the unit for itself and for its report (R8)."""

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.domain.actor import Actor, ActorKind
from portal.domain.entry import Typed, choice
from portal.domain.outcome import Outcome, step
from portal.domain.seeker import read_day
from portal.services.acting import require_acting
from portal.services.paid_explanation import read_explaining, record_explained
from portal.services.thread import OutcomeView, outcome_view, visible_thread
from portal.services.use_case import use_case
from portal.store import message
from portal.store import thread as store


def record(session: Session, clock: Clock, actor: Actor, token: str, typed: Typed) -> OutcomeView:
    """Record the next step of a thread this member sees: fields outcome and happened_on (the day it happened).

    With 求職受理 also what was explained of paid services that come with placement (seed 004 P-Q8), fields paid,
    explained_on and way: `portal.services.paid_explanation.read_explaining`, which says what Invalid it raises.

    Also after the seeker can no longer be reached: who found work often stops using the service. Raises Invalid
    (outcome: "missing", "unknown_code"; happened_on), NotFound, Forbidden "outcome_of_other_side", and a Refusal
    "outcome_not_next", "outcome_before_previous" or "outcome_in_future".
    """
    wanted = Outcome(choice(typed, "outcome", [outcome.value for outcome in Outcome], needed=True))
    happened_on = read_day(typed, "happened_on")
    with use_case(session, clock, actor, "outcome.record") as trail:
        unit = require_acting(session, actor, trail.today)
        row = visible_thread(session, unit, token)
        trail.subject("thread", row.id)
        store.lock(session, row.id)
        trail.take_moment(clock)
        row = visible_thread(session, unit, token)
        steps = message.outcomes(session, row.id)
        previous = steps[-1].on_day if steps else None
        taken = step(Outcome(row.outcome), previous, wanted, happened_on, ActorKind.MEMBER, trail.today)
        explained = read_explaining(session, unit, typed, taken.outcome, taken.happened_on, trail.today)
        store.change(session, row.id, outcome=taken.outcome.value)
        event_id = message.add_outcome(
            session,
            thread_id=row.id,
            unit_id=row.unit_id,
            outcome=taken.outcome.value,
            on_day=taken.happened_on,
            at=trail.now,
            membership_id=unit.membership_id,
        )
        record_explained(session, trail, unit, row, explained, event_id)
        trail.fact(outcome=taken.outcome.value, on=taken.happened_on)
        return outcome_view(session, visible_thread(session, unit, token))
