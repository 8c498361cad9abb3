"""What the screening of a message hands back: kinds and places in the text, and with a source the force they have."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class FindingKind(StrEnum):
    """What a place in an organisation's message may be. Why each matters is said by its sources (`source`)."""

    PAID_SERVICE = "paid_service"  # an offer of a 有料サービス, or of what is sold beside placement
    SHAM_SIDE_JOB = "sham_side_job"  # the ways of speaking of インチキ内職
    GIFT_MONEY = "gift_money"  # 就職お祝い金: money or goods for applying or for taking a job
    LEAVING = "leaving"  # a telephone number, mail, address or name by which to go on outside the portal


class Force(StrEnum):
    """What a finding does. REFUSED: the text does not go without an answer. WARNED: both sides are told, and it goes.
    HINT: a quiet word to both sides (ruling R7)."""

    REFUSED = "refused"
    WARNED = "warned"
    HINT = "hint"


@dataclass(frozen=True)
class Found:
    """One place, `text[start:end]` of the original text, before anybody asked what it means on a day."""

    kind: FindingKind
    start: int
    end: int


@dataclass(frozen=True)
class Finding:
    """One place with the force it has for a unit on a day. source: code of what gives it that force."""

    kind: FindingKind
    source: str
    start: int
    end: int
    force: Force


def settle(found: Iterable[Found]) -> tuple[Found, ...]:
    """In the order of the text; places of one kind that touch become one."""
    kept: list[Found] = []
    for each in sorted(found, key=lambda one: (one.kind, one.start, one.end)):
        last = kept[-1] if kept else None
        if last is not None and last.kind is each.kind and each.start <= last.end:
            kept[-1] = Found(each.kind, last.start, max(last.end, each.end))
        else:
            kept.append(each)
    return tuple(sorted(kept, key=lambda one: (one.start, -one.end, one.kind)))


def marked(text: str, findings: Iterable[Finding]) -> tuple[tuple[str, FindingKind | None], ...]:
    """A text cut at its findings. Where two overlap the earlier one keeps its place."""
    parts: list[tuple[str, FindingKind | None]] = []
    at = 0
    for finding in sorted(findings, key=lambda one: (one.start, one.end)):
        if finding.end <= at:
            continue
        if finding.start > at:
            parts.append((text[at : finding.start], None))
        parts.append((text[max(at, finding.start) : finding.end], finding.kind))
        at = finding.end
    if at < len(text):
        parts.append((text[at:], None))
    return tuple(parts)
