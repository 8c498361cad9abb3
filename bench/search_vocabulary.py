"""Invented texts about oneself, with words as frequent as in real language: a few everywhere, most of them rare."""

import itertools
import random
from dataclasses import dataclass

# What people write most, from the most frequent; what follows is made up.
_FREQUENT = """
経験 仕事 接客 業務 販売 事務 対応 管理 お客様 担当 作業 介護 チーム 責任 製造 営業 運転 調理 清掃 経理 資格 保育
コミュニケーション 配送 倉庫 検品 電話対応 入力 Excel 指導 改善 提案 品質 現場 店舗 施設 利用者 スタッフ 後輩 納期 在庫 発注
レジ パソコン データ入力 コールセンター 受付 看護 リハビリ 溶接 電気工事 施工管理 設計 プログラミング システム 保守 点検 警備
農作業 梱包 仕分け フォークリフト ドライバー 送迎 給食 栄養 相談支援 訪問介護 記録 夜勤 早番 シフト 研修 新人教育 売上 企画
""".split()
_KANJI = (
    "安案以位委医育員院運営英駅園横屋温化荷界開階寒感漢館岸起期客究急級宮球去橋業曲局銀区苦具君係軽血決研県庫湖向幸港号根祭皿仕死使始指歯"
    "詩次事持式実写者主守取酒受州拾終習集住重宿所暑助昭消商章勝乗植申身神真深進世整昔全相送想息速族他打対待代第題炭短談着注柱丁帳調追定庭"
    "笛鉄転都度投豆島湯登等動童農波配倍箱畑発反坂板皮悲美鼻筆氷表秒病品負部服福物平返勉放味命面問役薬由油有遊予羊洋葉陽様落流旅両緑礼列練"
)
_KANA = "アイウエオカキクケコサシスセソタチツテトナニノハヒフヘマミムメモヤユヨラリルレロガギグゲゴザジズダデドバビブベボパピプペポ"
_JOINTS = (
    "の",
    "を",
    "と",
    "に",
    "で",
    "や",
    "が",
    "も",
    "しました。",
    "です。",
    "ます。",
    "から",
    "まで",
    "、",
)
VOCABULARY = 9_000


@dataclass(frozen=True)
class Vocabulary:
    """words: from the most frequent to the rarest, as often as one over their rank."""

    words: tuple[str, ...]
    cumulated: tuple[float, ...]

    def text(self, chance: random.Random, least: int, most: int) -> str:
        """A text of about so many characters."""
        length, parts = chance.randint(least, most), ["架空"]
        while length > 0:
            for word in chance.choices(self.words, cum_weights=self.cumulated, k=8):
                joint = chance.choice(_JOINTS)
                parts += [word, joint]
                length -= len(word) + len(joint)
        return "".join(parts)


def vocabulary(seed: int = 1) -> Vocabulary:
    """The same words for the same seed."""
    chance = random.Random(seed)
    words = dict.fromkeys(_FREQUENT)
    while len(words) < VOCABULARY:
        signs, lengths = chance.choice(((_KANJI, (2, 2, 2, 3, 4)), (_KANA, (3, 4, 5, 6))))
        words["".join(chance.choices(signs, k=chance.choice(lengths)))] = None
    weights = (1 / (rank + 5) for rank in range(1, VOCABULARY + 1))
    return Vocabulary(tuple(words), tuple(itertools.accumulate(weights)))
