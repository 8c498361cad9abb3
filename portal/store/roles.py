"""The database roles of the audiences on PostgreSQL: what each may do with which table, and which rows exist for it.

Which audience may do what stands in ``grants.toml`` beside this file, table by table. A role is whom an audience's
address names; an audience without an address of its own works as the owner, for whom none of this holds. Rows are
kept apart by policies that compare a column with what the transaction said at its beginning
(`portal.store.database.Scope`); a transaction that said nothing sees no row of such a table.
"""

import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import make_url, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from portal.store.tables import metadata

VERBS = ("select", "insert", "update", "delete")
_FILE = Path(__file__).with_name("grants.toml")
_quoted = postgresql.dialect().identifier_preparer.quote_identifier  # type: ignore[no-untyped-call]  # SQLAlchemy's own


class RolesMissingError(Exception):
    """Roles that addresses name are not in the database server. names: which."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__("roles are missing")
        self.names = sorted(names)


@dataclass(frozen=True)
class Rights:
    """What one audience may do with one table: the columns of each verb, None = of the whole table.

    rows: the condition under which a row exists for it; "" = every row. reads: for a table that only grows, the
    narrower condition under which a row is read; rows then says what may be added.
    """

    verbs: Mapping[str, tuple[str, ...] | None]
    rows: str = ""
    reads: str = ""

    @property
    def apart(self) -> bool:
        """Whether rows are kept apart for this audience."""
        return bool(self.rows or self.reads)


@cache
def rights() -> Mapping[str, Mapping[str, Rights]]:
    """Audience -> table -> rights, as the file says."""
    found = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {
        audience: {table: _rights(table, given) for named, given in tables.items() for table in named.split()}
        for audience, tables in found.items()
        if audience != "nobody"
    }


@cache
def for_nobody() -> frozenset[str]:
    """Tables that only the owner uses."""
    return frozenset(tomllib.loads(_FILE.read_text(encoding="utf-8"))["nobody"]["tables"])


def _rights(table: str, given: Mapping[str, Any]) -> Rights:
    verbs = {verb: _columns(table, given[verb]) for verb in VERBS if verb in given}
    rows, reads = (_condition(given[kind]) if kind in given else "" for kind in ("rows", "reads"))
    return Rights(verbs, rows, reads)


def _columns(table: str, told: str | list[str]) -> tuple[str, ...] | None:
    """``"all"`` (None), ``"all but"`` one column, or the columns by name."""
    if isinstance(told, list):
        return tuple(told)
    without = told.removeprefix("all but ")
    return None if told == "all" else tuple(c.name for c in metadata.tables[table].c if c.name != without)


def _condition(told: str) -> str:
    """``column``, ``column = setting``, ``column in table.column``, ``column is word``, ``column is not null`` as SQL.

    Joined by ``and``, then by ``or``.
    """
    return " OR ".join(" AND ".join(map(_compared, part.split(" and "))) for part in told.split(" or "))


def _compared(told: str) -> str:
    if " in " in told:
        column, _, place = told.partition(" in ")
        table, _, of = place.partition(".")
        return f"{_quoted(column)} IN (SELECT {_quoted(of)} FROM {_quoted(table)})"  # noqa: S608 -- our own list
    if " is " in told:
        column, _, word = told.partition(" is ")
        return f"{_quoted(column)} IS NOT NULL" if word == "not null" else f"{_quoted(column)} = '{word}'"
    column, _, setting = told.partition(" = ")
    # Empty where an earlier transaction of the same connection had said something: then nothing is said either.
    return f"{_quoted(column)} = NULLIF(current_setting('portal.{setting or column}', true), '')::bigint"


def names(urls: Mapping[str, str]) -> dict[str, str]:
    """Audience -> role, for the audiences whose address names another role than the owner's."""
    if make_url(urls["owner"]).get_backend_name() != "postgresql":
        return {}
    own = make_url(urls["owner"]).username
    found = {audience: make_url(urls[audience]).username for audience in rights() if audience in urls}
    return {audience: role for audience, role in found.items() if role and role != own}


def default_name(urls: Mapping[str, str], audience: str) -> str:
    """What a role is called where no address names one yet."""
    return f"{make_url(urls['owner']).username or 'portal'}_{audience}"


def creating(urls: Mapping[str, str], database: str | None = None) -> list[str]:
    """Statements for the superuser: roles that may sign in and own nothing; no password, nobody gets in by itself."""
    known = names(urls)
    place = _quoted(database or make_url(urls["owner"]).database or "portal")
    lines = [f"REVOKE ALL ON DATABASE {place} FROM PUBLIC"]
    for audience in rights():
        role = _quoted(known.get(audience) or default_name(urls, audience))
        lines.append(f"CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS")
        lines.append(f"GRANT CONNECT ON DATABASE {place} TO {role}")
    return lines


def granting(roles: Mapping[str, str], protected: Collection[str] = ()) -> list[list[str]]:
    """Statements for the owner, those of one table together: in force at once or not at all.

    What a role had before and the file no longer names is taken away. protected: tables that have policies now.
    """
    everybody = [f"GRANT USAGE ON SCHEMA public TO {_quoted(role)}" for role in roles.values()]
    tables = [*sorted(metadata.tables), "alembic_version"]
    return [["REVOKE CREATE ON SCHEMA public FROM PUBLIC", *everybody]] + [
        _of_table(table, roles, had_policies=table in protected) for table in tables
    ]


def _of_table(table: str, roles: Mapping[str, str], *, had_policies: bool) -> list[str]:
    place, lines, policies = _quoted(table), [], []
    numbered = table in metadata.tables and metadata.tables[table].autoincrement_column is not None
    apart = any(table in tables and tables[table].apart for tables in rights().values())
    for audience, role in roles.items():
        whom, given = _quoted(role), rights()[audience].get(table)
        lines.append(f"REVOKE ALL ON TABLE {place} FROM {whom}")
        if numbered:
            lines.append(f"REVOKE ALL ON SEQUENCE {_quoted(_sequence(table))} FROM {whom}")
        if given is None:
            continue
        for verb, columns in given.verbs.items():
            named = "" if columns is None else f" ({', '.join(map(_quoted, columns))})"
            lines.append(f"GRANT {verb.upper()}{named} ON TABLE {place} TO {whom}")
        if numbered and "insert" in given.verbs:
            lines.append(f"GRANT USAGE ON SEQUENCE {_quoted(_sequence(table))} TO {whom}")
        if apart:
            policies += _policies(_policy(audience), place, whom, given)
    if not apart and not had_policies:
        return lines
    for audience in rights():
        lines += [f"DROP POLICY IF EXISTS {name} ON {place}" for name in _policy(audience)]
    if not policies:
        return [*lines, f"ALTER TABLE {place} DISABLE ROW LEVEL SECURITY"]
    return [*lines, *policies, f"ALTER TABLE {place} ENABLE ROW LEVEL SECURITY"]


def _policies(names: tuple[str, str], place: str, whom: str, given: Rights) -> list[str]:
    rows, adding = names
    if given.reads:
        return [
            f"CREATE POLICY {rows} ON {place} FOR SELECT TO {whom} USING ({given.reads})",
            f"CREATE POLICY {adding} ON {place} FOR INSERT TO {whom} WITH CHECK ({given.rows or 'true'})",
        ]
    condition = given.rows or "true"
    return [f"CREATE POLICY {rows} ON {place} TO {whom} USING ({condition}) WITH CHECK ({condition})"]


def _policy(audience: str) -> tuple[str, str]:
    return _quoted(f"rows_of_{audience}"), _quoted(f"new_rows_of_{audience}")


def _sequence(table: str) -> str:
    column = metadata.tables[table].autoincrement_column
    assert column is not None  # noqa: S101 -- asked before
    return f"{table}_{column.name}_seq"


def apply(session: Session, roles: Mapping[str, str]) -> int:
    """Give every role what the file says, table by table; how many roles there are. Commits.

    Raises RolesMissingError before anything is changed.
    """
    if not roles:
        return 0
    known = set(session.execute(text("SELECT rolname FROM pg_roles")).scalars())
    if missing := set(roles.values()) - known:
        session.rollback()
        raise RolesMissingError(missing)
    protected = set(session.execute(text("SELECT relname FROM pg_class WHERE relrowsecurity")).scalars())
    for together in granting(roles, protected):
        for line in together:
            session.connection().exec_driver_sql(line.replace("%", "%%"))
        session.commit()
    return len(roles)
