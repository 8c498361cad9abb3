"""What the portal promises in public: each promise stands in the threat model too, beside a test that holds it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_ROW = re.compile(r"^\| ([a-z-]+) \| .+ \| (`.+`) \|$", re.MULTILINE)
_SAID = re.compile(r'promise\("([a-z-]+)"')


def _promises() -> dict[str, list[str]]:
    """The tests that hold each promise of the threat model."""
    text = (ROOT / "docs/threat_model.md").read_text(encoding="utf-8")
    chapter = text.split("## The promises")[1].split("\n## ")[0]
    return {name: re.findall(r"`([^`]+)`", tests) for name, tests in _ROW.findall(chapter)}


def _exists(test: str) -> bool:
    file, _, name = test.partition("::")
    path = ROOT / file
    return path.is_file() and (not name or f"def {name}(" in path.read_text(encoding="utf-8"))


def test_every_promise_of_the_public_page_stands_in_the_threat_model_and_none_stands_there_alone() -> None:
    page = (ROOT / "portal/templates/public/protection.html").read_text(encoding="utf-8")
    said = _SAID.findall(page)
    assert len(said) == len(set(said))
    assert set(said) == set(_promises())


@pytest.mark.parametrize("name", sorted(_promises()))
def test_a_promise_is_held_by_tests_there_are(name: str) -> None:
    tests = _promises()[name]
    assert tests
    assert [test for test in tests if not _exists(test)] == []
