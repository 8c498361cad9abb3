"""Another's thing is answered exactly like a thing that never existed, and signed out everything is the same redirect.

For every address with an id in it, and every id in a form or behind a question mark: the id of a thing that belongs to
somebody else and one that was never given out give the same bytes (but for the number of the request, the token of the
form and the id that was typed) by the same statements, and change nothing.
"""

from dataclasses import replace
from typing import Any

import pytest

from portal.services import public_id, scope
from portal.services.thread import THREAD_TOKEN
from portal.web.access import SIGN_IN
from tests.web import foreign_bureau
from tests.web.alike import shown, statements
from tests.web.foreign_cases import BY_RULE, ROUTES, cases_of, ids_elsewhere, rules_with_ids
from tests.web.foreign_town import Case, Town


@pytest.fixture
def settings(settings: Any) -> Any:
    """One address asks more in a minute here than people do in a day."""
    return replace(settings, requests_per_minute=1_000_000)


@pytest.fixture
def town(app: Any, database: Any, clock: Any) -> Town:
    return Town(app, database, clock)


# Looking


def filled(value: Any, given: str) -> Any:
    if isinstance(value, list):
        return [filled(each, given) for each in value]
    return value.replace("{}", given) if isinstance(value, str) else value


def ask(town: Town, case: Case, given: str) -> tuple[str, tuple[str, ...]]:
    """The answer with everything masked that may differ, and the statements."""
    client, address = town.browsers[case.who], case.address.replace("{}", given)
    with statements(town.app) as seen:
        if case.data is None:
            got = client.get(address)
        else:
            got = client.post(address, data={name: filled(value, given) for name, value in case.data.items()})
    return shown(got, given), tuple(seen)


def compare(town: Town, case: Case) -> None:
    """All ids of a case give the same answer and leave everything as it was."""
    before = town.rows()
    ask(town, case, case.unknown[0])  # what is read once for a process is read now
    asked = {given: ask(town, case, given) for given in (*case.unknown, *case.foreign)}
    first, its_statements = asked[case.unknown[0]]
    assert not first.startswith("500"), case
    for given, (answer, sent) in asked.items():
        assert answer == first, (case.address, given)
        assert sent == its_statements, (case.address, given)
    assert town.rows() == before, case.address


def test_every_address_with_an_id_is_looked_at(app: Any) -> None:
    wanted = {each for each in rules_with_ids(app) if not each[0].startswith(BY_RULE)}
    assert wanted <= set(ROUTES)


def test_what_belongs_to_somebody_else_answers_like_what_never_existed(town: Town) -> None:
    looked = 0
    for rule, method in sorted(rules_with_ids(town.app)):
        cases = cases_of(town, rule, method)
        assert cases, (method, rule)
        for case in cases:
            compare(town, case)
            looked += 1
    assert looked > 40


def test_ids_in_forms_and_questions_tell_no_more(town: Town) -> None:
    for case in ids_elsewhere(town):
        compare(town, case)


def test_one_s_own_thing_answers_otherwise(town: Town) -> None:
    """Else the tests above would compare pages that say nothing."""
    own = {
        "first": f"/provider/threads/{town.agency.token(town.own, THREAD_TOKEN)}",
        "officer": f"/provider/threads/{town.agency.token(town.other, THREAD_TOKEN)}",
        "seeker": f"/seeker/inbox/{public_id.shown(town.agency.public_id)}",
        "clerk": f"/office/seekers/{scope.public_id(town.own.office_id)}/texts/pr",
    }
    for who, address in own.items():
        town.browsers[who].page(address)
    town.browsers["clerk"].page(f"/office/files/{town.file}/sheets")
    assert town.browsers["clerk"].get(f"/office/files/{town.file}/refused.csv").status_code == 200
    town.browsers["first"].page(f"/provider/seekers/{town.agency.token(town.theirs)}")
    town.browsers["first"].page("/provider/sent/key-of-first-department")
    town.browsers["first"].page(f"/provider/saved/{town.saved['first']}")
    town.browsers["first"].page(f"/provider/templates/{town.texts['first']}")
    town.browsers["first"].page(f"/provider/sends/{town.sends['first']}")
    town.browsers["bureau"].page(f"/bureau/units/{public_id.shown(town.city.public_id)}")
    somebody = town.agency.ref("member", town.first.membership_id)
    town.browsers["officer"].page(f"/provider/people/{somebody}")
    mine = foreign_bureau.taken_in(town.database, town.clock, town.bureau, "13-ユ-300001")
    town.browsers["bureau"].page(f"/bureau/applications/{mine}")


def test_for_another_audience_every_address_is_one_that_does_not_exist(town: Town) -> None:
    nowhere = {who: ask(town, Case(who, "/{}", (), ()), "no-such-page")[0] for who in town.browsers}
    for rule, method in sorted(rules_with_ids(town.app)):
        for case in cases_of(town, rule, method)[:1]:
            for who in set(town.browsers) - {case.who}:
                if {who, case.who} == {"first", "officer"}:
                    continue
                data = None if case.data is None else town.data(who)
                for given in (*case.foreign, *case.unknown):
                    answer, _ = ask(town, Case(who, case.address, (), (), data=data), given)
                    assert answer == nowhere[who], (who, case.address)


def test_signed_out_every_id_is_the_same_redirect(town: Town) -> None:
    own = {
        "<token>": town.agency.token(town.own, THREAD_TOKEN),
        "<ref>": public_id.shown(town.agency.public_id),
        "<office_id>": scope.public_id(town.own.office_id),
        "<file_id>": town.file,
    }
    visitor, answers = town.app.test_client(), set()
    for rule, method in sorted(rules_with_ids(town.app)):
        cases = cases_of(town, rule, method)
        addresses = [
            case.address.replace("{}", given) for case in cases for given in (*case.foreign, *case.unknown)
        ]
        mine = rule.replace("<kind>", "pr").replace("<decision>", "release").replace("<version>", "2026-04")
        for name, given in own.items():
            mine = mine.replace(name, given)
        for address in (*addresses, mine):
            got = visitor.open(address, method=method)
            headers = tuple(
                sorted((name, value) for name, value in got.headers.items() if name != "X-Request-ID")
            )
            answers.add((got.status_code, headers, got.data))
            assert got.headers["Location"] == SIGN_IN, address
    assert len(answers) == 1
