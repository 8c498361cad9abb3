"""How a careless but honest person writes the cells of a registration file: every form that the document takes."""

import random
import unicodedata
from collections.abc import Sequence
from datetime import date

# First day, name, letter, year that is its year 1.
_ERAS = (
    (date(2019, 5, 1), "令和", "R", 2019),
    (date(1989, 1, 8), "平成", "H", 1989),
    (date(1926, 12, 25), "昭和", "S", 1926),
    (date(1912, 7, 30), "大正", "T", 1912),
    (date(1873, 1, 1), "明治", "M", 1868),
)

_FAMILY = (
    "架空",
    "見本",
    "仮名",
    "例示",
    "架空﨑",
    "見本髙",
    "架空澤邉",
    "髙見本",
    "カクウ",
    "Mihon",
    "Ｋａｋｕｕ",
)
_FAMILY_BEYOND = ("𠮷見本", "架空𡈽", "葛\U000e0100見本", "架空神")
_GIVEN = (
    "太郎",
    "花子",
    "さくら",
    "ﾀﾛｳ",
    "ジョアンナ＝マリア",
    "濵子",
    "恵　実",
    'Hana "Mimi"',
    "O'Hana",
    "一,二",
)
_GIVEN_BEYOND = ("𠮷乃", "𩸽郎", "神奈", "~〜−")
_KANA = (
    "カクウ ハナコ",
    "かくう　さくら",
    "ｶｸｳ ﾀﾞﾛｳ",
    "ミホン　ジョアンナ・マリア",
    "みほん はなこ",
    "カクウ  ヴァイオレット",
)
_RESIDENCE = (
    "東京都架空市見本町1丁目2番3号",
    "架空県見本郡架空町大字見本１２３番地の４　架空荘, 201号室",
    '北海道架空市"見本"条１－２－３',
    "三重県架空市髙﨑町①－Ⅱ",
)
_SENTENCES = (
    "接客が得意です。",
    "お客さまの話をよく聞き、\n分かりやすく伝えます。",
    "表計算と文書の作成ができます（10年以上）。",
    'まわりからは"丁寧"と言われます。',
    "発注, 在庫, 検品を担当しました。",
    "髙さのある棚の作業も、㈱の書類も、①から⑳まで数えます。",
    "=見本+1 のような式も文章のうちです。",
    "夜勤は月４回まで、土日は可。\r\n残業は相談したいです。",
    "半角ｶﾅも　全角　空白も\tそのままです。",
    "-見本- @架空 #1 100％ 'かっこ' を使います。",
)
_SENTENCES_BEYOND = (
    "𠮷と葛\U000e0100と𩸽が書けます。",
    "〜から−まで、é と ü も。",
    "見本の絵文字 \U0001f338 です。",
)
_HYPHENS = "-－‐―ー"
_HYPHENS_BEYOND = "−–‑"
_KANJI = "〇一二三四五六七八九"


def other_width(text: str) -> str:
    """ASCII in full-width form, full-width kana in half-width form; the rest as it is."""
    return "".join(_HALF.get(c, chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c) for c in text)


_HALF = {unicodedata.normalize("NFKC", chr(p)): chr(p) for p in range(0xFF66, 0xFF9E)} | {
    chr(ord(unicodedata.normalize("NFKC", chr(p))) + 1): chr(p) + "ﾞ" for p in range(0xFF76, 0xFF85)
}


class Writer:
    """Draws forms. cp932: only characters that this encoding has."""

    def __init__(self, drawn: random.Random, on: date, *, cp932: bool) -> None:
        self.drawn = drawn
        self.on = on
        beyond = not cp932
        self._family = _FAMILY + _FAMILY_BEYOND * beyond
        self._given = _GIVEN + _GIVEN_BEYOND * beyond
        self._sentences = _SENTENCES + _SENTENCES_BEYOND * beyond
        self._hyphens = _HYPHENS + _HYPHENS_BEYOND * beyond

    def width(self, text: str) -> str:
        """The text, at times in full-width form or with blanks around it."""
        chance = self.drawn.random()
        if chance < 0.1:
            return "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c for c in text)
        return f" {text}\u3000" if chance < 0.15 else text

    def number(self, n: int) -> str:
        """The n-th registration number; no two are alike."""
        digits = 6 + n % 3
        hyphen = self.drawn.choice(("", *self._hyphens))
        return self.width(f"{13990 + digits}{hyphen}{n:0{digits}}")

    def name(self) -> str:
        """Family and given name with a blank of either width, once in a while as long as a name may be."""
        family, given = self.drawn.choice(self._family), self.drawn.choice(self._given)
        if self.drawn.random() < 0.02:
            given = ("見本" * 40)[: 79 - len(family)]
        blank = self.drawn.choice((" ", "\u3000", "\u3000", "  "))
        if len(family) + len(blank) + len(given) > 80:
            blank = " "
        return self.drawn.choice(("", "", " ", "\u3000")) + family + blank + given

    def kana(self) -> str:
        """A reading in one of the kinds of kana."""
        return self.drawn.choice(_KANA)

    def day(self, day: date) -> str:
        """A day in one of the forms of the document."""
        era, letter, year = next(
            (name, letter, day.year - one + 1) for first, name, letter, one in _ERAS if day >= first
        )
        first = "元" if year == 1 else str(year)
        forms = (
            day.isoformat(),
            f"{day.year}/{day.month}/{day.day}",
            f"{day.year}.{day.month}.{day.day}",
            f"{day:%Y%m%d}",
            f"{day.year}年{day.month}月{day.day}日",
            f"{era}{first}年{day.month}月{day.day}日",
            f"{era[0]}{year}.{day.month}.{day.day}",
            f"{letter}{year}.{day.month:02}.{day.day:02}",
            f"{letter}{year}/{day.month}/{day.day}",
            f"{era}{'元' if year == 1 else _kanji(year)}年{_kanji(day.month)}月{_kanji(day.day)}日",
            "".join(_KANJI[int(c)] for c in str(day.year)) + f"年{_kanji(day.month)}月{_kanji(day.day)}日",
        )
        return self.width(self.drawn.choice(forms))

    def phone(self) -> str:
        """A number that nobody has."""
        return self.drawn.choice(
            (
                "00-0000-0000",
                "０００－００００－００００",
                "(00)0000-0000",
                "00 0000 0000",
                "+81-00-0000-0000",
                "0000000000",
            )
        )

    def mail(self, n: int) -> str:
        """An address that nobody has."""
        return self.width(f"mihon.{n:06}@example.jp")

    def residence(self) -> str:
        """An address in no town, once in a while as long as one may be."""
        home = self.drawn.choice(_RESIDENCE)
        return (home + "架空" * 100)[:200] if self.drawn.random() < 0.02 else home

    def codes(self, codes: Sequence[str]) -> str:
        """Several codes in one cell."""
        return self.drawn.choice((";", ";", "；", " ; ")).join(map(self.width, codes))

    def yes(self) -> str:
        """A yes."""
        return self.drawn.choice(("1", "yes", "はい", "１"))

    def no(self) -> str:
        """A no."""
        return self.drawn.choice(("0", "no", "いいえ", "", "０"))

    def text(self) -> str:
        """Some sentences, at times exactly as long as a text may be, at times with a telephone number in them."""
        chance = self.drawn.random()
        if chance < 0.01:
            return "電話は090-0000-0000です。"
        text = "".join(self.drawn.choices(self._sentences, k=self.drawn.randint(1, 6)))
        if chance < 0.05:
            # A line break counts as one character, whichever it is.
            return ("見本" + text.replace("\r\n", "\n") + "長い文章です。" * 90)[:600]
        return text if len(text) <= 600 else text[:500]


def _kanji(number: int) -> str:
    """In kanji as people say it: 十二, 二十, 六十四."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else _KANJI[tens] + "十") + (
        "" if ones == 0 else _KANJI[ones]
    )
