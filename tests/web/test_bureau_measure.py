"""The bureau's pages on measures, and what the unit and its seekers read of them."""

import os
from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert, select

from portal.domain.measure import Reason
from portal.services import measure, public_id
from portal.store.tables import audit, quota_use, unit
from portal.store.tables import measure as measure_table
from portal.web.measure import KINDS, REASONS, why
from tests.build import build_member, build_unit
from tests.registrations import prepare
from tests.web.alike import shown as shown_alike
from tests.web.bureau_world import OTHER_BUREAU, bureau_client
from tests.web.page_client import page_of
from tests.web.signing import sign_in_as

WORDS = {
    "reason": "breach",
    "tells_reason": "y",
    "told": "見本の説明です。\n2行目です。",
    "note": "内部の控え",
}
PAGES = ("", "/suspend", "/limit", "/lift", "/limit/lift")
TODAY = date(2026, 6, 15)


@pytest.fixture
def clerk(app: Any, database: Any, clock: Any) -> Any:
    prepare(database, clock)
    return bureau_client(app, database)


def address(built: Any, act: str = "") -> str:
    return f"/bureau/units/{public_id.shown(built.public_id)}/measures{act}"


def row_of(database: Any, built: Any) -> tuple[Any, ...]:
    with database.read() as session:
        row = session.execute(
            select(
                unit.c.suspended_from, unit.c.suspended_until, unit.c.daily_limit, unit.c.limit_until
            ).where(unit.c.id == built.id)
        ).one()
    return tuple(row)


def entries(database: Any) -> int:
    with database.read() as session:
        return len(session.execute(select(measure_table.c.id)).all())


def confirm(clerk: Any, built: Any, act: str, typed: dict[str, str]) -> Any:
    """Fill the form in, look, confirm."""
    looked = clerk.submit(address(built, act), typed)
    assert looked.status_code == 200, page_of(looked).text
    return clerk.submit(address(built, act), press="confirmed", form=page_of(looked).form_with("confirmed"))


def test_a_suspension_is_looked_at_and_then_confirmed(clerk: Any, database: Any) -> None:
    built = build_unit(database, name="架空人材紹介 甲")
    page = clerk.page(f"/bureau/units/{public_id.shown(built.public_id)}")
    page = clerk.page(page.links["措置（停止・送信の上限）"])
    assert "これまでにありません" in page.text
    looked = clerk.submit(page.links["利用を停止する"], {"suspended_until": "令和8年6月30日", **WORDS})
    told = page_of(looked).text
    for words in (
        "見本の説明です。",
        "確定したあとに送られるものは、1件もありません",
        "続けて読むことができます",
        "理由は表示されません",
        "苦情への対応は、停止中も続けられます",
    ):
        assert words in told
    assert row_of(database, built) == (None, None, 1000, None)

    done = clerk.submit("", press="confirmed", form=page_of(looked).form_with("confirmed"))
    assert (done.status_code, done.headers["Location"]) == (303, address(built))
    page = clerk.page(address(built))
    for words in (
        "停止の措置を記録しました",
        "今日は停止中です",
        "内部の控え",
        "見本の説明です。",
        "団体に表示",
    ):
        assert words in page.text
    assert row_of(database, built)[:2] == (TODAY, date(2026, 6, 30))
    with database.read() as session:
        line = session.execute(select(audit).where(audit.c.kind == "unit.suspend")).one()
    assert (line.account_id, line.bureau_code, line.subject_id) == (clerk.actor.account_id, "13", built.id)


def test_on_the_way_back_what_was_typed_is_there(clerk: Any, database: Any) -> None:
    built = build_unit(database)
    typed = {"suspended_from": "2026-07-01", "suspended_until": "", **WORDS}
    looked = page_of(clerk.submit(address(built, "/suspend"), typed))
    back = page_of(clerk.submit("", press="edit", form=looked.form_with("edit")))
    kept = back.form_with("suspended_from").fields
    assert {name: kept[name] for name in typed} == {name: [value] for name, value in typed.items()}
    assert entries(database) == 0


def test_what_cannot_be_is_said_beside_its_field_and_stays(clerk: Any, database: Any) -> None:
    built = build_unit(database)
    refused = clerk.submit(
        address(built, "/suspend"),
        {"suspended_from": "2026-06-14", "suspended_until": "きのう", "told": "残る文"},
    )
    assert refused.status_code == 422
    page = page_of(refused)
    assert "今日か、今日より後の日を入力してください" in page.text
    assert page.form_with("told").fields["told"] == ["残る文"]
    refused = clerk.submit(address(built, "/limit"), {"limit": "1000", "reason": "other"})
    assert refused.status_code == 422
    assert "1,000より小さい数" in page_of(refused).text
    assert entries(database) == 0


def test_a_suspension_that_has_begun_is_changed_and_lifted(clerk: Any, database: Any, clock: Any) -> None:
    built = build_unit(database)
    assert confirm(clerk, built, "/suspend", WORDS).status_code == 303
    form = clerk.page(address(built, "/suspend")).form_with("reason")
    assert "suspended_from" not in form.names
    assert (form.fields["reason"], form.fields["note"]) == (["breach"], ["内部の控え"])
    assert confirm(clerk, built, "/suspend", {"suspended_until": "2026-06-20"}).status_code == 303
    assert row_of(database, built)[:2] == (TODAY, date(2026, 6, 20))

    done = clerk.submit(address(built, "/lift"), {"note": "是正を確認"})
    assert done.status_code == 303
    page = clerk.page(address(built))
    assert "停止を解除しました" in page.text
    assert "是正を確認" in page.text
    assert row_of(database, built)[:2] == (None, None)
    assert entries(database) == 3
    assert "解除するものがありません" in clerk.page(address(built, "/lift")).text


def test_a_limit_is_lowered_and_put_back(clerk: Any, database: Any) -> None:
    built = build_unit(database)
    with database.write() as session:
        session.execute(insert(quota_use).values(unit_id=built.id, jst_day=TODAY, n=40))
        session.commit()
    looked = clerk.submit(address(built, "/limit"), {"limit": "30", "limit_until": "2026-06-30", **WORDS})
    assert "今日はもう1件も送れません" in page_of(looked).text
    assert (
        confirm(clerk, built, "/limit", {"limit": "50", "limit_until": "2026-06-30", **WORDS}).status_code
        == 303
    )
    assert row_of(database, built)[2:] == (50, date(2026, 6, 30))
    assert "その後は、自動で1,000件に戻ります" in clerk.page(address(built)).text

    assert clerk.submit(address(built, "/limit/lift"), {"note": ""}).status_code == 303
    assert row_of(database, built)[2:] == (1000, None)
    assert "元に戻すものがありません" in clerk.page(address(built, "/limit/lift")).text


def test_who_was_overtaken_sees_what_is_in_force_now_and_can_go_on(
    app: Any, clerk: Any, database: Any
) -> None:
    built = build_unit(database)
    looked = page_of(clerk.submit(address(built, "/suspend"), WORDS))
    other = bureau_client(app, database)
    assert confirm(other, built, "/limit", {"limit": "5", "reason": "safety"}).status_code == 303
    overtaken = clerk.submit(
        address(built, "/suspend"), press="confirmed", form=looked.form_with("confirmed")
    )
    assert overtaken.status_code == 422
    page = page_of(overtaken)
    assert "この画面を開いたあとに、内容が変わりました" in page.text
    assert page.form_with("told").fields["note"] == ["内部の控え"]
    assert row_of(database, built)[0] is None
    again = page_of(clerk.submit(address(built, "/suspend"), form=page.form_with("told")))
    done = clerk.submit(address(built, "/suspend"), press="confirmed", form=again.form_with("confirmed"))
    assert done.status_code == 303
    assert row_of(database, built)[0] == TODAY


def test_a_second_click_on_the_same_button_does_it_once(clerk: Any, database: Any) -> None:
    built = build_unit(database)
    looked = page_of(clerk.submit(address(built, "/suspend"), WORDS))
    for _ in range(2):
        done = clerk.submit(address(built, "/suspend"), press="confirmed", form=looked.form_with("confirmed"))
        assert done.status_code == 303
    assert entries(database) == 1


def test_R15_another_bureau_s_unit_is_one_that_never_existed(app: Any, clerk: Any, database: Any) -> None:
    built = build_unit(database, bureau_code=OTHER_BUREAU)
    own = build_unit(database)
    token = clerk.page(address(own, "/suspend")).form_with("reason").fields["csrf_token"][0]
    unknown = f"/bureau/units/{public_id.shown(os.urandom(16))}/measures"
    for act in PAGES:
        assert shown_alike(clerk.get(address(built, act))) == shown_alike(clerk.get(unknown + act))
        if act:
            for more in ({}, {"confirmed": "1"}, {"edit": "1"}):
                sent = {"csrf_token": token, "limit": "5", "seen": "0", **WORDS, **more}
                answers = [clerk.post(where + act, data=sent) for where in (address(built), unknown)]
                assert {answer.status_code for answer in answers} == {404}
                assert len({shown_alike(answer) for answer in answers}) == 1
    assert entries(database) == 0


def test_the_unit_reads_from_when_to_when_why_and_whom_to_ask_and_never_the_note(
    app: Any, clerk: Any, database: Any, clock: Any
) -> None:
    built = build_unit(database)
    member = build_member(database, built, role="officer")
    browser = app.test_client()
    sign_in_as(browser, member.account_id)
    confirm(clerk, built, "/suspend", {"suspended_until": "2026-06-30", **WORDS})
    confirm(clerk, built, "/limit", {"limit": "50", "reason": "report_overdue", "note": "内部の控え"})
    for where in ("/provider", "/provider/quota", "/provider/search"):
        page = page_of(browser.get(where))
        for words in (
            "労働局の措置により利用が止められているため",
            "利用規約に反する利用があったため",
            "見本の説明です。",
            "2026年6月30日",
            "東京労働局",
        ):
            assert words in page.text, (where, words)
        assert ("1日に送れる件数が50件になっています" in page.text) is (where != "/provider/search")
        assert "内部の控え" not in page.html
        assert "実績の報告" not in page.html


def test_the_unit_is_told_beforehand(app: Any, clerk: Any, database: Any) -> None:
    built = build_unit(database)
    browser = app.test_client()
    sign_in_as(browser, build_member(database, built).account_id)
    confirm(clerk, built, "/suspend", {"suspended_from": "2026-06-20", "reason": "own_wish"})
    page = page_of(browser.get("/provider"))
    assert "利用が止められる予定です" in page.text
    assert "団体からの申し出" not in page.text
    assert "求職者を探す" in page.links


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_words_and_other_alone_says_nothing(app: Any, reason: Reason) -> None:
    with app.test_request_context():
        assert str(REASONS[reason])
        assert why(reason, "") == ([] if reason is Reason.OTHER else [str(REASONS[reason])])
        assert why(None, "見本") == ["見本"]
    assert set(KINDS) == set(measure.MeasureKind)
