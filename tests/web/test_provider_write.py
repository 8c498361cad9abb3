"""Writing by the pages: the text, the look at it, the sending, and everything that can come between."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from portal.domain.answer import AnswerKind
from portal.services import public_id
from portal.store.tables import message, quota_use, send, unit, unit_record
from tests.build import (
    BuiltSeeker,
    build_block,
    build_department,
    build_member,
    build_seeker,
    build_unit,
)
from tests.web.page_client import page_of
from tests.web.provider_world import TEXT, World
from tests.web.provider_world import world as build_world
from tests.web.signing import sign_in_as

SEND = "この内容で送信する"
EMOJI = "架空の案内です😀👨‍👩‍👧。"


@pytest.fixture
def world(database: Any, clock: Any, client: Any) -> World:
    """Without code tables: nothing here depends on them."""
    return build_world(database, clock, client, tables=False)


def stored(world: World) -> list[str]:
    with world.database.read() as session:
        return list(session.scalars(select(message.c.body).where(message.c.unit_id == world.unit.id)))


def sends(world: World) -> int:
    with world.database.read() as session:
        return int(session.scalar(select(func.count()).select_from(send)) or 0)


def used(world: World) -> int:
    with world.database.read() as session:
        return int(session.scalar(select(func.sum(quota_use.c.n))) or 0)


def write(world: World, *people: BuiltSeeker, text: str = TEXT) -> Any:
    """Open the form, type, and look at the preview."""
    return world.client.submit(world.write_url(*people), {"text": text})


def press_send(world: World, previewed: Any, **changes: Any) -> Any:
    """The button under the preview, with some hidden fields changed."""
    form = page_of(previewed).form_with("seen")
    return world.client.post(form.action, data={**form.fields, **changes})


def kept_text(response: Any) -> str:
    """What stands in the text of the page."""
    page = page_of(response)
    boxes = list(page.root.all("textarea"))
    text = "".join(str(child) for child in boxes[0].children) if boxes else ""
    return text.replace("\r\n", "\n").removeprefix("\n")


def use_up(world: World, n: int) -> None:
    """So many of today's messages are gone."""
    with world.database.write() as session:
        session.execute(insert(quota_use).values(unit_id=world.unit.id, jst_day=date(2026, 6, 15), n=n))
        session.commit()


def change_record(world: World, **values: Any) -> None:
    """The bureau records something else, as a new version of the record."""
    with world.database.write() as session:
        row = dict(
            session.execute(select(unit_record).where(unit_record.c.unit_id == world.unit.id))
            .mappings()
            .one()
        )
        row.pop("id")
        session.execute(insert(unit_record).values({**row, "version": 2, **values}))
        session.execute(update(unit).where(unit.c.id == world.unit.id).values(revision=unit.c.revision + 1))
        session.commit()


# The way it goes


def test_one_message_is_written_looked_at_and_sent(world: World) -> None:
    who = world.seeker()
    previewed = write(world, who)
    assert page_of(previewed).h1 == "送る前の確認"
    assert "まだ送信していません" in previewed.text
    assert stored(world) == []
    sent = press_send(world, previewed)
    assert sent.status_code == 303
    page = world.client.page(sent.headers["Location"])
    assert page.h1 == "送信しました"
    assert "今日あと 999件" in page.text
    assert "2026年6月16日 0:00" in page.text
    assert stored(world) == [TEXT]


def test_S_Q4_the_preview_shows_the_letterhead_as_the_seeker_reads_it(world: World) -> None:
    who = world.seeker(with_account=True)
    previewed = write(world, who)

    def letter(page: Any) -> str:
        """The first letter of the page without its moment."""
        shown = next(item for item in page.root.all("li") if item.get("class").startswith("message"))
        parts = (part.text for part in shown.all("strong", "p", "dl") if "head" not in part.get("class"))
        return " ".join(part for part in parts if part != "このメッセージを通報する")

    shown = letter(page_of(previewed))
    for line in (
        "個人情報管理・苦情処理責任者 見本 責任",
        "責任者の連絡先 00-0000-0000",
        "連絡責任者 見本 連絡",
    ):
        assert line in shown
    press_send(world, previewed)
    reader = world.client.application.test_client()
    sign_in_as(reader, who.account_id or 0)
    assert letter(reader.page(f"/seeker/inbox/{public_id.shown(world.unit.public_id)}")) == shown


def test_a_second_message_carries_the_letterhead_only_when_it_has_changed(world: World) -> None:
    who = world.seeker()
    world.send([who])
    assert "今回は付きません" in write(world, who).text
    change_record(world, officer_name="見本 後任", officer_contact="00-0000-0009")
    assert "見本 後任" in write(world, who).text


def test_P_Q5_messages_go_out_in_the_middle_of_the_night(world: World, clock: Any) -> None:
    clock.set(datetime(2026, 6, 15, 18, 30, tzinfo=UTC))
    sign_in_as(world.client, world.member.account_id)
    sent = press_send(world, write(world, world.seeker()))
    assert world.client.page(sent.headers["Location"]).h1 == "送信しました"


def test_several_are_written_to_with_one_preview(world: World) -> None:
    people = [world.seeker() for _ in range(3)]
    chosen = world.client.page("/provider/results").form_with("to")
    ticked = {**chosen.fields, "to": [world.unit.token(who) for who in people]}
    opened = page_of(world.client.post("/provider/write", data=ticked))
    assert "送る相手：3人" in opened.text
    sent = press_send(world, write(world, *people))
    page = world.client.page(sent.headers["Location"])
    assert "選んだ人数 3人" in page.text
    assert "今日あと送れる件数 997件" in page.text
    assert len(stored(world)) == 3


def test_S_Q5_of_several_those_out_of_reach_are_a_number_with_one_text(world: World) -> None:
    blocked, stopped, expired, fine = (
        world.seeker(),
        world.seeker(stopped=True),
        world.seeker(valid_until=date(2026, 6, 14)),
        world.seeker(),
    )
    build_block(world.database, blocked, world.unit)
    previewed = write(world, blocked, stopped, expired, fine)
    assert "現在、送信できない方：3人" in previewed.text
    page = world.client.page(press_send(world, previewed).headers["Location"])
    assert "現在送信できない方が3人いました。" in page.text
    assert used(world) == 1


@pytest.mark.parametrize("cause", ["blocked", "stopped", "expired", "narrowed"])
def test_S_Q5_one_out_of_reach_is_refused_in_the_same_words_and_the_text_is_kept(
    world: World, cause: str
) -> None:
    values: dict[str, Any] = {
        "stopped": {"stopped": True},
        "expired": {"valid_until": date(2026, 6, 14)},
        "narrowed": {"range_private": False},
    }.get(cause, {})
    who = world.seeker(**values)
    if cause == "blocked":
        build_block(world.database, who, world.unit)
    refused = write(world, who)
    assert refused.status_code == 409
    assert "現在、この方には送信できません。" in refused.text
    assert kept_text(refused) == TEXT
    assert used(world) == 0


def test_a_block_between_preview_and_sending_holds(world: World) -> None:
    who = world.seeker()
    previewed = write(world, who)
    build_block(world.database, who, world.unit)
    refused = press_send(world, previewed)
    assert refused.status_code == 409
    assert "現在、この方には送信できません。" in refused.text
    assert kept_text(refused) == TEXT
    assert stored(world) == []


def test_whom_another_department_writes_to_is_left_out_and_said_so(world: World) -> None:
    theirs = build_department(world.database, world.unit, "見本二課")
    colleague = build_member(world.database, world.unit, department_id=theirs)
    known, free = world.seeker(), world.seeker()
    world.send([known], member=colleague)
    assert "ほかの部署がやり取りしている方：1人" in write(world, known, free).text
    alone = write(world, known)
    assert alone.status_code == 409
    assert kept_text(alone) == TEXT


# Twice, back, and in another window


def test_a_double_click_sends_once(world: World) -> None:
    previewed = write(world, world.seeker())
    first, second = press_send(world, previewed), press_send(world, previewed)
    assert first.headers["Location"] == second.headers["Location"]
    assert "すでに送信済みです" in world.client.page(second.headers["Location"]).text
    assert len(stored(world)) == 1
    assert used(world) == 1


@pytest.mark.parametrize("changed", ["text", "people"])
def test_something_else_from_a_window_that_has_sent_already_is_not_told_as_sent(
    world: World, changed: str
) -> None:
    first, second = world.seeker(), world.seeker()
    previewed = write(world, first)
    press_send(world, previewed)
    other = {"text": "別の案内です。"} if changed == "text" else {"to": world.unit.token(second)}
    refused = press_send(world, previewed, **other)
    assert refused.status_code == 409
    assert "まだ送信していません。" in refused.text
    assert kept_text(refused) == other.get("text", TEXT)
    assert stored(world) == [TEXT]
    # The page that comes back is one of its own: looked at and sent, it goes.
    form = page_of(refused).form_with("text", "key")
    assert form.fields["key"] != page_of(previewed).form_with("seen").fields["key"]
    again = world.client.post(form.action, data=form.fields)
    assert press_send(world, again).status_code == 303
    assert stored(world) == [TEXT, other.get("text", TEXT)]


def test_the_key_is_made_once_and_kept_through_errors_and_preview(world: World) -> None:
    who = world.seeker()
    first = world.client.page(world.write_url(who)).form_with("text", "key")
    empty = world.client.submit(world.write_url(who), {"text": ""}, form=first)
    assert empty.status_code == 422
    again = page_of(empty).form_with("text", "key")
    previewed = world.client.submit(world.write_url(who), {"text": TEXT}, form=again)
    back = page_of(
        world.client.post("/provider/write", data=page_of(previewed).form_with("seen").fields)
    ).form_with("text", "key")
    keys = {form.fields["key"][0] for form in (first, again, back, page_of(previewed).form_with("seen"))}
    assert len(keys) == 1
    assert back.fields["text"][0].replace("\r\n", "\n") == TEXT


@pytest.mark.parametrize("key", ["", "短い", "x" * 65, "key with blanks and more", "'; --"])
def test_a_key_that_is_none_of_ours_is_replaced(world: World, key: str) -> None:
    sent = press_send(world, write(world, world.seeker()), key=key)
    assert sent.status_code == 303
    assert len(stored(world)) == 1


def test_a_form_opened_under_another_unit_sends_nothing_and_gives_the_text_back(world: World) -> None:
    other = build_unit(world.database, name="架空自治体の窓口", unit_class="municipal", number="99999")
    build_member(world.database, other, account_id=world.member.account_id)
    who = world.seeker()
    previewed = write(world, who)
    form = world.client.page("/choose-unit").form_with("unit")
    choices = [radio.get("value") for radio in form.element.all("input") if radio.get("name") == "unit"]
    for choice in choices:
        world.client.submit("/choose-unit", {"unit": choice})
        if "架空自治体の窓口" in world.client.page("/provider").text:
            break
    for address in ("/provider/write", "/provider/write/preview", "/provider/write/send"):
        fields = page_of(previewed).form_with("seen").fields
        refused = world.client.post(address, data=fields)
        assert refused.status_code == 409
        assert "送信していません" in refused.text
        assert "架空自治体の窓口（地方自治体等）" in refused.text
        assert kept_text(refused) == TEXT
    assert stored(world) == []


@pytest.mark.parametrize("mark", ["", "x", "架空", "0" * 32])
def test_a_form_without_its_unit_sends_nothing(world: World, mark: str) -> None:
    refused = press_send(world, write(world, world.seeker()), acting=mark)
    assert refused.status_code == 409
    assert stored(world) == []


def test_the_page_of_what_was_sent_belongs_to_the_unit(world: World) -> None:
    address = press_send(world, write(world, world.seeker())).headers["Location"]
    other = world.client.application.test_client()
    sign_in_as(other, build_member(world.database, build_unit(world.database)).account_id)
    assert other.get(address).status_code == 404
    assert world.client.get("/provider/sent/never-sent").status_code == 404


# What the unit may not do


def test_S_Q4_without_an_officer_nothing_is_sent_and_the_text_is_kept(
    database: Any, clock: Any, client: Any
) -> None:
    world = build_world(database, clock, client, tables=False, officer=False)
    who = world.seeker()
    opened = world.client.page(world.write_url(who))
    assert "個人情報管理・苦情処理責任者が登録されていないため、送信できません。" in opened.text
    refused = write(world, who)
    assert refused.status_code == 409
    assert "申請先の労働局に" in refused.text
    assert kept_text(refused) == TEXT


def test_an_officer_who_goes_between_preview_and_sending_stops_it(world: World) -> None:
    previewed = write(world, world.seeker())
    change_record(world, officer_name=None, officer_contact=None)
    refused = press_send(world, previewed)
    assert refused.status_code == 409
    assert "責任者が登録されていない" in refused.text
    assert kept_text(refused) == TEXT
    assert stored(world) == []


def test_an_officer_who_changes_between_preview_and_sending_is_shown_first(world: World) -> None:
    previewed = write(world, world.seeker())
    change_record(world, officer_name="見本 後任", officer_contact="00-0000-0009")
    shown = press_send(world, previewed)
    assert shown.status_code == 409
    assert "団体の登録内容が変わりました" in shown.text
    assert "見本 後任" in shown.text
    assert stored(world) == []
    assert press_send(world, shown).status_code == 303
    assert stored(world) == [TEXT]


def test_a_suspension_between_preview_and_sending_stops_it(world: World) -> None:
    previewed = write(world, world.seeker())
    with world.database.write() as session:
        session.execute(
            update(unit)
            .where(unit.c.id == world.unit.id)
            .values(suspended_from=date(2026, 6, 15), suspension_reason="見本", revision=unit.c.revision + 1)
        )
        session.commit()
    refused = press_send(world, previewed)
    assert refused.status_code == 409
    assert "利用が止められている" in refused.text
    assert "お問い合わせ先" in refused.text
    assert kept_text(refused) == TEXT
    assert stored(world) == []


# The messages of the day


def test_P_Q6_a_batch_that_does_not_fit_is_refused_whole(world: World) -> None:
    use_up(world, 999)
    people = [world.seeker() for _ in range(2)]
    refused = write(world, *people)
    assert refused.status_code == 409
    assert "1件も送信していません" in refused.text
    assert "2026年6月16日 0:00" in refused.text
    assert kept_text(refused) == TEXT
    assert write(world, people[0]).status_code == 200


def test_P_Q6_messages_used_up_between_preview_and_sending_stop_it(world: World) -> None:
    previewed = write(world, world.seeker())
    use_up(world, 1000)
    refused = press_send(world, previewed)
    assert refused.status_code == 409
    assert "1件も送信していません" in refused.text
    assert kept_text(refused) == TEXT
    assert used(world) == 1000


def test_a_reserve_is_kept_from_new_messages(database: Any, clock: Any, client: Any) -> None:
    world = build_world(database, clock, client, tables=False, reserve=50)
    use_up(world, 950)
    assert write(world, world.seeker()).status_code == 409


def test_the_day_turns_in_japan(world: World, clock: Any) -> None:
    use_up(world, 1000)
    clock.set(datetime(2026, 6, 15, 14, 59, 59, tzinfo=UTC))
    sign_in_as(world.client, world.member.account_id)
    assert write(world, world.seeker()).status_code == 409
    clock.advance(timedelta(seconds=1))
    assert press_send(world, write(world, world.seeker())).status_code == 303


# Bad input


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "入力または選択してください。"),
        ("　 \r\n\t", "入力または選択してください。"),
        ("あ" * 2001, "2,000文字以内で入力してください（今は2,001文字です）。"),
        ("\u200b\u2060", "入力または選択してください。"),
        ("案内\x07です", "使えない文字が含まれています"),
    ],
)
def test_a_text_that_cannot_be_sent_is_told_beside_the_field_and_kept(
    world: World, text: str, told: str
) -> None:
    refused = write(world, world.seeker(), text=text)
    assert refused.status_code == 422
    assert told in refused.text
    assert kept_text(refused) == text.replace("\r\n", "\n")
    assert stored(world) == []


@pytest.mark.parametrize("text", ["案内\x00です。 続き", "案内\ud800です。 続き"])
def test_a_text_that_no_database_keeps_is_a_clear_page_that_gives_it_back(world: World, text: str) -> None:
    form = world.client.page(world.write_url(world.seeker())).form_with("text", "key")
    data = {name: values[0] for name, values in form.fields.items()} | {"text": text}
    body = "&".join(
        f"{name}={''.join(f'%{byte:02X}' for byte in value.encode('utf-8', 'surrogatepass'))}"
        for name, value in data.items()
    )
    refused = world.client.post(form.action, data=body, content_type="application/x-www-form-urlencoded")
    # Half a character cannot arrive as such: the preview shows the mark that stands for it.
    assert refused.status_code == (400 if "\x00" in text else 200)
    assert "案内" in refused.text
    assert stored(world) == []


@pytest.mark.parametrize(
    "text", [EMOJI, "あ" * 2000, "<script>alert(1)</script> &amp; {7*7}", "%(name)s 100%", "１２３ ﾊﾝｶｸ"]
)
def test_any_other_text_arrives_as_it_was_typed(world: World, text: str) -> None:
    who = world.seeker(with_account=True)
    assert press_send(world, write(world, who, text=text)).status_code == 303
    assert stored(world) == [text]
    assert text in world.client.page(world.thread_url(who)).root.text or len(text) > 200


@pytest.mark.parametrize("many", [0, 1001])
def test_nobody_and_more_than_a_day_can_hold_are_refused_with_the_text(world: World, many: int) -> None:
    form = world.client.page(world.write_url(world.seeker())).form_with("text", "key")
    fields = {**form.fields, "text": [TEXT], "to": [f"{number:043}" for number in range(many)]}
    for address in ("/provider/write", "/provider/write/preview", "/provider/write/send"):
        refused = world.client.post(address, data=fields)
        assert refused.status_code == 422
        assert ("1,000人まで" if many else "選ばれていません") in refused.text
        assert kept_text(refused) == TEXT
    assert sends(world) == 0


@pytest.mark.parametrize("token", ["x", "架空" * 30, "A" * 43, "", "../..", "%00"])
def test_a_recipient_that_was_never_given_out_leads_nowhere(world: World, token: str) -> None:
    assert world.client.get("/provider/write", query_string={"to": token}).status_code in (404, 422)
    form = world.client.page(world.write_url(world.seeker())).form_with("text", "key")
    for address in ("/provider/write/preview", "/provider/write/send"):
        refused = world.client.post(address, data={**form.fields, "text": TEXT, "to": token})
        assert refused.status_code in (404, 422)
    assert stored(world) == []


def test_another_units_token_reaches_nobody(world: World) -> None:
    foreign = build_unit(world.database).token(build_seeker(world.database))
    assert world.client.get(f"/provider/write?to={foreign}").status_code == 404
    mine = world.seeker()
    form = world.client.page(world.write_url(mine)).form_with("text", "key")
    both = world.client.post(
        form.action, data={**form.fields, "text": TEXT, "to": [world.unit.token(mine), foreign]}
    )
    assert "現在、送信できない方：1人" in both.text


def test_the_same_recipient_twice_is_one(world: World) -> None:
    who = world.seeker()
    previewed = write(world, who, who)
    assert "今回送信する件数 1件" in page_of(previewed).text


def test_a_send_past_the_preview_is_shown_the_preview(world: World) -> None:
    form = world.client.page(world.write_url(world.seeker())).form_with("text", "key")
    shown = world.client.post("/provider/write/send", data={**form.fields, "text": TEXT})
    assert page_of(shown).h1 == "送る前の確認"
    assert stored(world) == []


def test_an_answer_by_the_seeker_makes_the_next_message_an_answer(world: World) -> None:
    who = world.seeker(with_account=True)
    world.send([who])
    world.answer(who, AnswerKind.QUESTION)
    assert "返事を書く" in world.client.page(world.thread_url(who)).text
