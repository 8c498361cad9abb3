"""How well the refused kinds are found: on the messages the rules were written by, and on those nobody tuned on.

Of the held-out set only counts are printed, never a text, so that it stays unseen. Precision and recall of the refused
kinds by issue and ruling R7; a line with an undeclared explanation of a placement fee counts neither way.
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from portal.domain.message_screening import Declared, Force, TextRefused, judge, marks, screen
from portal.domain.message_screening.finding import FindingKind
from portal.domain.message_screening.source import in_force
from portal.domain.reach import UnitClass

HERE = Path(__file__).parent
LEAST_PRECISION, LEAST_RECALL = 0.90, 0.95
REFUSED = {"paid_b", "paid_c", "sham"}


@dataclass
class Score:
    """Counts of lines. by_label, by_form: missed lines; by_kind: what harmless ones were refused for."""

    right: int = 0
    falsely: int = 0
    missed: int = 0
    by_label: Counter[str] = field(default_factory=Counter)
    by_form: Counter[str] = field(default_factory=Counter)
    by_kind: Counter[str] = field(default_factory=Counter)

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.falsely)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


def is_refused(line: dict[str, Any]) -> bool:
    found = judge(screen(line["text"]), UnitClass.PRIVATE, date.fromisoformat(line["on"]))
    try:
        marks(found, Declared(explains_fee=line["declared"]))
    except TextRefused:
        return True
    return False


def should_be(line: dict[str, Any]) -> bool:
    labels = set(line["labels"])
    gift = in_force(FindingKind.GIFT_MONEY, UnitClass.PRIVATE, date.fromisoformat(line["on"]))
    return bool(labels & REFUSED) or ("gift" in labels and gift is not None and gift.force is Force.REFUSED)


def measured(name: str) -> Score:
    score = Score()
    for line in lines(name):
        if "placement_fee" in line["labels"] and not line["declared"]:
            continue
        refused, wanted = is_refused(line), should_be(line)
        score.right += refused and wanted
        score.falsely += refused and not wanted
        if refused and not wanted:
            score.by_kind.update({each.kind.value for each in screen(line["text"])})
        if wanted and not refused:
            score.missed += 1
            score.by_label.update(line["labels"])
            score.by_form.update(line["hard"])
    return score


@pytest.mark.parametrize("name", ["tuning.jsonl", "held_out.jsonl"])
def test_refused_kinds_are_found_and_harmless_texts_go(name: str) -> None:
    score = measured(name)
    figures = f"{name}: precision {score.precision:.3f}, recall {score.recall:.3f}, {score}"
    print(figures)  # noqa: T201 -- the figures are what this test is for, counts only
    assert score.precision >= LEAST_PRECISION, figures
    assert score.recall >= LEAST_RECALL, figures


@pytest.mark.parametrize("name", ["tuning.jsonl", "held_out.jsonl"])
def test_P_Q8_a_declared_explanation_of_the_fee_that_comes_with_placement_always_passes(name: str) -> None:
    declared = [line for line in lines(name) if line["declared"] and "placement_fee" in line["labels"]]
    assert declared
    assert not any(map(is_refused, declared))


@pytest.mark.parametrize("name", ["tuning.jsonl", "held_out.jsonl"])
def test_R7_a_way_round_the_portal_alone_is_never_refused(name: str) -> None:
    alone = [line for line in lines(name) if line["labels"] == ["leaves_relay"]]
    assert alone
    assert not any(map(is_refused, alone))
