"""Finds 生年月日 and 年齢 of the writer.

A date is ordinary in a work history. It is a birth date when it says so, or when it is the person's own. The own age
cannot be told from the birth date here, because a rule does not ask the clock and a text is screened once for all
days it will be shown.
"""

import re
from collections.abc import Iterator
from datetime import date

from portal.domain.folding import Folded
from portal.domain.screening.finding import Finding, FindingKind
from portal.domain.screening.numeral import counted
from portal.domain.screening.reading import Reading

# The year before the first one of each era.
_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
_ERAS |= {letter: _ERAS[era] for letter, era in zip("mtshr", list(_ERAS), strict=True)}
_ERA = "(?:明治|大正|昭和|平成|令和|(?<![a-z])[mtshr])"
_PART = "[0-9十]{1,3}"
_ERA_YEAR = "(?:" + _PART + "|元)"
_BETWEEN = " ?[年月./-] ?"
_WEST = (
    f"(?<![0-9])(?P<year>(?:18|19|20)[0-9]{{2}}){_BETWEEN}(?P<month>{_PART}){_BETWEEN}(?P<day>{_PART}) ?日?"
)
_JAPANESE = (
    f"(?P<era>{_ERA}) ?(?P<year>{_ERA_YEAR}){_BETWEEN}(?P<month>{_PART}){_BETWEEN}(?P<day>{_PART}) ?日?"
)
_PLAIN = "(?<![0-9])(?P<year>(?:18|19|20)[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})(?![0-9])"
_YEAR_LAST = (
    "(?<![0-9./-])(?P<month>[0-9]{1,2})[./-](?P<day>[0-9]{1,2})[./-](?P<year>(?:18|19|20)[0-9]{2})(?![0-9])"
)
_DATES = tuple(map(re.compile, (_WEST, _JAPANESE, _PLAIN, _YEAR_LAST)))

_BORN = "(?:に|の)?(?:生まれ|生れ|うまれ|誕生(?!日プレ|会))"
_BORN_AFTER = re.compile(f" ?(?:{_BORN}|生(?![一-鿿ぁ-ゖ]))")
# A year or a day alone is a birth only when the word follows at once: 「2010年に生まれたサービス」 is none.
_BORN_YEAR = re.compile(
    f"(?:(?P<era>{_ERA}) ?(?P<year>{_ERA_YEAR})|(?<![0-9])(?P<western>[0-9]{{4}})) ?年 ?"
    "(?:生まれ|生れ|うまれ|生(?![一-鿿ぁ-ゖ]))"
)
_BORN_SHORT_YEAR = re.compile(
    f"(?:{_ERA} ?)?(?<![0-9])[0-9]{{1,4}} ?年 ?{_PART} ?月 ?(?:生まれ|生れ|うまれ)|"
    "(?<![0-9])[0-9]{2} ?年 ?(?:生まれ|生れ|うまれ)|born (?:in )?(?:18|19|20)[0-9]{2}"
)
_BORN_DAY = re.compile(
    f"(?<![0-9])(?P<month>{_PART}) ?月 ?(?P<day>{_PART}) ?日 ?(?:生まれ|生れ|うまれ|が誕生日)"
)
_LABELLED = re.compile(
    "(?:生年月日|誕生日|ば-すで-|birthday|birth date|date of birth)[ はがの:=→]{0,3}(?:is )?(?:西暦)?"
    f"(?:{_ERA}? ?[0-9十元]{{1,4}}{_BETWEEN}{_PART}(?:{_BETWEEN}{_PART})? ?日?|[0-9]{{8}})"
)

_AGE = re.compile("(?<![0-9.])([1-9][0-9]|[1-9]?十[1-9]?) ?[歳才]")
YOUNGEST = 15  # who is younger is not at work: the age of a child
_AGE_FIELD = re.compile("年齢[ :はが]{1,3}[1-9][0-9](?![0-9代歳才])")
_AGE_BEFORE = tuple(
    "現在 現在の 今年 今年で いま 今 満 年齢は 年齢 年齢: 私は わたしは 僕は 当方 当方は 自分は もうすぐ まもなく age".split()
)
_AGE_AFTER = re.compile(
    "[ 、,/]?(?:です|になりま|になった|でございます|の?(?:男性|女性|男です|女です|主婦|主夫|ふり-|会社員|独身|しんぐる|無職))"
)
# An age that is a sentence by itself: who writes 「三十六才。」 about themselves speaks of nobody else.
_SENTENCE_BEFORE = re.compile("(?:\\A|[。\n!?・:])[ ・:]?\\Z")
_SENTENCE_AFTER = re.compile(" ?(?:[。\n!?]|\\Z)")
# Ages of others, and ages that are limits.
_AGE_NOT_AFTER = tuple(
    "以上 以下 未満 まで から 児 の子 定年 頃 ごろ の頃 の時 のとき と の娘 の息子 の長男 の長女 の父 の母 になる子 になる娘 になる息子 になる長".split()
)
_OTHERS = re.compile(
    "定年|平均|対象|最高齢|最年少|利用者|入居者|お客|顧客|子ども|子供|[子娘母父夫妻]は|[子娘母父夫妻]が|息子|長男|長女|次男|次女|"
    "祖父|祖母|両親|孫|犬|猫|上司|同僚|部下|店長は|社長は"
)
_CLAUSE = re.compile("[。、\n!?]")
_BEFORE = 14


def births(reading: Reading, own: date | None) -> Iterator[Finding]:
    """Dates that are called a birth, and the own birth date in any writing."""
    view = reading.numbers
    for pattern in _DATES:
        for match in pattern.finditer(view.key):
            is_own = own is not None and own in _days(match)
            if is_own or _BORN_AFTER.match(view.key, match.end()):
                yield _finding(view, match, FindingKind.BIRTH_DATE, own=is_own)
    for match in _BORN_YEAR.finditer(view.key):
        is_own = own is not None and own.year == _year(
            match.group("era"), match.group("year") or match.group("western")
        )
        yield _finding(view, match, FindingKind.BIRTH_DATE, own=is_own)
    for match in _BORN_DAY.finditer(view.key):
        day = counted(match.group("month")), counted(match.group("day"))
        is_own = own is not None and day == (own.month, own.day)
        yield _finding(view, match, FindingKind.BIRTH_DATE, own=is_own)
    for pattern in (_BORN_SHORT_YEAR, _LABELLED):
        for match in pattern.finditer(view.key):
            yield _finding(view, match, FindingKind.BIRTH_DATE, own=False)


def ages(reading: Reading) -> Iterator[Finding]:
    """An age that the writer says to be their own."""
    view = reading.numbers
    for match in _AGE.finditer(view.key):
        clause = _CLAUSE.split(view.key[max(0, match.start() - _BEFORE) : match.start()])[-1]
        told = clause.rstrip().endswith(_AGE_BEFORE) or _AGE_AFTER.match(view.key, match.end())
        told = told or (
            _SENTENCE_BEFORE.search(view.key, max(0, match.start() - 2), match.start())
            and _SENTENCE_AFTER.match(view.key, match.end())
        )
        child = (counted(match.group(1)) or 0) < YOUNGEST
        limit = view.key.startswith(_AGE_NOT_AFTER, match.end())
        if told and not child and not limit and not _OTHERS.search(clause):
            yield _finding(view, match, FindingKind.AGE, own=False)
    for match in _AGE_FIELD.finditer(view.key):
        if not _OTHERS.search(view.key[max(0, match.start() - _BEFORE) : match.start()]):
            yield _finding(view, match, FindingKind.AGE, own=False)


def _days(match: re.Match[str]) -> set[date]:
    """The days a written date can mean; with the year last, day and month may stand either way."""
    parts = match.groupdict()
    year, month, day = _year(parts.get("era"), parts["year"]), counted(parts["month"]), counted(parts["day"])
    if year is None or month is None or day is None:
        return set()
    days = set()
    for one, other in ((month, day), (day, month)) if match.re.pattern == _YEAR_LAST else ((month, day),):
        try:
            days.add(date(year, one, other))
        except ValueError:
            continue
    return days


def _year(era: str | None, written: str) -> int | None:
    """The western year of a written one."""
    year = counted(written)
    return year if year is None or era is None else _ERAS[era] + year


def _finding(view: Folded, match: re.Match[str], kind: FindingKind, *, own: bool) -> Finding:
    first, last = view.span(*match.span())
    return Finding(kind, first, last, own=own)
