"""Who may leave a unit: tables of who is there, who goes, and what follows."""

import pytest

from portal.domain.unit_people import Seat, closes_sending, leave_refusal

OFFICER, CONTACT, MEMBER = "officer", "contact", "member"


def seats(*roles: str) -> list[Seat]:
    """A role for each person; a small "-" before it: cannot act."""
    return [Seat(n, role.lstrip("-"), not role.startswith("-")) for n, role in enumerate(roles)]


@pytest.mark.parametrize(
    ("roles", "leaves", "refused"),
    [
        ((OFFICER,), 0, True),
        ((CONTACT,), 0, True),
        ((OFFICER, MEMBER, MEMBER), 0, True),
        ((CONTACT, MEMBER), 0, True),
        ((OFFICER, MEMBER), 1, False),
        ((CONTACT, MEMBER), 1, False),
        ((OFFICER, CONTACT), 0, False),
        ((OFFICER, CONTACT), 1, False),
        ((OFFICER, OFFICER), 0, False),
        ((CONTACT, CONTACT), 1, False),
        ((OFFICER, "-contact"), 0, True),
        ((OFFICER, "-contact"), 1, False),
        (("-officer", CONTACT), 1, True),
        (("-officer", CONTACT), 0, False),
        (("-officer",), 0, False),
        ((MEMBER,), 0, False),
    ],
)
def test_somebody_who_can_manage_the_people_always_stays(
    roles: tuple[str, ...], leaves: int, *, refused: bool
) -> None:
    everybody = seats(*roles)
    found = leave_refusal(everybody[leaves], everybody)
    assert (found is not None) == refused
    if found is not None:
        assert found.reason == "last_manager"


@pytest.mark.parametrize(
    ("roles", "leaves", "named", "closed"),
    [
        ((OFFICER, CONTACT), 0, False, True),
        ((OFFICER, CONTACT), 0, True, False),
        ((OFFICER, CONTACT), 1, False, False),
        ((OFFICER, CONTACT, MEMBER), 2, False, False),
        ((OFFICER, OFFICER), 0, False, False),
        ((OFFICER, OFFICER), 1, False, False),
        ((OFFICER, "-officer", CONTACT), 0, False, True),
        ((CONTACT, CONTACT), 0, False, False),
        ((OFFICER, MEMBER), 1, False, False),
    ],
)
def test_S_Q4_without_an_officer_who_answers_nothing_is_sent_and_the_contact_does_not_matter(
    roles: tuple[str, ...], leaves: int, *, named: bool, closed: bool
) -> None:
    everybody = seats(*roles)
    assert closes_sending(everybody[leaves], everybody, successor_named=named) == closed
