"""The service's main story, told by its people in three windows: registered, found, written to, answered, stopped.

The seeker sits at a phone, the agency and the clerk at a desk; once with scripts and once without.
"""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from pypdf import PdfReader

from tests.browser.accessibility import assert_accessible, assert_fits
from tests.browser.printing import printed
from tests.build import BuiltUnit, build_member, build_unit
from tests.registrations import build_office_clerk, prepare
from tests.web.signing import sign_in_as

AGENCY = "架空人材紹介株式会社"
GUIDANCE = "はじめまして。架空の売場のお仕事をご紹介できます。ご都合をお聞かせください。"
CODE = re.compile("^[2-9A-Z]{4}-[2-9A-Z]{4}$")
ANSWER = "ありがとうございます。ぜひ利用したいです。"


class Person:
    """Somebody in front of a window; what they do is said in their own words."""

    def __init__(self, window: Any, *, scripts: bool) -> None:
        self.window = window
        self.scripts = scripts

    def sees(self, *texts: str) -> None:
        shown = " ".join(self.window.locator("body").inner_text().split())
        for text in texts:
            assert text in shown, f"{text!r} is not on the page {self.window.url}:\n{shown}"
        assert_fits(self.window)
        if self.scripts:
            assert_accessible(self.window)

    def does_not_see(self, *texts: str) -> None:
        page = self.window.content()
        for text in texts:
            assert text not in page, f"{text!r} is on the page {self.window.url}"

    def opens(self, address: str) -> None:
        self.window.goto(address)

    def follows(self, name: str) -> None:
        self.window.locator("body").get_by_role("link", name=name).first.click()

    def presses(self, name: str) -> None:
        self.window.locator("main").get_by_role("button", name=name, exact=True).first.click()

    def types(self, label: str, text: str) -> None:
        self.window.get_by_label(label).first.fill(text)

    def ticks(self, label: str) -> None:
        self.window.get_by_label(label, exact=True).first.check()

    def chooses(self, label: str, value: str) -> None:
        self.window.get_by_label(label).first.select_option(value)


@pytest.fixture
def agency(database: Any, clock: Any) -> BuiltUnit:
    prepare(database, clock)
    return build_unit(database, name=AGENCY)


@pytest.fixture
def sits_down(open_window: Callable[..., Any], client: Any, live_server: str) -> Callable[..., Person]:
    """`sits_down(account_id, size, scripts)`: a person whose window is signed in (or not, without an account)."""

    def sit(account_id: int | None, size: str, scripts: bool) -> Person:
        window = open_window(size, scripts)
        if account_id is not None:
            token = sign_in_as(client, account_id)
            window.context.add_cookies([{"name": "portal", "value": f"s.{token}", "url": live_server}])
        return Person(window, scripts=scripts)

    return sit


def registers_somebody(clerk: Person) -> str:
    """The clerk registers a seeker and prints the sheet; the code on the paper."""
    clerk.opens("/office/seekers/new")
    clerk.types("求職番号", "13999-00000077")
    clerk.types("氏名", "架空　野鳥美")
    clerk.types("フリガナ", "かくう　のとりみ")
    clerk.types("生年月日", "昭和40年5月3日")
    clerk.ticks("学校には通っておらず、最近の卒業でもない")
    clerk.chooses("希望する職業 1", "056")
    clerk.types("希望する勤務地 1", "三重県津市")
    clerk.ticks("正社員")
    clerk.types("自己PR", "接客が得意です。お客さまの話をよく聞きます。")
    clerk.ticks("民間職業紹介事業者等")
    clerk.ticks("ご本人が利用規約に同意した")
    clerk.presses("登録する")
    clerk.sees("登録しました")
    file = clerk.window.url.split("?")[0]
    clerk.opens(f"{file}/sheet")
    _kind, paper = printed(clerk.window, "用紙を出す（PDF）")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages)
    found = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", text)
    assert found, text
    return found[0]


def begins_to_use_the_portal(seeker: Person, code: str) -> None:
    seeker.opens("/activate")
    seeker.types("コード", code.lower().replace("-", ""))
    seeker.types("生年月日", "S40.5.3")
    seeker.presses("次へ")
    seeker.types("ログイン名", "notorimi.k")
    seeker.types("パスワード", "asa no sanpo to kotori")
    seeker.window.get_by_label("もう一度").first.fill("asa no sanpo to kotori")
    seeker.presses("決定して利用を始める")


def finds_and_writes(staff: Person) -> None:
    staff.opens("/provider/search")
    staff.chooses("希望する職業", "056")
    staff.presses("この条件で探す")
    staff.window.locator("main").get_by_role("link", name=CODE).first.click()
    staff.sees("接客が得意です。")
    staff.does_not_see("野鳥美", "のとりみ", "昭和40", "1965", "13999")
    staff.follows("この人に案内を書く")
    staff.types("案内の文章", GUIDANCE)
    staff.presses("送る前に確認する")
    staff.sees("見本 責任", "00-0000-0000", AGENCY)
    staff.presses("この内容で送信する")
    staff.sees("送信しました", "999")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_somebody_is_registered_found_written_to_answers_blocks_and_stops(
    database: Any, agency: BuiltUnit, sits_down: Callable[..., Person], scripts: bool
) -> None:
    clerk = sits_down(build_office_clerk(database).account_id, "desktop", scripts)
    staff = sits_down(build_member(database, agency).account_id, "desktop", scripts)
    seeker = sits_down(None, "phone", scripts)

    # The office registers; the seeker begins with the paper and looks at what others see.
    code = registers_somebody(clerk)
    begins_to_use_the_portal(seeker, code)
    seeker.opens("/seeker")
    seeker.sees("公開中")
    seeker.opens("/seeker/profile")
    seeker.sees("接客が得意です。", "三重県津市")

    # The agency finds, reads and writes; the seeker gets one calm line and a letter that says who it is.
    finds_and_writes(staff)
    seeker.opens("/seeker/inbox")
    seeker.sees(AGENCY)
    seeker.follows(AGENCY)
    seeker.sees(GUIDANCE, "見本 責任", "00-0000-0000")
    seeker.window.get_by_label(re.compile("利用希望")).first.check()
    seeker.types("伝えたいこと", ANSWER)
    seeker.presses("返事を送る")
    seeker.sees(ANSWER)

    # The agency reads the answer and records what came of it.
    staff.opens("/provider/threads")
    staff.window.locator("main").get_by_role("link", name=CODE).first.click()
    staff.sees(ANSWER, "利用希望")
    staff.does_not_see("野鳥美", "notorimi")
    thread = staff.window.url
    staff.window.get_by_label(re.compile("求職受理")).first.check()
    staff.types("その結果になった日", "令和8年6月15日")
    staff.presses("結果を記録する")
    staff.sees("求職受理")

    # The seeker blocks in two steps; the agency finds nobody and cannot write, without learning why.
    seeker.follows("この団体をブロックする")
    seeker.presses("ブロックする")
    staff.opens("/provider/results?occupation=056")
    staff.does_not_see("接客が得意です。")
    staff.opens(thread)
    staff.sees("現在、この方には送信できません", ANSWER)
    staff.does_not_see("ブロックされ", "ブロックしました")

    # The seeker stops at once; reading stays.
    seeker.opens("/seeker/stop")
    seeker.presses("利用をやめる")
    seeker.sees("利用をやめています")
    seeker.opens("/seeker/inbox")
    seeker.follows(AGENCY)
    seeker.sees(GUIDANCE, ANSWER)
    staff.opens(thread)
    staff.sees("現在、この方には送信できません")
