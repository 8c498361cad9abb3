"""New versions of the terms on the pages: asked for calmly, nothing lost, every version for everybody (ruling R10)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from portal.domain.terms import TermsText
from portal.store import consent
from portal.store.tables import message
from tests.web.auth_world import seeker, sign_in
from tests.web.page_client import page_of
from tests.web.seeker_world import sender, signed_in, write_to

AT = datetime(2026, 4, 1, tzinfo=UTC)
OLD = TermsText(
    "2026-04", date(2026, 4, 1), date(2026, 4, 1), "見本の規約", "Terms", "第1条 見本", "Article 1"
)
NEW = TermsText(
    "2026-06",
    date(2026, 6, 10),
    date(2026, 7, 31),
    "見本の規約 二",
    "Terms two",
    "第1条 見本\n\n第2条 加えたところ",
    "Article 1\n\nArticle 2",
    "第2条を加えました。",
    "Article 2 is new.",
)
LAST_MOMENT = datetime(2026, 7, 31, 14, 59, tzinfo=UTC)
NEXT_DAY = datetime(2026, 7, 31, 15, 0, tzinfo=UTC)
ANSWER = "どんな仕事か教えてください。"


def offer(database: Any, who: Any, *texts: TermsText, agreed: bool = True) -> None:
    with database.write() as session:
        consent.add_versions(session, texts, AT)
        if agreed:
            consent.add(session, [who.id], OLD, AT, date(2026, 4, 1), channel="office", recorded_by=None)
        consent.recompile(session)
        session.commit()


def answers(database: Any) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(message.c.body).where(message.c.direction == "seeker")))


# After signing in


def test_after_signing_in_a_calm_page_asks_and_can_be_left_for_later(
    app: Any, client: Any, database: Any
) -> None:
    who = seeker(app, database)
    offer(database, who, OLD, NEW)
    answer = sign_in(client)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/seeker/new-terms")
    page = client.page("/seeker/new-terms")
    assert page.h1 == "利用規約が新しくなりました"
    assert "2026年7月31日までは、前の版への同意のまま、今までどおり利用できます。" in page.text
    assert "第2条を加えました。" in page.text
    assert page.links["あとで決める"] == "/seeker"
    assert "公開中" in client.page("/seeker").text
    done = client.submit("/seeker/new-terms", {}, form=page.form_with("version"))
    assert (done.status_code, done.headers["Location"]) == (303, "/seeker")
    assert client.get("/seeker/new-terms").headers["Location"] == "/seeker"


@pytest.mark.parametrize(("texts", "agreed"), [((OLD,), True), ((), False)])
def test_whoever_has_nothing_to_agree_to_begins_at_home(
    app: Any, client: Any, database: Any, texts: tuple[TermsText, ...], agreed: bool
) -> None:
    offer(database, seeker(app, database), *texts, agreed=agreed)
    assert sign_in(client).headers["Location"] == "/seeker"


@pytest.mark.parametrize(
    ("now", "shown", "said"),
    [
        (LAST_MOMENT, "公開中", "2026年7月31日までは"),
        (NEXT_DAY, "公開されていません", "同意されるまで、求職情報は公開されず、返事も送れません"),
    ],
)
def test_R10_the_agree_by_day_itself_still_belongs_to_the_earlier_version(
    client: Any, database: Any, clock: Any, now: datetime, shown: str, said: str
) -> None:
    clock.set(now)
    who = signed_in(client, database)
    offer(database, who, OLD, NEW)
    assert shown in client.page("/seeker").text
    assert said in client.page("/seeker/new-terms").text


# What was sent while it fell due


def test_R10_an_answer_sent_as_the_terms_fall_due_is_kept_and_goes_after_agreeing(
    client: Any, database: Any, clock: Any
) -> None:
    clock.set(LAST_MOMENT)
    who = signed_in(client, database)
    offer(database, who, OLD, NEW)
    write_to(database, clock, who, sender(database, name="架空甲社"))
    thread = next(
        link for link in client.page("/seeker/inbox").links.values() if link.startswith("/seeker/inbox/")
    )
    form = client.page(thread).form_with("kind", "text")
    clock.set(NEXT_DAY)
    refused = client.submit(thread, {"kind": "question", "text": ANSWER}, form=form)
    assert refused.status_code == 303
    assert refused.headers["Location"].startswith("/seeker/new-terms?then=")
    assert answers(database) == []
    asked = client.page(refused.headers["Location"])
    assert "下書きに残しました" in asked.text
    # Whoever goes back without agreeing reads it there.
    assert ANSWER in client.page(thread).text
    done = client.submit("", {}, form=asked.form_with("version"))
    assert done.headers["Location"] == f"{thread}#answer"
    page = client.page(thread)
    assert ANSWER in page.text
    sent = client.submit(thread, {"kind": "question"}, form=page.form_with("kind", "text"))
    assert sent.status_code == 303
    assert answers(database) == [ANSWER]


def test_what_needs_no_agreement_stays_open_when_the_terms_are_due(
    client: Any, database: Any, clock: Any
) -> None:
    clock.set(NEXT_DAY)
    who = signed_in(client, database)
    offer(database, who, OLD, NEW)
    for address in ("/seeker/inbox", "/seeker/blocks", "/seeker/log", "/seeker/own-data", "/seeker/stop"):
        client.page(address)
    assert client.submit("/seeker/corrections", {"part": "data", "text": "違います。"}).status_code == 303


@pytest.mark.parametrize("then", ["https://example.com", "//example.com", "x", "../stop", "A" * 23])
def test_where_one_goes_on_is_a_thread_or_home_and_nothing_else(
    client: Any, database: Any, then: str
) -> None:
    who = signed_in(client, database)
    offer(database, who, OLD, NEW)
    page = client.page(f"/seeker/new-terms?then={then}")
    assert page.links["あとで決める"] == "/seeker"
    form = page.form_with("version")
    form.fields["then"] = [then]
    assert client.submit("", {}, form=form).headers["Location"] == "/seeker"


def test_a_version_that_came_meanwhile_is_shown_before_it_is_agreed_to(client: Any, database: Any) -> None:
    who = signed_in(client, database)
    offer(database, who, OLD, NEW)
    form = client.page("/seeker/new-terms").form_with("version")
    newer = replace(NEW, code="2026-06b", valid_from=date(2026, 6, 12), title_ja="見本の規約 三")
    with database.write() as session:
        consent.add_versions(session, [newer], AT)
        session.commit()
    answer = client.submit("", {}, form=form)
    assert answer.status_code == 409
    assert "見本の規約 三" in page_of(answer).text


# For everybody


def test_every_version_stands_in_the_archive_with_its_days_and_what_changed(
    client: Any, database: Any, clock: Any
) -> None:
    coming = replace(NEW, code="2026-12", valid_from=date(2026, 12, 1), agree_by=date(2027, 1, 31))
    with database.write() as session:
        consent.add_versions(session, [OLD, NEW, coming], AT)
        session.commit()
    page = client.page("/terms")
    for told in (
        "これから",
        "今の版",
        "前の版",
        "2026年6月10日から2026年11月30日まで",
        "第2条を加えました。",
    ):
        assert told in page.text
    one = client.page("/terms/2026-06")
    assert "第2条 加えたところ" in one.text
    assert [ins.text for ins in one.root.all("ins")] == ["第2条 加えたところ"]
    assert [gone.text for gone in one.root.all("del")] == []
    assert "2026年7月31日" in one.text
    assert client.page("/terms/2026-04").h1 == "利用規約（2026年4月1日からの版）"
    client.page("/terms/2030-01", 404)


def test_without_any_terms_the_archive_says_so(client: Any, database: Any) -> None:
    assert "まだ用意されていません" in client.page("/terms").text
