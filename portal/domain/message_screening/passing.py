"""How a text with a refused finding may go all the same, and what is kept of it.

Change the text; or declare that it explains the fee that comes with placement, which has to be explained before 求職受理
and always passes (seed 004 P-Q8, kind A); or state why the text is lawful (適法である理由): then it goes, marked and
audited (ruling R7).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from portal.domain.answer import check_text
from portal.domain.message_screening.finding import Finding, FindingKind, Force
from portal.domain.refusal import Invalid, Refusal

SHORTEST_REASON = 10
"""Letters and figures; dots, a dash or "ok" are no reason. Our decision."""
LONGEST_REASON = 500
"""Code points."""
# The long vowel is a letter where it draws one out; alone it is a dash.
_LETTER = re.compile("[^\\W_ーｰ][ーｰ]?")


class Passed(StrEnum):
    """What let a refused finding pass."""

    DECLARED = "declared"
    STATED = "stated"


@dataclass(frozen=True)
class Declared:
    """What a sender says about the own text. explains_fee: kind A. lawful_because: "" = nothing stated."""

    explains_fee: bool = False
    lawful_because: str = ""


NOTHING_DECLARED = Declared()


@dataclass(frozen=True)
class Mark:
    """What is kept of a text that went: one for each kind. places: how many were found. passed: None = no need to."""

    kind: FindingKind
    source: str
    force: Force
    passed: Passed | None
    places: int


class TextRefused(Refusal):
    """The text does not go like this. findings: all of them, the refused ones among them, in the order of the text."""

    default_reason = "text_refused"

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(None, places=sum(each.force is Force.REFUSED for each in findings))
        self.findings = findings


def read_declared(*, explains_fee: bool, lawful_because: str) -> Declared:
    """What was declared on a form. Raises Invalid on "lawful": as `check_text`, or "reason_too_short" (shortest)."""
    reason = check_text(lawful_because, longest=LONGEST_REASON, field="lawful", may_be_empty=True)
    if reason and len("".join(_LETTER.findall(reason))) < SHORTEST_REASON:
        raise Invalid({"lawful": ["reason_too_short"]}, shortest=SHORTEST_REASON)
    return Declared(explains_fee, reason)


def marks(findings: Iterable[Finding], declared: Declared) -> tuple[Mark, ...]:
    """What is to be kept when the text goes; () without a finding. Raises TextRefused when it does not go."""
    findings = tuple(findings)
    by_kind: dict[FindingKind, list[Finding]] = {}
    for finding in findings:
        by_kind.setdefault(finding.kind, []).append(finding)
    kept = []
    for kind, found in by_kind.items():
        first = found[0]
        passed = _passed(kind, declared) if first.force is Force.REFUSED else None
        if first.force is Force.REFUSED and passed is None:
            raise TextRefused(findings)
        kept.append(Mark(kind, first.source, first.force, passed, len(found)))
    return tuple(kept)


def _passed(kind: FindingKind, declared: Declared) -> Passed | None:
    if kind is FindingKind.PAID_SERVICE and declared.explains_fee:
        return Passed.DECLARED
    return Passed.STATED if declared.lawful_because else None
