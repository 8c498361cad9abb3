"""Deny by default: what a view declares decides, and what may not be opened looks like nothing."""

import re
from typing import Any

import pytest
from flask import Blueprint, Flask

from portal.domain.actor import Actor, ActorKind
from portal.domain.permission import Permission
from portal.web.access import SIGN_IN, Audience, page, public_page, refuse_undeclared

SEEKER = Actor(ActorKind.SEEKER, account_id=1, seeker_id=1)
MEMBER = Actor(ActorKind.MEMBER, account_id=2, unit_id=1, role="member")
OFFICER = Actor(ActorKind.MEMBER, account_id=3, unit_id=1, role="officer")
CLERK = Actor(ActorKind.OFFICE, account_id=4, role="office_clerk", office_code="00001")
STRANGE = Actor(ActorKind.MEMBER, account_id=5, unit_id=1, role="a role nobody knows")
NOBODY = Actor(ActorKind.PUBLIC)
OPERATOR = Actor(ActorKind.OPERATOR)


class Gate:
    """A small application behind the real gate; `who` is whoever is signed in."""

    def __init__(self) -> None:
        self.who = NOBODY
        self.opened: list[str] = []
        app = Flask(__name__)
        blueprint = Blueprint("pages", __name__)

        def view(name: str) -> Any:
            def open_page(**_: str) -> str:
                self.opened.append(name)
                return name

            return open_page

        public_page(blueprint, "/public", endpoint="public")(view("public"))
        page(
            blueprint,
            "/inbox",
            audience=Audience.SEEKER,
            permission=Permission.SEEKER_INBOX_READ,
            endpoint="inbox",
            methods=["GET", "POST"],
        )(view("inbox"))
        page(
            blueprint,
            "/search",
            audience=Audience.PROVIDER,
            permission=Permission.UNIT_SEEKER_SEARCH,
            endpoint="search",
        )(view("search"))
        page(
            blueprint,
            "/cut/<token>",
            audience=Audience.PROVIDER,
            permission=Permission.UNIT_SESSION_CUT,
            endpoint="cut",
        )(view("cut"))
        page(
            blueprint,
            "/account",
            audience=Audience.ACCOUNT,
            permission=Permission.OWN_ACCOUNT_CHANGE,
            endpoint="account",
        )(view("account"))
        blueprint.add_url_rule("/forgotten", "forgotten", view("forgotten"))
        app.register_blueprint(blueprint)
        app.before_request(lambda: refuse_undeclared(app, lambda: self.who))
        self.client = app.test_client()

    def get(self, who: Actor, address: str) -> Any:
        self.who = who
        return self.client.get(address)


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.mark.parametrize(
    ("who", "address"),
    [
        (NOBODY, "/public"),
        (SEEKER, "/public"),
        (SEEKER, "/inbox"),
        (MEMBER, "/search"),
        (OFFICER, "/search"),
        (OFFICER, "/cut/x"),
        (SEEKER, "/account"),
        (MEMBER, "/account"),
        (CLERK, "/account"),
    ],
)
def test_who_may_open_a_page_opens_it(gate: Gate, who: Actor, address: str) -> None:
    assert gate.get(who, address).status_code == 200
    assert gate.opened


@pytest.mark.parametrize(
    ("who", "address"),
    [
        (MEMBER, "/inbox"),
        (CLERK, "/inbox"),
        (SEEKER, "/search"),
        (CLERK, "/search"),
        (MEMBER, "/cut/x"),
        (STRANGE, "/search"),
        (STRANGE, "/account"),
        (SEEKER, "/forgotten"),
        (NOBODY, "/forgotten"),
    ],
)
def test_who_may_not_open_a_page_gets_the_page_of_an_unknown_address(
    gate: Gate, who: Actor, address: str
) -> None:
    refused, unknown = gate.get(who, address), gate.get(who, "/unknown")
    assert (refused.status_code, refused.data) == (404, unknown.data)
    assert refused.headers == unknown.headers
    assert gate.opened == []


@pytest.mark.parametrize("who", [NOBODY, OPERATOR])
@pytest.mark.parametrize(
    "address", ["/inbox", "/search", "/search?next=https://evil.example", "/cut/a", "/account"]
)
def test_signed_out_is_always_the_same_redirect(gate: Gate, who: Actor, address: str) -> None:
    response = gate.get(who, address)
    assert (response.status_code, response.headers["Location"]) == (303, SIGN_IN)
    assert gate.opened == []


def test_a_form_sent_signed_out_gets_the_same_redirect(gate: Gate) -> None:
    response = gate.client.post("/inbox", data={"text": "x"})
    assert (response.status_code, response.headers["Location"]) == (303, SIGN_IN)


def test_a_member_who_acts_for_no_unit_is_sent_to_choose_one_whatever_the_page(gate: Gate) -> None:
    unchosen = Actor(ActorKind.MEMBER, account_id=6)
    for address in ("/search", "/cut/x", "/cut/y"):
        response = gate.get(unchosen, address)
        assert (response.status_code, response.headers["Location"]) == (303, "/choose-unit")
    assert gate.get(unchosen, "/inbox").status_code == 404
    assert gate.get(unchosen, "/account").status_code == 200
    assert gate.opened == ["account"]


def test_a_page_for_signed_in_people_cannot_be_declared_public() -> None:
    with pytest.raises(ValueError, match="public_page"):
        page(
            Blueprint("p", __name__),
            "/x",
            audience=Audience.PUBLIC,
            permission=Permission.OWN_ACCOUNT_CHANGE,
        )


def test_one_view_cannot_be_declared_for_two_audiences() -> None:
    blueprint = Blueprint("p", __name__)

    @public_page(blueprint, "/x")
    def view() -> str:
        return ""

    declare = page(
        blueprint, "/y", audience=Audience.SEEKER, permission=Permission.SEEKER_INBOX_READ, endpoint="y"
    )
    with pytest.raises(ValueError, match="twice"):
        declare(view)


def test_refused_looks_the_same_in_the_real_application(app: Any) -> None:
    number = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}")
    blueprint = Blueprint("undeclared", __name__)
    blueprint.add_url_rule("/undeclared", "view", lambda: "never")
    app.register_blueprint(blueprint)
    client = app.test_client()
    refused, unknown = client.get("/undeclared"), client.get("/unknown")
    assert refused.status_code == unknown.status_code == 404
    assert number.sub("", refused.text) == number.sub("", unknown.text)
    same = [{k: number.sub("", v) for k, v in answer.headers.items()} for answer in (refused, unknown)]
    assert same[0] == same[1]
