"""The labelled messages keep their form, so that what is measured on them stays comparable."""

import json
import unicodedata
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
LABELS = {"paid_b", "paid_c", "sham", "gift", "leaves_relay", "placement_fee", "allowed", "clean"}
HARD = {"full_width", "zero_width", "kana", "spaced_digits", "kanji_numerals", "none"}
FIELDS = {"id", "text", "labels", "declared", "on", "hard", "note"}


def _lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(("name", "count"), [("tuning.jsonl", 200), ("held_out.jsonl", 100)])
def test_a_set_has_its_lines_and_every_line_its_fields(name: str, count: int) -> None:
    lines = _lines(name)
    assert len(lines) == count
    assert len({line["id"] for line in lines}) == len({line["text"] for line in lines}) == count
    for line in lines:
        assert set(line) == FIELDS
        assert line["labels"], line["id"]
        assert set(line["labels"]) <= LABELS, line["id"]
        assert line["hard"], line["id"]
        assert set(line["hard"]) <= HARD, line["id"]
        assert date.fromisoformat(line["on"])
        assert ("clean" not in line["labels"]) or line["labels"] == ["clean"], line["id"]
        assert ("allowed" in line["labels"]) == line["declared"], line["id"]


@pytest.mark.parametrize("name", ["tuning.jsonl", "held_out.jsonl"])
def test_about_half_is_clean_and_a_third_of_the_rest_is_disguised(name: str) -> None:
    lines = _lines(name)
    clean = sum(line["labels"] == ["clean"] for line in lines)
    assert 0.4 <= clean / len(lines) <= 0.6
    others = [line for line in lines if line["labels"] != ["clean"]]
    assert sum(line["hard"] != ["none"] for line in others) / len(others) >= 0.33
    kinds = Counter(kind for line in others for kind in line["hard"])
    assert all(kinds[kind] >= 4 for kind in HARD), kinds


def test_what_is_called_zero_width_contains_characters_nobody_sees() -> None:
    for line in _lines("tuning.jsonl") + _lines("held_out.jsonl"):
        unseen = any(unicodedata.category(each) == "Cf" for each in line["text"])
        assert unseen == ("zero_width" in line["hard"]), line["id"]


def test_no_line_of_one_set_stands_in_the_other() -> None:
    tuning = {line["text"] for line in _lines("tuning.jsonl")}
    assert not tuning & {line["text"] for line in _lines("held_out.jsonl")}
