"""Every word people see goes through gettext, and every one of them has its English."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent.parent
ENGLISH = ROOT / "portal" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
# Letters, not the marks between them: 、 and （） stand between words of any language here.
JAPANESE = re.compile("[ぁ-ゖァ-ヺ㐀-鿿]")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
# Names of languages are written in their own language; official Japanese titles may stand beside the English word.
OWN_NAME = re.compile("「[^」]*」|\\([^)]*\\)|（[^）]*）|日本語")
# The language's own name, and the marks of a Japanese day, which are chosen by language in code.
SPELLED_BY_CODE = {"日本語", "年", "月", "日"}
GETTEXT = {"_", "_l", "gettext", "lazy_gettext", "ngettext", "lazy_ngettext"}


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Everything the code and the templates ask for."""
    template = tmp_path_factory.mktemp("words") / "messages.pot"
    pybabel = Path(sys.executable).parent / "pybabel"
    words = [
        "-q",
        "extract",
        "-F",
        "pyproject.toml",
        "-k",
        "_l",
        "-k",
        "lazy_gettext",
        "-o",
        str(template),
        "portal",
    ]
    subprocess.run([str(pybabel), *words], cwd=ROOT, check=True)
    with template.open("rb") as file:
        return {_key(message.id) for message in read_po(file) if message.id}


@pytest.fixture(scope="module")
def english() -> Catalog:
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


def _key(identity: Any) -> str:
    return identity if isinstance(identity, str) else str(identity[0])


def test_every_word_has_its_english_and_no_english_is_left_over(wanted: set[str], english: Catalog) -> None:
    translated = {_key(message.id) for message in english if message.id and message.string}
    assert sorted(wanted - translated) == []
    assert sorted(translated - wanted) == []


def test_no_translation_loses_a_placeholder_or_stays_japanese(english: Catalog) -> None:
    wrong = []
    for message in english:
        if not message.id or isinstance(message.id, tuple):
            continue
        text = str(message.string)
        if sorted(PLACEHOLDER.findall(message.id)) != sorted(PLACEHOLDER.findall(text)):
            wrong.append(f"placeholders: {message.id}")
        if JAPANESE.search(OWN_NAME.sub("", text)):
            wrong.append(f"still Japanese: {text}")
        if "fuzzy" in message.flags:
            wrong.append(f"not decided: {message.id}")
    assert wrong == []


@pytest.mark.parametrize(
    "template", sorted((ROOT / "portal" / "templates").rglob("*.html")), ids=lambda path: path.stem
)
def test_no_template_shows_japanese_that_cannot_be_translated(template: Path) -> None:
    text = re.sub(r"{#.*?#}", "", template.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r"_\(\s*(\"[^\"]*\"|'[^']*')", "", text)
    text = re.sub(r"ngettext\(\s*(\"[^\"]*\")\s*,\s*(\"[^\"]*\")", "", text)
    text = text.replace("日本語", "")
    left = [line.strip() for line in text.splitlines() if JAPANESE.search(line)]
    assert left == []


def untranslated(tree: ast.AST, docstrings: set[int], inside: bool = False) -> Iterator[tuple[int, str]]:
    """Japanese literals outside docstrings and outside calls of gettext."""
    if isinstance(tree, ast.Constant) and isinstance(tree.value, str):
        if not inside and id(tree) not in docstrings and JAPANESE.search(tree.value):
            yield tree.lineno, tree.value
        return
    name = tree.func.id if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) else ""
    for child in ast.iter_child_nodes(tree):
        yield from untranslated(child, docstrings, inside or name in GETTEXT)


@pytest.mark.parametrize(
    "module", sorted((ROOT / "portal" / "web").rglob("*.py")), ids=lambda path: path.stem
)
def test_no_page_speaks_japanese_that_cannot_be_translated(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    docstrings = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    found = [
        f"{line}: {text}" for line, text in untranslated(tree, docstrings) if text not in SPELLED_BY_CODE
    ]
    assert found == []
