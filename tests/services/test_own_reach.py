"""What a seeker is told about being seen: every cause by name, and how many organisations."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from portal.domain.actor import Actor, ActorKind
from portal.domain.reach import Cause
from portal.domain.refusal import Forbidden
from portal.domain.screening.finding import Finding, FindingKind
from portal.domain.terms import NEVER_AGREED, TermsText
from portal.services.own_reach import OwnReach, TermsToAgree, own_reach
from portal.services.seeker import stop
from portal.store import consent
from portal.store import profile as profile_store
from tests.build import BuiltSeeker, build_block, build_codes, build_seeker, build_unit

AT = datetime(2026, 4, 1, tzinfo=UTC)


def _asked(database: Any, clock: Any, who: BuiltSeeker) -> OwnReach:
    with database.read() as session:
        return own_reach(session, clock, who.actor)


def _terms(database: Any, *days: tuple[date, date]) -> list[TermsText]:
    texts = [
        TermsText(f"見本{n}", since, by, "規約", "Terms", "本文", "Text")
        for n, (since, by) in enumerate(days)
    ]
    with database.write() as session:
        consent.add_versions(session, texts, AT)
        session.commit()
    return texts


def _agree(database: Any, who: BuiltSeeker, text: TermsText) -> None:
    with database.write() as session:
        consent.add(session, [who.id], text, AT, date(2026, 4, 1), channel="office", recorded_by=None)
        consent.recompile(session)
        session.commit()


def _units(database: Any, private: int, municipal: int) -> list[Any]:
    made = [build_unit(database) for _ in range(private)]
    return made + [build_unit(database, unit_class="municipal", number=f"9920{n}") for n in range(municipal)]


def test_a_seeker_in_force_is_seen_by_every_organisation_in_range(database: Any, clock: Any) -> None:
    _units(database, 3, 2)
    found = _asked(database, clock, build_seeker(database))
    assert found.shown
    assert (found.private.units, found.municipal.units, found.blocks) == (3, 2, 0)


def test_S_Q3_only_organisations_of_the_range_that_was_chosen_are_counted(database: Any, clock: Any) -> None:
    _units(database, 3, 2)
    found = _asked(database, clock, build_seeker(database, range_private=False))
    assert found.shown
    assert (found.private.in_range, found.private.units) == (False, 0)
    assert (found.municipal.in_range, found.municipal.units) == (True, 2)


def test_S_Q5_a_blocked_organisation_is_not_counted(database: Any, clock: Any) -> None:
    first, *_ = _units(database, 3, 0)
    who = build_seeker(database)
    build_block(database, who, first)
    found = _asked(database, clock, who)
    assert (found.shown, found.private.units, found.blocks) == (True, 2, 1)


def _against(database: Any, clock: Any, **facts: Any) -> tuple[Iterable[Cause], int]:
    _units(database, 2, 1)
    found = _asked(database, clock, build_seeker(database, **facts))
    return found.hindrances, found.private.units + found.municipal.units


def test_S_Q1_after_the_registration_has_run_out_nobody_sees_the_seeker(database: Any, clock: Any) -> None:
    assert _against(database, clock, valid_until=date(2026, 6, 14)) == ((Cause.REGISTRATION,), 0)


def test_S_Q1_a_new_graduate_is_told_until_when_the_rule_holds(database: Any, clock: Any) -> None:
    _units(database, 1, 1)
    who = build_seeker(database, eligible_from=date(2026, 7, 1))
    found = _asked(database, clock, who)
    assert (found.hindrances, found.excluded_until) == ((Cause.SCHOOL,), date(2026, 6, 30))
    clock.set(datetime(2026, 6, 30, 15, 0, tzinfo=UTC))
    found = _asked(database, clock, who)
    assert (found.hindrances, found.excluded_until, found.private.units) == ((), None, 1)


def test_S_Q1_a_pupil_is_told_the_rule_without_an_end(database: Any, clock: Any) -> None:
    found = _asked(database, clock, build_seeker(database, never_eligible=True))
    assert (found.hindrances, found.excluded_until) == ((Cause.SCHOOL,), None)


def test_S_Q3_who_has_stopped_is_seen_by_nobody_at_once(database: Any, clock: Any) -> None:
    _units(database, 2, 1)
    who = build_seeker(database)
    with database.write() as session:
        stop(session, clock, who.actor)
    found = _asked(database, clock, who)
    assert (found.hindrances, found.stopped_at, found.private.units) == ((Cause.STOPPED,), clock.now(), 0)


def test_several_causes_are_all_told_with_the_own_act_first(database: Any, clock: Any) -> None:
    told, _ = _against(database, clock, stopped=True, valid_until=date(2026, 5, 31), published=False)
    assert told == (Cause.STOPPED, Cause.REGISTRATION, Cause.NO_PROFILE)


def test_R10_a_new_version_of_the_terms_is_announced_before_it_binds(database: Any, clock: Any) -> None:
    old, _ = _terms(database, (date(2026, 4, 1), date(2026, 4, 1)), (date(2026, 6, 1), date(2026, 7, 31)))
    who = build_seeker(database)
    _agree(database, who, old)
    found = _asked(database, clock, who)
    assert (found.hindrances, found.terms) == ((), TermsToAgree("見本1", date(2026, 7, 31)))
    clock.set(datetime(2026, 7, 31, 15, 0, tzinfo=UTC))
    assert _asked(database, clock, who).hindrances == (Cause.TERMS,)


def test_who_has_agreed_to_the_newest_terms_is_asked_nothing(database: Any, clock: Any) -> None:
    (only,) = _terms(database, (date(2026, 4, 1), date(2026, 4, 1)))
    who = build_seeker(database)
    _agree(database, who, only)
    assert _asked(database, clock, who).terms is None


def test_who_never_agreed_is_asked_without_a_day(database: Any, clock: Any) -> None:
    _terms(database, (date(2026, 4, 1), date(2026, 4, 1)))
    found = _asked(database, clock, build_seeker(database, terms_until=NEVER_AGREED))
    assert (found.hindrances, found.terms) == ((Cause.TERMS,), TermsToAgree("見本0", None))


def test_a_text_that_waits_for_the_office_is_named_by_kind_and_hides_nothing_else(
    database: Any, clock: Any
) -> None:
    who = build_seeker(database)
    with database.write() as session:
        profile_store.hold(session, [(who.id, "pr", "見本です", [Finding(FindingKind.NAME, 0, 2, True)])], AT)
        session.commit()
    found = _asked(database, clock, who)
    assert (found.held, found.hindrances) == (("pr",), ())


def test_the_office_of_the_registration_is_named(database: Any, clock: Any) -> None:
    build_codes(database, "office", ["9901"])
    assert _asked(database, clock, build_seeker(database)).office.ja == "office9901"


@pytest.mark.parametrize("kind", [kind for kind in ActorKind if kind is not ActorKind.SEEKER])
def test_nobody_but_the_seeker_is_told(database: Any, clock: Any, kind: ActorKind) -> None:
    who = build_seeker(database)
    with database.read() as session, pytest.raises(Forbidden):
        own_reach(session, clock, Actor(kind, seeker_id=who.id))
