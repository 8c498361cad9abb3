"""Forms of one kanji that are used for one another in names (異体字).

Only for comparing: 髙橋 and 高橋 are two registered names but the same person to a reader. Each line is one kanji in
all its forms, the first is the one compared. Forms that Unicode itself folds (compatibility ideographs, variation
selectors) need no line.
"""

VARIANTS: tuple[str, ...] = (
    # Handwritten forms that registers keep.
    "高髙",
    "崎﨑嵜㟢碕",
    "吉𠮷",
    "橋槗",
    "柳栁",
    "桑桒",
    "富冨",
    "島嶋嶌",
    "峰峯",
    "館舘",
    "野埜",
    "園薗",
    "松枩",
    "秋穐",
    "渕淵渊",
    "浜濱濵",
    "曽曾",
    "船舩",
    "梅楳",
    "杉椙",
    "角⻆",
    # さいとう and わたなべ: dozens of forms, in daily writing all used for one another.
    "斎斉齋齊斋",
    "辺邊邉",
    # Old forms beside the ones in common use since 1949.
    "沢澤",
    "広廣",
    "国國圀",
    "桜櫻",
    "滝瀧",
    "竜龍",
    "蔵藏",
    "徳德",
    "栄榮",
    "円圓",
    "万萬",
    "条條",
    "会會",
    "来來",
    "実實",
    "宝寶",
    "浅淺",
    "増增",
    "黒黑",
    "静靜",
    "応應",
    "鉄鐵",
    "関關",
    "県縣",
    "学學",
    "真眞",
    "恵惠",
    "寿壽",
    "弥彌",
    "礼禮",
    "緑綠",
    "郎郞",
    "遥遙",
    "凜凛",
    "尭堯",
    "晃晄",
    "亜亞",
    "伝傳",
    "壱壹",
    "当當",
    "塩鹽",
    "横橫",
    "岳嶽",
    "気氣",
    "穂穗",
    "粛肅",
    "経經",
    "総總",
    "芸藝",
    "蛍螢",
    "豊豐",
    "霊靈",
    "顕顯",
    "鶴靏鸖",
    "侠俠",
    "剣劍劔",
    "勲勳",
    "厳嚴",
    "巌巖",
    "将將",
    "荘莊",
    "戸戶",
    "暁曉",
    "槙槇",
    "瑶瑤",
    "畑畠",
    "稲稻",
    "繁緐",
    "渋澁澀",
    "鎌鐮",
)
REPEAT = "々"

_PLAIN = str.maketrans({form: forms[0] for forms in VARIANTS for form in forms[1:]})


def plain_kanji(key: str) -> str:
    """A key of the same length with every kanji in the form compared, and 佐々木 as 佐佐木."""
    plain = key.translate(_PLAIN)
    if REPEAT not in plain:
        return plain
    letters = list(plain)
    for place in range(1, len(letters)):
        if letters[place] == REPEAT:
            letters[place] = letters[place - 1]
    return "".join(letters)
