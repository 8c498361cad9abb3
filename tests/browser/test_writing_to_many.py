"""A clerk of an organisation writes to many: gathers people over three pages, uses a kept text, looks, sends.

On a desk with scripts and on a telephone without: nothing here needs a script.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from portal.domain.answer import AnswerKind
from portal.domain.search import PAGE_SIZE
from portal.store.tables import message, quota_use
from portal.web.auth.session import COOKIE
from tests.browser.accessibility import assert_accessible, assert_fits
from tests.web.provider_world import World
from tests.web.provider_world import world as build_world
from tests.web.signing import sign_in_as

KEPT = "{コード} 様\n{希望する職業}の架空の相談会をご案内します。"
BOTH = pytest.mark.parametrize(("size", "scripts"), [("desktop", True), ("phone", False)])


class Clerk:
    """Somebody of the organisation in front of a window."""

    def __init__(self, window: Any, scripts: bool) -> None:
        self.window, self.scripts = window, scripts

    def opens(self, address: str) -> None:
        self.window.goto(address)
        self.looks()

    def follows(self, name: str) -> None:
        self.window.get_by_role("link", name=name).first.click()
        self.looks()

    def presses(self, name: str) -> None:
        self.window.get_by_role("button", name=name, exact=True).first.click()
        self.looks()

    def ticks(self, many: int) -> None:
        for box in self.window.locator("input[name=to]").all()[:many]:
            box.check()

    def types(self, label: str, text: str) -> None:
        self.window.get_by_label(label).fill(text)

    def reads(self, *told: str) -> None:
        shown = self.window.locator("main").inner_text()
        for words in told:
            assert words in shown, f"{words!r} is not on the page: {shown}"

    def looks(self) -> None:
        """Every page fits its window, and can be used by everybody (the check runs in the page and needs scripts)."""
        assert_fits(self.window)
        if self.scripts:
            assert_accessible(self.window)

    @property
    def title(self) -> str:
        return str(self.window.locator("h1").inner_text())


@pytest.fixture
def world(database: Any, clock: Any, client: Any) -> World:
    return build_world(database, clock, client, name="架空人材紹介サービス株式会社", reserve=50)


@pytest.fixture
def clerk(
    open_window: Callable[..., Any], client: Any, world: World, live_server: str
) -> Callable[..., Clerk]:
    """A clerk at a window of this kind, signed in."""

    def sit_down(size: str, scripts: bool) -> Clerk:
        window = open_window(size, scripts)
        token = sign_in_as(client, world.member.account_id)
        window.context.add_cookies([{"name": COOKIE, "value": f"s.{token}", "url": live_server}])
        return Clerk(window, scripts)

    return sit_down


def stored(world: World) -> int:
    with world.database.read() as session:
        return int(session.scalar(select(func.count()).select_from(message)) or 0)


@BOTH
def test_people_of_three_pages_are_written_to_with_a_kept_text(
    clerk: Callable[..., Clerk], world: World, size: str, scripts: bool
) -> None:
    people = [world.seeker(with_account=True) for _ in range(2 * PAGE_SIZE + 6)]
    person = clerk(size, scripts)

    # The clerk keeps a text for using again; a mistyped field is told by name.
    person.opens("/provider/selection")
    person.reads("送信リストには、まだ誰もいません。")
    person.follows("文例")
    person.follows("新しい文例を作る")
    person.types("題名", "相談会の案内")
    person.types("文章", "{氏名} 様")
    person.presses("保存する")
    person.reads("使えない差し込みがあります：{氏名}")
    person.types("文章", KEPT)
    person.presses("保存する")
    person.reads("文例を保存しました。", "相談会の案内")

    # Ticks five people on each of three pages of results.
    person.opens("/provider/results")
    for page in range(3):
        person.ticks(5)
        person.presses("加えて次のページへ" if page < 2 else "チェックした人を送信リストに加える")
        person.reads(f"5人を送信リストに加えました（全部で{5 * (page + 1)}人）。")
    person.follows("送信リストを見る（15人）")
    person.reads("選んだ人数\n15人", "今、送信できる人数\n15人", "今日あと送れる件数\n950件")

    # Takes one out again.
    person.ticks(1)
    person.presses("チェックした人を外す")
    person.reads("1人を送信リストから外しました。", "選んだ人数\n14人")

    # Puts the kept text in, and looks at one of the letters with the real letterhead.
    person.follows("この人たちに案内を書く")
    person.reads("送る相手：14人")
    person.window.get_by_label("文例").select_option(label="相談会の案内")
    person.presses("文例を文章に入れる")
    assert person.window.get_by_label("案内の文章").input_value().replace("\r\n", "\n") == KEPT
    person.presses("送る前に確認する")
    person.reads(
        "まだ送信していません。",
        "同じ案内を14人に送ろうとしています。",
        "返事の割合は分かりません",
        "接客・給仕の職業の架空の相談会をご案内します。",
        "個人情報管理・苦情処理責任者",
        "送信後に、今日あと送れる件数\n936件",
    )
    assert stored(world) == 0

    # Sends once, however impatiently it is pressed.
    person.window.get_by_role("button", name="この内容で送信する").dblclick()
    # The second press breaks the first answer off; what is awaited is the page of the last one.
    person.window.get_by_role("heading", level=1, name="送信しました").wait_for()
    person.looks()
    assert person.title == "送信しました"
    person.reads("送信した人数\n14人", "今日あと送れる件数\n936件")
    assert stored(world) == 14

    # One has answered; the history tells.
    with world.database.read() as session:
        written_to = set(session.scalars(select(message.c.seeker_id)))
    world.answer(next(who for who in people if who.id in written_to), AnswerKind.USE, "")
    person.follows("送信の記録を見る")
    person.window.get_by_role("link", name="2026年6月15日 10:00").click()
    person.looks()
    person.reads("送信した人数\n14人", "返事をした人数\n1人", "利用希望の人数\n1人")
    person.opens("/provider/selection")
    person.reads("送信リストには、まだ誰もいません。")


@BOTH
def test_a_list_that_does_not_fit_today_is_refused_whole_and_kindly(
    clerk: Callable[..., Clerk], world: World, size: str, scripts: bool
) -> None:
    for _ in range(6):
        world.seeker()
    with world.database.write() as session:
        used = {"unit_id": world.unit.id, "jst_day": date(2026, 6, 15), "n": 947}
        session.execute(insert(quota_use).values(**used))
        session.commit()
    person = clerk(size, scripts)

    # All found are put on the list up to what fits today; two more by hand are for another day.
    person.opens("/provider/results")
    person.presses("見つかった人をまとめて送信リストに加える")
    person.reads("3人を送信リストに加えました", "今日送れる件数までにしました", "選んだ人数\n3人")
    person.opens("/provider/results")
    person.ticks(6)
    person.presses("チェックした人を送信リストに加える")
    person.follows("送信リストを見る（6人）")
    person.reads(
        "今日送れる件数に、3件足りません。",
        "誰を外すかを、システムが選ぶことはありません。",
        "ほかに50件を、返事のために取ってあります。",
    )

    # Whoever tries all the same is refused whole, with how many would fit; the text stays.
    person.follows("この人たちに案内を書く")
    person.types("案内の文章", "架空の案内です。")
    person.presses("送る前に確認する")
    person.reads("1件も送信していません", "今送れるのは3件です", "ほかに50件を、返事のために取ってあります。")
    assert person.window.get_by_label("案内の文章").input_value() == "架空の案内です。"
    assert stored(world) == 0

    # Three fewer, and it goes.
    person.follows("送信リストの人数を減らす")
    person.ticks(3)
    person.presses("チェックした人を外す")
    person.follows("この人たちに案内を書く")
    person.types("案内の文章", "架空の案内です。")
    person.presses("送る前に確認する")
    person.presses("この内容で送信する")
    assert person.title == "送信しました"
    assert stored(world) == 3


@BOTH
def test_the_list_is_emptied_only_after_asking(
    clerk: Callable[..., Clerk], world: World, size: str, scripts: bool
) -> None:
    world.seeker()
    person = clerk(size, scripts)
    person.opens("/provider/results")
    person.ticks(1)
    person.presses("チェックした人を送信リストに加える")
    person.follows("送信リストを見る（1人）")
    person.follows("リストを空にする")
    person.reads("1人をリストから外しますか。")
    person.follows("やめる")
    person.reads("選んだ人数\n1人")
    person.follows("リストを空にする")
    person.presses("空にする")
    person.reads("送信リストを空にしました。", "送信リストには、まだ誰もいません。")
