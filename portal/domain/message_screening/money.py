"""Who pays: amounts and fees in a message, and whether it is the reader that is asked for them.

Most sums in a guidance are wages. A sum is a charge when the nearest word that says what it is speaks of a fee or of
something sold, when the reader is asked to pay it, and nobody else bears it.
"""

import re
from collections.abc import Iterator
from itertools import takewhile

from portal.domain.message_screening.excuse import REQUEST, warned
from portal.domain.message_screening.wording import Sentence, Wording, plain, rule, term

_KANJI_NUMBER = "[0-9一二三四五六七八九十百千万壱弐参拾億〇]"
_KANA_NUMBER = "(?:いち|に|さん|よん|ご|ろく|なな|はち|きゅう|じゅう|ひゃく|びゃく|ぴゃく|せん|ぜん|まん)"
_FOREIGN = "(?:yen|jpy|usd|eur|gbp|ドル|ユーロ|dollar|euro)"
AMOUNT = re.compile(
    plain(
        f"[¥$€£₩][0-9]{{2,9}}|{_FOREIGN}[0-9]{{2,9}}|[0-9]{{1,9}}k?{_FOREIGN}|"
        f"{_KANJI_NUMBER}{{1,14}}(?:まん|せん)?{_KANJI_NUMBER}{{0,6}}(?:円|えん|yen|"
        f"jpy)|数[百千万]円|(?<=[料費代金格額])[0-9]{{3,7}}(?![0-9円年月日名人回時%、-])"
        f"|{_KANA_NUMBER}{{1,6}}えん|{_KANJI_NUMBER}{{1,8}}(?:万|千)(?=[^0-9一二三四五六七八九十百千万〇人名件社台歩年回点個字名])"
    )
)

# What is paid for being helped: these say by themselves that somebody is to pay.
FEE = term(
    "受講料 受講費 講習料 講習費 受講代 参加費 参加料 参加代 入会金 入会費 入会料 会費 入塾金 入学金 月謝 月会費 年会費 教材費 教材代 "
    "テキスト代 登録料 登録費 登録手数料 利用料 利用料金 使用料 手数料 事務手数料 情報料 情報代 マニュアル代 初期費用 初期費 保証金 預り金 "
    "預かり金 予約金 申込金 前金 加盟金 加盟料 研修費 研修料 研修代 受験料 検定料 審査料 維持費 指導料 相談料 面談料 添削料 作成料 "
    "制作料 レッスン料 授業料 セミナー代 セミナー料 セミナー費用 講座代 講座料 コース料金 撮影料 撮影代 診断料 鑑定料 料金 基本料金 特急料金 "
    "会員価格 特別価格 受講価格 価格 費用 定価 代金 実費 お代 ソフト代 アプリ代 ツール代 キット代 セット代 道具代 材料費 材料代 器具代 "
    "年会員 会員費 更新料 サポート料 サポート費 サポート費用 プラン料金 チケット代 回数券 "
    "受付手数料 着手金 成功報酬 サポート代 受講金 初期投資 契約金 登録金 受講 値段 お値段 対価 "
    "有償 お金 権利金 加入金 手付け 頭金 検査代 聴講 会員権 登録証 "
    "協力金 保証料 書類代 発送料 手付金 頭金 分割払い ローン 前払い 先払い 後払い "
)
# What is sold to people who look for work.
SERVICE = term(
    "面接対策 面接練習 面接の練習 面接特訓 面接指導 模擬面接 面接講座 面接官 添削 作成代行 代行 代筆 講座 講習 セミナー ゼミ コーチング コーチ コース "
    "プログラム サポート サービス 塾 アカデミー スクール 教室 合宿 個別指導 指導 レッスン トレーニング 診断 検定 証明写真 写真 撮影 メイク 動画 "
    "電子書籍 書籍 教材 資料 ガイドブック 攻略本 問題集 テンプレート ノウハウ 会員 メンバーシップ プラン ラウンジ 交流会 サロン インターンシップ "
    "カウンセリング カウンセラー パック キャンプ 研修 ワークショップ 相談 面談 占い 推薦文 志望動機 自己pr エントリーシート 自己分析 英会話 資格 "
    "スタジオ アプリ レポート 勉強会 体験会 特訓 伴走 代理 履歴書 職務経歴書 応募書類 就活 内定 "
    "受験対策 試験対策 テスト対策 対策 面接 転職 書類 推薦 推薦状 講義 聴講 スーツ レンタル 鑑定 "
    "模試 検査 冊子 見直し 特別枠 "
    "アドバイス 弱点 キャリア スキル 受講 学んで 学び 非公開求人 プロが プロの 人事が 元人事 採用担当 通過率 第一印象 自己紹介 話し方"
)
# Whoever gives, lends or bears something is not asking the reader; wages and what is taken out of them.
_GIVEN = (
    "(?:時給|日給|週給|月給|年収|月収|年俸|月俸|賃金|給与|給料|固定給|基本給|初任給|手当|賞与|工賃|報酬|報奨金|歩合|日当|俸給|収入|単価|"
    "時間給|日払い|週払い|固定残業|インセンティブ|ボーナス|手取り|一晩|給与水準|年間休日|電気代|通信費|ガソリン代|残業代|保育料|講師料|講演料|原稿料|出演料|顧問料|日額|出来高|旅費|単身赴任|"
    "奨励金|一時金|支度金|給付金|助成金|補助|奨学金|貸付|交通費|通勤費|通勤|引越費用|支給|昇給|退職金|財形|売上|年商|資本金|予算|貸与|じきゅう|げっきゅう|にっきゅう|"
    "祝い?金|いわいきん|支援金|商品券|ぎふと|ぽいんと|謝礼|謝金|寸志|交付|上限)"
)
# What an employee pays at work.
_AT_WORK = (
    "(?:寮費|寮|家賃|食費|食事|作業着|作業服|ユニフォーム|健康診断|検便|サークル|保養所|託児|"
    "互助会|社員旅行|名札|工具|教科書|白衣|安全靴|免許証?の更新|住民票|まかない|賄い|昼食|給食|"
    "弁当|食堂|駐車場?|水道|光熱|制服|社宅|宿舎|組合費|親睦会|ロッカー)"
)
_AT_WORK_RULE = re.compile(plain(_AT_WORK))
_ROLE = re.compile(
    f"(?P<given>{plain(_GIVEN)}|{plain(_AT_WORK)})|(?P<fee>{FEE}|"
    f"(?<![0-9時世年])[一-龠々ぁ-ゖー](?:料|費|代)(?![理金所表行替休わ]))"
)
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
    "(?:per(?:month|hour|day|year)|amonth|anhour|手当|会社から|企業から|雇用主|法人が|報奨|支給|補助|給付|奨励|がつき|がつく|つきます|会社が|"
    "から昇給|時給|月給|を?お?支払い?します|を?支払われ|ほどになり|ほどの商品|"
    "を?お渡しします|差し上げ|進呈|贈呈|ぷれぜんと|貸し付け|の給付|の助成|を返し)"
)
# Nothing is asked: free, borne by somebody else, not taken.
# Said of the fee itself, directly after it …
_FREE_AT_ONCE = plain(
    "^[^、。]{0,12}?(?:無料|無償|むりょう|(?<!い)ただです|(?<!い)ただで(?!す)|(?<![0-9])0円|ゼロ|"
    "不要|いりません|要りません|必要(?:は)?(?:あり|ござい)ません|全額免除|免除)"
    "|^[^、。]{0,10}?(?:こと|もの)(?:は|も)、?[^、。]{0,12}?(?:あり|ござい|いたし)ません"
)
# … or of money somewhere in the same sentence.
_MONEY = "(?:ご?負担|費用|料金|お金|おかね|請求|代金|徴収|販売|出費|金銭|会費|お?支払い?|手数料|ご?購入|お買い上げ|有料|勧誘)"
_FREE = plain(
    "(?:(?:かから|いただか|取ら|払わ|請求し|発生し)(?:ない|ず|なくて)|"
    f"{_MONEY}(?:の?(?:ご負担|必要|お願い|お誘い))?(?:を?(?:いただく|お願いする|する|求める|"
    f"になる))?(?:こと|もの)?(?:は|も|が|を|など|等|の|一切|いっさい){{0,3}}"
    "(?:あり|ござい|かかり|いただき|いただいており|頂き|頂いており|頂戴し|求め|発生し|生じ|しており|していただき|行っており|おこなっており|いたし|し|なり)ません|"
    "(?:いただく|お支払い|支払う|求める|請求する|負担する|お願いする)(?:こと|もの)は、?[^。]{0,12}?(?:あり|ござい|いたし)ません|"
    "(?:かかり|いただき|いただいており|頂き|頂いており|頂戴し|頂戴しており|徴収し|請求し|請求いたし)ません|負担(?:いただ)?なし|会社がお返し|実費?精算|立て替え|"
    "(?:費用|料金|負担)(?:は|が)?(?:無料|無償|不要|ゼロ))"
)
_FIRM = "(?:会社|弊社|当社|事業所|施設|法人|委託者|企業|病院|勤務先|見本[市県町村]|就業先|求人者|雇用主|当法人|求人の会社|求人をお出しの会社)"
_BORNE = plain(
    f"(?:{_FIRM}(?:側|など|等)?(?:が|の|で|から|より|持ち|に)(?:すべて|全て|全額を|全額|全部|実費で|無償で|半額を|半額|[0-9万千円を上限に、]{{1,12}})?"
    "(?:ご)?(?:負担|持ち|補助|支給|貸与|貸し出|用意|いただいて|支払い|お?支払います|費用で|出し|出す|出る|支え|お?返し|戻し|戻す|戻る|まかな|もち|払い)"
    "|[園店国県市町](?:が|から|で)(?:すべて|全て|全額|全部|半額を|半額)?(?:負担|補助|支給|助成|出し))"
)
_HELD = rule("(?:補助|貸与|支給|会社負担|負担し(?:ます|、|て))")
_PAID_OUT = rule(
    "[^。]{0,20}?(?:支給|貸付|助成)(?:さ|し|い|が|の|を|金)|[^。]{0,8}?(?:給付|入社後に(?:会社から)?返金)"
)
_NOT_ASKED = re.compile(f"{_FREE_AT_ONCE}|{_FREE}|{_BORNE}")
# Not said to the reader: duties of a job, other people's customers.
DUTY = rule(
    "(?:(?:の|する|た|いた|行う|う|る|す|つ|ぶ|む)(?:お)?(?:仕事|業務|求人|事務)(?:です|でして|がござい|があり|を担当|をお願い|に就|への|で、)|求人です|お仕事です$|"
    "担当(?:します|して|していただ|いただ|者は)|お客(?:さま|様)?(?:から|に|へ|の)|利用者(?:様|さま)?(?:から|に|へ)|"
    "生徒|入金管理|職員募集|正社員|契約社員|(?:事務|講師|店員|職員|スタッフ|受付|営業|販売員?)(?:の(?:求人|仕事|募集)|を募集|として))"
)
_PUBLIC = rule(
    "(?:訓練|ハローワーク|職業安定所|[県市町村区](?:の|が|立)(?!.{0,3}?会社)|役場|市役所|県庁|"
    "公民館|商工会|シルバー人材|公共職業訓練|求職者支援訓練|公共訓練|職業能力開発|ポリテク|"
    "委託訓練|主催は.{0,6}[県市町村]|[県市町村]の(?:事業|委託|技能|講習|主催)|雇用保険|給付金|"
    "技能講習|"
    "高等技術|職業訓練)"
)
_SMALL = rule(
    "(?:てきすと代|教科書代|保険料|実費|材料費|入学金|授業料|作業服|教材|資料代|交通費|教材費|教材代)"
)
_PUBLIC_SHARE = 20_000


# Without one of these a sentence does not speak of money.
_MONEYISH = rule(
    "[料費代金円¥$€£₩払込価値%割額貸]|えん|りょう|きん|だい|yen|jpy|usd|eur|gbp|ドル|ユーロ|dollar|万|千|ローン|分割|販売|課金|サブスク|有償|つきしゃ|頒布|発売|チケット"
)


def charges(wording: Wording) -> Iterator[tuple[int, int]]:
    """Where the reader is asked for money: the fee or the sum with the words that lead to it, as places of the view."""
    for sentence in wording.sentences:
        if not sentence.says(_MONEYISH):
            continue
        for start, end in (*_sums(wording, sentence), *_fees(wording, sentence)):
            if not warned(sentence, start - sentence.start) and not (
                wording.says(_PUBLIC) and _SMALL.search(wording.key[max(0, start - 14) : end])
            ):
                yield start, end


def _sums(wording: Wording, sentence: Sentence) -> Iterator[tuple[int, int]]:
    """Sums that the reader is to pay."""
    key = sentence.key
    for match in AMOUNT.finditer(key):
        led, after = key[max(0, match.start() - 26) : match.start()], key[match.end() : match.end() + 60]
        roles = list(_ROLE.finditer(led))
        given = _GIVEN_AFTER.match(after) or _PAID_OUT.match(after)
        if (given and not REQUEST.search(after)) or not_asked(after) or _AT_WORK_RULE.search(led):
            continue
        if roles and roles[-1].group("fee") is None:
            continue
        if _BORNE_BY.search(led) and _BORNE_VERB.match(after):
            continue
        if roles:
            if _HELD.match(after[:12]) or (is_duty(wording, sentence) and not _strong(after)):
                continue
            yield sentence.start + match.start() - len(led) + roles[-1].start(), sentence.start + match.end()
        elif _sold(wording, sentence, match, after):
            yield sentence.start + match.start(), sentence.start + match.end()


def _sold(wording: Wording, sentence: Sentence, match: re.Match[str], after: str) -> bool:
    """A sum with no word before it that says what it is: the price of what is offered here or just before."""
    if is_duty(wording, sentence):
        return False
    if _STRONG_PAY.match(after):
        return True
    led = sentence.key[max(0, match.start() - 60) : match.start()]
    if _WAGE_NEAR.search(led + after[:8].partition("、")[0]):
        return False
    if sentence.says(VACANCY) and not (at_home(wording) and sentence.says(_GOODS_RULE)):
        return False
    if _PIECE.search(led[-20:]) and len(match[0]) <= _SMALL_SUM and wording.says(WORK):
        return False
    if sentence.near.says(_SERVICE_OR_GOODS if wording.says(WORK) else _SERVICE):
        return not (_PIECE.search(led[-20:]) and wording.says(_PIECE_WORK))
    if _PIECE.search(led[-20:]):
        return False
    # Nothing explains it, and nobody speaks of a vacancy: what else could it be than a price?
    return not any(map(wording.says, (VACANCY, _WAGE_NEAR, _PIECE_WORK, _ELSEWHERE)))


_STRONG_PAY = rule(
    ".{0,10}?(?:(?:ご|お)購入|購入して|購入が|お買い(?:上げ|求め|取りいただ)|お求めいただ|買っていただ|(?:お)?振り?込|ふりこ|決済|前払|先払|前もって|お納め|"
    "預け|お預かり|申し受け|仕入れ|ご準備|(?:で|を)?お求め|(?<=円)(?:いただ|頂)きます|"
    "を(?:いただ|頂)きます|頂戴|お支払い(?:くだ|いただ|が必要)|支払って|払って|かかります|"
    "おくってください|送金|が必要|税込|税別|ローン|分割)"
)
_SERVICE = re.compile(SERVICE)
_GOODS = term(
    "機械 器械 ミシン セット キット 一式 道具 端末 編み機 織機 窯 印刷機 プレス機 ソフト アプリ dvd マニュアル ノウハウ ツール システム 名簿 権利 "
    "商材 材料 商品 教則 サンプル 見本品 パソコン タブレット 車両 軽貨物 登録 加盟 ロイヤリティ ライセンス サイト"
)
_GOODS_RULE = re.compile(_GOODS)
_SERVICE_OR_GOODS = re.compile(f"{SERVICE}|{_GOODS}")
_WAGE_NEAR = re.compile(plain(f"(?:{_GIVEN}|{_AT_WORK})"))


# Work or income that is held out, not a vacancy with an employer.
WORK = re.compile(
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
# Sums of a public body, of a draw, of a place to go to.
_ELSEWHERE = rule(
    "(?:[^一-龠][市県町村区国](?:が|の|で|営|から|は)|見本[市県町村](?:が|の|で|営|から|は)|抽選|"
    "飲み物|入場|寄付|売上|年商|価格帯|税金|罰金|弊社の資本|正社員|パート|アルバイト|働け|働く|"
    "会社です|口座に入|もらえる|上がります|職場|入社後|従業員|社員)"
)
# What home work is paid by.
_PIECE = rule(
    "[1一](?:個|枚|双|点|本|着|通|袋|組|足|件|文字|分|箱|束|冊|ページ|キロ|玉|セット)(?:あたり|につき|の[^。]{1,6})?(?:が|は|で|、)?$"
)
_PIECE_WORK = rule(
    "(?:工賃|内職|家内労働|納品|袋詰め|校正|検収|結束|箱折り|組み立て|運搬|作業場|仕立て|業務委託|委託します|委託です|買い取り)"
)
# Words of a vacancy: a sum beside them that nothing explains is pay.
VACANCY = rule(
    "(?:求人(?:です|票|広告|が|を(?:ご紹介|お送り|ご案内)|の(?:内容|概要|会社))|雇用|社会保険|"
    "勤務|シフト|休日|残業|夜勤|日勤|業務委託|配達|手取り|試用期間|"
    "(?<!参加者)(?<!参加者を)(?<!受講者)(?<!受講者を)(?<!受講生)(?<!受講生を)(?<!会員)(?<!会員を)"
    "(?<!塾生)(?<!メンバー)(?<!メンバーを)(?<!オーナー)(?<!オーナーを)(?<!加盟店)(?<!加盟店を)"
    "(?<!代理店)(?<!代理店を)募集|"
    "出来高|日額|採用され|年齢|住み込み|売場|扱います|扱う|予算|"
    "講師として|お任せ|現場|1勤務|乗務|当直|宿直|入居|応募資格|就業|仕事内容|職種|待遇|福利厚生|"
    "支払日|締め|週[0-9]日|経験を(?:活|生)|経験者(?:歓迎|優遇|の方)|できる方を|係です|ライター|"
    "スタッフ(?:です|、|を|は)|(?<!卒業)(?<!修了)見込み|加算|台の|を探してい(?:ます(?!か)|"
    "ました)|相当|1日(?:あたり|につき)?[0-9一二三四五六七八九十万千]{1,7}円|資本金|1日[0-9]時間)"
)


HOME = rule("(?:在宅|ざいたく|内職|ないしょく|副業|副収入|自宅で|おうちで|家で|スマホ|すきま時間|スキマ時間)")
EMPLOYED = rule("(?:固定給|基本給|月給|給与|年俸|正社員|契約社員|月収例|手当|賞与|社会保険|雇用契約)")
_SMALL_SUM = 4
"""Characters of a sum below a thousand yen, 円 among them."""


def at_home(wording: Wording) -> bool:
    """Whether work at home is spoken of, and no employment: where sham side jobs are offered."""
    return wording.says(HOME) and not wording.says(EMPLOYED)


def is_duty(wording: Wording, sentence: Sentence) -> bool:
    """Whether the money of a sentence belongs to the duties of a job."""
    return sentence.says(DUTY) and not at_home(wording)


def _strong(after: str) -> bool:
    return _STRONG_PAY.match(after) is not None


_ASKED = rule(
    "(?:が?必要(?:です|と|で)|がかかり|かかります|をいただきます|をいただいて(?:い|お)ります|頂戴|申し受け|お支払い(?:くだ|いただ|を|が)|ご負担(?:くだ|いただ)|"
    "(?:お)?振り?込|ふりこ|お納め|先払い(?:で|を|が|して|くだ)|前払い(?:で|を|が|して|くだ)|"
    "おくってください|お問い?合わせ|別途|後ほど|お伝えします|お見積|のご相談には応じ|"
    "お送りします|"
    "いただいたうえ|応じて|ちょうだい|しだい|次第|応相談|かかりますが|なりますが|を(?:頂|いただ)く|が発生|要り(?:ます|ま)|要る|が?いります)"
)
_FEE_ASKED = re.compile(
    f"(?:{FEE})(?:等|など|込み?|の)?(?:が|を|は|も|につき|については|として)?.{{0,8}}?" + _ASKED.pattern
)
# A paid help without a sum: 「有料の…」「料金表をお送りします」.
_PAID_HELP = re.compile(
    plain(
        "有料(?!老人|職業紹介|の?職業紹介|道路|駐車|化|ごみ|袋|紹介事業|ホーム|会員(?!に|への?ご|登録|プラン)|施設|放送|席|老人|老人施設)"
    )
    + plain("(?:の|な|で|です|に|と|版|個別|就職|転職|就活|面接|特別)?")
    + f"(?:.{{0,6}}?{SERVICE}|メール|メルマガ|記事|コミュニティ|グループ|イベント|体験|枠|版|です|ですが|となり|になり|で(?:すが|承|ご|お|行)|支援)"
    + "|"
    + term("ゆうりょう")
    + plain("(?:の)?")
    + f"(?:{SERVICE})"
)


_INSTALMENT = rule(
    "(?:[0-9一二三四五六七八九十]{1,3}回払い|分割払い|分割|カード払い|教育ローン|ローン)(?:も|で|が|は)[^。]{0,8}?(?:でき|可|ご利用|承|選べ|組め|使え|お支払い)"
)
_DISCOUNT = rule(
    "(?:学割|早割|(?<!社員)(?<!従業員)割引|半額|値引き|値下げ|キャンペーン価格|モニター価格|"
    "特別価格|会員価格|優待価格|チケット制|月謝制|会費制|サブスク|定額制|販売中|販売して(?:い|"
    "お)り|"
    "好評発売|発売中|頒布)"
)
_STAFF = rule("(?:社員|従業員|職員|スタッフ|家族|時給|月給)")
_HOW_TO_PAY = rule(
    "(?:振込先(?:は|を)|お?振込先|ご入金(?:が|を|後|いただ|くだ)|お支払い(?:の方法|方法|は後|"
    "は月末|は銀行|は分割|は現地|は当日)|代金引換|着払い|課金(?:され|いたし|となり)|出世払い|"
    "後払い(?:で|も|が|に)|"
    "クレジットカードの(?:番号|ご用意|ご登録)|カードで(?:の)?(?:決済|お支払い)|費用のかかる|費用がかかり|お代(?:は|を)(?!いただきません))"
)
_NOT_OFFERED = rule("(?:あり|ござい|おり|い|し|いたし)ません(?!か)")
_SHARE = rule(
    "[0-9一二三四五六七八九十]{1,3}(?:%|パーセント|割)を?(?:頂|いただ|申し受け|お支払いいただ|お納め)"
)


def _fees(wording: Wording, sentence: Sentence) -> Iterator[tuple[int, int]]:
    """Fees that are asked for without a sum in figures."""
    key = sentence.key
    if is_duty(wording, sentence):
        return
    for pattern in (_FEE_ASKED, _PAID_HELP, _SHARE, _INSTALMENT, _DISCOUNT, _HOW_TO_PAY):
        if pattern is _DISCOUNT and (
            wording.says(VACANCY) or not sentence.says(_SERVICE) or sentence.says(_STAFF)
        ):
            continue
        if pattern is _FEE_ASKED and not sentence.says(_ASKED):
            continue
        for match in pattern.finditer(key):
            if not (
                not_asked(key[match.start() : match.start() + 60])
                or (pattern is _PAID_HELP and _NOT_OFFERED.search(key[match.end() : match.end() + 60]))
                or _BORNE_BEFORE.search(key[max(0, match.start() - 16) : match.start()])
            ):
                yield sentence.start + match.start(), sentence.start + match.end()


_BORNE_BY = rule(
    "(?:会社|企業|事業所|施設|法人|委託者|勤務先|病院|園|町|市|県|国)(?:側)?(?:が|から|より|で)[^。]{0,10}$"
)
_BORNE_VERB = rule(
    "[^。]{0,8}?(?:支払い?ます|お支払いします|負担|出し|出ます|持ち|補助|支援|支え|支給|贈|給付)"
)
_BORNE_LED = rule(
    "(?:会社|当社|弊社|先方|店|企業|事業所|施設|法人|委託者|勤務先|病院|園)(?:の)?(?:全額)?(?:負担|持ち|もち|払い)"
)
_BORNE_BEFORE = rule("(?:会社|企業|求人者|事業主|求人の方|求人側)(?:側)?(?:が|から|より)$")


def not_asked(after: str) -> bool:
    """Whether the words after a sum or a fee take it back: free, borne by somebody else, not taken.

    Nothing does where the reader is asked to pay all the same.
    """
    near = "".join(takewhile(lambda char: char not in "。!?", after[:60]))
    return _NOT_ASKED.search(near) is not None and REQUEST.search(near) is None
