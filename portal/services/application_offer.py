"""What an application may choose from, and what its forms show before anything is saved."""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy.orm import Session

from portal.domain.application import Step
from portal.domain.application_content import (
    Branch,
    Content,
    Contractors,
    Department,
    Organisation,
    People,
    Places,
    person_from,
)
from portal.domain.application_reading import Offered, typed_of
from portal.domain.reach import UnitClass
from portal.domain.standing import covers
from portal.domain.unit import ContractorEntry
from portal.services import code
from portal.services.application_view import Shown
from portal.store import application as store
from portal.store import unit as units


def offered(session: Session, on: date) -> Offered:
    """Bureaus, 登録区分 and legal bases that may be chosen on a day."""
    books = code.books(session, ("bureau", "registration_class", "legal_basis"), on)
    return Offered(
        frozenset(books["bureau"]), _by_class(books["registration_class"]), _by_class(books["legal_basis"])
    )


def _by_class(book: Mapping[str, code.Choice]) -> dict[str, UnitClass]:
    return {key: UnitClass(choice.parent) for key, choice in book.items() if choice.parent in set(UnitClass)}


def shown(content: Content, steps: Iterable[Step], otherwise: Shown) -> Shown:
    """What the form of each step shows: what was saved, else what the record in force says."""
    return {step: typed_of(content, step) or otherwise.get(step, {}) for step in steps}


def in_force(session: Session, unit: units.UnitRow, on: date) -> Shown:
    """The record in force of a unit, as the forms of its applications begin.

    What the record does not hold (address, legal basis, telephone apart from department) comes from the last approved
    application that says the same.
    """
    before = _approved(session, unit.id)
    places, contractors = _below(session, unit, on)
    content = Content(
        organisation=_organisation(unit, before),
        people=_people(unit, before),
        places=places,
        contractors=contractors,
    )
    return {step: typed_of(content, step) for step in Step}


def _approved(session: Session, unit_id: int) -> list[Content]:
    rows = (store.row(session, number) for number in store.approved(session, unit_id, most=10))
    return [row.content for row in rows if row is not None]


def _organisation(unit: units.UnitRow, before: Iterable[Content]) -> Organisation:
    record = unit.record
    known = next((content.organisation for content in before if content.organisation), None)
    municipal = unit.unit_class is UnitClass.MUNICIPAL
    return Organisation(
        name=record.name,
        kana=record.kana,
        corporation_number=record.corporation_number,
        number=unit.number,
        branch="",
        own_number=unit.number_shown if municipal and unit.number_shown != unit.number else "",
        basis=known.basis if known else "",
        postal_code=known.postal_code if known else "",
        address=known.address if known else "",
        representative_title=known.representative_title if known else "",
        representative=known.representative if known else "",
    )


def _people(unit: units.UnitRow, before: list[Content]) -> People:
    record = unit.record
    known = [person for content in before if content.people for person in vars(content.people).values()]
    return People(
        person_from(record.officer_name, record.officer_contact, known),
        person_from(record.contact_name, record.contact_contact, known),
    )


def _below(session: Session, unit: units.UnitRow, on: date) -> tuple[Places, Contractors]:
    below = units.below(session, unit.id)
    return (
        Places(
            tuple(
                Branch(row["branch_number"], row["name"])
                for row in below["branches"]
                if covers(None, row["until"], on)
            ),
            tuple(Department(row["name"]) for row in below["departments"] if covers(None, row["until"], on)),
        ),
        Contractors(
            tuple(
                ContractorEntry(
                    row["name"],
                    row["corporation_number"] or "",
                    row["licence_number"],
                    row["since"],
                    row["until"],
                )
                for row in below["contractors"]
                if on <= row["until"]
            )
        ),
    )
