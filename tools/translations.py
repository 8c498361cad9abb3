"""Compiles the message catalogues that are newer than their compiled form, or brings them up to date.

Usage: .venv/bin/python tools/translations.py compile|update"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = ROOT / "portal" / "translations"
PYBABEL = Path(sys.executable).parent / "pybabel"


def stale() -> list[Path]:
    """Catalogues whose compiled form is missing or older."""
    found = sorted(CATALOGUES.glob("*/LC_MESSAGES/*.po"))
    return [
        po
        for po in found
        if not po.with_suffix(".mo").exists() or po.with_suffix(".mo").stat().st_mtime <= po.stat().st_mtime
    ]


def babel(*words: str | Path) -> int:
    return subprocess.run([str(PYBABEL), "-q", *map(str, words)], cwd=ROOT).returncode


def compile_stale() -> int:
    for po in stale():
        code = babel("compile", "-i", po, "-o", po.with_suffix(".mo"), "-l", po.parent.parent.name)
        if code != 0:
            return code
    return 0


def extract(to: Path) -> int:
    """Collect the messages of code and templates in a stable order, without dates or line numbers."""
    words = ["extract", "-F", "pyproject.toml", "-k", "_l", "-k", "lazy_gettext", "--no-location"]
    words += ["--sort-output", "--omit-header"]
    return babel(*words, "-o", to, "portal")


def update() -> int:
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "messages.pot"
        code = extract(template)
        for po in sorted(CATALOGUES.glob("*/LC_MESSAGES/*.po")):
            locale = po.parent.parent.name
            code = code or babel(
                "update", "-i", template, "-o", po, "-l", locale, "--no-fuzzy-matching", "--ignore-obsolete"
            )
    return code or compile_stale()


def main() -> int:
    actions = {"compile": compile_stale, "update": update}
    if len(sys.argv) != 2 or sys.argv[1] not in actions:
        print(__doc__, file=sys.stderr)
        return 2
    return actions[sys.argv[1]]()


if __name__ == "__main__":
    sys.exit(main())
