"""How the files of this repository are written."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
# The formatter keeps code within 110 columns; a sentence in a comment may end a little later.
LONGEST_LINE = 120
LONGEST_FILE = 500


def tracked(*endings: str) -> list[Path]:
    """The files under version control with one of the endings, or all."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    files = [ROOT / name for name in listed.split("\0") if name]
    return [file for file in files if file.is_file() and (not endings or file.name.endswith(endings))]


def findings(pattern: str, files: list[Path]) -> list[str]:
    wanted = re.compile(pattern)
    return [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()}"
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if wanted.search(line)
    ]


def test_no_line_is_longer_than_120_characters() -> None:
    # Characters, not columns: a full-width character is one, as it is to its reader.
    long = [
        f"{file.relative_to(ROOT)}:{number}: {len(line)}"
        for file in tracked(".py")
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]

    assert not long, "\n".join(long)


def test_no_module_is_longer_than_400_lines() -> None:
    lengths = {
        str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines())
        for file in tracked(".py")
    }

    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_nothing_is_left_to_do_in_the_code() -> None:
    words = "|".join(["TO" + "DO", "FIX" + "ME", "X" * 3 + r"\b", "HA" + "CK"])
    found = findings(rf"\b({words})\b", tracked(".py", ".html", ".css", ".toml", "Makefile"))

    assert not found, "\n".join(found)


def test_every_suppressed_finding_says_why() -> None:
    marks = r"#\s*(noqa|type:\s*ignore)(:?\s*[A-Z0-9, ]+|\[[a-z\-, ]+\])?\s*$"
    found = findings(marks, tracked(".py"))

    assert not found, "\n".join(found)


def test_no_test_is_skipped() -> None:
    calls = "|".join([r"pytest\.sk" + r"ip\(", r"mark\.sk" + "ip", "skip" + "Test", "importor" + "skip"])
    found = findings(calls, tracked(".py"))

    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", ["requirements/run.txt", "requirements/dev.txt"])
def test_the_locked_lists_name_hashes_and_no_host(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    packages = re.findall(r"^[a-z0-9][a-z0-9._-]*==", text, re.MULTILINE)

    assert "://" not in text
    assert "index-url" not in text.replace("--no-emit-index-url", "")
    assert len(packages) > 20
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_what_the_portal_runs_with_has_the_same_version_in_both_lists() -> None:
    def versions(name: str) -> dict[str, str]:
        text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
        return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)==([^ ]+)", text, re.MULTILINE))

    run, dev = versions("run.txt"), versions("dev.txt")

    assert {name: dev.get(name) for name in run} == run


def test_keys_and_data_of_an_installation_are_never_under_version_control() -> None:
    names = [str(file.relative_to(ROOT)) for file in tracked()]

    assert [
        name for name in names if name.startswith("instance/") or name.endswith((".sqlite3", ".mo"))
    ] == []
