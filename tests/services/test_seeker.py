"""Registering, reading and changing a seeker at the office, on both engines."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text

from portal.domain.actor import Actor
from portal.domain.eligibility import SchoolStatus
from portal.domain.profile import shuffle
from portal.domain.reach import Cause
from portal.domain.refusal import Conflict, Forbidden, Invalid, NotFound, Refusal
from portal.services import history, profile, registration, scope, seeker, seeker_file
from portal.store import seeker as seeker_store
from portal.store.tables import audit, block, block_tombstone, seeker_change, seeker_identity
from portal.store.tables import profile as profile_table
from portal.store.tables import seeker as seeker_table
from tests.build import build_block, build_seeker, build_unit
from tests.registrations import FORM, OTHER_OFFICE, build_office_clerk, prepare, register


@pytest.fixture
def clerk(database: Any, clock: Any) -> Actor:
    prepare(database, clock)
    return build_office_clerk(database)


def errors_of(database: Any, clock: Any, clerk: Actor, **changes: Any) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refused:
        register(database, clock, clerk, **changes)
    return refused.value.errors


def audited(database: Any, kind: str) -> list[Any]:
    with database.read() as session:
        return list(session.execute(select(audit).where(audit.c.kind == kind)).mappings())


def count(database: Any, table: Any) -> int:
    with database.read() as session:
        return int(session.scalar(select(func.count()).select_from(table)))


def file(database: Any, clock: Any, clerk: Actor, office_id: str) -> seeker_file.SeekerFile:
    with database.write() as session:
        return seeker_file.open_file(session, clock, clerk, office_id)


def the_profile(database: Any) -> Any:
    with database.read() as session:
        return session.execute(select(profile_table)).mappings().one()


def test_a_registered_seeker_is_stored_as_typed_and_found_by_what_was_chosen(
    database: Any, clock: Any, clerk: Actor
) -> None:
    done = register(database, clock, clerk)
    read = file(database, clock, clerk, done.office_id)
    assert done.held == ()
    assert (read.identity.name, read.identity.kana) == ("見本　花子", "ミホン ハナコ")
    assert read.identity.birth_date == date(1990, 1, 1)
    assert read.identity.phone == "00-0000-0000"
    assert read.identity.registration_number == "13999-00012345"
    assert (read.valid_from, read.valid_until) == (date(2026, 6, 10), date(2026, 8, 31))
    assert read.standing == seeker_file.Standing(frozenset(), frozenset())
    assert read.terms_until is None
    assert [(given.version, given.channel) for given in read.consents] == [("2026-04", "office")]
    stored = the_profile(database)
    assert stored["month"] == date(2026, 6, 1)
    assert stored["shuffle"] == shuffle(stored["alias_key"], date(2026, 6, 1))
    assert stored["tokens"] == {
        "occupation:056",
        "occupation_major:09",
        "occupation_major:05",
        "place:13",
        "place:24",
        "place:24201",
        "whole:13",
        "employment:regular",
        "employment:part_time",
        "time:full_day",
        "wage:M20",
        "experience:056",
        "experience_major:09",
        "education:university",
        "licence:L001",
        "licence:L039",
    }


def test_what_an_organisation_sees_is_the_projection_and_nothing_of_the_identity(
    database: Any, clock: Any, clerk: Actor
) -> None:
    done = register(database, clock, clerk)
    with database.read() as session:
        view = profile.preview(session, clerk, done.office_id, alias="XXXX-XXXX")
    assert view.alias == "XXXX-XXXX"
    assert [place.ja for place in view.places] == ["東京都", "三重県津市"]
    assert view.month == date(2026, 6, 1)
    assert view.pr == FORM["pr"]
    assert [each.years.ja for each in view.experiences] == ["3年以上5年未満"]
    shown = repr(view)
    for hidden in ("見本　花子", "ハナコ", "1990", "架空商事", "架空大学", "00012345", "example.jp", "0000"):
        assert hidden not in shown


def test_nothing_of_the_identity_is_readable_in_the_database(database: Any, clock: Any, clerk: Actor) -> None:
    register(database, clock, clerk)
    with database.read() as session:
        everything = repr(
            [
                session.execute(select(table)).all()
                for table in (seeker_table, seeker_identity, profile_table, seeker_change, audit)
            ]
        )
    for hidden in (
        "見本",
        "ハナコ",
        "1990-01-01",
        "架空商事",
        "架空大学",
        "00012345",
        "mihon",
        "東京都架空市",
    ):
        assert hidden not in everything
        assert repr(hidden.encode())[2:-1] not in everything


def test_everything_wrong_is_told_at_once_and_nothing_is_stored(
    database: Any, clock: Any, clerk: Actor
) -> None:
    errors = errors_of(
        database,
        clock,
        clerk,
        name="",
        kana="花子",
        birth_date="2026-02-30",
        mail="mihon",
        occupation_1="",
        occupation_2="",
        place_1="府中市",
        pr="あ" * 601,
        school_status="student",
        registered_on="2027-01-01",
        range_private="",
        range_municipal="",
        terms_agreed="",
    )
    assert errors == {
        "name": ["missing"],
        "kana": ["bad_kana"],
        "birth_date": ["date_impossible"],
        "mail": ["bad_mail"],
        "occupation_1": ["missing"],
        "place_1": ["ambiguous_place"],
        "pr": ["too_long"],
        "school_kind": ["missing"],
        "registered_on": ["in_future"],
        "range_private": ["range_missing"],
        "terms_agreed": ["must_agree"],
    }
    assert count(database, seeker_table) == 0
    refused = audited(database, "seeker.register")
    assert [line["outcome"] for line in refused] == ["refused"]


def test_the_same_number_cannot_be_registered_twice_not_even_elsewhere(
    database: Any, clock: Any, clerk: Actor
) -> None:
    register(database, clock, clerk)
    expected = {"registration_number": ["already_registered"]}
    assert errors_of(database, clock, clerk) == expected
    elsewhere = build_office_clerk(database, OTHER_OFFICE)
    assert (
        errors_of(database, clock, elsewhere, registration_number="１３９９９－０００１２３４５") == expected
    )
    assert count(database, seeker_table) == 1


def test_S_Q1_only_a_registration_in_force_is_taken(database: Any, clock: Any, clerk: Actor) -> None:
    assert errors_of(database, clock, clerk, registered_on="2026-03-31") == {
        "registered_on": ["not_in_force"]
    }
    done = register(database, clock, clerk, registered_on="2026-03-31", valid_until="令和8年6月30日")
    assert file(database, clock, clerk, done.office_id).valid_until == date(2026, 6, 30)


def test_S_Q1_a_new_graduate_of_a_high_school_is_seen_from_the_first_of_july(
    database: Any, clock: Any, clerk: Actor
) -> None:
    done = register(
        database,
        clock,
        clerk,
        school_status="graduated",
        school_kind="high",
        graduated_on="令和8年3月1日",
    )
    read = file(database, clock, clerk, done.office_id)
    assert read.eligible_from == date(2026, 7, 1)
    assert read.standing.private == {Cause.SCHOOL}
    clock.set(datetime(2026, 6, 30, 14, 59, 59, tzinfo=UTC))
    assert file(database, clock, clerk, done.office_id).standing.private == {Cause.SCHOOL}
    clock.set(datetime(2026, 6, 30, 15, 0, tzinfo=UTC))
    assert not file(database, clock, clerk, done.office_id).standing.private


def test_S_Q3_with_neither_range_one_is_not_in_the_service(database: Any, clock: Any, clerk: Actor) -> None:
    done = register(database, clock, clerk)
    with database.write() as session, pytest.raises(Invalid) as refused:
        registration.change_range(session, clock, clerk, done.office_id, {"range_private": ""})
    assert refused.value.errors == {"range_private": ["range_missing"]}


def test_S_Q3_range_is_changed_at_the_office_at_once_and_kept_in_the_history(
    database: Any, clock: Any, clerk: Actor
) -> None:
    done = register(database, clock, clerk)
    with database.write() as session:
        registration.change_range(session, clock, clerk, done.office_id, {"range_municipal": "y"}, seen=1)
    read = file(database, clock, clerk, done.office_id)
    assert read.standing == seeker_file.Standing(frozenset({Cause.RANGE}), frozenset())
    with database.write() as session:
        newest = history.history(session, clock, clerk, done.office_id)[0]
    assert newest.kind == "range"
    assert newest.before == {"private": True, "municipal": True}
    assert newest.after == {"private": False, "municipal": True}
    assert newest.account_id == clerk.account_id
    assert [line["outcome"] for line in audited(database, "seeker.range.change")] == ["done"]


def test_a_form_opened_before_somebody_elses_change_is_not_saved_over_it(
    database: Any, clock: Any, clerk: Actor
) -> None:
    done = register(database, clock, clerk)
    seen = file(database, clock, clerk, done.office_id).version
    with database.write() as session:
        registration.change_range(session, clock, clerk, done.office_id, {"range_private": "y"}, seen=seen)
    with database.write() as session, pytest.raises(Conflict):
        registration.change_range(session, clock, clerk, done.office_id, {"range_municipal": "y"}, seen=seen)
    assert file(database, clock, clerk, done.office_id).range_private


def test_a_registration_is_extended_month_by_month_in_its_last_month(
    database: Any, clock: Any, clerk: Actor
) -> None:
    done = register(database, clock, clerk)
    with database.write() as session, pytest.raises(Refusal) as early:
        registration.extend(session, clock, clerk, done.office_id)
    assert early.value.reason == "extension_too_early"
    clock.set(datetime(2026, 8, 20, 1, 0, tzinfo=UTC))
    with database.write() as session:
        assert registration.extend(session, clock, clerk, done.office_id).valid_until == date(2026, 9, 30)
    with database.write() as session, pytest.raises(Refusal):
        registration.extend(session, clock, clerk, done.office_id)
    clock.set(datetime(2026, 11, 5, 1, 0, tzinfo=UTC))
    assert file(database, clock, clerk, done.office_id).standing.private == {Cause.REGISTRATION}
    with database.write() as session:
        again = registration.extend(session, clock, clerk, done.office_id)
    assert (again.valid_from, again.valid_until) == (date(2026, 11, 5), date(2026, 12, 31))
    assert not file(database, clock, clerk, done.office_id).standing.private


def test_the_days_of_a_registration_can_be_corrected(database: Any, clock: Any, clerk: Actor) -> None:
    done = register(database, clock, clerk)
    typed = {"valid_from": "2026-06-10", "valid_until": "2026-06-14"}
    with database.write() as session:
        registration.change_validity(session, clock, clerk, done.office_id, typed)
    assert file(database, clock, clerk, done.office_id).standing.private == {Cause.REGISTRATION}
    with database.write() as session, pytest.raises(Invalid) as refused:
        registration.change_validity(
            session, clock, clerk, done.office_id, {**typed, "valid_until": "2927-06-14"}
        )
    assert refused.value.errors == {"valid_until": ["too_far"]}


def test_a_change_of_school_takes_the_seeker_out_and_brings_them_back(
    database: Any, clock: Any, clerk: Actor
) -> None:
    done = register(database, clock, clerk)
    with database.write() as session:
        registration.change_school(
            session, clock, clerk, done.office_id, {"school_status": "student", "school_kind": "high"}
        )
    read = file(database, clock, clerk, done.office_id)
    assert (read.school_status, read.never_eligible) == (SchoolStatus.STUDENT, True)
    assert read.standing.municipal == {Cause.SCHOOL}
    with database.write() as session:
        registration.change_school(
            session, clock, clerk, done.office_id, {"school_status": "left", "school_kind": "high"}
        )
    assert not file(database, clock, clerk, done.office_id).standing.municipal


def test_a_corrected_identity_is_found_under_the_new_number_and_the_old_one_is_in_the_history(
    database: Any, clock: Any, clerk: Actor
) -> None:
    done = register(database, clock, clerk)
    typed = {**FORM, "registration_number": "13999-00099999", "name": "架空 花子", "employer": ""}
    with database.write() as session:
        seeker.change_identity(session, clock, clerk, done.office_id, typed)
    with database.read() as session:
        assert seeker_file.find(session, clerk, {"registration_number": "1399900099999"}) == done.office_id
        with pytest.raises(NotFound):
            seeker_file.find(session, clerk, {"registration_number": "13999-00012345"})
    with database.write() as session:
        newest = history.history(session, clock, clerk, done.office_id)[0]
    assert newest.before["name"] == "見本　花子"
    assert newest.after == {"registration_number": "13999-00099999", "name": "架空 花子", "employer": ""}


def test_a_number_of_somebody_else_cannot_be_taken_by_a_correction(
    database: Any, clock: Any, clerk: Actor
) -> None:
    register(database, clock, clerk)
    other = register(database, clock, clerk, registration_number="13999-00000002")
    with database.write() as session, pytest.raises(Invalid) as refused:
        seeker.change_identity(session, clock, clerk, other.office_id, FORM)
    assert refused.value.errors == {"registration_number": ["already_registered"]}
    assert file(database, clock, clerk, other.office_id).identity.registration_number == "13999-00000002"


def test_a_published_text_that_names_the_corrected_identity_goes_back_to_the_office(
    database: Any, clock: Any, clerk: Actor
) -> None:
    done = register(database, clock, clerk, pr="わたくし梅竹桜子は元気です。")
    typed = {**FORM, "name": "梅竹 桜子", "kana": "ウメタケ サクラコ"}
    with database.write() as session:
        taken = seeker.change_identity(session, clock, clerk, done.office_id, typed)
    assert taken == ("pr",)
    read = file(database, clock, clerk, done.office_id)
    assert "pr" not in read.texts
    assert read.held["pr"] == "わたくし梅竹桜子は元気です。"


def test_S_Q3_a_stop_is_immediate_needs_no_reason_and_a_second_one_changes_nothing(
    database: Any, clock: Any, clerk: Actor
) -> None:
    built = build_seeker(database, with_account=True)
    for _ in range(2):
        with database.write() as session:
            seeker.stop(session, clock, built.actor)
    stored = the_profile(database)
    assert stored["stopped"] is True
    assert len(audited(database, "seeker.stop")) == 1
    with database.write() as session, pytest.raises(Forbidden):
        seeker.stop(session, clock, clerk)


def test_S_Q3_a_restart_is_done_at_the_office_and_blocks_stay(
    database: Any, clock: Any, clerk: Actor
) -> None:
    unit = build_unit(database)
    built = build_seeker(database, office_code=clerk.office_code or "", with_account=True)
    build_block(database, built, unit)
    with database.write() as session:
        seeker.stop(session, clock, built.actor)
    shown = scope.public_id(built.office_id)
    clock.advance(timedelta(days=40))
    with database.write() as session:
        seeker.restart(session, clock, clerk, shown)
    stored = the_profile(database)
    assert (stored["stopped"], stored["month"]) == (False, date(2026, 7, 1))
    assert count(database, block) == 1
    with database.write() as session, pytest.raises(Conflict):
        seeker.restart(session, clock, clerk, shown)
    with database.write() as session:
        kinds = [change.kind for change in history.history(session, clock, clerk, shown)]
    assert kinds == ["restarted", "stopped"]


def test_S_Q5_blocks_bind_again_when_a_deleted_seeker_is_registered_anew(
    database: Any, clock: Any, clerk: Actor
) -> None:
    unit = build_unit(database)
    built = build_seeker(database, number="13999-00012345")
    build_block(database, built, unit)
    with database.write() as session:
        assert seeker_store.bury_blocks(session, built.id) == 1
        for table in ("seeker_identity", "profile"):
            session.execute(text(f"DELETE FROM {table}"))  # noqa: S608 -- names from this line
        session.execute(text("DELETE FROM seeker"))
        session.commit()
    assert register(database, clock, clerk).blocks == 1
    assert (count(database, block), count(database, block_tombstone)) == (1, 0)


def test_terms_that_changed_meanwhile_are_shown_again_before_they_are_agreed_to(
    database: Any, clock: Any, clerk: Actor
) -> None:
    assert errors_of(database, clock, clerk, terms_version="2025-01") == {"terms_agreed": ["terms_changed"]}


def test_without_terms_nobody_is_registered(database: Any, clock: Any, clerk: Actor) -> None:
    clock.set(datetime(2026, 3, 1, tzinfo=UTC))
    with pytest.raises(Refusal) as refused:
        register(database, clock, clerk, registered_on="2026-03-01")
    assert refused.value.reason == "terms_missing"
