"""The pages of the office, filled in as a clerk fills them in."""

import io
from datetime import UTC, datetime
from typing import Any

import pypdf
import pytest
from sqlalchemy import select

from portal.domain.actor import Actor
from portal.services import profile, seeker_file
from portal.store.tables import audit
from portal.store.tables import seeker as seeker_table
from tests.build import build_clerk
from tests.registrations import FORM, OTHER_OFFICE, build_office_clerk, prepare, register
from tests.web.page_client import page_of
from tests.web.signing import sign_in_as

TELLING = "見本花子と申します。電話は090-0000-0000です。"


@pytest.fixture
def clerk(database: Any, clock: Any) -> Actor:
    prepare(database, clock)
    return build_office_clerk(database)


@pytest.fixture
def desk(client: Any, clerk: Actor) -> Any:
    """The browser of a clerk who is signed in."""
    sign_in_as(client, clerk.account_id)
    return client


@pytest.fixture
def number(database: Any, clock: Any, clerk: Actor) -> str:
    """The address of a registered seeker."""
    return f"/office/seekers/{register(database, clock, clerk).office_id}"


def registration(**changes: Any) -> dict[str, Any]:
    """The form as a browser sends it: an empty box is not sent at all."""
    filled = {**FORM, "terms_version": "2026-04", **changes}
    return {name: value for name, value in filled.items() if value}


def read(database: Any, clock: Any, clerk: Actor, address: str) -> seeker_file.SeekerFile:
    with database.write() as session:
        return seeker_file.open_file(session, clock, clerk, address.rpartition("/")[2])


def everybody(database: Any) -> list[Any]:
    with database.read() as session:
        return list(session.execute(select(seeker_table)).mappings())


def test_a_clerk_registers_somebody_and_lands_on_their_file(desk: Any, database: Any) -> None:
    answer = desk.submit("/office/seekers/new", registration())
    assert answer.status_code == 303
    page = desk.page(answer.location)
    assert "登録しました" in page.text
    assert "見本 花子" in page.text.replace("　", " ")
    assert "13999-00012345" in page.text
    assert len(everybody(database)) == 1


def test_a_refused_registration_keeps_everything_typed_and_stores_nothing(desk: Any, database: Any) -> None:
    answer = desk.submit(
        "/office/seekers/new",
        registration(
            name="",
            birth_date="平成2年2月30日",
            place_2="架空県",
            pr="自己PRの文章です。",
            employment=["part_time", "dispatch"],
        ),
    )
    assert answer.status_code == 422
    page = page_of(answer)
    assert "入力内容をご確認ください" in page.text
    assert "その日はありません" in page.text
    form = page.form_with("registration_number")
    assert form.fields["birth_date"] == ["平成2年2月30日"]
    assert form.fields["place_2"] == ["架空県"]
    assert form.fields["pr"] == ["自己PRの文章です。"]
    assert form.fields["employment"] == ["part_time", "dispatch"]
    assert form.fields["occupation_1"] == ["056"]
    assert form.fields["licences"] == ["L001", "L039"]
    assert everybody(database) == []


def test_sending_a_registration_twice_registers_once(desk: Any, database: Any) -> None:
    assert desk.submit("/office/seekers/new", registration()).status_code == 303
    again = desk.submit("/office/seekers/new", registration())
    assert again.status_code == 422
    assert "すでに登録されています" in page_of(again).text
    assert len(everybody(database)) == 1


def test_somebody_is_found_by_number_in_any_form_of_digits(desk: Any, number: str) -> None:
    answer = desk.submit("/office/", {"registration_number": "１３９９９－０００１２３４５"})
    assert answer.status_code == 303
    assert answer.location == number


@pytest.mark.parametrize("typed", ["13999-00099999", "x", "", "1" * 3000, "🌸"])
def test_an_unknown_number_is_told_in_place(desk: Any, number: str, typed: str) -> None:
    answer = desk.submit("/office/", {"registration_number": typed})
    assert answer.status_code == 422
    assert page_of(answer).form_with("registration_number").fields["registration_number"] == [typed]


def test_lists_show_no_name_and_opening_a_file_is_recorded(desk: Any, database: Any, number: str) -> None:
    for address in ("/office/", "/office/seekers", "/office/texts"):
        assert "花子" not in desk.page(address).text
    with database.read() as session:
        assert not session.scalars(select(audit.c.id).where(audit.c.kind == "seeker.identity.read")).all()
    assert "花子" in desk.page(number).text
    with database.read() as session:
        assert session.scalars(select(audit.c.id).where(audit.c.kind == "seeker.identity.read")).all()


def test_the_list_goes_on_page_by_page(desk: Any, database: Any, clock: Any, clerk: Actor) -> None:
    for serial in range(seeker_file.PAGE + 1):
        register(database, clock, clerk, registration_number=f"13999-{serial:08}")
    first = desk.page("/office/seekers")
    assert len(next(iter(first.root.all("tbody"))).children) >= seeker_file.PAGE
    forward = next(link.get("href") for link in first.root.all("a") if link.text == "次へ")
    assert desk.page(forward).text.count("2026年6月10日") == 1
    desk.page("/office/seekers?after=nobody", status=404)


def test_the_identity_is_corrected_with_what_was_there_filled_in(
    desk: Any, database: Any, clock: Any, clerk: Actor, number: str
) -> None:
    form = desk.page(f"{number}/identity").form_with("name")
    assert form.fields["birth_date"] == ["1990-01-01"]
    assert form.fields["sex"] == ["female"]
    assert (
        desk.submit(f"{number}/identity", {"name": "架空　花子", "birth_date": "H3.1.1"}).status_code == 303
    )
    assert read(database, clock, clerk, number).identity.name == "架空　花子"


def test_data_are_changed_with_what_was_there_filled_in(
    desk: Any, database: Any, clock: Any, clerk: Actor, number: str
) -> None:
    form = desk.page(f"{number}/data").form_with("occupation_1")
    assert form.fields["place_2"] == ["三重県津市"]
    assert form.fields["licences"] == ["L001", "L039"]
    answer = desk.submit(f"{number}/data", {"place_2": "", "pr": TELLING})
    assert "確認を待つ文章：自己PR" in desk.page(answer.location).text
    changed = read(database, clock, clerk, number)
    assert [choice.code for choice in changed.choices if choice.role == "place"] == ["13"]
    assert changed.texts["pr"] == FORM["pr"]
    assert desk.page(f"{number}/data").form_with("pr").fields["pr"] == [TELLING]


def test_S_Q1_school_is_changed_and_the_file_says_from_when_the_seeker_is_seen(
    desk: Any, number: str
) -> None:
    answer = desk.submit(
        f"{number}/school",
        {"school_status": "graduated", "school_kind": "high", "graduated_on": "令和8年3月1日"},
    )
    text = desk.page(answer.location).text
    assert "2026年7月1日 から利用できます" in text
    assert "学校の決まりにより、今は対象外です" in text
    assert desk.page(f"{number}/school").form_with("school_kind").fields["school_kind"] == ["high"]


def test_S_Q3_the_range_is_changed_and_never_emptied(desk: Any, number: str) -> None:
    refused = desk.submit(f"{number}/range", {"range_private": [], "range_municipal": []})
    assert refused.status_code == 422
    assert "どちらか、または両方を選んでください" in page_of(refused).text
    answer = desk.submit(f"{number}/range", {"range_private": []})
    assert "提供する範囲に入っていません" in desk.page(answer.location).text


def test_two_tabs_cannot_overwrite_each_other_unseen(
    desk: Any, database: Any, clock: Any, clerk: Actor, number: str
) -> None:
    first = desk.page(f"{number}/range").form_with("range_private")
    assert desk.submit(f"{number}/range", {"range_municipal": []}).status_code == 303
    second = desk.submit(f"{number}/range", {"range_private": []}, form=first)
    assert second.status_code == 422
    assert "ほかの操作で登録の内容が変わりました" in page_of(second).text
    assert read(database, clock, clerk, number).range_private
    again = desk.submit(f"{number}/range", form=page_of(second).form_with("range_private"))
    assert again.status_code == 303


def test_a_registration_is_extended_by_one_button_in_its_last_month(
    desk: Any, clock: Any, number: str
) -> None:
    early = desk.page(f"{number}/validity")
    assert "2026年8月1日 から" in early.text
    assert "延長する" not in [button.text for button in early.root.all("button")]
    clock.set(datetime(2026, 8, 3, 1, 0, tzinfo=UTC))
    sign_in_as(desk, _clerk_account(desk))
    page = desk.page(f"{number}/validity")
    form = next(form for form in page.forms if form.action.endswith("/extend"))
    assert desk.submit(f"{number}/validity", form=form).status_code == 303
    assert "2026年9月30日" in desk.page(number).text
    twice = desk.submit(f"{number}/validity", form=form)
    assert twice.status_code == 422


def test_an_extension_too_early_is_refused_in_words(desk: Any, number: str) -> None:
    form = desk.page(f"{number}/validity").form_with("valid_from")
    answer = desk.post(f"{number}/validity/extend", data={**form.fields})
    assert answer.status_code == 422
    assert "2026年8月1日" in page_of(answer).text


def test_the_days_are_corrected_by_hand(desk: Any, number: str) -> None:
    answer = desk.submit(f"{number}/validity", {"valid_until": "令和8年6月14日"})
    assert "求職の登録が、今日は有効ではありません" in desk.page(answer.location).text


def test_a_consent_is_recorded_only_with_the_box_ticked(desk: Any, number: str) -> None:
    form = desk.page(f"{number}/terms").form_with("version")
    assert desk.submit(f"{number}/terms", form=form).status_code == 422
    assert desk.submit(f"{number}/terms", {"terms_agreed": "y"}).status_code == 303


def test_a_version_of_the_terms_is_named_by_its_first_day_and_never_by_its_code(
    desk: Any, number: str
) -> None:
    desk.submit(f"{number}/terms", {"terms_agreed": "y"})
    for address in (number, f"{number}/history"):
        text = desk.page(address).text
        assert "2026年4月1日からの版" in text, address
        assert "2026-04" not in text, address


def test_S_Q3_stop_at_the_counter_and_restart(desk: Any, number: str) -> None:
    answer = desk.submit(f"{number}/stop", form=desk.page(f"{number}/stop").form_with("version"))
    assert "停止しました" in desk.page(answer.location).text
    assert "ご本人が利用を停止しています" in desk.page(number).text
    answer = desk.submit(f"{number}/restart", form=desk.page(f"{number}/restart").form_with("version"))
    assert "再開しました" in desk.page(answer.location).text
    assert desk.get(f"{number}/restart").status_code == 303


@pytest.mark.parametrize(
    ("decision", "words", "shown"),
    [
        ("replace", {"replace-text": "接客が得意です。"}, "接客が得意です。"),
        ("release", {"release-reason": "見本のため"}, TELLING),
        ("refuse", {"refuse-reason": "氏名がある"}, ""),
    ],
)
def test_a_waiting_text_is_read_and_decided(
    desk: Any,
    database: Any,
    clock: Any,
    clerk: Actor,
    decision: str,
    words: dict[str, str],
    shown: str,
) -> None:
    done = register(database, clock, clerk, pr=TELLING)
    address = f"/office/seekers/{done.office_id}/texts/pr"
    assert "氏名、電話番号" in desk.page("/office/texts").text
    page = desk.page(address)
    assert "090-0000-0000" in [mark.text for mark in page.root.all("mark")]
    form = next(form for form in page.forms if form.action.endswith(decision))
    assert desk.submit(address, words, form=form).status_code == 303
    with database.read() as session:
        assert profile.preview(session, clerk, done.office_id, alias="X").pr == shown
    desk.page(address, status=404)


@pytest.mark.parametrize(
    ("decision", "words", "told"),
    [
        ("replace", {"replace-text": TELLING}, "まだ残っています"),
        ("replace", {"replace-text": "あ" * 601}, "600文字以内"),
        ("release", {"release-reason": " "}, "入力または選択"),
        ("refuse", {"refuse-reason": "あ" * 501}, "500文字以内"),
    ],
)
def test_a_decision_that_is_refused_keeps_what_was_typed(
    desk: Any, database: Any, clock: Any, clerk: Actor, decision: str, words: dict[str, str], told: str
) -> None:
    done = register(database, clock, clerk, pr=TELLING)
    address = f"/office/seekers/{done.office_id}/texts/pr"
    form = next(form for form in desk.page(address).forms if form.action.endswith(decision))
    answer = desk.submit(address, words, form=form)
    assert answer.status_code == 422
    page = page_of(answer)
    assert told in page.text
    (name,) = words
    assert page.form_with(name).fields[name] == [words[name]]


def test_the_history_shows_before_and_after(desk: Any, number: str) -> None:
    desk.submit(f"{number}/range", {"range_municipal": []})
    desk.submit(f"{number}/identity", {"residence": "架空県架空市1-1"})
    text = desk.page(f"{number}/history").text
    for words in ("提供する範囲の変更", "提供しない", "架空県架空市1-1", "東京都架空市見本町", "登録"):
        assert words in text


def test_S_Q2_the_preview_shows_what_organisations_see_and_nothing_else(desk: Any, number: str) -> None:
    page = desk.page(f"{number}/preview")
    assert "三重県津市" in page.text
    for hidden in ("見本　花子", "ハナコ", "1990", "架空商事", "架空大学", "00012345", "example.jp"):
        assert hidden not in page.text


def test_the_sheet_is_a_pdf_with_code_and_link_but_no_name(desk: Any, number: str, database: Any) -> None:
    page = desk.page(f"{number}/sheet")
    form = next(form for form in page.forms if form.action.endswith("/print"))
    answer = desk.submit(f"{number}/sheet", form=form)
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.data)).pages)
    assert "利用開始の用紙" in text
    assert "345" in text
    assert "花子" not in text
    assert "1990" not in text
    assert "まで有効" in desk.page(number).text


@pytest.mark.parametrize("purpose", ["", "x", "invitation"])
def test_only_a_known_kind_of_sheet_is_printed(desk: Any, number: str, purpose: str) -> None:
    form = desk.page(f"{number}/sheet").forms[-1]
    answer = desk.post(f"{number}/sheet/print", data={**form.fields, "purpose": purpose})
    assert answer.status_code in (404, 409)


def test_the_change_sheet_is_a_pdf_without_a_name(desk: Any, number: str) -> None:
    answer = desk.get(f"{number}/change-sheet")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.data)).pages)
    assert "三重県津市" in text
    assert "花子" not in text


def test_another_offices_seeker_looks_like_nobody_on_every_page(
    desk: Any, client: Any, database: Any, clock: Any, clerk: Actor, app: Any
) -> None:
    other = build_office_clerk(database, OTHER_OFFICE)
    done = register(database, clock, other, pr=TELLING)
    nobody = "A" * 22
    for tail in (
        "",
        "/history",
        "/preview",
        "/identity",
        "/data",
        "/school",
        "/range",
        "/validity",
        "/terms",
        "/stop",
        "/restart",
        "/sheet",
        "/change-sheet",
        "/texts/pr",
    ):
        foreign = desk.get(f"/office/seekers/{done.office_id}{tail}")
        unknown = desk.get(f"/office/seekers/{nobody}{tail}")
        assert (foreign.status_code, unknown.status_code) == (404, 404)
    form = desk.page("/office/").form_with("registration_number")
    token = form.fields["csrf_token"]
    for tail in ("/validity/extend", "/stop", "/range", "/sheet/print", "/texts/pr/release"):
        answer = desk.post(
            f"/office/seekers/{done.office_id}{tail}", data={"csrf_token": token, "purpose": "activation"}
        )
        assert answer.status_code == 404


def test_the_complaint_desk_sees_no_registration(client: Any, database: Any, number: str) -> None:
    desk = build_clerk(database, office_code="X1301", role="office_desk")
    sign_in_as(client, desk.account_id)
    page = client.page("/office/")
    assert "この担当では" in page.text
    assert "求職者の一覧" not in page.text
    for address in (number, "/office/seekers", "/office/texts", "/office/seekers/new"):
        assert client.get(address).status_code == 404


def _clerk_account(desk: Any) -> int:
    with desk.application.extensions["portal"].read("owner") as session:
        return int(session.scalars(select(audit.c.account_id).where(audit.c.account_id.is_not(None))).first())


def test_a_range_changed_by_mistake_is_taken_back_with_one_button_and_both_stand_in_the_history(
    desk: Any, number: str
) -> None:
    assert "元に戻す" not in [button.text for form in desk.page(number).forms for button in form.buttons]
    desk.submit(f"{number}/range", {"range_private": "y", "range_municipal": []})
    page = desk.page(number)
    assert "今日の変更の前の範囲に戻ります" in page.text
    form = next(form for form in page.forms if form.action.endswith("/range/undo"))
    answer = desk.submit("", {}, form=form, follow=True)
    assert "直前の変更を元に戻しました" in page_of(answer).text
    told = desk.page(f"{number}/history").text
    assert told.count("地方自治体等") >= 2
    assert "直前の変更を元に戻した" in told
    again = desk.submit("", {}, form=form, follow=True)
    assert "元に戻せませんでした" in page_of(again).text
