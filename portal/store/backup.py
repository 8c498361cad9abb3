"""Copies of the whole database and putting them back, with the tools of each engine.

A copy is two files: the data, and beside it a manifest with what was in it, written last, so that a copy without a
manifest is one that was broken off. Putting back happens at once or not at all, with sending closed from the first
moment (ruling R11) and every session gone.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL, Connection, func, make_url, select, table, text

from portal.store.database import make_engine
from portal.store.tables import metadata

_PROGRAMS = Path("/usr/lib/postgresql")
_FORM = 1


class BackupError(Exception):
    """The copy could not be made or put back; nothing was changed. The text says why, and holds no data."""


@dataclass(frozen=True)
class Manifest:
    """What a copy holds. rows: by table. sha256: of the file, in hex."""

    form: int
    engine: str
    revision: str
    made_at: str
    sha256: str
    rows: Mapping[str, int]

    @property
    def made(self) -> datetime:
        """When the copy was begun."""
        return datetime.fromisoformat(self.made_at)


def take(url: str, file: Path, now: datetime) -> Manifest:
    """Copy the database at an address into a new file, while it is in use. Raises BackupError."""
    if file.exists():
        raise BackupError(f"{file} is there already")
    engine = make_url(url).get_backend_name()
    unfinished = file.with_name(f".{file.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        revision, rows = (_take_sqlite if engine == "sqlite" else _take_postgresql)(url, unfinished)
        made = Manifest(_FORM, engine, revision, now.isoformat(), _digest(unfinished), rows)
        _on_disk(unfinished)
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
    beside = manifest_of(file)
    beside.write_text(json.dumps(asdict(made), indent=1, sort_keys=True) + "\n", encoding="utf-8")
    _on_disk(beside)
    return made


def manifest_of(file: Path) -> Path:
    """Where the manifest of a copy lies."""
    return file.with_name(f"{file.name}.json")


def read_manifest(file: Path) -> Manifest:
    """The manifest of a copy, after the copy was held against it. Raises BackupError."""
    try:
        values = json.loads(manifest_of(file).read_text(encoding="utf-8"))
        made = Manifest(**values)
    except (OSError, ValueError, TypeError) as broken:
        raise BackupError(
            f"{file} has no readable manifest beside it: it was broken off, or moved alone"
        ) from broken
    if made.form != _FORM:
        raise BackupError(f"{file} was made by another version of the program")
    if not file.is_file() or _digest(file) != made.sha256:
        raise BackupError(f"{file} is not what its manifest says: it was damaged or changed")
    return made


def put_back(url: str, file: Path, made: Manifest, now: datetime, reason: str) -> None:
    """Put a copy into the empty database at an address, with sending closed for this reason. Raises BackupError."""
    engine = make_url(url).get_backend_name()
    if engine != made.engine:
        raise BackupError(f"{file} was made from {made.engine}, the address is of {engine}")
    (_put_back_sqlite if engine == "sqlite" else _put_back_postgresql)(url, file, now, reason)


def is_empty(url: str) -> bool:
    """Whether there is no table of ours at an address; of SQLite the file may be missing."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and not _file_of(address).exists():
        return True
    engine = make_engine(url, pool_size=1)
    try:
        with engine.connect() as connection:
            return not engine.dialect.has_table(connection, "installation")
    finally:
        engine.dispose()


def empty(url: str) -> None:
    """Throw away everything in a scratch database."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        _file_of(address).unlink(missing_ok=True)
        return
    engine = make_engine(url, pool_size=1)
    try:
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    finally:
        engine.dispose()


def rows_of(url: str) -> dict[str, int]:
    """How many rows each table holds."""
    engine = make_engine(url, pool_size=1)
    try:
        with engine.connect() as connection:
            return _rows(connection)
    finally:
        engine.dispose()


def _rows(connection: Connection) -> dict[str, int]:
    there = set(connection.dialect.get_table_names(connection))
    return {
        name: int(connection.execute(select(func.count()).select_from(table(name))).scalar_one())
        for name in sorted(there & set(metadata.tables))
    }


def _digest(file: Path) -> str:
    with file.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def _on_disk(file: Path) -> None:
    for place in (file, file.parent):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


# SQLite


def _file_of(address: URL) -> Path:
    if not address.database:
        raise BackupError("the database has no file")
    return Path(address.database)


def _take_sqlite(url: str, to: Path) -> tuple[str, dict[str, int]]:
    source = _file_of(make_url(url))
    if not source.exists():
        raise BackupError(f"{source} is not there")
    with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(to)) as there:
        here.backup(there)
        there.execute("PRAGMA journal_mode = DELETE")
        _whole(there)
        (revision,) = there.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(revision), rows_of(f"sqlite:///{to}")


def _whole(connection: sqlite3.Connection) -> None:
    if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
        raise BackupError("the database file is damaged")
    if connection.execute("PRAGMA foreign_key_check").fetchall():
        raise BackupError("rows refer to rows that are not there")


def _put_back_sqlite(url: str, file: Path, now: datetime, reason: str) -> None:
    target = _file_of(make_url(url))
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    os.close(handle)
    made = Path(name)
    try:
        shutil.copyfile(file, made)
        with closing(sqlite3.connect(made)) as connection, connection:
            connection.execute(
                "UPDATE installation SET sending_closed_at = ?, sending_closed_reason = ?",
                (now.strftime("%Y-%m-%d %H:%M:%S.%f"), reason),
            )
            connection.execute("DELETE FROM session")
            _whole(connection)
        _on_disk(made)
        for old in (target, *(target.with_name(target.name + end) for end in ("-wal", "-shm"))):
            old.unlink(missing_ok=True)
        made.replace(target)
    finally:
        made.unlink(missing_ok=True)


# PostgreSQL


def _program(name: str) -> str:
    found = sorted(
        _PROGRAMS.glob(f"*/bin/{name}"), key=lambda one: float(one.parent.parent.name), reverse=True
    )
    program = str(found[0]) if found else shutil.which(name)
    if program is None:
        raise BackupError(f"{name} is not installed: apt-get install postgresql-client")
    return program


def _address(url: str) -> tuple[str, dict[str, str]]:
    """As the programs of PostgreSQL take it, the password apart: others see the arguments of a program."""
    plain = make_url(url).set(drivername="postgresql")
    password = {"PGPASSWORD": plain.password} if plain.password else {}
    return URL.create(
        "postgresql", plain.username, None, plain.host, plain.port, plain.database, plain.query
    ).render_as_string(hide_password=False), os.environ | password


def _take_postgresql(url: str, to: Path) -> tuple[str, dict[str, int]]:
    address, environment = _address(url)
    engine = make_engine(url, pool_size=1)
    try:
        # One picture for the copy and for what is counted.
        with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            snapshot = str(connection.execute(text("SELECT pg_export_snapshot()")).scalar_one())
            revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
            rows = _rows(connection)
            options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
            _run([_program("pg_dump"), *options, f"--file={to}", f"--dbname={address}"], environment)
    finally:
        engine.dispose()
    return str(revision), rows


def _put_back_postgresql(url: str, file: Path, now: datetime, reason: str) -> None:
    address, environment = _address(url)
    listed = _run([_program("pg_restore"), "--list", str(file)], environment).decode("utf-8")
    # Policies name roles, which another server need not have; `roles grant` makes them anew.
    kept = [line for line in listed.splitlines() if " POLICY " not in line and " ROW SECURITY " not in line]
    told = reason.replace("'", "''")
    closing_words = (
        "\nUPDATE public.installation SET "
        f"sending_closed_at = '{now.isoformat()}', sending_closed_reason = '{told}';\n"
        "DELETE FROM public.session;\n"
    )
    with tempfile.NamedTemporaryFile("w", suffix=".list", encoding="utf-8") as contents:
        contents.write("\n".join(kept) + "\n")
        contents.flush()
        script = [_program("pg_restore"), "--no-owner", "--no-privileges", f"--use-list={contents.name}"]
        quiet = [
            "--no-psqlrc",
            "--quiet",
            "--set=ON_ERROR_STOP=1",
            "--single-transaction",
            "--output=/dev/null",
        ]
        with (
            subprocess.Popen(  # noqa: S603 -- a fixed program, without a shell
                [*script, "--file=-", str(file)], stdout=subprocess.PIPE
            ) as reading,
            subprocess.Popen(  # noqa: S603 -- a fixed program, without a shell
                [_program("psql"), *quiet, "--file=-", address],
                stdin=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment,
            ) as writing,
        ):
            assert reading.stdout is not None  # noqa: S101 -- asked for above
            assert writing.stdin is not None  # noqa: S101 -- asked for above
            try:
                shutil.copyfileobj(reading.stdout, writing.stdin)
                if reading.wait() != 0:
                    # Without its end the transaction never happened.
                    writing.kill()
                    raise BackupError(f"{file} cannot be read to its end")
                writing.stdin.write(closing_words.encode("utf-8"))
                _, problem = writing.communicate()
            except BrokenPipeError:
                problem = writing.stderr.read() if writing.stderr else b""
                reading.kill()
    if writing.returncode != 0:
        raise BackupError(f"PostgreSQL refused it: {problem.decode('utf-8', 'replace')[:300]}")


def _run(command: list[str], environment: Mapping[str, str]) -> bytes:
    done = subprocess.run(  # noqa: S603 -- fixed programs, without a shell
        command, env=environment, capture_output=True, check=False
    )
    if done.returncode != 0:
        raise BackupError(f"{Path(command[0]).name} failed: {done.stderr.decode('utf-8', 'replace')[:300]}")
    return done.stdout
