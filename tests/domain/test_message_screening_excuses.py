"""One word beside an offer excuses nothing: a warning speaks of what others offer, a giver gives the gift itself."""

import pytest

from portal.domain.message_screening import excuse, screen

PAID, SHAM, GIFT = {"paid_service"}, {"sham_side_job"}, {"gift_money"}


def kinds(text: str) -> set[str]:
    return {found.kind.value for found in screen(text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("【ご注意】面接対策講座の受講料5万円を前払いでお振り込みください。", PAID),
        ("面接対策講座の受講料5万円を前払いでお振り込みください、期日にご注意。", PAID),
        ("面接対策講座の受講料5万円をお振り込みいただく期日にご注意ください。", PAID),
        ("面接対策講座の受講料は5万円です、悪質な業者にご注意ください。", PAID),
        ("面接対策講座の受講料は5万円です、高額な代金を請求する業者にご注意ください。", PAID),
        ("面接対策講座の受講料5万円、悪質業者にご注意。", PAID),
        ("人事の方に勧められた面接対策講座の受講料5万円をお支払いください。", PAID),
        ("面接対策講座の受講料5万円が別途請求されます。", PAID),
        ("面接対策講座の受講料は5万円で、返金はお断りしております。", PAID),
        ("面接対策講座の受講料は5万円で、途中の解約は禁止されています。", PAID),
        ("面接対策講座の受講料5万円は、詐欺ではありませんのでご安心ください。", PAID),
        ("面接対策講座の受講料5万円を求められたら、当社へお振り込みください。", PAID),
        ("お祝い金10万円を受け取る期日にご注意いただければ、就職の際に差し上げます。", GIFT),
        ("ご注意、在宅の内職の登録料8,000円をお支払いください。", SHAM),
        ("在宅で誰でも簡単に月収50万円を保証します、ご注意ください。", SHAM),
        ("在宅ワークです。本日中にご契約ください。枠の数にご注意ください。", SHAM),
        ("就職が決まったらお祝い金10万円を差し上げます、ご注意ください。", GIFT),
        ("就職が決まったらお祝い金10万円を差し上げますので、応募の期日にご注意ください。", GIFT),
    ],
)
def test_a_word_of_warning_beside_an_offer_excuses_nothing(text: str, expected: set[str]) -> None:
    assert kinds(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "登録料5万円を求められたら、ご注意ください。",
        "受講料5万円をお振り込みくださいと言われたら、消費生活センターへご相談ください。",
        "「登録料8,000円をお支払いください」と言われた場合はお断りください。",
        "仕事の前に教材費10万円を請求する業者にお気を付けください。",
        "在宅ワークの初期費用として5万円を払わせる被害が出ています。",
        "受講料33,000円を受け取ることは、法律で禁じられています。",
        "登録料8,000円を払えば必ず月収30万円、といった手口にご注意ください。",
        "誰でも簡単に月収50万円を保証しますといった誘いにはご注意ください。",
        "在宅で誰でも月収50万円とうたう業者にご注意ください。",
        "在宅で高収入をうたう広告は、内容をよくお確かめください。",
        "「必ずもうかる」「絶対に稼げる」という言葉をうのみにしないでください。",
        "お祝い金10万円を差し上げますと言って応募を急がせる業者にご注意ください。",
    ],
)
def test_a_warning_of_what_others_offer_goes(text: str) -> None:
    assert kinds(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "就職が決まったら、会社から承認を得てお祝い金10万円を差し上げます。",
        "就職が決まったら、会社から承認を得てお祝い金10万円。",
        "会社から内定が出た日に、お祝い金10万円を差し上げます。",
        "会社で働き始めたら、お祝い金10万円を差し上げます。",
        "企業が採用を決めたら、お祝い金10万円をお渡しします。",
        "永年勤続の方も、就職が決まったら当社からお祝い金10万円を進呈します。",
        "就職先の会社が決まったらお祝い金10万円。",
        "会社が、" + "とても遠いところにある" * 4 + "求人でも、入社の方にお祝い金10万円を差し上げます。",
        "就職が決まったらお祝い金10万円と花束を差し上げます。",
        "事務の仕事です、就職が決まったらお祝い金10万円を差し上げます。",
        "就職が決まったらお祝い金10万円を差し上げます、面倒な手続きは不要です。",
    ],
)
def test_somebody_named_beside_a_gift_does_not_give_it(text: str) -> None:
    assert kinds(text) == GIFT


@pytest.mark.parametrize(
    "text",
    [
        "就職された方には、会社からお祝い金3万円が支給されます。",
        "会社から、入社して3か月後にお祝い金3万円が支給されます。",
        "入社された方に、町が商品券1万円分を差し上げます。",
        "入社後に結婚祝い金3万円が支給されます。",
        "会社の永年勤続表彰では、旅行券5万円分を差し上げます。",
        "商品券をお客様にお渡しする仕事です。",
        "お祝い金を差し上げることはしておりません。",
    ],
)
def test_a_gift_of_somebody_else_goes(text: str) -> None:
    assert kinds(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "授業料5万円（会社が負担した例もあります）を当社へお振り込みください。",
        "受講料5万円は後日会社が補助しますので、まず前払いでお願いします。",
    ],
)
def test_who_is_asked_to_pay_is_asked_though_somebody_bears_it(text: str) -> None:
    assert kinds(text) == PAID


@pytest.mark.parametrize(
    "text",
    [
        "授業料5万円は会社が負担しますので、お支払いいただく必要はありません。",
        "受講料5万円は会社が当社へ直接お支払いしますので、ご負担はありません。",
    ],
)
def test_what_others_bear_goes(text: str) -> None:
    assert kinds(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "面接対策講座 $350、クレジットカード決済",
        "面接対策講座 50k JPY",
        "面接レッスンは300ドルです。",
        "面接レッスン €250",
        "面接レッスン USD 300",
        "Interview coaching course, 300 USD payable to us.",
    ],
)
def test_money_of_other_countries_is_money(text: str) -> None:
    assert kinds(text) == PAID


def test_a_fee_with_bare_figures_is_one() -> None:
    assert kinds("面接対策講座 受講料 33000") == PAID
    assert kinds("面接対策講座の材料費 2026年度の予定") == set()


@pytest.mark.parametrize(
    "text",
    ["月給は2,500USDです。", "お給料は月3,000ドルほどです。", "海外営業の求人です。売上は500万ドルです。"],
)
def test_wages_in_money_of_other_countries_go(text: str) -> None:
    assert kinds(text) == set()


def test_what_makes_a_warning_is_looked_for_near_the_offer_only() -> None:
    far = "、".join(["面接対策講座の受講料5万円", "あ" * excuse._REACH, "といった手口にご注意ください。"])
    assert kinds(far) == PAID
