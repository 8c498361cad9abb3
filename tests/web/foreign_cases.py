"""Every address with an id in it, and every id in a form: with what belongs to somebody else, and with what nobody has.

A route is registered under its method and rule; the test of foreign ids fails for an address that has none.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from portal.services import public_id, scope
from portal.services.thread import THREAD_TOKEN
from portal.store import alias
from portal.web.access import Audience, access_of
from tests.build import BuiltSeeker
from tests.registrations import OFFICE
from tests.web import (
    foreign_announcements,
    foreign_applications,
    foreign_bureau,
    foreign_complaints,
    foreign_corrections,
    foreign_paid,
    foreign_parties,
    foreign_people,
    foreign_reports,
)
from tests.web.foreign_town import Case, Town
from tests.web.provider_world import TEXT

# Ids in addresses

Cases = Callable[[Town], list[Case]]
ROUTES: dict[tuple[str, str], Cases] = {}


def route(*wanted: str) -> Callable[[Cases], Cases]:
    """Register cases under "METHOD rule"."""

    def register_under(cases: Cases) -> Cases:
        for each in wanted:
            method, rule = each.split()
            assert (rule, method) not in ROUTES
            ROUTES[rule, method] = cases
        return cases

    return register_under


def tokens_of_profiles(town: Town) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of others: another unit's, one that opens a thread. Never given out: of nobody, made up."""
    foreign = (town.city.token(town.own), town.agency.token(town.own, THREAD_TOKEN))
    return foreign, (town.agency.token(BuiltSeeker(0, bytes(16), b"", None)), "A" * 43)


def tokens_of_threads(town: Town, who: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of others: another unit's, another department's (unless for the officer), one that opens a profile."""
    foreign = [town.city.token(town.other, THREAD_TOKEN), town.agency.token(town.own)]
    if who == "first":
        foreign.append(town.agency.token(town.other, THREAD_TOKEN))
    nobody = town.agency.token(BuiltSeeker(0, alias.new_alias_key(), b"", None), THREAD_TOKEN)
    return tuple(foreign), (nobody, town.agency.token(town.theirs, THREAD_TOKEN), "A" * 43)


@route("GET /provider/seekers/<token>")
def _profile(town: Town) -> list[Case]:
    return [Case("first", "/provider/seekers/{}", *tokens_of_profiles(town))]


@route("GET /provider/sent/<key>")
def _sent(town: Town) -> list[Case]:
    return [Case("first", "/provider/sent/{}", ("key-of-another-unit",), ("key-that-nobody-used",))]


@route("GET /provider/threads/<token>")
def _thread(town: Town) -> list[Case]:
    return [Case(who, "/provider/threads/{}", *tokens_of_threads(town, who)) for who in ("first", "officer")]


def _in_thread(town: Town, last: str, /, **data: Any) -> list[Case]:
    address = f"/provider/threads/{{}}/{last}"
    return [
        Case(who, address, *tokens_of_threads(town, who), data=town.data(who, **data))
        for who in ("first", "officer")
    ]


@route(
    "GET /provider/threads/<token>/answer",
    "GET /provider/threads/<token>/outcome",
    "GET /provider/threads/<token>/hand-over",
)
def _begun_anew(town: Town) -> list[Case]:
    return [
        Case("officer", f"/provider/threads/{{}}/{place}", *tokens_of_threads(town, "officer"))
        for place in ("answer", "outcome", "hand-over")
    ]


@route("POST /provider/threads/<token>/answer")
def _answer(town: Town) -> list[Case]:
    return _in_thread(town, "answer", text=TEXT, key="key-of-an-answer-0001")


@route("POST /provider/threads/<token>/outcome")
def _outcome(town: Town) -> list[Case]:
    return _in_thread(town, "outcome", outcome="ended", happened_on="2026-06-15")


@route("POST /provider/threads/<token>/hand-over")
def _hand_over(town: Town) -> list[Case]:
    return _in_thread(town, "hand-over", place="department-1")


@route(
    "GET /provider/quota/places/<ref>",
    "POST /provider/quota/places/<ref>",
)
def _places(town: Town) -> list[Case]:
    return _of_places(town, "/provider/quota/places/{}")


@route(
    "GET /provider/contractors/<ref>/hand-over",
    "POST /provider/contractors/<ref>/hand-over",
)
def _left_behind(town: Town) -> list[Case]:
    return _of_places(town, "/provider/contractors/{}/hand-over")


def _of_places(town: Town, address: str) -> list[Case]:
    """Places are named by kind and number inside each unit: the other unit's contractor is none of ours."""
    unknown = ("contractor-9", "department-9", "no-such-place")
    asked = [
        Case("officer", address, ("contractor-1",), unknown),
        Case("first", address, ("department-1", "department-2"), unknown),
    ]
    words = {"limit": "5", "to": "unit", "sure": "y"}
    return [*asked, *(replace(case, data=town.data(case.who, **words)) for case in asked)]


def refs_of_saved_searches(town: Town) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of others: another department's, shared there, and another unit's. Never given out: made up."""
    foreign = (town.saved["second"], town.saved["helper"], public_id.shown(town.own.alias_key))
    return foreign, (public_id.shown(b"never given out!"), "A" * 22)


@route(
    "GET /provider/saved/<ref>",
    "GET /provider/saved/<ref>/open",
    "GET /provider/saved/<ref>/remove",
    "GET /provider/saved/<ref>/restore",
    "POST /provider/saved/<ref>",
    "POST /provider/saved/<ref>/remove",
    "POST /provider/saved/<ref>/restore",
)
def _saved_search(town: Town) -> list[Case]:
    data = town.data("first", name="見本の検索")
    cases = []
    for place in ("", "/open", "/remove", "/restore"):
        address = f"/provider/saved/{{}}{place}"
        cases.append(Case("first", address, *refs_of_saved_searches(town)))
        if place != "/open":
            cases.append(Case("first", address, *refs_of_saved_searches(town), data=data))
    return cases


@route(
    "GET /provider/templates/<ref>",
    "GET /provider/templates/<ref>/remove",
    "GET /provider/templates/<ref>/restore",
    "POST /provider/templates/<ref>",
    "POST /provider/templates/<ref>/remove",
    "POST /provider/templates/<ref>/restore",
)
def _template(town: Town) -> list[Case]:
    """Of others: another department's, another unit's, a saved search. Never given out: made up."""
    foreign = (town.texts["second"], town.texts["helper"], town.saved["first"])
    ids = (foreign, (public_id.shown(b"never given out!"), "A" * 22))
    data = town.data("first", title="見本の文例", text=TEXT, revision="1")
    return [
        Case("first", f"/provider/templates/{{}}{place}", *ids, data=sent)
        for place in ("", "/remove", "/restore")
        for sent in (None, data)
    ]


@route("GET /provider/sends/<ref>")
def _send_of_the_history(town: Town) -> list[Case]:
    foreign = (town.sends["second"], town.sends["helper"])
    return [Case("first", "/provider/sends/{}", foreign, ("A" * len(foreign[0]), "A" * 22))]


@route("GET /drafts/<ref>", "POST /drafts/<ref>/forget")
def _draft(town: Town) -> list[Case]:
    # Of others: another department's person, another unit's, another seeker. Never given out: made up.
    unknown = ("0" * 32, "f" * 31, "A" * 32)
    return [
        *(Case(who, "/drafts/{}", town.drafts, unknown) for who in ("first", "officer", "seeker", "clerk")),
        *(
            Case(who, "/drafts/{}/forget", town.drafts, unknown, data=town.data(who))
            for who in ("first", "seeker", "clerk")
        ),
    ]


def refs_of_letters(town: Town) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of others: a unit that has written to others only. Never given out: made up."""
    return (public_id.shown(town.city.public_id),), (public_id.shown(b"never given out!"), "A" * 22)


@route("GET /seeker/inbox/<ref>", "GET /seeker/inbox/<ref>/answer")
def _letter(town: Town) -> list[Case]:
    places = ("", "/answer")
    return [Case("seeker", f"/seeker/inbox/{{}}{place}", *refs_of_letters(town)) for place in places]


@route("POST /seeker/inbox/<ref>/answer")
def _seekers_answer(town: Town) -> list[Case]:
    data = town.data("seeker", kind="question", text="どんな仕事ですか。", key="key-of-an-answer-0001")
    return [Case("seeker", "/seeker/inbox/{}/answer", *refs_of_letters(town), data=data)]


@route(
    "GET /seeker/organisations/<ref>/block",
    "POST /seeker/organisations/<ref>/block",
    "POST /seeker/organisations/<ref>/unblock",
)
def _organisation(town: Town) -> list[Case]:
    # Every organisation is in the directory; what others have of this shape are seekers.
    foreign = (scope.public_id(town.own.office_id), public_id.shown(town.other.alias_key))
    unknown = (public_id.shown(b"never given out!"),)
    data = town.data("seeker")
    return [
        Case("seeker", "/seeker/organisations/{}/block", foreign, unknown),
        Case("seeker", "/seeker/organisations/{}/block", foreign, unknown, data=data),
        Case("seeker", "/seeker/organisations/{}/unblock", foreign, unknown, data=data),
    ]


@route("GET /seeker/terms/<version>")
def _terms(town: Town) -> list[Case]:
    return [Case("seeker", "/seeker/terms/{}", (OFFICE, public_id.shown(town.city.public_id)), ("2000-01",))]


def refs_of_units(town: Town) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of others: another bureau's unit, a thing of another kind. Never given out: made up."""
    foreign = (public_id.shown(town.far.public_id), public_id.shown(town.own.alias_key))
    return foreign, (public_id.shown(b"never given out!"), "A" * 22)


@route(
    "GET /bureau/units/<ref>",
    "GET /bureau/units/<ref>/start-sheet",
    "POST /bureau/units/<ref>/start-sheet/print",
)
def _unit_of_the_bureau(town: Town) -> list[Case]:
    ids = refs_of_units(town)
    printed = Case("bureau", "/bureau/units/{}/start-sheet/print", *ids, data=town.data("bureau"))
    return [*(Case("bureau", f"/bureau/units/{{}}{place}", *ids) for place in ("", "/start-sheet")), printed]


MEASURES = "/bureau/units/<ref>/measures"


@route(
    *(f"GET {MEASURES}{act}" for act in ("", "/suspend", "/limit", "/lift", "/limit/lift")),
    *(f"POST {MEASURES}{act}" for act in ("/suspend", "/limit", "/lift", "/limit/lift")),
)
def _measures(town: Town) -> list[Case]:
    address, ids = MEASURES.replace("<ref>", "{}"), refs_of_units(town)
    words = {"seen": "0", "reason": "breach", "limit": "5"}
    steps = ({}, {"confirmed": "1"}, {"edit": "1"})
    acts = ("/suspend", "/limit", "/lift", "/limit/lift")
    return [
        *(Case("bureau", address + act, *ids) for act in ("", *acts)),
        *(
            Case("bureau", address + act, *ids, data=town.data("bureau", **words, **step))
            for act in acts
            for step in steps
        ),
    ]


@route(*(f"GET {rule}" for rule in foreign_announcements.READERS))
def _announcements(town: Town) -> list[Case]:
    return [
        case for rule in foreign_announcements.READERS for case in foreign_announcements.readers(town, rule)
    ]


@route(
    *(f"GET {foreign_announcements.WRITTEN}{act}" for act in ("", "/change", "/withdraw")),
    *(f"POST {foreign_announcements.WRITTEN}{act}" for act in ("/change", "/withdraw")),
)
def _announcements_written(town: Town) -> list[Case]:
    rule = foreign_announcements.WRITTEN
    reading = [(act, "GET") for act in ("", "/change", "/withdraw")]
    return [
        case
        for act, method in (*reading, ("/change", "POST"), ("/withdraw", "POST"))
        for case in foreign_announcements.writers(town, rule + act, method)
    ]


FILES = "/office/files/<file_id>"


@route(
    *(f"GET {FILES}{place}" for place in ("", "/refused.csv", "/sheets")),
    *(f"POST {FILES}/{act}" for act in ("begin", "cancel", "resume", "sheets/print")),
)
def _files(town: Town) -> list[Case]:
    """Of others: another office's file. Shaped like one and never given out: a seeker's address."""
    ids = (
        (town.their_file, scope.public_id(town.own.office_id)),
        (scope.public_id(b"never given out!"), "A" * 22),
    )
    address = FILES.replace("<file_id>", "{}")
    data = town.data("clerk", part="1")
    return [
        *(
            Case("clerk", address + place, *ids)
            for place in ("", "/refused.csv", "/sheets", "/sheets?part=1")
        ),
        *(
            Case("clerk", f"{address}/{act}", *ids, data=data)
            for act in ("begin", "cancel", "resume", "sheets/print")
        ),
    ]


# What a form of the office sends, by the last part of its address.
OFFICE_FORMS: dict[str, dict[str, Any]] = {
    "data": {"version": "1", "occupation_1": "056", "place_1": "東京都", "employment": "regular"},
    "identity": {"version": "1", "name": "架空 花子", "kana": "カクウ ハナコ", "birth_date": "1990-01-01"},
    "range": {"version": "1", "range_private": "y"},
    "restart": {"version": "1"},
    "school": {"version": "1", "school_status": "none"},
    "print": {"purpose": "password"},
    "stop": {"version": "1"},
    "terms": {"version": "1", "terms_version": "2026-04", "terms_agreed": "y"},
    "validity": {"version": "1", "valid_from": "2026-06-10", "valid_until": "2026-07-31"},
    "extend": {"version": "1"},
    "undo": {"version": "1"},
    "release": {"release-version": "1", "release-reason": "本人のことではありません。"},
    "replace": {"replace-version": "1", "replace-text": "接客が得意です。"},
    "refuse": {"refuse-version": "1", "refuse-reason": "電話番号があります。"},
}
_OFFICE_RULE = "/office/seekers/<office_id>"
# What stands below these is made from the rule itself.
BY_RULE = (
    _OFFICE_RULE,
    foreign_applications.RULE,
    foreign_bureau.RULE,
    foreign_corrections.RULE,
    foreign_people.RULE,
    *foreign_paid.RULES,
    *foreign_complaints.RULES,
    *foreign_parties.RULES,
    foreign_parties.NEW,
    foreign_reports.RULE,
)


def office_cases(town: Town, rule: str, method: str) -> list[Case]:
    """Of others: another office's seeker. Never given out: made up."""
    ids = ((scope.public_id(town.theirs.office_id),), (scope.public_id(b"never given out!"),))
    kinds = ("pr", "experience", "no-such-kind") if "<kind>" in rule else ("",)
    decisions = ("release", "replace", "refuse", "no-such-decision") if "<decision>" in rule else ("",)
    cases = []
    for kind in kinds:
        for decision in decisions:
            address = (
                rule.replace("<office_id>", "{}").replace("<kind>", kind).replace("<decision>", decision)
            )
            form = OFFICE_FORMS.get(address.rpartition("/")[2], {"version": "1"})
            data = None if method == "GET" else town.data("clerk", **form)
            cases.append(Case("clerk", address, *ids, data=data))
    return cases


def rules_with_ids(app: Any) -> set[tuple[str, str]]:
    """Rule and method of every address with an id in it that is not for everybody."""
    return {
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        if rule.arguments and access_of(app, rule.endpoint).audience is not Audience.PUBLIC
        for method in rule.methods & {"GET", "POST"}
    }


def cases_of(town: Town, rule: str, method: str) -> list[Case]:
    if rule.startswith(_OFFICE_RULE):
        return office_cases(town, rule, method)
    if rule.startswith(foreign_bureau.RULE):
        return foreign_bureau.cases(town, rule, method)
    if rule.startswith(foreign_paid.RULES):
        return foreign_paid.cases(town, rule, method)
    if rule == foreign_reports.RULE:
        return foreign_reports.cases(town, method)
    if rule.startswith(foreign_complaints.RULES):
        return foreign_complaints.cases(town, rule, method)
    if rule.startswith((*foreign_parties.RULES, foreign_parties.NEW)):
        return foreign_parties.cases(town, rule, method)
    if rule.startswith(foreign_corrections.RULE):
        return foreign_corrections.cases(town, rule, method)
    if rule.startswith(foreign_applications.RULE):
        return foreign_applications.cases(town, rule, method)
    if rule.startswith(foreign_people.RULE):
        return foreign_people.cases(town, rule, method)
    return [case for case in ROUTES[rule, method](town) if (case.data is None) == (method == "GET")]


# Ids in forms and behind question marks


def ids_elsewhere(town: Town) -> Iterator[Case]:
    """Each field that names something, with everything else as it should be."""
    foreign, unknown = tokens_of_profiles(town)
    own = town.agency.token(town.own)
    yield Case("first", "/provider/write?to={}", foreign, unknown[1:])
    yield Case("first", f"/provider/write?to={own}&to={{}}", foreign, unknown[1:])
    for place in ("write", "write/preview", "write/send"):
        message = town.data("first", text=TEXT, key="key-of-a-message-0001", seen="")
        yield Case("first", f"/provider/{place}", foreign, unknown[1:], data={**message, "to": "{}"})
        yield Case("first", f"/provider/{place}", foreign, unknown[1:], data={**message, "to": [own, "{}"]})
    for address, length in (("/provider/results?after={}", 24), ("/provider/threads?after={}", 16)):
        cursor = alias.seal_cursor(town.city.key, bytes(length))
        yield Case("first", address, (cursor,), ("A" * len(cursor),))
    yield Case(
        "first",
        "/choose-unit",
        (town.city.public_id.hex(),),
        (bytes(16).hex(),),
        data=town.data("first", unit="{}"),
    )
    message = town.data("first", text=TEXT, key="key-of-a-message-0001", use_template="1", to=own)
    others_texts = (town.texts["second"], town.texts["helper"])
    yield Case("first", "/provider/write", others_texts, ("A" * 22,), data={**message, "template": "{}"})
    for place in ("add", "remove"):
        data = town.data("first", to="{}")
        yield Case("first", f"/provider/selection/{place}", foreign, unknown[1:], data=data)
    for name in ("after", "sender"):
        yield Case(
            "first",
            f"/provider/sends?{name}={{}}",
            (town.sends["helper"],),
            ("A" * len(town.sends["helper"]),),
        )
    thread = f"/provider/threads/{town.agency.token(town.own, THREAD_TOKEN)}/hand-over"
    yield Case("officer", thread, ("contractor-1",), ("department-9",), data=town.data("officer", place="{}"))
    shown = public_id.shown(town.city.public_id)
    also = (scope.public_id(town.own.office_id),), (public_id.shown(b"never given out!"),)
    yield Case("seeker", f"/seeker/organisations/{shown}/block", *also, data=town.data("seeker", also="{}"))
    yield Case("clerk", "/office/seekers?after={}", (scope.public_id(town.theirs.office_id),), also[1])
    yield Case("clerk", "/office/files?after={}", (town.their_file,), also[1])
    yield from foreign_people.ids_elsewhere(town)
    yield from foreign_announcements.ids_elsewhere(town)
    yield from foreign_complaints.ids_elsewhere(town)
    yield from foreign_paid.ids_elsewhere(town)
    yield from foreign_corrections.ids_elsewhere(town)
    yield from foreign_parties.ids_elsewhere(town)
    yield from foreign_reports.ids_elsewhere(town)
    yield Case("bureau", "/bureau/units?after={}", *refs_of_units(town))
    yield Case("bureau", "/bureau/applications?after={}", *foreign_bureau.refs_of_applications(town))
    mine = scope.public_id(town.own.office_id)
    for place in ("sheets", "sheets/print"):
        for chosen in ("{}", [mine, "{}"]):
            data = town.data("clerk", chosen=chosen)
            yield Case(
                "clerk", f"/office/{place}", (scope.public_id(town.theirs.office_id),), also[1], data=data
            )
    number = town.data("clerk", registration_number="{}")
    yield Case("clerk", "/office/find", ("13999-00000003",), ("13999-00000009",), data=number)
