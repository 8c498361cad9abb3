"""Files of registrations for tests, and a worker that carries them on."""

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select

from portal.calendar.clock import Clock
from portal.domain.actor import Actor
from portal.domain.registration_file import COLUMNS, Limits
from portal.services import registration_job, registration_run
from portal.services.registration_job import Job
from portal.store.database import Database
from portal.store.tables import seeker as seeker_table
from tests.registrations import FORM, OFFICE, OPERATOR

FOR_OFFICE = replace(OPERATOR, office_code=OFFICE)
LIMITS = Limits()


def cells(**changes: str) -> dict[str, str]:
    """A good line by field, with some cells changed."""
    flat = {name: value if isinstance(value, str) else ";".join(value) for name, value in FORM.items()}
    return {**flat, **changes}


def written(*lines: Mapping[str, str], head: list[str] | None = None, encoding: str = "utf-8") -> bytes:
    """A file with these lines."""
    names = head or list(COLUMNS)
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(names)
    fields = {title: field for field, title in COLUMNS.items()}
    for line in lines:
        writer.writerow([line.get(fields.get(name, name), "") for name in names])
    return file.getvalue().encode(encoding)


HARD = [
    cells(),
    cells(
        registration_number="13999-00000002",
        pr="電話は090-0000-0000です。",
        place_1="三重県",
        place_2="広島市中区",
    ),
    cells(registration_number="１３９９９−００００００３", kana="ﾐﾎﾝ ﾊﾅｺ", phone="", mail="", residence=""),
    cells(registration_number="1399900000004", experience_text="見本花子と申します。", pr="", licences=""),
    cells(registration_number="13999-00000005", birth_date="1990-02-30", sex="x"),
    cells(
        registration_number="13999-00000006",
        school_status="graduated",
        school_kind="university",
        graduated_on="2020-03-31",
    ),
    cells(registration_number="13999-00000007", range_municipal="いいえ", valid_until="2026-07-31"),
    cells(registration_number="13999-00000002"),
    cells(
        registration_number="13999-00000008",
        pr="改行\r\nのある\n文章",
        experience_1="",
        experience_years_1="",
    ),
    cells(registration_number="13999-00000009", name="髙﨑　𠮷男", times="", wage_month="", education=""),
    cells(registration_number="13999-00000010", terms_version="0000"),
]
"""Eight good lines, two of them with a text that waits, and three that are refused."""

TWO = (cells(), cells(registration_number="13999-00000002", pr="電話は090-0000-0000です。"))


def hand_in(
    database: Database, clock: Clock, data: bytes, *, register: bool = False, actor: Actor = FOR_OFFICE
) -> Job:
    """Hand a file in."""
    with database.write() as session:
        return registration_job.add(session, clock, actor, io.BytesIO(data), LIMITS, register=register)


def work(database: Database, clock: Clock, worker: str = "worker-1") -> Job | None:
    """Let a worker do all that waits; the last file it worked on."""
    hands, last = registration_run.Worker(worker, 2), None
    while True:
        with database.write() as session:
            job = hands.step(session, clock)
        if job is None:
            return last
        last = job


def load(
    database: Database, clock: Clock, data: bytes, *, apply: bool = True, actor: Actor = FOR_OFFICE
) -> Job:
    """Hand a file in and let it be worked on to its end."""
    hand_in(database, clock, data, register=apply, actor=actor)
    job = work(database, clock)
    assert job is not None
    return job


def people(number: int, **changes: str) -> list[dict[str, str]]:
    """Good lines numbered from 1."""
    return [cells(registration_number=f"13999-{n:08}", **changes) for n in range(1, number + 1)]


def count(database: Any, table: Any = seeker_table) -> int:
    """How many rows a table has."""
    with database.read() as session:
        return int(session.scalar(select(func.count()).select_from(table)))


def standing(database: Any, public_id: str) -> registration_job.Job:
    """A file as the operator of its office sees it."""
    with database.read() as session:
        return registration_job.job(session, FOR_OFFICE, public_id)
