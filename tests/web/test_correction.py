"""Corrections on the pages of the seeker and of the office."""

from typing import Any

import pytest

from portal.domain.correction import MOST_OPEN
from tests.build import build_clerk
from tests.web.page_client import page_of
from tests.web.seeker_world import signed_in
from tests.web.signing import sign_in_as

PAGE, DESK = "/seeker/corrections", "/office/corrections"
TEXT = "電話番号が違います。"


@pytest.fixture
def clerk(app: Any, database: Any) -> Any:
    browser = app.test_client()
    account = build_clerk(database, office_code="X1301").account_id
    assert account is not None
    sign_in_as(browser, account)
    return browser


def ask(client: Any, part: str = "identity", text: str = TEXT) -> Any:
    return client.submit(PAGE, {"part": part, "text": text})


def only_ref(clerk: Any) -> str:
    links = [link for link in clerk.page(DESK).links.values() if link.startswith(f"{DESK}/")]
    assert len(links) == 1
    return str(links[0])


def test_what_is_asked_waits_at_the_office_and_the_answer_comes_back(
    client: Any, clerk: Any, database: Any
) -> None:
    signed_in(client, database, office_code="X1301")
    answer = ask(client)
    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)
    assert "窓口の確認待ち" in client.page(PAGE).text
    assert "訂正の申出に、窓口の回答があります" not in client.page("/seeker").text
    address = only_ref(clerk)
    assert TEXT not in clerk.page(DESK).text
    assert TEXT in clerk.page(address).text
    done = clerk.submit(address, {"decision": "not_corrected", "text": "届のとおりでした。"})
    assert (done.status_code, done.headers["Location"]) == (303, DESK)
    page = client.page(PAGE)
    assert "訂正していません" in page.text
    assert "届のとおりでした。" in page.text
    assert "訂正の申出に、窓口の回答があります" in client.page("/seeker").text
    assert "答えるため、訂正の申出を読みました。" in client.page("/seeker/log?kind=readings").text


def test_what_cannot_be_taken_is_shown_again_with_what_was_typed(client: Any, database: Any) -> None:
    signed_in(client, database)
    answer = client.submit(PAGE, {"text": TEXT})
    assert answer.status_code == 422
    page = page_of(answer)
    assert TEXT in page.text
    assert "入力または選択してください" in page.text
    for n in range(MOST_OPEN):
        assert ask(client, text=f"違います{n}。").status_code == 303
    full = ask(client, text="もう一つ。")
    assert full.status_code == 409
    assert "もう一つ。" in page_of(full).text
    assert f"{MOST_OPEN}件あります" in page_of(full).text


def test_an_answer_needs_a_decision_a_reason_where_nothing_was_done_and_is_given_once(
    client: Any, clerk: Any, database: Any
) -> None:
    signed_in(client, database, office_code="X1301")
    ask(client)
    address = only_ref(clerk)
    first = clerk.page(address).form_with("decision")
    for values in ({"text": "x"}, {"decision": "not_corrected", "text": " "}):
        answer = clerk.submit(address, values)
        assert answer.status_code == 422
    assert clerk.submit(address, {"decision": "corrected"}).status_code == 303
    late = clerk.submit(address, {"decision": "not_corrected", "text": "遅れた理由"}, form=first)
    assert late.status_code == 422
    assert "ほかの操作で" in page_of(late).text
    assert "遅れた理由" not in client.page(PAGE).text


def test_the_draft_of_a_request_is_kept_and_comes_back(client: Any, database: Any) -> None:
    signed_in(client, database)
    kept = client.submit(PAGE, {"part": "data", "text": TEXT}, press="keep_draft")
    assert kept.status_code == 303
    page = client.page(PAGE)
    assert TEXT in page.text
    assert "まだ送信していません" in page.text


def test_another_office_sees_nothing_and_the_complaint_desk_has_no_such_page(
    app: Any, client: Any, clerk: Any, database: Any
) -> None:
    signed_in(client, database, office_code="X1301")
    ask(client)
    address = only_ref(clerk)
    for facts, status in (({"office_code": "X1302"}, 200), ({"role": "office_desk"}, 404)):
        other = app.test_client()
        account = build_clerk(database, **facts).account_id
        assert account is not None
        sign_in_as(other, account)
        other.page(address, 404)
        other.page(DESK, status)
