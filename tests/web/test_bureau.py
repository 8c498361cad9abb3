"""The pages of the labour bureau: who comes in, and what they find first."""

from datetime import date
from typing import Any

from portal.services import public_id
from tests.build import build_contractor, build_member, build_unit
from tests.registrations import prepare
from tests.web.alike import shown as shown_alike
from tests.web.alike import statements
from tests.web.bureau_world import bureau_client


def test_a_clerk_of_a_bureau_lands_on_the_first_desk(app: Any, database: Any, clock: Any) -> None:
    prepare(database, clock)
    clerk = bureau_client(app, database)
    page = clerk.page("/bureau/")
    assert "東京労働局" in page.text
    assert clerk.get("/office/").status_code == 404
    assert clerk.get("/provider").status_code == 404


def test_R15_units_of_the_own_bureau_are_listed_and_opened(app: Any, database: Any, clock: Any) -> None:
    prepare(database, clock)
    own = build_unit(database, name="架空人材紹介 甲", officer=False)
    build_member(database, own, role="contact", name="連絡さん")
    foreign = build_unit(database, name="架空人材紹介 乙", bureau_code="27")
    clerk = bureau_client(app, database)
    page = clerk.page("/bureau/units")
    assert "架空人材紹介 甲" in page.text
    assert "責任者が記録されていないため" in page.text
    assert "乙" not in page.text
    shown = clerk.page(page.links["架空人材紹介 甲"])
    assert "連絡さん" in shown.text
    assert "第1版" in shown.text
    unknown = clerk.get(f"/bureau/units/{public_id.shown(b'never given out!')}")
    assert shown_alike(clerk.get(f"/bureau/units/{public_id.shown(foreign.public_id)}")) == shown_alike(
        unknown
    )


def test_the_desk_asks_the_same_number_of_statements_for_three_rows_and_for_sixty(
    app: Any, database: Any, clock: Any
) -> None:
    prepare(database, clock)
    clerk = bureau_client(app, database)

    def asked() -> dict[str, int]:
        counts = {}
        for address in PAGES_OF_LISTS:
            clerk.page(address) if "file" not in address else clerk.get(address)
            with statements(app) as seen:
                assert clerk.get(address).status_code == 200
            counts[address] = len(seen)
        return counts

    make_units(database, 1)
    few = asked()
    make_units(database, 15)
    assert asked() == few


PAGES_OF_LISTS = ("/bureau/", "/bureau/units", "/bureau/units/file", "/bureau/contractors")


def make_units(database: Any, times: int) -> None:
    """So many of each kind that stands on the desk."""
    for _ in range(times):
        build_unit(database, valid_until=date(2026, 7, 1))
        build_unit(database, valid_until=date(2026, 6, 1))
        build_unit(database, suspended_from=date(2026, 6, 1))
        city = build_unit(database, unit_class="municipal", officer=False)
        build_contractor(database, city, until=date(2026, 6, 30))
