"""An officer gives a department a limit and hands an ended contractor's threads over, in a real browser."""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from portal.domain.answer import AnswerKind
from portal.services import inbox, place, public_id
from portal.web.auth.session import COOKIE
from tests.browser.accessibility import assert_accessible, assert_fits
from tests.browser.conftest import SIZES
from tests.browser.town import session_of
from tests.build import (
    BuiltMember,
    BuiltUnit,
    build_contractor,
    build_department,
    build_member,
    build_seeker,
    build_unit,
)
from tests.registrations import prepare
from tests.services.relay_world import send

LAST_OF_MAY = date(2026, 5, 31)


class City:
    """A city with two departments and two contractors, one of which has ended with May."""

    def __init__(self, database: Any, clock: Any) -> None:
        prepare(database, clock)
        self.database, self.clock = database, clock
        self.unit: BuiltUnit = build_unit(database, name="架空市", unit_class="municipal", reserve=50)
        departments = [build_department(database, self.unit, n) for n in ("しごと支援課", "ひとり親支援室")]
        self.old, new = (
            build_contractor(database, self.unit, name=name, number=number, until=until)
            for name, number, until in (
                ("架空キャリアサポート株式会社", "99-ユ-900001", LAST_OF_MAY),
                ("見本ヒューマンリンク株式会社", "99-ユ-900002", date(2027, 3, 31)),
            )
        )
        self.officer = build_member(database, self.unit, role="officer")
        self.clerk = build_member(database, self.unit, department_id=departments[0])
        self.outside = build_member(database, self.unit, contractor_id=new)
        before = build_member(database, self.unit, contractor_id=self.old)
        self._write(before, 12, datetime(2026, 5, 20, 1, 0, tzinfo=UTC), answers=3)
        self._write(self.clerk, 31, datetime(2026, 6, 3, 1, 0, tzinfo=UTC), answers=8)
        self._write(self.outside, 14, datetime(2026, 6, 15, 0, 0, tzinfo=UTC))
        self._write(self.officer, 2, datetime(2026, 6, 15, 1, 0, tzinfo=UTC))
        with database.write() as session:
            place.set_limit(session, clock, self.officer.actor, "contractor-2", {"limit": "300"})

    def _write(self, who: BuiltMember, number: int, at: datetime, *, answers: int = 0) -> None:
        self.clock.set(at)
        people = [build_seeker(self.database, with_account=True) for _ in range(number)]
        send(self.database, self.clock, self.unit, who, people)
        for person in people[:answers]:
            with self.database.write() as session:
                ref = public_id.shown(self.unit.public_id)
                inbox.answer(session, self.clock, person.actor, ref, AnswerKind.QUESTION, "見本の質問", "a")


@pytest.fixture
def city(database: Any, clock: Any) -> City:
    return City(database, clock)


def entered(app: Any, window: Any, live_server: str, who: BuiltMember) -> Any:
    """This member is signed in, in this window."""
    token = session_of(app, who.account_id)
    window.context.add_cookies([{"name": COOKIE, "value": f"s.{token}", "url": live_server}])
    return window


def look(window: Any, name: str) -> None:
    """Fits and is usable at both widths; kept as a picture where pictures are asked for."""
    for size, measures in SIZES.items():
        window.set_viewport_size(measures)
        assert_fits(window)
        assert_accessible(window)
        folder = os.environ.get("SCREENSHOTS")
        if folder and os.environ.get("SCREENSHOTS_OF") == "all":
            Path(folder).mkdir(parents=True, exist_ok=True)
            window.screenshot(path=str(Path(folder) / f"places-{name}-{size}.png"), full_page=True)
    window.set_viewport_size(SIZES["desktop"])


def test_the_officer_looks_at_the_use_and_gives_a_department_a_limit(
    app: Any, city: City, live_server: str, open_window: Callable[..., Any]
) -> None:
    officer = entered(app, open_window(), live_server, city.officer)
    officer.goto("/provider/quota")
    look(officer, "quota")
    officer.get_by_role("link", name="前の月").click()
    officer.get_by_role("cell", name="12件").first.wait_for()
    look(officer, "quota-may")
    officer.get_by_role("link", name="次の月").click()
    officer.get_by_role("link", name="決める （しごと支援課）").click()
    officer.get_by_label("1日に送れる件数").fill("千")
    officer.get_by_role("button", name="保存する").click()
    officer.get_by_role("link", name="1日に送れる件数").wait_for()
    look(officer, "limit-refused")
    officer.get_by_label("1日に送れる件数").fill("200")
    officer.get_by_role("button", name="保存する").click()
    officer.get_by_text("しごと支援課 の1日の上限を200件にしました。").wait_for()
    look(officer, "quota-limited")
    clerk = entered(app, open_window(), live_server, city.clerk)
    clerk.goto("/provider/quota")
    look(clerk, "quota-of-clerk")


def test_a_contractors_person_sees_the_own_line_only(
    app: Any, city: City, live_server: str, open_window: Callable[..., Any]
) -> None:
    outside = entered(app, open_window(), live_server, city.outside)
    outside.goto("/provider/quota")
    assert outside.locator(".use tbody tr").count() == 1
    look(outside, "quota-of-contractor")


def test_the_officer_hands_the_threads_of_an_ended_contractor_over(
    app: Any, city: City, live_server: str, open_window: Callable[..., Any]
) -> None:
    officer = entered(app, open_window(), live_server, city.officer)
    officer.goto("/provider/threads")
    look(officer, "threads")
    officer.get_by_role("link", name="引継ぎに進む").click()
    officer.get_by_role("button", name="12件を引き継ぐ").click()
    officer.get_by_role("link", name="引き継ぐ先").wait_for()
    look(officer, "hand-over-refused")
    officer.get_by_label("引き継ぐ先").select_option(label="見本ヒューマンリンク株式会社")
    officer.get_by_label("すべてのやり取りを引き継ぎます").check()
    officer.get_by_role("button", name="12件を引き継ぐ").click()
    officer.get_by_text("12件のやり取りを引き継ぎました。").wait_for()
    officer.goto("/provider/contractors/contractor-1/hand-over")
    officer.get_by_text("引き継ぐやり取りはありません。").wait_for()
    look(officer, "handed-over")
