"""Finds 就職お祝い金: money, vouchers or points of the agency for registering, applying, coming or taking a job."""

import re
from collections.abc import Iterator

from portal.domain.message_screening.excuse import FINAL, PROMISE, warned
from portal.domain.message_screening.finding import FindingKind, Found
from portal.domain.message_screening.money import AMOUNT
from portal.domain.message_screening.wording import Sentence, Wording, plain, rule, term

# Named for what it is: the name alone is enough.
_NAMED = (
    "(?:"
    + term(
        "祝い金 祝金 お祝金 おめでとう金 金一封 転職支援金 就職支援金 転職応援金 就職応援金 入社支援金 入社応援金 応援金 転職奨励金 就職奨励金 入社特典 転職祝 就職祝 入社祝"
    )
    + "|"
    + plain(
        "おいわいきん|いわいきん|きゃっしゅばっく|転職ボーナス|入社ボーナス|就職ボーナス|サインオンボーナス|支度金"
    )
    + ")"
)
# Goods that are only a gift when they are given for something.
_GOODS = (
    "(?:"
    + term("商品券 金券 現金 粗品 景品 特典 記念品 図書券 小遣い 祝儀 謝礼 買い物券 お礼金")
    + "|"
    + plain(
        "ギフト(?:券|カード|コード)?|電子マネー|ぷりぺいど|図書カード|クオカード|quoカード|ポイント|"
        "クーポン|あまぞん|ぷれぜんと|おくりもの|お食事券|旅行券|チケット|タブレット|paypay|ペイペイ|"
        "amazon|家電|旅行|お米|スマートウォッチ|イヤホン|カタログ|お菓子|switch|ipad|アイパッド"
    )
    + ")"
)
_NAMED_RULE, _GOODS_RULE = re.compile(_NAMED), re.compile(_GOODS)
_GIVEN = rule(
    "(?:差し?上げ|さしあげ|進呈|贈呈|贈り|お贈り|ぷれぜんと|お渡し|おわたし|お支払い(?:し|いた)|"
    "お支払し|支給(?:し|いた|中)|お振り込み(?:し|いた)|振り込みます|還元|もらえ|もれなく|"
    "受け取れ|ためて|たまり|貯まり|付与|分のギフト|ばらま|キャンペーン|さいん|ご用意し|"
    "ご用意いた|あげます|当たり|当たる|お送りします|送るよ|送りま|届きま|届く|渡して|渡しま|包ま|"
    "お送りいた|お得|現金にでき|用意し|付きます|つきます|受け取|振り込みま|プレゼント)"
)
_FOR = rule(
    "(?:お祝い|働き続け|成約|働き始め|勤めて|初出勤|出勤|うちを通し|当社を通し|当社経由|登録|"
    "応募|入社|就職|就業|転職|内定|採用|来社|来場|面談|面接|ご?紹介|友だち|友達|申し?込|参加|"
    "おしごとがきま|しごとがきま|仕事が決ま|決まった|きまった|承諾|"
    "ごらいしゃ|ごとうろく|お越し|会員)"
)
_NONE = rule(
    "(?:て(?:い|お)りません|てはいません|ていません|ありません|ございません|しておりません|"
    "していません|行っておりません|行っていません|おこなっておりません|いたしません|いたしかね|"
    "できません|出しません|お渡しできま|扱って(?:い|お)りません|"
    "(?<!少)なく|不要|廃止|終了しました|取りやめ)"
)
_POINTS = rule(
    "(?:[0-9]ポイント|ポイント[^。]{0,12}?(?:進呈|付与|還元|たま|貯ま|ため|プレゼント|差し上げ|現金)|円分)"
)
# Given by whoever employs, or by the public: not the agency's. Where one of them only agrees or takes somebody on, the
# gift is still the agency's.
_AGREES = (
    "(?:承認|承諾|許可|同意|了承|了解|確認|連絡|通知|内定|採用|合格|紹介|推薦|依頼|委託|指示|手数料|報酬|求人|お?話)"
    "(?:の[^。]{1,4})?(?:を|が|も)(?:得|いただ|頂|もら|受け|うけ|出|届|取|とっ|おり|下り|決|き[たて]|あ)"
)
_GIVER = rule(
    "(?:就業先|勤務先|入社先|求人企業|企業|会社|法人|事業所|施設|病院|園|採用先|国|県|市|町|"
    f"村|市役所|ハローワーク|自治体|雇用保険)(?:側)?(?:が|から|より|の制度|で)(?![^。]{{0,8}}?{_AGREES})"
)
_OCCASION = rule(
    "移住|再就職手当|給付金|助成|永年勤続|結婚祝|出産祝|慶弔|誕生日|開店祝|入学祝|社員割引|福利厚生|忘年会|創立|お中元|お歳暮|花束"
)
_BESIDE = 40
"""Letters between a giver and the gift."""
# Between them: whoever it is does something else, and then somebody gives.
_ONCE = rule("(?:たら|れば|ると|だけ)")
_FIRST = rule("(?:たら|れば|ると|た日|た方|た際|た後|たとき|際に|後に|時に|[てで]|だけ)")
_JOB = rule(
    "(?:(?:を扱う|の販売|の包装|の発送|の企画|の管理|の取扱い?|を包む|を作る|の製造|の検品|売場|"
    "の回収|の補充|の印刷).{0,12}|取扱いもあります|取り扱い|(?:仕事|業務)です|求人です|"
    "アンケート.{0,20}(?:抽選|謝礼|お礼))"
)


# Without one of these a sentence gives nothing.
_GIFTISH = rule(
    "金|きん|円|えん|券|ポイント|プレゼント|ギフト|キャッシュ|ボーナス|進呈|贈|差し?上げ|さしあげ|祝|特典|チケット|paypay|タブレット|品|家電|旅行|お米|お菓子|包"
)


def gifts(wording: Wording) -> Iterator[Found]:
    """Where one is offered."""
    for sentence in wording.sentences:
        if not sentence.says(_GIFTISH) or (sentence.says(_JOB) and not sentence.says(PROMISE)):
            continue
        yield from _offered(wording, sentence)
        yield from _promised(wording, sentence)


def _offered(wording: Wording, sentence: Sentence) -> Iterator[Found]:
    key = sentence.key
    for match in _NAMED_RULE.finditer(key):
        if not _excused(sentence, match):
            yield _found(wording, sentence, match)
    for match in _GOODS_RULE.finditer(key):
        given = sentence.says(_POINTS if "ぽいんと" in match[0] else _GIVEN)
        sums = (
            sentence.says(AMOUNT)
            or any(word in match[0] for word in ("券", "ぽいんと", "ぷれぜんと"))
            or sentence.near.says(_AGENCY)
            or sentence.near.says(_PROMISED)
        )
        if given and sums and sentence.near.says(_FOR) and not _excused(sentence, match):
            yield _found(wording, sentence, match)


# Money as such, promised for coming or staying: 「3か月勤めてくださったら10万円お支払いします」.
_PROMISED = rule(
    "(?:働き続け|登録|応募|入社|就職|就業|転職|内定|採用|来社|面談|働き始め|勤めて|勤められ|"
    "初出勤|出勤|ご?紹介した|定着|在籍).{0,24}?(?:たら|すると|だけで|された方|方に|方へ|方全員|"
    "人に|人へ|あとで|後に|後、|際に|際は|"
    "ば|日に)"
)
_PAYS = rule(
    "(?:分)?(?:を|の|が)?[^。]{0,8}?(?:現金で|お礼として|謝礼として)?(?:お支払い(?:し|いた)|"
    "支払います|差し?上げ|お渡し|渡して|渡しま|進呈|贈呈|お贈り|送るよ|お送りし|振り込みます|"
    "お振り込みし|ご用意し|"
    "用意しま|もらえ|受け取れ|包ま|お包み|お届け|届けます|当社が支給|弊社が支給|当社より支給)"
)
_AGENCY = rule("(?:当社|弊社|当方|当所|うち|私ども|わたしども|当サイト|当センター|当事務所|お礼)")
_PAY_WORDS = rule(
    "(?:(?<!支)(?<!初任)給|賃|手当|賞与|報酬|費|代|歩合|奨学|貸付|賠償|年金|保険|単価|出演|原稿)"
)


def _promised(wording: Wording, sentence: Sentence) -> Iterator[Found]:
    key = sentence.key
    if sentence.says(_PAY_WORDS):
        return
    for match in AMOUNT.finditer(key):
        led = (sentence.before[-30:] + key[: match.start()])[-80:]
        if (
            _PAYS.match(key[match.end() :])
            and (_PROMISED.search(led) or (_AGENCY.search(led) and _FOR.search(led)))
            and not _excused(sentence, match)
        ):
            yield _found(wording, sentence, match)


def _excused(sentence: Sentence, match: re.Match[str]) -> bool:
    """Whether what stands there is not given, warned of, or given by somebody else."""
    return (
        _taken_back(sentence.key[match.end() : match.end() + 60])
        or warned(sentence, match.start())
        or _by_others(sentence, match)
    )


def _taken_back(after: str) -> bool:
    none, final = _NONE.search(after), FINAL.search(after)
    return none is not None and (final is None or none.start() < final.end())


def _by_others(sentence: Sentence, match: re.Match[str]) -> bool:
    """Whether somebody else gives it. Where the sender promises something, the giver has to stand beside the gift."""
    promised = sentence.says(PROMISE)
    if promised and sentence.says(_OURS):
        return False
    key, first = sentence.key, _FIRST if promised else _ONCE
    before = key[max(0, match.start() - _BESIDE) : match.start()]
    after = key[match.end() : match.end() + _BESIDE]
    between = [before[giver.end() :] for giver in _GIVER.finditer(before + match[0])][-1:]
    between += [after[: giver.start()] for giver in _GIVER.finditer(after)][:1]
    if any(not first.search(words) for words in between):
        return True
    return sentence.says(_OCCASION) and not (promised and sentence.says(_FOR))


_OURS = rule("(?:当社|弊社|当方|当所|私ども|わたしども|当センター|当事務所)(?:が|から|より|では)")


def _found(wording: Wording, sentence: Sentence, match: re.Match[str]) -> Found:
    return Found(
        FindingKind.GIFT_MONEY, *wording.span(sentence.start + match.start(), sentence.start + match.end())
    )
