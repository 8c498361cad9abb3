"""Finds 住所: postal codes, towns with numbers, rooms, and where somebody says to live."""

import re
from collections.abc import Iterator

from portal.domain.folding import Folded
from portal.domain.screening.finding import Finding, FindingKind
from portal.domain.screening.reading import Reading, Script, run_before, script
from portal.domain.screening.words import GENERIC_PLACE_ENDINGS, GENERIC_PLACES

_N = "[0-9〇一二三四五六七八九十]{1,5}"
# After these a pair of numbers is a quantity: 100-2000円, 200-300件.
_COUNTER = (
    " ?(?:円|人|名|時|日|月|年|件|個|点|本|枚|回|歳|才|万|千|%|分|秒|室|台|軒|階|km|cm|mm|kg|g|t|社|校|度|割|倍|位|級|種|箱|便|食|冊|着|"
    "杯|字|語|問|頁|ぺ|週|か月|ゖ月|名様|席|床|坪|畳|[a-z])"
)
_POSTAL = re.compile(
    f"〒 ?[0-9]{{3}} ?-? ?[0-9]{{4}}|(?<![0-9a-z.,¥\\\\-])[0-9]{{3}}-[0-9]{{4}}(?![0-9]|-[0-9]|{_COUNTER})"
)
_BLOCK = re.compile(
    f"{_N}丁目(?: ?{_N}(?:番地?|-)?(?:の|-)?(?:{_N})?号?)"
    f"|(?<![0-9])[0-9]{{1,5}}番地|[〇一二三四五六七八九十]{{1,5}}番地(?![味道域元方球震])"
    f"|{_N}番{_N}号"
)
_TOWN = "[一-鿿ぁ-ゖ々〆 -]{0,14}?"
_NUMBERED = re.compile(
    f"(?<=[一-鿿ぁ-ゖ々])[市区町村郡](?P<town>{_TOWN})[0-9]{{1,4}}[-の][0-9]{{1,3}}(?P<third>[-の][0-9]{{1,4}})?"
    f"(?![0-9]|{_COUNTER})"
)
_NUMBERED_BLOCK = re.compile(f"(?<=[一-鿿ぁ-ゖ々])[市区町村](?P<town>{_TOWN}){_N}丁目")
# Without a municipality: three numbers after a town, and the grid of Hokkaido (北1条西2丁目).
_IN_TOWN = re.compile(
    f"(?<=[町台丘通条座])[0-9]{{1,4}}[-の][0-9]{{1,3}}[-の][0-9]{{1,4}}(?![0-9]|{_COUNTER})|{_N}条[東西南北]?{_N}丁目"
)
_SECTION = re.compile(f"(?:大字|[市町村]字)[一-鿿々ぁ-ゖ]{{1,10}}?{_N}(?![0-9]|{_COUNTER})")
_ROOM = re.compile(
    "(?:荘|はいつ|こ-ぽ|まんしょん|あぱ-と|めぞん|れじでんす|団地|びら|ぱれす|はいむ|かさ|県営住宅|市営住宅|都営住宅)"
    "[^。、\n]{0,12}?[0-9a-z]{1,5}(?:-[0-9]{1,4})?号室"
)
LIVING = (
    "に住ん|に住み(?!込)|に住ま|に住所|に在住|在住|に居住|居住|にある自宅|の自宅|の実家|に自宅|に実家|に家が|に引っ越|へ引っ越|住み(?!込)|"
    "に住民票|からの通勤|から通勤|に下宿|で一人暮らし|で暮らし"
)
_LIVES = re.compile(f"(?<=[一-鿿ぁ-ゖ々])[市区町村](?P<town>{_TOWN})(?:{LIVING})")
# Kana that occur inside names of towns (丸の内, 霞が関, つつじヶ丘); other hiragana is a sentence going on.
_TOWN_KANA = frozenset("のがけつ")
LONGEST_MUNICIPALITY = 12
LONGEST_KANA = 4  # さいたま
LONGEST_TOWN = 20
PLACE_SCRIPTS = frozenset({Script.KANJI, Script.KATAKANA})


def addresses(reading: Reading) -> Iterator[Finding]:
    """Anything of the shape of an address; a prefecture or a municipality alone is where people want to work."""
    for view in (reading.closed, reading.numbers):
        for match in _POSTAL.finditer(view.key):
            yield _finding(view, *match.span())
        for match in _NUMBERED.finditer(view.key):
            if match.group("third") or _is_town(view, match):
                yield _finding(view, _municipality(view, match.start()), match.end())
    view = reading.closed
    for pattern in (_BLOCK, _IN_TOWN, _SECTION, _ROOM):
        for match in pattern.finditer(view.key):
            yield _finding(view, run_before(view, match.start(), PLACE_SCRIPTS, LONGEST_TOWN), match.end())
    for match in _NUMBERED_BLOCK.finditer(view.key):
        if _is_town(view, match):
            yield _finding(view, _municipality(view, match.start()), match.end())
    for match in _LIVES.finditer(view.key):
        start = _municipality(view, match.start())
        named = view.key[start : match.start() + 1]
        if (
            _is_town(view, match)
            and named not in GENERIC_PLACES
            and not named.endswith(GENERIC_PLACE_ENDINGS)
        ):
            yield _finding(view, start, match.end("town"))


def _municipality(view: Folded, last: int) -> int:
    """Where the name that ends with this 市区町村 begins, the prefecture before it included."""
    kana = run_before(view, last, {Script.HIRAGANA}, LONGEST_KANA)
    return run_before(view, kana, PLACE_SCRIPTS, LONGEST_MUNICIPALITY)


def _is_town(view: Folded, match: re.Match[str]) -> bool:
    """Whether what stands between municipality and numbers is a name and not a sentence."""
    return all(
        script(view, place) is not Script.HIRAGANA or view.key[place] in _TOWN_KANA
        for place in range(*match.span("town"))
    )


def _finding(view: Folded, start: int, end: int) -> Finding:
    first, last = view.span(start, end)
    return Finding(FindingKind.ADDRESS, first, last, own=False)
