"""Blocking in two steps, the directory, the one page of all blocks, and that no organisation ever learns of it."""

from typing import Any

import pytest
from sqlalchemy import select, update

from portal.domain.refusal import Unreachable
from portal.services import block as service
from portal.services.public_id import shown
from portal.services.scope import public_id as office_address
from portal.services.seeker import restart, stop
from portal.store.tables import block, contractor, unit_record
from tests.build import BuiltSeeker, BuiltUnit, build_clerk, build_contractor, build_unit
from tests.services.relay_world import send
from tests.web.page import Page
from tests.web.page_client import page_of
from tests.web.seeker_world import sender, signed_in, write_to


@pytest.fixture
def who(client: Any, database: Any) -> BuiltSeeker:
    return signed_in(client, database)


def _ref(unit: BuiltUnit) -> str:
    return shown(unit.public_id)


def _blocked(database: Any) -> set[int]:
    with database.read() as session:
        return set(session.scalars(select(block.c.unit_id)))


def _named(database: Any, unit: BuiltUnit, kana: str, key: str) -> None:
    with database.write() as session:
        session.execute(
            update(unit_record).where(unit_record.c.unit_id == unit.id).values(kana=kana, search_key=key)
        )
        session.commit()


def _names(page: Page) -> list[str]:
    return [p.text for p in page.root.all("p") if p.get("class") == "organisation__name"]


def _block(client: Any, unit: BuiltUnit, **values: Any) -> Any:
    address = f"/seeker/organisations/{_ref(unit)}/block"
    form = next(f for f in client.page(address).forms if f.action == address)
    return client.submit(address, values, form=form)


def test_S_Q5_a_block_is_asked_once_and_then_holds(
    client: Any, database: Any, clock: Any, who: BuiltSeeker
) -> None:
    of = sender(database, name="架空紹介所")
    write_to(database, clock, who, of)
    thread = client.page(f"/seeker/inbox/{_ref(of.unit)}")
    page = client.page(thread.links["この団体をブロックする"])
    for words in (
        "新しいメッセージは届きません",
        "この団体に知らされません",
        "これまでのやり取りは、あなたにも団体にも残ります",
        "いつでもやめられます",
    ):
        assert words in page.text
    assert _blocked(database) == set()
    answer = client.submit("", {}, form=next(f for f in page.forms if f.action.endswith("/block")))
    assert answer.status_code == 303
    assert _blocked(database) == {of.unit.id}
    assert "「架空紹介所」をブロックしました。" in client.page(answer.headers["Location"]).text


def test_S_Q5_before_any_contact_an_organisation_is_found_in_the_directory(
    client: Any, database: Any, who: BuiltSeeker
) -> None:
    wanted, other = build_unit(database, name="架空東社"), build_unit(database, name="架空西社")
    _named(database, wanted, "カクウヒガシシャ", "かくうひがししゃ 架空東社")
    _named(database, other, "カクウニシシャ", "かくうにししゃ 架空西社")
    for typed in ("東", "ひがし", "ヒガシ", "ﾋｶﾞｼ", " 架空 東 "):
        page = page_of(client.submit("/seeker/organisations", {"name": typed}))
        assert _names(page) == ["架空東社"], typed
    answer = client.submit("", {}, form=_confirm(client, page))
    assert answer.headers["Location"] == "/seeker/blocks"
    assert _names(client.page("/seeker/blocks")) == ["架空東社"]
    assert "架空東社 ブロック中" in _names(client.page("/seeker/organisations"))


def _confirm(client: Any, page: Page) -> Any:
    address = next(href for text, href in page.links.items() if text.startswith("ブロックする"))
    return next(f for f in client.page(address).forms if f.action == address)


def test_the_directory_can_be_narrowed_to_one_kind(client: Any, database: Any, who: BuiltSeeker) -> None:
    build_unit(database, name="架空民間社")
    build_unit(database, unit_class="municipal", number="99201", name="架空市")
    page = client.page("/seeker/organisations?class=municipal")
    assert _names(page) == ["架空市"]
    assert page.form_with("class").fields["class"] == ["municipal"]
    assert len(_names(client.page("/seeker/organisations?class=nonsense"))) == 2


def test_a_contractor_is_found_under_its_own_name(client: Any, database: Any, who: BuiltSeeker) -> None:
    city = build_unit(database, unit_class="municipal", number="99201", name="架空市")
    build_contractor(database, city, name="架空受託社")
    assert "受託団体：架空受託社" in client.page("/seeker/organisations").text


def test_the_directory_keeps_the_question_from_page_to_page(
    client: Any, database: Any, who: BuiltSeeker
) -> None:
    for n in range(25):
        _named(database, build_unit(database, name=f"架空{n:02}社"), "", f"架空{n:02}社")
    build_unit(database, unit_class="municipal", number="99201", name="架空市")
    first = client.page("/seeker/organisations?name=架空&class=private")
    second = client.page(first.links["次へ"])
    assert (len(_names(first)), len(_names(second))) == (20, 5)
    assert second.form_with("name").fields == {"name": ["架空"], "class": ["private"]}


@pytest.mark.parametrize("typed", ["", "　", "%", "_", "'; --", "😀", "あ" * 3000, "\\", "ない名前"])
def test_whatever_is_looked_for_gets_an_answer_and_stays_in_the_field(
    client: Any, database: Any, who: BuiltSeeker, typed: str
) -> None:
    build_unit(database, name="架空社")
    answer = client.submit("/seeker/organisations", {"name": typed})
    assert answer.status_code == 200
    assert page_of(answer).form_with("name").fields["name"] == [typed[:200]]


def test_the_other_registration_of_the_company_is_ticked_and_can_be_left_out(
    client: Any, database: Any, who: BuiltSeeker
) -> None:
    own = build_unit(database, name="架空甲社", corporation_number="9990000000012")
    other = build_unit(database, name="架空甲社 別登録", corporation_number="9990000000012")
    stranger = build_unit(database, name="架空乙社", corporation_number="9990000000013")
    page = client.page(f"/seeker/organisations/{_ref(own)}/block")
    assert "この会社の別の登録もブロックする" in page.text
    assert page.form_with("also").fields["also"] == [_ref(other)]
    assert _ref(stranger) not in page.html
    _block(client, own, also=[])
    assert _blocked(database) == {own.id}
    _block(client, own)
    assert _blocked(database) == {own.id, other.id}


def test_no_more_is_ticked_than_can_be_blocked_at_once(
    client: Any, database: Any, who: BuiltSeeker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_AT_ONCE", 3)
    units = [build_unit(database, corporation_number="9990000000012") for _ in range(5)]
    assert _block(client, units[0]).status_code == 303
    assert _blocked(database) == {unit.id for unit in units[:3]}


def test_a_contractors_municipal_registration_is_offered_too(
    client: Any, database: Any, who: BuiltSeeker
) -> None:
    own = build_unit(database, name="架空甲社", corporation_number="9990000000012")
    city = build_unit(database, unit_class="municipal", number="99201", name="架空市")
    with database.write() as session:
        contractor_id = build_contractor(database, city)
        session.execute(
            update(contractor)
            .where(contractor.c.id == contractor_id)
            .values(corporation_number="9990000000012")
        )
        session.commit()
    assert "架空市（地方自治体等）" in client.page(f"/seeker/organisations/{_ref(own)}/block").text


def test_a_block_is_lifted_on_the_page_that_lists_them_all(
    client: Any, database: Any, who: BuiltSeeker
) -> None:
    units = [build_unit(database, name=f"架空{n}社") for n in range(3)]
    for unit in units:
        _block(client, unit)
    page = client.page("/seeker/blocks")
    assert len(_names(page)) == 3
    form = next(f for f in page.forms if _ref(units[1]) in f.action)
    for _ in range(2):  # a second click changes nothing
        assert client.submit("", {}, form=form).headers["Location"] == "/seeker/blocks"
    assert _blocked(database) == {units[0].id, units[2].id}


def test_a_second_press_on_blocking_changes_nothing(client: Any, database: Any, who: BuiltSeeker) -> None:
    unit = build_unit(database)
    for _ in range(2):
        assert _block(client, unit).status_code == 303
    assert _blocked(database) == {unit.id}
    client.page("/seeker/blocks")  # shows what was done
    assert client.page("/seeker/log").text.count("をブロックしました。") == 1


def test_blocks_outlast_stop_and_restart(client: Any, database: Any, clock: Any, who: BuiltSeeker) -> None:
    unit = build_unit(database)
    _block(client, unit)
    with database.write() as session:
        stop(session, clock, who.actor)
    with database.write() as session:
        restart(session, clock, build_clerk(database), office_address(who.office_id))
    assert _blocked(database) == {unit.id}


def test_S_Q5_after_a_block_nothing_of_the_organisation_arrives(
    client: Any, database: Any, clock: Any, who: BuiltSeeker
) -> None:
    of = sender(database)
    _block(client, of.unit)
    other = sender(database)
    write_to(database, clock, who, other)
    with pytest.raises(Unreachable):
        send(database, clock, of.unit, of.member, [who])
    assert len(list(client.page("/seeker/inbox").root.all("time"))) == 1


@pytest.mark.parametrize("ref", ["A" * 22, "0", "x", "-" * 22, "é", "😀", "%00", "..", "A" * 5000])
def test_an_organisation_that_never_was_is_not_found(
    client: Any, database: Any, who: BuiltSeeker, ref: str
) -> None:
    token = client.page("/seeker/stop").form_with("csrf_token").fields["csrf_token"][0]
    for address in (f"/seeker/organisations/{ref}/block", f"/seeker/organisations/{ref}/unblock"):
        assert client.post(address, data={"csrf_token": token}).status_code in (400, 404), address
    assert client.get(f"/seeker/organisations/{ref}/block").status_code in (400, 404)
    assert _blocked(database) == set()


@pytest.mark.parametrize("also", ["A" * 22, "", "x" * 300, "😀"])
def test_one_wrong_registration_among_several_blocks_none(
    client: Any, database: Any, who: BuiltSeeker, also: str
) -> None:
    unit = build_unit(database)
    token = client.page("/seeker/stop").form_with("csrf_token").fields["csrf_token"][0]
    answer = client.post(
        f"/seeker/organisations/{_ref(unit)}/block", data={"csrf_token": token, "also": also}
    )
    assert answer.status_code == 404
    assert _blocked(database) == set()


def test_too_many_at_once_are_refused_whole(client: Any, database: Any, who: BuiltSeeker) -> None:
    units = [build_unit(database) for _ in range(service.MOST_AT_ONCE + 1)]
    token = client.page("/seeker/stop").form_with("csrf_token").fields["csrf_token"][0]
    data = {"csrf_token": token, "also": [_ref(unit) for unit in units[1:]]}
    answer = client.post(f"/seeker/organisations/{_ref(units[0])}/block", data=data)
    assert answer.status_code == 409
    assert _blocked(database) == set()
