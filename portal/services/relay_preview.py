"""What a send would do, looked at before it is sent: whom it reaches, what stands above it, what is left of the day.

A preview promises nothing: `portal.services.relay.send` decides again, on everything.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor
from portal.domain.answer import check_text
from portal.domain.letterhead import LetterheadFacts, due
from portal.domain.message_screening import NOTHING_DECLARED, Declared, Finding, judge, marks, screen
from portal.domain.permission import Permission, may
from portal.domain.refusal import Forbidden, NotFound, SendingClosed, Unreachable
from portal.domain.standing import standing
from portal.domain.template import check_fields
from portal.domain.thread import Belonging, sees
from portal.services.acting import QuotaView, require_acting, require_room
from portal.services.letter import letters
from portal.services.relay import SEEKER_TOKEN, named_recipients
from portal.services.use_case import query
from portal.store import alias
from portal.store import search as store
from portal.store.acting import Acting


@dataclass(frozen=True)
class Addressees:
    """Whom a message is being written to: their codes. letterhead: what stands above it, None without an officer."""

    codes: tuple[str, ...]
    letterhead: LetterheadFacts | None


@dataclass(frozen=True)
class Preview:
    """A send as it would go now. Counts are people; requested = sent + unreachable + elsewhere.

    letter: the text as one of those within reach will read it; example: that one's code, "" when all read the same.
    codes: of all who were asked for. first: how many of them get the letterhead; again: how many were written to
    before. findings: what stands in the text and goes all the same: ways round the portal, which are pointed out and
    never refused, and what the sender has answered (ruling R7). seen: stands for what was shown, so that
    a change of the letterhead after the preview is noticed. left_after: messages left for new ones after it.
    """

    text: str
    letter: str
    example: str
    codes: tuple[str, ...]
    requested: int
    sent: int
    unreachable: int
    elsewhere: int
    first: int
    again: int
    findings: tuple[Finding, ...]
    letterhead: LetterheadFacts
    seen: str
    quota: QuotaView
    left_after: int


def addressees(session: Session, clock: Clock, actor: Actor, tokens: Sequence[str]) -> Addressees:
    """The people behind the tokens, in the order given, whether or not they can be reached.

    Raises NotFound when none of the tokens is one of this unit, Invalid (recipients: "missing", "too_many"), Forbidden.
    """
    with query(session):
        unit = _writing(session, clock, actor)
        keys = _keys(unit, named_recipients(tokens))
        if not keys:
            raise NotFound
        return Addressees(_codes(unit, keys), _letterhead(unit))


def preview(
    session: Session,
    clock: Clock,
    actor: Actor,
    tokens: Sequence[str],
    typed: str,
    declared: Declared = NOTHING_DECLARED,
) -> Preview:
    """Look at a send without sending it. Raises as `portal.services.relay.send` would at this moment."""
    text = check_text(typed)
    check_fields(text)
    wanted = named_recipients(tokens)
    with query(session):
        unit = _writing(session, clock, actor)
        if unit.sending_closed:
            raise SendingClosed
        today = jst_day(clock.now())
        standing(unit.facts, today).require_send()
        findings = judge(screen(text), unit.unit_class, today)
        marks(findings, declared)
        keys = _keys(unit, wanted)
        reached = store.recipients(session, unit.unit_id, unit.unit_class, today, keys)
        own = [one for one in reached if _ours(unit, one)]
        if len(wanted) == 1 and not own:
            raise Forbidden("thread_elsewhere") if reached else Unreachable()
        view = require_room(session, unit, len(own), today, is_answer=False)
        digest = unit.letterhead.digest().hex()
        again = sum(one.has_thread for one in own)
        example, letter = _example(session, unit, own, text)
        return Preview(
            text=text,
            letter=letter,
            example=example,
            codes=_codes(unit, keys),
            requested=len(wanted),
            sent=len(own),
            unreachable=len(wanted) - len(reached),
            elsewhere=len(reached) - len(own),
            first=sum(due(_bytes(one.digest), unit.letterhead.digest()) for one in own),
            again=again,
            findings=findings,
            letterhead=unit.letterhead,
            seen=digest,
            quota=view,
            left_after=view.left_for_new - len(own),
        )


def _example(session: Session, unit: Acting, own: Sequence[store.Recipient], text: str) -> tuple[str, str]:
    """Code and letter of one who is within reach: the first by code, an order that has nothing to do with reach."""
    one = min(own, key=lambda each: alias.code(unit.key, each.alias_key), default=None)
    filled = letters(session, unit.key, {one.alias_key: one.seeker_id} if one else {}, text)
    if one is None or filled is None:
        return "", text
    return alias.code(unit.key, one.alias_key), filled[one.seeker_id]


def _writing(session: Session, clock: Clock, actor: Actor) -> Acting:
    if not may(actor, Permission.UNIT_MESSAGE_SEND):
        raise Forbidden
    return require_acting(session, actor, jst_day(clock.now()))


def _keys(unit: Acting, wanted: Sequence[str]) -> list[bytes]:
    found = (alias.open_token(unit.key, SEEKER_TOKEN, token) for token in wanted)
    return [key for key in found if key is not None]


def _codes(unit: Acting, keys: Sequence[bytes]) -> tuple[str, ...]:
    return tuple(alias.code(unit.key, key) for key in keys)


def _letterhead(unit: Acting) -> LetterheadFacts | None:
    named = unit.letterhead.officer_name and unit.letterhead.officer_contact
    return unit.letterhead if named else None


def _ours(unit: Acting, one: store.Recipient) -> bool:
    """A new thread is the member's own; one that is there has to be."""
    return not one.has_thread or sees(unit.member, Belonging(one.department_id, one.contractor_id))


def _bytes(digest: str) -> bytes | None:
    return bytes.fromhex(digest) if digest else None
