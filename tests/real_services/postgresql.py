"""A PostgreSQL cluster of our own in a temporary folder, reached through a unix socket."""

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from tests.real_services.child import ServiceMissing, end_child, find_program, start_child

_DEBIAN = Path("/usr/lib/postgresql")
_QUICK = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off"]
_ALWAYS = ["listen_addresses=", "max_connections=120", "shared_buffers=64MB", "timezone=UTC"]


def separated(url: str) -> dict[str, str]:
    """The addresses of a database for the owner and, each with its own role, for every audience."""
    from portal.settings import AUDIENCES

    owner = make_url(url)
    if owner.get_backend_name() != "postgresql":
        return {"owner": url}
    named = {
        audience: owner.set(username=f"{owner.username}_{audience}").render_as_string(hide_password=False)
        for audience in AUDIENCES
    }
    return {"owner": url, **named}


class Cluster:
    """A running server. Databases are made and dropped by name; URLs name the psycopg driver."""

    def __init__(self, admin_url: URL, folder: Path | None = None) -> None:
        self.admin_url = admin_url
        self.folder = folder
        self._numbers = itertools.count(1)

    def url(self, database: str) -> str:
        return self.admin_url.set(database=database).render_as_string(hide_password=False)

    def separate(self, database: str) -> None:
        """Give each audience its own role in a migrated database; copies of it have them too."""
        from portal.store import roles
        from portal.store.database import Database
        from tests.build import KEYRING

        urls = separated(self.url(database))
        for statement in roles.creating(urls):
            # Roles belong to the server: another database may have made them already.
            with suppress(psycopg.errors.DuplicateObject):
                self._run(sql.SQL(statement))
        opened = Database(urls, KEYRING)
        with opened.write() as session:
            roles.apply(session, roles.names(urls))
        opened.dispose()

    def _run(self, statement: sql.Composable) -> None:
        plain = self.admin_url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(statement)

    def create(self, template: str | None = None) -> str:
        """Make an empty database, or a copy of `template`; returns its name."""
        name = f"portal_test_{os.getpid()}_{next(self._numbers)}"
        source = sql.SQL("TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")
        if template is not None:
            source = sql.SQL("TEMPLATE {}").format(sql.Identifier(template))
        self._run(sql.SQL("CREATE DATABASE {} {}").format(sql.Identifier(name), source))
        return name

    def drop(self, name: str) -> None:
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def programs_folder() -> Path:
    found = sorted(_DEBIAN.glob("*/bin"), key=lambda folder: float(folder.parent.name), reverse=True)
    for folder in found:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return find_program("initdb").parent


def _unprivileged_user() -> str | None:
    """The user to run the server as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise ServiceMissing("no unprivileged user to run PostgreSQL as")


def _wait_until_ready(child: subprocess.Popen[bytes], url: URL, log: Path) -> None:
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    deadline = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(plain, connect_timeout=5).close()
        except psycopg.OperationalError as problem:
            if child.poll() is not None or time.monotonic() > deadline:
                raise ServiceMissing(f"PostgreSQL did not start: {log.read_text()[-2000:]}") from problem
            time.sleep(0.02)
        else:
            return


@contextmanager
def own_cluster(*, durable: bool) -> Iterator[Cluster]:
    """A new cluster for the time of the block.

    `durable` keeps fsync and synchronous commits on: for tests that kill processes and count what stayed.
    TEST_DATABASE_URL names a server to be used instead; it needs the right to create databases."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield Cluster(make_url(given).set(drivername="postgresql+psycopg"))
        return
    programs, user = programs_folder(), _unprivileged_user()
    folder = Path(tempfile.mkdtemp(prefix="portal-pg-"))
    try:
        log = folder / "log"
        log.touch()
        if user is not None:
            shutil.chown(folder, user, user)
            shutil.chown(log, user, user)
        initdb = [str(programs / "initdb"), "-D", str(folder / "data"), "-U", "postgres", "-A", "trust"]
        initdb += ["-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
        done = subprocess.run(
            initdb, cwd="/", user=user, group=user, extra_groups=[] if user else None, capture_output=True
        )
        if done.returncode != 0:
            raise ServiceMissing(f"initdb failed: {done.stderr.decode()[-2000:]}")
        options = [*_ALWAYS, f"unix_socket_directories={folder}", *([] if durable else _QUICK)]
        command = [str(programs / "postgres"), "-D", str(folder / "data")]
        child = start_child(command + [part for option in options for part in ("-c", option)], log, user=user)
        try:
            url = URL.create(
                "postgresql+psycopg", username="postgres", database="postgres", query={"host": str(folder)}
            )
            _wait_until_ready(child, url, log)
            yield Cluster(url, folder)
        finally:
            end_child(child, signal.SIGINT)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
