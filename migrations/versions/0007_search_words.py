"""Search words: the search key of a profile's published texts and its pairs of letters; whole places as tokens.

Safety: new tables, filled from what is there: about a minute for 100,000 profiles. Adds a token to profiles that name
a whole prefecture or a whole designated city. Going back takes all of it away again; nothing that was typed is touched.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from portal.domain.words import pairs, search_key
from portal.store.tables.words import SQLITE
from portal.store.types import Id, PairSet, TokenSet

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_AT_ONCE = 1_000
_profile = sa.table("profile", sa.column("seeker_id", Id), sa.column("tokens", TokenSet))
_choice = sa.table(
    "profile_choice", *(sa.column(name) for name in ("role", "kind", "code")), sa.column("seeker_id", Id)
)
_code = sa.table("code", *(sa.column(name) for name in ("kind", "code", "facts")))
_text = sa.table("profile_text", sa.column("seeker_id", Id), sa.column("kind"), sa.column("text", sa.Text()))
_pair = sa.table("profile_pair", sa.column("rowid"), sa.column("pairs", PairSet))


def upgrade() -> None:
    connection = op.get_bind()
    on_sqlite = connection.dialect.name == "sqlite"
    words = op.create_table(
        "profile_words",
        sa.Column("seeker_id", Id, primary_key=True, autoincrement=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("pairs", PairSet()),
        *(
            []
            if on_sqlite
            else [sa.CheckConstraint("pairs IS NOT NULL", name=op.f("ck_profile_words_pairs"))]
        ),
        sa.ForeignKeyConstraint(["seeker_id"], ["profile.seeker_id"], name="fk_profile_words_seeker_id"),
        sa.PrimaryKeyConstraint("seeker_id", name="pk_profile_words"),
    )
    _name_whole_places(connection)
    if on_sqlite:
        for statement in SQLITE:
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql("INSERT INTO profile_token (profile_token) VALUES ('rebuild')")
    for texts in _published(connection):
        found = [
            {"seeker_id": number, "key": key, "pairs": pairs(key)} for number, key in texts.items() if key
        ]
        if on_sqlite:
            connection.execute(
                sa.insert(_pair), [{"rowid": r["seeker_id"], "pairs": r["pairs"]} for r in found]
            )
            found = [{**row, "pairs": None} for row in found]
        connection.execute(sa.insert(words), found)
    if not on_sqlite:
        op.create_index(
            "ix_profile_words_pairs",
            "profile_words",
            ["pairs"],
            postgresql_using="gin",
            postgresql_with={"gin_pending_list_limit": 256},
        )


def downgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        for name in ("profile_token_in", "profile_token_out", "profile_token_change"):
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        for name in ("profile_token", "profile_pair"):
            op.drop_table(name)
    op.drop_table("profile_words")
    rows = connection.execute(sa.select(_profile.c.seeker_id, _profile.c.tokens)).all()
    changed = [
        (row.seeker_id, {token for token in row.tokens if not token.startswith("whole:")}, row.tokens)
        for row in rows
    ]
    _put_tokens(connection, [(number, now) for number, now, before in changed if now != before])


def _published(connection: sa.Connection) -> Iterator[dict[int, str]]:
    """The search keys of so many profiles at a time."""
    after = 0
    while True:
        some = (
            sa.select(_text.c.seeker_id)
            .where(_text.c.seeker_id > after)
            .distinct()
            .order_by(_text.c.seeker_id)
            .limit(_AT_ONCE)
        )
        found = connection.execute(
            sa.select(_text.c.seeker_id, _text.c.text)
            .where(_text.c.seeker_id.in_(some))
            .order_by(_text.c.seeker_id, _text.c.kind)
        )
        texts: dict[int, list[str]] = {}
        for row in found:
            texts.setdefault(row.seeker_id, []).append(row.text)
        if not texts:
            return
        after = max(texts)
        yield {number: search_key(written) for number, written in texts.items()}


def _name_whole_places(connection: sa.Connection) -> None:
    chosen = connection.execute(
        sa.select(_profile.c.seeker_id, _profile.c.tokens, _choice.c.code)
        .join(_choice, _choice.c.seeker_id == _profile.c.seeker_id)
        .join(_code, (_code.c.kind == _choice.c.kind) & (_code.c.code == _choice.c.code))
        .where(
            _choice.c.role == "place",
            (_choice.c.kind == "prefecture") | _code.c.facts.like("%level=designated_city%"),
        )
    )
    tokens: dict[int, set[str]] = {}
    for row in chosen:
        tokens.setdefault(row.seeker_id, set(row.tokens)).add(f"whole:{row.code}")
    _put_tokens(connection, list(tokens.items()))


def _put_tokens(connection: sa.Connection, changed: list[tuple[int, set[str]]]) -> None:
    if changed:
        connection.execute(
            sa.update(_profile)
            .where(_profile.c.seeker_id == sa.bindparam("number"))
            .values(tokens=sa.bindparam("now")),
            [{"number": number, "now": now} for number, now in changed],
        )
