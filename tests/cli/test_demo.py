"""`portal demo`: what is in it, that it comes once, and that nobody in it could be taken for somebody real."""

import re
import shutil
import sqlite3
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from portal.app import create_app
from portal.calendar.clock import FixedClock
from portal.cli import main
from portal.domain.account import AccountKind
from portal.domain.answer import AnswerKind
from portal.domain.outcome import Outcome
from portal.services import demo, relay
from portal.settings import Hashing, load
from portal.store import account as accounts
from portal.store.tables import (
    block,
    held_text,
    message,
    metadata,
    profile,
    seeker,
    thread,
    unit,
    unit_record,
)
from tests.web.page_client import PageClient, page_of

CONFIG = Path(__file__).resolve().parent.parent.parent / "config" / "demo"
CHEAP = Hashing(time_cost=1, memory_kib=8, parallelism=1, concurrent=2)
NOW = datetime(2026, 6, 15, 1, 0, tzinfo=UTC)
STORY = demo.read((CONFIG / "story.toml").read_bytes(), (CONFIG / "seekers.toml").read_bytes())


class Portal:
    """One demo portal, commanded as by its operator."""

    def __init__(self, url: str, secrets: Path, folder: Path, now: datetime, environment: str) -> None:
        variables = {
            "PORTAL_ENVIRONMENT": environment,
            "PORTAL_INSTANCE": str(folder),
            "PORTAL_SECRETS": str(secrets),
            "PORTAL_DATABASE_URL": url,
        }
        self.app = create_app(replace(load(variables), hashing=CHEAP), FixedClock(now))
        self.app.testing = True
        self.app.test_client_class = PageClient

    def run(self, *words: str) -> tuple[int, str]:
        """Type a command; its exit code and all it printed."""
        with self.app.app_context():
            done = CliRunner().invoke(main, list(words))
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, done.output

    def prepare(self) -> "Portal":
        """What comes before the demo."""
        for words in (("migrate",), ("table", "load"), ("terms", "load")):
            assert self.run(*words)[0] == 0
        return self

    def session(self) -> Any:
        return self.app.extensions["portal"].read("owner")

    def count(self) -> dict[str, int]:
        """Rows of every table."""
        with self.session() as session:
            return {
                table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
                for table in metadata.sorted_tables
            }

    def close(self) -> None:
        self.app.extensions["portal"].database.dispose()


@pytest.fixture
def start(secrets_file: Path, tmp_path: Path) -> Iterator[Callable[..., Portal]]:
    """`start(url)` gives a portal on a database."""
    started: list[Portal] = []

    def make(url: str, now: datetime = NOW, environment: str = "demo") -> Portal:
        started.append(Portal(url, secrets_file, tmp_path / "instance", now, environment))
        return started[-1]

    yield make
    for each in started:
        each.close()


@pytest.fixture(scope="module")
def prepared_file(
    migrated_template: Callable[..., Any], secrets_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """An SQLite database marked as a demo, with tables and terms."""
    file = tmp_path_factory.mktemp("prepared") / "portal.sqlite"
    shutil.copyfile(migrated_template(None), file)
    portal = Portal(f"sqlite:///{file}", secrets_file, file.parent, NOW, "demo").prepare()
    portal.close()
    _one_file(file)
    return file


@pytest.fixture(scope="module")
def loaded_file(prepared_file: Path, secrets_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with the demo in it; tests that change something take a copy."""
    file = tmp_path_factory.mktemp("demo") / "portal.sqlite"
    shutil.copyfile(prepared_file, file)
    portal = Portal(f"sqlite:///{file}", secrets_file, file.parent, NOW, "demo")
    assert portal.run("demo", "load") == (0, "Demo data loaded: 60 job seekers, 6 organisations.\n")
    portal.close()
    _one_file(file)
    return file


def _one_file(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@pytest.fixture
def prepared(prepared_file: Path, tmp_path: Path) -> str:
    """The address of a database that waits for the demo."""
    copy = tmp_path / "prepared.sqlite"
    shutil.copyfile(prepared_file, copy)
    return f"sqlite:///{copy}"


@pytest.fixture
def loaded(loaded_file: Path, start: Callable[..., Portal], tmp_path: Path) -> Portal:
    """A demo that was loaded."""
    copy = tmp_path / "loaded.sqlite"
    shutil.copyfile(loaded_file, copy)
    return start(f"sqlite:///{copy}")


def test_the_demo_comes_once_and_a_second_run_changes_nothing(
    empty_database_url: str, start: Callable[..., Portal]
) -> None:
    portal = start(empty_database_url).prepare()
    assert portal.run("demo", "sign-ins")[0] == 1

    assert portal.run("demo", "load")[0] == 0
    before = portal.count()
    said = portal.run("demo", "sign-ins")
    assert portal.run("demo", "load") == (0, "The demo data of 2026-06-15 are kept.\n")

    assert portal.count() == before
    assert portal.run("demo", "sign-ins") == said
    assert (before["seeker"], before["unit"]) == (60, 6)
    with portal.session() as session:
        assert relay.check(session).wrong == ()


def test_a_loading_that_was_broken_off_is_carried_on(
    loaded: Portal, prepared: str, start: Callable[..., Portal]
) -> None:
    portal = start(prepared)
    calls = Counter[str]()
    send = relay.send

    def broken(*arguments: Any) -> Any:
        calls["send"] += 1
        if calls["send"] == 12:
            raise KeyboardInterrupt
        return send(*arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(relay, "send", broken)
        code, _ = portal.run("demo", "load")
    assert (code, portal.count()["message"] > 0) == (1, True)

    assert portal.run("demo", "load")[0] == 0

    names = ("account", "block", "membership", "message", "outcome_event", "seeker", "send", "thread", "unit")
    whole, carried_on = loaded.count(), portal.count()
    assert {n: carried_on.get(n) for n in names} == {n: whole.get(n) for n in names}
    assert _unread(portal) == _unread(loaded)


def _unread(portal: Portal) -> list[tuple[int, int, int]]:
    with portal.session() as session:
        rows = session.execute(select(thread.c.seeker_id, thread.c.unread_seeker, thread.c.unread_unit))
        return sorted((row.seeker_id, row.unread_seeker, row.unread_unit) for row in rows)


@pytest.mark.parametrize("now", ["2026-04-01T00:05+09:00", "2028-02-29T23:59+09:00"])
def test_it_loads_on_any_day_on_which_there_are_terms(
    now: str, prepared: str, start: Callable[..., Portal]
) -> None:
    today = datetime.fromisoformat(now)
    portal = start(prepared, today)

    assert portal.run("demo", "load")[0] == 0

    with portal.session() as session:
        first, last = session.execute(select(func.min(message.c.sent_at), func.max(message.c.sent_at))).one()
    assert datetime(2026, 4, 1, tzinfo=today.tzinfo) <= first <= last <= today


def test_before_the_terms_and_without_tables_the_way_is_told(
    new_database_url: Callable[..., str], start: Callable[..., Portal]
) -> None:
    url = new_database_url("sqlite")
    early = start(url, datetime(2026, 3, 31, tzinfo=UTC))
    early.run("migrate")
    assert early.run("terms", "load")[0] == 0
    code, said = early.run("demo", "load")
    assert (code, "portal terms load" in said, "clock" in said) == (1, True, True)

    code, said = start(url).run("demo", "load")
    assert (code, "portal table load" in said) == (1, True)


def test_no_invented_people_come_into_a_database_that_is_not_marked_as_a_demo(
    new_database_url: Callable[..., str], start: Callable[..., Portal]
) -> None:
    portal = start(new_database_url("sqlite"), environment="test").prepare()
    before = portal.count()

    for words in (("demo", "load"), ("demo", "sign-ins")):
        code, said = portal.run(*words)
        assert (code, "not marked as a demo" in said) == (1, True)

    assert portal.count() == before


def test_every_sign_in_that_is_printed_really_signs_in(loaded: Portal) -> None:
    code, said = loaded.run("demo", "sign-ins")
    printed = re.findall(r"^  ([a-z0-9-]+) +(\S+) +\S", said, re.MULTILINE)
    assert code == 0
    assert [name for name, _ in printed] == [one.name for one in demo.sign_ins(STORY)]
    assert len(printed) == 16

    for name, password in printed:
        client = loaded.app.test_client()
        typed = {"sign_in_name": name, "password": password}
        answer = client.submit("/sign-in", typed, follow=True)
        assert answer.status_code == 200, name
        # Nobody is asked for a second factor here.
        assert page_of(answer).form_with("csrf_token").action == "/sign-out", name


def test_what_is_waiting_for_whom_is_as_the_sign_ins_say(loaded: Portal) -> None:
    with loaded.session() as session:
        names = dict(
            session.execute(
                select(unit.c.id, unit_record.c.name).join(unit_record, unit_record.c.unit_id == unit.c.id)
            ).all()
        )
        rows = session.execute(select(thread)).all()
        offices = session.execute(
            select(seeker.c.office_code)
            .join(held_text, held_text.c.seeker_id == seeker.c.id)
            .where(held_text.c.state == "held")
        ).scalars()
        assert Counter(offices) == {"X1301": 2, "X2701": 1}
        assert session.execute(select(func.count()).select_from(block)).scalar_one() == 1
        unread = Counter(names[row.unit_id] for row in rows if row.unread_unit)
        assert unread == {"架空キャリアサポート株式会社": 2, "見本ジョブパートナーズ株式会社": 1}
        new_to = Counter(row.seeker_id for row in rows if row.unread_seeker)
        people = [(each.sign_in_name, each.seeker_id) for each in accounts.everybody(session, AccountKind)]
        assert {name: new_to[number] for name, number in people if name.startswith("seeker")} == {
            "seeker1": 2,
            "seeker2": 1,
            "seeker3": 1,
        }
        assert {row.outcome for row in rows} == {outcome.value for outcome in Outcome}
        answers = session.execute(select(message.c.answer).distinct()).scalars()
        assert set(answers) - {None} == {kind.value for kind in AnswerKind}
        stopped = session.execute(select(func.count()).where(profile.c.stopped)).scalar_one()
        over = session.execute(select(func.count()).where(profile.c.valid_until < NOW.date())).scalar_one()
        pupils = session.execute(select(func.count()).where(profile.c.never_eligible)).scalar_one()
        new = session.execute(select(func.count()).where(profile.c.eligible_from > NOW.date())).scalar_one()
        assert (stopped, over, pupils, new) == (1, 1, 1, 1)


def test_organisations_keep_texts_and_a_search_that_finds_somebody(loaded: Portal) -> None:
    client = loaded.app.test_client()
    client.submit("/sign-in", {"sign_in_name": "agency-care", "password": STORY.password}, follow=True)
    assert "最初のご案内（介護・医療）" in client.page("/provider/templates").text
    assert "東京都・介護の言葉" in client.page("/provider/saved").text
    assert "該当" in client.page("/provider/results?words=介護&prefecture=13").text


def test_nothing_in_the_demo_could_be_somebody_real() -> None:
    text = "".join((CONFIG / name).read_text("utf-8") for name in ("story.toml", "seekers.toml"))
    phones = re.findall(r"(?<![\d-])0\d{1,4}-\d{1,4}-\d{3,4}(?![\d-])|0\d{9,10}", text)
    long_numbers = set(re.findall(r"\d{10,}", text))
    mails = re.findall(r"[\w.+-]+@([\w.-]+)", text)
    assert set(phones) - {number[:11] for number in long_numbers} <= {"00-0000-0000"}
    # A 法人番号 never begins with 0.
    assert all(number.startswith("000000000") for number in long_numbers)
    assert mails
    assert all(domain == "example.jp" or domain.endswith(".example.jp") for domain in mails)
    # There is no prefecture 99 and no office 99999.
    assert all(found.startswith("99-") for found in re.findall(r"\d\d-\w-\d{6}", text))
    numbers = [
        found["number"] for found in tomllib.loads((CONFIG / "seekers.toml").read_text("utf-8"))["seeker"]
    ]
    assert all(number.startswith("99999-") for number in numbers)
    names = [str(person.typed["name"]) for person in STORY.seekers] + [unit.name for unit in STORY.units]
    assert [name for name in names if not re.search("架空|見本|仮名|例示|空想|想定", name)] == []
    http = re.findall(r"https?://|www\.", text)
    assert http == []
