"""Tells an offer from a warning of what others offer: one word of warning beside an offer excuses nothing.

A warning speaks of the offer: after it stands who makes it or how it is made (「…を求められたら」, 「…とうたう業者にご注意」),
in the same clause. What is asked of the reader or promised by the sender in that sentence is no warning whatever else
it says.
"""

from portal.domain.message_screening.wording import Sentence, rule

_REACH = 120
"""Letters from an offer to the words that make a warning of it."""
# What somebody else is said to say is not said: 「…をお支払いくださいと言われたら」.
_TOLD = "(?:、?(?:と(?:言|い[うっわ]|の|す|勧|うた|誘|説|持|約|書|促|求|迫|語|告|伝|称)|などと|など(?:の|を)|って|とか))"
# The end of a thought, though a comma follows it.
FINAL = rule(
    f"(?:です|ます|ません|でした|ました|ください|下さい|でしょう)(?:ね|よ)?(?!{_TOLD}|か|が|けれ|けど|ので|から|よう|の|と、|。)"
)
# The reader is asked to pay.
REQUEST = rule(
    "(?:(?:振り?込み?|ふりこみ|支払い?|払い込み|入金|送金|納め|納付|決済|預け|ご?購入|前払い|先払い)"
    "(?:を|で|にて|して|いただけますよう|いただきますよう|いただくよう|のうえ|の上)?(?:お手続き)?"
    f"(?:ください|下さい|お願い|おねがい|願い)(?!(?:し|いた|申し上げ|いたし)?(?:ます)?{_TOLD})"
    f"|(?:当社|弊社|当方|当会|指定)(?:の口座)?(?:へ|に|まで|宛てに|宛に|あてに)(?:の)?お?(?:振り?込|支払|送金|入金|納め)(?!.{{0,12}}?{_TOLD})"
    "|payable|paytous|pleasepay)"
)
# The sender promises to give, or that there will be an income.
PROMISE = rule(
    "(?:差し?上げ|さしあげ|(?:進呈|贈呈|お渡し|お贈り|お送り|お支払い|お包み|ご用意|ぷれぜんと|お振り込み|ご?保証|ご?保障|お?約束)"
    f"(?:し|いたし|させていただき))(?:て(?:い|お)り)?ます(?!{_TOLD})"
)
# How an offer is made, told of others.
_MADE = (
    "(?:求め|請求|要求|言[わいっう]|いわれ|払わせ|支払わせ|買わせ|渡す|受け取|取る|取り立て|与え|提供|うた[いうっわ]|約束|"
    "持ちかけ|持ち掛け|すすめ|勧め|誘[わいうっ]|という|といった|などと|などの|迫|強い)"
)
_ALARM = (
    "(?:業者|被害|詐欺|だまし|だまさ|悪質|手口|注意|気を付け|気をつけ|相談|断って|お断り|禁じ|禁止|違反|信じ|信用し|乗ら|"
    "消費生活|うのみ)"
)
_WARNED = rule(
    f"{_MADE}.{{0,40}}?{_ALARM}"
    "|(?:求め|言わ|迫|誘わ|すすめ|勧め|要求さ|請求さ|持ちかけ|持ち掛け)(?:ら)?れ(?:た(?:ら|場合|とき|時|際)|ても|る(?:場合|こと|とき))"
    "|払わせ|買わせ|うのみ|消費生活|持ちかけ|持ち掛け|うたう|うたって|うたい文句|という話|といった(?:誘|話|言葉|広告)|などの(?:誘|話|言葉|広告)|誘いには"
    "|(?:詐欺|手口|だまされ)(?!で(?:は|も)|じゃ)"
)


def warned(sentence: Sentence, start: int) -> bool:
    """Whether what begins at a place of a sentence is what the sentence warns of."""
    if sentence.says(REQUEST) or sentence.says(PROMISE):
        return False
    rest = sentence.key[start : start + _REACH]
    warning, final = _WARNED.search(rest), FINAL.search(rest)
    return warning is not None and (final is None or warning.start() < final.start())
