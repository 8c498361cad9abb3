"""A working day at real size, in a browser: a file of registrations goes in, people are found, written to, answered.

    python -m bench.acceptance_day [--lines 100000] [--engine sqlite|postgresql]

A clerk of the office hands in the file that `bench.registration_lines` makes from the documented format, looks at what
was found, says yes, and a worker registers it. An agency looks for people in six ways, writes to 950 of them at once,
answers fifty questions with what was kept for answers, and is refused its 1,001st message. Pages are used without
scripts. Minutes, therefore no part of `make test`, whose browser tests do each of these with few people.
Prints one JSON object; ends with an error where the day went otherwise.
"""

import argparse
import json
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update

from bench.registration_acceptance import carry, make_file, prepared
from portal.app import create_app
from portal.calendar.clock import FixedClock
from portal.calendar.day import jst_day
from portal.domain.answer import AnswerKind
from portal.services import inbox, terms
from portal.services.public_id import shown
from portal.settings import load
from portal.store.database import Database
from portal.store.tables import message, profile, quota_use, unit
from tests.build import BuiltSeeker, BuiltUnit, build_account, build_member, build_unit, write_secrets
from tests.real_services.chromium import own_chromium
from tests.real_services.web import served
from tests.registrations import build_office_clerk
from tests.web.signing import sign_in_as

NOON = datetime(2026, 6, 15, 3, 0, tzinfo=UTC)
LETTERS, ANSWERS = 950, 50
PATIENCE = 180_000
"""Milliseconds until a page must be there."""
QUESTION = "架空の質問です。勤務地はどこですか。"


@dataclass(frozen=True)
class Need:
    """What an agency looks for. fields: of the search form; shown: words that the first profile found must have."""

    name: str
    fields: dict[str, str]
    shown: tuple[str, ...]


NEEDS = (
    Need("a word of two letters", {"words": "接客"}, ("接客",)),
    Need("two words, one in half width", {"words": "ｶﾅ 空白"}, ("半角",)),
    Need("an occupation", {"occupation": "056"}, ("接客・給仕",)),
    Need("a prefecture, full time", {"prefecture": "24", "employment": "regular"}, ("三重県", "正社員")),
    Need("a town", {"prefecture": "24", "municipality": "24201"}, ("三重県",)),
    Need("an education and a word", {"education": "university", "words": "文書"}, ("文書の作成",)),
)


@dataclass
class Day:
    """What the day is made of, and the seconds that its parts took."""

    database: Database
    clock: FixedClock
    agency: BuiltUnit
    open_window: Callable[[int], Any]
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Note how long a part takes."""
        began = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - began, 2)


def said(window: Any) -> str:
    """What stands on the page, blanks made one."""
    return " ".join(str(window.locator("main").inner_text()).split())


def expect(window: Any, *words: str) -> None:
    """Stop the day unless all of it is told on the page."""
    for one in words:
        if one not in said(window):
            raise AssertionError(f"{one!r} is not on {window.url}: {said(window)[:2000]}")


def press(window: Any, name: str) -> None:
    """Press a button of the page."""
    window.locator("main").get_by_role("button", name=name).first.click()


def registers(day: Day, window: Any, path: Path) -> None:
    """The clerk hands in the file, looks, says yes; a worker does the rest while the page is looked at."""
    with day.timed("hand_in"):
        window.goto("/office/files/new")
        window.get_by_label("登録ファイル（CSV）").set_input_files(path)
        press(window, "送って確認する")
    expect(window, "まだ何も登録していません")
    with day.timed("check"):
        checked = carry(day.database, day.clock)
    window.get_by_role("link", name="今の様子を見る").click()
    expect(window, f"登録できない行 {checked.refused:,}件" if checked.refused else "登録できない行 0件")
    press(window, "この内容で登録する")
    worker = threading.Thread(target=carry, args=(day.database, day.clock))
    with day.timed("register"):
        worker.start()
        pages = 0
        while worker.is_alive():
            window.reload()
            pages += 1
            worker.join(timeout=5)
    window.reload()
    expect(window, f"{checked.accepted:,}件を登録しました")
    day.seconds["pages_while_registering"] = pages


def finds(day: Day, window: Any) -> None:
    """Six needs; the first profile of each really is what was asked for."""
    for need in NEEDS:
        window.goto("/provider/search")
        for name, value in need.fields.items():
            _fill(window, name, value)
        with day.timed(f"search: {need.name}"):
            press(window, "この条件で探す")
        expect(window, "該当")
        window.locator("main").locator("a[href*='/provider/seekers/']").first.click()
        expect(window, *need.shown)


def _fill(window: Any, name: str, value: str) -> None:
    if name == "municipality":
        # Towns are offered once their prefecture is chosen.
        press(window, "選んだ都道府県の市区町村を表示する")
    for details in window.locator("details:not([open]) > summary").all():
        details.click()
    control = window.locator(f"main [name={name}]").first
    if control.evaluate("one => one.tagName") == "SELECT":
        control.select_option(value)
    elif control.get_attribute("type") == "checkbox":
        window.locator(f"main [name={name}][value='{value}']").check()
    else:
        control.fill(value)


def writes(day: Day, window: Any) -> None:
    """All found are put on the list up to what today allows, and written to at once."""
    window.goto("/provider/results?words=" + "接客")
    with day.timed("select_950"):
        press(window, "見つかった人をまとめて送信リストに加える")
    expect(window, f"{LETTERS}人を送信リストに加えました")
    window.goto("/provider/selection")
    window.get_by_role("link", name="この人たちに案内を書く").click()
    window.get_by_label("案内の文章").fill("{希望する職業}の架空の相談会をご案内します。")
    with day.timed("preview_950"):
        press(window, "送る前に確認する")
    expect(window, "まだ送信していません。", f"同じ案内を{LETTERS}人に送ろうとしています。")
    with day.timed("send_950"):
        press(window, "この内容で送信する")
    expect(
        window, f"送信した人数 {LETTERS}人", "今日あと送れる件数 0件", f"ほかに{ANSWERS}件を、返事のために"
    )


def is_asked(day: Day) -> list[BuiltSeeker]:
    """Fifty of those written to open accounts and ask a question."""
    with day.database.read() as session:
        rows = session.execute(
            select(profile.c.seeker_id, profile.c.alias_key)
            .join(message, message.c.seeker_id == profile.c.seeker_id)
            .where(message.c.unit_id == day.agency.id)
            .order_by(profile.c.seeker_id)
            .distinct()
        ).all()
    people = []
    for number, row in enumerate(random.Random(1).sample(rows, ANSWERS)):
        account = build_account(day.database, kind="seeker", seeker_id=row.seeker_id, name=f"mihon.{number}")
        who = BuiltSeeker(row.seeker_id, row.alias_key, b"", account)
        with day.database.write() as session:
            ref, key = shown(day.agency.public_id), f"acceptance-{number:012}"
            inbox.answer(session, day.clock, who.actor, ref, AnswerKind.QUESTION, QUESTION, key)
        people.append(who)
    return people


def answers(day: Day, window: Any) -> None:
    """Each question is opened from the list and answered."""
    with day.timed("answer_50"):
        for number in range(ANSWERS):
            window.goto("/provider/threads?shown=unread")
            window.locator("main").locator("a[href*='/provider/threads/']").first.click()
            expect(window, QUESTION)
            window.get_by_label("返事の文章").first.fill(f"架空の返信{number}です。勤務地は架空市です。")
            press(window, "送信する")
            expect(window, f"架空の返信{number}です。")


def is_refused(day: Day, window: Any) -> None:
    """The 1,001st: an answer to somebody, and guidance to somebody new."""
    text = "架空の案内です。千一通目の言葉は、なくなりません。"
    window.goto("/provider/results?words=" + "発注&unwritten=y")
    window.locator("main").locator("a[href*='/provider/seekers/']").first.click()
    window.get_by_role("link", name="この人に案内を書く").click()
    window.get_by_label("案内の文章").fill(text)
    press(window, "送る前に確認する")
    expect(window, "送信していません")
    assert window.get_by_label("案内の文章").input_value() == text


def books(day: Day) -> dict[str, int]:
    """What the database says at the end: the counter of the day, and the messages stored."""
    with day.database.read() as session:
        counter = session.scalar(select(quota_use.c.n).where(quota_use.c.unit_id == day.agency.id))
        of_unit = message.c.unit_id == day.agency.id, message.c.direction == "unit"
        stored = session.scalar(select(func.count()).select_from(message).where(*of_unit))
    return {"counter": int(counter or 0), "messages": int(stored or 0)}


def live(lines: int, engine: str) -> dict[str, Any]:
    """The whole day; what was seen."""
    clock = FixedClock(NOON)
    with (
        tempfile.TemporaryDirectory(prefix="portal-day-") as name,
        prepared(engine, Path(name), clock) as database,
        own_chromium() as browser,
    ):
        folder = Path(name)
        write_secrets(folder / "secrets.toml")
        url = database.engine().url.render_as_string(hide_password=False)
        settings = {"INSTANCE": folder / "instance", "SECRETS": folder / "secrets.toml", "DATABASE_URL": url}
        settings |= {"ENVIRONMENT": "test", "LOG_LEVEL": "WARNING"}
        app = create_app(load({f"PORTAL_{key}": str(value) for key, value in settings.items()}), clock)
        agency = build_unit(database, name="架空人材紹介サービス株式会社", number="13-ユ-300001")
        with database.write() as session:
            session.execute(update(unit).where(unit.c.id == agency.id).values(reserve=ANSWERS))
            session.commit()
        clerk, officer = build_office_clerk(database), build_member(database, agency, role="officer")
        with served(app) as address:

            def open_window(account_id: int) -> Any:
                context = browser.new_context(base_url=address, java_script_enabled=False, locale="ja-JP")
                context.set_default_timeout(PATIENCE)
                token = sign_in_as(app.test_client(), account_id)
                context.add_cookies([{"name": "portal", "value": f"s.{token}", "url": address}])
                return context.new_page()

            day = Day(database, clock, agency, open_window)
            with database.read() as session:
                version = terms.current(session, clock).code
            path = folder / "registrations.csv"
            expected = make_file(path, lines, "utf-8", jst_day(clock.now()), version)
            assert clerk.account_id is not None
            registers(day, open_window(clerk.account_id), path)
            with database.read() as session:
                searchable = session.scalar(select(func.count()).select_from(profile))
            assert searchable == expected.good, (searchable, expected.good)
            window = open_window(officer.account_id)
            finds(day, window)
            writes(day, window)
            is_asked(day)
            answers(day, window)
            is_refused(day, window)
            end = books(day)
        app.extensions["portal"].database.dispose()
    assert end == {"counter": 1000, "messages": 1000}, end
    return {
        "acceptance": "day",
        "engine": engine,
        "lines": lines,
        "registered": expected.good,
        "refused": expected.refused_lines,
        **end,
        "lines_per_second": round(lines / day.seconds["register"]),
        "seconds": day.seconds,
    }


def main(arguments: Sequence[str]) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m bench.acceptance_day", description=__doc__)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="postgresql")
    asked = parser.parse_args(arguments)
    print(json.dumps(live(asked.lines, asked.engine), ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
