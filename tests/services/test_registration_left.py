"""What a file of registrations leaves behind: the same as one by one, sealed, traceable, and gone in time."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.documents.refused_lines import reason_text, refused_lines
from portal.domain.actor import Actor
from portal.domain.refusal import Forbidden, Invalid, NotFound, Refusal
from portal.domain.registration_file import COLUMNS, REMARKS, FileFault
from portal.services import registration_decision, registration_job, registration_run, seeker
from portal.services.registration_job import JobState
from portal.store import bulk
from portal.store import seeker as seeker_store
from portal.store.tables import (
    audit,
    metadata,
    registration_origin,
    registration_piece,
    registration_refusal,
)
from portal.store.tables import (
    registration_job as job_table,
)
from tests.build import KEYRING, LONG_AGO, build_unit, open_database
from tests.registration_files import (
    FOR_OFFICE,
    HARD,
    cells,
    count,
    hand_in,
    load,
    people,
    standing,
    work,
    written,
)
from tests.registrations import OTHER_OFFICE, build_office_clerk, prepare


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registration_run, "CHUNK_LINES", 3)


def test_a_file_leaves_what_registering_one_by_one_leaves(
    database: Any, clock: Any, new_database_url: Any, engine_kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "FEW", 1)

    other = open_database(new_database_url(engine_kind))
    for one in (database, other):
        prepare(one, clock)
        build_unit(one)
        with one.write() as session:
            bury(session)
    done = load(database, clock, written(*HARD))
    assert (done.accepted, done.refused, done.held) == (8, 3, 2)
    actor = Actor(FOR_OFFICE.kind, office_code=FOR_OFFICE.office_code, request_id="file-1")
    for line in HARD:
        with other.write() as session:
            try:
                seeker.register(session, clock, actor, line, default_months=2, channel="file")
            except Invalid:
                continue
    assert opened(database) == opened(other)
    other.dispose()


def bury(session: Any) -> None:
    """A block of an earlier registration with the number of the second line."""
    from portal.store.tables import block_tombstone, unit

    session.execute(
        block_tombstone.insert().values(
            registration_key=seeker_store.registration_key(session, "13999-00000002"),
            unit_id=session.scalar(select(unit.c.id)),
            since=LONG_AGO,
        )
    )
    session.commit()


def opened(database: Any) -> dict[str, list[Any]]:
    """Every row of every table about seekers, what is sealed opened, what is drawn at random left out."""
    random = {"office_id", "alias_key", "shuffle", "public_id"}
    left = {}
    with database.read() as session:
        for table in metadata.sorted_tables:
            if table.name.startswith(("registration_", "code", "terms_", "unit", "installation")):
                continue
            rows = session.execute(select(table)).mappings().all()
            if table.name == "audit":
                rows = [row for row in rows if row["kind"] == "seeker.register" and row["outcome"] == "done"]
            left[table.name] = sorted(
                (
                    {
                        name: _opened(table.name, name, row, value)
                        for name, value in row.items()
                        if name not in random and not (table.name == "audit" and name == "id")
                    }
                    for row in rows
                ),
                key=repr,
            )
    assert {
        "seeker",
        "seeker_identity",
        "profile",
        "profile_choice",
        "consent",
        "held_text",
        "block",
        "audit",
    } <= {name for name, rows in left.items() if rows}
    return left


def _opened(table: str, name: str, row: Any, value: Any) -> Any:
    if not name.endswith("_sealed") or value is None:
        return json.loads(value) if name == "facts" else value
    return KEYRING.open(f"{table}.{name.removesuffix('_sealed')}", row["seeker_id"], value)


def test_what_is_left_of_a_file_goes_after_some_days_and_an_unanswered_check_is_cancelled(
    database: Any, clock: Any
) -> None:
    prepare(database, clock)
    done = load(database, clock, written(cells(), cells(name="")))
    assert count(database, registration_piece) == 0
    checked = load(database, clock, written(cells(registration_number="1")), apply=False)
    assert count(database, registration_piece) == 1
    clock.advance(timedelta(days=7))
    with database.write() as session:
        assert registration_decision.forget(session, clock, FOR_OFFICE, 7) == 0
    clock.advance(timedelta(seconds=1))
    with database.write() as session:
        assert registration_decision.forget(session, clock, FOR_OFFICE, 7) == 2
        assert registration_decision.forget(session, clock, FOR_OFFICE, 7) == 0
    assert count(database, registration_piece) == count(database, registration_refusal) == 0
    assert standing(database, done.public_id).emptied
    assert standing(database, checked.public_id).state is JobState.CANCELLED
    assert count(database, registration_origin) == 1


def test_nothing_of_a_file_lies_in_clear_in_the_database(database: Any, clock: Any) -> None:
    prepare(database, clock)
    hand_in(
        database, clock, written(cells(name="架空　ひみつ子"), cells(name="架空　ひみつ子")), register=True
    )
    words = [
        text.encode(encoding)
        for text in ("ひみつ子", "13999", "mihon")
        for encoding in ("utf-8", "utf-16-le")
    ]
    for _ in range(2):
        with database.read() as session:
            for table in (job_table, registration_piece, registration_refusal):
                for row in session.execute(select(table)):
                    for value in row:
                        data = value if isinstance(value, bytes) else str(value).encode()
                        assert not any(word in data for word in words)
        work(database, clock)
    assert count(database, registration_refusal) == 1


def test_every_registration_says_who_ordered_it_and_from_which_file(database: Any, clock: Any) -> None:
    prepare(database, clock)
    clerk = build_office_clerk(database)
    load(database, clock, written(*people(4), cells(name="")), actor=clerk)
    with database.read() as session:
        found = session.execute(select(audit).order_by(audit.c.id)).mappings().all()
    kinds = [row["kind"] for row in found if row["kind"].startswith(("registration_job", "seeker"))]
    assert kinds == ["registration_job.add", *["seeker.register"] * 4, "registration_job.register"]
    for row in found[-5:]:
        assert (row["account_id"], row["office_code"]) == (clerk.account_id, clerk.office_code)
        assert (row["actor_kind"], row["request_id"]) == ("office", "file-1")
    assert json.loads(found[-1]["facts"]) == {"done": 5, "accepted": 4, "known": 0, "refused": 1, "held": 0}


def test_the_list_of_refused_lines_can_be_corrected_and_sent_again(database: Any, clock: Any) -> None:
    prepare(database, clock)
    wrong = [
        cells(registration_number="13999-00000001", phone="+81-00-0000-000O"),
        cells(registration_number="13999-00000002", pr="=1+1\n二行目", kana="x"),
        cells(registration_number="13999-00000003", name="@見本\0花子"),
    ]
    first = load(database, clock, written(*wrong, head=list(COLUMNS.values())))
    for repair in (("000O", "0000"), (",x,", ",ミホン,"), ("\N{REPLACEMENT CHARACTER}", "")):
        with database.read() as session:
            titles = registration_job.refused(session, FOR_OFFICE, first.public_id).titles
            listed = registration_job.all_refused(session, FOR_OFFICE, first.public_id)
            text = b"".join(refused_lines(titles, listed)).decode("utf-8-sig")
        assert text.startswith("行番号,理由,求職番号,")
        assert ",=" not in text
        assert ",+" not in text
        assert ",@" not in text
        before = first.refused
        first = load(database, clock, text.replace(*repair).encode("utf-8-sig"))
        assert (first.accepted, first.refused) == (1, before - 1)
    assert count(database) == 3
    with database.read() as session:
        texts = seeker_store.identity(session, 1), seeker_store.identity(session, 3)
    assert texts[0].phone == "+81-00-0000-0000"
    assert texts[1].name == "@見本花子"


def test_the_reasons_in_the_list_are_japanese_sentences_with_their_column() -> None:
    assert reason_text(FileFault(3, "name", "emoji")) == "氏名：絵文字は使えません"
    double = FileFault(9, "registration_number", "double_in_file", 2)
    assert reason_text(double) == "求職番号：同じ求職番号がこのファイルの2行目にあります"
    assert reason_text(FileFault(2, "pr", "too_long")) == "自己PR：長すぎます（600文字まで）"
    assert reason_text(FileFault(2, "", "wrong_number_of_cells")) == "列の数が見出しと違います"
    assert set(REMARKS.values()) == {"行番号", "理由"}


def test_files_of_another_office_are_not_there(database: Any, clock: Any) -> None:
    prepare(database, clock)
    handed = hand_in(database, clock, written(*people(1)))
    other = build_office_clerk(database, OTHER_OFFICE)
    desk = build_office_clerk(database)
    with database.write() as session:
        for ask in (registration_job.job, registration_job.refused, registration_job.registered):
            with pytest.raises(NotFound):
                ask(session, other, handed.public_id)
            with pytest.raises(NotFound):
                ask(session, desk, handed.public_id + "A")
            with pytest.raises(Forbidden):
                ask(session, Actor(other.kind, office_code="X1301", role="office_desk"), handed.public_id)
        for act in (registration_decision.begin, registration_decision.cancel, registration_decision.resume):
            with pytest.raises(NotFound):
                act(session, clock, other, handed.public_id)
        assert registration_job.jobs(session, other).jobs == ()
        assert [one.public_id for one in registration_job.jobs(session, desk).jobs] == [handed.public_id]


def test_an_office_has_no_more_than_five_files_on_their_way(database: Any, clock: Any) -> None:
    prepare(database, clock)
    for _ in range(registration_job.MOST_OPEN):
        hand_in(database, clock, written(*people(1)))
    with pytest.raises(Refusal, match="too_many_files"):
        hand_in(database, clock, written(*people(1)))
    work(database, clock)
    with database.read() as session:
        first = registration_job.jobs(session, FOR_OFFICE, limit=3)
        second = registration_job.jobs(session, FOR_OFFICE, limit=3, after=first.after)
        assert (len(first.jobs), len(second.jobs), second.after) == (3, 2, None)
