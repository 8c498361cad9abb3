"""Versions of the terms of use: loading, agreeing, and until when an agreement suffices (ruling R10)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.domain.actor import Actor
from portal.domain.reach import Cause
from portal.domain.refusal import Conflict, Forbidden, Invalid
from portal.domain.terms import TermsText
from portal.services import seeker_file, terms
from portal.store.tables import consent
from tests.registrations import OPERATOR, build_office_clerk, prepare, register, shipped_terms

NEXT = TermsText(
    "2026-10", date(2026, 10, 1), date(2026, 12, 31), "見本 次の版", "Sample, next", "第1条", "Article 1"
)


@pytest.fixture
def clerk(database: Any, clock: Any) -> Actor:
    prepare(database, clock)
    return build_office_clerk(database)


def load(database: Any, clock: Any, *texts: TermsText, actor: Actor = OPERATOR) -> tuple[str, ...]:
    with database.write() as session:
        return terms.load(session, clock, actor, [*shipped_terms(), *texts])


def file(database: Any, clock: Any, clerk: Actor, office_id: str) -> seeker_file.SeekerFile:
    with database.write() as session:
        return seeker_file.open_file(session, clock, clerk, office_id)


def test_loading_twice_changes_nothing(database: Any, clock: Any, clerk: Actor) -> None:
    assert load(database, clock) == ()
    assert load(database, clock, NEXT) == ("2026-10",)
    assert load(database, clock, NEXT) == ()
    with database.read() as session:
        assert [text.code for text in terms.versions(session)] == ["2026-04", "2026-10"]


def test_a_loaded_version_keeps_its_words_and_days(database: Any, clock: Any, clerk: Actor) -> None:
    load(database, clock, NEXT)
    changes = {
        "words_changed": replace(NEXT, text_ja="別の言葉"),
        "days_changed": replace(NEXT, agree_by=date(2027, 1, 31)),
    }
    for reason, changed in changes.items():
        with pytest.raises(Invalid) as refused:
            load(database, clock, changed)
        assert refused.value.errors == {"2026-10": [reason]}
    with pytest.raises(Invalid) as refused:
        load(database, clock)
    assert refused.value.errors == {"2026-10": ["removed"]}


def test_nobody_but_the_operator_loads_terms(database: Any, clock: Any, clerk: Actor) -> None:
    with pytest.raises(Forbidden):
        load(database, clock, NEXT, actor=clerk)


def test_R10_nobody_vanishes_overnight_when_a_new_version_comes(
    database: Any, clock: Any, clerk: Actor
) -> None:
    done = register(database, clock, clerk, valid_until="2027-06-30")
    load(database, clock, NEXT)
    assert file(database, clock, clerk, done.office_id).terms_until == date(2026, 12, 31)
    clock.set(datetime(2026, 12, 31, 14, 59, 59, tzinfo=UTC))
    assert not file(database, clock, clerk, done.office_id).standing.private
    clock.set(datetime(2026, 12, 31, 15, 0, tzinfo=UTC))
    assert file(database, clock, clerk, done.office_id).standing.private == {Cause.TERMS}
    with database.write() as session:
        terms.agree_at_office(session, clock, clerk, done.office_id, "2026-10")
    read = file(database, clock, clerk, done.office_id)
    assert (read.terms_until, read.standing.private) == (None, frozenset())
    assert [given.version for given in read.consents] == ["2026-10", "2026-04"]


def test_agreeing_to_a_version_that_is_not_the_current_one_is_a_conflict(
    database: Any, clock: Any, clerk: Actor
) -> None:
    done = register(database, clock, clerk)
    load(database, clock, NEXT)
    for version in ("2026-10", "", "2020-01"):
        with database.write() as session, pytest.raises(Conflict):
            terms.agree_at_office(session, clock, clerk, done.office_id, version)


def test_agreeing_twice_is_recorded_once(database: Any, clock: Any, clerk: Actor) -> None:
    done = register(database, clock, clerk)
    with database.write() as session:
        terms.agree_at_office(session, clock, clerk, done.office_id, "2026-04")
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(consent)) == 1


def test_the_words_agreed_to_can_be_proven(database: Any, clock: Any, clerk: Actor) -> None:
    register(database, clock, clerk)
    with database.read() as session:
        assert session.scalar(select(consent.c.text_hash)) == shipped_terms()[0].text_hash


def test_the_shipped_terms_say_that_they_are_a_sample_in_both_languages() -> None:
    for text in shipped_terms():
        assert "見本" in text.title("ja")
        assert "見本" in text.paragraphs("ja")[0]
        assert "sample" in text.paragraphs("en")[0]
        assert len(text.paragraphs("ja")) == len(text.paragraphs("en"))
