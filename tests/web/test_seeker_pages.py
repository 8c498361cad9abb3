"""What a seeker finds on the calm pages: the start, what organisations see, the log, the terms, stopping, help."""

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from portal.domain.terms import TermsText
from portal.store import alias, consent
from portal.store import profile as profile_store
from portal.store.tables import profile, seeker
from portal.web.seeker.frame import page_number
from tests.build import build_account, build_block, build_seeker, build_unit
from tests.registrations import build_office_clerk, prepare, register
from tests.web.page import Element, Page
from tests.web.page_client import page_of
from tests.web.seeker_world import sender, signed_in, write_to
from tests.web.signing import sign_in_as

AT = datetime(2026, 4, 1, tzinfo=UTC)


def _facts(page: Page) -> dict[str, str]:
    return {
        next(row.all("dt")).text: next(row.all("dd")).text
        for row in page.root.all("div")
        if row.get("class") == "facts__row"
    }


def _terms(database: Any, *days: tuple[date, date]) -> list[TermsText]:
    texts = [
        TermsText(f"2026-0{n}", since, by, f"見本の規約 {n}", "Terms", f"第1条 見本{n}", "Text")
        for n, (since, by) in enumerate(days, 1)
    ]
    with database.write() as session:
        consent.add_versions(session, texts, AT)
        session.commit()
    return texts


def _agree(database: Any, who: Any, text: TermsText) -> None:
    with database.write() as session:
        consent.add(session, [who.id], text, AT, date(2026, 4, 1), channel="office", recorded_by=None)
        consent.recompile(session)
        session.commit()


# The start page


def test_the_start_page_says_how_many_organisations_of_each_kind_can_look(client: Any, database: Any) -> None:
    for n in range(3):
        build_unit(database)
        build_unit(database, unit_class="municipal", number=f"9920{n}")
    who = signed_in(client, database)
    build_block(database, who, build_unit(database))
    page = client.page("/seeker")
    assert "公開中" in page.text
    facts = _facts(page)
    assert (facts["民間職業紹介事業者等"], facts["地方自治体等"]) == ("3団体", "3団体")
    assert facts["求職の登録の有効期限"] == "2027年3月31日"


def test_new_messages_stand_first(client: Any, database: Any, clock: Any) -> None:
    who = signed_in(client, database)
    for n in range(5):
        write_to(database, clock, who, sender(database, name=f"架空{n}社"))
        clock.advance(timedelta(minutes=1))
    page = client.page("/seeker")
    headings = [heading.text for heading in page.root.all("h2")]
    assert headings[:2] == ["新しいメッセージ（5団体）", "今の状態"]
    assert "架空4社" in page.links
    assert "架空1社" not in page.links
    assert page.links["届いた案内をすべて見る"] == "/seeker/inbox"


def test_without_anything_new_the_page_says_so(client: Any, database: Any) -> None:
    signed_in(client, database)
    assert "新しいメッセージはありません" in client.page("/seeker").text


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (
            {"valid_until": date(2026, 6, 14)},
            ("有効期限（2026年6月14日）が過ぎています", "ハローワークの窓口"),
        ),
        ({"valid_from": date(2026, 7, 1)}, ("登録が始まる前", "2026年7月1日になると")),
        (
            {"eligible_from": date(2026, 7, 1)},
            ("2026年6月30日までは利用できない決まり", "手続きをしなくても"),
        ),
        ({"never_eligible": True}, ("学校の生徒の方は、利用できない決まり",)),
        ({"stopped": True}, ("利用をやめています", "ハローワークの窓口で手続き")),
        ({"terms_until": date(2026, 6, 14)}, ("利用規約に、まだ同意していません",)),
        ({"published": False}, ("求職情報がまだ登録されていません",)),
    ],
)
def test_S_Q1_S_Q3_who_is_not_shown_reads_why_and_what_to_do(
    client: Any, database: Any, facts: dict[str, Any], words: tuple[str, ...]
) -> None:
    build_unit(database)
    signed_in(client, database, **facts)
    page = client.page("/seeker")
    assert "公開されていません" in page.text
    assert all(word in page.text for word in words)
    assert "民間職業紹介事業者等" not in _facts(page)


def test_S_Q3_a_kind_that_was_not_chosen_is_named_as_such(client: Any, database: Any) -> None:
    build_unit(database)
    signed_in(client, database, range_municipal=False)
    facts = _facts(client.page("/seeker"))
    assert facts["民間職業紹介事業者等"] == "1団体"
    assert facts["地方自治体等"] == "公開しない（範囲に入っていません）"


def test_a_text_that_waits_is_mentioned_without_its_words(client: Any, database: Any) -> None:
    who = signed_in(client, database)
    with database.write() as session:
        profile_store.hold(session, [(who.id, "pr", "待っている見本の文章", [])], AT)
        session.commit()
    page = client.page("/seeker")
    assert "確認中です" in page.text
    assert "待っている見本の文章" not in page.html


# What organisations see


def _facts_list(page: Page) -> str:
    """The rows of the first list of facts, as they are drawn."""

    def drawn(element: Element) -> str:
        children = (c if isinstance(c, str) else drawn(c) for c in element.children)
        attributes = "".join(f' {k}="{v}"' for k, v in element.attributes.items())
        return f"<{element.name}{attributes}>{''.join(children)}</{element.name}>"

    return drawn(next(one for one in page.root.all("dl") if one.get("class") == "facts"))


def test_S_Q2_the_seeker_sees_the_very_rows_that_an_organisation_sees(
    app: Any, database: Any, clock: Any
) -> None:
    prepare(database, clock)
    register(database, clock, build_office_clerk(database))
    office, unit = app.test_client(), sender(database)
    with database.read() as session:
        row = session.execute(select(profile.c.seeker_id, profile.c.alias_key)).one()
    own = app.test_client()
    sign_in_as(own, build_account(database, kind="seeker", seeker_id=row.seeker_id))
    sign_in_as(office, unit.member.account_id)
    token = alias.token(unit.unit.key, "seeker", row.alias_key)
    seen, shown = office.page(f"/provider/seekers/{token}"), own.page("/seeker/profile")
    assert _facts_list(seen) == _facts_list(shown)
    for hidden in (
        "花子",
        "ミホン",
        "1990",
        "平成",
        "mihon",
        "架空市見本町",
        "架空商事",
        "架空大学",
        "00012345",
    ):
        assert hidden not in shown.html, hidden


def test_S_Q2_the_page_lists_what_is_never_shown(client: Any, database: Any) -> None:
    signed_in(client, database)
    text = client.page("/seeker/profile").text
    for hidden in (
        "氏名",
        "生年月日と年齢",
        "性別",
        "住所",
        "電話番号",
        "メールアドレス",
        "学校",
        "勤務先",
        "求職番号",
    ):
        assert hidden in text
    assert "自分で伝えない限り" in text


def test_S_Q3_changes_are_made_at_the_office_and_a_sheet_helps(client: Any, database: Any) -> None:
    signed_in(client, database, name="見本 三郎", pr="接客が得意です。")
    page = client.page("/seeker/profile")
    assert "このサイトでは変えられません" in page.text
    answer = client.get(page.links["変更の用紙を開く（PDF）"])
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    printed = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
    assert "変更の用紙" in printed
    # The month follows from the registration: nobody can change it.
    assert "提供を始めた月" not in printed
    assert answer.headers["Cache-Control"] == "no-store"


# Terms


def test_terms_show_what_was_agreed_to_and_when(client: Any, database: Any) -> None:
    who = signed_in(client, database)
    _agree(database, who, _terms(database, (date(2026, 4, 1), date(2026, 4, 1)))[0])
    page = client.page("/seeker/terms")
    assert "2026年4月1日に同意しました（ハローワークの窓口）" in page.text
    assert not [form for form in page.forms if "version" in form.names]


def test_R10_a_new_version_is_agreed_to_with_one_press(client: Any, database: Any) -> None:
    old, _ = _terms(database, (date(2026, 4, 1), date(2026, 4, 1)), (date(2026, 6, 1), date(2026, 7, 31)))
    who = signed_in(client, database)
    _agree(database, who, old)
    assert "利用規約の新しい版があります" in client.page("/seeker").text
    assert "2026年7月31日までは、前の版への同意で利用できます" in client.page("/seeker/terms").text
    answer = client.submit("/seeker/terms", {"version": "2026-02"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/seeker/terms")
    page = client.page("/seeker/terms")
    assert "2026年6月15日に同意しました（このサイト）" in page.text
    assert "利用規約の新しい版があります" not in client.page("/seeker").text
    assert "第1条 見本1" in client.page(page.links["2026年4月1日からの版"]).text


def test_a_version_that_changed_meanwhile_is_shown_before_it_is_agreed_to(
    client: Any, database: Any, clock: Any
) -> None:
    _terms(database, (date(2026, 4, 1), date(2026, 4, 1)), (date(2026, 6, 16), date(2026, 7, 31)))
    clock.set(datetime(2026, 6, 15, 14, 50, tzinfo=UTC))
    signed_in(client, database)
    form = client.page("/seeker/terms").form_with("version")
    clock.advance(timedelta(minutes=10))
    assert "見本の規約 2" in client.page("/seeker/terms").text
    answer = client.submit("/seeker/terms", {}, form=form)
    assert answer.status_code == 409
    assert "まだ同意は記録していません" in page_of(answer).text


@pytest.mark.parametrize("version", ["", "2026-99", "😀", "x" * 3000])
def test_a_version_that_is_none_is_never_agreed_to(client: Any, database: Any, version: str) -> None:
    _terms(database, (date(2026, 4, 1), date(2026, 4, 1)))
    signed_in(client, database)
    assert client.submit("/seeker/terms", {"version": version}).status_code == 409
    assert "まだ同意していない版です" in client.page("/seeker/terms").text


def test_a_version_of_the_future_is_not_there_yet(client: Any, database: Any) -> None:
    _terms(database, (date(2026, 4, 1), date(2026, 4, 1)), (date(2026, 7, 1), date(2026, 7, 31)))
    signed_in(client, database)
    client.page("/seeker/terms/2026-02", 404)


def test_without_any_terms_the_page_says_so(client: Any, database: Any) -> None:
    signed_in(client, database)
    assert "まだ用意されていません" in client.page("/seeker/terms").text
    token = client.page("/seeker/stop").form_with("csrf_token").fields["csrf_token"]
    assert client.post("/seeker/terms", data={"csrf_token": token, "version": "x"}).status_code == 409


# Stopping


def test_S_Q3_stopping_is_one_page_and_one_press_without_a_reason(client: Any, database: Any) -> None:
    signed_in(client, database)
    page = client.page("/seeker/stop")
    form = next(form for form in page.forms if form.action == "/seeker/stop")
    assert form.names == {"csrf_token"}
    answer = client.submit("/seeker/stop", {}, form=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/seeker/stop")
    done = client.page("/seeker/stop")
    assert done.h1 == "利用をやめています"
    assert "窓口で手続きをしてください" in done.text
    assert "公開されていません" in client.page("/seeker").text
    # A second press, from the page that the back button shows, changes nothing.
    assert client.submit("/seeker/stop", {}, form=form).status_code == 303
    assert sum("利用をやめました" in line for line in _log_lines(client)) == 1


def _log_lines(client: Any) -> list[str]:
    return [li.text for li in client.page("/seeker/log").root.all("li") if li.get("class") == "log__line"]


# The log


def test_the_log_tells_what_was_done_in_plain_words(client: Any, database: Any, clock: Any) -> None:
    prepare(database, clock)
    register(database, clock, build_office_clerk(database))
    with database.read() as session:
        seeker_id = session.execute(select(seeker.c.id)).scalar_one()
    sign_in_as(client, build_account(database, kind="seeker", seeker_id=seeker_id))
    page = client.page("/seeker/log")
    assert "2026年6月15日 10:00 架空見本ハローワーク欅 登録されました。" in page.text
    assert "架空 staff" not in page.html


def test_the_log_is_paged_and_pages_link_to_each_other(client: Any, database: Any, clock: Any) -> None:
    who = signed_in(client, database)
    for _ in range(35):
        write_to(database, clock, who, sender(database))
        clock.advance(timedelta(seconds=1))
    first = client.page("/seeker/log")
    second = client.page(first.links["次へ"])
    assert second.links["前へ"] == "/seeker/log?page=1"
    assert len(_log_lines(client)) == 30


@pytest.mark.parametrize("typed", ["", "0", "-1", "２", "1e3", "x" * 5000, "9" * 5000, "\u0660"])
def test_a_page_number_that_is_none_is_the_first_page(typed: str) -> None:
    assert page_number(typed) == 1
    assert page_number(None) == 1
    assert page_number("12") == 12


def test_a_page_after_the_last_is_empty_and_leads_back(client: Any, database: Any) -> None:
    signed_in(client, database)
    page = client.page("/seeker/log?page=99")
    assert "記録はありません" in page.text
    assert page.links["前へ"] == "/seeker/log?page=98"


# Help


def test_S_Q4_help_names_both_desks_and_the_first_is_no_condition(client: Any, database: Any) -> None:
    signed_in(client, database)
    text = client.page("/seeker/help").text
    assert "まずは、その団体の「個人情報管理・苦情処理責任者」にご連絡ください" in text
    assert "最初の案内に書かれています" in text
    assert "最寄りのハローワークの「苦情申出等受付担当者」" in text
    assert "先に団体の責任者へ連絡しておく必要はありません" in text
    assert "どちらにも、このサイトから相談を送れます" in text


def test_S_Q5_help_names_the_block(client: Any, database: Any) -> None:
    signed_in(client, database)
    assert "その団体をブロックすると" in client.page("/seeker/help").text


def test_S_Q6_help_names_anti_virus_software(client: Any, database: Any) -> None:
    signed_in(client, database)
    assert "アンチウイルスソフトウェア" in client.page("/seeker/help").text


# Who may open them


PAGES = [
    "",
    "/inbox",
    "/profile",
    "/change-sheet",
    "/blocks",
    "/organisations",
    "/log",
    "/terms",
    "/stop",
    "/help",
]


def _text(answer: Any) -> str:
    """What stands in a page, or on a paper."""
    if answer.mimetype == "application/pdf":
        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
    return str(answer.get_data(as_text=True))


@pytest.mark.parametrize("path", PAGES)
def test_a_member_of_an_organisation_gets_the_page_of_no_address(
    client: Any, database: Any, path: str
) -> None:
    sign_in_as(client, sender(database).member.account_id)
    client.page(f"/seeker{path}", 404)


@pytest.mark.parametrize("path", PAGES)
def test_no_page_shows_the_seekers_own_identity(client: Any, database: Any, clock: Any, path: str) -> None:
    who = signed_in(
        client,
        database,
        name="架空坂 見本子",
        kana="カクウザカ",
        residence="架空市見本町9丁目",
        phone="00-1111-2222",
        mail="mihonko@example.jp",
        employer="株式会社架空坂商店",
        school="架空坂高校",
        number="99010-12345678",
        birth_date=date(1966, 12, 24),
    )
    write_to(database, clock, who, sender(database))
    found = _text(client.get(f"/seeker{path}"))
    for canary in ("架空坂", "カクウザカ", "9丁目", "1111", "mihonko", "12345678", "1966", "12月24日"):
        assert canary not in found, canary


def test_another_seeker_sees_nothing_of_this_one(app: Any, database: Any, clock: Any) -> None:
    one, other = app.test_client(), app.test_client()
    who = signed_in(one, database, pr="ひとりめの自己PRです。")
    signed_in(other, database)
    write_to(database, clock, who, sender(database, name="架空ひみつ社"))
    build_seeker(database)
    for path in PAGES:
        if path != "/organisations":  # the directory names every organisation to everybody
            text = _text(other.get(f"/seeker{path}"))
            assert "ひとりめ" not in text
            assert "架空ひみつ社" not in text
