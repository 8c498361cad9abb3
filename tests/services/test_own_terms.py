"""How a seeker stands to the terms of use (ruling R10)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import Forbidden
from portal.domain.terms import TermsText
from portal.services import terms
from portal.services.own_terms import OwnTerms, own_terms
from portal.store import consent
from tests.build import BuiltSeeker, build_seeker

AT = datetime(2026, 4, 1, tzinfo=UTC)
OLD = TermsText("1", date(2026, 4, 1), date(2026, 4, 1), "旧", "old", "本文", "text")
NEW = TermsText("2", date(2026, 6, 10), date(2026, 7, 31), "新", "new", "本文", "text")
LATER = TermsText("3", date(2026, 9, 1), date(2026, 9, 30), "次", "next", "本文", "text")


def _load(database: Any, *texts: TermsText) -> None:
    with database.write() as session:
        consent.add_versions(session, texts, AT)
        session.commit()


def _own(database: Any, clock: Any, who: BuiltSeeker) -> OwnTerms:
    with database.read() as session:
        return own_terms(session, clock, who.actor)


def _agree(database: Any, clock: Any, who: BuiltSeeker, version: str) -> None:
    with database.write() as session:
        terms.agree(session, clock, who.actor, version)


def test_before_any_terms_nothing_waits(database: Any, clock: Any) -> None:
    found = _own(database, clock, build_seeker(database))
    assert (found.current, found.open, found.versions) == (None, False, ())


def test_the_newest_version_offered_waits_until_it_is_agreed_to(database: Any, clock: Any) -> None:
    _load(database, OLD, NEW, LATER)
    who = build_seeker(database)
    found = _own(database, clock, who)
    assert (found.current, found.open, found.consent_to("2")) == (NEW, True, None)
    _agree(database, clock, who, "2")
    found = _own(database, clock, who)
    agreed = found.consent_to("2")
    assert not found.open
    assert agreed is not None
    assert (agreed.on_day, agreed.channel) == (date(2026, 6, 15), "site")


def test_an_earlier_agreement_suffices_until_the_day_to_agree_by(database: Any, clock: Any) -> None:
    _load(database, OLD, NEW)
    who = build_seeker(database)
    with database.write() as session:
        consent.add(session, [who.id], OLD, AT, date(2026, 4, 1), channel="office", recorded_by=None)
        consent.recompile(session)
        session.commit()
    found = _own(database, clock, who)
    assert (found.open, found.agree_by) == (True, date(2026, 7, 31))


def test_versions_are_shown_newest_first_and_none_of_the_future(database: Any, clock: Any) -> None:
    _load(database, OLD, NEW, LATER)
    found = _own(database, clock, build_seeker(database))
    assert [text.code for text in found.versions] == ["2", "1"]


def test_nobody_but_the_seeker_is_told(database: Any, clock: Any) -> None:
    who = build_seeker(database)
    for kind in ActorKind:
        if kind is not ActorKind.SEEKER:
            with database.read() as session, pytest.raises(Forbidden):
                own_terms(session, clock, Actor(kind, seeker_id=who.id))
