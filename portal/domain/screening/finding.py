"""What a screening hands back: kinds and places in the text, never a judgement and never a copy of the text."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class FindingKind(StrEnum):
    """What a place in a text may tell about the person who wrote it.

    The source is the promise that 「氏名、連絡先等の個人情報等は公開されません」, asked about as 「名前・年齢等」 (seed 004
    S-Q2), and the list of what is never shown: name, kana, birth date and age, address and municipality, phone,
    mail, school, employer, 求職番号 (matching service 12.5, 34). Sex, disability and the registering office are on
    that list too but have no shape that can be told from ordinary work experience (「女性向け商品」「ハローワークの
    訓練」); they are left to the office's reading.

    The order is the order of precedence when two kinds claim the very same place.
    """

    NAME = "name"  # 氏名: the own one, or one told by 「…と申します」「氏名：…」
    KANA = "kana"  # ふりがな, also in Latin letters: how the name is read
    REGISTRATION_NUMBER = (
        "registration_number"  # 求職番号: five digits of the office, four to eight of its own
    )
    BIRTH_DATE = "birth_date"  # 生年月日, and a birth year
    AGE = "age"  # 年齢 of the writer
    MAIL = "mail"  # メールアドレス
    HANDLE = "handle"  # a name on another service (LINE ID, @…), by which the writer can be reached
    URL = "url"  # an address of a page, also a bare domain
    PHONE = "phone"  # 電話番号
    ADDRESS = "address"  # 住所 from the municipality down; a prefecture alone is none
    EMPLOYER = "employer"  # 勤務先: the own one, or a name with its legal form (株式会社…)
    SCHOOL = "school"  # 学校名: the own one and its short forms, or a name before 大学, 高校, …


_PRECEDENCE = {kind: place for place, kind in enumerate(FindingKind)}


@dataclass(frozen=True)
class Finding:
    """One place: `text[start:end]` of the original text.

    own: it is the person's own registered datum; otherwise it only has the shape of such a datum.
    """

    kind: FindingKind
    start: int
    end: int
    own: bool


@dataclass(frozen=True)
class KnownIdentity:
    """What the office has registered about the writer; nothing of it is needed.

    name and kana are best given with a blank between family and given name. residence is the address in one
    line, employer and school are names as written on the application (求職申込書).
    """

    name: str | None = None
    kana: str | None = None
    phone: str | None = None
    mail: str | None = None
    residence: str | None = None
    employer: str | None = None
    school: str | None = None
    birth_date: date | None = None
    registration_number: str | None = None


def settle(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings in the order of the text, each place told once.

    Overlapping places of one kind become one, and are the person's own if one of them is. A place inside another
    one is left out, unless it is the person's own and the other is only a pattern: a name in a mail address says
    more than the address.
    """
    joined = _joined(findings)
    joined.sort(key=lambda found: (found.start, -found.end, not found.own, _PRECEDENCE[found.kind]))
    kept: list[Finding] = []
    covered = covered_by_own = -1
    for found in joined:
        if found.end > (covered_by_own if found.own else covered):
            kept.append(found)
        covered = max(covered, found.end)
        covered_by_own = max(covered_by_own, found.end) if found.own else covered_by_own
    return tuple(kept)


def _joined(findings: Iterable[Finding]) -> list[Finding]:
    """One finding for each stretch of overlapping findings of the same kind."""
    joined: list[Finding] = []
    for found in sorted(findings, key=lambda found: (found.kind, found.start)):
        last = joined[-1] if joined else None
        if last is None or last.kind is not found.kind or last.end <= found.start:
            joined.append(found)
        else:
            end = max(last.end, found.end)
            joined[-1] = Finding(found.kind, last.start, end, last.own or found.own)
    return joined
