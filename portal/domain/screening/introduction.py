"""How people say a name: what stands before and after it.

Names of one kanji, names that are ordinary words, and short kana are everywhere in a text; they are taken for a
name only when they are introduced like one.
"""

from portal.domain.folding import Folded
from portal.domain.screening.reading import (
    NAME_SCRIPTS,
    STOPS,
    Script,
    script,
    touches_after,
    touches_before,
)
from portal.domain.screening.words import NOT_A_PERSON

# After these only a name can have stood.
CALLED = tuple(
    "と申 ともうし と呼 とよば といいま と言いま という名 という者 と言う者 さん 様 さま 氏 くん 君 ちゃん 殿 拝".split()
)
# After these nothing else can have stood, so that kana before it (みんなにみどりさんと呼ばれ) does no harm.
CERTAIN = tuple(
    title + said
    for title in ("", "さん", "ちゃん", "くん", "君")
    for said in ("と申", "ともうし", "と呼", "とよば", "という名")
)
# After these a name or any other word can have stood.
STATED = tuple("です でございます でした だ。 より。 と書き".split())
# Before these only the writer can be named.
SELF = tuple(
    "私は わたしは わたくしは 僕は ぼくは 俺は 自分は 当方は こちらは 私 名前は 氏名は 姓は 名は 本名は 旧姓は 苗字は 名字は "
    "こんにちは こんにちは、 こんばんは こんばんは、 担当の 係の 店長の 主任の 社員の 主婦の iam im mynameis nameis".split()
)
# A field of a form, filled in by hand in the text.
LABELS = tuple("氏名 姓名 名前 本名 旧姓 署名 姓 ふりがな よみがな 読み かな name".split())
# Kanji that may touch the first kanji of a name: 店長山田, 私山田, 氏名山田.
LEADERS = frozenset("私僕俺姓名氏者長員表任係師士当旧元")
# The word before goes on: 「好きな場所は森です」 names no one.
TOPICS = frozenset("はがもをにでとのや")
TOPICS_BEFORE_COMMA = frozenset("はもをにのや")
# Blanks that may stand around a signature on its line, in characters.
MARGIN = 80
LINE_BLANKS = " \t\u3000"
LONGEST = max(map(len, (*SELF, *LABELS))) + 1


def introduced(view: Folded, start: int, end: int) -> bool:
    """Whether the word at this place of a view of letters is said like a name."""
    before, after = view.key[max(0, start - LONGEST) : start], view.key[end : end + LONGEST]
    if (view.key[start:end] + after).startswith(tuple(NOT_A_PERSON)):
        return False
    if _alone_on_its_line(view, start, end) or _labelled(view, before, start, end):
        return True
    if _signed(view, start, end):
        return True
    if after.startswith(CALLED):
        return not touches_before(view, start, _like(view, start))
    return after.startswith(STATED) and (before.endswith(SELF) or _opens(view, start))


def certain(view: Folded, end: int) -> bool:
    """Whether the words after this place of a view of letters leave no doubt that it was a name."""
    return view.key.startswith(CERTAIN, end)


def named_self(view: Folded, start: int) -> bool:
    """Whether the words before this place of a view of letters announce the writer's name."""
    return view.key[max(0, start - LONGEST) : start].endswith(SELF)


def called(view: Folded, end: int) -> bool:
    """Whether the words after this place of a view of letters say that it was a name."""
    return view.key.startswith(CALLED, end)


def led(view: Folded, start: int) -> bool:
    """Whether the kanji touching this place may stand before a name."""
    return start > 0 and view.key[start - 1] in LEADERS


def _opens(view: Folded, start: int) -> bool:
    """Whether a new thought begins here: the start, a stop, a gap, unless the thought before still goes on."""
    if start == 0:
        return True
    last = start - 1
    if view.key[last] == "、":
        return last == 0 or view.key[last - 1] not in TOPICS_BEFORE_COMMA
    if view.key[last] not in STOPS and view.joined[start]:
        return False
    return view.key[last] not in TOPICS


def _labelled(view: Folded, before: str, start: int, end: int) -> bool:
    """Whether it fills in a field: 「氏名：森」「名前は森」, and nothing that goes on (「氏名：原則として」)."""
    field = before.removesuffix("は")
    if not field.endswith(LABELS) or (field == before and view.joined[start]):
        return False
    return not touches_after(view, end, NAME_SCRIPTS) and not (
        script(view, end - 1) is Script.HIRAGANA
        and touches_after(view, end, {Script.HIRAGANA})
        and not view.key.startswith((*CALLED, *STATED), end)
    )


def _signed(view: Folded, start: int, end: int) -> bool:
    """Whether it closes a line after a finished sentence: 「…お願いします。森」「以上、森より」."""
    finished = start > 0 and (view.key[start - 1] == "。" or view.key.endswith("以上、", 0, start))
    return finished and _ends_a_line(view, end)


def _alone_on_its_line(view: Folded, start: int, end: int) -> bool:
    """Whether it is a line of its own, as a signature is."""
    first, _ = view.span(start, end)
    before = view.text[max(0, first - MARGIN) : first].rstrip(LINE_BLANKS)[-1:]
    return before in ("", "\n", "\r") and _ends_a_line(view, end)


def _ends_a_line(view: Folded, end: int) -> bool:
    """Whether nothing follows on the line but a closing より."""
    last = view.ends[end - 1]
    after = (
        view.text[last : last + MARGIN].lstrip(LINE_BLANKS).removeprefix("より").lstrip(LINE_BLANKS + "。")
    )
    return after[:1] in ("", "\n", "\r")


def _like(view: Folded, place: int) -> frozenset[Script]:
    """The scripts that would make one word with the letter at this place."""
    return frozenset({script(view, place)})
