"""A filled-in registration form, and what must be loaded before it can be taken: code tables and terms."""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from portal.calendar.clock import Clock
from portal.domain.actor import Actor, ActorKind
from portal.domain.code import read_tables
from portal.domain.terms import TermsText, read_texts
from portal.services import seeker, terms
from portal.services.code import TableFile, load_tables
from portal.store.database import Database
from portal.store.tables import account, unit
from portal.store.tables import seeker as seekers
from tests.build import build_clerk, build_installation

CONFIG = Path(__file__).resolve().parent.parent / "config"
OPERATOR = Actor(ActorKind.OPERATOR)
OFFICE = "X1301"
OTHER_OFFICE = "X1302"
# Enough for every rule on places: two towns of one name, a ward with its city, a prefecture without 県.
PREFECTURES = ("01", "13", "24", "34")

FORM: Mapping[str, str | Sequence[str]] = {
    "registration_number": "13999-00012345",
    "name": "見本　花子",
    "kana": "みほん　はなこ",
    "birth_date": "平成2年1月1日",
    "sex": "female",
    "phone": "００−００００−００００",
    "mail": "mihon.hanako@example.jp",
    "residence": "東京都架空市見本町1丁目2番3号",
    "employer": "株式会社架空商事",
    "school": "架空大学",
    "occupation_1": "056",
    "occupation_2": "05",
    "place_1": "東京都",
    "place_2": "24201",
    "employment": ["regular", "part_time"],
    "times": ["full_day"],
    "wage_month": "M20",
    "wage_hour": "",
    "experience_1": "056",
    "experience_years_1": "3_to_5",
    "education": "university",
    "licences": ["L001", "L039"],
    "pr": "接客が得意です。お客さまの話をよく聞きます。",
    "experience_text": "売場で五年、発注と在庫の管理をしました。",
    "school_status": "none",
    "school_kind": "",
    "graduated_on": "",
    "registered_on": "2026-06-10",
    "valid_until": "",
    "range_private": "y",
    "range_municipal": "y",
    "terms_version": "2026-04",
    "terms_agreed": "y",
}


def shipped_terms() -> tuple[TermsText, ...]:
    """The terms of config/terms."""
    folder = CONFIG / "terms"
    words = {path.name: path.read_bytes() for path in folder.glob("*.txt")}
    return read_texts((folder / "terms.toml").read_bytes(), words)


# A prepared database of this process to copy from: loading the tables takes longer than most tests.
_prepared: list[sqlite3.Connection] = []


def prepare(database: Database, clock: Clock) -> None:
    """The demo mark, the code tables (municipalities of four prefectures only) and the terms."""
    url = database.engine().url
    if url.get_backend_name() != "sqlite" or url.database is None or not _empty(database):
        _load(database, clock)
        return
    # Loading takes seconds: an empty database gets a copy of the first one that was loaded.
    if not _prepared:
        _load(database, clock)
        _prepared.append(sqlite3.connect(":memory:"))
        with closing(sqlite3.connect(url.database)) as source:
            source.backup(_prepared[0])
        return
    with closing(sqlite3.connect(url.database)) as target:
        _prepared[0].backup(target)


def _empty(database: Database) -> bool:
    """Nobody is there yet whom a copy would wipe out."""
    with database.read() as session:
        return all(
            session.scalar(select(func.count()).select_from(table)) == 0 for table in (account, seekers, unit)
        )


def _load(database: Database, clock: Clock) -> None:
    build_installation(database, demo=True)
    folder = CONFIG / "tables"
    files = []
    for kind, table in read_tables((folder / "tables.toml").read_bytes()).items():
        data = (folder / f"{kind}.csv").read_bytes()
        if kind == "municipality":
            lines = data.decode().splitlines()
            kept = [lines[0], *(line for line in lines[1:] if line.startswith(PREFECTURES))]
            data = "\n".join(kept).encode()
        files.append(TableFile(table, data))
    with database.write() as session:
        load_tables(session, clock, OPERATOR, files)
    with database.write() as session:
        terms.load(session, clock, OPERATOR, shipped_terms())


def build_office_clerk(database: Database, office: str = OFFICE) -> Actor:
    """A clerk of one of the fictional offices."""
    return build_clerk(database, office_code=office)


def register(database: Database, clock: Clock, clerk: Actor, **changes: Any) -> seeker.Registered:
    """Register the form with some fields changed."""
    with database.write() as session:
        return seeker.register(session, clock, clerk, {**FORM, **changes}, default_months=2)
