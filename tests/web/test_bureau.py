"""The pages of the labour bureau: who comes in, and what they find first."""

from typing import Any

from portal.services import public_id
from tests.build import build_member, build_unit
from tests.registrations import prepare
from tests.web.alike import shown as shown_alike
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
