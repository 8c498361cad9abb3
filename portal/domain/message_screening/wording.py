"""How the rules read a message: letters and digits only, kana as hiragana, sentence by sentence, with the way back.

Terms are written here as anybody writes them; `term` lets each kanji stand in kana as well, so that 受講料, じゅこうりょう,
ジュコウリョウ and 受こう料 are one word. Blanks, punctuation and what cannot be seen are no part of a word.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from portal.domain.folding import Folded
from portal.domain.screening.kanji import plain_kanji
from portal.domain.screening.reading import STOPS, Reading

BEFORE = 60
"""Letters before a sentence that still belong to what it speaks of."""
_ENDS = frozenset("。!?\n")
# How a kanji is read inside the terms of the rules; most have one reading there.
_READINGS = {
    kanji: kana
    for pair in (
        "受じゅ 講こう 料りょう 費ひ 金きん 代だい 会かい 入にゅう 塾じゅく 学がく 月げつ 年ねん 謝しゃ 額がく 教きょう 材ざい 登とう 録ろく 利り "
        "用よう 手て 数すう 情じょう 報ほう 初しょ 期き 保ほ 証しょう 予よ 約やく 参さん 加か 験けん 審しん 査さ 維い 持じ 総そう 基き 本ほん 特とく 急きゅう "
        "有ゆう 面めん 接せつ 対たい 策さく 添てん 削さく 作さく 成せい 行こう 座ざ 習しゅう 個こ 別べつ 指し 導どう 診しん 断だん 検けん 定てい "
        "写しゃ 真しん 撮さつ 影えい 動どう 画が 合がっ 宿しゅく 就しゅう 職しょく 活かつ 履り 歴れき 書しょ 経けい 務む 応おう 募ぼ 類るい 模も 擬ぎ "
        "祝いわ 在ざい 宅たく 内ない 副ふく 業ぎょう 収しゅう 誰だれ 簡かん 単たん 振ふ 込こ 支し 払はら 購こう 買か 無む 償しょう 負ふ 担たん "
        "商しょう 品ひん 券けん 進しん 呈てい 贈ぞう 転てん 電でん 話わ 番ばん 号ごう 確かく 実じつ 高こう 貼は 仕し 事ごと 自じ 社しゃ 円えん 万まん"
    ).split()
    for kanji, kana in [(pair[0], pair[1:])]
}
_OTHER_READINGS = {
    "月": "つき",
    "入": "い",
    "手": "しゅ",
    "作": "つく",
    "行": "おこな",
    "報": "ぽう",
    "合": "ごう",
    "収": "しゅ",
    "職": "しょっ",
}
_KATAKANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}


def plain(pattern: str) -> str:
    """A pattern as the view is written: hiragana, kanji in the form compared."""
    return plain_kanji(pattern.translate(_KATAKANA))


def term(words: str) -> str:
    """An alternative of words (parted by blanks), each of whose kanji may be in kana. For use inside a pattern."""
    return "(?:" + "|".join("".join(map(_letter, plain(word))) for word in words.split()) + ")"


def rule(pattern: str) -> re.Pattern[str]:
    """A compiled pattern over the view; katakana in it is read as hiragana."""
    return re.compile(plain(pattern))


def _vowels(key: str) -> str:
    return plain_kanji(key).replace("-", "ー")


def _letter(char: str) -> str:
    spellings = [char, *(table[char] for table in (_READINGS, _OTHER_READINGS) if char in table)]
    return f"(?:{'|'.join(spellings)})" if len(spellings) > 1 else re.escape(char)


class _Said:
    """Whether a pattern stands in a key, looked for once: an unkind text has hundreds of sums in one sentence."""

    key: str

    @cached_property
    def _answers(self) -> dict[int, bool]:
        return {}

    def says(self, pattern: re.Pattern[str]) -> bool:
        """Whether the pattern stands anywhere. Patterns are constants of their modules, so their place names them."""
        answer = self._answers.get(id(pattern))
        if answer is None:
            answer = self._answers[id(pattern)] = pattern.search(self.key) is not None
        return answer


@dataclass(frozen=True)
class Sentence(_Said):
    """A stretch of the view: `key[start:end]`. before: what was said directly before it."""

    start: int
    end: int
    key: str
    before: str

    @cached_property
    def near(self) -> _Said:
        """The sentence with what was said before it."""
        return _Near(self.before + self.key)


@dataclass(frozen=True)
class _Near(_Said):
    key: str


@dataclass(frozen=True)
class Wording(_Said):
    """One message as the rules read it."""

    reading: Reading

    @cached_property
    def view(self) -> Folded:
        """Letters, digits, signs of money, the percent sign and stops; a dash after kana is a long vowel."""
        folded = self.reading.folded
        kept, kana = [], False
        for place, char in enumerate(folded.key):
            if char.isalnum() or char in "¥$€£₩%々" or char in STOPS or (char == "-" and kana):
                kept.append(place)
                kana = "ぁ" <= char <= "ゖ"
        return folded.only(kept).mapped(_vowels)

    @cached_property
    def key(self) -> str:  # type: ignore[override]  # the same text, made when it is asked for
        return self.view.key

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """Cut at stops; a line break ends a sentence too where its line says enough to be one."""
        view = self.view
        cuts, at = [], 0
        for place, char in enumerate(view.key):
            broken = place > at + 7 and "\n" in view.text[view.ends[place - 1] : view.starts[place]]
            if char in _ENDS or broken:
                end = place if broken and char not in _ENDS else place + 1
                cuts.append((at, end))
                at = end
        cuts.append((at, len(view.key)))
        return tuple(
            Sentence(start, end, view.key[start:end], view.key[max(0, start - BEFORE) : start])
            for start, end in cuts
            if end > start
        )

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a part of the view stands in the original."""
        return self.view.span(start, end)


def places(pattern: re.Pattern[str], sentence: Sentence) -> Iterator[tuple[int, int]]:
    """Where a pattern stands in a sentence, as places of the view."""
    for match in pattern.finditer(sentence.key):
        if match.end() > match.start():
            yield sentence.start + match.start(), sentence.start + match.end()
