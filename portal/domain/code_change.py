"""What a newer file of a code table would change, and what it may not."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from portal.domain.code import Code


@dataclass(frozen=True)
class RefusedRow:
    """A row that stops the load. Reasons: removed, reused, reopened."""

    code: str
    name: str
    reason: str


@dataclass(frozen=True)
class Difference:
    """From the loaded rows to the new ones; pairs are (before, after)."""

    added: tuple[Code, ...] = ()
    changed: tuple[tuple[Code, Code], ...] = ()
    ended: tuple[tuple[Code, Code], ...] = ()
    moved: tuple[Code, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    unchanged: int = 0

    @property
    def empty(self) -> bool:
        """Nothing to store and nothing refused."""
        return not (self.added or self.changed or self.ended or self.moved or self.refused)


def compare(loaded: Iterable[Code], new: Iterable[Code], on: date) -> Difference:
    """Compare two states of one table. ``on``: today; a code whose last day is before it has ended for good.

    A missing row is refused ("removed": end it with valid_until), as is another name, parent or fact for an
    ended code ("reused") and a later or empty last day for it ("reopened"). A code in force may be renamed,
    because towns and licences are.
    """
    before = {row.code: row for row in loaded}
    after = {row.code: row for row in new}
    refused = [
        RefusedRow(row.code, row.name_ja, "removed") for row in before.values() if row.code not in after
    ]
    added, changed, ended, moved = [], [], [], []
    unchanged = 0
    for row in after.values():
        old = before.get(row.code)
        if old is None:
            added.append(row)
        elif old == row:
            unchanged += 1
        elif reason := _forbidden(old, row, on):
            refused.append(RefusedRow(row.code, row.name_ja, reason))
        elif replace(old, sort=row.sort) == row:
            moved.append(row)
        elif row.valid_until is not None and row.valid_until != old.valid_until:
            ended.append((old, row))
        else:
            changed.append((old, row))
    return Difference(tuple(added), tuple(changed), tuple(ended), tuple(moved), tuple(refused), unchanged)


def _forbidden(old: Code, new: Code, on: date) -> str | None:
    if old.valid_until is None or old.valid_until >= on:
        return None
    if new.valid_until is None or new.valid_until > old.valid_until:
        return "reopened"
    if (new.name_ja, new.parent, new.facts) != (old.name_ja, old.parent, old.facts):
        return "reused"
    return None
