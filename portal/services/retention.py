"""Retention (保存期間): what a look would find, what is announced, and the run that lets things go.

A run is many short transactions, each with its line in the audit trail and with the place from which the next one goes
on. Killed, it is carried on by whoever comes next; two never run at once. Nothing goes that was not announced for the
days of its rule, and nothing at all unless somebody switched it on.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import day_start, jst_day
from portal.domain.actor import Actor, ActorKind
from portal.domain.permission import Permission
from portal.domain.refusal import Conflict, Forbidden
from portal.domain.retention import Counts, Decision, Kind, Rule, Rules, Step, decide, read_rules
from portal.services.own import seeker_of
from portal.services.use_case import Trail, query, use_case
from portal.store import erasure, outbox, reach
from portal.store import retention as store
from portal.store.retention import CaseFacts, Run, ThreadFacts

DONE = "retention"
"""The name under which the last nightly run stands among the signs of life."""
TAKE_OVER_AFTER = timedelta(minutes=5)
"""A run without a sign of life for so long is carried on by the next worker."""
_FILE = "retention.toml"
_ORDER = tuple(Kind)
_CHUNK = {Kind.THREAD: 50, Kind.COMPLAINT: 20, Kind.IDENTITY: 10}


@dataclass(frozen=True)
class Progress:
    """How far a run is. ended: nothing is left to do; counts: what it did so far, by kind."""

    ended: bool
    counts: Mapping[Kind, Counts]


@dataclass(frozen=True)
class Announced:
    """What goes for a seeker and when. threads: how many threads lose their texts, the first on ``first``."""

    threads: int
    cases: int
    first: date | None
    identity: date | None


@functools.cache
def rules(folder: Path) -> Rules:
    """The list of this installation. Raises ValueError when it cannot be held to."""
    return read_rules((folder / _FILE).read_bytes())


def months(known: Rules, kind: str) -> int:
    """The months for which a kind is kept."""
    return known.of(kind).months


def is_due(session: Session, clock: Clock) -> bool:
    """Whether the last nightly run ended on an earlier Japanese day."""
    with query(session):
        last = outbox.last_beat(session, DONE)
    return last is None or jst_day(last) < jst_day(clock.now())


def note_done(session: Session, clock: Clock) -> None:
    """Tonight's run is over."""
    outbox.beat(session, DONE, clock.now())
    session.commit()


def busy(session: Session, clock: Clock, worker: str) -> bool:
    """Whether another worker is at a run at this very time."""
    with query(session):
        run = store.open_run(session)
    return run is not None and _at_work(run, worker, clock.now())


def look(session: Session, clock: Clock, actor: Actor, known: Rules) -> dict[Kind, Counts]:
    """What a run would do today, and nothing done. Raises Forbidden for anybody but operator and worker."""
    with use_case(session, clock, actor, "retention.look") as trail:
        _allowed(actor)
        found = {kind: _look(session, trail, kind, known.of(kind)) for kind in _ORDER}
        trail.fact(**{f"{kind}_{name}": n for kind, one in found.items() for name, n in asdict(one).items()})
        return found


def _look(session: Session, trail: Trail, kind: Kind, rule: Rule) -> Counts:
    counts, after = Counts(), 0
    while some := _candidates(session, kind, rule, trail.today, after):
        for each in _facts(session, kind, rule, [number for number, _ in some], trail.today):
            counts = counts.and_one(each.decision.step)
        after = some[-1][0]
    return counts


def step(
    session: Session, clock: Clock, actor: Actor, known: Rules, worker: str, *, by_hand: bool = False
) -> Progress:
    """One chunk of a run, begun if none is open. Raises Forbidden, Conflict "retention_runs": another one is at it."""
    with use_case(session, clock, actor, "retention.run") as trail:
        _allowed(actor)
        run = store.open_run(session, locked=True)
        if run is None:
            if not store.begin_run(session, worker, trail.now, _ORDER[0], by_hand=by_hand):
                raise Conflict("retention_runs")
            run = store.open_run(session, locked=True)
        if run is None or _at_work(run, worker, trail.now):
            raise Conflict("retention_runs")
        trail.subject("retention_run", run.id)
        kind = Kind(run.step)
        counts = {one: Counts(**run.counts.get(one, {})) for one in _ORDER}
        some = _candidates(session, kind, known.of(kind), trail.today, run.after_id)
        done = _chunk(session, trail, kind, known.of(kind), some)
        for one in done:
            counts[kind] = counts[kind].and_one(one)
        following, after = (kind, some[-1][0]) if some else (_after(kind), 0)
        noted = {one.value: asdict(count) for one, count in counts.items()}
        store.move_run(session, run.id, worker, trail.now, following or kind, after, noted)
        if following is None:
            store.end_run(session, run.id, trail.now)
        changed = Counts()
        for one in done:
            changed = changed.and_one(one)
        trail.fact(step=kind.value, **asdict(changed))
        if not changed.changes() and not changed.held and following is not None:
            trail.silent()
        return Progress(following is None, counts)


def _at_work(run: Run, worker: str, now: datetime) -> bool:
    return run.worker != worker and now - run.seen_at < TAKE_OVER_AFTER


def _after(kind: Kind) -> Kind | None:
    place = _ORDER.index(kind) + 1
    return _ORDER[place] if place < len(_ORDER) else None


@dataclass(frozen=True)
class _Subject:
    """One thing with what is to be done with it, and how. shown: the seeker knows of it and is told by mail too."""

    id: int
    seeker_id: int
    decision: Decision
    end: Callable[[Session, Trail], None]
    shown: bool = True


def _candidates(session: Session, kind: Kind, rule: Rule, on: date, after: int) -> list[tuple[int, int]]:
    last = rule.may_concern(on)
    before, limit = day_start(last + timedelta(days=1)), _CHUNK[kind]
    if kind is Kind.THREAD:
        return store.threads(session, after, before, limit)
    if kind is Kind.COMPLAINT:
        return store.cases(session, after, before, limit)
    return [
        (number, number) for number in erasure.people(session, after, before, last + timedelta(days=1), limit)
    ]


def _facts(session: Session, kind: Kind, rule: Rule, numbers: Sequence[int], on: date) -> list[_Subject]:
    if kind is Kind.THREAD:
        return [_thread(one, rule, on) for one in store.thread_facts(session, numbers)]
    if kind is Kind.COMPLAINT:
        return [_case(one, rule, on) for one in store.case_facts(session, numbers)]
    return [
        _Subject(one.id, one.id, decide(rule, one.over_since, one.told, on, held=one.held), _erase_of(one.id))
        for one in erasure.facts(session, numbers, on)
    ]


def _thread(one: ThreadFacts, rule: Rule, on: date) -> _Subject:
    if one.newest <= one.ended_upto:
        # At their end already; what is left is to take out what a case held.
        decision = Decision(Step.KEEP if one.erased else Step.HOLD if one.held else Step.END)
        return _Subject(
            one.id, one.seeker_id, decision, lambda s, trail: store.erase_texts(s, one, trail.now)
        )
    decision = decide(rule, jst_day(one.last_at), one.told, on)
    return _Subject(one.id, one.seeker_id, decision, lambda s, trail: store.end_texts(s, one, trail.now))


def _case(one: CaseFacts, rule: Rule, on: date) -> _Subject:
    over = None if one.over_at is None else jst_day(one.over_at)
    decision = decide(rule, over, one.told, on)
    return _Subject(
        one.id, one.seeker_id, decision, lambda s, trail: store.retire_case(s, one.id, trail.now), one.shown
    )


def _erase_of(seeker_id: int) -> Callable[[Session, Trail], None]:
    def erase(session: Session, trail: Trail) -> None:
        erasure.erase(session, seeker_id, trail.now)

    return erase


def _chunk(session: Session, trail: Trail, kind: Kind, rule: Rule, some: list[tuple[int, int]]) -> list[Step]:
    """Decide and act on some things; with the profiles locked, because whoever writes or restarts locks them first."""
    if not some:
        return []
    reach.lock_profile(session, sorted({seeker_id for _, seeker_id in some}))
    done, tell = [], set()
    for each in _facts(session, kind, rule, [number for number, _ in some], trail.today):
        match each.decision:
            case Decision(Step.TELL, date() as goes_on):
                store.tell(session, kind, each.id, each.seeker_id, goes_on, trail.now)
                if each.shown:
                    tell.add(each.seeker_id)
            case Decision(Step.TAKE_BACK):
                store.forget_notice(session, kind, each.id)
            case Decision(Step.END):
                each.end(session, trail)
                store.forget_notice(session, kind, each.id)
        done.append(each.decision.step)
    if tell:
        outbox.add(session, store.accounts_of(tell), trail.now, outbox.ANNOUNCEMENT)
    return done


def _allowed(actor: Actor) -> None:
    if actor.kind not in (ActorKind.OPERATOR, ActorKind.WORKER):
        raise Forbidden


def announced(session: Session, clock: Clock, actor: Actor) -> Announced:
    """What is announced to the seeker who asks."""
    with query(session):
        found = store.announced(session, seeker_of(actor, Permission.SEEKER_HOME_READ), jst_day(clock.now()))
    days = [day for kind, _, day in found if kind != Kind.IDENTITY]
    identity = [day for kind, _, day in found if kind == Kind.IDENTITY]
    return Announced(
        threads=sum(1 for kind, _, _ in found if kind == Kind.THREAD),
        cases=sum(1 for kind, _, _ in found if kind == Kind.COMPLAINT),
        first=min(days, default=None),
        identity=min(identity, default=None),
    )


def last_run(session: Session) -> tuple[datetime, datetime | None, Mapping[Kind, Counts]] | None:
    """When the last run began and ended (None: it is open), and what it did."""
    with query(session):
        for run, ended_at in store.last_runs(session, 1):
            counts = {Kind(kind): Counts(**one) for kind, one in run.counts.items()}
            return run.started_at, ended_at, counts
    return None
