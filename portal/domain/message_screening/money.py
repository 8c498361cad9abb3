"""Who pays: amounts and fees in a message, and whether it is the reader that is asked for them.

Most sums in a guidance are wages. A sum is a charge when the nearest word that says what it is speaks of a fee or of
something sold, when the reader is asked to pay it, and nobody else bears it.
"""

import re
from collections.abc import Iterator
from itertools import takewhile

from portal.domain.message_screening.wording import Sentence, Wording, plain, rule, term

_KANJI_NUMBER = "[0-9一二三四五六七八九十百千万壱弐参拾億〇]"
_KANA_NUMBER = "(?:いち|に|さん|よん|ご|ろく|なな|はち|きゅう|じゅう|ひゃく|びゃく|ぴゃく|せん|ぜん|まん)"
AMOUNT = re.compile(
    plain(
        f"¥[0-9]{{2,9}}|{_KANJI_NUMBER}{{1,14}}(?:まん|せん)?{_KANJI_NUMBER}{{0,6}}(?:円|えん)"
        f"|{_KANA_NUMBER}{{1,6}}えん|{_KANJI_NUMBER}{{1,8}}(?:万|千)(?=[^0-9人名件社台歩年回点個字名])"
    )
)

# What is paid for being helped: these say by themselves that somebody is to pay.
FEE = term(
    "受講料 受講費 講習料 講習費 受講代 参加費 参加料 参加代 入会金 入会費 入会料 会費 入塾金 入学金 月謝 月会費 年会費 月額 年額 教材費 教材代 教材 "
    "テキスト代 登録料 登録費 登録手数料 利用料 利用料金 使用料 手数料 事務手数料 情報料 情報代 マニュアル代 初期費用 初期費 保証金 預り金 "
    "預かり金 予約金 申込金 前金 加盟金 加盟料 研修費 研修料 研修代 受験料 検定料 審査料 維持費 指導料 相談料 面談料 添削料 作成料 "
    "制作料 レッスン料 授業料 セミナー代 セミナー料 セミナー費用 講座代 講座料 コース料金 撮影料 撮影代 診断料 鑑定料 料金 基本料金 特急料金 "
    "会員価格 特別価格 受講価格 価格 費用 総額 定価 代金 実費 お代 ソフト代 アプリ代 ツール代 キット代 セット代 道具代 材料費 材料代 器具代 "
    "保険料 年会員 会員費 更新料 サポート料 サポート費 サポート費用 プラン料金 チケット代 回数券 受付手数料 着手金 成功報酬 サポート代 受講金 初期投資 登録金 受講 "
    "有料 協力金 保証料 書類代 発送料 送料 手付金 頭金 分割払い 分割 ローン 前払い 先払い 後払い 税込 税別"
)
# What is sold to people who look for work.
SERVICE = term(
    "面接対策 面接練習 面接の練習 面接特訓 面接指導 模擬面接 面接講座 面接官 添削 作成代行 代行 代筆 講座 講習 セミナー ゼミ コーチング コーチ コース "
    "プログラム サポート サービス 塾 アカデミー スクール 教室 合宿 個別指導 指導 レッスン トレーニング 診断 検定 証明写真 写真 撮影 メイク 動画 "
    "電子書籍 書籍 教材 資料 ガイドブック 攻略本 問題集 テンプレート ノウハウ 会員 メンバーシップ プラン ラウンジ 交流会 サロン インターンシップ "
    "カウンセリング カウンセラー パック キャンプ 研修 ワークショップ 相談 面談 占い 推薦文 志望動機 自己pr エントリーシート 自己分析 英会話 資格 "
    "スタジオ アプリ レポート 勉強会 体験会 特訓 伴走 代理 履歴書 職務経歴書 応募書類 就活 内定 受験対策 試験対策 テスト対策 対策"
)
# Whoever gives, lends or bears something is not asking the reader; wages and what is taken out of them.
_GIVEN = (
    "(?:時給|日給|週給|月給|年収|月収|年俸|月俸|賃金|給与|給料|固定給|基本給|初任給|手当|賞与|工賃|報酬|報奨金|歩合|日当|俸給|収入|単価|"
    "給付金|助成金|補助|奨学金|貸付|交通費|通勤費|通勤|引越費用|支給|昇給|退職金|財形|売上|年商|資本金|予算|貸与|じきゅう|げっきゅう|にっきゅう|"
    "祝い?金|いわいきん|支援金|商品券|ぎふと|ぽいんと|謝礼|謝金|寸志|交付|上限)"
)
# What an employee pays at work.
_AT_WORK = "(?:寮費|寮|家賃|食費|食事|まかない|賄い|昼食|給食|弁当|食堂|駐車場?|水道|光熱|制服|社宅|宿舎|組合費|親睦会|ロッカー)"
_AT_WORK_RULE = re.compile(plain(_AT_WORK))
_ROLE = re.compile(f"(?P<given>{plain(_GIVEN)}|{plain(_AT_WORK)})|(?P<fee>{FEE})")
_PAY = plain(
    "(?:(?:ご|お)?購入|(?:お)?買い(?:上げ|求め|取りいただ|取っていただ)|お求め|振り?込(?:み|んで|ん)|ふりこ(?:み|んで)|決済|前払|先払|後払|前もって|"
    "お納め|納めて|納付|預け|お預かり|申し受け|頂戴|頂きま|いただきま|いただいて(?:い|お)りま|いただき、|いただく|お支払い?(?:く|いただ|が|を|は|の|で|、|に)|"
    "払って|支払って|支払っていただ|必要|かかりま|かかる|おくって|送金|ご負担|自己負担|ご用意ください|ちょうだい|はらって|おさめて|おねがいし|"
    "請求|引き落とし|引落|承って|承りま|お引き受け|おうけ|受け付けて|販売|お分け|お譲り|税込|税別|別途|ご入会|ご加入|お申し?込み|もうしこみ|受講|分割|"
    "割引|半額|おすすめ|ご利用|ご案内|提供|ご注文|ごちゅうもん|にて|で承)"
)
_PAID_AFTER = re.compile(f".{{0,14}}?{_PAY}")
_GIVEN_AFTER = rule(
    "(?:程度|以上|以内|ほど|前後|分|台|くらい|ぐらい|相当)?(?:まで)?(?:を|の|が|は|も)?(?:上限に|上限として|会社が|全額)?"
    "(?:手当|報奨|支給|補助|給付|奨励|がつき|がつく|つきます|会社が|から昇給|からです|時給|月給|を?お?支払い?します|を?支払われ|ほどになり|ほどの商品|"
    "を?お渡しします|差し上げ|進呈|贈呈|ぷれぜんと|貸し付け|の給付|の助成|を返し)"
)
# Nothing is asked: free, borne by somebody else, not taken.
_FREE = plain(
    "(?:無料|無償|むりょう|ただです|0円|〇円|不要|いりません|要りません|必要ありません|必要はありません|必要はございません|"
    "(?:負担|費用|料金|お金|おかね|請求|代金|徴収|販売|出費|金銭|会費|支払い?|手数料|購入|お買い上げ|ご負担|もの|こと)"
    "(?:いただく|することが|いただくことが|になる|は|も|が|を|など|等|の|一切|いっさい|こと|すること){0,4}(?:あり|ござい|かかり|いただき|いただいており|頂き|"
    "頂いており|頂戴し|求め|発生し|生じ|しており|行っており|おこなっており|し|なり)ません|(?:かかり|いただき|いただいており|頂き|頂戴し|頂戴しており|発生し|取り|"
    "申し受け|徴収し|請求し|扱って|行って|行っており|おこなっており)ません|いただいていません|行っていません|していません|しておりません|ございません|"
    "負担(?:いただ)?なし|全額免除)"
)
_BORNE = plain(
    "(?:会社|弊社|当社|事業所|施設|法人|委託者|企業|園|病院|店|勤務先|見本[市県町村]|国|県|市|町|就業先|求人者|雇用主|求人の会社|求人をお出しの会社)"
    "(?:側|など|等)?(?:が|の|で|から|より|持ち|に)(?:すべて|全て|全額|全部|実費で|無償で|半額を|半額|[0-9万千円を上限に、]{1,12})?"
    "(?:ご)?(?:負担|持ち|補助|支給|貸与|貸し出|貸し|用意|いただいて|支払い|お?支払います|費用で)"
)
_HELD = rule("(?:補助|貸与|支給|会社負担|負担し(?:ます|、|て))")
_PAID_OUT = rule(".{0,24}?(?:支給|貸付|給付|助成|返金|払い戻)(?:さ|し|い|が|の|を|金)")
_NOT_ASKED = re.compile(f"{_FREE}|{_BORNE}")
# Not said to the reader: duties of a job, warnings, other people's customers.
DUTY = rule(
    "(?:(?:の|する|た|いた|行う|う|る|す|つ|ぶ|む)(?:お)?(?:仕事|業務|求人|事務)(?:です|でして|がござい|があり|を担当|をお願い|に就|への|で、)|求人です|お仕事です$|"
    "担当(?:します|して|していただ|いただ|者は)|お客(?:さま|様)?(?:から|に|へ|の)|利用者(?:様|さま)?(?:から|に|へ)|会員(?:様|さま|の方|の皆さま)(?:から|に|へ)|"
    "生徒|入金管理|職員募集|正社員|契約社員|(?:事務|講師|店員|職員|スタッフ|受付|営業|販売員?)(?:の(?:求人|仕事|募集)|を募集|として))"
)
WARNING = rule(
    "(?:求められ(?:た|る|て)|すすめられ|勧められ|要求され|請求され|相談が(?:寄せ|あり)|業者が(?:い|あ)|業者に|被害|詐欺|だまし|だまされ|禁じられ|禁止され|"
    "お気を付け|気をつけて|ご注意|注意です|注意して|悪質|断ってください|お断り)"
)
_PUBLIC = rule(
    "(?:公共職業訓練|求職者支援訓練|公共訓練|職業能力開発|ポリテク|委託訓練|主催は.{0,6}[県市町村]|[県市町村]の(?:事業|委託|技能|講習|主催)|雇用保険|給付金|技能講習|"
    "高等技術|職業訓練)"
)
_SMALL = rule(
    "(?:てきすと代|教科書代|保険料|実費|材料費|入学金|授業料|作業服|教材|資料代|交通費|教材費|教材代)"
)
_PUBLIC_SHARE = 20_000


def charges(wording: Wording) -> Iterator[tuple[int, int]]:
    """Where the reader is asked for money: the fee or the sum with the words that lead to it, as places of the view."""
    public = _PUBLIC.search(wording.key) is not None
    for sentence in wording.sentences:
        if WARNING.search(sentence.key):
            continue
        for start, end in (*_sums(wording, sentence), *_fees(sentence)):
            if not (public and _SMALL.search(wording.key[max(0, start - 14) : end])):
                yield start, end


def _sums(wording: Wording, sentence: Sentence) -> Iterator[tuple[int, int]]:
    """Sums that the reader is to pay."""
    key = sentence.key
    for match in AMOUNT.finditer(key):
        led, after = key[max(0, match.start() - 26) : match.start()], key[match.end() :]
        roles = list(_ROLE.finditer(led))
        if (
            _GIVEN_AFTER.match(after)
            or _PAID_OUT.match(after)
            or not_asked(after)
            or _AT_WORK_RULE.search(led)
        ):
            continue
        if roles and roles[-1].group("fee") is None:
            continue
        if roles:
            if _HELD.match(after[:12]) or (DUTY.search(key) and not _strong(after)):
                continue
            yield sentence.start + match.start() - len(led) + roles[-1].start(), sentence.start + match.end()
        elif _sold(wording, sentence, match, after):
            yield sentence.start + match.start(), sentence.start + match.end()


def _sold(wording: Wording, sentence: Sentence, match: re.Match[str], after: str) -> bool:
    """A sum with no word before it that says what it is: the price of what is offered here or just before."""
    if DUTY.search(sentence.key):
        return False
    near = wording.before(sentence, 60) + sentence.key[: match.end() + 20]
    if _STRONG_PAY.match(after):
        return True
    return _SERVICE.search(near) is not None and not _WAGE_NEAR.search(sentence.key)


_STRONG_PAY = rule(
    ".{0,10}?(?:(?:ご|お)購入|購入して|購入が|お買い(?:上げ|求め|取りいただ)|お求めいただ|買っていただ|(?:お)?振り?込|ふりこ|決済|前払|先払|前もって|お納め|"
    "預け入れ|お預かり|申し受け|いただきます|頂戴|お支払い(?:くだ|いただ|が必要)|支払って|払って|かかります|おくってください|送金|が必要|税込|税別|ローン|分割)"
)
_SERVICE = re.compile(SERVICE)
_WAGE_NEAR = re.compile(plain(f"(?:{_GIVEN}|{_AT_WORK})"))


def _strong(after: str) -> bool:
    return _STRONG_PAY.match(after) is not None


_FEE_ASKED = re.compile(
    f"(?:{FEE})(?:等|など|込み?|の)?(?:が|を|は|も|につき|については|として)?.{{0,8}}?"
    + plain(
        "(?:が?必要(?:です|と|に|で)|がかかり|かかります|をいただきます|をいただいて(?:い|お)ります|頂戴|申し受け|お支払い(?:くだ|いただ|を|が)|ご負担(?:くだ|いただ)|"
        "(?:お)?振り?込|ふりこ|お納め|先払い(?:で|を|が|して|くだ)|前払い(?:で|を|が|して|くだ)|おくってください|お問い?合わせ|別途|ご相談の|後ほど|お伝えします|お見積|お送りします|"
        "いただいたうえ|応じて|ちょうだい)"
    )
)
# A paid help without a sum: 「有料の…」「料金表をお送りします」.
_PAID_HELP = re.compile(
    plain(
        "有料(?!老人|職業紹介|の?職業紹介|道路|駐車|化|ごみ|袋|紹介事業|ホーム|会員(?:様|さま)?(?:の|に)|施設|放送|席|老人)"
    )
    + plain("(?:の|な|で|です|に|と|版|個別|就職|転職|就活|面接|特別)?")
    + f"(?:{SERVICE}|です|ですが|となり|になり|で(?:すが|承|ご|お|行)|支援)"
    + "|"
    + term("ゆうりょう")
    + plain("(?:の)?")
    + f"(?:{SERVICE})"
)


def _fees(sentence: Sentence) -> Iterator[tuple[int, int]]:
    """Fees that are asked for without a sum in figures."""
    key = sentence.key
    if DUTY.search(key):
        return
    for pattern in (_FEE_ASKED, _PAID_HELP):
        for match in pattern.finditer(key):
            if not (not_asked(key[match.start() :]) or _BORNE_BEFORE.search(key[: match.start()])):
                yield sentence.start + match.start(), sentence.start + match.end()


_BORNE_LED = rule("(?:会社|企業|事業所|施設|法人|委託者|勤務先|病院|園)(?:の)?(?:全額)?負担")
_BORNE_BEFORE = rule("(?:会社|企業|求人者|事業主|求人の方|求人側)(?:側)?(?:が|から|より)$")


def not_asked(after: str) -> bool:
    """Whether the words after a sum or a fee take it back: free, borne by somebody else, not taken."""
    near = "".join(takewhile(lambda char: char not in "。!?", after[:60]))
    return _NOT_ASKED.search(near) is not None
