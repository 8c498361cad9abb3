"""Which version of the 利用規約 (terms of use) suffices, and until when (ruling R10).

A new version has a day from which it is offered and a day by which it must be agreed to, so that nobody
vanishes overnight. The answer is compiled into one date for the search filter.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import SequenceMatcher
from enum import StrEnum

from portal.domain.refusal import Invalid

NEVER_AGREED = date.min
"""terms_until of a seeker who agreed to nothing: a day before every day that is ever asked about."""


@dataclass(frozen=True)
class TermsVersion:
    """valid_from: first day it is offered. agree_by: last day on which an earlier version still suffices."""

    code: str
    valid_from: date
    agree_by: date


def terms_until(agreed: str | None, versions: Iterable[TermsVersion]) -> date | None:
    """The last day on which the version agreed to suffices; None = no limit known, NEVER_AGREED without
    agreement.

    Of several later versions the earliest agree-by day decides. Raises KeyError for a version not in the
    table.
    """
    if agreed is None:
        return NEVER_AGREED
    table = {version.code: version for version in versions}
    since = table[agreed].valid_from
    return min((v.agree_by for v in table.values() if v.valid_from > since), default=None)


def version_to_agree(versions: Iterable[TermsVersion], on: date) -> TermsVersion | None:
    """The newest version offered on a day, which a seeker is asked to agree to; None before the first one."""
    return max((v for v in versions if v.valid_from <= on), key=lambda v: v.valid_from, default=None)


class Asking(StrEnum):
    """How the terms stand to one seeker on a day."""

    NOTHING = "nothing"
    ASKED = "asked"  # a newer version is offered, and what was agreed to still suffices
    DUE = "due"  # nothing that was agreed to suffices any more: not shown until agreed


def asking(newest: TermsVersion | None, agreed: str | None, until: date | None, on: date) -> Asking:
    """How to ask on a day; ``newest``: of `version_to_agree`, ``agreed``: the version agreed to last, ``until``: its
    `terms_until`. The day of agree_by itself still belongs to the earlier version (ruling R10)."""
    if newest is None or agreed == newest.code:
        return Asking.NOTHING
    if agreed is None:
        return Asking.DUE
    return Asking.ASKED if until is None or on <= until else Asking.DUE


@dataclass(frozen=True)
class TermsText(TermsVersion):
    """A version with its words. Texts are plain: paragraphs are set apart by an empty line.

    changes: what changed since the version before, for people to read; no part of what is agreed to.
    """

    title_ja: str
    title_en: str
    text_ja: str
    text_en: str
    changes_ja: str = ""
    changes_en: str = ""

    @property
    def text_hash(self) -> str:
        """SHA-256 (hex) of titles and words in both languages: what exactly was agreed to."""
        words = "\0".join((self.title_ja, self.text_ja, self.title_en, self.text_en))
        return hashlib.sha256(words.encode()).hexdigest()

    def title(self, language: str = "ja") -> str:
        """The title in the reader's language."""
        return self.title_en if language == "en" else self.title_ja

    def paragraphs(self, language: str = "ja") -> tuple[str, ...]:
        """The words in the reader's language, paragraph by paragraph."""
        return _paragraphs(self.text_en if language == "en" else self.text_ja)

    def changes(self, language: str = "ja") -> tuple[str, ...]:
        """What changed, in the reader's language, paragraph by paragraph; () where nothing was written."""
        return _paragraphs(self.changes_en if language == "en" else self.changes_ja)


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("\n\n") if part.strip())


class Change(StrEnum):
    """What became of a paragraph."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"


def compared(before: Iterable[str], after: Iterable[str]) -> tuple[tuple[Change, str], ...]:
    """Two versions paragraph by paragraph, in the order of reading; of one that was changed, the old words first."""
    old, new = list(before), list(after)
    told: list[tuple[Change, str]] = []
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            told += [(Change.KEPT, words) for words in new[k:m]]
        else:
            told += [(Change.REMOVED, words) for words in old[i:j]]
            told += [(Change.ADDED, words) for words in new[k:m]]
    return tuple(told)


def check_versions(loaded: Iterable[TermsText], offered: Iterable[TermsText]) -> tuple[TermsText, ...]:
    """The versions of `offered` that are new.

    Raises Invalid, version by version: "words_changed" (somebody may have agreed to them), "changes_changed" (the note
    on what changed), "days_changed", "removed", "agree_by_before_start", "double" (two versions from the same day).
    """
    before = {text.code: text for text in loaded}
    after = {text.code: text for text in offered}
    errors: dict[str, list[str]] = {code: ["removed"] for code in before if code not in after}
    days = [text.valid_from for text in after.values()]
    for code, text in after.items():
        known = before.get(code)
        if known and known.text_hash != text.text_hash:
            errors.setdefault(code, []).append("words_changed")
        elif known and (known.changes_ja, known.changes_en) != (text.changes_ja, text.changes_en):
            errors.setdefault(code, []).append("changes_changed")
        elif known and known != text:
            errors.setdefault(code, []).append("days_changed")
        if text.agree_by < text.valid_from:
            errors.setdefault(code, []).append("agree_by_before_start")
        if days.count(text.valid_from) > 1:
            errors.setdefault(code, []).append("double")
    if errors:
        raise Invalid(errors)
    return tuple(text for code, text in after.items() if code not in before)


DAYS_TO_AGREE = 30
"""Days there are at least between the first day of a new version and its agree-by day: our decision. R10 asks only
that nobody vanishes overnight."""


def check_published(new: TermsText, known: Iterable[TermsText], today: date) -> None:
    """Whether a version may be published on a day, as one more than those that are loaded.

    Raises Invalid under its code: "in_past" (it would ask people for days that are over), "not_newer" (not after every
    loaded one), and, unless it is the first, "too_soon" (fewer than DAYS_TO_AGREE days to agree) and "changes_missing"
    (what changed must be said in both languages). Facts: days.
    """
    loaded = tuple(known)
    errors = []
    if new.valid_from < today:
        errors.append("in_past")
    if any(text.valid_from >= new.valid_from for text in loaded):
        errors.append("not_newer")
    if loaded and new.agree_by < new.valid_from + timedelta(days=DAYS_TO_AGREE):
        errors.append("too_soon")
    if loaded and not (new.changes_ja and new.changes_en):
        errors.append("changes_missing")
    if errors:
        raise Invalid({new.code: errors}, days=DAYS_TO_AGREE)


def read_texts(index: bytes, words: Mapping[str, bytes]) -> tuple[TermsText, ...]:
    """Read ``config/terms``: its ``terms.toml`` and, by file name, the texts ``CODE.ja.txt`` and ``CODE.en.txt``, and
    where there are any ``CODE.changes.ja.txt`` and ``CODE.changes.en.txt`` (what changed since the version before).

    Raises Invalid, file by file: "bad_toml", "empty", "bad_code", "missing", "bad_day", "encoding", "bad_text".
    """
    try:
        listed = tomllib.loads(index.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise Invalid({"terms.toml": ["bad_toml"]}) from None
    errors: dict[str, list[str]] = {} if listed else {"terms.toml": ["empty"]}
    found = []
    for code, values in listed.items():
        if not re.fullmatch(r"[0-9A-Za-z.-]{1,20}", code) or not isinstance(values, dict):
            errors[code[:40]] = ["bad_code"]
            continue
        days = [values.get(name) for name in ("valid_from", "agree_by")]
        titles = [values.get(name) for name in ("title_ja", "title_en")]
        texts = [_words(words, f"{code}.{language}.txt", errors) for language in ("ja", "en")]
        notes = [f"{code}.changes.{language}.txt" for language in ("ja", "en")]
        changes = [_words(words, name, errors) if name in words else "" for name in notes]
        if not all(type(day) is date for day in days):
            errors.setdefault(code, []).append("bad_day")
        if not all(isinstance(title, str) and title.strip() for title in titles):
            errors.setdefault(code, []).append("missing")
        if not errors:
            found.append(TermsText(code, *days, *titles, *texts, *changes))  # type: ignore[arg-type]  # checked above
    if errors:
        raise Invalid(errors)
    return tuple(sorted(found, key=lambda text: text.valid_from))


def _words(words: Mapping[str, bytes], name: str, errors: dict[str, list[str]]) -> str:
    if name not in words:
        errors[name] = ["missing"]
        return ""
    try:
        text = words[name].decode("utf-8-sig").replace("\r\n", "\n").strip()
    except UnicodeDecodeError:
        errors[name] = ["encoding"]
        return ""
    if not text or "\0" in text:
        errors[name] = ["bad_text"]
    return text
