"""Own names and their readings: found however they are written, left alone inside other words."""

import pytest

from portal.domain.screening import KnownIdentity
from portal.domain.screening.kanji import VARIANTS, plain_kanji
from portal.domain.screening.romaji import spelled
from tests.domain.screening_people import HANAKO, MAKOTO, MEGUMI, NAKA, TARO
from tests.domain.screening_pointing import WRITER, kinds, pointed_at


def test_S_Q2_the_own_name_and_contact_are_found_with_their_place_in_the_text() -> None:
    assert pointed_at("私はﾔﾏﾀﾞ、山\u200b田です。（０９０）００００－０１２３", WRITER) == [
        ("kana", "ﾔﾏﾀﾞ", True),
        ("name", "山\u200b田", True),
        ("phone", "０９０）００００－０１２３", True),
    ]


@pytest.mark.parametrize(
    "written",
    [
        "山　　田です",
        "山|田|太|郎",
        "山*田",
        "山̲田̲",
        "山\u200d田",
        "山田（たろう）",
        "山田家の長男です",
        "太郎、山田",
        "やま田です",
        "ヤマダ太郎",
        "や　ま　だ",
        "ヤマダタロー",
        "やまだ　たろー",
        "ｔ．ｙａｍａｄａ",
        "yamada_taro0401",
        "YAMADA, Taro",
    ],
)
def test_the_own_name_is_found_however_it_is_taken_apart(written: str) -> None:
    assert kinds(written, WRITER) & {"name", "kana"}


@pytest.mark.parametrize(
    ("written", "person"),
    [
        ("こんにちは、林です", MAKOTO),
        ("申し遅れましたが、林です", MAKOTO),
        ("以上、よろしくお願いします。林", MAKOTO),
        ("よろしくお願いします。\n林より\n\n追伸 土日も働けます。", MAKOTO),
        ("担当の林です", MAKOTO),
        ("みんなにめぐみさんと呼ばれます", MEGUMI),
        ("I am Hayashi.", MAKOTO),
        ("林様と書かれた封筒", MAKOTO),
    ],
)
def test_a_name_that_is_also_a_word_is_found_where_it_is_introduced(
    written: str, person: dict[str, object]
) -> None:
    assert kinds(written, KnownIdentity(**person)) & {"name", "kana"}


@pytest.mark.parametrize(
    ("written", "person"),
    [
        ("好きな場所は、林です", MAKOTO),
        ("青森と申しましても広いです", HANAKO),
        ("林業、雑木林、竹林", MAKOTO),
        ("山あり田あり。山。田。", TARO),
        ("山田町で育ち、小山田の里で働きました", TARO),
        ("桃太郎の劇、浦島太郎の歌", TARO),
        ("taroTと書かれたtarot", TARO),
        ("登山中、下山中、山中での作業", NAKA),
        ("健太ろう者支援", MAKOTO),
        ("たくさんのみなさん", {"name": "見本 多久", "kana": "ミホン タク"}),
        ("AIの研修、日付(date)の入力、IDEの設定", {"name": "伊達 愛", "kana": "ダテ アイ"}),
        ("しようと思いました。仕様です", {"name": "見本 翔", "kana": "ミホン ショウ"}),
    ],
)
def test_a_name_inside_other_words_is_left_alone(written: str, person: dict[str, object]) -> None:
    assert not [found for found in pointed_at(written, KnownIdentity(**person)) if found[2]]


@pytest.mark.parametrize(
    "registered", ["山田太郎", "山田　太郎", "山田・太郎", " 山田 太郎 ", "山田,太郎"], ids=repr
)
def test_a_name_is_understood_however_it_was_registered(registered: str) -> None:
    assert pointed_at("山田です", KnownIdentity(name=registered)) == [("name", "山田", True)]


def test_old_kana_of_the_register_match_todays() -> None:
    known = KnownIdentity(kana="シヨウジ キヨウコ")

    assert kinds("しょうじきょうこです", known) == {"kana"}
    assert kinds("ショウジと申します", known) == {"kana"}


def test_a_name_with_more_parts_than_its_reading_is_still_found() -> None:
    known = KnownIdentity(name="見本 ジョン 太郎", kana="ミホン タロウ")

    assert kinds("ジョンです", known) == {"name"}


def test_each_kanji_stands_in_one_line_of_the_table_and_differs_from_its_other_forms() -> None:
    forms = [form for line in VARIANTS for form in line]

    assert len(forms) == len(set(forms))
    assert all(len(line) > 1 for line in VARIANTS)
    assert plain_kanji("髙橋佐々木𠮷田").startswith("高橋佐佐木吉田")


@pytest.mark.parametrize(
    ("kana", "spellings"),
    [
        ("おおの", ("ono", "ohno", "oono")),
        ("ゆういちろう", ("yuichiro", "yuuitirou", "yuhichiroh")),
        ("しょうじ", ("shoji", "syouzi", "shouji")),
        ("じゅんいち", ("junichi", "zyunniti", "jyunichi")),
        ("いっせい", ("issei", "isei")),
        ("ゔぃくとりあ", ("vikutoria",)),
        ("まつもと", ("matsumoto", "matumoto")),
        ("れおん", ("reon", "leon")),
    ],
)
def test_a_reading_is_known_in_every_usual_spelling(kana: str, spellings: tuple[str, ...]) -> None:
    known = spelled(kana)

    assert known is not None
    assert all(known[0].fullmatch(spelling) for spelling in spellings)
    assert known[1] <= min(map(len, spellings))


def test_what_is_no_japanese_sound_is_not_spelled() -> None:
    assert spelled("山") is None
    assert spelled("") is None
