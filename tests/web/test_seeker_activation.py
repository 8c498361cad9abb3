"""The first visit: code, birth date, a name and a password of one's own; and everything that can go wrong."""

from datetime import timedelta
from typing import Any

import pytest

from portal.domain.account import AccountKind
from portal.domain.actor import Actor, ActorKind
from portal.services import access_code
from portal.services.access_code import IssuedCode, Purpose
from portal.store import account as accounts
from portal.web.auth.link import signed_link
from tests.build import BuiltSeeker, build_seeker
from tests.web.page import Page
from tests.web.page_client import page_of
from tests.web.signing import sign_in_as

OPERATOR = Actor(ActorKind.OPERATOR)
BORN = "平成2年1月1日"
PASSWORD = "あかるい 見本の 合言葉 ひとつ"


@pytest.fixture
def who(database: Any) -> BuiltSeeker:
    return build_seeker(database)


def _issue(database: Any, clock: Any, who: BuiltSeeker) -> IssuedCode:
    with database.write() as session:
        return access_code.issue(
            session, clock, OPERATOR, Purpose.ACTIVATION, days=14, seeker_id=who.id, with_link=True
        )


def _first(client: Any, code: str, born: str = BORN) -> Any:
    return client.submit("/activate", {"code": code, "birth_date": born})


def _choose(client: Any, page: Page, name: str = "mihon.taro", **more: str) -> Any:
    values = {"sign_in_name": name, "password": PASSWORD, "again": PASSWORD} | more
    return client.submit("/activate/account", values, form=page.form_with(*values))


def _accounts(database: Any) -> list[str]:
    with database.read() as session:
        return [each.sign_in_name for each in accounts.everybody(session, AccountKind)]


def _addressed(client: Any, issued: IssuedCode) -> str:
    with client.application.app_context():
        return f"/activate/{signed_link(issued.link or '')}"


def test_a_seeker_begins_with_code_and_birth_date_and_is_signed_in(
    client: Any, database: Any, clock: Any, who: BuiltSeeker
) -> None:
    page = page_of(_first(client, _issue(database, clock, who).code))
    assert page.h1 == "ログイン名とパスワードを決める"
    answer = _choose(client, page)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/seeker")
    home = client.page("/seeker")
    assert "利用を始められます" in home.text
    assert _accounts(database) == ["mihon.taro"]


@pytest.mark.parametrize("spelled", ["full", "lower", "blanks", "bare"])
def test_the_code_may_be_typed_in_any_way(
    client: Any, database: Any, clock: Any, who: BuiltSeeker, spelled: str
) -> None:
    code = _issue(database, clock, who).code
    typed = {
        "full": code.translate({ord(c): ord(c) + 0xFEE0 for c in code}),
        "lower": code.lower(),
        "blanks": "　" + code.replace("-", " 　") + " ",
        "bare": code.replace("-", ""),
    }[spelled]
    assert page_of(_first(client, typed)).h1 == "ログイン名とパスワードを決める"


@pytest.mark.parametrize(
    "born", ["1990-01-01", "１９９０年１月１日", "H2.1.1", "平成二年一月一日", "19900101"]
)
def test_the_birth_date_may_be_typed_in_western_or_japanese_years(
    client: Any, database: Any, clock: Any, who: BuiltSeeker, born: str
) -> None:
    assert _first(client, _issue(database, clock, who).code, born).status_code == 200


def test_from_the_QR_code_only_the_birth_date_is_asked(
    client: Any, database: Any, clock: Any, who: BuiltSeeker
) -> None:
    address = _addressed(client, _issue(database, clock, who))
    assert "code" not in client.page(address).form_with("birth_date").names
    page = page_of(client.submit(address, {"birth_date": BORN}))
    assert _choose(client, page).headers["Location"] == "/seeker"


def test_an_address_that_we_did_not_sign_asks_for_the_code(client: Any) -> None:
    page = client.page("/activate/madeup.AAAAAAAAAAAAAAAA")
    assert "QRコードのアドレスを読み取れませんでした" in page.text
    assert {"code", "birth_date"} <= page.form_with("code").names


def test_a_code_that_never_was_and_a_wrong_birth_date_look_the_same(
    client: Any, database: Any, clock: Any, who: BuiltSeeker
) -> None:
    code = _issue(database, clock, who).code
    pages = [
        page_of(_first(client, typed, born)).text.replace(typed, "")
        for typed, born in (("0000-0000-0000", BORN), (code, "1990-01-02"))
    ]
    assert pages[0].replace("平成2年1月1日", "") == pages[1].replace("1990-01-02", "")
    assert "コードと生年月日が合いません" in pages[0]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("used", "このコードはもう使われています"),
        ("replaced", "新しい用紙のコードをお使いください"),
        ("expired", "窓口で、新しいコードを受け取ってください"),
    ],
)
def test_a_code_that_no_longer_works_says_what_to_do(
    client: Any, database: Any, clock: Any, who: BuiltSeeker, state: str, words: str
) -> None:
    code = _issue(database, clock, who).code
    if state == "used":
        _choose(client, page_of(_first(client, code)))
        client.delete_cookie("portal")
    elif state == "replaced":
        _issue(database, clock, who)
    else:
        clock.advance(timedelta(days=15))
    answer = _first(client, code)
    assert answer.status_code == 422
    assert words in page_of(answer).text
    # Whoever does not know the birth date learns nothing of it.
    assert "コードと生年月日が合いません" in page_of(_first(client, code, "1990-01-02")).text


def test_five_wrong_birth_dates_end_a_code(client: Any, database: Any, clock: Any, who: BuiltSeeker) -> None:
    code = _issue(database, clock, who).code
    for day in range(2, 7):
        _first(client, code, f"1990-01-0{day}")
        clock.advance(timedelta(minutes=20))
    assert "このコードは使えなくなりました" in page_of(_first(client, code)).text


def test_who_tries_too_often_is_told_when_to_try_again(
    client: Any, database: Any, clock: Any, who: BuiltSeeker
) -> None:
    for _ in range(6):
        answer = _first(client, "0000-0000-0000")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "しばらく受け付けません" in page_of(answer).text


def test_what_was_typed_is_kept_but_never_a_password(
    client: Any, database: Any, clock: Any, who: BuiltSeeker
) -> None:
    first = _first(client, "みじかい", "きのう")
    fields = page_of(first).form_with("code").fields
    assert (fields["code"], fields["birth_date"]) == (["みじかい"], ["きのう"])
    page = page_of(_first(client, _issue(database, clock, who).code))
    refused = _choose(client, page, name="x", password="短い", again="違う")
    assert refused.status_code == 422
    again = page_of(refused).form_with("sign_in_name", "password")
    assert again.fields["sign_in_name"] == ["x"]
    assert again.fields["password"] == again.fields["again"] == [""]
    assert "短い" not in refused.get_data(as_text=True)
    # The page that refused leads on without typing the code again.
    assert _choose(client, page_of(refused)).headers["Location"] == "/seeker"


def test_of_two_tabs_one_opens_the_account_and_the_other_says_so(
    app: Any, database: Any, clock: Any, who: BuiltSeeker
) -> None:
    code = _issue(database, clock, who).code
    one, other = app.test_client(), app.test_client()
    pages = [page_of(_first(client, code)) for client in (one, other)]
    assert _choose(one, pages[0], name="hitotsume").headers["Location"] == "/seeker"
    second = _choose(other, pages[1], name="futatsume")
    assert second.status_code == 422
    assert "このコードはもう使われています" in page_of(second).text
    assert _accounts(database) == ["hitotsume"]


def test_a_second_click_leads_home(client: Any, database: Any, clock: Any, who: BuiltSeeker) -> None:
    page = page_of(_first(client, _issue(database, clock, who).code))
    values = page.form_with("sign_in_name").fields
    _choose(client, page)
    values["csrf_token"] = client.page("/seeker/stop").form_with("csrf_token").fields["csrf_token"]
    again = client.post("/activate/account", data=values)
    assert (again.status_code, again.headers["Location"]) == (303, "/seeker")


def test_a_name_that_is_taken_is_said_beside_the_field(
    client: Any, database: Any, clock: Any, who: BuiltSeeker
) -> None:
    build_seeker(database, with_account=True, sign_in_name="mihon")
    page = page_of(_first(client, _issue(database, clock, who).code))
    refused = _choose(client, page, name="ＭＩＨＯＮ")
    assert refused.status_code == 422
    assert "このログイン名は使えません" in page_of(refused).text


def test_a_code_for_something_else_leads_to_its_page(client: Any, database: Any, clock: Any) -> None:
    known = build_seeker(database, with_account=True)
    with database.write() as session:
        issued = access_code.issue(
            session, clock, OPERATOR, Purpose.PASSWORD, days=3, account_id=known.account_id
        )
    page = page_of(_first(client, issued.code))
    assert page.links["コードの入力のページへ"] == "/access"


def test_somebody_signed_in_is_asked_to_sign_out_first(client: Any, database: Any) -> None:
    known = build_seeker(database, with_account=True)
    sign_in_as(client, known.account_id)
    assert client.page("/activate").h1 == "今はログイン中です"
    assert client.page("/activate/whatever").h1 == "今はログイン中です"


def test_the_second_page_cannot_be_opened_by_itself(client: Any) -> None:
    assert client.get("/activate/account").headers["Location"] == "/activate"


LONG = "あ" * 5000


@pytest.mark.parametrize("typed", ["", " ", LONG, "😀😀😀", "../../etc", "1" * 5000, "%00", "\u202e0000"])
@pytest.mark.parametrize("field", ["code", "birth_date"])
def test_whatever_is_typed_first_is_answered_in_place_and_kept(
    client: Any, database: Any, field: str, typed: str
) -> None:
    values = {"code": "0000-0000-0000", "birth_date": BORN} | {field: typed}
    answer = client.submit("/activate", values)
    assert answer.status_code == 422
    assert page_of(answer).form_with("code").fields[field] == [typed]


@pytest.mark.parametrize("typed", ["", " ", LONG, "😀😀😀", "名前", "a b", "-mihon", "\u202emihon"])
@pytest.mark.parametrize("field", ["sign_in_name", "password", "again"])
def test_whatever_is_chosen_wrongly_is_answered_in_place_and_nothing_is_opened(
    client: Any, database: Any, clock: Any, who: BuiltSeeker, field: str, typed: str
) -> None:
    page = page_of(_first(client, _issue(database, clock, who).code))
    answer = _choose(client, page, **({"name": typed} if field == "sign_in_name" else {field: typed}))
    assert answer.status_code == 422
    assert _accounts(database) == []
    if field == "sign_in_name":
        assert page_of(answer).form_with("sign_in_name").fields["sign_in_name"] == [typed]


@pytest.mark.parametrize("typed", ["\x00", "\ud800"])
@pytest.mark.parametrize("field", ["code", "birth_date", "sign_in_name", "password"])
def test_a_character_that_no_text_has_is_refused(client: Any, field: str, typed: str) -> None:
    address = "/activate" if field in ("code", "birth_date") else "/activate/account"
    form = client.page("/activate").form_with("code")
    data = {k: v[0] for k, v in form.fields.items()} | {field: f"a{typed}b".encode("utf-8", "surrogatepass")}
    answer = client.post(address, data=data)
    assert answer.status_code in (400, 422)
    assert "500" not in page_of(answer).h1


@pytest.mark.parametrize("field", ["code", "link", "birth_date"])
@pytest.mark.parametrize("typed", ["", "まちがい", "0000-0000-0000", LONG])
def test_a_hidden_field_that_was_tampered_with_opens_nothing(
    client: Any, database: Any, clock: Any, who: BuiltSeeker, field: str, typed: str
) -> None:
    page = page_of(_first(client, _issue(database, clock, who).code))
    form = page.form_with("sign_in_name")
    before = form.fields[field]
    answer = _choose(client, page, **{field: typed})
    assert (answer.status_code == 422) or before == [typed]
    assert _accounts(database) == ([] if answer.status_code == 422 else ["mihon.taro"])


def test_a_token_without_our_signature_opens_nothing(
    client: Any, database: Any, clock: Any, who: BuiltSeeker
) -> None:
    issued = _issue(database, clock, who)
    page = page_of(_first(client, issued.code))
    answer = _choose(client, page, code="", link=issued.link or "")
    assert answer.status_code == 422
    assert _accounts(database) == []
