"""What applications of organisations say, as forms type it: obviously fictional, complete, one for each class."""

from collections.abc import Mapping, Sequence

from portal.domain.application import Step

Fields = Mapping[str, str | Sequence[str]]

BUREAU = "24"
NUMBER = "24-ユ-300001"
BODY = "24201"

PRIVATE: Mapping[Step, Fields] = {
    Step.APPLICANT: {"unit_class": "private", "registration_class": "paid", "bureau_code": BUREAU},
    Step.ORGANISATION: {
        "name": "株式会社架空人材",
        "kana": "かくうじんざい",
        "corporation_number": "9990000000001",
        "number": "２４－ユ－３００００１",
        "basis": "art30",
        "postal_code": "000-0000",
        "address": "三重県架空市見本町1番地",
        "representative_title": "代表取締役",
        "representative": "見本 代表",
    },
    Step.PEOPLE: {
        "officer_name": "見本 責任",
        "officer_department": "管理部",
        "officer_phone": "00-0000-0000",
        "contact_name": "見本 連絡",
        "contact_mail": "renraku@example.jp",
    },
    Step.PLACES: {"departments-0-name": "営業課"},
    Step.UNDERTAKINGS: {"antivirus": "1", "terms": "1", "correctness": "1"},
}
MUNICIPAL: Mapping[Step, Fields] = {
    **PRIVATE,
    Step.APPLICANT: {
        "unit_class": "municipal",
        "registration_class": "municipality",
        "bureau_code": BUREAU,
    },
    Step.ORGANISATION: {
        **PRIVATE[Step.ORGANISATION],
        "name": "架空市",
        "kana": "かくうし",
        "corporation_number": "9990000000002",
        "number": BODY,
        "basis": "art29",
        "representative_title": "市長",
    },
    Step.CONTRACTORS: {
        "contractors-0-name": "架空受託社",
        "contractors-0-licence_number": "24-ユ-300009",
        "contractors-0-corporation_number": "9990000000009",
        "contractors-0-since": "令和8年7月1日",
        "contractors-0-until": "2027-03-31",
    },
}
