"""Words in free text: the index against a plain reading of every text, on both engines, by both ways."""

import random
from collections.abc import Callable, Sequence
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, insert, select, text, update

from portal.domain.reach import UnitClass
from portal.domain.words import holds, search_key, word_key
from portal.store import profile as profile_store
from portal.store import search, words
from portal.store.database import Database
from portal.store.tables import profile, profile_text, profile_words
from portal.store.tables.words import profile_pair, profile_token
from portal.store.words import Way
from tests.build import LONG_AGO, BuiltSeeker, BuiltUnit, build_seeker, build_unit, open_database

TODAY = date(2026, 6, 15)
TOKENS = {"place:24", "wage:M15"}
# Few letters, so that words are often there, often torn, and often nearly there.
LETTERS = "接客経験アｱーﾊﾞば-A1 \n・%_'\"\\。*:😀"


def somebody(database: Database, *texts: str, tokens: Sequence[str] = ()) -> BuiltSeeker:
    """A seeker whose texts are these: about oneself, about experience."""
    built = build_seeker(database, tokens=tokens)
    with database.write() as session:
        kinds = zip(("pr", "experience"), texts, strict=False)
        profile_store.add_texts(session, [(built.id, kind, each) for kind, each in kinds if each], LONG_AGO)
        session.commit()
    return built


def found(
    database: Database,
    unit: BuiltUnit,
    typed: Sequence[str],
    demands: Sequence[frozenset[str]] = (),
) -> set[int]:
    """Who is found; every way and the count give the same."""
    keys = [word_key(word) for word in typed]
    answers = []
    with database.read() as session:
        on_sqlite = session.get_bind().dialect.name == "sqlite"
        by_tokens = on_sqlite and demands and set().union(*demands) <= TOKENS
        for way in Way if by_tokens else (Way.WALK, Way.BY_WORDS, words.way(session, demands, keys)):
            asked = (session, unit.id, UnitClass.PRIVATE, TODAY, demands)
            rows = search.page(*asked, None, 500, keys=keys, way=way)
            number = search.count(*asked, 1000, keys=keys, way=way)
            assert number == len(rows)
            answers.append([row.seeker_id for row in rows])
    assert all(answer == answers[0] for answer in answers)
    return set(answers[0])


def test_the_index_finds_exactly_what_a_reading_of_all_texts_finds(database: Database) -> None:
    chance = random.Random(7)
    unit = build_unit(database)

    def written() -> str:
        return "".join(chance.choices(LETTERS, k=chance.randrange(25)))

    texts: dict[int, tuple[list[str], frozenset[str]]] = {}
    for _ in range(60):
        both, tokens = (
            [written(), written()],
            frozenset(chance.sample(["place:24", "wage:M15"], chance.randrange(3))),
        )
        texts[somebody(database, *both, tokens=sorted(tokens)).id] = (both, tokens)
    hits = 0
    for _ in range(150):
        typed = []
        for _ in range(chance.choice([1, 1, 1, 2, 3])):
            source = chance.choice(chance.choice(list(texts.values()))[0])
            start = chance.randrange(len(source) + 1)
            cut = source[start : start + chance.randrange(2, 6)]
            word = cut if chance.random() < 0.7 else "".join(chance.choices(LETTERS, k=3))
            if len(word_key(word)) >= 2 and "\n" not in word_key(word):
                typed.append(word)
        demands = chance.choice([[], [], [frozenset({"place:24"})], [frozenset({"place:24", "wage:M15"})]])
        wanted = {
            number
            for number, (both, tokens) in texts.items()
            if holds(search_key(both), typed) and all(tokens & group for group in demands)
        }
        assert found(database, unit, typed, demands) == wanted, typed
        hits += bool(typed and wanted)
    assert hits > 40, "the words tried out are often there"


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written=st.text(max_size=40), typed=st.text(min_size=2, max_size=12), inside=st.booleans())
def test_any_text_that_can_be_stored_is_found_by_any_word(
    database: Database, written: str, typed: str, inside: bool
) -> None:
    written = "".join(char for char in written if char != "\0" and not "\ud800" <= char <= "\udfff")
    written = f"{written}{typed}" if inside else written
    written = "".join(char for char in written if char != "\0" and not "\ud800" <= char <= "\udfff")
    key = word_key(typed)
    if len(key) < 2 or "\n" in key:
        return
    unit = build_unit(database)
    who = somebody(database, written)
    assert (who.id in found(database, unit, [typed])) is holds(search_key([written]), [typed])


def test_what_is_shown_is_found_and_nothing_else_through_every_change(database: Database) -> None:
    unit = build_unit(database)
    who = somebody(database, "架空の接客です。", "見本の経理です。")
    assert found(database, unit, ["接客", "経理"]) == {who.id}
    with database.write() as session:
        profile_store.publish(session, who.id, "pr", "架空の販売です。", LONG_AGO)
        session.commit()
    assert found(database, unit, ["接客"]) == set()
    assert found(database, unit, ["販売", "経理"]) == {who.id}
    with database.write() as session:
        profile_store.publish(session, who.id, "experience", "", LONG_AGO)
        profile_store.publish(session, who.id, "pr", "", LONG_AGO)
        session.commit()
        assert session.execute(select(func.count()).select_from(profile_words)).scalar_one() == 0
    assert found(database, unit, ["販売"]) == set()
    with database.write() as session:
        profile_store.publish(session, who.id, "pr", "架空の接客です。", LONG_AGO)
        session.rollback()
    assert found(database, unit, ["接客"]) == set()


def test_nothing_stays_in_the_index_of_sqlite_of_what_was_taken_out(
    new_database_url: Callable[[str], str],
) -> None:
    database = open_database(new_database_url("sqlite"))
    chance = random.Random(2)
    people = [
        somebody(database, "".join(chance.choices(LETTERS, k=20)), tokens=["place:24"]) for _ in range(8)
    ]
    with database.write() as session:
        for _ in range(3):
            for who in people:
                profile_store.publish(session, who.id, "pr", "".join(chance.choices(LETTERS, k=20)), LONG_AGO)
                profile_store.change(session, who.id, tokens=frozenset({"place:23", f"wage:{who.id}"}))
        for who in people:
            profile_store.publish(session, who.id, "pr", "", LONG_AGO)
            profile_store.change(session, who.id, tokens=frozenset())
        session.execute(text("INSERT INTO profile_token (profile_token) VALUES ('integrity-check')"))
        session.execute(text("INSERT INTO profile_pair (profile_pair) VALUES ('optimize')"))
        session.commit()
        for left in (profile_pair, profile_token):
            session.execute(
                text(f"CREATE VIRTUAL TABLE temp.{left.name}_terms USING fts5vocab(main, {left.name}, row)")
            )
            assert session.execute(text(f"SELECT * FROM {left.name}_terms")).all() == []  # noqa: S608 -- names above


def test_tokens_changed_in_the_profile_are_found_by_the_index(database: Database) -> None:
    unit = build_unit(database)
    who = somebody(database, "架空の接客です。", tokens=["place:24", "wage:M15"])
    for now, wanted in (({"place:23"}, set()), ({"place:24"}, {who.id})):
        with database.write() as session:
            session.execute(update(profile).values(tokens=frozenset(now)))
            session.commit()
        assert found(database, unit, [], [frozenset({"place:24"})]) == wanted
        assert found(database, unit, ["接客"], [frozenset({"place:24"})]) == wanted


@pytest.mark.parametrize("token", ["place:2", "%", "'; --", '"', "place:24 OR place:23", "架空", "L-1"])
def test_a_token_that_the_index_cannot_be_asked_for_is_looked_for_in_the_profile(
    database: Database, token: str
) -> None:
    unit = build_unit(database)
    who = build_seeker(database, tokens=["place:24", "L-1"])
    wanted = {who.id} if token == "L-1" else set()
    assert found(database, unit, [], [frozenset({token})]) == wanted
    with database.read() as session:
        assert words.way(session, [frozenset({token})], []) in (Way.WALK, Way.BY_TOKENS)


def test_the_way_is_the_one_where_few_are_to_be_looked_at(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "MANY", 3)
    for number in range(8):
        rare, both = number < 3, number in (0, 7)
        somebody(
            database,
            "架空の接客です。" + "経理" * rare + "介護" * (number < 5),
            tokens=["place:24", *["place:01"] * both, *["wage:M15"] * (number > 2)],
        )
    with database.read() as session:

        def told(keys: Sequence[str], *demands: set[str]) -> Way:
            return words.way(session, demands, keys)

        assert told([]) is Way.WALK
        assert told(["接客"]) is Way.WALK
        assert told(["経理"]) is Way.BY_WORDS
        assert told(["接客", "経理"]) is Way.BY_WORDS
        assert told(["存在"]) is Way.BY_WORDS
        assert told(["経理"], {"place:24"}) is Way.BY_WORDS
        asked = [([{"place:24"}], ["接客"]), ([], ["経理"]), ([], [])]
        assert words.ways(session, asked) == [Way.WALK, Way.BY_WORDS, Way.WALK]
        on_sqlite = session.get_bind().dialect.name == "sqlite"
        # PostgreSQL chooses by itself where tokens are concerned.
        expected = (Way.BY_TOKENS, Way.BY_TOKENS, Way.BY_BOTH) if on_sqlite else (Way.WALK,) * 3
        assert told([], {"place:01"}) is expected[0]
        assert told(["接客"], {"place:01", "place:02"}, {"place:24"}) is expected[1]
        assert told(["介護"], {"wage:M15"}) is expected[2]


def test_the_stored_text_stays_as_it_was_written(database: Database) -> None:
    written = "ﾊﾞｲｸ　と ＡＢＣ\nー"
    who = somebody(database, written)
    with database.read() as session:
        assert profile_store.texts(session, who.id) == {"pr": written}


def test_many_are_put_in_step_at_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_AT_ONCE", 2)
    people = [build_seeker(database) for _ in range(5)]
    with database.write() as session:
        session.execute(
            insert(profile_text),
            [
                {"seeker_id": who.id, "kind": "pr", "text": "架空の接客", "published_at": LONG_AGO}
                for who in people
            ],
        )
        words.put(session, [who.id for who in people])
        session.commit()
        assert session.execute(select(profile_words.c.key)).scalars().all() == ["架空の接客"] * 5
        session.execute(delete(profile_text))
        words.put(session, [who.id for who in people])
        assert session.execute(select(profile_words.c.key)).all() == []
