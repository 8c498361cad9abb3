"""Answers of the published questions (seed 004) that no other test holds: for agencies (P) and public bodies (M)."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from portal.services.notice import Delivery
from portal.services.notice_mail import FileMailer
from portal.store import account as accounts
from portal.store.tables import message, quota_use
from tests.build import build_installation, build_member, build_seeker, build_unit
from tests.services.relay_world import send
from tests.services.test_notice import run
from tests.web.signing import sign_in_as

PAGES = ("/provider", "/provider/search", "/provider/threads", "/provider/quota", "/provider/unit")


def signed_in(database: Any, client: Any, unit_class: str) -> Any:
    """A browser of somebody of a unit of this class."""
    build_installation(database)
    unit = build_unit(database, unit_class=unit_class, name="架空見本団体")
    sign_in_as(client, build_member(database, unit).account_id)
    return client


@pytest.fixture(params=[pytest.param("private", id="P"), pytest.param("municipal", id="M")])
def unit_class(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_P_Q1_M_Q1_the_page_for_organisations_asks_for_no_special_software(client: Any) -> None:
    page = client.page("/for-organisations")
    assert "特別なソフトは必要ありません" in page.text
    assert "ウイルス対策ソフトの定義ファイルを最新にし、自動検査を有効にしておいてください" in page.text


def test_P_Q1_every_page_works_in_a_plain_browser(database: Any, client: Any, unit_class: str) -> None:
    """No plug-in, and no script that anything depends on: whatever is done is a link or a form."""
    browser = signed_in(database, client, unit_class)
    for address in PAGES:
        page = browser.page(address)
        for element in ("object", "embed", "applet"):
            assert not list(page.root.all(element)), (address, element)
        assert all(link.get("href") for link in page.root.all("a")), address
        assert all(form.element.get("method") in ("get", "post") for form in page.forms), address


def test_M_Q1_a_public_body_needs_nothing_but_its_browser(database: Any, client: Any) -> None:
    browser = signed_in(database, client, "municipal")
    assert [browser.get(address).mimetype for address in PAGES] == ["text/html"] * len(PAGES)


def test_M_Q2_applying_changing_renewing_and_ending_are_on_paper_at_the_bureau(
    database: Any, client: Any
) -> None:
    assert (
        "利用の申請、変更、更新、利用停止は、労働局に書類を出して行います。このサイトでは申請できません。"
        in client.page("/for-organisations").text
    )
    browser = signed_in(database, client, "municipal")
    page = browser.page("/provider/unit")
    assert "このサイトでは変更できません" in page.text
    assert [form.action for form in page.forms] == ["/sign-out"]
    assert browser.post("/provider/unit").status_code in (400, 405)


def test_M_Q4_a_public_body_writes_at_every_hour_and_only_the_mail_waits_for_the_morning(
    database: Any, clock: Any, tmp_path: Path
) -> None:
    unit = build_unit(database, unit_class="municipal")
    member = build_member(database, unit)
    midnight = datetime.fromisoformat("2026-06-16T00:00+09:00")
    for hour in range(24):
        clock.set(midnight + timedelta(hours=hour))
        done = send(database, clock, unit, member, [build_seeker(database)])
        assert done.sent == 1
    with database.read() as session:
        stored = session.scalars(select(message.c.sent_at).order_by(message.c.id)).all()
        counted = session.scalars(select(quota_use.c.n)).all()
    assert stored == [midnight + timedelta(hours=hour) for hour in range(24)]
    assert counted == [24]

    reader = build_seeker(database, with_account=True)
    with database.write() as session:
        accounts.set_mail(session, reader.account_id or 0, "mihon@example.jp", notice=True)
        session.commit()
    send(database, clock, unit, member, [reader])
    assert run(database, clock, FileMailer(tmp_path)) == Delivery(postponed=1)
    clock.set(midnight + timedelta(days=1, hours=7))
    assert run(database, clock, FileMailer(tmp_path)) == Delivery(sent=1)


def test_P_Q10_with_a_virus_the_own_security_policy_decides(
    database: Any, client: Any, unit_class: str
) -> None:
    told = "感染のおそれがあるときは、貴団体のセキュリティポリシーに沿って対応してください"
    assert told in client.page("/for-organisations").text
    browser = signed_in(database, client, unit_class)
    assert "団体のセキュリティポリシーに沿って対応してください" in browser.page("/provider").text


def test_M_Q7_with_a_virus_other_browsers_are_signed_out_by_one_press_and_no_duty_is_invented(
    database: Any, client: Any
) -> None:
    browser = signed_in(database, client, "municipal")
    assert "ほかをすべてログアウトする" in browser.page("/account").text
    (line,) = [
        item.text for item in browser.page("/provider").root.all("li") if "ウイルスに感染" in item.text
    ]
    assert "セキュリティポリシー" in line
    assert "報告" not in line
    assert "届け" not in line


def test_M_Q8_a_public_body_s_new_officer_is_applied_for_on_the_form_at_the_bureau(
    database: Any, client: Any
) -> None:
    page = signed_in(database, client, "municipal").page("/provider/unit")
    assert "連絡責任者や個人情報管理・苦情処理責任者が替わったとき" in page.text
    assert "「ハローワーク求職情報の提供サービス利用・変更・更新申請書」を、申請先の労働局に提出" in page.text
    assert [form.action for form in page.forms] == ["/sign-out"]
