"""Builders: plain functions that put rows into a real migrated database, with defaults that make sense.

Each commits, so that other sessions and processes see the rows. Names and numbers are obviously fictional.
"""

import base64
import itertools
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, select, update

from portal.domain.account import folded_name
from portal.domain.actor import Actor, ActorKind
from portal.domain.contract_period import Period
from portal.domain.seal import SealKeys
from portal.store import alias, words
from portal.store import contractor as contractors
from portal.store.account import sealed_names
from portal.store.database import Database
from portal.store.keyring import Keyring
from portal.store.tables import (
    account,
    block,
    code,
    code_table,
    contractor,
    department,
    installation,
    membership,
    post,
    profile,
    profile_text,
    seeker,
    seeker_identity,
    unit,
    unit_record,
)

LONG_AGO = datetime(2026, 4, 1, 0, 0, tzinfo=UTC)
FIRST_DAY = date(2026, 4, 1)
LAST_DAY = date(2027, 3, 31)
FIELD_KEYS = {"k1": bytes(range(32))}
BLIND_KEY = bytes(range(32, 64))
SEAL_KEYS = SealKeys({"s1": bytes(range(64, 96))}, "s1")
KEYRING = Keyring(FIELD_KEYS, "k1", BLIND_KEY)

_numbers = itertools.count(1)


@dataclass(frozen=True)
class BuiltUnit:
    id: int
    public_id: bytes
    key: bytes

    def token(self, built: "BuiltSeeker", purpose: str = "seeker") -> str:
        """The seeker's token at this unit."""
        return alias.token(self.key, purpose, built.alias_key)

    def ref(self, kind: str, number: int) -> str:
        """What stands for a membership, a department or a contractor on this unit's pages."""
        return alias.token(self.key, kind, number.to_bytes(16, "big"))


@dataclass(frozen=True)
class BuiltSeeker:
    id: int
    alias_key: bytes
    office_id: bytes
    account_id: int | None

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.SEEKER, account_id=self.account_id, seeker_id=self.id)


@dataclass(frozen=True)
class BuiltMember:
    account_id: int
    membership_id: int
    unit_id: int
    department_id: int | None
    contractor_id: int | None
    role: str

    @property
    def actor(self) -> Actor:
        return Actor(
            ActorKind.MEMBER,
            account_id=self.account_id,
            unit_id=self.unit_id,
            membership_id=self.membership_id,
            department_id=self.department_id,
            contractor_id=self.contractor_id,
            role=self.role,
        )


def write_secrets(path: Path) -> None:
    """A key file with the test keys, for processes and applications of their own."""
    lines = [f'session_key = "{"s" * 48}"', 'current_field_key = "k1"']
    lines += [f'blind_key = "{base64.b64encode(BLIND_KEY).decode()}"', 'current_seal_key = "s1"']
    for table, keys in (("field_keys", FIELD_KEYS), ("seal_keys", SEAL_KEYS.keys)):
        lines += [
            f"[{table}]",
            *(f'{name} = "{base64.b64encode(key).decode()}"' for name, key in keys.items()),
        ]
    path.write_text("\n".join(lines) + "\n")
    path.chmod(0o600)


def open_database(url: str) -> Database:
    """A Database on this address with the test keys."""
    return Database({"owner": url}, KEYRING)


def build_installation(database: Database, *, demo: bool = False, sending_closed: bool = False) -> None:
    with database.write() as session:
        session.execute(
            insert(installation).values(
                id=1,
                demo=demo,
                created_at=LONG_AGO,
                sending_closed_at=LONG_AGO if sending_closed else None,
                sending_closed_reason="restore" if sending_closed else None,
            )
        )
        session.commit()


def build_codes(database: Database, kind: str, codes: Iterable[str]) -> None:
    """A code table with these codes; for tests that need a few codes and not the real tables."""
    with database.write() as session:
        if session.execute(select(code_table.c.kind).where(code_table.c.kind == kind)).first() is None:
            session.execute(
                insert(code_table).values(
                    kind=kind,
                    title_ja=kind,
                    title_en=kind,
                    source="見本",
                    licence="見本",
                    checksum="",
                    loaded_at=LONG_AGO,
                )
            )
        for number, value in enumerate(codes):
            session.execute(
                insert(code).values(
                    kind=kind,
                    code=value,
                    name_ja=f"{kind}{value}",
                    valid_from=date(2000, 1, 1),
                    source="見本",
                    confidence="fictional",
                    sort=number,
                )
            )
        session.commit()


def build_account(
    database: Database, *, kind: str = "member", name: str | None = None, seeker_id: int | None = None
) -> int:
    """An account; a name that nobody could sign in with is only shown."""
    numbered = f"{kind}{next(_numbers)}"
    name = name or numbered
    with database.write() as session:
        made = session.execute(
            insert(account)
            .values(
                **sealed_names(KEYRING, name if folded_name(name) else numbered, f"架空 {name}"),
                kind=kind,
                seeker_id=seeker_id,
                # Staff have opened their account, under a hash that no password has.
                password_hash="-" if kind == "staff" else None,
                created_at=LONG_AGO,
            )
            .returning(account.c.id)
        ).scalar_one()
        session.commit()
    return int(made)


def build_unit(
    database: Database,
    *,
    unit_class: str = "private",
    number: str | None = None,
    name: str | None = None,
    corporation_number: str | None = None,
    valid_from: date = FIRST_DAY,
    valid_until: date = LAST_DAY,
    daily_limit: int = 1000,
    reserve: int = 0,
    officer: bool = True,
    status: str = "approved",
    suspended_from: date | None = None,
    bureau_code: str = "13",
) -> BuiltUnit:
    serial = next(_numbers)
    public_id, key = os.urandom(16), alias.new_unit_key()
    with database.write() as session:
        unit_id = session.execute(
            insert(unit)
            .values(
                public_id=public_id,
                unit_class=unit_class,
                number=number or f"99-ユ-{serial:06}",
                bureau_code=bureau_code,
                status=status,
                valid_from=valid_from,
                valid_until=valid_until,
                daily_limit=daily_limit,
                reserve=reserve,
                suspended_from=suspended_from,
                suspension_reason="見本" if suspended_from else None,
                token_key_sealed=b"",
                created_at=LONG_AGO,
            )
            .returning(unit.c.id)
        ).scalar_one()
        session.execute(
            update(unit)
            .where(unit.c.id == unit_id)
            .values(token_key_sealed=KEYRING.seal_bytes("unit.token_key", unit_id, key))
        )
        session.execute(
            insert(unit_record).values(
                unit_id=unit_id,
                version=1,
                name=name or f"架空人材紹介 見本{serial}号",
                corporation_number=corporation_number,
                number_shown=number or f"99-ユ-{serial:06}",
                officer_name="見本 責任" if officer else None,
                officer_contact="00-0000-0000" if officer else None,
                contact_name="見本 連絡",
                contact_contact="00-0000-0001",
                recorded_at=LONG_AGO,
            )
        )
        session.commit()
    return BuiltUnit(int(unit_id), public_id, key)


def build_department(database: Database, built: BuiltUnit, name: str = "見本課") -> int:
    with database.write() as session:
        made = session.execute(
            insert(department).values(unit_id=built.id, name=name, since=FIRST_DAY).returning(department.c.id)
        ).scalar_one()
        session.commit()
    return int(made)


def build_contractor(
    database: Database,
    built: BuiltUnit,
    *,
    name: str = "架空受託社",
    number: str = "99-ユ-900000",
    until: date = LAST_DAY,
) -> int:
    with database.write() as session:
        made = session.execute(
            insert(contractor)
            .values(unit_id=built.id, name=name, licence_number=number, since=FIRST_DAY, until=until)
            .returning(contractor.c.id)
        ).scalar_one()
        session.commit()
    return int(made)


def build_contract_period(database: Database, contractor_id: int, *, days: int = 365) -> None:
    """One more period of a contractor, from the day after its last one."""
    first = LAST_DAY + timedelta(days=1)
    with database.write() as session:
        contractors.record(session, contractor_id, Period(first, first + timedelta(days=days)))
        session.commit()


def build_member(
    database: Database,
    built: BuiltUnit,
    *,
    role: str = "member",
    department_id: int | None = None,
    contractor_id: int | None = None,
    account_id: int | None = None,
    until: date | None = None,
    name: str | None = None,
) -> BuiltMember:
    account_id = account_id or build_account(database, name=name)
    with database.write() as session:
        made = session.execute(
            insert(membership)
            .values(
                account_id=account_id,
                unit_id=built.id,
                department_id=department_id,
                contractor_id=contractor_id,
                role=role,
                since=FIRST_DAY,
                until=until,
            )
            .returning(membership.c.id)
        ).scalar_one()
        session.commit()
    return BuiltMember(account_id, int(made), built.id, department_id, contractor_id, role)


def build_clerk(
    database: Database, *, office_code: str = "9901", role: str = "office_clerk", name: str | None = None
) -> Actor:
    account_id = build_account(database, kind="staff", name=name)
    with database.write() as session:
        session.execute(
            insert(post).values(account_id=account_id, role=role, office_code=office_code, since=FIRST_DAY)
        )
        session.commit()
    return Actor(ActorKind.OFFICE, account_id=account_id, office_code=office_code, role=role)


def build_bureau_clerk(database: Database, *, bureau_code: str = "13", name: str | None = None) -> Actor:
    account_id = build_account(database, kind="staff", name=name)
    with database.write() as session:
        session.execute(
            insert(post).values(
                account_id=account_id, role="bureau_clerk", bureau_code=bureau_code, since=FIRST_DAY
            )
        )
        session.commit()
    return Actor(ActorKind.BUREAU, account_id=account_id, bureau_code=bureau_code, role="bureau_clerk")


def build_seeker(
    database: Database,
    *,
    number: str | None = None,
    name: str = "見本 花子",
    kana: str = "みほん はなこ",
    birth_date: date = date(1990, 1, 1),
    sex: str | None = None,
    residence: str | None = None,
    employer: str | None = None,
    school: str | None = None,
    phone: str | None = None,
    mail: str | None = None,
    office_code: str = "9901",
    published: bool = True,
    stopped: bool = False,
    valid_from: date = FIRST_DAY,
    valid_until: date = LAST_DAY,
    never_eligible: bool = False,
    eligible_from: date | None = None,
    range_private: bool = True,
    range_municipal: bool = True,
    terms_until: date | None = None,
    tokens: Iterable[str] = (),
    pr: str | None = None,
    month: date = FIRST_DAY,
    with_account: bool = False,
    sign_in_name: str | None = None,
) -> BuiltSeeker:
    serial = next(_numbers)
    number = number or f"99010-{serial:08}"
    alias_key, office_id = alias.new_alias_key(), os.urandom(16)
    with database.write() as session:
        seeker_id = session.execute(
            insert(seeker)
            .values(
                office_id=office_id,
                registration_key=KEYRING.blind("seeker.registration_number", number),
                office_code=office_code,
                registered_on=valid_from,
                school_status="none",
                created_at=LONG_AGO,
                updated_at=LONG_AGO,
            )
            .returning(seeker.c.id)
        ).scalar_one()

        def seal(column: str, value: str | None) -> bytes | None:
            return None if value is None else KEYRING.seal(f"seeker_identity.{column}", seeker_id, value)

        session.execute(
            insert(seeker_identity).values(
                seeker_id=seeker_id,
                name_sealed=seal("name", name),
                kana_sealed=seal("kana", kana),
                birth_date_sealed=seal("birth_date", birth_date.isoformat()),
                sex_sealed=seal("sex", sex),
                phone_sealed=seal("phone", phone),
                mail_sealed=seal("mail", mail),
                residence_sealed=seal("residence", residence),
                employer_sealed=seal("employer", employer),
                school_sealed=seal("school", school),
                registration_number_sealed=seal("registration_number", number),
            )
        )
        session.execute(
            insert(profile).values(
                seeker_id=seeker_id,
                alias_key=alias_key,
                published=published,
                stopped=stopped,
                valid_from=valid_from,
                valid_until=valid_until,
                never_eligible=never_eligible,
                eligible_from=eligible_from,
                range_private=range_private,
                range_municipal=range_municipal,
                terms_until=terms_until,
                month=month,
                shuffle=serial,
                tokens=frozenset(tokens),
            )
        )
        if pr is not None:
            session.execute(
                insert(profile_text).values(seeker_id=seeker_id, kind="pr", text=pr, published_at=LONG_AGO)
            )
            words.put(session, [seeker_id])
        session.commit()
    account_id = (
        build_account(database, kind="seeker", seeker_id=seeker_id, name=sign_in_name)
        if with_account
        else None
    )
    return BuiltSeeker(int(seeker_id), alias_key, office_id, account_id)


def build_block(database: Database, who: BuiltSeeker, whom: BuiltUnit) -> None:
    with database.write() as session:
        session.execute(insert(block).values(seeker_id=who.id, unit_id=whom.id, since=LONG_AGO))
        session.commit()
