"""The wheel carries all it needs: installed without the clone, the portal makes its database and loads its tables."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from portal.settings import config_dir
from portal.store.migrate import migrations_dir

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built the way an installer does it, without its download of the build tools."""
    folder = tmp_path_factory.mktemp("wheel")
    code = "import sys; sys.path.insert(0, 'tools'); import portal_package; portal_package.build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, str(folder)], cwd=ROOT, check=True)
    (made,) = folder.glob("*.whl")
    return made


def shipped(folder: Path) -> set[str]:
    return {
        str(path.relative_to(folder.parent))
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".pyc" and not path.name.startswith(".")
    }


def test_settings_tables_terms_migrations_templates_and_translations_are_in_the_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        names = set(opened.namelist())
    assert {f"portal/{name}" for name in shipped(config_dir()) | shipped(migrations_dir())} <= names
    catalogues = ROOT.glob("portal/translations/*/LC_MESSAGES/*.po")
    assert {str(path.with_suffix(".mo").relative_to(ROOT)) for path in catalogues} <= names
    assert {"portal/templates/layout.html", "portal/static/portal.css"} <= names
    assert not [name for name in names if name.startswith(("tests/", "bench/", "instance/", "config/"))]
    assert not [name for name in names if "secrets" in Path(name).name or name.endswith(".sqlite3")]


def test_without_the_clone_the_wheel_makes_a_database_with_tables_and_terms(
    wheel: Path, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(site)
    environment: dict[str, Any] = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")},
        "PYTHONPATH": str(site),
        "PORTAL_ENVIRONMENT": "demo",
        "PORTAL_INSTANCE": str(tmp_path / "instance"),
    }

    def python(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert Path(python("-c", "import portal; print(portal.__file__)").strip()).is_relative_to(site)
    python("-m", "portal.settings", "make-secrets", str(tmp_path / "instance" / "secrets.toml"))
    portal = "from portal.cli import main; main()"
    python("-c", portal, "migrate")
    python("-c", portal, "table", "load")
    python("-c", portal, "terms", "load")
    python("-c", portal, "table", "check")
    assert "2026-04" in python("-c", portal, "terms", "list")
    english = "from portal.console import application; c = application().test_client(); "
    english += "print(c.get('/?lang=en', follow_redirects=True).text)"
    page = python("-c", english)
    assert '<html lang="en"' in page
    assert "Sign in" in page
