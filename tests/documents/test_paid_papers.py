"""The papers of paid services: the aid to a notice and the copy for the seeker; what they say they are."""

import io
from datetime import UTC, date, datetime
from typing import Any

import pypdf
import pytest

from portal.documents.paid_consent import PaidConsent, paid_consent
from portal.documents.paid_notice import PaidNotice, paid_notice

AT = datetime(2026, 6, 15, 1, 0, tzinfo=UTC)
ROWS: list[tuple[str, str | list[str]]] = [
    ("サービスの種類", "面接練習（架空）"),
    ("内容", ["見本の説明です。", "#二行目 $は記号"]),
    ("金額", "5,000円（税込。1回）"),
    ("取消し・返金", "前日までは無料"),
]


def notice(**changes: Any) -> PaidNotice:
    given = {
        "number": "P-7K2M-X9QR",
        "version": 2,
        "bureau_name": "東京労働局",
        "unit_name": "架空人材紹介株式会社",
        "unit_number": "99-ユ-000001",
        "officer_name": "見本 責任",
        "kind": "見本の区分",
        "rows": ROWS,
        "on": date(2026, 6, 15),
        "at": AT,
    }
    return PaidNotice(**{**given, **changes})


def copy(**changes: Any) -> PaidConsent:
    given = {
        "unit_name": "架空人材紹介株式会社",
        "number": "P-7K2M-X9QR",
        "version": 2,
        "rows": ROWS,
        "state": "承諾しています",
        "consented": True,
        "asked_at": AT,
        "answered_at": AT,
        "withdrawn_at": None,
        "given_on": (),
        "at": AT,
    }
    return PaidConsent(**{**given, **changes})


def words(paper: bytes) -> str:
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper)).pages)
    return "".join(text.split())


def test_P_Q8_the_notice_names_type_and_amount_and_says_it_is_no_submission() -> None:
    text = words(paid_notice(notice()))
    for word in ("P-7K2M-X9QR", "東京労働局", "面接練習（架空）", "5,000円", "前日までは無料", "第2版"):
        assert word in text
    assert "国の様式ではありません" in text
    assert "労働局が受け付けたときです" in text
    assert "#二行目$は記号" in text


def test_the_copy_names_service_and_times_and_nobody() -> None:
    text = words(paid_consent(copy(withdrawn_at=AT, given_on=(date(2026, 6, 14),))))
    for word in ("承諾の控え", "5,000円", "2026年6月15日10:00", "2026年6月14日", "取りやめた日時"):
        assert word in text
    assert "お名前は印刷していません" in text


def test_who_refused_gets_a_copy_of_an_answer_not_of_a_consent() -> None:
    text = words(paid_consent(copy(consented=False, state="承諾しませんでした")))
    assert "有料サービスの返事の控え" in text
    assert "承諾の控え" not in text


@pytest.mark.parametrize("long", ["長い文です。" * 100, "a" * 600])
def test_long_words_go_on_on_a_next_page_and_are_not_cut(long: str) -> None:
    paper = paid_notice(notice(rows=[*ROWS[:1], ("内容", long)]))
    assert words(paper).replace("\u200b", "").count(long[:3]) >= 50
    assert len(pypdf.PdfReader(io.BytesIO(paper)).pages) <= 3


def test_the_same_values_give_the_same_bytes() -> None:
    assert paid_notice(notice()) == paid_notice(notice())
