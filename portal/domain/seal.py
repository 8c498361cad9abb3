"""Seals of the audit trail (監査記録の封印): what they are made of, and what a look at them finds.

A seal stands for a closed range of line numbers. It holds how many lines lie in it and a digest of every byte of
them, names the seal before it, and carries an HMAC-SHA-256 under a key that no database knows. Our own decision;
docs/decisions/0015-audit-seals.md says what it holds against and what it does not.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import groupby

from portal.calendar.day import jst_day, month_end, month_start
from portal.calendar.period import last_of_months

COLUMNS = (
    "id",
    "at",
    "actor_kind",
    "account_id",
    "unit_id",
    "membership_id",
    "office_code",
    "bureau_code",
    "kind",
    "subject_kind",
    "subject_id",
    "outcome",
    "reason",
    "facts",
    "request_id",
)
"""Every column of an audit line, in the order in which it is sealed; a new column needs a new form of seal."""

LINES_PER_SEAL = 2_000
"""The most lines of one seal: a fault is named as its range."""
MARKED_EVERY = timedelta(minutes=10)
"""How often the end of the trail is marked; a range is sealed in the round after the writers of then are done."""
LATE_AFTER = timedelta(hours=2)
"""Lines that wait longer for a seal are reported: the worker stands still, or seals were taken away."""
NOTHING_BEFORE = bytes(32)
"""What the first seal names as the one before it."""
_FORM = 1


@dataclass(frozen=True)
class SealKeys:
    """The keys of the seals by name, and the name of the one that new seals get."""

    keys: Mapping[str, bytes] = field(repr=False)
    current: str


@dataclass(frozen=True)
class Tally:
    """What lies in a range: how many lines, and the digest of all of them in the order of their numbers."""

    lines: int
    digest: bytes


@dataclass(frozen=True)
class Seal:
    """One seal. first_id, last_id: the range, both included; month: first day of the one all its lines are of (JST)."""

    number: int
    first_id: int
    last_id: int
    month: date
    first_at: datetime
    last_at: datetime
    lines: int
    digest: bytes
    previous: bytes
    sealed_at: datetime
    key_name: str
    mac: bytes = b""

    def content(self) -> bytes:
        """What is signed: every field but the signature."""
        return _packed(
            [
                "portal audit seal",
                _FORM,
                self.number,
                self.first_id,
                self.last_id,
                self.month.isoformat(),
                _moment(self.first_at),
                _moment(self.last_at),
                self.lines,
                self.digest.hex(),
                self.previous.hex(),
                _moment(self.sealed_at),
                self.key_name,
            ]
        )


@dataclass(frozen=True)
class Drop:
    """That the lines of a seal were taken away after their time, signed too: a bare row would excuse any deletion."""

    number: int
    dropped_at: datetime
    key_name: str
    mac: bytes = b""


def canonical(line: Mapping[str, object]) -> bytes:
    """The bytes of one line, the same on every engine: its columns in order, the instant in UTC with microseconds."""
    return _packed([_plain(line[name]) for name in COLUMNS])


def tally(lines: Iterable[Mapping[str, object]]) -> Tally:
    """Count lines and digest their bytes; each with its length before it, so that no two sets of lines look alike."""
    found, digest = 0, hashlib.sha256()
    for line in lines:
        data = canonical(line)
        digest.update(len(data).to_bytes(8, "big") + data)
        found += 1
    return Tally(found, digest.digest())


def batches(lines: Iterable[Mapping[str, object]]) -> list[list[Mapping[str, object]]]:
    """Lines cut where the Japanese month changes, so that a whole month can go and nothing else with it."""
    return [list(lot) for _, lot in groupby(lines, key=lambda line: month_start(jst_day(_instant(line))))]


def seal(lines: list[Mapping[str, object]], before: Seal | None, at: datetime, keys: SealKeys) -> Seal:
    """The next seal over the lines of one month; its range begins right behind the one before, gaps included."""
    found = tally(lines)
    made = Seal(
        number=before.number + 1 if before else 1,
        first_id=before.last_id + 1 if before else 1,
        last_id=_number(lines[-1]),
        month=month_start(jst_day(_instant(lines[0]))),
        first_at=min(_instant(line) for line in lines),
        last_at=max(_instant(line) for line in lines),
        lines=found.lines,
        digest=found.digest,
        previous=before.mac if before else NOTHING_BEFORE,
        sealed_at=at,
        key_name=keys.current,
    )
    return replace(made, mac=_mac(keys.keys[keys.current], made.content()))


def drop(of: Seal, at: datetime, keys: SealKeys) -> Drop:
    """The signed record that the lines of a seal are gone."""
    return Drop(of.number, at, keys.current, _mac(keys.keys[keys.current], _drop_content(of, at)))


class Fault(StrEnum):
    """What can be wrong with the trail."""

    CHANGED = "changed"
    MISSING = "missing"
    ADDED = "added"
    SEAL_BROKEN = "seal_broken"
    SEAL_MISSING = "seal_missing"
    CHAIN_BROKEN = "chain_broken"
    DROP_BROKEN = "drop_broken"
    TRUNCATED = "truncated"
    REWRITTEN = "rewritten"
    EXPORT_BROKEN = "export_broken"
    UNSEALED = "unsealed"


@dataclass(frozen=True)
class Found:
    """One fault and where it lies: line numbers, both included (None = to the end), and the seal it was seen by."""

    fault: Fault
    first_id: int
    last_id: int | None
    seal: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    expected: int | None = None
    lines: int | None = None


def genuine(one: Seal, keys: SealKeys) -> bool:
    """Whether a seal was made with one of our keys and nothing in it was touched since."""
    key = keys.keys.get(one.key_name)
    return key is not None and hmac.compare_digest(_mac(key, one.content()), one.mac)


def genuine_drop(gone: Drop, of: Seal, keys: SealKeys) -> bool:
    """Whether somebody with the key noted that the lines of this very seal went."""
    key = keys.keys.get(gone.key_name)
    return key is not None and hmac.compare_digest(_mac(key, _drop_content(of, gone.dropped_at)), gone.mac)


def examine(one: Seal, before: Seal | None, there: Tally, gone: Drop | None, keys: SealKeys) -> list[Found]:
    """What is wrong with one seal and its lines. ``there``: what lies in its range now."""
    faults = _chain(one, before)
    if not genuine(one, keys):
        return [*faults, _found(Fault.SEAL_BROKEN, one)]
    dropped = gone is not None and genuine_drop(gone, one, keys)
    if gone is not None and not dropped:
        faults.append(_found(Fault.DROP_BROKEN, one))
    expected = 0 if dropped else one.lines
    if there.lines != expected:
        fault = Fault.MISSING if there.lines < expected else Fault.ADDED
        faults.append(replace(_found(fault, one), expected=expected, lines=there.lines))
    elif not dropped and there.digest != one.digest:
        faults.append(_found(Fault.CHANGED, one))
    return faults


def compare(exported: Seal, signature_here: bytes | None, keys: SealKeys) -> Found | None:
    """An exported seal beside the signature of its number in the database: what a rewriting of both tables leaves."""
    if not genuine(exported, keys):
        return _found(Fault.EXPORT_BROKEN, exported)
    if signature_here is None:
        return _found(Fault.TRUNCATED, exported)
    return None if signature_here == exported.mac else _found(Fault.REWRITTEN, exported)


def still_unsealed(oldest: datetime | None, first_id: int, now: datetime) -> Found | None:
    """Lines behind the last seal that wait for longer than the clock ever lets them."""
    if oldest is None or now - oldest <= LATE_AFTER:
        return None
    return Found(Fault.UNSEALED, first_id, None, since=oldest)


def never_numbered(first_id: int, last_id: int, lines: int) -> Found:
    """Lines with numbers that the trail has never given: below 1, or above all that were drawn."""
    return Found(Fault.ADDED, first_id, last_id, expected=0, lines=lines)


def drop_refusal(month: date, on: date, months_kept: int) -> str | None:
    """Why the lines of a month may not go on a day: "too_young"; None when their time is over.

    They are kept for so many months by the calendar from the first day after the month's end.
    """
    kept_until = last_of_months(month_end(month) + timedelta(days=1), months_kept)
    return "too_young" if on <= kept_until else None


def _chain(one: Seal, before: Seal | None) -> list[Found]:
    number, first = (before.number + 1, before.last_id + 1) if before else (1, 1)
    if one.number != number:
        return [Found(Fault.SEAL_MISSING, first, one.first_id - 1, number)]
    if one.previous != (before.mac if before else NOTHING_BEFORE) or one.first_id != first:
        return [_found(Fault.CHAIN_BROKEN, one)]
    return []


def _found(fault: Fault, one: Seal) -> Found:
    return Found(fault, one.first_id, one.last_id, one.number, one.first_at, one.last_at)


def _mac(key: bytes, content: bytes) -> bytes:
    return hmac.new(key, content, hashlib.sha256).digest()


def _drop_content(of: Seal, at: datetime) -> bytes:
    return _packed(["portal audit drop", _FORM, of.number, of.mac.hex(), _moment(at)])


def _packed(values: list[object]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        # SQLite keeps bytes in any column. No text reads so, and a look must tell of them instead of ending.
        return {"bytes": value.hex()}
    return _moment(value) if isinstance(value, datetime) else value


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _instant(line: Mapping[str, object]) -> datetime:
    at = line["at"]
    if not isinstance(at, datetime):
        raise TypeError("an audit line has an instant")
    return at


def _number(line: Mapping[str, object]) -> int:
    number = line["id"]
    if not isinstance(number, int):
        raise TypeError("an audit line has a number")
    return number
