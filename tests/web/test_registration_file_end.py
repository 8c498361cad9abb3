"""How a file of registrations ends on the pages: with nothing registered, and when its time has passed."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from portal.domain.actor import Actor
from portal.services import registration_decision
from portal.store.tables import registration_job as job_table
from tests.registration_files import work
from tests.registrations import OPERATOR, build_office_clerk, prepare
from tests.web.signing import sign_in_as
from tests.web.test_registration_file import THREE, numbered, press, sent


@pytest.fixture
def clerk(database: Any, clock: Any) -> Actor:
    prepare(database, clock)
    return build_office_clerk(database)


@pytest.fixture
def desk(client: Any, clerk: Actor) -> Any:
    """The browser of a clerk who is signed in."""
    sign_in_as(client, clerk.account_id)
    return client


def forget(database: Any, clock: Any, **later: int) -> None:
    clock.advance(timedelta(**later))
    with database.write() as session:
        registration_decision.forget(session, clock, OPERATOR, 7)


def test_when_the_lines_to_correct_go_is_told_beforehand_and_afterwards_that_they_have_gone(
    desk: Any, clerk: Actor, database: Any, clock: Any
) -> None:
    address = sent(desk, *THREE)
    work(database, clock)
    press(desk, address, "この内容で登録する")
    work(database, clock)
    told = "2026年6月22日 10:00 まで残し、そのあと消します（作業が終わってから7日）"
    assert told in desk.page(address).text
    assert "2026年6月22日 10:00" in desk.page("/office/files").text
    forget(database, clock, days=7, seconds=1)
    sign_in_as(desk, clerk.account_id)
    page = desk.page(address)
    assert "1件を登録しました" in page.text
    assert "残しておく日数（7日）が過ぎたため、消しました" in page.text
    assert "refused.csv" not in page.html
    assert "消しました" in desk.page("/office/files").text
    answer = desk.get(f"{address}/refused.csv")
    assert (answer.status_code, answer.location) == (303, address)
    assert "残しておく日数が過ぎたため、消しました。もとのファイルを直して" in desk.page(address).text


def test_the_end_of_a_file_of_which_nothing_was_registered_is_a_warning_with_what_to_do(
    desk: Any, clerk: Actor, database: Any, clock: Any
) -> None:
    address, again = sent(desk, numbered(1)), sent(desk, numbered(1))
    work(database, clock)
    for one in (address, again):
        press(desk, one, "この内容で登録する")
    work(database, clock)
    assert "完了： 1件を登録しました" in desk.page(address).text
    page = desk.page(again)
    assert "注意： 1件も登録していません" in page.text
    assert "完了" not in page.text
    assert "どの方も、すでにこの窓口で登録されています。" in page.text
    late = sent(desk, numbered(2, valid_until="2026-06-20"))
    work(database, clock)
    clock.advance(timedelta(days=6))
    sign_in_as(desk, clerk.account_id)
    press(desk, late, "この内容で登録する")
    work(database, clock)
    page = desk.page(late)
    assert "注意： 1件も登録していません" in page.text
    assert "下の一覧を見てファイルを直し、もう一度お送りください。" in page.text


def test_a_check_that_nobody_answered_is_not_said_to_have_been_cancelled_by_somebody(
    desk: Any, clerk: Actor, database: Any, clock: Any
) -> None:
    address, cancelled = sent(desk, *THREE), sent(desk, numbered(1))
    work(database, clock)
    press(desk, cancelled, "登録しないで終える")
    assert "2026年6月22日 10:00 までにお選びください" in desk.page(address).text
    forget(database, clock, days=7, seconds=1)
    sign_in_as(desk, clerk.account_id)
    page = desk.page(address)
    assert "期限が過ぎたので、ファイルを消しました" in page.text
    assert "何も登録していません。登録するときは、もう一度お送りください。" in page.text
    assert "取りやめました" not in page.text
    assert "取りやめました" in desk.page(cancelled).text
    listed = [list(row.all("td")) for row in desk.page("/office/files").root.all("tr")]
    assert [cells[1].text for cells in listed[1:]] == ["取りやめました", "期限が過ぎて消しました"]


def test_a_file_that_stopped_says_until_when_it_can_go_on_and_afterwards_that_it_cannot(
    desk: Any, clerk: Actor, database: Any, clock: Any
) -> None:
    address = sent(desk, *THREE)
    with database.write() as session:
        session.execute(
            update(job_table).values(state="failed", reason="program_error", settled_at=clock.now())
        )
        session.commit()
    assert "続きから進められるのは 2026年6月22日 10:00 までです" in desk.page(address).text
    forget(database, clock, days=7, seconds=1)
    sign_in_as(desk, clerk.account_id)
    page = desk.page(address)
    assert "送られたファイルを消しました" in page.text
    assert "続きから進められ" not in page.text
