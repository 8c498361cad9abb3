"""The offer to block the same company's other registration."""

import pytest

from portal.domain.block import UnitIdentity, also_offer, corporation_key

COMPANY, OTHER = "1234567890123", "9876543210987"
OWN = UnitIdentity(1, COMPANY)
FREE_LICENCE = UnitIdentity(2, COMPANY)
CITY = UnitIdentity(3, "4000000000000", frozenset({COMPANY, OTHER}))
TOWN = UnitIdentity(4, "5000000000000", frozenset({OTHER}))
UNNUMBERED = UnitIdentity(5)
ALL = (UNNUMBERED, TOWN, CITY, FREE_LICENCE, OWN)


def test_S_Q5_blocking_a_company_offers_its_other_registrations() -> None:
    assert also_offer(OWN, ALL) == (2, 3)


def test_S_Q5_blocking_a_city_offers_nothing_unless_a_contractor_wrote() -> None:
    assert also_offer(CITY, ALL) == ()
    assert also_offer(CITY, ALL, acting_contractor=COMPANY) == (1, 2)
    assert also_offer(CITY, ALL, acting_contractor=OTHER) == (4,)


def test_what_is_blocked_already_is_not_offered() -> None:
    assert also_offer(OWN, ALL, blocked=[2]) == (3,)
    assert also_offer(OWN, ALL, blocked=[2, 3]) == ()


def test_units_without_a_number_are_never_taken_for_the_same_company() -> None:
    assert also_offer(UNNUMBERED, (UnitIdentity(6), *ALL)) == ()


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("1234567890123", "1234567890123"),
        ("１２３４５６７８９０１２３", "1234567890123"),
        (" 1 2345-6789-0123", "1234567890123"),
        ("", ""),
        ("123456789012", ""),
        ("12345678901234", ""),
        ("123456789012X", ""),
        ("١٢٣٤٥٦٧٨٩٠١٢٣", ""),
    ],
)
def test_a_corporation_number_is_compared_by_its_13_digits(written: str, key: str) -> None:
    assert corporation_key(written) == key


def test_a_number_written_in_full_width_is_the_same_company() -> None:
    assert also_offer(OWN, [UnitIdentity(9, "１２３４５６７８９０１２３")]) == (9,)
