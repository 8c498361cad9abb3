"""Finds 勤務先 and 学校: the writer's own, and any organisation written with its legal form or kind of school."""

import re
from collections.abc import Iterator

from portal.domain.folding import Folded, compact, fold
from portal.domain.screening.finding import Finding, FindingKind
from portal.domain.screening.kanji import plain_kanji
from portal.domain.screening.reading import (
    NAME_SCRIPTS,
    Reading,
    Script,
    covered,
    occurrences,
    run_after,
    run_before,
    script,
    touches_after,
    touches_before,
)
from portal.domain.screening.words import COMMON_KANA, COMMON_KANJI, GENERIC_FIRM, GENERIC_SCHOOL, PREFECTURES

LONGEST_NAME = 18
HIRAGANA = frozenset({Script.HIRAGANA})
KANJI = frozenset({Script.KANJI})
LETTERS = NAME_SCRIPTS | {Script.DIGIT}

_FORMS = (
    "株式会社|有限会社|合同会社|合資会社|合名会社|相互会社|[(]株[)]|[(]有[)]|[(]資[)]|医療法人(?:社団|財団)?|社会福祉法人|学校法人|宗教法人|"
    "(?:一般|公益|特例)(?:社団|財団)法人|(?:社団|財団)法人|特定非営利活動法人|npo法人|独立行政法人|国立大学法人|農事組合法人|税理士法人|"
    "弁護士法人|監査法人"
)
_FORM = re.compile(_FORMS)
_LATIN_FORM = re.compile(
    "(?<![a-z])[a-z][a-z&.-]{1,30}(?: [a-z&][a-z&-]{0,30}){0,2}"
    ",? ?(?:co\\.? ?,? ?ltd|inc|corp(?:oration)?|llc|k\\.k)(?![a-z])"
)
# Hiragana after 株式会社 is a name (すみれ堂) unless a particle or a verb goes on.
_GOES_ON = tuple(
    "で の に を は が と や へ も か な だ し さん さま よ いう いわ ある および または ごと ぐ その それ そし".split()
)
# The branch is no part of the name.
_BRANCH = tuple("支店 支社 営業所 工場 本社 本店 事業所 出張所 せんた- 店 部 課 科 学部 学科".split())
_MEDICAL = re.compile("(?:医療法人(?:社団|財団)?|社会福祉法人)(.{1,20}?会)(.{2,20})")
# Typed by hand it may mean 有り: 「免許（有）」; as one sign it is a company.
_HAND_TYPED = "(有)"
_BRACKETS = "(（"
_BLANKS = " \u3000"  # a tab parts the columns of a table

_SCHOOL = re.compile(
    "大学院大学|大学院|短期大学部|短期大学|大学校|大学|短大|高等専門学校|高専|高等学校|高校|中等教育学校|義務教育学校|中学校|小学校|"
    "専門学校|専修学校|学園|学院"
)
_LATIN_SCHOOL = re.compile(
    "(?<![a-z])[a-z]{3,30} (?:university|college|high school)(?![a-z])|(?<![a-z])university of [a-z]{3,30}"
)
_LATIN_GENERIC = frozenset(
    "the state national public private local foreign junior senior women medical community technical art music from "
    "and graduated entered attended".split()
)
_FOUNDED = re.compile("(?:.{1,6}[都道府県市区町村])立")
_SHORT_FORMS = {
    "大学": ("大学", "大"),
    "短期大学": ("短期大学", "短大", "短期大", "大"),
    "高等学校": ("高等学校", "高校", "高"),
    "高等専門学校": ("高等専門学校", "高専"),
    "中学校": ("中学校", "中学", "中"),
    "専門学校": ("専門学校", "専門"),
}
# 架空大 and 見本高 are the school only where nothing goes on (架空大会), or where one has studied.
_STUDIED = tuple("卒 出身 生 院 在学 在籍 中退 修了 入学 時代 学部 経済 文 理 工 法".split())
_SHORTEST_ALONE = 3
SHORT = 3
# What follows a company's name that is also a word (みらい, 大和): somebody worked there.
_WORKED = tuple(
    "に勤 で勤 で働 勤務 に在籍 に入社 に就職 を退職 の社員 という会社 株式会社 有限会社 合同会社 株".split()
)
_ORDINARY = COMMON_KANJI | COMMON_KANA
_BARE_FORMS = tuple("株式会社 有限会社 合同会社 株".split())


def firms(reading: Reading) -> Iterator[Finding]:
    """A name beside a legal form; the form alone, or with everyday words, names nobody."""
    view = reading.closed
    for match in _FORM.finditer(view.key):
        place = next(_named(view, match), None)
        if place is not None:
            yield _finding(view, FindingKind.EMPLOYER, *place, own=False)
    for match in _LATIN_FORM.finditer(view.key):
        yield _finding(view, FindingKind.EMPLOYER, *match.span(), own=False)


def own_firm(reading: Reading, employer: str) -> Iterator[Finding]:
    """The own employer, with or without its legal form."""
    for core in _firm_cores(employer):
        yield from _own(reading, core, FindingKind.EMPLOYER)


def schools(reading: Reading) -> Iterator[Finding]:
    """A name before 大学, 高校, …; 県立高校 and 医療系専門学校 name nobody."""
    view = reading.closed
    for match in _SCHOOL.finditer(view.key):
        start = run_before(view, match.start(), NAME_SCRIPTS, LONGEST_NAME)
        name = plain_kanji(view.key[start : match.start()])
        founded = _FOUNDED.match(name)
        if founded and founded.group()[:-2] in PREFECTURES:
            name = name[founded.end() :]
        if not covered(name, GENERIC_SCHOOL) and not (name.isascii() and len(name) == 1):
            yield _finding(view, FindingKind.SCHOOL, start, match.end(), own=False)
    for match in _LATIN_SCHOOL.finditer(view.key):
        if match.group().split()[0] not in _LATIN_GENERIC:
            yield _finding(view, FindingKind.SCHOOL, *match.span(), own=False)


def own_school(reading: Reading, school: str) -> Iterator[Finding]:
    """The own school, in full or as people shorten it."""
    for written in fold(school).key.split():
        name = plain_kanji(written)
        founded = _FOUNDED.match(name)
        core = name[founded.end() :] if founded else name
        for generic in ("国立", "公立", "私立", "学校法人"):
            core = core.removeprefix(generic)
        kind = next((kind for kind in sorted(_SHORT_FORMS, key=len, reverse=True) if core.endswith(kind)), "")
        stem = core.removesuffix(kind)
        if written.endswith(_BRANCH) or len(stem) < 2 or covered(stem, GENERIC_SCHOOL):
            continue
        for form in _SHORT_FORMS.get(kind, ("",)):
            yield from _own(reading, stem + form, FindingKind.SCHOOL, short=len(form) == 1)
        if len(stem) >= _SHORTEST_ALONE and stem not in PREFECTURES:
            yield from _own(reading, stem, FindingKind.SCHOOL)


def _own(reading: Reading, core: str, kind: FindingKind, *, short: bool = False) -> Iterator[Finding]:
    """Where an own organisation is named. One that is short may not be inside a longer word."""
    core = "".join(char for char in core if char.isalnum())
    view = reading.letters
    tight = short or len(core) <= SHORT
    weak = tight and core in _ORDINARY
    for start in occurrences(view.key, core):
        end = start + len(core)
        worked = view.key.startswith(_WORKED, end) or view.key.endswith(_BARE_FORMS, 0, start)
        goes_on = touches_after(view, end, _same_word(view, end - 1, tight=tight))
        if touches_before(view, start, _same_word(view, start, tight=tight)) or (weak and not worked):
            continue
        if worked or not goes_on or (short and view.key.startswith(_STUDIED, end)):
            yield _finding(view, kind, start, end, own=True)


def _same_word(view: Folded, place: int, *, tight: bool) -> frozenset[Script]:
    """Letters that, touching this one, would make it part of another word."""
    own = script(view, place)
    if own is Script.KANJI:
        return KANJI if tight else frozenset()
    if own is Script.HIRAGANA:
        return HIRAGANA if tight else frozenset()
    return frozenset({own})


def _firm_cores(employer: str) -> set[str]:
    """The names of an employer without legal form and branch: what people write."""
    cores = set()
    key = plain_kanji(fold(employer).key)
    for written in key.split():
        bare = _FORM.sub("", written)
        if len(bare) > 1 and not bare.endswith(_BRANCH) and not covered(bare, GENERIC_FIRM):
            cores.add(bare)
    hospital = _MEDICAL.match(compact(key))
    if hospital:
        cores.update(hospital.groups())
    return cores


def _named(view: Folded, form: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Where a legal form stands with a name: what touches it first, then what stands across a blank."""
    start, end = form.span()
    typed = form.group() == _HAND_TYPED and view.source(start) in _BRACKETS
    for gap in (0, 1):
        if not typed and (gap == 0 or (start > 0 and view.source(start - 1) in _BLANKS)):
            first = run_before(view, start - gap, LETTERS, LONGEST_NAME)
            if _is_name(view.key[first : start - gap]):
                yield first, end
        if gap == 0 or (end < len(view.key) and view.source(end) in _BLANKS):
            last = _name_after(view, end + gap)
            if last is not None:
                yield start, last


def _name_after(view: Folded, start: int) -> int | None:
    """Where the name that stands directly after a legal form ends."""
    end = run_after(view, start, LETTERS, LONGEST_NAME)
    if end > start:
        return end if _is_name(view.key[start:end]) else None
    end = run_after(view, start, HIRAGANA, LONGEST_NAME)
    return end if end - start > 1 and not view.key.startswith(_GOES_ON, start) else None


def _is_name(run: str) -> bool:
    """Whether letters beside a legal form name somebody: no everyday words, no A for a name withheld."""
    counted = run[:1].isdecimal()  # 株式会社3社
    withheld = len(run) == 1 and run.isascii()
    return not (counted or withheld or covered(plain_kanji(run), GENERIC_FIRM))


def _finding(view: Folded, kind: FindingKind, start: int, end: int, *, own: bool) -> Finding:
    first, last = view.span(start, end)
    return Finding(kind, first, last, own=own)
