"""Registrations by file on the pages: what would become of it, registering, correcting, printing."""

import csv
import io
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pypdf
import pytest
from sqlalchemy import func, select

from portal.domain.actor import Actor
from portal.domain.registration_file import COLUMNS, REMARKS
from portal.services import clockwork, registration_run
from portal.store.tables import audit, registration_piece
from portal.store.tables import seeker as seeker_table
from portal.web import upload
from portal.web.office.registration_format import HOW
from tests.build import build_account
from tests.registration_files import cells, work, written
from tests.registrations import OTHER_OFFICE, build_office_clerk, prepare
from tests.web.page import Page
from tests.web.page_client import page_of
from tests.web.signing import sign_in_as

NEW = "/office/files/new"


@pytest.fixture
def clerk(database: Any, clock: Any) -> Actor:
    prepare(database, clock)
    return build_office_clerk(database)


@pytest.fixture
def desk(client: Any, clerk: Actor) -> Any:
    """The browser of a clerk who is signed in."""
    sign_in_as(client, clerk.account_id)
    return client


def numbered(number: int, **changes: str) -> dict[str, str]:
    return cells(registration_number=f"13999-{number:08}", **changes)


def send(desk: Any, data: bytes, name: str = "見本.csv") -> Any:
    token = desk.page(NEW).form_with("file").fields["csrf_token"]
    return desk.post(NEW, data={"csrf_token": token, "file": (io.BytesIO(data), name)})


def sent(desk: Any, *lines: Mapping[str, str]) -> str:
    """The address of a file that was taken."""
    answer = send(desk, written(*lines))
    assert answer.status_code == 303, page_of(answer).text
    return str(answer.location)


def press(desk: Any, address: str, words: str) -> Any:
    """Press the button with these words on a page."""
    for form in desk.page(address).forms:
        if any(words in button.text for button in form.buttons):
            return desk.submit(address, form=form)
    raise AssertionError(f"there is no button {words} on {address}")


def count(database: Any, table: Any) -> int:
    with database.read() as session:
        return int(session.scalar(select(func.count()).select_from(table)))


THREE = (numbered(1), numbered(2, name=""), numbered(3, birth_date="2001-02-30", sex="x"))


def test_a_file_is_checked_first_and_registers_only_after_a_clear_yes(
    desk: Any, database: Any, clock: Any
) -> None:
    address = sent(desk, *THREE)
    waiting = desk.page(address)
    assert "3行のうち 0行まで確認しました。まだ何も登録していません。" in waiting.text
    assert "この内容で登録する" not in waiting.text
    work(database, clock)
    checked = desk.page(address)
    assert "この内容で登録する（1件）" in checked.text
    assert "登録できない 2行は、登録されません" in checked.text
    assert count(database, seeker_table) == 0
    assert press(desk, address, "この内容で登録する").location == address
    assert "3行のうち 0行まで登録を進めました" in desk.page(address).text
    assert count(database, seeker_table) == 0
    work(database, clock)
    done = desk.page(address)
    assert "1件を登録しました" in done.text
    assert count(database, seeker_table) == 1
    assert count(database, registration_piece) == 0


def test_each_refused_line_is_named_with_column_and_reason_and_never_with_its_content(
    desk: Any, database: Any, clock: Any
) -> None:
    address = sent(desk, *THREE)
    work(database, clock)
    page = desk.page(address)
    rows = [[cell.text for cell in row.all("th", "td")] for row in page.root.all("tr")][1:]
    assert rows == [
        ["3", "氏名", "何も書かれていません。"],
        ["4", "生年月日", "その日はありません。年月日をご確認ください。"],
        ["4", "性別", "コード表にないコードです。数字の頭の 0 が消えていないか、ご確認ください。"],
    ]
    for content in ("花子", "13999", "架空商事", "2001"):
        assert content not in page.text


def test_the_refused_lines_come_as_a_file_that_can_be_corrected_and_sent_again(
    desk: Any, database: Any, clock: Any
) -> None:
    address = sent(desk, *THREE)
    work(database, clock)
    answer = desk.get(f"{address}/refused.csv")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline="")))
    assert [row[REMARKS["line_number"]] for row in rows] == ["3", "4"]
    assert "氏名" in rows[0][REMARKS["reason"]]
    assert rows[0]["registration_number"] == "13999-00000002"
    with database.read() as session:
        read = session.execute(select(audit.c.facts).where(audit.c.kind == "registration_job.refused.read"))
        assert [facts for (facts,) in read] == ['{"lines": 2}']
    rows[0]["name"] = "見本　次郎"
    rows[1]["birth_date"], rows[1]["sex"] = "H13.2.28", ""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    again = send(desk, text.getvalue().encode("utf-8-sig")).location
    work(database, clock)
    assert "この内容で登録する（2件）" in desk.page(again).text
    press(desk, again, "この内容で登録する")
    work(database, clock)
    assert count(database, seeker_table) == 2


def test_a_file_sent_twice_changes_nothing(desk: Any, database: Any, clock: Any) -> None:
    for _ in range(2):
        address = sent(desk, numbered(1), numbered(2))
        work(database, clock)
        last = desk.page(address)
        if "この内容で登録する" in last.text:
            press(desk, address, "この内容で登録する")
            work(database, clock)
    assert "登録できる行がありません" in last.text
    assert "すでにこの窓口で登録されています" in last.text
    assert count(database, seeker_table) == 2


def test_texts_that_wait_are_counted_and_linked(desk: Any, database: Any, clock: Any) -> None:
    address = sent(desk, numbered(1, pr="電話は090-0000-0000です。"))
    work(database, clock)
    press(desk, address, "この内容で登録する")
    work(database, clock)
    page = desk.page(address)
    assert "/office/texts" in page.links.values()
    assert "確認を待つ文章 1件" in page.text
    assert "確認を待つ文章 1" in desk.page("/office/").text


def test_cancelling_removes_the_file_and_keeps_what_is_registered(
    desk: Any, database: Any, clock: Any
) -> None:
    address = sent(desk, numbered(1))
    assert count(database, registration_piece) == 1
    answer = press(desk, address, "取りやめる")
    assert "このファイルからは、何も登録していません。" in desk.page(answer.location).text
    assert count(database, registration_piece) == 0
    work(database, clock)
    assert "取りやめました" in desk.page(address).text
    assert count(database, seeker_table) == 0


def test_a_button_of_a_page_that_is_out_of_date_says_so_and_does_nothing_twice(
    desk: Any, database: Any, clock: Any
) -> None:
    address = sent(desk, numbered(1))
    work(database, clock)
    buttons = desk.page(address).forms
    (begin,) = (form for form in buttons if form.action.endswith("/begin"))
    (cancel,) = (form for form in buttons if form.action.endswith("/cancel"))
    desk.submit(address, form=begin)
    work(database, clock)
    for stale in (begin, cancel):
        answer = desk.submit(address, form=stale, follow=True)
        assert "ほかの操作で先に進んでいました" in page_of(answer).text
    assert count(database, seeker_table) == 1
    resume = desk.post(
        f"{address}/resume", data={"csrf_token": begin.fields["csrf_token"]}, follow_redirects=True
    )
    assert "ほかの操作で先に進んでいました" in page_of(resume).text


def test_a_worker_that_does_not_move_is_told_after_a_while(desk: Any, database: Any, clock: Any) -> None:
    address = sent(desk, numbered(1))
    assert "この画面を閉じても、作業は続きます。" in desk.page(address).text
    clock.advance(timedelta(minutes=4))
    assert "しばらく進んでいません" in desk.page(address).text
    with database.write() as session:
        clockwork.beat(session, clock, "worker")
    assert "しばらく進んでいません" not in desk.page(address).text
    work(database, clock)
    clock.advance(timedelta(minutes=20))
    assert "しばらく進んでいません" not in desk.page(address).text


def test_the_list_names_who_sent_what_when_and_how_far_it_is(desk: Any, database: Any, clock: Any) -> None:
    assert "まだファイルを送っていません" in desk.page("/office/files").text
    address = sent(desk, *THREE)
    page = desk.page("/office/files")
    assert address in page.links.values()
    assert "順番を待っています 0%" in page.text
    work(database, clock)
    page = desk.page("/office/files")
    (row,) = [[cell.text for cell in row.all("th", "td")] for row in page.root.all("tr")][1:]
    assert row[0] == "2026年6月15日 10:00"
    assert row[1].startswith("架空 ")
    assert row[2:] == ["確認が終わりました", "3", "－", "2", "2026年6月22日 10:00"]


BAD: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "登録する行がありません"),
    "head only": (written(), "登録する行がありません"),
    "workbook": (b"PK\x03\x04" + bytes(100), "表計算ソフトのファイルのままです"),
    "UTF-16": ("求職番号,氏名\n".encode("utf-16"), "UTF-16"),
    "JIS": ("氏名,フリガナ\n".encode("iso2022_jp"), "ISO-2022-JP"),
    "broken UTF-8": (written(cells()) + b"\xff\xfe\x80\n", "文字として読み取れない"),
    "two encodings": (
        written(cells()) + "見本の行です\n".encode("cp932"),
        "途中で文字コードが変わっています",
    ),
    "quotation mark": (written(cells()) + b'"never closed', "の使い方が正しくない"),
    "semicolons": (";".join(COLUMNS).encode() + b"\n1\n", "区切りがカンマではありません"),
    "no head": (b"13999-00000001,x,y\n", "最初の行に列の名前がありません"),
    "column missing": (
        written(cells(), head=[n for n in COLUMNS if n != "name"]),
        "「氏名」の列：この列がありません",
    ),
    "column unknown": (written(cells(), head=[*COLUMNS, "備考"]), "「備考」の列：この列の名前はわかりません"),
    "column twice": (written(cells(), head=[*COLUMNS, "氏名"]), "同じ名前の列が二つ以上あります"),
    "remarks twice": (
        written(cells(), head=["行番号", "行番号", *COLUMNS]),
        "「行番号」の列：同じ名前の列が二つ以上あります",
    ),
}


@pytest.mark.parametrize("defect", BAD)
def test_a_file_that_cannot_be_read_is_refused_with_what_to_do_and_nothing_is_kept(
    desk: Any, database: Any, defect: str
) -> None:
    data, words = BAD[defect]
    answer = send(desk, data)
    assert answer.status_code == 422
    page = page_of(answer)
    assert words in page.text
    assert page.title.startswith("エラー：")
    assert count(database, registration_piece) == 0


def test_a_form_without_a_file_says_so(desk: Any) -> None:
    token = desk.page(NEW).form_with("file").fields["csrf_token"]
    for data in ({"csrf_token": token}, {"csrf_token": token, "file": (io.BytesIO(b""), "")}):
        answer = desk.post(NEW, data=data, content_type="multipart/form-data")
        assert answer.status_code == 422
        assert "ファイルを選んでください。" in page_of(answer).text


def test_a_sixth_file_waits_until_one_of_the_others_has_ended(desk: Any) -> None:
    for number in range(5):
        sent(desk, numbered(number))
    answer = send(desk, written(numbered(9)))
    assert answer.status_code == 422
    assert "まだ5件残っています" in page_of(answer).text


# How large a file may be, and who may send one


def post_file(client: Any, address: str, token: str, size: int) -> Any:
    """As a browser frames it; the test client would put a large form into a temporary file of its own."""
    fields = (("csrf_token", b"", token.encode()), ("file", b'; filename="x.csv"', b"x" * size))
    parts = [
        b'--frame\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n' % (name.encode(), more, value)
        for name, more, value in fields
    ]
    body = b"".join([*parts, b"--frame--\r\n"])
    return client.post(address, data=body, content_type="multipart/form-data; boundary=frame")


def test_only_this_page_takes_more_than_a_form_and_what_is_too_large_is_told_kindly(
    desk: Any, app: Any
) -> None:
    (token,) = desk.page(NEW).form_with("file").fields["csrf_token"]
    taken = post_file(desk, NEW, token, 3_000_000)
    assert taken.status_code == 422  # read, and found to be no file of ours
    assert post_file(desk, "/office/find", token, 3_000_000).status_code == 413
    largest = app.extensions["portal"].settings.file_bytes
    answer = post_file(desk, NEW, token, largest + 100_000)
    assert answer.status_code == 413
    assert "メガバイトまで" in page_of(answer).text


def test_a_file_of_somebody_who_may_not_send_one_is_not_read(
    client: Any, database: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(database, clock)
    monkeypatch.setattr(upload, "SealedFile", None)
    answer = post_file(client, NEW, "x", 3_000_000)
    assert (answer.status_code, answer.location) == (303, "/sign-in")


@pytest.mark.parametrize("path", ["", "/refused.csv", "/sheets"])
def test_another_offices_file_answers_like_one_that_never_existed(
    desk: Any, database: Any, clock: Any, path: str, app: Any
) -> None:
    address = sent(desk, *THREE)
    work(database, clock)
    other = app.test_client()
    sign_in_as(other, build_office_clerk(database, OTHER_OFFICE).account_id)
    foreign = other.get(address + path)
    never = other.get(f"/office/files/{'A' * 22}{path}")
    assert foreign.status_code == never.status_code == 404
    assert page_of(foreign).h1 == page_of(never).h1


@pytest.mark.parametrize("act", ["begin", "cancel", "resume", "sheets/print"])
def test_nobody_acts_on_another_offices_file(
    desk: Any, database: Any, clock: Any, app: Any, act: str
) -> None:
    address = sent(desk, *THREE)
    work(database, clock)
    other = app.test_client()
    sign_in_as(other, build_office_clerk(database, OTHER_OFFICE).account_id)
    token = other.page(NEW).form_with("file").fields["csrf_token"]
    assert other.post(f"{address}/{act}", data={"csrf_token": token, "part": "1"}).status_code == 404
    assert "この内容で登録する" in desk.page(address).text


# Sheets


@pytest.fixture
def registered(desk: Any, database: Any, clock: Any) -> str:
    """The address of a file that registered three people; the second line was refused."""
    address = sent(desk, numbered(111), numbered(2, name=""), numbered(333), numbered(222))
    work(database, clock)
    press(desk, address, "この内容で登録する")
    work(database, clock)
    return address


def pages(answer: Any) -> list[str]:
    assert answer.mimetype == "application/pdf", answer.get_data(as_text=True)[:500]
    texts = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.get_data())).pages]
    return [text.replace("\n", "").replace(" ", "") for text in texts]


def test_sheets_come_in_the_order_of_the_file_and_say_which_line(
    desk: Any, database: Any, registered: str
) -> None:
    assert f"{registered}/sheets" in desk.page(registered).links.values()
    page = desk.page(f"{registered}/sheets")
    assert "印刷する用紙 3枚" in page.text
    assert "2行目から5行目まで" in page.text
    assert "前に出した用紙が使えなくなります" not in page.text
    sheets = pages(press(desk, f"{registered}/sheets", "用紙を出す"))
    assert [
        ("末尾" + end in text, line in text)
        for text, end, line in zip(
            sheets,
            ("111", "333", "222"),
            ("登録ファイルの2行目", "登録ファイルの4行目", "登録ファイルの5行目"),
            strict=True,
        )
    ] == [(True, True)] * 3
    with database.read() as session:
        kinds = list(session.scalars(select(audit.c.kind).where(audit.c.kind.like("seeker.code%"))))
    assert sorted(kinds) == ["seeker.code.issue"] * 3 + ["seeker.code.issue_many"]
    assert (
        "このうち 3人の方には、まだ使われていない用紙が出ています" in desk.page(f"{registered}/sheets").text
    )
    again = pages(press(desk, f"{registered}/sheets", "用紙を出す"))
    assert not set(sheets) & set(again)


@pytest.mark.parametrize("part", ["0", "2", "x", "-1", "１", "99999", "999999999999"])
def test_a_part_that_is_not_there_is_not_found(desk: Any, registered: str, part: str) -> None:
    assert desk.get(f"{registered}/sheets?part={part}").status_code == 404
    token = desk.page(f"{registered}/sheets").form_with("part").fields["csrf_token"]
    answer = desk.post(f"{registered}/sheets/print", data={"csrf_token": token, "part": part})
    assert answer.status_code == 404


def test_sheets_are_printed_for_those_who_are_ticked_in_the_list(
    desk: Any, database: Any, registered: str
) -> None:
    listed = desk.page("/office/seekers").form_with("chosen")
    everybody = [box.get("value") for box in listed.element.all("input") if box.get("name") == "chosen"]
    assert len(everybody) == 3
    build_account_of_newest(database)
    page = page_of(desk.submit("/office/seekers", {"chosen": everybody[:2]}, form=listed))
    assert "選んだ方 2人" in page.text
    assert "すでに利用を始めている方 1人 用紙は出ません" in page.text
    assert len(pages(desk.submit("", form=page.form_with("chosen")))) == 1
    form = desk.page("/office/seekers").form_with("chosen")
    assert len([box for box in form.element.all("input") if box.get("name") == "chosen"]) == 2
    nobody = desk.submit("/office/seekers", {"chosen": []}, form=form, follow=True)
    assert "用紙を印刷する方を選んでください。" in page_of(nobody).text


def build_account_of_newest(database: Any) -> None:
    with database.read() as session:
        newest = session.scalar(select(func.max(seeker_table.c.id)))
    build_account(database, kind="seeker", seeker_id=newest)


def test_a_file_that_has_not_ended_prints_no_sheets(desk: Any) -> None:
    address = sent(desk, numbered(1))
    assert desk.get(f"{address}/sheets").status_code == 409


# The format and the file to begin with


def test_the_file_to_begin_with_holds_a_good_line_that_nothing_but_a_demo_registers(
    desk: Any, database: Any, clock: Any
) -> None:
    answer = desk.get("/office/files/template.csv")
    assert answer.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline="")))
    assert rows[0] == list(COLUMNS.values())
    assert len(rows) == 2
    refused = send(desk, answer.get_data())
    taken = send(desk, answer.get_data().replace(b"00000-00000001", b"13999-00000001"))
    work(database, clock)
    assert (
        "ひな形の見本の行です。消すか、登録する方の内容に書き換えてください。"
        in desk.page(refused.location).text
    )
    assert "この内容で登録する" not in desk.page(refused.location).text
    assert "この内容で登録する（1件）" in desk.page(taken.location).text
    in_a_demo = send(desk, answer.get_data())
    with database.write() as session:
        job = registration_run.Worker("demo", 2, demo=True).step(session, clock)
    assert job is not None
    assert "この内容で登録する（1件）" in desk.page(in_a_demo.location).text


@pytest.mark.parametrize("version", ["Apr-26", "4月26日", "2026年4月", "2026/4/1"])
def test_what_a_spreadsheet_makes_of_a_version_is_refused_with_the_likely_cause(
    desk: Any, database: Any, clock: Any, version: str
) -> None:
    assert "「Apr-26」" in desk.page("/office/files/format").text
    address = sent(desk, numbered(1, terms_version=version))
    work(database, clock)
    page = desk.page(address)
    assert "「Apr-26」のような日付に変えていないか" in page.text
    assert "登録できる行がありません" in page.text


def test_the_page_on_the_format_explains_every_column_of_the_reader_and_every_code(desk: Any) -> None:
    assert set(HOW) == set(COLUMNS)
    page: Page = desk.page("/office/files/format")
    named = [name for row in page.root.all("tr") for name in next(row.all("th")).text.split("、")]
    assert set(COLUMNS.values()) <= set(named)
    for words in ("regular", "正社員", "L001", "2026-04", "100,000行"):
        assert words in page.text
