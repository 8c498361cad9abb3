"""Rare combinations on the pages: the person and the office see what is shown less, and the counts are not exact."""

from typing import Any

from sqlalchemy import select

from portal.store.tables import profile
from tests.build import build_account
from tests.registrations import build_office_clerk, prepare, register
from tests.services.test_rarity import EXTRA, crowd, run
from tests.web.signing import sign_in_as

LESS = "上の枠では、次の項目を大まかに、または出さずに見せています"


def test_S_Q2_the_person_sees_the_very_form_that_organisations_see_and_what_is_shown_less(
    app: Any, database: Any, clock: Any
) -> None:
    prepare(database, clock)
    clerk = build_office_clerk(database)
    crowd(database, clock, clerk, 5)
    done = register(database, clock, clerk, **EXTRA)
    with database.read() as session:
        newest = session.execute(select(profile.c.seeker_id).order_by(profile.c.seeker_id.desc()))
        seeker_id = newest.scalars().first()
    own, office = app.test_client(), app.test_client()
    sign_in_as(own, build_account(database, kind="seeker", seeker_id=seeker_id))
    sign_in_as(office, clerk.account_id)
    assert LESS not in own.page("/seeker/profile").text
    run(database, clock, 5)
    page = own.page("/seeker/profile")
    assert LESS in page.text
    assert "毎晩見直す" in page.text
    assert "<li>免許・資格</li>" in page.html
    assert "<li>希望する勤務地</li>" not in page.html
    assert "登録した内容は変わっていません" in page.text
    seen = office.page(f"/office/seekers/{done.office_id}/preview")
    assert "次の項目は、登録より大まかに、または出さずに見せています" in seen.text
