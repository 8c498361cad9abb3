"""Whatever is sent to a seeker's form: a message in place, the words kept, nothing half-done, never a broken page."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from portal.services import block, inbox
from portal.services.public_id import shown
from portal.services.seeker import stop
from portal.store.tables import audit as audit_table
from portal.store.tables import block as block_table
from portal.store.tables import consent as consent_table
from portal.store.tables import message
from tests.build import BuiltSeeker, build_unit
from tests.services.relay_world import rows_of
from tests.web.page_client import page_of
from tests.web.seeker_world import Sender, answered, sender, signed_in, write_to

TEXT = "勤務地は駅から近いですか。"
LONG = "あ" * 2001
LONGEST = "あ" * 50_000


@pytest.fixture
def who(client: Any, database: Any) -> BuiltSeeker:
    return signed_in(client, database)


@pytest.fixture
def of(database: Any, clock: Any, who: BuiltSeeker) -> Sender:
    found = sender(database)
    write_to(database, clock, who, found)
    return found


def _address(of: Sender) -> str:
    return f"/seeker/inbox/{shown(of.unit.public_id)}"


def _fields(client: Any, of: Sender, **changed: str) -> dict[str, str]:
    form = client.page(_address(of)).form_with("kind", "text")
    return {
        "csrf_token": form.fields["csrf_token"][0],
        "key": form.fields["key"][0],
        "kind": "question",
        "text": TEXT,
    } | changed


TYPED = [
    # field, what is typed, status, what the page says
    ("text", "", 422, "入力または選択してください"),
    ("text", " 　\n\t", 422, "入力または選択してください"),
    ("text", "\u200b\u2060", 422, "入力または選択してください"),
    ("text", LONG, 422, "2,000文字以内で入力してください（今は2,001文字です）"),
    ("text", LONGEST, 422, "2,000文字以内"),
    ("text", "改行\x0bと制御\x07文字", 422, "使えない文字が含まれています"),
    ("text", "😀" * 2000, 303, ""),
    ("text", "\u202eさかさま", 303, ""),
    ("text", "ｱｲｳ ＡＢＣ １２３", 303, ""),
    ("kind", "", 422, "入力または選択してください"),
    ("kind", "USE", 422, "入力または選択してください"),
    ("kind", "😀", 422, "入力または選択してください"),
    ("kind", "x" * 5000, 422, "入力または選択してください"),
    ("key", "", 422, ""),
    ("key", "k" * 65, 422, ""),
    ("key", "鍵", 422, ""),
    ("key", "\n", 422, ""),
]


@pytest.mark.parametrize(("field", "typed", "status", "words"), TYPED)
def test_whatever_stands_in_an_answer(
    client: Any, database: Any, of: Sender, field: str, typed: str, status: int, words: str
) -> None:
    fields = _fields(client, of, **{field: typed})
    answer = client.post(_address(of) + "/answer", data=fields)
    assert answer.status_code == status
    if status == 303:
        assert answered(database) == [("question", typed)]
        return
    page = page_of(answer)
    assert words in page.text
    assert "まだ何も保存・送信されていません" in page.text
    assert answered(database) == []
    again = page.form_with("kind", "text")
    kept = fields["text"].replace("\x0b", "").replace("\x07", "")
    assert again.fields["text"][0].replace("\x0b", "").replace("\x07", "") == kept
    if field == "key":
        # Whatever became of the key, pressing again sends.
        assert client.submit(_address(of), {}, form=again).status_code == 303
        assert len(answered(database)) == 1


@pytest.mark.parametrize("broken", ["\x00", "\ud800"])
def test_characters_that_no_text_has_are_refused_and_the_rest_is_shown(
    client: Any, database: Any, of: Sender, broken: str
) -> None:
    fields: dict[str, Any] = dict(_fields(client, of))
    fields["text"] = f"前の{broken}文章です".encode("utf-8", "surrogatepass")
    answer = client.post(_address(of) + "/answer", data=fields)
    assert answer.status_code in (400, 422, 303)
    if answer.status_code != 303:
        assert "文章です" in page_of(answer).text
        assert answered(database) == []
    assert all("\x00" not in text and "\ud800" not in text for _, text in answered(database))


def test_a_form_without_its_token_sends_nothing_and_keeps_the_words(
    client: Any, database: Any, of: Sender
) -> None:
    fields = _fields(client, of)
    del fields["csrf_token"]
    answer = client.post(_address(of) + "/answer", data=fields)
    assert answer.status_code == 400
    assert TEXT in page_of(answer).text
    assert answered(database) == []


def test_a_database_that_is_busy_sends_nothing_and_keeps_the_words(
    client: Any, database: Any, of: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = _fields(client, of)

    def busy(*_: Any, **__: Any) -> None:
        raise OperationalError("", {}, Exception("database is locked"))

    monkeypatch.setattr(inbox, "answer", busy)
    answer = client.post(_address(of) + "/answer", data=fields)
    assert answer.status_code == 503
    again = page_of(answer).form_with("text")
    assert again.fields["text"] == [TEXT]
    monkeypatch.undo()
    assert answered(database) == []
    assert client.submit(_address(of) + "/answer", form=again).status_code == 303
    assert [text for _, text in answered(database)] == [TEXT]


def _stopped(database: Any, clock: Any, who: BuiltSeeker, of: Sender) -> None:
    with database.write() as session:
        stop(session, clock, who.actor)


def _blocked(database: Any, clock: Any, who: BuiltSeeker, of: Sender) -> None:
    with database.write() as session:
        block.block(session, clock, who.actor, [shown(of.unit.public_id)])


@pytest.mark.parametrize("before", [_stopped, _blocked])
@pytest.mark.parametrize("sure", ["", "1"])
def test_an_answer_from_a_page_that_is_out_of_date(
    client: Any,
    database: Any,
    clock: Any,
    of: Sender,
    who: BuiltSeeker,
    before: Callable[..., None],
    sure: str,
) -> None:
    fields = _fields(client, of, sure=sure)
    before(database, clock, who, of)
    answer = client.post(_address(of) + "/answer", data=fields)
    page = page_of(answer)
    assert answer.status_code == 409
    assert "返事を送れません" in page.text
    assert any(
        TEXT in "".join(c for c in area.children if isinstance(c, str)) for area in page.root.all("textarea")
    )
    assert answered(database) == []


PLAIN = ["/seeker/stop", "/seeker/terms"]


@pytest.mark.parametrize("address", PLAIN)
def test_unknown_fields_change_nothing(client: Any, database: Any, who: BuiltSeeker, address: str) -> None:
    token = client.page("/seeker/stop").form_with("csrf_token").fields["csrf_token"][0]
    data = {"csrf_token": token, "seeker_id": "1", "😀": "😀", "x" * 500: "y", "version": "zz"}
    assert client.post(address, data=data).status_code in (303, 409)
    assert rows_of(database, consent_table) == 0


# What belongs to others, and what never existed


def _masked(answer: Any) -> tuple[int, bytes, list[tuple[str, str]]]:
    """An answer without the request's own number."""
    number = answer.headers["X-Request-ID"]
    headers = [(k, v) for k, v in answer.headers if k != "X-Request-ID"]
    body = answer.data.replace(number.encode(), b"-")
    return answer.status_code, re.sub(rb'name="csrf_token" value="[^"]*"', b"", body), headers


@pytest.mark.parametrize("path", ["/seeker/inbox/{ref}", "/seeker/inbox/{ref}/answer", "/seeker/terms/{ref}"])
def test_what_belongs_to_others_is_what_never_existed(
    app: Any, client: Any, database: Any, clock: Any, of: Sender, path: str
) -> None:
    """`of` has written to another seeker; whoever asks now has nothing of this organisation."""
    other = app.test_client()
    signed_in(other, database)
    foreign = shown(of.unit.public_id)
    never, unwritten = "B" * 21 + "A", shown(build_unit(database).public_id)
    token = other.page("/seeker/stop").form_with("csrf_token").fields["csrf_token"][0]
    data = {"csrf_token": token, "kind": "use", "text": "", "key": "k"}
    methods = ["POST"] if path.endswith("answer") else ["GET"]
    answers = {
        str(_masked(other.open(path.format(ref=ref), method=method, data=data if method == "POST" else None)))
        for ref in (foreign, never, unwritten)
        for method in methods
    }
    assert len(answers) == 1
    assert "(404," in next(iter(answers))


@pytest.mark.parametrize(
    "ref", ["1", "0" * 22, "A" * 23, "é", "😀" * 22, "a%2fb", "A" * 21 + "B", "x" * 5000]
)
def test_a_thread_that_is_no_thread_is_not_found(
    client: Any, database: Any, who: BuiltSeeker, ref: str
) -> None:
    token = client.page("/seeker/stop").form_with("csrf_token").fields["csrf_token"][0]
    data = {"csrf_token": token, "kind": "use", "text": "", "key": "k"}
    assert client.get(f"/seeker/inbox/{ref}").status_code == 404
    assert client.post(f"/seeker/inbox/{ref}/answer", data=data).status_code == 404
    assert rows_of(database, message) == 0
    assert rows_of(database, block_table) == 0


def test_a_refused_answer_is_kept_in_the_audit_without_its_words(
    client: Any, database: Any, clock: Any, of: Sender, who: BuiltSeeker
) -> None:
    fields = _fields(client, of)
    _stopped(database, clock, who, of)
    client.post(_address(of) + "/answer", data=fields)
    with database.read() as session:
        rows = session.execute(audit_table.select()).all()
    refused = [row for row in rows if row.outcome == "refused"]
    assert [(row.kind, row.reason) for row in refused] == [("thread.answer", "stopped")]
    assert all("駅" not in row.facts for row in rows)
