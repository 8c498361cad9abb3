"""Telephone numbers, addresses on the net and postal addresses in free text."""

import pytest

from portal.domain.screening import KnownIdentity
from portal.domain.screening.residence import Pieces, pieces
from tests.domain.screening_pointing import WRITER, kinds, pointed_at


@pytest.mark.parametrize(
    "number",
    [
        "090-0000 0123",
        "O9O-0000-0123",
        "090/0000/0123",
        "090…0000…0123",
        "090、0000、0123",
        "090★0000★0123",
        "090→0000→0123",
        "〇90-0000-0123",
        "零九零零零零零零一二三",
        "0-9-0-0-0-0-0-0-1-2-3",
        "+81(90)0000-0123",
        "90-0000-0123",
        "0000-0123",
        "090ハイフン0000ハイフン0123",
    ],
)
def test_the_own_telephone_number_is_found_whatever_holds_it_apart(number: str) -> None:
    assert ("phone", True) in {(kind, own) for kind, _, own in pointed_at(f"電話は{number}です", WRITER)}


@pytest.mark.parametrize(
    "number",
    [
        "00-0000-0000",
        "TEL/FAX 000-000-0000",
        "0120000000",
        "ゼロ・キュー・ゼロ" + "・ゼロ" * 8,
        "+1 000 000 00000",
    ],
)
def test_any_telephone_number_is_found_by_its_shape(number: str) -> None:
    assert kinds(number) == {"phone"}


@pytest.mark.parametrize(
    "numbers",
    [
        "0 10 20 30 40 50",
        "0.5 0.85 0.90 1.00",
        "2019-04-01 2023-03-31",
        "午前0時から、0:00-8:00",
        "0.1-0.2mm",
        "woooooooooow",
        "〇〇〇〇〇〇〇〇〇〇",
        "〇接客 〇販売 〇経理",
        "第03-0001号",
        "12345678901234567890",
    ],
)
def test_other_numbers_are_no_telephone_numbers(numbers: str) -> None:
    assert kinds(numbers) == set()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("mihon@docomo", "mail"),
        ("mihon at mihon dot jp", "mail"),
        ("ttps://mihon.example", "url"),
        ("mihon どっと jp", "url"),
        ("私のラインIDは mihon0000", "handle"),
        ("LINEはmihon0000です", "handle"),
        ("ID:mihon_0000で検索", "handle"),
        ("らいん：mihon_1", "handle"),
    ],
)
def test_addresses_on_the_net_are_found(text: str, kind: str) -> None:
    assert kinds(text) == {kind}


@pytest.mark.parametrize(
    "text",
    [
        "co.jpドメインの管理",
        "draw.ioで作図",
        "10:00a.m.to5:00p.m.",
        "Wi-Fi 2.4GHz、No.1",
        "オンラインで、LINEはWORKSを使いました",
        "IDとパスワードの管理",
        "@cosmeの口コミ",
        "SNS：Instagram、LINE：Slack",
    ],
)
def test_tools_and_products_are_no_addresses(text: str) -> None:
    assert kinds(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "見本市在住",
        "さいたま市に住んでいます",
        "見本市架空町１の２の３",
        "架空市 見本町 1-2-3",
        "北1条西2丁目",
        "架空区見本4丁目",
        "見本町1-2-3",
        "大字見本100",
        "二番三号",
        "〒0000000",
    ],
)
def test_addresses_are_found_by_their_shape(text: str) -> None:
    assert kinds(text) == {"address"}


@pytest.mark.parametrize(
    "text",
    [
        "三丁目の夕日",
        "一番地道に働く",
        "大都市に住んでいました",
        "神奈川県横浜市 2019-2023 営業",
        "渋谷区・新宿区を担当",
        "草津町で住み込みの仕事",
        "123-4567円",
        "市町村居住支援協議会",
    ],
)
def test_places_of_work_are_no_address(text: str) -> None:
    assert kinds(text) == set()


def test_the_own_municipality_is_found_also_as_a_wish_because_the_portal_never_shows_it() -> None:
    assert pointed_at("東京都架空市で働きたい", WRITER) == [("address", "架空市", True)]
    assert kinds("東京都で働きたい", WRITER) == set()


@pytest.mark.parametrize(
    ("residence", "expected"),
    [
        ("東京都架空市見本町1丁目2番3号 見本荘101号室", Pieces(("架空市",), ("見本町",), "見本荘")),
        ("神奈川県横浜市西区見本台4-5-6", Pieces(("横浜市", "西区"), ("見本台",), "")),
        ("大阪府架空郡見本町字架空12番地の3", Pieces(("架空郡", "見本町"), ("架空",), "")),
        ("三重県四日市市見本1-2", Pieces(("四日市市",), ("見本",), "")),
        ("東京都東村山市見本町1", Pieces(("東村山市",), ("見本町",), "")),
        ("広島県廿日市市見本", Pieces(("廿日市市",), ("見本",), "")),
        ("東京都町田市見本町1", Pieces(("町田市",), ("見本町",), "")),
        ("千葉県市川市見本1", Pieces(("市川市",), ("見本",), "")),
        ("〒000-0000 京都府京都市中京区見本町1", Pieces(("京都市", "中京区"), ("見本町",), "")),
        ("東京都 架空市 見本町 1-2-3 見本荘 101", Pieces(("架空市",), ("見本町",), "見本荘")),
        ("東京都架空市見本町1-2-3見本荘101号", Pieces(("架空市",), ("見本町",), "見本荘")),
        ("〒0000000東京都架空市見本町二丁目三番", Pieces(("架空市",), ("見本町",), "")),
        ("架空市見本町", Pieces(("架空市",), ("見本町",), "")),
        ("東京都", Pieces((), (), "")),
        ("", Pieces((), (), "")),
    ],
)
def test_an_address_is_taken_apart(residence: str, expected: Pieces) -> None:
    assert pieces(residence) == expected


def test_a_town_whose_name_is_everywhere_is_found_only_where_it_is_the_town() -> None:
    known = KnownIdentity(residence="三重県津市中央1-2")

    assert pointed_at("中央1丁目から通えます", known) == [("address", "中央", True)]
    assert kinds("津市中央です", known) == {"address"}
    assert kinds("中央公園、中央の部署、会津市場", known) == set()


def test_the_own_municipality_is_found_without_its_ending_where_somebody_lives() -> None:
    assert pointed_at("架空に住んでいます。架空の話です。", WRITER) == [("address", "架空", True)]


def test_a_number_registered_from_abroad_or_without_area_is_understood() -> None:
    assert pointed_at("090 0000 0123", KnownIdentity(phone="+81 90-0000-0123"))[0][2]
    assert pointed_at("00-0123", KnownIdentity(phone="000-0123")) == []
    assert pointed_at("000-0123", KnownIdentity(phone="000-0123"))[0] == ("phone", "000-0123", True)
