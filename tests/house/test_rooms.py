"""Which room may import which, held by reading the imports of every file."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PORTAL = ROOT / "portal"

ALLOWED: dict[str, set[str]] = {
    "calendar": set(),
    "domain": {"calendar"},
    "homework": {"calendar"},
    "store": {"domain", "calendar"},
    "services": {"store", "domain", "homework", "calendar"},
    "documents": {"domain", "homework", "calendar"},
    "web": {"services", "documents", "domain", "homework", "calendar"},
    "api": {"services", "documents", "domain", "homework", "calendar"},
    "cli": {"services", "documents", "domain", "homework", "calendar"},
}
# Files directly in the package wire the rooms together; no room may import them.
NOT_ROOMS = {"static", "templates", "translations", "__pycache__"}
STANDARD_ONLY = {"calendar", "domain", "homework"}
NO_WEB = STANDARD_ONLY | {"store", "services", "documents"}
WEB_LIBRARIES = {
    "flask",
    "flask_babel",
    "flask_limiter",
    "flask_login",
    "flask_wtf",
    "jinja2",
    "werkzeug",
    "wtforms",
}
# Outside the store SQLAlchemy is only names of types and kinds of failure; nobody else speaks SQL.
SQL_ELSEWHERE = {"sqlalchemy.orm.Session", "sqlalchemy.exc", "sqlalchemy.Row", "sqlalchemy.RowMapping"}


def rooms() -> list[str]:
    return sorted(path.name for path in PORTAL.iterdir() if path.is_dir() and path.name not in NOT_ROOMS)


def files_of(room: str) -> list[Path]:
    return sorted((PORTAL / room).rglob("*.py"))


def imported(file: Path) -> list[tuple[int, str]]:
    """Line and full dotted name of everything a file imports."""
    return list(
        imports_in(file.read_text(encoding="utf-8"), file.relative_to(ROOT).with_suffix("").parts[:-1])
    )


def imports_in(source: str, package: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Every import in the source of a module of `package`, in functions and under TYPE_CHECKING too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield node.lineno, name.name
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*above, *([node.module] if node.module else [])])
            for name in node.names:
                yield node.lineno, f"{module}.{name.name}"


def breaches(room: str) -> list[str]:
    """What the files of a room import although the table does not allow it."""
    found = []
    for file in files_of(room):
        for line, name in imported(file):
            parts = name.split(".")
            if parts[0] != "portal":
                continue
            target = parts[1] if len(parts) > 1 else ""
            if target != room and target not in ALLOWED[room]:
                found.append(f"{file.relative_to(ROOT)}:{line} imports {name}")
    return found


def test_every_folder_of_the_portal_is_a_room_of_the_table() -> None:
    assert set(rooms()) <= set(ALLOWED)


@pytest.mark.parametrize("room", rooms())
def test_a_room_imports_only_the_rooms_it_may(room: str) -> None:
    found = breaches(room)

    assert not found, "\n".join(found)


@pytest.mark.parametrize("room", sorted(STANDARD_ONLY & set(rooms())))
def test_a_room_of_rules_imports_only_the_standard_library(room: str) -> None:
    found = [
        f"{file.relative_to(ROOT)}:{line} imports {name}"
        for file in files_of(room)
        for line, name in imported(file)
        if name.split(".")[0] not in {"portal", *sys.stdlib_module_names}
    ]

    assert not found, "\n".join(found)


@pytest.mark.parametrize("room", sorted(NO_WEB & set(rooms())))
def test_a_room_behind_the_pages_knows_nothing_of_the_web(room: str) -> None:
    found = [
        f"{file.relative_to(ROOT)}:{line} imports {name}"
        for file in files_of(room)
        for line, name in imported(file)
        if name.split(".")[0] in WEB_LIBRARIES
    ]

    assert not found, "\n".join(found)


def test_only_the_store_speaks_sql() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{line} imports {name}"
        for room in rooms()
        if room != "store"
        for file in files_of(room)
        for line, name in imported(file)
        if name.split(".")[0] in {"sqlalchemy", "alembic", "psycopg", "sqlite3"}
        and not any(name == allowed or name.startswith(f"{allowed}.") for allowed in SQL_ELSEWHERE)
    ]

    assert not found, "\n".join(found)


@pytest.mark.parametrize("room", rooms())
def test_the_contracts_of_the_import_linter_say_the_same_as_the_table(room: str) -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = [
        contract
        for contract in settings["tool"]["importlinter"]["contracts"]
        if contract["source_modules"] == [f"portal.{room}"]
    ]
    expected = {
        f"portal.{room}{inner} -> portal.{allowed}{deep}"
        for allowed in ALLOWED[room]
        for inner in ("", ".**")
        for deep in ("", ".**")
    }

    assert [contract["forbidden_modules"] for contract in contracts] == [["portal.*"]]
    assert set(contracts[0].get("ignore_imports", [])) == expected


@pytest.mark.parametrize("room", sorted(STANDARD_ONLY & set(rooms())))
def test_the_rules_are_usable_where_neither_flask_nor_sqlalchemy_is_installed(room: str) -> None:
    modules = [
        ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for file in files_of(room)
    ]
    program = (
        "import importlib, sys\n"
        "for name in ('flask', 'sqlalchemy', 'werkzeug', 'wtforms', 'jinja2'):\n"
        "    sys.modules[name] = None\n"
        f"for name in {modules!r}:\n"
        "    importlib.import_module(name)\n"
        "print('imported')\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (done.stdout.strip(), done.stderr) == ("imported", "")


def test_imports_are_found_wherever_and_however_they_are_written() -> None:
    source = (
        "import portal.web.access\n"
        "def late():\n"
        "    from portal.store import audit\n"
        "    from ..store.audit import record\n"
        "    from . import quota\n"
    )

    names = [name for _line, name in imports_in(source, ("portal", "domain"))]

    assert sorted(names) == [
        "portal.domain.quota",
        "portal.store.audit",
        "portal.store.audit.record",
        "portal.web.access",
    ]
