"""Ordinary words that look like somebody's datum, as tables; every table says what it is for.

They only make the screening quieter. A word that is missing here costs the office a look at a text; it never
lets a datum through that has a context of its own (「未来と申します」).
"""

from portal.domain.folding import compact
from portal.domain.screening.kanji import plain_kanji


def _keys(words: str) -> frozenset[str]:
    return frozenset(plain_kanji(compact(word)) for word in words.split())


# The 47 prefectures without 都道府県. Some are family names too (千葉, 福島); alone they tell no address.
PREFECTURES = _keys(
    "北海道 青森 岩手 宮城 秋田 山形 福島 茨城 栃木 群馬 埼玉 千葉 東京 神奈川 新潟 富山 石川 福井 山梨 長野 岐阜 静岡 愛知 三重 "
    "滋賀 京都 大阪 兵庫 奈良 和歌山 鳥取 島根 岡山 広島 山口 徳島 香川 愛媛 高知 福岡 佐賀 長崎 熊本 大分 宮崎 鹿児島 沖縄"
)

# Names of two kanji that are everyday words as well: like names of one kanji they need a context.
COMMON_KANJI = PREFECTURES | _keys(
    "未来 希望 大地 正義 平和 真理 真実 誠実 勇気 元気 正直 公平 一生 一途 一歩 一心 一番 大和 日本 日向 朝日 夕日 太陽 青空 "
    "大空 大海 東海 中央 中部 中心 平野 平地 高原 草原 海原 荒川 大河 川上 野原 林野 水上 山中 山上 自由 自立 自然 向上 努力 信念 "
    "信頼 責任 健康 愛情 友情 友好 早春 初音 初心 若葉 若菜 青葉 紅葉 桃花 菜花 百花 小春 小梅 美容 夢中 光明 光輝 文化 文武 学問 "
    "理科 英語 英知 知恵 和音 和食 和歌 音楽 星空 星座 海人 海水 空海 大樹 樹木 若木 大木 土地 新田 水田 有田 飛鳥 明日 今日 主税 "
    "主計 工作 農作 耕作 大工 安全 安心 安定 永遠 永久 長寿 長久 福寿 幸福 幸運 火花 花園 花束 吹雪"
)

# Readings of names that are words of everyday hiragana: 「ただし」「ひかりのよく入る」.
COMMON_KANA = frozenset(
    "ただし まこと まさか まさに ひとり あした ことし さらに かなり たしか いつか いつき ところ "
    "とおり とおる みのり あゆみ めぐみ のぞみ ひかり ひかる かおり しおり みどり さくら いずみ はるか たくみ つばさ まなぶ つとむ みらい "
    "あかり すすむ まさる みのる しげる さとる きよい たもつ いさむ あゆむ ゆたか しずか さやか のどか ほのか かすみ こころ いのり あおい "
    "あさひ ゆうひ ひなた いちご もみじ つばき すみれ かえで なかの うえの おおき "
    "つよし きよし はたけ おおもり のぐち たすく いつみ わかば あらた たいら たいき".split()
)

# Latin spellings of names that are words in an ordinary English or technical sentence (伊達 Date, 井手 Ide, 峰 Mine).
COMMON_LATIN = frozenset(
    "aim ai abe date data ide seo mine made make mane more mono mode move note noto same sake sale name none "
    "tone time take team test text tool type home hope here june july june main mail mano maya media mini miki "
    "rain rate race rare real rise rose role room ruby side site size sone some soon wine wife wide wise "
    "kana kanji karate sushi tokyo kyoto osaka chiba nara akita yamagata fukui toyama nagano oita saga kochi "
    "anime manga sumo judo kendo kaizen kanban gemba genba java scala swift excel word access python linux".split()
)

# Readings that, before さん or さま, are no name.
NOT_A_PERSON = frozenset(
    {"たくさん", "みなさん", "みなさま", "おくさん", "おくさま", "おじさん", "おばさん", "むすこさん"}
)

# Said instead of a name: 「氏名：非公開」.
NO_NAME = _keys(
    "非公開 匿名 秘密 未定 不詳 省略 省略します 後日 面接時 記載 別記 別途 上記 下記 同上 仮名 偽名 本人 無記名 氏名 会社名 商品名 "
    "公開 公表 伏字 なし 不明 イニシャル ハンドルネーム ニックネーム 担当 担当者 以下"
)

# What stands before 大学, 高校, … without naming one.
GENERIC_SCHOOL = _keys(
    "新規 国立 公立 私立 県立 都立 府立 道立 市立 町立 村立 区立 州立 都道府県立 官立 組合立 国公立 公私立 工業 商業 工商 農業 林業 "
    "水産 総合 普通 普通科 理数科 英語科 女子 男子 男女 共学 通信 通信制 定時制 全日制 単位制 年制 四年制 二年制 三年制 短期 夜間 "
    "昼間 昼夜 全寮制 中高一貫 一貫 理系 文系 理工系 工学系 農学系 教育系 体育系 美術系 芸術系 音楽系 医療 医療系 医学系 看護 看護系 "
    "福祉 福祉系 社会福祉 保育 保育系 介護 介護系 歯科 歯科衛生 医科 薬科 医療事務 情報 情報系 情報処理 情報技術 調理 調理師 製菓 栄養 "
    "美容 美容系 理容 理美容 美容師 服飾 服飾系 建築 建築系 土木 測量 電気 電子 機械 自動車 自動車整備 整備 航空 鉄道 観光 語学 外国語 "
    "国際 国際系 音楽 美術 芸術 写真 映像 声優 体育 工科 工芸 経済 経営 法律 教育 教養 簿記 経理 会計 公務員 ビジネス デザイン デザイン系 "
    "コンピュータ コンピューター パソコン プログラミング アニメ ゲーム IT IT系 CG Web ファッション ブライダル トリマー ペット "
    "某 同 本 当 各 全 他 元 前 現 旧 新 次 両 母校 出身 出身校 卒業 卒業後 在学 在学中 在籍 入学 進学 進学校 志望 希望 第一志望 第二志望 "
    "現在 当時 学生 学生時代 現役 社会人 新卒 既卒 中退 修了 最終学歴 学歴 地元 地方 地域 近隣 近所 近く 県内 県外 市内 町内 都内 都市部 "
    "国内 国外 海外 外国 米国 英国 中国 台湾 韓国 欧米 アメリカ イギリス カナダ オーストラリア フランス ドイツ 有名 有力 名門 難関 一流 "
    "大手 中堅 小 中 高 大 小中 中高 小中高 中学 高校 大学 短大 専門 連携 提携 附属 付属 系列 隣 複数 数校 一部 二部 特別支援 "
    "職業能力開発 職業訓練 産業技術 技術 専門職 法科 教職 農林 工業系 商業系 動物 動物看護 鍼灸 柔道整復 理学療法 作業療法 "
    "リハビリ リハビリテーション 英会話 日本語 市民 県民 シニア 放課後 留学 留学先 勤務先 派遣先 訪問先 担当 研究 研究系 大規模 小規模 私 僕 姉妹 兄弟 長男 長女 娘 息子"
)

# What stands before or after 株式会社, 医療法人, … without naming one.
GENERIC_FIRM = _keys(
    "某 同 当 弊 各 全 他 元 前 現 旧 新 両 本 大手 中小 中堅 零細 上場 非上場 一部上場 未上場 一般 同族 家族経営 地元 地方 地域 国内 海外 "
    "外資 外資系 日系 親会社 子会社 関連 関連会社 系列 勤務先 派遣先 派遣元 出向先 転職先 取引先 就業先 就職先 前職 現職 会社 会社名 企業 法人 "
    "民間 個人 事業所 職歴 職務経歴 経歴 東証 優良 有名 IT IT系 メーカー 食品 医療 介護 福祉 建設 建築 製造 製造業 運送 運輸 物流 小売 "
    "小売業 商社 印刷 販売 販売業 清掃 警備 不動産 保険 金融 教育 出版 広告 通信 電機 自動車 化学 繊維 設立 設立時 経営 経営者 勤務 勤務時 "
    "化 等 内 外 間 形態 法 法務 数社 二社 三社 出身 各社 向 向け 所属 施設 病院 職員 活動 支援 社員 役員 代表 代表者 社長 取締役 株主 "
    "総務 総務部 経理 経理部 人事 人事部 営業 営業部 営業職 事務 事務職 企画 開発 設計 生産 品質 管理 担当 担当者 部 課 係 職 員 業 名 以外 "
    "入社 退社 退職 在職 在籍 就職 転職 正社員 契約社員 派遣 派遣社員 契約 パート アルバイト 役 制度 制 案内 運営 理事 理事会 理事長 系 "
    "本社 支社 支店 工場 店舗 本部 後 時代 中 時 年 で 社 様 殿 側 御中 組織 法人化 会計 会計基準 研修 見学 訪問 面接 応募 希望 採用 登記 登録 業務 経験 年間 勤続"
)

# Words in 市区町村 that name a kind of place and not a municipality, by their ending (大都市, 文教地区) …
GENERIC_PLACE_ENDINGS = (
    "都市",
    "地区",
    "校区",
    "学区",
    "特区",
    "工区",
    "街区",
    "管区",
    "選挙区",
    "農村",
    "漁村",
    "山村",
    "町村",
    "市区",
)
# … or only as they are: 本市 is "our city", but 見本市 and 熊本市 end in it too.
GENERIC_PLACES = _keys(
    "同市 当市 本市 各市 他市 全市 隣市 市町 同町 当町 本町 隣町 下町 港町 田舎町 温泉町 城下町 門前町 宿場町 同区 当区 同村 当村"
)
