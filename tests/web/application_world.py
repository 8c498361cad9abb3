"""Filling in applications as people do: page by page, with and without an account."""

import re
from collections.abc import Callable
from typing import Any

from portal.calendar.clock import Clock
from portal.services import application_case as case
from portal.services import application_desk as service
from portal.store.database import Database
from tests.build import build_bureau_clerk
from tests.web.page import Page
from tests.web.page_client import PageClient

BUREAU = "13"
APPLICANT = {
    "private": {"unit_class": "private", "registration_class": "paid", "bureau_code": BUREAU},
    "municipal": {"unit_class": "municipal", "registration_class": "municipality", "bureau_code": BUREAU},
}
ORGANISATION = {
    "private": {
        "name": "架空見本人材株式会社",
        "kana": "かくうみほんじんざい",
        "number": "13-ユ-300001",
        "basis": "art30",
        "address": "架空県見本市見本町0-0",
        "representative": "見本　太郎",
    },
    "municipal": {
        "name": "架空見本市",
        "kana": "カクウミホンシ",
        "number": "999999",
        "basis": "art29",
        "address": "架空県見本市見本町0-0",
        "representative": "見本　次郎",
    },
}
PEOPLE = {"officer_name": "見本　花子", "officer_phone": "00-0000-0000", "same": "y"}
UNDERTAKINGS = {"antivirus": "y", "terms": "y", "correctness": "y"}
CONTRACTOR = {
    "contractors-0-name": "架空受託株式会社",
    "contractors-0-licence_number": "13-ユ-300009",
    "contractors-0-since": "令和8年4月1日",
    "contractors-0-until": "2027-3-31",
}


def begin(client: PageClient, unit_class: str = "private") -> str:
    """A new draft without an account; the address of its overview."""
    answer = client.submit("/apply", APPLICANT[unit_class])
    assert answer.status_code == 303
    return str(answer.location).split("?")[0]


def fill(client: PageClient, address: str, unit_class: str = "private") -> str:
    """Every step of a first application; the address of its overview."""
    client.submit(f"{address}/steps/organisation", ORGANISATION[unit_class])
    client.submit(f"{address}/steps/people", PEOPLE)
    client.submit(f"{address}/steps/places", press="then")
    if unit_class == "municipal":
        client.submit(f"{address}/steps/contractors", press="then")
    client.submit(f"{address}/steps/undertakings", UNDERTAKINGS)
    return address


def press(client: PageClient, address: str, action: str) -> Any:
    """Press the button of a form that stands on a page and is sent to address/action."""
    target = f"{address}/{action}"
    return client.submit(address, form=client.page(address).form_at(target))


def finished(client: PageClient, unit_class: str = "private") -> str:
    """A draft that has become a numbered paper."""
    address = fill(client, begin(client, unit_class), unit_class)
    assert press(client, address, "finish").status_code == 303
    return address


def number_on(page: Page) -> str:
    """The number of the application on its overview, in whatever language it is shown."""
    found = re.search(r"R[0-9]{2}-[0-9]{2}-[0-9]{5}-[0-9]", page.text)
    assert found is not None, page.text
    return found[0]


class Bureau:
    """The clerk's side of the same application, past the pages."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock
        self.clerk = build_bureau_clerk(database, bureau_code=BUREAU)

    def ref(self, number: str) -> str:
        """What stands for an application in the clerk's addresses."""
        with self.database.read() as session:
            return case.find(session, self.clerk, number)

    def receive(self, number: str) -> None:
        """The paper has come."""
        self._do(service.receive, number)

    def ask_back(self, number: str, reasons: str) -> None:
        """Something is to be corrected."""
        self._do(service.ask_back, number, {"reasons": reasons})

    def refuse(self, number: str, reason: str) -> None:
        """Not approved."""
        self._do(service.refuse, number, self._revision(number), {"reason": reason})

    def withdraw(self, number: str, reason: str) -> None:
        """The applicant does not want it any more."""
        self._do(service.withdraw, number, {"reason": reason})

    def approve(self, number: str, **typed: str) -> None:
        """Approved, in spite of an empty checklist."""
        self._do(service.approve, number, self._revision(number), {"open_reason": "見本の理由", **typed})

    def _revision(self, number: str) -> int:
        with self.database.read() as session:
            return case.case(session, self.clock, self.clerk, self.ref(number)).revision

    def _do(self, command: Callable[..., Any], number: str, *arguments: object) -> None:
        ref = self.ref(number)
        with self.database.write() as session:
            command(session, self.clock, self.clerk, ref, *arguments)
