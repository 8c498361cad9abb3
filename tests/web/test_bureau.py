"""The pages of the labour bureau: who comes in, and what they find first."""

import io
import itertools
from datetime import date
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from portal.domain.actor import Actor
from portal.services import application_desk, bureau_desk, public_id
from tests.build import build_contractor, build_member, build_unit
from tests.registrations import prepare
from tests.web.alike import shown as shown_alike
from tests.web.alike import statements
from tests.web.bureau_world import bureau_client
from tests.web.foreign_bureau import taken_in
from tests.web.page_client import page_of


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
    make_applications(database, clock, clerk.actor, 3)
    few = asked()
    make_units(database, 15)
    make_applications(database, clock, clerk.actor, 57)
    assert asked() == few


PAGES_OF_LISTS = (
    "/bureau/",
    "/bureau/units",
    "/bureau/units/file",
    "/bureau/contractors",
    "/bureau/contractors/file?as=csv",
    "/bureau/applications",
    "/bureau/applications/file?as=csv",
)


def make_units(database: Any, times: int) -> None:
    """So many of each kind that stands on the desk."""
    for _ in range(times):
        build_unit(database, valid_until=date(2026, 7, 1))
        build_unit(database, valid_until=date(2026, 6, 1))
        build_unit(database, suspended_from=date(2026, 6, 1))
        city = build_unit(database, unit_class="municipal", officer=False)
        build_contractor(database, city, until=date(2026, 6, 30))


def make_applications(database: Any, clock: Any, clerk: Actor, times: int) -> None:
    """So many in hand, one of them looked at, one asked back."""
    for _ in range(times):
        ref = taken_in(database, clock, clerk, f"13-ユ-{next(_numbers)}")
    with database.write() as session:
        application_desk.check(session, clock, clerk, ref, [application_desk.Finding("papers", "ok")])
    with database.write() as session:
        application_desk.ask_back(session, clock, clerk, ref, {"reasons": "見本の理由です。"})


_numbers = itertools.count(300_001)


def test_the_desk_says_why_each_row_is_shown_and_leads_to_it(app: Any, database: Any, clock: Any) -> None:
    prepare(database, clock)
    clerk = bureau_client(app, database)
    assert "今日、待っている仕事はありません" in clerk.page("/bureau/").text
    build_unit(database, name="架空期限", valid_until=date(2026, 6, 20))
    build_unit(database, name="架空満了", valid_until=date(2026, 6, 1))
    build_unit(database, name="架空停止", suspended_from=date(2026, 6, 1))
    build_unit(database, name="架空無人", officer=False)
    city = build_unit(database, name="架空委託市", unit_class="municipal")
    build_contractor(database, city, name="架空受託", until=date(2026, 6, 15))
    make_applications(database, clock, clerk.actor, 2)
    page = clerk.page("/bureau/")
    for words in (
        "あと5日で終わります。",
        "有効期間が2026年6月1日に終わりました。",
        "2026年6月1日から停止の措置をとっています。",
        "責任者が記録されていないため、送信できません。",
        "今日で終わります。",
        "受付から1日目。まだ確認していません。",
        "申請者の補正を待っています",
    ):
        assert words in page.text, words
    for name in ("架空期限", "架空満了", "架空停止", "架空無人", "架空受託", "架空の申請者"):
        assert clerk.get(page.links[name]).status_code == 200


def test_a_list_as_a_file_holds_the_same_rows_and_no_formula(app: Any, database: Any, clock: Any) -> None:
    prepare(database, clock)
    clerk = bureau_client(app, database)
    build_unit(database, name="=架空計算社", valid_until=date(2026, 6, 20))
    build_unit(database, name="架空のほかの社")
    csv = clerk.get("/bureau/units/file?as=csv&state=due")
    assert csv.headers["Content-Disposition"] == 'attachment; filename="units-2026-06-15.csv"'
    head, row = csv.data.decode("utf-8-sig").splitlines()
    assert head.startswith("団体の名前,")
    assert row.startswith("'=架空計算社,")
    assert "2026-06-20" in row
    xlsx = clerk.get("/bureau/units/file?state=due").data
    rows = CalamineWorkbook.from_filelike(io.BytesIO(xlsx)).get_sheet_by_index(0).to_python()
    assert [line[0] for line in rows] == ["団体の名前", "=架空計算社"]
    assert rows[1][6] == date(2026, 6, 20)


def test_filters_stand_in_the_address_and_go_along_to_the_next_page(
    app: Any, database: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(database, clock)
    monkeypatch.setattr(bureau_desk, "PAGE", 2)
    clerk = bureau_client(app, database)
    for n in range(5):
        build_unit(database, name=f"架空{n}", valid_until=date(2026, 7, 1 + n))
        build_unit(database, name=f"見本{n}")
    found: list[str] = []
    answer = clerk.submit("/bureau/units", {"state": "due", "ending_until": "R8.7.4", "order": "end"})
    page = page_of(answer)
    while True:
        found += [name for name in page.links if name.startswith("架空") and len(name) == 3]
        assert page.form_with("ending_until").fields["ending_until"] == ["R8.7.4"]
        if "次へ" not in page.links:
            break
        page = clerk.page(page.links["次へ"])
    assert found == ["架空0", "架空1", "架空2", "架空3"]
