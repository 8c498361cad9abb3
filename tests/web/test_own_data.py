"""Taking one's own copy on the pages: after the password, as a file, kept by nobody on the way."""

import json
import re
from typing import Any

import pytest

from portal.services import own_data
from tests.services.own_data_world import OwnDataWorld
from tests.web.auth_world import PASSWORD, give_password
from tests.web.page_client import page_of
from tests.web.signing import sign_in_as

PAGE = "/seeker/own-data"


@pytest.fixture
def world(app: Any, client: Any, database: Any, clock: Any) -> OwnDataWorld:
    made = OwnDataWorld(database, clock)
    give_password(app, database, made.hana.account_id)
    sign_in_as(client, made.hana.account_id)
    return made


def take(client: Any, form: str = "page", password: str = PASSWORD) -> Any:
    return client.submit(PAGE, {"form": form, "password": password})


def test_the_page_says_what_is_in_the_file_and_what_is_not_and_asks_for_the_password(
    client: Any, world: OwnDataWorld
) -> None:
    page = client.page(PAGE)
    assert "ほかの人の情報" in page.text
    assert page.form_with("password").names >= {"form", "password", "csrf_token"}
    assert f"24時間に{own_data.MOST}回まで" in page.text


def test_the_file_for_programs_is_json_under_a_name_with_the_day_and_is_stored_nowhere(
    client: Any, world: OwnDataWorld
) -> None:
    world.fill(world.hana)
    answer = take(client, "json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-data-2026-06-15.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    content = json.loads(answer.get_data())
    assert content["schema"] == own_data.SCHEMA
    assert content["identity"]["name"] == "見本　花子"


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_file_to_read_holds_the_same_in_words_without_scripts_and_addresses_of_others(
    client: Any, world: OwnDataWorld, language: str
) -> None:
    world.fill(world.hana)
    client.set_cookie("portal_language", language)
    answer = take(client)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-data-2026-06-15.html"'
    assert answer.headers["Cache-Control"] == "no-store"
    text = answer.get_data(as_text=True)
    for told in (
        "見本　花子",
        "案内：花子だけの言葉。",
        "下書き：花子だけの言葉。",
        "架空甲社",
        "00-0000-0001",
    ):
        assert told in text, told
    assert not re.search(r"<script|<img|<link|<iframe|javascript:|url\(|@import|https?:|\bon[a-z]+=", text)
    assert re.findall(r'href="([^"]*)"', text) == [f"#s{n}" for n in range(1, 18)]
    # No code of ours is left where words belong.
    for code in ("use_wished", "not_a_job", "wished", "unwanted", "identity_read", "X1301", "13999_"):
        assert code not in text, code


def test_what_somebody_wrote_cannot_become_markup_in_the_file(client: Any, world: OwnDataWorld) -> None:
    client.submit("/seeker/corrections", {"part": "other", "text": "<script>alert(1)</script>&\"'"})
    text = take(client).get_data(as_text=True)
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;&#x27;" in text


@pytest.mark.parametrize(
    ("form", "password", "said"),
    [
        ("page", "", "入力または選択してください"),
        ("page", "kaki-no-ki-to-suzume", "今のパスワードが違います"),
        ("", PASSWORD, "入力または選択してください"),
    ],
)
def test_without_the_password_or_a_choice_there_is_no_file(
    client: Any, world: OwnDataWorld, form: str, password: str, said: str
) -> None:
    answer = client.submit(PAGE, {"form": form, "password": password} if form else {"password": password})
    assert answer.status_code == 422
    assert said in page_of(answer).text
    assert "見本　花子" not in answer.get_data(as_text=True)
    assert 'value="kaki' not in answer.get_data(as_text=True)


def test_too_many_files_are_refused_with_the_time_of_the_next(client: Any, world: OwnDataWorld) -> None:
    for _ in range(own_data.MOST):
        assert take(client, "json").status_code == 200
    answer = take(client, "json")
    assert answer.status_code == 429
    assert "2026年6月16日" in page_of(answer).text


def test_that_a_file_was_taken_stands_in_the_record(client: Any, world: OwnDataWorld) -> None:
    take(client)
    assert (
        "あなたの情報をまとめたファイルを受け取りました。"
        in client.page("/seeker/log?kind=registration").text
    )
