"""Finds offers of paid services beside placement, and tells them from the signs of a sham side job (インチキ内職).

Both ask the reader for money. It is a sham side job where work or income is held out for it (家内労働のしおり II 6: costly
courses, dear machines, fees for registration, "stable orders" at one's own cost, advance payment, easy high income).
"""

import re
from collections.abc import Iterator

from portal.domain.message_screening.excuse import warned
from portal.domain.message_screening.finding import FindingKind, Found
from portal.domain.message_screening.money import (
    AMOUNT,
    DUTY,
    EMPLOYED,
    VACANCY,
    WORK,
    at_home,
    charges,
    not_asked,
)
from portal.domain.message_screening.wording import Sentence, Wording, places, rule, term

_SUPPORT = re.compile(
    term(
        "面接 添削 内定 就活 履歴書 職務経歴書 応募書類 転職 就職支援 就職 キャリア 自己分析 志望動機 卒業 新卒"
    )
)

# 「…だけで」「誰でも」 beside an income that no simple work brings.
_EASY = rule(
    "(?:だけで|だけの(?:お)?仕事|だけで|するだけ|すまほ(?:1台|一台|ひとつ|だけ)|誰でも|だれでも|何もしなく|なにもしなく|寝ている間|こぴぺ|コピーして|簡単|かんたん|未経験でも|"
    "初心者でも|難しいことは|1日[0-9一二三四五六七八九十]{1,3}分|すきま時間|知識は?不要|"
    "やる気さえ|ラクに|らくに|楽に|主婦でも|スキマ時間|秘密の|方法を教え|仕組みを|仕組みが|"
    "だけ。|時間だけ|誰にでも|どなたでも|放置)"
)
_INCOME = rule(
    "(?:日払い|週払い|月収|月商|月に|月々|毎月|月|つき|週に|毎日|日給|日収|1日|一日|初月から|"
    "初月|時給)(?:平均|最低|最高|なんと|約|"
    "収入)?(?P<sum>[0-9一二三四五六七八九十百千]{1,7})(?P<man>万|まん)?"
)
_SURE = rule(
    "(?:保証|保障|確実|かくじつ|必ず(?:利益|もうか|儲|稼)|絶対に?(?:稼|もうか|儲)|夢ではありません|夢じゃ|稼げます|稼げる|かせげ|儲か|もうか|損はし|可能|約束|堅い)"
)
_HIGH = rule("(?:高収入|こうしゅうにゅう|大金|高額報酬|高額収入|楽して|らくして|楽に稼|不労所得|ぼろ儲け)")
# Pattern 2: a machine, material or place has to be had before there is any work.
_MUST_BUY = rule(
    "(?:指定の?|専用の?|当社の|当会の|特別な|こちらの).{0,12}?(?:機種|機械|ミシン|パソコン|教材|キット|ソフト|車両|車|道具|材料|端末|器具|セット).{0,14}?"
    "(?:リース|購入|契約して|契約が|買って|お買い|お求め|ローン)"
    "|(?:機械|ミシン|教材|教則|材料|道具|キット|パソコン|ソフト|車両|セット|一式|商品|"
    "器具)(?:一式|セット)?(?:を|は|の).{0,14}?(?:買って|購入して|ご購入|お買い上げ|お買い求め|"
    "お求め|仕入れて)"
    ".{0,6}?(?:いただ|くだ|条件|必要|方に|方のみ|方だけ|方から|後に|たら)"
    "|(?:当社|弊社|当会|本部)から.{0,10}?(?:お求め|ご購入|購入|お買い|仕入れ)"
)
# Accounts, papers and parcels of others: advance and risk are the reader's.
_LENDING = rule(
    "(?:(?:口座|通帳|キャッシュカード|身分証)(?:と|を|の写真を|や)?.{0,8}?(?:貸し|送って|だけで|お貸し|ご用意いただくだけ)|荷物を受け取って.{0,6}?転送)"
)
_MONTHLY, _DAILY = 300_000, 20_000
_GUARANTEED = rule(
    "(?:必ず(?:利益|もうか|儲|稼)|絶対に?(?:稼|もうか|儲)|元本(?:は|を)?(?:保証|保障)|収入(?:を|"
    "は|も)?[^。]{0,8}?(?:保証|保障|約束)|(?:資金|お金|元金|預け)[^。]{0,16}?配当)"
)
# Pattern 4: orders are said to be steady, but customers, costs and risk are one's own.
_OWN_CUSTOMERS = rule(
    "(?:取引先|顧客|お客(?:さま|様)?|最初の営業|営業|仕事先|配送先|得意先|営業先|受注先|注文|"
    "販路)(?:は|の|も|を)?.{0,16}?(?:ご自身|ご自分|自分|各自|自力)(?:で|が|の力で|"
    "により)?.{0,10}?"
    "(?:開拓|見つけ|探し|さがし|確保|獲得|集め|お願いし)"
)
_OWN_COSTS = rule(
    "(?:(?:経費|費用|ガソリン代|広告費|広告料)(?:は|も)?.{0,10}?(?:各自|ご自身|ご自分|自己|"
    "ご本人)の?(?:ご)?負担|(?:報酬|売上|売り上げ)の[0-9一二三四五六七八九]割|持ち出し|自腹|"
    "手出し|成約した分だけ|成約分だけ|成果に応じ|完全成果|完全歩合|歩合(?:のみ|だけ|制)|"
    "完全出来高|加盟|購入)"
)
_STEADY = rule(
    "(?:(?:安定|途切れ|絶え|切らさ|豊富|たくさん|次々|どんどん|いくらでも|引く手あまた)[^。]{0,10}?(?:仕事|注文|受注|依頼|発注|案件|荷物|お回し)|"
    "(?:仕事|注文|受注|依頼|発注|案件|荷物)[^。]{0,12}?(?:安定|途切れ|絶え|切らさ|豊富|次々|どんどん|いくらでも))"
)
_OWN_EFFORT = rule(
    "(?:ご自身|ご自分|自分|各自|自力|ご本人|個々)(?:で|が|の力で|により|の責任で)[^。]{0,14}?(?:開拓|見つけ|探|確保|獲得|集め|営業|取って|回って|売り込)|飛び込み営業"
)
# Home is where sham side jobs are offered; hurry and promises are their cautions there.
_HURRY = rule(
    "(?:今日中|本日中|本日限り|今日限り|明日まで|今すぐ|先着|あと[0-9一二三四五六七八九十]{1,2}名|残りわずか|枠が(?:残り|なくな)|早い者勝ち|急いで|お急ぎ)"
)
_SIGN = rule("(?:契約|入金|ご決断|決断|決済|ご入会|入会|加入|お?手続き|サイン|印鑑)")
# Who brings others is paid: the firm sells to those who come.
_RECRUITING = rule(
    "(?:(?:お?友だち|お?友達|知人|知り合い|ご?家族)を?.{0,10}?(?:誘|勧誘|紹介す|紹介し).{0,12}?(?:紹介料|報酬|ばっく|収入)|人誘えば|勧誘(?:する|した)人数)"
)


def paid(wording: Wording) -> Iterator[Found]:
    """Where money is asked for, and where the words of a sham side job stand."""
    asked = list(charges(wording))
    if asked:
        kind = FindingKind.SHAM_SIDE_JOB if _is_work(wording) else FindingKind.PAID_SERVICE
        for start, end in asked:
            yield Found(kind, *wording.span(start, end))
    yield from _shams(wording)


def _is_work(wording: Wording) -> bool:
    """Whether what is sold is work rather than help in looking for it."""
    if not wording.says(WORK):
        return False
    support = len(set(_SUPPORT.findall(wording.key)))
    return support < 2 or len(set(WORK.findall(wording.key))) > support


def _shams(wording: Wording) -> Iterator[Found]:
    """The words of a sham side job, where they are no warning of one."""
    burdens = list(_burdens(wording))
    for sentence in wording.sentences:
        inside = (place for place in burdens if sentence.start <= place[0] < sentence.end)
        for start, end in (*_promises(wording, sentence), *inside):
            if not warned(sentence, start - sentence.start):
                yield Found(FindingKind.SHAM_SIDE_JOB, *wording.span(start, end))


def _promises(wording: Wording, sentence: Sentence) -> Iterator[tuple[int, int]]:
    """High or sure income in one sentence, and what has to be bought or done for it."""
    easy, home = wording.says(_EASY), at_home(wording)
    for match in _INCOME.finditer(sentence.key):
        if _too_good(
            match,
            sentence.key[max(0, match.start() - 60) : match.end()],
            sentence.key[match.end() : match.end() + 24],
            easy=easy,
            home=home,
        ):
            yield sentence.start + match.start(), sentence.start + match.end()
    if easy and not (wording.says(EMPLOYED) or wording.says(VACANCY) or "時給" in wording.key):
        for start, end in places(_HIGH, sentence):
            if not (sentence.says(DUTY) or not_asked(wording.key[end : min(sentence.end, end + 60)])):
                yield start, end
    for pattern in (_GUARANTEED, _RECRUITING, _MUST_BUY, _LENDING):
        for start, end in places(pattern, sentence):
            if not (
                sentence.says(EMPLOYED)
                or sentence.says(DUTY)
                or not_asked(wording.key[end : min(sentence.end, end + 60)])
            ):
                yield start, end
    for match in _OWN_CUSTOMERS.finditer(sentence.key):
        if wording.says(_OWN_COSTS) and not not_asked(sentence.key[match.end() : match.end() + 60]):
            yield sentence.start + match.start(), sentence.start + match.end()


def _burdens(wording: Wording) -> Iterator[tuple[int, int]]:
    """Steady orders at one's own risk (pattern 4), and being hurried into signing for work at home."""
    key = wording.key
    if EMPLOYED.search(key):
        return
    steady, effort, costs = _STEADY.search(key), _OWN_EFFORT.search(key), _OWN_COSTS.search(key)
    told = [match for match in (steady, effort, costs) if match is not None]
    if effort and len(told) >= 2 and not not_asked(key[told[-1].end() :]):
        yield told[-1].span()
    hurry = _HURRY.search(key)
    if (
        at_home(wording)
        and hurry
        and not wording.says(VACANCY)
        and _SIGN.search(key)
        and not not_asked(key[hurry.end() :])
    ):
        yield hurry.span()


def _too_good(match: re.Match[str], before: str, after: str, *, easy: bool, home: bool) -> bool:
    amount = value(match["sum"]) * (10_000 if match["man"] else 1)
    if not match["man"] and not AMOUNT.match(match["sum"] + after):
        return False
    day = match[0].startswith(("毎日", "日払い", "日給", "日収", "1日", "一日", "時給"))
    least = 8_000 if match[0].startswith("時給") else _DAILY if day else _MONTHLY
    if EMPLOYED.search(before):
        return False
    sure = _SURE.search(after[:24]) is not None
    if home and sure:
        return True
    if home and easy:
        least = least * 2 // 3
    return amount >= least and (easy or sure)


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
