"""Drafts when something changed meanwhile: another window, the people of the list, the room, the membership."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, update

from portal.domain.draft import MOST
from portal.services import draft as service
from portal.services.public_id import shown
from portal.store.tables import draft, late_form, membership
from tests.build import build_member
from tests.web.page_client import page_of
from tests.web.provider_world import TEXT, World
from tests.web.provider_world import world as build_world
from tests.web.seeker_world import sender, signed_in, write_to

FIRST, SECOND = "一つ目の窓で書いた文章", "二つ目の窓で書いた長い文章"


@pytest.fixture
def world(database: Any, clock: Any, client: Any) -> World:
    return build_world(database, clock, client, tables=False)


def form_of(client: Any, address: str) -> Any:
    return client.page(address).form_with("text", "keep_draft")


def keep(client: Any, form: Any, text: str, how: str = "1") -> Any:
    return client.post(form.action, data={**form.fields, "text": text, "keep_draft": how})


def text_in(client: Any, address: str) -> str:
    return str(form_of(client, address).fields["text"][0])


# Two windows


def test_what_two_windows_wrote_is_kept_twice_and_both_are_gone_on_with(client: Any, world: World) -> None:
    address = world.write_url(world.seeker())
    older, newer = form_of(client, address), form_of(client, address)
    keep(client, newer, SECOND)
    answer = keep(client, older, FIRST)
    page = client.page(answer.location)
    assert page.form_with("text", "keep_draft").fields["text"] == [FIRST]
    assert "どちらも消していません" in page.text
    assert page.links["下書きの一覧で両方を読む"] == "/drafts"
    assert text_in(client, address) == SECOND
    listed = client.page("/drafts")
    assert FIRST in listed.text
    assert SECOND in listed.text
    assert "（別の画面で書いたもの）" in listed.text
    assert answer.location in {node.get("href") for node in listed.root.all("a")}


def test_a_draft_kept_beside_another_is_sent_and_the_other_stays(client: Any, world: World) -> None:
    address = world.write_url(world.seeker())
    older, newer = form_of(client, address), form_of(client, address)
    keep(client, newer, SECOND)
    page = client.page(keep(client, older, FIRST).location)
    looked = page_of(client.submit("", {}, form=page.form_with("text", "keep_draft")))
    sent = client.submit("", {}, form=looked.form_with("text", "seen"))
    assert sent.location.startswith("/provider/sent/")
    listed = client.page("/drafts").text
    assert FIRST not in listed
    assert SECOND in listed


def test_the_script_keeps_an_older_window_beside_and_learns_it(client: Any, world: World) -> None:
    address = world.write_url(world.seeker())
    older, newer = form_of(client, address), form_of(client, address)
    assert keep(client, newer, SECOND, "quietly").headers["X-Draft"] == "kept"
    assert keep(client, older, FIRST, "quietly").headers["X-Draft"] == "beside"
    assert keep(client, older, FIRST + "の続き", "quietly").headers["X-Draft"] == "beside"
    listed = client.page("/drafts").text
    assert FIRST + "の続き" in listed
    assert SECOND in listed


def test_an_empty_box_leaves_the_saved_words_and_says_so(client: Any, world: World) -> None:
    address = world.write_url(world.seeker())
    older = form_of(client, address)
    keep(client, form_of(client, address), SECOND)
    for form in (older, form_of(client, address)):
        assert keep(client, form, "", "quietly").headers["X-Draft"] == "empty"
        page = client.page(keep(client, form, "").location)
        assert "保存してある下書きをそのまま残しました" in page.text
        assert "下書きを保存しました（" not in page.text
        assert page.form_with("text", "keep_draft").fields["text"] == [SECOND]


# Room


def test_one_draft_too_many_gives_the_words_back_and_takes_no_older_one_away(
    client: Any, database: Any, clock: Any, world: World
) -> None:
    first = world.write_url(world.seeker())
    keep(client, form_of(client, first), FIRST)
    kept = form_of(client, world.write_url(world.seeker()))
    with database.write() as session:
        sheet = service.every(session, clock, world.member.actor)[0].sheet
        for number in range(MOST - 1):
            other = service.Sheet(sheet.place, {"to": [f"{number:043}"]}, sheet.fields, sheet.kept_for)
            service.keep(session, clock, world.member.actor, other)
    answer = keep(client, kept, SECOND)
    page = page_of(answer)
    assert answer.status_code == 422
    assert SECOND in page.text
    assert "下書きは50件までです" in page.text
    assert "/drafts" in page.links.values()
    assert keep(client, kept, SECOND, "quietly").status_code == 422
    assert text_in(client, first) == FIRST
    listed = client.page("/drafts").text
    assert SECOND not in listed
    assert "残せるのは50件まで" in listed


# Whom it was written for


def fill(client: Any, world: World, people: list[Any]) -> None:
    form = client.page("/provider/results").form_with("to")
    client.post(
        "/provider/selection/add", data={**form.fields, "to": [world.unit.token(who) for who in people]}
    )


def test_a_draft_of_the_list_tells_for_how_many_it_was_written_and_for_how_many_it_would_go_now(
    client: Any, world: World
) -> None:
    people = [world.seeker() for _ in range(7)]
    listed = "/provider/write?listed=1"
    fill(client, world, people[:3])
    keep(client, form_of(client, listed), "三人のための文章")
    assert "相手が違います" not in client.page(listed).text
    client.submit(
        "/provider/selection/empty",
        form=client.page("/provider/selection/empty").form_at("/provider/selection/empty"),
    )
    fill(client, world, people[3:])
    page = client.page(listed)
    assert "送信リストが3人だったときに書いたものです。今の送信リストの4人とは、相手が違います" in page.text
    assert text_in(client, listed) == "三人のための文章"
    drafts = client.page("/drafts").text
    assert "求職者への案内：送信リスト（書いたときは3人）" in drafts
    assert "案内：3人" not in drafts


def test_as_many_others_are_other_people_too(client: Any, world: World) -> None:
    people = [world.seeker() for _ in range(4)]
    listed = "/provider/write?listed=1"
    fill(client, world, people[:2])
    keep(client, form_of(client, listed), "二人のための文章")
    client.submit(
        "/provider/selection/empty",
        form=client.page("/provider/selection/empty").form_at("/provider/selection/empty"),
    )
    fill(client, world, people[2:])
    assert "今の送信リストの2人とは、相手が違います" in client.page(listed).text


# What a page wrote into the form by itself


def test_only_what_somebody_typed_is_given_back_and_not_whom_the_form_was_for(
    app: Any, client: Any, database: Any, clock: Any
) -> None:
    built = signed_in(client, database)
    of = sender(database, name="架空甲社")
    write_to(database, clock, built, of)
    form = client.page(f"/seeker/inbox/{shown(of.unit.public_id)}").form_with("text", "kind")
    assert form.fields["about"] == ["架空甲社"]
    client.submit("", {}, form=client.page("/seeker").form_at("/sign-out"))
    answer = client.submit("", {"kind": "question", "text": FIRST}, form=form)
    assert answer.status_code == 403
    given = [area.text for area in page_of(answer).root.all("textarea")]
    assert [text.strip() for text in given] == [FIRST]


# A membership that ends while somebody writes


def test_whoever_lost_the_membership_while_writing_is_told_that_and_gets_the_words_back(
    client: Any, database: Any, world: World
) -> None:
    form = page_of(client.submit(world.write_url(world.seeker()), {"text": TEXT})).form_with("seen")
    with database.write() as session:
        session.execute(update(membership).values(until=date(2026, 6, 14)))
        session.commit()
    answer = client.submit("", {}, form=form)
    page = page_of(answer)
    assert answer.status_code == 403
    assert (
        "この団体としての利用が終わりました（所属や、部署・受託の期間が終わったためです）。ログインは続いています"
        in page.text
    )
    assert "ログインが終わった" not in page.text
    assert TEXT.splitlines()[0] in page.text
    assert "/choose-unit" in page.links.values()
    assert "ログインが終わった" not in client.page("/choose-unit").text
    with database.read() as session:
        assert [session.scalar(select(func.count()).select_from(one)) for one in (draft, late_form)] == [0, 0]


def test_the_words_of_somebody_else_are_not_given_back_to_whoever_has_no_unit(
    client: Any, database: Any, world: World
) -> None:
    form = page_of(client.submit(world.write_url(world.seeker()), {"text": TEXT})).form_with("seen")
    other = build_member(database, world.unit)
    strange = world.sign_in(other)
    with database.write() as session:
        session.execute(update(membership).values(until=date(2026, 6, 14)))
        session.commit()
    answer = strange.submit("", {}, form=form)
    assert answer.status_code == 303
    assert TEXT.splitlines()[0] not in answer.text
