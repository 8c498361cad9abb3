"""Builds the wheel (PEP 517): flit's, with config/ and migrations/ inside the package and the translations compiled.

A clone has the three beside each other or not yet made; whoever installs the wheel has nothing but the package."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flit_core import buildapi
from flit_core.buildapi import build_editable as build_editable
from flit_core.buildapi import build_sdist as build_sdist
from flit_core.buildapi import get_requires_for_build_editable as get_requires_for_build_editable
from flit_core.buildapi import get_requires_for_build_sdist as get_requires_for_build_sdist
from flit_core.buildapi import get_requires_for_build_wheel as get_requires_for_build_wheel
from flit_core.buildapi import prepare_metadata_for_build_editable as prepare_metadata_for_build_editable
from flit_core.buildapi import prepare_metadata_for_build_wheel as prepare_metadata_for_build_wheel

BESIDE = ("config", "migrations")
"""Folders that lie beside the package in a clone and inside it in the wheel."""
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")


def build_wheel(
    wheel_directory: str,
    config_settings: dict[str, Any] | None = None,
    metadata_directory: str | None = None,
) -> str:
    """Build from a copy, so that the clone stays as it is; the file's name."""
    to = str(Path(wheel_directory).resolve())
    with _copy(Path.cwd()) as folder, _working_in(folder):
        return buildapi.build_wheel(to, config_settings, metadata_directory)


@contextmanager
def _copy(root: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for file in root.iterdir():
            if file.is_file() and not file.name.startswith("."):
                shutil.copy2(file, folder)
        shutil.copytree(root / "portal", folder / "portal", ignore=_LEFT_OUT)
        for name in BESIDE:
            shutil.copytree(root / name, folder / "portal" / name, ignore=_LEFT_OUT)
        _compile(folder / "portal" / "translations")
        yield folder


def _compile(catalogues: Path) -> None:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in sorted(catalogues.glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as po, source.with_suffix(".mo").open("wb") as mo:
            write_mo(mo, read_po(po, locale=source.parent.parent.name))


@contextmanager
def _working_in(folder: Path) -> Iterator[None]:
    """flit reads pyproject.toml where it stands."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
