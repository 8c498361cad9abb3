"""A file that a command writes: made before the work begins, and never in place of one that is there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """The file, open for writing, for nobody but its owner to read; gone again when the work fails with nothing in it.

    Raises click.ClickException before anything else is done: something is there already (the file that is read, or a
    link to it, too), the folder is missing, it may not be written to.
    """
    try:
        # O_EXCL follows no link, so that a link to the file that is read is refused as well.
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise click.ClickException(
            f"Nothing was done: {path} is there already and is never overwritten. "
            "Name a file that does not exist yet, or move that one away first."
        ) from None
    except FileNotFoundError:
        raise click.ClickException(
            f"Nothing was done: the folder {path.parent} is not there. Make it first, or name another one."
        ) from None
    except OSError as problem:
        raise click.ClickException(
            f"Nothing was done: {path} cannot be written ({problem.strerror}). Name another file."
        ) from None
    try:
        with open(number, "wb") as out:
            yield out
    except BaseException:
        if path.stat().st_size == 0:
            path.unlink()
        raise
