"""Finds offers of paid services beside placement, and tells them from the signs of a sham side job (インチキ内職).

Both ask the reader for money. It is a sham side job where work or income is held out for it (家内労働のしおり II 6: costly
courses, dear machines, fees for registration, "stable orders" at one's own cost, advance payment, easy high income).
"""

import re
from collections.abc import Iterator

from portal.domain.message_screening.finding import FindingKind, Found
from portal.domain.message_screening.money import AMOUNT, DUTY, WARNING, charges, not_asked
from portal.domain.message_screening.wording import Wording, places, rule, term

# Work or income that is held out, not a vacancy with an employer.
_WORK = re.compile(
    "(?:"
    + term("在宅 内職 副業 副収入")
    + "|"
    + rule(
        "自宅で|ざいたく|さいどびじねす|月収|高収入|稼げ|稼ぐ|かせげ|誰でも|だれでも|買い取|買取|独立|加盟|開業|ふらんちゃいず|工賃|利益|元本|元が取れ|"
        "回収でき|副収入|不労|お?仕事(?:を|の|が|は)?(?:優先して|順次|すぐに|安定して|毎月|たくさん)?(?:お渡し|お回し|お送り|発注|お出し|出し|ご?紹介|入り|あっせん|まわし)|"
        "注文を(?:お回し|お出し)|下請け|おしごとは?.{0,8}ごしょうかい|作品|モニター|つき[0-9]{2,3}まん|月[0-9一二三四五六七八九十百]{2,5}万|紹介料|投資|運用|自動売買"
    ).pattern
    + ")"
)
_SUPPORT = re.compile(
    term(
        "面接 添削 内定 就活 履歴書 職務経歴書 応募書類 転職 就職支援 就職 キャリア 自己分析 志望動機 卒業 新卒"
    )
)

# 「…だけで」「誰でも」 beside an income that no simple work brings.
_EASY = rule(
    "(?:だけで|だけの(?:お)?仕事|だけで|するだけ|すまほ(?:1台|一台|ひとつ|だけ)|誰でも|だれでも|何もしなく|なにもしなく|寝ている間|こぴぺ|コピーして|簡単|かんたん|未経験でも|"
    "初心者でも|難しいことは|1日[0-9一二三四五六七八九十]{1,3}分|すきま時間|知識は?不要|ほったらかし|放置)"
)
_INCOME = rule(
    "(?:月収|月商|月に|月々|毎月|月|つき|週に|毎日|日給|日収|1日|一日|初月から|初月|時給)(?:平均|最低|最高|なんと|約|収入)?(?P<sum>[0-9一二三四五六七八九十百千]{1,7})(?P<man>万|まん)?"
)
_SURE = rule(
    "(?:保証|保障|確実|かくじつ|必ず(?:利益|もうか|儲|稼)|絶対に?(?:稼|もうか|儲)|夢ではありません|夢じゃ|稼げます|稼げる|かせげ|儲か|もうか|損はし)"
)
_MONTHLY, _DAILY = 300_000, 20_000
_GUARANTEED = rule(
    "(?:必ず(?:利益|もうか|儲|稼)|絶対に?(?:稼|もうか|儲)|元本(?:は|を)?(?:保証|保障)|収入(?:を|は)?(?:保証|保障))"
)
# Pattern 4: orders are said to be steady, but customers, costs and risk are one's own.
_OWN_CUSTOMERS = rule(
    "(?:取引先|顧客|お客(?:さま|様)?|仕事先|配送先|得意先|営業先|受注先|注文|販路)(?:は|の|も|を)?.{0,16}?(?:ご自身|ご自分|自分|各自|自力)(?:で|が|の力で|により)?.{0,10}?"
    "(?:開拓|見つけ|探し|さがし|確保|獲得|集め)"
)
_OWN_COSTS = rule(
    "(?:(?:経費|費用|ガソリン代|広告費|広告料)(?:は|も)?.{0,10}?(?:各自|ご自身|ご自分|自己|ご本人)の?(?:ご)?負担|完全歩合|完全出来高|加盟|購入)"
)
# Who brings others is paid: the firm sells to those who come.
_RECRUITING = rule(
    "(?:(?:お?友だち|お?友達|知人|知り合い|ご?家族)を?.{0,10}?(?:誘|勧誘|紹介す|紹介し).{0,12}?(?:紹介料|報酬|ばっく|収入)|人誘えば|勧誘(?:する|した)人数)"
)


def paid(wording: Wording) -> Iterator[Found]:
    """Where money is asked for, and where the words of a sham side job stand."""
    work = _WORK.search(wording.key) is not None
    if work:
        support = len(set(_SUPPORT.findall(wording.key)))
        work = support < 2 or len(set(_WORK.findall(wording.key))) > support
    kind = FindingKind.SHAM_SIDE_JOB if work else FindingKind.PAID_SERVICE
    for start, end in charges(wording):
        yield Found(kind, *wording.span(start, end))
    yield from _shams(wording)


def _shams(wording: Wording) -> Iterator[Found]:
    easy = _EASY.search(wording.key) is not None
    for sentence in wording.sentences:
        if WARNING.search(sentence.key):
            continue
        for match in _INCOME.finditer(sentence.key):
            if _too_good(match, sentence.key[match.end() :], easy=easy):
                yield _sham(wording, sentence.start + match.start(), sentence.start + match.end())
        for pattern in (_GUARANTEED, _RECRUITING):
            for start, end in places(pattern, sentence):
                if not DUTY.search(sentence.key):
                    yield _sham(wording, start, end)
        for match in _OWN_CUSTOMERS.finditer(sentence.key):
            if _OWN_COSTS.search(wording.key) and not not_asked(sentence.key[match.end() :]):
                yield _sham(wording, sentence.start + match.start(), sentence.start + match.end())


def _too_good(match: re.Match[str], after: str, *, easy: bool) -> bool:
    amount = value(match["sum"]) * (10_000 if match["man"] else 1)
    if not match["man"] and not AMOUNT.match(match["sum"] + after):
        return False
    day = match[0].startswith(("毎日", "日給", "日収", "1日", "一日", "時給"))
    least = 8_000 if match[0].startswith("時給") else _DAILY if day else _MONTHLY
    return amount >= least and (easy or _SURE.search(after[:24]) is not None)


_DIGITS = {char: number for number, char in enumerate("〇一二三四五六七八九")} | {"壱": 1, "弐": 2, "参": 3}
_STEPS = {"十": 10, "拾": 10, "百": 100, "千": 1000}


def value(figures: str) -> int:
    """A number below ten thousand in figures or kanji, as far as it can be read; longer ones as they stand."""
    total = current = 0
    for char in figures:
        if char in _STEPS:
            total += (current or 1) * _STEPS[char]
            current = 0
        else:
            current = current * 10 + (_DIGITS[char] if char in _DIGITS else int(char))
    return total + current


def _sham(wording: Wording, start: int, end: int) -> Found:
    return Found(FindingKind.SHAM_SIDE_JOB, *wording.span(start, end))
