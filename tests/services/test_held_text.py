"""Texts that wait for the office: held with a finding, released, replaced or refused; the last approved one stays."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.domain.actor import Actor
from portal.domain.refusal import Conflict, Invalid, NotFound
from portal.domain.screening.finding import FindingKind
from portal.services import held_text, history, profile
from portal.store.tables import audit
from portal.store.tables import held_text as held_table
from portal.store.tables import profile as profile_table
from tests.registrations import FORM, OTHER_OFFICE, build_office_clerk, prepare, register

TELLING = "見本花子と申します。電話は090-0000-0000です。"


@pytest.fixture
def clerk(database: Any, clock: Any) -> Actor:
    prepare(database, clock)
    return build_office_clerk(database)


def change(database: Any, clock: Any, clerk: Actor, office_id: str, **changes: Any) -> profile.Saved:
    with database.write() as session:
        return profile.change_data(session, clock, clerk, office_id, {**FORM, **changes})


def shown(database: Any, clerk: Actor, office_id: str) -> str:
    with database.read() as session:
        return profile.preview(session, clerk, office_id, alias="X").pr


def waiting(database: Any, clerk: Actor) -> tuple[held_text.Waiting, ...]:
    with database.read() as session:
        return held_text.waiting(session, clerk)


def read(database: Any, clock: Any, clerk: Actor, office_id: str) -> held_text.HeldText:
    with database.write() as session:
        return held_text.read(session, clock, clerk, office_id, "pr")


def decide(
    database: Any, clock: Any, clerk: Actor, office_id: str, how: str, words: str, **more: Any
) -> None:
    with database.write() as session:
        getattr(held_text, how)(session, clock, clerk, office_id, "pr", words, **{"seen": None, **more})


def test_a_text_that_tells_who_wrote_it_waits_and_the_profile_stays_published(
    database: Any, clock: Any, clerk: Actor
) -> None:
    done = register(database, clock, clerk, pr=TELLING)
    assert done.held == ("pr",)
    assert shown(database, clerk, done.office_id) == ""
    with database.read() as session:
        assert session.scalar(select(profile_table.c.published)) is True
    (line,) = waiting(database, clerk)
    assert line.kind == "pr"
    assert set(line.kinds) == {FindingKind.NAME, FindingKind.PHONE}


def test_the_last_approved_text_stays_visible_while_a_new_one_waits(
    database: Any, clock: Any, clerk: Actor
) -> None:
    done = register(database, clock, clerk)
    assert change(database, clock, clerk, done.office_id, pr=TELLING).held == ("pr",)
    assert shown(database, clerk, done.office_id) == FORM["pr"]
    assert read(database, clock, clerk, done.office_id).published == FORM["pr"]


def test_the_words_that_wait_are_sealed_and_their_place_is_marked(
    database: Any, clock: Any, clerk: Actor
) -> None:
    done = register(database, clock, clerk, pr=TELLING)
    held = read(database, clock, clerk, done.office_id)
    assert "".join(part for part, _ in held.parts) == TELLING
    assert ("090-0000-0000", FindingKind.PHONE) in held.parts
    with database.read() as session:
        row = session.execute(select(held_table)).mappings().one()
        kinds = list(session.scalars(select(audit.c.kind)))
    assert "見本".encode() not in row["text_sealed"]
    assert "見本" not in row["findings"]
    assert "seeker.text.read" in kinds


def test_a_released_text_is_published_as_it_is_with_the_reason_in_the_history(
    database: Any, clock: Any, clerk: Actor
) -> None:
    done = register(database, clock, clerk, pr=TELLING)
    seen = read(database, clock, clerk, done.office_id).version
    with pytest.raises(Invalid) as refused:
        decide(database, clock, clerk, done.office_id, "release", "  ")
    assert refused.value.errors == {"reason": ["missing"]}
    decide(database, clock, clerk, done.office_id, "release", "同姓同名の別人のため", seen=seen)
    assert shown(database, clerk, done.office_id) == TELLING
    assert waiting(database, clerk) == ()
    with database.write() as session:
        newest = history.history(session, clock, clerk, done.office_id)[0]
    assert (newest.kind, newest.after["decision"]) == ("text", "released")
    assert newest.after["reason"] == "同姓同名の別人のため"


def test_a_replacement_must_itself_be_clean(database: Any, clock: Any, clerk: Actor) -> None:
    done = register(database, clock, clerk, pr=TELLING)
    with pytest.raises(Invalid) as refused:
        decide(database, clock, clerk, done.office_id, "replace", "みほん　はなこです。")
    assert refused.value.errors == {"text": ["still_found"]}
    decide(database, clock, clerk, done.office_id, "replace", "接客が得意です。")
    assert shown(database, clerk, done.office_id) == "接客が得意です。"
    assert waiting(database, clerk) == ()


def test_a_refused_text_is_never_shown_and_the_earlier_one_stays(
    database: Any, clock: Any, clerk: Actor
) -> None:
    done = register(database, clock, clerk)
    change(database, clock, clerk, done.office_id, pr=TELLING)
    decide(database, clock, clerk, done.office_id, "refuse", "氏名が書かれている")
    assert shown(database, clerk, done.office_id) == FORM["pr"]
    with pytest.raises(Conflict):
        decide(database, clock, clerk, done.office_id, "refuse", "もう一度")
    with pytest.raises(NotFound):
        read(database, clock, clerk, done.office_id)


def test_a_decision_taken_in_another_window_is_not_taken_over(
    database: Any, clock: Any, clerk: Actor
) -> None:
    done = register(database, clock, clerk, pr=TELLING)
    seen = read(database, clock, clerk, done.office_id).version
    change(database, clock, clerk, done.office_id, pr=TELLING + "追加")
    with pytest.raises(Conflict):
        decide(database, clock, clerk, done.office_id, "release", "理由", seen=seen)
    assert shown(database, clerk, done.office_id) == ""


def test_saving_the_form_again_leaves_the_waiting_text_waiting(
    database: Any, clock: Any, clerk: Actor
) -> None:
    done = register(database, clock, clerk, pr=TELLING)
    first = waiting(database, clerk)[0].held_at
    clock.advance(timedelta(hours=1))
    assert change(database, clock, clerk, done.office_id, pr=TELLING).held == ("pr",)
    assert waiting(database, clerk)[0].held_at == first


def test_going_back_to_the_published_text_takes_back_the_waiting_one(
    database: Any, clock: Any, clerk: Actor
) -> None:
    done = register(database, clock, clerk)
    change(database, clock, clerk, done.office_id, pr=TELLING)
    assert change(database, clock, clerk, done.office_id).held == ()
    assert waiting(database, clerk) == ()
    assert shown(database, clerk, done.office_id) == FORM["pr"]


def test_an_emptied_text_is_taken_away(database: Any, clock: Any, clerk: Actor) -> None:
    done = register(database, clock, clerk)
    change(database, clock, clerk, done.office_id, pr="")
    assert shown(database, clerk, done.office_id) == ""


def test_another_office_sees_none_of_it(database: Any, clock: Any, clerk: Actor) -> None:
    done = register(database, clock, clerk, pr=TELLING)
    other = build_office_clerk(database, OTHER_OFFICE)
    assert waiting(database, other) == ()
    with pytest.raises(NotFound):
        read(database, clock, other, done.office_id)
    with pytest.raises(NotFound):
        decide(database, clock, other, done.office_id, "release", "理由")
