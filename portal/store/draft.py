"""Drafts and forms that came too late: always asked for one account, always sealed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.store.keyring import keyring
from portal.store.tables import account, draft, late_form

_DRAFT = "draft.content"
_LATE = "late_form.content"


@dataclass(frozen=True)
class Draft:
    """One draft, opened."""

    place_key: bytes
    content: str
    saved_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Late:
    """One form that came too late, still sealed."""

    session_key: bytes
    account_key: bytes
    scope_key: bytes
    content_sealed: bytes

    def content(self, session: Session) -> str:
        """What was typed."""
        return keyring(session).open(_LATE, self.session_key.hex(), self.content_sealed)


def blind(session: Session, label: str, text: str) -> bytes:
    """Keyed hash (16 bytes) under which a place, a scope, an account or a session is kept."""
    return keyring(session).blind(f"draft.{label}", text)[:16]


def account_key(session: Session, account_id: int) -> bytes:
    """Stands for an account where it must not be read from a stolen table."""
    return blind(session, "account", str(account_id))


def put(
    session: Session,
    account_id: int,
    place_key: bytes,
    scope_key: bytes,
    content: str,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Keep a draft; the one before it in the same place is gone."""
    sealed = keyring(session).seal(_DRAFT, f"{account_id}:{place_key.hex()}", content)
    _put(
        session,
        draft,
        {"account_id": account_id, "place_key": place_key},
        {"scope_key": scope_key, "content_sealed": sealed, "saved_at": now, "expires_at": expires_at},
    )


def put_late(
    session: Session,
    session_key: bytes,
    cookie_hash: bytes,
    account_key: bytes,
    scope_key: bytes,
    content: str,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Keep a form of an ended session; the one before it is gone."""
    _put(
        session,
        late_form,
        {"session_key": session_key},
        {
            "cookie_hash": cookie_hash,
            "account_key": account_key,
            "scope_key": scope_key,
            "content_sealed": keyring(session).seal(_LATE, session_key.hex(), content),
            "kept_at": now,
            "expires_at": expires_at,
        },
    )


def _put(session: Session, table: Table, key: dict[str, Any], values: dict[str, Any]) -> None:
    made = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(table)
    session.execute(made.values(**key, **values).on_conflict_do_update(index_elements=list(key), set_=values))


def hold(session: Session, account_id: int) -> None:
    """Whoever keeps a draft of an account waits here for whoever does so from another window."""
    mine = select(account.c.id).where(account.c.id == account_id)
    session.execute(mine.with_for_update(key_share=True))


def find(
    session: Session, account_id: int, scope_key: bytes, place_key: bytes, now: datetime
) -> Draft | None:
    """The draft in a place, or None."""
    return next(_found(session, account_id, scope_key, now, place_key), None)


def every(session: Session, account_id: int, scope_key: bytes, now: datetime) -> list[Draft]:
    """All drafts of an account as whom it acts now, the latest first."""
    return list(_found(session, account_id, scope_key, now))


def _found(
    session: Session, account_id: int, scope_key: bytes, now: datetime, place_key: bytes | None = None
) -> Iterator[Draft]:
    asked = (
        select(draft)
        .where(draft.c.account_id == account_id, draft.c.scope_key == scope_key, draft.c.expires_at > now)
        .order_by(draft.c.saved_at.desc(), draft.c.place_key)
    )
    if place_key is not None:
        asked = asked.where(draft.c.place_key == place_key)
    for row in session.execute(asked):
        label = f"{account_id}:{row.place_key.hex()}"
        text = keyring(session).open(_DRAFT, label, row.content_sealed)
        yield Draft(row.place_key, text, row.saved_at, row.expires_at)


def count(session: Session, account_id: int, scope_key: bytes, now: datetime) -> int:
    """How many drafts an account has as whom it acts now."""
    asked = select(func.count()).where(
        draft.c.account_id == account_id, draft.c.scope_key == scope_key, draft.c.expires_at > now
    )
    return session.execute(asked).scalar_one()


def forget(session: Session, account_id: int, scope_key: bytes, place_key: bytes) -> bool:
    """Delete one draft; False when there was none."""
    gone = delete(draft).where(
        draft.c.account_id == account_id, draft.c.scope_key == scope_key, draft.c.place_key == place_key
    )
    return session.execute(gone.returning(draft.c.place_key)).one_or_none() is not None


def late(session: Session, cookie_hash: bytes, now: datetime) -> Late | None:
    """The form that waits for a browser, or None."""
    row = session.execute(
        select(
            late_form.c.session_key,
            late_form.c.account_key,
            late_form.c.scope_key,
            late_form.c.content_sealed,
        ).where(late_form.c.cookie_hash == cookie_hash, late_form.c.expires_at > now)
    ).one_or_none()
    return None if row is None else Late(*row)


def forget_late(session: Session, cookie_hash: bytes) -> bool:
    """Delete the form that waits for a browser; False when somebody else was faster."""
    gone = delete(late_form).where(late_form.c.cookie_hash == cookie_hash)
    return session.execute(gone.returning(late_form.c.session_key)).one_or_none() is not None


def forget_account(session: Session, account_id: int) -> None:
    """Delete everything an account has typed."""
    session.execute(delete(draft).where(draft.c.account_id == account_id))
    session.execute(delete(late_form).where(late_form.c.account_key == account_key(session, account_id)))


def forget_expired(session: Session, now: datetime) -> int:
    """Delete what is past its time; how many."""
    return sum(
        len(
            session.execute(
                delete(table).where(table.c.expires_at <= now).returning(table.c.expires_at)
            ).all()
        )
        for table in (draft, late_form)
    )
