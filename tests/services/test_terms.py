"""Versions of the terms of use: loading, agreeing, and until when an agreement suffices (ruling R10)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.domain.actor import Actor
from portal.domain.reach import Cause
from portal.domain.refusal import Conflict, Forbidden, Invalid, NotFound
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


# Publishing

PUBLISHED = replace(NEXT, changes_ja="第1条を変えました。", changes_en="Article 1 has changed.")


def publish(
    database: Any, clock: Any, *texts: TermsText, code: str = "2026-10", **more: Any
) -> terms.Published:
    with database.write() as session:
        return terms.publish(session, clock, OPERATOR, [*shipped_terms(), *texts], code, **more)


def test_R10_a_published_version_asks_everybody_and_hides_nobody_before_its_day(
    database: Any, clock: Any, clerk: Actor
) -> None:
    done = register(database, clock, clerk, valid_until="2027-06-30")
    published = publish(database, clock, PUBLISHED)
    assert (published.text.code, published.asked, published.new) == ("2026-10", 1, True)
    assert file(database, clock, clerk, done.office_id).terms_until == date(2026, 12, 31)
    assert not file(database, clock, clerk, done.office_id).standing.private
    assert not publish(database, clock, PUBLISHED).new


def test_a_rehearsal_changes_nothing(database: Any, clock: Any, clerk: Actor) -> None:
    done = register(database, clock, clerk)
    assert publish(database, clock, PUBLISHED, rehearse=True).asked == 1
    with database.read() as session:
        assert [text.code for text in terms.versions(session)] == ["2026-04"]
    assert file(database, clock, clerk, done.office_id).terms_until is None


def test_only_one_version_is_published_at_a_time_and_none_is_forgotten(
    database: Any, clock: Any, clerk: Actor
) -> None:
    later = replace(PUBLISHED, code="2027-04", valid_from=date(2027, 4, 1), agree_by=date(2027, 6, 30))
    for code, errors in (
        ("2026-10", {"2027-04": ["not_alone"]}),
        ("2030-01", {"2030-01": ["unlisted"]}),
    ):
        with pytest.raises(Invalid) as refused:
            publish(database, clock, PUBLISHED, later, code=code)
        assert refused.value.errors == errors
    with database.write() as session, pytest.raises(Invalid) as refused:
        terms.publish(session, clock, OPERATOR, [PUBLISHED], "2026-10")
    assert refused.value.errors == {"2026-04": ["removed"]}
    with database.write() as session, pytest.raises(Forbidden):
        terms.publish(session, clock, clerk, [*shipped_terms(), PUBLISHED], "2026-10")


def test_the_archive_tells_every_version_with_its_days_and_what_changed(
    database: Any, clock: Any, clerk: Actor
) -> None:
    publish(database, clock, PUBLISHED)

    def told() -> list[tuple[str, bool, bool, date | None]]:
        with database.read() as session:
            found = terms.archive(session, clock)
        return [(one.text.code, one.coming, one.in_force, one.last_day) for one in found]

    before = [("2026-10", True, False, None), ("2026-04", False, True, date(2026, 9, 30))]
    after = [("2026-10", False, True, None), ("2026-04", False, False, date(2026, 9, 30))]
    clock.set(datetime(2026, 9, 30, 14, 59, 59, tzinfo=UTC))
    assert told() == before
    clock.set(datetime(2026, 9, 30, 15, 0, tzinfo=UTC))
    assert told() == after
    with database.read() as session:
        found = terms.archived(session, clock, "2026-10")
        assert found.before is not None
        assert (found.before.code, found.archived.text.changes()) == ("2026-04", ("第1条を変えました。",))
        assert (terms.Change.ADDED, "第1条") in found.paragraphs
        assert terms.archived(session, clock, "2026-04").paragraphs == ()
        with pytest.raises(NotFound):
            terms.archived(session, clock, "2030-01")
