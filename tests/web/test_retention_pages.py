"""保存期間 on the pages: the public list, and the announcement where the person meets it."""

import dataclasses
from datetime import date
from typing import Any

import pytest

from portal.app import create_app
from portal.services import public_id
from portal.store.tables import retention_notice, thread_text_end
from tests.web.provider_world import TEXT, World
from tests.web.provider_world import world as build_world
from tests.web.signing import sign_in_as

GOES = date(2028, 6, 16)
WORDS = TEXT.splitlines()[0]


def table(page: Any) -> dict[str, list[str]]:
    rows = [row for row in page.root.all("tr") if list(row.all("td"))]
    return {next(row.all("th")).text: [cell.text for cell in row.all("td")] for row in rows}


def test_the_list_tells_everybody_what_goes_when_and_what_stays(client: Any) -> None:
    page = client.page("/retention")
    told = table(page)
    assert told["求職者と団体がやり取りした文章"] == ["2年", "最後のやり取り、または最後に結果を記録した日"]
    assert told["苦情・相談の文章と、そのときに写したやり取り"][0] == "3年"
    assert told["書きかけの文章（下書き）"][0] == "14日"
    assert told["窓口で入力しかけた登録"][0] == "24時間"
    assert told["いつ、どの操作をしたかの記録（氏名と文章は入っていません）"][0] == "5年"
    assert "少なくとも30日前に" in page.text
    assert "同じ求職番号でもう一度登録すると、ブロックは続いています" in page.text
    assert client.page("/privacy").links["情報を残す期間"] == "/retention"


def test_the_page_says_whether_anything_goes_here_at_all(client: Any, app: Any, clock: Any) -> None:
    still = "消す働きは、まだ始まっていません"
    assert still in client.page("/retention").text
    switched = create_app(dataclasses.replace(app.extensions["portal"].settings, retention=True), clock)
    assert still not in switched.test_client().get("/retention").text
    switched.extensions["portal"].database.dispose()


@pytest.fixture
def world(database: Any, clock: Any, client: Any) -> World:
    return build_world(database, clock, client, tables=False)


def announce(world: World, who: Any, kind: str, number: int) -> None:
    with world.database.write() as session:
        session.execute(
            retention_notice.insert().values(
                kind=kind, subject_id=number, seeker_id=who.id, told_at=world.clock.now(), goes_on=GOES
            )
        )
        session.commit()


def end(world: World) -> None:
    with world.database.write() as session:
        session.execute(
            thread_text_end.insert().values(thread_id=1, upto_message_id=1, ended_at=world.clock.now())
        )
        session.commit()


def test_the_day_stands_in_the_thread_of_both_sides_and_on_the_first_page_of_the_person(world: World) -> None:
    who = world.seeker(with_account=True)
    world.send([who])
    announce(world, who, "thread", 1)
    theirs = world.client.page(world.thread_url(who))
    assert "この文章は、2028年6月16日以後に消えます" in theirs.text
    assert "日付、件数、結果は残ります" in theirs.text
    sign_in_as(world.client, who.account_id)
    mine = world.client.page(f"/seeker/inbox/{public_id.shown(world.unit.public_id)}")
    assert "この文章は、2028年6月16日以後に消えます" in mine.text
    assert WORDS in mine.text
    home = world.client.page("/seeker")
    assert "2028年6月16日以後に消える文章があります" in home.text
    assert "団体とのやり取り：1件" in home.text
    assert "あなたの登録の情報は" not in home.text
    announce(world, who, "identity", who.id)
    assert "あなたの登録の情報は、2028年6月16日以後に消えます" in world.client.page("/seeker").text


def test_a_text_at_its_end_is_shown_to_neither_side_even_while_it_is_held(world: World) -> None:
    who = world.seeker(with_account=True)
    world.send([who])
    before = world.client.page("/provider/threads").text
    assert WORDS in before
    end(world)
    gone = "保存期間が過ぎたため、文章は消えました"
    assert WORDS not in world.client.page("/provider/threads").text
    theirs = world.client.page(world.thread_url(who)).text
    assert (gone in theirs, WORDS in theirs) == (True, False)
    sign_in_as(world.client, who.account_id)
    mine = world.client.page(f"/seeker/inbox/{public_id.shown(world.unit.public_id)}").text
    assert (gone in mine, WORDS in mine) == (True, False)
    assert WORDS not in world.client.page("/seeker/inbox").text
