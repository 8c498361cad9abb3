"""Two windows with the same form: no words take the place of words that their window has not seen."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from portal.domain.actor import Actor
from portal.domain.draft import Keeping
from portal.services import draft as service
from portal.services.draft import Draft, Kept, Sheet, Window
from tests import build

REF = {"ref": "架空社"}


@pytest.fixture
def one(database: Any) -> Actor:
    return build.build_seeker(database, with_account=True).actor


def sheet(text: str, window: Window) -> Sheet:
    fields = {"text": [text], "kind": ["question"], "key": [window.key]}
    return Sheet("seeker.thread", REF, fields, timedelta(days=14), window)


def keep(database: Any, clock: Any, who: Actor, window: Window, text: str) -> Kept:
    with database.write() as session:
        return service.keep(session, clock, who, sheet(text, window))


def found(database: Any, clock: Any, who: Actor, beside: str = "") -> Draft | None:
    with database.read() as session:
        return service.find(session, clock, who, "seeker.thread", REF, beside)


def opened(database: Any, clock: Any, who: Actor, beside: str = "") -> Window:
    """The page is opened once more."""
    return Window.read(Window.of(found(database, clock, who, beside)).shown())


def texts(database: Any, clock: Any, who: Actor) -> set[str]:
    with database.read() as session:
        return {one.sheet.fields["text"][0] for one in service.every(session, clock, who)}


def test_an_older_window_is_kept_beside_the_newer_draft_however_often_it_is_kept(
    database: Any, clock: Any, one: Actor
) -> None:
    older, newer = opened(database, clock, one), opened(database, clock, one)
    assert keep(database, clock, one, newer, "二つ目の窓").how is Keeping.KEPT
    assert keep(database, clock, one, older, "一つ目").how is Keeping.BESIDE
    kept = keep(database, clock, one, older, "一つ目の窓")
    assert kept.how is Keeping.BESIDE
    assert keep(database, clock, one, newer, "二つ目の窓の続き").how is Keeping.KEPT
    assert texts(database, clock, one) == {"一つ目の窓", "二つ目の窓の続き"}
    beside = found(database, clock, one, kept.sheet.window.beside)
    assert beside is not None
    assert beside.sheet.fields["text"] == ["一つ目の窓"]


def test_a_window_opened_with_a_draft_goes_on_with_it_until_another_has_changed_it(
    database: Any, clock: Any, one: Actor
) -> None:
    keep(database, clock, one, opened(database, clock, one), "初め")
    first, second = opened(database, clock, one), opened(database, clock, one)
    assert keep(database, clock, one, first, "初めの続き").how is Keeping.KEPT
    assert keep(database, clock, one, first, "初めの続きの続き").how is Keeping.KEPT
    assert keep(database, clock, one, second, "別の続き").how is Keeping.BESIDE
    assert texts(database, clock, one) == {"初めの続きの続き", "別の続き"}


def test_what_is_kept_beside_can_be_gone_on_with_and_is_kept_from_other_windows_too(
    database: Any, clock: Any, one: Actor
) -> None:
    older = opened(database, clock, one)
    keep(database, clock, one, opened(database, clock, one), "新しい")
    slot = keep(database, clock, one, older, "古い").sheet.window.beside
    first, second = (opened(database, clock, one, slot) for _ in range(2))
    assert keep(database, clock, one, first, "古いものの続き").how is Keeping.KEPT
    assert keep(database, clock, one, second, "別の続き").how is Keeping.BESIDE
    assert texts(database, clock, one) == {"新しい", "古いものの続き", "別の続き"}


def test_an_empty_box_takes_the_place_of_no_words_in_its_own_window_or_another(
    database: Any, clock: Any, one: Actor
) -> None:
    older, newer = opened(database, clock, one), opened(database, clock, one)
    keep(database, clock, one, newer, "消えては困る文章")
    assert keep(database, clock, one, older, " \n").how is Keeping.EMPTY
    assert keep(database, clock, one, newer, "").how is Keeping.EMPTY
    assert keep(database, clock, one, opened(database, clock, one), "").how is Keeping.EMPTY
    assert texts(database, clock, one) == {"消えては困る文章"}


def test_the_same_words_from_another_window_are_one_draft(database: Any, clock: Any, one: Actor) -> None:
    first, second = opened(database, clock, one), opened(database, clock, one)
    keep(database, clock, one, first, "同じ文章")
    assert keep(database, clock, one, second, "同じ文章").how is Keeping.KEPT
    with database.read() as session:
        assert service.count(session, clock, one) == 1


def test_sending_takes_the_drafts_of_its_own_window_and_no_others(
    database: Any, clock: Any, one: Actor
) -> None:
    older, newer = opened(database, clock, one), opened(database, clock, one)
    keep(database, clock, one, newer, "新しい")
    keep(database, clock, one, older, "古い")
    with database.write() as session:
        service.sent(session, clock, one, sheet("古い", older))
    assert texts(database, clock, one) == {"新しい"}
    with database.write() as session:
        service.sent(session, clock, one, sheet("新しい", newer))
    assert texts(database, clock, one) == set()


def test_a_late_form_is_kept_beside_a_draft_that_was_written_meanwhile(
    database: Any, clock: Any, one: Actor
) -> None:
    assert one.account_id is not None
    late = opened(database, clock, one)
    with database.write() as session:
        keeper = service.read_keeper(session, service.make_keeper(session, one, "token"))
        assert keeper is not None
        cookie = service.keep_late(session, clock, keeper, "token", sheet("遅れた文章", late))
    assert cookie is not None
    keep(database, clock, one, opened(database, clock, one), "ほかの窓の文章")
    with database.write() as session:
        claimed = service.claim(session, clock, one.account_id, cookie)
    assert claimed is not None
    assert claimed.window.beside
    assert texts(database, clock, one) == {"遅れた文章", "ほかの窓の文章"}


def test_windows_that_keep_at_the_same_moment_lose_nothing(database: Any, clock: Any, one: Actor) -> None:
    windows = [opened(database, clock, one) for _ in range(4)]
    begin, kept = threading.Barrier(len(windows)), []

    def save(number: int) -> None:
        begin.wait()
        kept.append(keep(database, clock, one, windows[number], f"窓{number}"))

    threads = [threading.Thread(target=save, args=(number,)) for number in range(len(windows))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept) == len(windows)
    assert texts(database, clock, one) == {f"窓{number}" for number in range(len(windows))}


@pytest.mark.parametrize(
    "text", ["", "..", "あ", "a" * 16, "g" * 16 + "..", "a" * 16 + ".." + "a" * 16 + "\n"]
)
def test_a_form_without_a_window_of_ours_is_kept_beside_what_is_there(
    database: Any, clock: Any, one: Actor, text: str
) -> None:
    keep(database, clock, one, opened(database, clock, one), "前の文章")
    keep(database, clock, one, Window.read(text), "あとの文章")
    assert texts(database, clock, one) == {"前の文章", "あとの文章"}
