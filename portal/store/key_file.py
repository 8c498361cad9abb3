"""Changing the keys of fields in the key file: add one, seal with it, drop one that no row needs any more.

The file is replaced at once or not at all, and stays readable for its owner only.
"""

import base64
import os
import re
import secrets
import tempfile
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

_CURRENT = re.compile(r'^current_field_key\s*=\s*".*"\s*$', re.MULTILINE)
_HEAD = re.compile(r"^\[field_keys\]\s*$", re.MULTILINE)


class KeyFileError(Exception):
    """The key file is not as expected; nothing was changed. The text says what is wrong."""


def names(path: Path) -> tuple[str, ...]:
    """The keys of fields in the file, oldest first."""
    return tuple(_values(path.read_text(encoding="utf-8"))["field_keys"])


def current(path: Path) -> str:
    """The key that new values are sealed with."""
    return str(_values(path.read_text(encoding="utf-8"))["current_field_key"])


def add(path: Path) -> str:
    """Add a random key behind the others; its name. Nothing is sealed with it before `use`."""
    highest = max((int(n[1:]) for n in names(path) if re.fullmatch(r"k[0-9]{1,6}", n)), default=0)
    name = f"k{highest + 1}"
    line = f'{name} = "{base64.b64encode(secrets.token_bytes(32)).decode()}"\n'

    def change(text: str) -> str:
        head = _HEAD.search(text)
        if head is None:
            raise KeyFileError(f"{path} has no line [field_keys]")
        after = text.find("\n[", head.end())
        body, rest = (text, "") if after < 0 else (text[: after + 1], text[after + 1 :])
        return body.rstrip("\n") + "\n" + line + rest

    _replace(path, change)
    return name


def use(path: Path, name: str) -> None:
    """Seal new values with this key. Raises KeyFileError when the file has none of this name."""
    if name not in names(path):
        raise KeyFileError(f"{path} has no key {name}")
    _replace(path, lambda text: _CURRENT.sub(f'current_field_key = "{name}"', text, count=1))


def drop(path: Path, name: str) -> None:
    """Take a key out of the file. Raises KeyFileError when it is the current one or not there."""
    if name not in names(path) or name == current(path):
        raise KeyFileError(f"{name} is the current key of {path}, or not in it")
    _replace(path, lambda text: re.sub(rf'(?m)^{re.escape(name)}\s*=\s*".*"\s*\n', "", text, count=1))


def _values(text: str) -> dict[str, Any]:
    return tomllib.loads(text)


def _replace(path: Path, change: Callable[[str], str]) -> None:
    before = path.read_text(encoding="utf-8")
    text = change(before)
    if text == before:
        raise KeyFileError(f"{path} is not as make-secrets writes it")
    _values(text)
    owner = path.stat()
    handle, made = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if os.geteuid() == 0:
            os.chown(made, owner.st_uid, owner.st_gid)
        Path(made).replace(path)
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise
