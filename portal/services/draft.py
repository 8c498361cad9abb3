"""Drafts (下書き): what somebody typed and has not sent, for themselves alone.

A form carries a *keeper*: keyed hashes of the session it was shown in, of the account, and of as whom it was shown. It
proves that the form is one of ours, made for this person, even when the session has ended meanwhile; without it
nothing is kept. A form that comes after its session's end waits under a random id in the browser's cookie. It becomes a
draft when the same account signs in there next; when another one does, it is thrown away unseen.

A form also carries its *window*: which showing of the page it is, and which draft it was filled with. No form takes the
place of a draft that it has not seen; it is kept beside it, as a second draft of that page.

Drafts leave no audit lines: they are notes of a person to themselves, and are kept as often as every half minute.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.domain.actor import Actor
from portal.domain.draft import LATE_KEPT, LONGEST, MOST, Keeping
from portal.domain.refusal import NotFound
from portal.services.use_case import query, use_case
from portal.store import draft as store

_PART = 16
_WINDOW = re.compile(r"([0-9a-f]{16})\.([0-9a-f]{32}|)\.([0-9a-f]{16}|)")
_WRITTEN_BY_THE_PAGE = frozenset({"key", "seen", "about"})
"""Fields that differ although nobody typed anything else."""


@dataclass(frozen=True)
class Window:
    """One showing of a form. key: tells it from others; seen: the draft it was filled with; beside: which one of the
    drafts of its page that was, "" for the first.
    """

    key: str = ""
    seen: str = ""
    beside: str = ""

    @classmethod
    def of(cls, draft: "Draft | None") -> "Window":
        """A new showing of a form, filled with this draft."""
        seen, beside = ("", "") if draft is None else (draft.version, draft.sheet.window.beside)
        return cls(secrets.token_hex(8), seen, beside)

    @classmethod
    def read(cls, text: str) -> "Window":
        """What a form carries; of one that carries none, a window that has seen nothing."""
        found = _WINDOW.fullmatch(text)
        return cls.of(None) if found is None else cls(*found.groups())

    def shown(self) -> str:
        """For the form to carry."""
        return f"{self.key}.{self.seen}.{self.beside}"

    def knows(self, draft: "Draft") -> bool:
        """Whether this window wrote a draft, or was filled with it just as it is."""
        return draft.sheet.window.key == self.key or draft.version == self.seen


@dataclass(frozen=True)
class Sheet:
    """A form that was filled in. place: its name; args: the address it stands at; kept_for: how long it is kept."""

    place: str
    args: Mapping[str, str | list[str]]
    fields: Mapping[str, Sequence[str]]
    kept_for: timedelta
    window: Window = field(default=Window(), compare=False)

    def content(self) -> str:
        """For sealing."""
        return json.dumps(
            {
                "place": self.place,
                "args": dict(self.args),
                "fields": {name: list(values) for name, values in self.fields.items()},
                "kept_for": int(self.kept_for.total_seconds()),
                "window": [self.window.key, self.window.seen, self.window.beside],
            },
            ensure_ascii=False,
        )

    def empty(self) -> bool:
        """Whether it is a form of one text, and that box is empty."""
        return "text" in self.fields and not any(text.strip() for text in self.fields["text"])

    def typed(self) -> dict[str, list[str]]:
        """What somebody typed or chose."""
        return {name: list(given) for name, given in self.fields.items() if name not in _WRITTEN_BY_THE_PAGE}


@dataclass(frozen=True)
class Draft:
    """One kept draft; ``ref`` stands for it in addresses."""

    ref: str
    sheet: Sheet
    saved_at: datetime
    expires_at: datetime
    version: str = ""


@dataclass(frozen=True)
class Kept:
    """What became of a form that was to be kept, and as what it is kept."""

    how: Keeping
    sheet: Sheet


@dataclass(frozen=True)
class Keeper:
    """Whose form it is, as proved by the form itself."""

    session_key: bytes
    account_key: bytes
    scope_key: bytes


def make_keeper(session: Session, actor: Actor, token: str) -> str:
    """What a form shown in the session ``token`` carries; "" for a visitor. Asks the database nothing."""
    if actor.account_id is None:
        return ""
    parts = b"".join(
        (_key(session, "session", token), _account(session, actor.account_id), _scope(session, actor))
    )
    proof = _key(session, "keeper", parts.hex())
    return base64.urlsafe_b64encode(parts + proof).decode("ascii")


def read_keeper(session: Session, text: str) -> Keeper | None:
    """The keeper of a form, or None for anything we did not make. Asks the database nothing."""
    try:
        raw = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    parts, proof = raw[: 3 * _PART], raw[3 * _PART :]
    if len(raw) != 4 * _PART or not hmac.compare_digest(proof, _key(session, "keeper", parts.hex())):
        return None
    return Keeper(parts[:_PART], parts[_PART : 2 * _PART], parts[2 * _PART :])


def is_of(session: Session, keeper: Keeper, actor: Actor) -> bool:
    """Whether a form was shown to this very person, acting as they do now."""
    return (
        actor.account_id is not None
        and keeper.account_key == _account(session, actor.account_id)
        and keeper.scope_key == _scope(session, actor)
    )


def is_by(session: Session, keeper: Keeper, actor: Actor) -> bool:
    """Whether a form was shown to this very person, as whomever they acted then."""
    return actor.account_id is not None and keeper.account_key == _account(session, actor.account_id)


def keep(session: Session, clock: Clock, actor: Actor, sheet: Sheet) -> Kept:
    """Keep a draft in place of the one its window was filled with; beside any other."""
    if actor.account_id is None:
        return Kept(Keeping.NOBODY, sheet)
    kept = _keep(session, clock.now(), actor.account_id, _scope(session, actor), sheet, MOST)
    session.commit()
    return kept


def _keep(
    session: Session, now: datetime, account_id: int, scope: bytes, sheet: Sheet, most: int | None
) -> Kept:
    if len(sheet.content().encode("utf-8")) > LONGEST:
        return Kept(Keeping.TOO_LARGE, sheet)
    store.hold(session, account_id)
    how, window = Keeping.KEPT, sheet.window
    sheet = _beside(sheet, window.beside)
    before = _before(session, now, account_id, scope, sheet)
    if before is not None and not window.knows(before) and before.sheet.typed() != sheet.typed():
        if sheet.empty():
            return Kept(Keeping.EMPTY, before.sheet)
        how, sheet = Keeping.BESIDE, _beside(sheet, window.key)
        before = _before(session, now, account_id, scope, sheet)
    if before is None and most is not None and store.count(session, account_id, scope, now) >= most:
        return Kept(Keeping.FULL, sheet)
    if before is not None and sheet.empty() and not before.sheet.empty():
        return Kept(Keeping.EMPTY, before.sheet)
    place = _place(session, scope, sheet)
    store.put(session, account_id, place, scope, sheet.content(), now, now + sheet.kept_for)
    if how is Keeping.KEPT and window.key != window.beside:
        # What this window had to keep beside another draft, while that was there, is the same text, but older.
        store.forget(session, account_id, scope, _place(session, scope, _beside(sheet, window.key)))
    return Kept(how, sheet)


def _beside(sheet: Sheet, beside: str) -> Sheet:
    return replace(sheet, window=replace(sheet.window, beside=beside))


def _before(session: Session, now: datetime, account_id: int, scope: bytes, sheet: Sheet) -> Draft | None:
    found = store.find(session, account_id, scope, _place(session, scope, sheet), now)
    return None if found is None else _opened(found)


def find(
    session: Session,
    clock: Clock,
    actor: Actor,
    place: str,
    args: Mapping[str, str | list[str]],
    beside: str = "",
) -> Draft | None:
    """One's own draft in a place, the first or one that is kept beside it; one statement."""
    if actor.account_id is None:
        return None
    scope = _scope(session, actor)
    asked = _place(session, scope, Sheet(place, args, {}, timedelta(), Window(beside=beside)))
    with query(session):
        found = store.find(session, actor.account_id, scope, asked, clock.now())
    return None if found is None else _opened(found)


def by_ref(session: Session, clock: Clock, actor: Actor, ref: str) -> Draft:
    """One's own draft by its reference. Raises NotFound."""
    if actor.account_id is None:
        raise NotFound
    with query(session):
        found = store.find(session, actor.account_id, _scope(session, actor), _read_ref(ref), clock.now())
    if found is None:
        raise NotFound
    return _opened(found)


def every(session: Session, clock: Clock, actor: Actor) -> tuple[Draft, ...]:
    """One's own drafts as whom one acts now, the latest first."""
    if actor.account_id is None:
        return ()
    with query(session):
        found = store.every(session, actor.account_id, _scope(session, actor), clock.now())
    return tuple(_opened(one) for one in found)


def count(session: Session, clock: Clock, actor: Actor) -> int:
    """How many drafts one has as whom one acts now."""
    if actor.account_id is None:
        return 0
    with query(session):
        return store.count(session, actor.account_id, _scope(session, actor), clock.now())


def forget(session: Session, actor: Actor, ref: str) -> None:
    """Throw one's own draft away. Raises NotFound."""
    if actor.account_id is None or not store.forget(
        session, actor.account_id, _scope(session, actor), _read_ref(ref)
    ):
        session.rollback()
        raise NotFound
    session.commit()


def sent(session: Session, clock: Clock, actor: Actor, sheet: Sheet) -> None:
    """What stood in the draft has been sent: the draft is gone; one that its window does not know stays."""
    if actor.account_id is None:
        return
    scope, window = _scope(session, actor), sheet.window
    store.hold(session, actor.account_id)
    for beside in {window.beside, window.key}:
        one = _beside(sheet, beside)
        found = _before(session, clock.now(), actor.account_id, scope, one)
        if found is not None and window.knows(found):
            store.forget(session, actor.account_id, scope, _place(session, scope, one))
    session.commit()


# Forms that come after their session's end


def keep_late(session: Session, clock: Clock, keeper: Keeper, token: str, sheet: Sheet) -> str | None:
    """Keep a form of the ended session ``token`` until its owner signs in again in this browser.

    Returns what the browser's cookie holds; None when the form was not shown in that session, or is too large.
    """
    content = sheet.content()
    if keeper.session_key != _key(session, "session", token) or len(content.encode("utf-8")) > LONGEST:
        return None
    now, cookie = clock.now(), secrets.token_urlsafe(32)
    store.put_late(
        session,
        keeper.session_key,
        _hashed(cookie),
        keeper.account_key,
        keeper.scope_key,
        content,
        now,
        now + LATE_KEPT,
    )
    session.commit()
    return cookie


def waits(session: Session, clock: Clock, cookie: str) -> bool:
    """Whether a form waits for this browser; whose it is, is not told."""
    with query(session):
        return store.late(session, _hashed(cookie), clock.now()) is not None


def drop_late(session: Session, cookie: str) -> None:
    """Throw away what waits for this browser."""
    store.forget_late(session, _hashed(cookie))
    session.commit()


def claim(session: Session, clock: Clock, account_id: int, cookie: str) -> Sheet | None:
    """Somebody has signed in: what waited for this browser becomes their draft, or is thrown away unseen.

    Returns the sheet when it was theirs. Either way nothing waits any more.
    """
    now = clock.now()
    found = store.late(session, _hashed(cookie), now)
    if not store.forget_late(session, _hashed(cookie)) or found is None:
        session.commit()
        return None
    sheet: Sheet | None = None
    if found.account_key == _account(session, account_id):
        # However many drafts there are: nobody is in front of a page that could give the words back.
        late = _sheet(found.content(session))
        sheet = _keep(session, now, account_id, found.scope_key, late, None).sheet
    session.commit()
    return sheet


def may_claim(session: Session, clock: Clock, account_id: int, cookie: str) -> bool:
    """Whether what waits for this browser belongs to an account: for whoever is still asked for a second factor."""
    with query(session):
        found = store.late(session, _hashed(cookie), clock.now())
        return found is not None and found.account_key == _account(session, account_id)


def forget_expired(session: Session, clock: Clock, actor: Actor) -> int:
    """Delete drafts and late forms that are past their time; how many. For the clock worker; may be run twice."""
    with use_case(session, clock, actor, "draft.forget_expired") as trail:
        gone = store.forget_expired(session, trail.now)
        trail.fact(drafts=gone)
        if not gone:
            trail.silent()
        return gone


def _opened(found: store.Draft) -> Draft:
    version = hashlib.sha256(found.content.encode("utf-8")).hexdigest()[:32]
    return Draft(found.place_key.hex(), _sheet(found.content), found.saved_at, found.expires_at, version)


def _sheet(content: str) -> Sheet:
    told = json.loads(content)
    kept_for = timedelta(seconds=told["kept_for"])
    return Sheet(told["place"], told["args"], told["fields"], kept_for, Window(*told.get("window", ())))


def _place(session: Session, scope: bytes, sheet: Sheet) -> bytes:
    where = [scope.hex(), sheet.place, sorted(sheet.args.items())]
    if sheet.window.beside:
        where.append(sheet.window.beside)
    return _key(session, "place", json.dumps(where, ensure_ascii=False))


def _scope(session: Session, actor: Actor) -> bytes:
    """As whom somebody acts: the same account in another unit or office does not see its drafts of this one."""
    whom = (actor.account_id, actor.kind.value, actor.unit_id, actor.office_code, actor.bureau_code)
    return _key(session, "scope", json.dumps(whom))


def _account(session: Session, account_id: int) -> bytes:
    return store.account_key(session, account_id)


def _key(session: Session, label: str, text: str) -> bytes:
    return store.blind(session, label, text)


def _hashed(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode("utf-8", "backslashreplace")).digest()


def _read_ref(ref: str) -> bytes:
    """What is asked for; for anything that is no reference a key that no draft has, so that both answer alike."""
    try:
        raw = bytes.fromhex(ref)
    except ValueError:
        return b""
    return raw if raw.hex() == ref else b""
