"""What was found in a text, in words: for the office that reads it, and for the seeker who is about to send it."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.domain.screening.finding import FindingKind

FINDINGS: Mapping[FindingKind, LazyString] = {
    FindingKind.NAME: _l("氏名"),
    FindingKind.KANA: _l("氏名の読み"),
    FindingKind.REGISTRATION_NUMBER: _l("求職番号"),
    FindingKind.BIRTH_DATE: _l("生年月日・生まれた年"),
    FindingKind.AGE: _l("年齢"),
    FindingKind.MAIL: _l("メールアドレス"),
    FindingKind.HANDLE: _l("ほかのサービスの名前やID"),
    FindingKind.URL: _l("ホームページのアドレス"),
    FindingKind.PHONE: _l("電話番号"),
    FindingKind.ADDRESS: _l("住所"),
    FindingKind.EMPLOYER: _l("勤務先"),
    FindingKind.SCHOOL: _l("学校名"),
}
