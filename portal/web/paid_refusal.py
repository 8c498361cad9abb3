"""Why something about a paid service was refused, in words: what is wrong, and what to do (seed 004 P-Q8)."""

from collections.abc import Mapping

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

_l = lazy_gettext

PAID_REFUSALS: Mapping[str, tuple[LazyString, LazyString]] = {
    "paid_municipal": (
        _l("地方自治体等の団体は、有料サービスを扱えません。"),
        _l("このサイトの決まりです。"),
    ),
    "paid_services_full": (
        _l("登録できる有料サービスは、取扱いを終えたものを含めて%(most)s件までです。"),
        _l("運用者にご相談ください。"),
    ),
    "paid_versions_full": (
        _l("一つの有料サービスの版は、%(most)sまでです。"),
        _l("取扱いを終えて、新しく登録してください。"),
    ),
    "paid_service_ended": (
        _l("この有料サービスの取扱いは終わっています。"),
        _l("前のページを開き直して、今の内容をご確認ください。"),
    ),
    "paid_changed": (
        _l("承諾の後または承諾のお願いの後に、サービスの内容が変わっています。"),
        _l("新しい内容の届出を労働局が受け付けた後で、新しい承諾が必要です。"),
    ),
    "paid_no_consent_needed": (
        _l("このサービスの区分では、承諾をお願いしません。"),
        _l("区分ごとの決まりを、有料サービスのページでご確認ください。"),
    ),
    "paid_already_asked": (
        _l("この内容の承諾は、もうお願いしています。"),
        _l("同じ内容で、もう一度お願いすることはできません。"),
    ),
    "paid_already_answered": (
        _l("このお願いへの返事は、もう記録されています。"),
        _l("今の記録をご確認ください。"),
    ),
    "paid_not_graduate": (
        _l("この方は、今日は有料サービス届出対象ではないため、このサービスの承諾をお願いできません。"),
        _l("ほかの有料の就職支援は、求職者が自分の画面で希望を記録したときに限り、提供できます。"),
    ),
    "paid_before_answer": (
        _l("求職者からまだ返事がないため、承諾をお願いできません。"),
        _l("返事が届いてから、お願いしてください。"),
    ),
    "paid_notice_missing": (
        _l("このサービスの届出を労働局が受け付けていないか、補正を求めているため、まだ進めません。"),
        _l("届出が受け付けられてから、もう一度お試しください。"),
    ),
    "paid_with_placement": (
        _l("職業紹介に伴う有料サービスの提供は、ここでは記録しません。"),
        _l("求職受理を記録するときに、説明した日と方法を記録してください。"),
    ),
    "paid_graduate": (
        _l("この方は、その日に有料サービス届出対象なので、このサービスは提供できません。"),
        _l("労働局に届け出たサービスだけを、承諾を得て提供できます。"),
    ),
    "paid_no_wish": (
        _l("その日に、求職者の希望の記録がありません。"),
        _l("提供できるのは、求職者が自分の画面で希望を記録している日だけです。"),
    ),
    "paid_no_consent": (
        _l("求職者の承諾がないため、提供を記録できません。"),
        _l("先に承諾をお願いしてください。"),
    ),
    "paid_before_consent": (
        _l("承諾（%(consented_on)s）より前の日は記録できません。"),
        _l("提供できるのは、承諾を得た後です。"),
    ),
    "paid_withdrawn": (
        _l("求職者が%(withdrawn_on)sに承諾を取りやめたため、その日からは記録できません。"),
        _l("取りやめより前の日に提供したものだけを記録できます。"),
    ),
    "paid_in_future": (
        _l("まだ来ていない日は記録できません。"),
        _l("%(today)s までの日を入力してください。"),
    ),
    "paid_already_given": (_l("このサービスのその日の提供は、もう記録されています。"), ""),
}
