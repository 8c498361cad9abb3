"""The list of what each audience's database role may do: whole, and of things that exist."""

import tomllib

import pytest

from portal.settings import AUDIENCES
from portal.store import roles
from portal.store.tables import metadata

RIGHTS = roles.rights()


def test_every_table_is_in_the_list() -> None:
    named = {table for tables in RIGHTS.values() for table in tables}
    known = {*metadata.tables, "alembic_version"}
    assert named | roles.for_nobody() == known
    assert not named & roles.for_nobody()


def test_every_audience_that_may_have_an_address_has_its_rights() -> None:
    assert set(RIGHTS) == set(AUDIENCES)


def test_the_list_speaks_of_columns_that_exist_and_of_verbs_that_are_known() -> None:
    for audience, tables in RIGHTS.items():
        for table, given in tables.items():
            for verb, columns in given.verbs.items():
                known = columns is None or set(columns) <= set(metadata.tables[table].c.keys())
                assert known, (audience, table, verb)


def test_no_line_of_the_list_says_anything_that_is_not_understood() -> None:
    for audience, lines in tomllib.loads(roles._FILE.read_text(encoding="utf-8")).items():
        tables = [table for line in lines for table in line.split()]
        assert len(tables) == len(set(tables)), audience
        for line, given in lines.items():
            assert audience == "nobody" or set(given) <= {*roles.VERBS, "rows", "reads"}, (audience, line)


def test_nobody_but_the_clerk_of_an_office_and_the_seeker_reads_an_identity() -> None:
    for audience in set(AUDIENCES) - {"office", "seeker", "worker"}:
        given = RIGHTS[audience].get("seeker_identity")
        # Activation compares the birth date, before anybody is signed in.
        read = () if given is None else given.verbs["select"]
        allowed = ("seeker_id", "birth_date_sealed") if audience == "account" else ()
        assert read is not None, audience
        assert set(read) <= set(allowed), audience


@pytest.mark.parametrize(
    ("table", "column", "who"),
    [
        # The seeker of own accounts, members and nobody else: rows.
        ("account", "password_hash", {"account", "office", "seeker"}),
        ("account", "totp_sealed", {"account", "office", "seeker"}),
        ("session", "data", {"account"}),
        ("recovery_code", "code_hash", {"account"}),
        ("access_code", "code_hash", {"account", "office"}),
        ("message", "body", {"seeker", "provider"}),
        ("draft", "content_sealed", {"account", "seeker"}),
        ("template", "text_sealed", {"provider"}),
        ("saved_search", "content_sealed", {"provider"}),
    ],
)
def test_secrets_and_texts_are_read_by_those_who_need_them(table: str, column: str, who: set[str]) -> None:
    found = set()
    for audience, tables in RIGHTS.items():
        verbs = tables[table].verbs if table in tables else {}
        if "select" in verbs and (verbs["select"] is None or column in verbs["select"]):
            found.add(audience)
    assert found <= who | {"worker"}, found


def test_the_seeker_and_the_unit_find_rows_of_their_own_only() -> None:
    for table in ("thread", "message", "outcome_event", "hand_over", "block"):
        for audience in ("seeker", "provider"):
            assert RIGHTS[audience][table].apart, (audience, table)
    for table in (
        "send",
        "template",
        "saved_search",
        "selection",
        "quota_use",
        "unit_invitation",
        "membership",
    ):
        assert RIGHTS["provider"][table].apart, table


def test_nobody_changes_or_removes_what_only_grows() -> None:
    for audience, tables in RIGHTS.items():
        for table in ("audit", "consent", "measure", "terms_version"):
            verbs = set(tables[table].verbs) if table in tables else set()
            assert verbs <= {"select", "insert"}, (audience, table)
