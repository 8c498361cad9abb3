"""Where to ask about telework and home work: names and what they do, each with its source, and no number to ring."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from portal.calendar.clock import FixedClock
from portal.domain.actor import Actor, ActorKind
from portal.domain.code import facts_of, read_rows, read_tables
from portal.services import consultation
from portal.services.code import TableFile, load_tables
from portal.services.consultation import Topic
from portal.settings import config_dir
from portal.store.database import Database
from portal.web.public.consultation import DOES
from tests.web.page import Page

PAGE = "/consultation-places"
FOLDER: Path = config_dir() / "tables"
CSV = (FOLDER / "consultation_place.csv").read_bytes()


def load(database: Database, clock: FixedClock, data: bytes = CSV) -> None:
    table = read_tables((FOLDER / "tables.toml").read_bytes())[consultation.TABLE]
    with database.write() as session:
        load_tables(session, clock, Actor(ActorKind.OPERATOR), [TableFile(table, data)])


def places(database: Database, clock: FixedClock, topic: Topic | None = None) -> list[str]:
    with database.read() as session:
        return [place.name_ja for place in consultation.places(session, clock, topic)]


def test_each_topic_has_the_places_that_its_own_papers_name(database: Database, clock: FixedClock) -> None:
    load(database, clock)
    assert places(database, clock, Topic.TELEWORK) == ["在宅ワーク相談室", "法テラス"]
    assert places(database, clock, Topic.HOMEWORK) == [
        "都道府県労働局",
        "労働基準監督署",
        "都道府県労働局 労働基準部 賃金課（室）",
    ]


def test_each_place_says_where_it_stands_since_when_and_when_that_was_last_compared(
    database: Database, clock: FixedClock
) -> None:
    load(database, clock)
    with database.read() as session:
        found = consultation.places(session, clock)
    assert all("家内労働のしおり" in place.source or "発注者編" in place.source for place in found)
    assert {place.verified_on for place in found} == {date(2026, 11, 22)}
    booklet = [place.shown_from for place in found if place.topic is Topic.HOMEWORK]
    assert set(booklet) == {date(2024, 4, 1)}


def test_a_place_is_shown_from_its_first_day_to_its_last(database: Database, clock: FixedClock) -> None:
    head, row, *_ = CSV.decode().splitlines()
    load(database, clock, f"{head}\n{row.replace('2000-01-01,', '2026-06-16,2026-06-17')}\n".encode())
    shown = []
    for instant in ("2026-06-15T14:59", "2026-06-15T15:00", "2026-06-17T14:59", "2026-06-17T15:00"):
        clock.set(clock.now().fromisoformat(f"{instant}+00:00"))
        shown.append(len(places(database, clock)))
    assert shown == [0, 1, 1, 0]


def test_every_row_names_the_line_of_the_seed_that_names_the_place() -> None:
    table = read_tables((FOLDER / "tables.toml").read_bytes())[consultation.TABLE]
    where = {row.code: facts_of(row.facts) for row in read_rows(table, CSV)}
    assert {code: (facts["seed"], facts["line"]) for code, facts in where.items()} == {
        "telework_room": ("000", "339"),
        "legal_support": ("000", "213"),
        "bureau": ("002", "534"),
        "inspection_office": ("002", "534"),
        "wage_section": ("002", "1099"),
    }


def test_every_code_of_the_table_has_words() -> None:
    table = read_tables((FOLDER / "tables.toml").read_bytes())[consultation.TABLE]
    assert set(DOES) == set(table.facts["does"])


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_page_shows_them_with_their_sources(
    client: Any, database: Database, clock: FixedClock, language: str
) -> None:
    load(database, clock)
    client.set_cookie("lang", language)
    page: Page = client.page(PAGE)
    wanted = {
        "ja": ("在宅ワーク相談室", "法テラス", "労働基準監督署"),
        "en": ("Telework Consultation Room", "Labour standards inspection office"),
    }
    assert all(name in page.text for name in wanted[language])
    assert "申告（法第32条）" in page.text
    assert "seed" not in page.text
    assert not re.search(r"[0-9]{2,4}-[0-9]{2,4}-[0-9]{3,4}", page.text)


def test_without_the_table_the_page_says_so(client: Any) -> None:
    assert "まだ読み込まれていません" in client.page(PAGE).text


def test_the_page_of_contacts_leads_to_it(client: Any) -> None:
    assert PAGE in client.page("/contact").links.values()
