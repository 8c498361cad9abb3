"""The map of addresses: every one names its audience and permission, or stands in the short list below."""

from typing import Any

import pytest

from portal.domain.permission import Permission
from portal.web.access import SIGN_IN, Audience, access_of

# Every address that opens without signing in. A new one is added here knowingly.
PUBLIC = {
    "/",
    "/access",
    "/access/password",
    "/access/second-factor",
    "/accessibility",
    "/activate",
    "/activate/<link>",
    "/activate/account",
    "/apply",
    "/apply/<key>",
    "/apply/<key>/discard",
    "/apply/<key>/finish",
    "/apply/<key>/letter",
    "/apply/<key>/paper",
    "/apply/<key>/reopen",
    "/apply/<key>/steps/<step>",
    "/consultation-places",
    "/contact",
    "/for-organisations",
    "/for-organisations/bring",
    "/for-organisations/bring/<who>/<kind>",
    "/for-organisations/bring/<who>/<kind>/paper",
    "/for-organisations/papers",
    "/for-organisations/papers/<unit_class>/<kind>",
    "/for-organisations/procedures",
    "/for-organisations/questions",
    "/for-seekers",
    "/forgotten",
    "/health/live",
    "/health/ready",
    "/infection",
    "/invitation",
    "/invitation/<link>",
    "/invitation/account",
    "/invitation/join",
    "/invitation/look",
    "/invitation/sign-in",
    "/privacy",
    "/protection",
    "/retention",
    "/robots.txt",
    "/second-factor",
    "/second-factor/enrol",
    "/second-factor/qr.svg",
    "/sign-in",
    "/sign-out",
    "/static/<path:filename>",
    "/terms",
    "/terms/<version>",
}

SCOPE = {
    Audience.SEEKER: "seeker:",
    Audience.PROVIDER: "unit:",
    Audience.OFFICE: "office:",
    Audience.BUREAU: "bureau:",
    Audience.ACCOUNT: "own:",
}
PREFIX = {
    Audience.SEEKER: "/seeker",
    Audience.PROVIDER: "/provider",
    Audience.OFFICE: "/office",
    Audience.BUREAU: "/bureau",
}


@pytest.fixture
def engine_kind() -> str:
    return "sqlite"


def _rules(app: Any) -> list[Any]:
    return list(app.url_map.iter_rules())


def test_every_address_declares_who_may_open_it(app: Any) -> None:
    assert [rule.rule for rule in _rules(app) if access_of(app, rule.endpoint) is None] == []


def test_the_public_addresses_are_exactly_those_listed(app: Any) -> None:
    assert {rule.rule for rule in _rules(app) if access_of(app, rule.endpoint).public} == PUBLIC


def test_every_other_address_names_a_permission_of_its_own_audience(app: Any) -> None:
    for rule in _rules(app):
        access = access_of(app, rule.endpoint)
        if not access.public:
            assert isinstance(access.permission, Permission), rule.rule
            assert access.permission.startswith(SCOPE[access.audience]), rule.rule


def test_every_address_stands_below_the_name_of_its_audience(app: Any) -> None:
    for rule in _rules(app):
        if rule.endpoint.startswith("auth."):
            continue  # signing in and one's own account stand at the root for everybody
        access = access_of(app, rule.endpoint)
        if prefix := PREFIX.get(access.audience):
            assert rule.rule == prefix or rule.rule.startswith(prefix + "/"), rule.rule
        else:
            assert not rule.rule.startswith(tuple(f"{other}/" for other in PREFIX.values())), rule.rule


def test_no_address_takes_a_plain_number(app: Any) -> None:
    kinds = {
        (rule.rule, type(converter).__name__)
        for rule in _rules(app)
        for converter in rule._converters.values()
    }
    assert {kind for _, kind in kinds} <= {"UnicodeConverter", "PathConverter"}
    assert [rule for rule, kind in kinds if kind == "PathConverter"] == ["/static/<path:filename>"]


def test_only_reading_is_done_by_get(app: Any) -> None:
    for rule in _rules(app):
        assert rule.methods <= {"GET", "HEAD", "OPTIONS", "POST"}, rule.rule


def test_signed_out_every_other_address_is_the_same_redirect(app: Any, client: Any) -> None:
    answers = set()
    for rule in _rules(app):
        if access_of(app, rule.endpoint).public:
            continue
        address = rule.rule.replace("<", "").replace(">", "").replace("string:", "")
        for method in sorted(rule.methods & {"GET", "POST"}):
            response = client.open(address, method=method)
            headers = {k: v for k, v in response.headers.items() if k != "X-Request-ID"}
            answers.add((response.status_code, response.data, tuple(sorted(headers.items()))))
            assert (response.status_code, response.headers["Location"]) == (303, SIGN_IN), address
    assert len(answers) <= 1
