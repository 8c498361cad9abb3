"""The year of a bureau: after every kind of procedure and measure, the desk shows what plain books say."""

from collections.abc import Callable

import pytest

from bench.bureau_lives import ROUND, YEAR_END
from bench.bureau_year import Differs, compare_with_books, live_through
from portal.services import measure
from portal.store.database import Database
from tests.build import open_database


def test_in_a_year_of_every_procedure_the_desk_shows_what_the_books_say(database: Database) -> None:
    year = live_through(database, organisations=ROUND)
    books = year.play.books
    assert len(books.entries) == 36
    assert len(year.looked) == 28
    assert YEAR_END in year.looked
    for word in ("asked back", "refused", "withdrawn", "suspended", "lifted", "lowered", "officer left"):
        assert books.done[word], word
    for kind in ("use", "change", "renewal", "end"):
        assert books.done[f"approved {kind}"], kind
    assert set(books.in_hand().values()) == {1}
    assert books.contracts_near(year.play.today) > 1


def test_what_happens_behind_the_back_of_the_books_is_noticed(database: Database) -> None:
    play = live_through(database, organisations=6, compare=False).play
    compare_with_books(play)
    with database.write() as session:
        measure.suspend(session, play.clock, play.clerks[0], play.refs["24-ユ-900002"], {"reason": "breach"})
    with pytest.raises(Differs, match=r"units in_use: .* the books say .*24-ユ-900002"):
        compare_with_books(play)


def test_the_same_seed_is_the_same_year(new_database_url: Callable[..., str]) -> None:
    books = []
    for seed in (1, 1, 2):
        database = open_database(new_database_url("sqlite"))
        books.append(live_through(database, organisations=6, seed=seed, compare=False).play.books)
        database.dispose()
    assert books[0].entries == books[1].entries
    assert books[0].done == books[1].done
    assert books[0].entries != books[2].entries
