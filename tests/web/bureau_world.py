"""A labour bureau for the tests of its pages: a clerk who is signed in, and another bureau's."""

from datetime import timedelta
from typing import Any

from portal.calendar.day import jst_day
from portal.domain.actor import Actor
from portal.domain.application import Step
from portal.services import application_desk
from tests import applications
from tests.application_forms import MUNICIPAL, PRIVATE
from tests.build import build_bureau_clerk, build_contractor, build_unit
from tests.web.signing import sign_in_as

BUREAU, OTHER_BUREAU = "13", "27"


def bureau_client(app: Any, database: Any, bureau_code: str = BUREAU) -> Any:
    """A browser in which a clerk of this bureau is signed in; `.actor` is the clerk."""
    return signed_in(app, build_bureau_clerk(database, bureau_code=bureau_code))


def build_applications(database: Any, clock: Any, clerk: Actor) -> dict[str, str]:
    """One in hand, one asked back, one approved whose officer has not come yet, one not received; their refs.

    Besides, a contract that ends.
    """
    made = {}
    for n, name in enumerate(("in hand", "asked back", "approved"), 1):
        steps = applications.organisation(
            PRIVATE, name=f"株式会社架空申請{n}", number=f"13-ユ-30010{n}", corporation_number=""
        )
        made[name] = applications.received(database, clock, clerk, _here(steps, clerk))
    with database.write() as session:
        reasons = {"reasons": "許可証の写しを提出してください。"}
        application_desk.ask_back(session, clock, clerk, made["asked back"], reasons)
    applications.approve(database, clock, clerk, made["approved"])
    body = applications.organisation(MUNICIPAL, name="架空申請市", number="13999", corporation_number="")
    made["municipal"] = applications.received(database, clock, clerk, _here(body, clerk))
    village = build_unit(database, name="架空村", unit_class="municipal", number="139998")
    build_contractor(
        database, village, name="架空の終わる受託社", until=jst_day(clock.now()) + timedelta(days=9)
    )
    _, made["number"] = applications.printed(database, clock, _here(PRIVATE, clerk))
    return made


def _here(steps: Any, clerk: Actor) -> Any:
    """The same application, to the clerk's own bureau."""
    return {**steps, Step.APPLICANT: {**steps[Step.APPLICANT], "bureau_code": clerk.bureau_code}}


def signed_in(app: Any, clerk: Actor) -> Any:
    """A browser of this clerk."""
    client = app.test_client()
    assert clerk.account_id is not None
    sign_in_as(client, clerk.account_id)
    client.actor = clerk
    return client
