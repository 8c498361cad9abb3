"""Accounts, posts of staff, and what belongs to the second factor.

Names are sealed: people choose their own as sign-in names. The row they are bound to is the keyed hash under which the
account is looked up, known before the account has a number.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    and_,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.domain.account import AccountKind, folded_name
from portal.store.keyring import Keyring, keyring
from portal.store.tables import account, post, recovery_code


@dataclass(frozen=True)
class Account:
    """One account, without any secret of it. Never leaves the services."""

    id: int
    kind: AccountKind
    sign_in_name: str
    display_name: str
    language: str
    mail_notice: bool
    seeker_id: int | None
    has_password: bool
    has_second_factor: bool
    created_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True)
class Credentials:
    """What is needed to check a sign-in; password_hash is None where there is no password yet."""

    account: Account
    password_hash: str | None
    posted: bool


class NameTaken(Exception):
    """Another account, perhaps a closed one, has this sign-in name."""


def post_in_force(today: date | BindParameter[date]) -> ColumnElement[bool]:
    """Whether a post counts on a day; as with memberships, the day on which it was ended does not."""
    return and_(post.c.since <= today, or_(post.c.until.is_(None), post.c.until > today))


_SIGN_IN_NAME = "account.sign_in_name"
_DISPLAY_NAME = "account.display_name"


def name_key(keys: Keyring, name: str) -> str:
    """Under which an account is looked up: the keyed hash, in hex, of the folded sign-in name."""
    return keys.blind(_SIGN_IN_NAME, folded_name(name)).hex()


def sealed_names(keys: Keyring, sign_in_name: str, display_name: str) -> dict[str, str | bytes]:
    """The columns that hold the names of an account."""
    key = name_key(keys, sign_in_name)
    return {
        "sign_in_key": key,
        "sign_in_name_sealed": keys.seal(_SIGN_IN_NAME, key, sign_in_name),
        "display_name_sealed": keys.seal(_DISPLAY_NAME, key, display_name),
    }


def opened_sign_in_name(session: Session, key: str, sealed: bytes) -> str:
    """The sign-in name of the account with this sign_in_key."""
    return keyring(session).open(_SIGN_IN_NAME, key, sealed)


def opened_display_name(session: Session, key: str | None, sealed: bytes | None) -> str:
    """The display name of the account with this sign_in_key; "" without an account."""
    return "" if key is None or sealed is None else keyring(session).open(_DISPLAY_NAME, key, sealed)


_COLUMNS = (
    account.c.id,
    account.c.kind,
    account.c.sign_in_key,
    account.c.sign_in_name_sealed,
    account.c.display_name_sealed,
    account.c.language,
    account.c.mail_notice,
    account.c.seeker_id,
    account.c.password_hash.is_not(None).label("has_password"),
    account.c.totp_sealed.is_not(None).label("has_second_factor"),
    account.c.created_at,
    account.c.closed_at,
)


def _account(session: Session, row: Row[Any]) -> Account:
    return Account(
        id=row.id,
        kind=AccountKind(row.kind),
        sign_in_name=opened_sign_in_name(session, row.sign_in_key, row.sign_in_name_sealed),
        display_name=opened_display_name(session, row.sign_in_key, row.display_name_sealed),
        language=row.language,
        mail_notice=row.mail_notice,
        seeker_id=row.seeker_id,
        has_password=row.has_password,
        has_second_factor=row.has_second_factor,
        created_at=row.created_at,
        closed_at=row.closed_at,
    )


def add(
    session: Session,
    now: datetime,
    kind: AccountKind,
    sign_in_name: str,
    display_name: str,
    *,
    seeker_id: int | None = None,
    language: str = "ja",
) -> int:
    """A new account without a password. Raises NameTaken."""
    try:
        with session.begin_nested():
            made = session.execute(
                insert(account)
                .values(
                    **sealed_names(keyring(session), sign_in_name, display_name),
                    kind=kind.value,
                    seeker_id=seeker_id,
                    language=language,
                    created_at=now,
                )
                .returning(account.c.id)
            )
            return int(made.scalar_one())
    except IntegrityError as taken:
        if "sign_in_key" in str(taken.orig):
            raise NameTaken from taken
        raise


def by_id(session: Session, account_id: int) -> Account | None:
    """One account."""
    row = session.execute(select(*_COLUMNS).where(account.c.id == account_id)).one_or_none()
    return None if row is None else _account(session, row)


def display_names(session: Session, account_ids: Iterable[int]) -> dict[int, str]:
    """What these accounts are called on the pages."""
    rows = session.execute(
        select(account.c.id, account.c.sign_in_key, account.c.display_name_sealed).where(
            account.c.id.in_(tuple(account_ids))
        )
    )
    return {number: opened_display_name(session, key, sealed) for number, key, sealed in rows}


def by_name(session: Session, name: str) -> Account | None:
    """The account with a sign-in name, however it is written."""
    key = name_key(keyring(session), name)
    row = session.execute(select(*_COLUMNS).where(account.c.sign_in_key == key)).one_or_none()
    return None if row is None else _account(session, row)


def of_seeker(session: Session, seeker_id: int) -> Account | None:
    """The account of a seeker."""
    row = session.execute(select(*_COLUMNS).where(account.c.seeker_id == seeker_id)).one_or_none()
    return None if row is None else _account(session, row)


def everybody(session: Session, kinds: Iterable[AccountKind]) -> list[Account]:
    """All accounts of these kinds, in order of making."""
    rows = session.execute(
        select(*_COLUMNS).where(account.c.kind.in_([kind.value for kind in kinds])).order_by(account.c.id)
    )
    return [_account(session, row) for row in rows]


def count(session: Session, kind: AccountKind | None = None) -> int:
    """How many accounts there are, closed ones included."""
    asked = select(func.count()).select_from(account)
    return int(
        session.execute(asked if kind is None else asked.where(account.c.kind == kind.value)).scalar_one()
    )


def credentials(session: Session, name: str, today: date) -> Credentials | None:
    """What is needed to check a sign-in under a name, however it is written; one statement whether it exists or not."""
    key = name_key(keyring(session), name)
    posts = (
        select(post.c.account_id)
        .where(post.c.account_id == account.c.id, post_in_force(today))
        .correlate(account)
    )
    row = session.execute(
        select(*_COLUMNS, account.c.password_hash, posts.exists().label("posted")).where(
            account.c.sign_in_key == key
        )
    ).one_or_none()
    return None if row is None else Credentials(_account(session, row), row.password_hash, bool(row.posted))


def password_hash(session: Session, account_id: int) -> str | None:
    """The kept hash, to check the current password before it is changed."""
    return session.execute(
        select(account.c.password_hash).where(account.c.id == account_id)
    ).scalar_one_or_none()


def set_password(session: Session, account_id: int, hashed: str, now: datetime) -> None:
    """Keep a new password."""
    session.execute(
        update(account)
        .where(account.c.id == account_id)
        .values(password_hash=hashed, password_changed_at=now)
    )


def confirm_password(session: Session, account_id: int, checked: str, new: str) -> bool:
    """Lock the account and keep ``new``, the same password under newer parameters or ``checked`` itself.

    False when the password was changed, or the account closed, since ``checked`` was read.
    """
    done = session.execute(
        update(account)
        .where(account.c.id == account_id, account.c.password_hash == checked, account.c.closed_at.is_(None))
        .values(password_hash=new)
        .returning(account.c.id)
    )
    return done.one_or_none() is not None


def lock(session: Session, account_id: int) -> None:
    """Hold the account: whoever opens sessions and whoever ends them all wait for each other here."""
    session.execute(select(account.c.id).where(account.c.id == account_id).with_for_update())


def totp_secret(session: Session, account_id: int) -> tuple[str, int | None] | None:
    """The secret of the second factor and the last step accepted, or None without one."""
    row = session.execute(
        select(account.c.totp_sealed, account.c.totp_last_step).where(account.c.id == account_id)
    ).one_or_none()
    if row is None or row.totp_sealed is None:
        return None
    return keyring(session).open("account.totp", account_id, row.totp_sealed), row.totp_last_step


def set_totp(session: Session, account_id: int, secret: str, step: int) -> bool:
    """Keep a second factor whose first code was just shown. False when there is one already."""
    sealed = keyring(session).seal("account.totp", account_id, secret)
    done = session.execute(
        update(account)
        .where(account.c.id == account_id, account.c.totp_sealed.is_(None))
        .values(totp_sealed=sealed, totp_last_step=step)
        .returning(account.c.id)
    )
    return done.one_or_none() is not None


def use_step(session: Session, account_id: int, step: int) -> bool:
    """Note that the code of a step was used. False when it, or a later one, was used before: the second of two
    windows loses here."""
    done = session.execute(
        update(account)
        .where(
            account.c.id == account_id,
            or_(account.c.totp_last_step.is_(None), account.c.totp_last_step < step),
        )
        .values(totp_last_step=step)
        .returning(account.c.id)
    )
    return done.one_or_none() is not None


def clear_second_factor(session: Session, account_id: int) -> None:
    """Take the second factor and its recovery codes away."""
    session.execute(
        update(account).where(account.c.id == account_id).values(totp_sealed=None, totp_last_step=None)
    )
    session.execute(delete(recovery_code).where(recovery_code.c.account_id == account_id))


def replace_recovery_codes(session: Session, account_id: int, codes: Iterable[str]) -> None:
    """Keep new recovery codes as keyed hashes; the old ones are gone."""
    keys = keyring(session)
    session.execute(delete(recovery_code).where(recovery_code.c.account_id == account_id))
    session.execute(
        insert(recovery_code),
        [
            {
                "account_id": account_id,
                "code_hash": keys.blind(f"recovery:{account_id}", code),
                "used_at": None,
            }
            for code in codes
        ],
    )


def use_recovery_code(session: Session, account_id: int, code: str, now: datetime) -> bool:
    """Use up one recovery code; False when it is not one of this account's or was used before."""
    done = session.execute(
        update(recovery_code)
        .where(
            recovery_code.c.account_id == account_id,
            recovery_code.c.code_hash == keyring(session).blind(f"recovery:{account_id}", code),
            recovery_code.c.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(recovery_code.c.account_id)
    )
    return done.one_or_none() is not None


def recovery_codes_left(session: Session, account_id: int) -> int:
    """How many recovery codes are unused."""
    asked = select(func.count()).where(
        recovery_code.c.account_id == account_id, recovery_code.c.used_at.is_(None)
    )
    return int(session.execute(asked).scalar_one())


def mail(session: Session, account_id: int) -> str | None:
    """The address for notices."""
    sealed = session.execute(
        select(account.c.mail_sealed).where(account.c.id == account_id)
    ).scalar_one_or_none()
    return None if sealed is None else keyring(session).open("account.mail", account_id, sealed)


def set_mail(session: Session, account_id: int, address: str | None, *, notice: bool) -> None:
    """Keep or forget the address for notices, and whether they are wanted."""
    sealed = None if address is None else keyring(session).seal("account.mail", account_id, address)
    session.execute(
        update(account)
        .where(account.c.id == account_id)
        .values(mail_sealed=sealed, mail_notice=notice and sealed is not None)
    )


def set_language(session: Session, account_id: int, language: str) -> None:
    """The language of pages and mails."""
    session.execute(update(account).where(account.c.id == account_id).values(language=language))


def close(session: Session, account_id: int, now: datetime) -> bool:
    """Close an account for good; False when it was closed before."""
    done = session.execute(
        update(account)
        .where(account.c.id == account_id, account.c.closed_at.is_(None))
        .values(closed_at=now, password_hash=None, totp_sealed=None, mail_sealed=None, mail_notice=False)
        .returning(account.c.id)
    )
    return done.one_or_none() is not None


def end_posts(session: Session, account_id: int, on: date) -> int:
    """End every post of an account that has no end yet, from this day on; how many."""
    ended = session.execute(
        update(post)
        .where(post.c.account_id == account_id, or_(post.c.until.is_(None), post.c.until > on))
        .values(until=case((post.c.since > on, post.c.since), else_=on))
        .returning(post.c.id)
    )
    return len(ended.all())


def add_post(
    session: Session,
    account_id: int,
    role: str,
    since: date,
    *,
    office_code: str | None = None,
    bureau_code: str | None = None,
) -> int:
    """Give staff a post."""
    made = session.execute(
        insert(post)
        .values(
            account_id=account_id, role=role, office_code=office_code, bureau_code=bureau_code, since=since
        )
        .returning(post.c.id)
    )
    return int(made.scalar_one())
