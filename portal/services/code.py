"""Loading code tables, and giving their rows to everybody else."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor
from portal.domain.code import BadTable, Code, Fault, Table, checksum, facts_of, read_rows
from portal.domain.code_change import Difference, compare
from portal.services.use_case import query, use_case
from portal.store import code as store


@dataclass(frozen=True)
class TableFile:
    """One file to load. ``shipped``: it comes from the portal's own folder, not from the operator's hand."""

    table: Table
    data: bytes = field(repr=False)
    shipped: bool = True


@dataclass(frozen=True)
class Outcome:
    """What loading a file did, or in a dry run would do.

    outcome: "loaded", "unchanged", "kept" (a shipped file, and the database holds a table verified on a later
    day) or "demo_only" (invented rows, and this is not a demo).
    """

    kind: str
    outcome: str
    rows: int
    difference: Difference = field(default_factory=Difference)


@dataclass(frozen=True)
class _Plan:
    table: Table
    outcome: Outcome
    checksum: str = ""


def load_tables(
    session: Session, clock: Clock, actor: Actor, files: Iterable[TableFile], *, dry_run: bool = False
) -> tuple[Outcome, ...]:
    """Load files in the order given (parents first); all or nothing. A dry run only looks.

    Raises BadTable with every fault of every file, rows that may not change included; nothing was stored.
    """
    if dry_run:
        with query(session):
            return tuple(plan.outcome for plan in _plan(session, clock, files))
    with use_case(session, clock, actor, "table.load") as trail:
        plans = _plan(session, clock, files)
        written = [plan for plan in plans if plan.outcome.outcome == "loaded"]
        for plan in written:
            difference = plan.outcome.difference
            store.put_table(session, plan.table, plan.checksum, trail.now)
            store.add(session, difference.added)
            store.change(session, [after for _, after in (*difference.changed, *difference.ended)])
            store.change(session, difference.moved)
        trail.fact(tables=",".join(plan.table.kind for plan in written))
        trail.fact(
            added=sum(len(plan.outcome.difference.added) for plan in written),
            changed=sum(len(plan.outcome.difference.changed) for plan in written),
            ended=sum(len(plan.outcome.difference.ended) for plan in written),
        )
        if not written:
            trail.silent()
        return tuple(plan.outcome for plan in plans)


def _plan(session: Session, clock: Clock, files: Iterable[TableFile]) -> list[_Plan]:
    today = jst_day(clock.now())
    loaded = store.loaded(session)
    demo = store.is_demo(session)
    known: dict[str, frozenset[str] | None] = {}
    plans: list[_Plan] = []
    faults: list[Fault] = []
    for file in files:
        try:
            plan, codes = _plan_one(session, file, today, loaded.get(file.table.kind), known, demo=demo)
        except BadTable as bad:
            faults += bad.faults
            # What refers to a table that is itself faulty is not blamed for it.
            known[file.table.kind] = None
        else:
            plans.append(plan)
            known[file.table.kind] = codes
    if faults:
        raise BadTable(faults)
    return plans


def _plan_one(
    session: Session,
    file: TableFile,
    today: date,
    loaded: store.Loaded | None,
    known: Mapping[str, frozenset[str] | None],
    *,
    demo: bool,
) -> tuple[_Plan, frozenset[str]]:
    table = file.table
    before = store.rows(session, table.kind) if loaded else ()
    standing = frozenset(row.code for row in before)
    if table.fictional and file.shipped and not demo:
        return _Plan(table, Outcome(table.kind, "demo_only", len(before))), standing
    rows = read_rows(table, file.data, _parents(session, table, known))
    if not demo and any(row.confidence == "fictional" for row in rows):
        raise BadTable([Fault(table.kind, 0, "confidence", "fictional_here")])
    new_checksum = checksum(rows)
    if loaded and loaded.checksum == new_checksum and loaded.described_as(table):
        return _Plan(table, Outcome(table.kind, "unchanged", len(rows))), standing
    if file.shipped and loaded and _verified_later(loaded, table):
        return _Plan(table, Outcome(table.kind, "kept", len(before))), standing
    difference = compare(before, rows, today)
    if difference.refused:
        raise BadTable(Fault(table.kind, 0, "code", row.reason, row.code) for row in difference.refused)
    outcome = Outcome(table.kind, "loaded", len(rows), difference)
    return _Plan(table, outcome, new_checksum), frozenset(row.code for row in rows)


def _verified_later(loaded: store.Loaded, table: Table) -> bool:
    return loaded.verified_on is not None and (
        table.verified_on is None or loaded.verified_on > table.verified_on
    )


def _parents(
    session: Session, table: Table, known: Mapping[str, frozenset[str] | None]
) -> frozenset[str] | None:
    if table.parent is None:
        return None
    if table.parent in known:
        return known[table.parent]
    return frozenset(row.code for row in store.rows(session, table.parent))


# Reading


@dataclass(frozen=True)
class Choice:
    """One code as pages and papers need it. ``name_en`` may be empty (municipalities)."""

    code: str
    name_ja: str
    name_en: str
    kana: str
    parent: str | None
    confidence: str
    facts: Mapping[str, str]

    def name(self, language: str = "ja") -> str:
        """The name in the reader's language, Japanese where there is no other."""
        return self.name_en if language == "en" and self.name_en else self.name_ja


@dataclass(frozen=True)
class _Snapshot:
    checksum: str
    rows: tuple[tuple[Code, Choice], ...]
    names: Mapping[str, Choice]


# One snapshot for each kind in this process; a checksum stands for the same rows in every database.
_snapshots: dict[str, _Snapshot] = {}


def choices(session: Session, kind: str, on: date, *, parent: str | None = None) -> tuple[Choice, ...]:
    """The codes of a table that may be chosen on this day, in the table's order; of one parent if given.

    One small statement when nothing was loaded since the last call. An unknown or empty table gives nothing.
    """
    return tuple(
        choice
        for row, choice in _snapshot(session, kind).rows
        if row.in_force(on) and (parent is None or row.parent == parent)
    )


def names(session: Session, kind: str) -> Mapping[str, Choice]:
    """Every code of a table, ended ones too, because old data still name them."""
    return _snapshot(session, kind).names


def books(session: Session, kinds: Iterable[str], on: date | None = None) -> dict[str, Mapping[str, Choice]]:
    """Several tables by code: what may be chosen on a day, or without a day every code, ended ones too.

    One small statement for all of them when nothing was loaded since the last call.
    """
    checksums = store.checksums(session)
    found = {kind: _snapshot(session, kind, checksums) for kind in kinds}
    if on is None:
        return {kind: snapshot.names for kind, snapshot in found.items()}
    return {
        kind: {choice.code: choice for row, choice in snapshot.rows if row.in_force(on)}
        for kind, snapshot in found.items()
    }


def _snapshot(session: Session, kind: str, checksums: Mapping[str, str] | None = None) -> _Snapshot:
    current = (store.checksums(session) if checksums is None else checksums).get(kind, "")
    cached = _snapshots.get(kind)
    if cached is not None and cached.checksum == current:
        return cached
    rows = store.rows(session, kind)
    listed = tuple((row, _choice(row)) for row in rows)
    # Another process may have loaded between the two statements: then the rows are used but not kept.
    fresh = _Snapshot(current, listed, MappingProxyType({choice.code: choice for _, choice in listed}))
    if current == checksum(rows):
        _snapshots[kind] = fresh
    return fresh


def _choice(row: Code) -> Choice:
    facts = MappingProxyType(facts_of(row.facts))
    return Choice(row.code, row.name_ja, row.name_en, row.kana, row.parent, row.confidence, facts)


@dataclass(frozen=True)
class TableView:
    """One loaded table for the operator's list. ``confidence``: rows by confidence."""

    kind: str
    title_ja: str
    title_en: str
    source: str
    licence: str
    verified_on: date | None
    rows: int
    in_force: int
    confidence: Mapping[str, int]


def tables(session: Session, on: date) -> tuple[TableView, ...]:
    """What is loaded, by kind."""
    with query(session):
        return tuple(_view(session, table, on) for _, table in sorted(store.loaded(session).items()))


def rows(session: Session, kind: str) -> tuple[Code, ...]:
    """All rows of one table with their days and sources, for the operator."""
    with query(session):
        return store.rows(session, kind)


def _view(session: Session, table: store.Loaded, on: date) -> TableView:
    found = store.rows(session, table.kind)
    counts = Counter(row.confidence for row in found)
    return TableView(
        table.kind,
        table.title_ja,
        table.title_en,
        table.source,
        table.licence,
        table.verified_on,
        len(found),
        sum(row.in_force(on) for row in found),
        counts,
    )
