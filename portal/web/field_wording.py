"""What is wrong with one field, in words, and how a refusal of a service is shown in the form that was sent.

Codes come from the rules (portal.domain.refusal.Invalid); each text says what to type instead.
"""

from collections.abc import Mapping

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from wtforms import Form

from portal.domain.refusal import Invalid
from portal.web.wording import filled, shown_facts

_l = lazy_gettext

_UNREADABLE_DAY = _l("日付として読み取れません。例：2026年6月15日、令和8年6月15日")
_CHARACTERS = _l("使えない文字が含まれています。ほかから貼り付けたときは、入力し直してください。")

# The first text whose facts are all known is shown.
FIELDS: Mapping[str, tuple[LazyString, ...]] = {
    # any text
    "missing": (_l("入力または選択してください。"),),
    "too_long": (
        _l("%(longest)s文字以内で入力してください（今は%(length)s文字です）。"),
        _l("長すぎます。短くしてください。"),
    ),
    "nul": (_CHARACTERS,),
    "surrogate": (_CHARACTERS,),
    "control": (_CHARACTERS,),
    "bad_character": (_CHARACTERS,),
    "emoji": (_l("絵文字は使えません。"),),
    "line_break": (_l("改行を入れずに、1行で入力してください。"),),
    "too_short_word": (_l("言葉は、それぞれ2文字以上で入力してください。"),),
    "unknown_code": (_l("一覧にあるものから選んでください。"),),
    "too_many": (
        _l("%(most)s件以内にしてください（今は%(count)s件です）。"),
        _l("選んだ数が多すぎます。減らしてください。"),
    ),
    "double": (_l("同じものが二つ以上あります。一つにしてください。"),),
    "key_character": (_l("ページを開き直して、もう一度お送りください。"),),
    "unknown": (_l("一覧のページから、もう一度お選びください。"),),
    "invalid": (_l("内容をご確認ください。"),),
    # whom a complaint is brought to
    "officer_missing": (_l("この団体の責任者は、今ここからは選べません。ハローワークを選んでください。"),),
    "officer_left": (_l("この団体の責任者は、今ここからは選べません。ハローワークを選んでください。"),),
    "officer_not_here": (_l("この団体の責任者は、今ここからは選べません。ハローワークを選んでください。"),),
    # a text that is used again
    "template_name_taken": (_l("同じ題名の文例があります。ほかの題名にしてください。"),),
    "templates_full": (_l("文例は%(most)s件までです。使わないものを削除してください。"),),
    "unknown_field": (_l("{ } の中には、下の「使える差し込み」だけを書けます。"),),
    "stray_brace": (
        _l("%(line)s行目の { と } がそろっていないか、中に何もありません。足すか、取り除いてください。"),
        _l("{ と } がそろっていないか、中に何もないところがあります。足すか、取り除いてください。"),
    ),
    "too_many_fields": (_l("差し込みは%(most)sか所までにしてください（今は%(count)sか所です）。"),),
    # why a text is lawful
    "reason_too_short": (_l("理由を%(shortest)s文字以上で書いてください。"),),
    # days
    "date_missing": (_l("日付を入力してください。"),),
    "date_unreadable": (_UNREADABLE_DAY,),
    "date_impossible": (_l("その日はありません。年月日をご確認ください。"),),
    "year_unclear": (_l("西暦4けたの年、または元号を付けた年で入力してください。"),),
    "era_unknown": (_UNREADABLE_DAY,),
    "era_range": (_l("その元号にない日です。年月日をご確認ください。"),),
    "in_future": (_l("今日までの日を入力してください。"),),
    "before_birth": (_l("生年月日より前の日です。どちらかの日付をご確認ください。"),),
    "before_made": (_l("この届出が作られた日（%(made_on)s）か、それより後の日を入力してください。"),),
    "too_long_ago": (_l("古すぎる日付です。年をご確認ください。"),),
    "too_far": (_l("先すぎる日付です。年をご確認ください。"),),
    "in_past": (_l("今日か、今日より後の日を入力してください。"),),
    "already_began": (_l("もう始まっているため、始まりの日は変えられません。"),),
    "before_start": (_l("始まりの日か、それより後の日を入力してください。"),),
    # hours
    "whole_day": (
        _l(
            "始まりと終わりは、違う時刻にしてください。一日中いらないときは、「知らせない」を選んでください。"
        ),
    ),
    # a person
    "bad_kana": (_l("フリガナは、カタカナまたはひらがなで入力してください。"),),
    "bad_phone": (_l("電話番号をご確認ください。例：00-0000-0000"),),
    "bad_mail": (_l("メールアドレスをご確認ください。例：mihon@example.jp"),),
    "bad_registration_number": (_l("求職番号をご確認ください。例：00000-00000000"),),
    "already_registered": (_l("この求職番号は、すでに登録されています。"),),
    "double_in_file": (_l("同じ求職番号が、ファイルの中に二つ以上あります。"),),
    "not_needed": (_l("ここは選ばないでください。学校の状況に合いません。"),),
    "must_agree": (_l("利用規約に同意された方だけが利用できます。"),),
    "yes_or_no": (_l("「はい」か「いいえ」のどちらかにしてください。"),),
    "terms_changed": (_l("利用規約が新しくなりました。新しい規約をご確認ください。"),),
    "not_a_graduate": (_l("卒業日は、卒業した方だけ入力してください。"),),
    # job-search data
    "range_missing": (_l("民間職業紹介事業者、自治体などのどちらか、または両方を選んでください。"),),
    "not_in_force": (_l("今、有効なものを選んでください。"),),
    "years_missing": (_l("経験した年数を選んでください。"),),
    "years_without_occupation": (_l("年数だけでなく、職業も選んでください。"),),
    "ambiguous_place": (_l("同じ名前の市区町村が二つ以上あります。都道府県名から入力してください。"),),
    "unknown_place": (_l("市区町村が見つかりません。都道府県名から入力してください。"),),
    "still_found": (_l("氏名や連絡先などと思われるところが、まだ残っています。"),),
    # a saved search
    "saved_name_taken": (_l("同じ名前で保存した検索があります。ほかの名前にしてください。"),),
    "saved_full": (
        _l("保存できる検索は、一人%(most)s件までです。使っていないものを削除してから、保存してください。"),
        _l("保存できる件数を超えています。使っていないものを削除してください。"),
    ),
    "shared_full": (
        _l("共有できる検索は、%(most)s件までです。共有しないで保存するか、共有中のものを削除してください。"),
        _l("共有できる件数を超えています。"),
    ),
    "too_many_lines": (
        _l("行が多すぎます。%(most)s行までにしてください。"),
        _l("行が多すぎます。減らしてください。"),
    ),
    "renewal_gap": (
        _l(
            "今の有効期間の終わりの翌日か、それより前の日にしてください。間が空くと、その間は利用できません。"
        ),
    ),
    "renewal_shorter": (_l("今の有効期間の終わりより後の日にしてください。更新で短くはできません。"),),
    # a paid service
    "not_an_amount": (_l("金額は、数字で入力してください。例：5,000"),),
    "amount_range": (_l("1円から9,999,999円までの金額にしてください。"),),
    "offer_in_terms": (
        _l("お祝い金や、簡単に高い収入が得られるという勧誘と思われるところがあります。書き直してください。"),
    ),
    "contact_in_terms": (_l("電話番号、メールアドレス、URLなどの連絡先は書けません。取り除いてください。"),),
    "after_acceptance": (
        _l(
            "求職申込みの受理（%(accepted_on)s）より前か、同じ日にしてください。説明は、受理の前に行う決まりです。"
        ),
        _l("求職申込みの受理より前か、同じ日にしてください。"),
    ),
    "none_and_some": (_l("「ありません」と、ほかのものを、いっしょに選ぶことはできません。"),),
    "bad_notice_number": (_l("届出の番号をご確認ください。例：P-7K2M-X9QR"),),
    "unknown_notice": (_l("この番号の届出は、この労働局にはありません。番号をご確認ください。"),),
    # a unit
    "not_a_number": (_l("数字で入力してください。例：50"),),
    "above_unit_limit": (_l("団体の1日の上限（%(most)s件）以下の数にしてください。"),),
    "not_lower": (
        _l("1,000より小さい数にしてください。1,000に戻すときは「上限を1,000件に戻す」を選んでください。"),
    ),
    "above_limit": (_l("%(most)s以下の数にしてください。"), _l("上限より小さい数にしてください。")),
    "unknown_unit": (_l("この番号の団体は、この労働局にはありません。番号をご確認ください。"),),
    "unit_ambiguous": (_l("この番号の団体が二つあります。団体の一覧から選んでください。"),),
    "bad_number": (_l("許可・届出の番号をご確認ください。例：00-ユ-000000"),),
    "bad_corporation_number": (_l("法人番号は、数字13けたで入力してください。"),),
    "one_without_other": (_l("氏名と連絡先は、両方を入力してください。"),),
    "name_with_contact": (
        _l("部署の名前に、電話番号、メールアドレス、ウェブサイトのアドレスなどは入れられません。"),
    ),
    "name_with_offer": (_l("部署の名前に、案内で送れない言葉は入れられません。"),),
    "department_exists": (_l("同じ名前の部署が、もうあります。"),),
    "departments_full": (_l("部署は%(most)sまでです。終わったものも数えます。"),),
    "invitation_days": (_l("1日から%(most)s日までの数にしてください。"), _l("招待の期限を選んでください。")),
    "invitations_full": (
        _l("開いている招待が%(most)s件あります。使われるのを待つか、いらないものを取り消してください。"),
        _l("開いている招待が多すぎます。いらないものを取り消してください。"),
    ),
    # an application
    "class_first": (_l("先に「申請する団体」を保存してください。"),),
    "other_class": (_l("選んだ申請の区分に合うものを選んでください。"),),
    "joint_only": (_l("受託団体だけでは申請できません。自治体が申請し、連名で加わってください。"),),
    "bad_postal_code": (_l("郵便番号は、数字7けたで入力してください。例：000-0000"),),
    "other_number": (
        _l("今の番号と違います。番号が変わるときは、変更ではなく、新しい利用申請をしてください。"),
    ),
    "phone_or_mail": (_l("電話番号かメールアドレスの、どちらかを入力してください。"),),
    "bad_branch_number": (_l("枝番は、数字1〜4けたで入力してください。例：02"),),
    "too_many_rows": (_l("一つの申請に書けるのは60行までです。"),),
    "twice": (_l("同じものが、前の行にもあります。"),),
    "only_in_a_change": (_l("最後の日は、変更の申請でだけ入力できます。"),),
    "private_unit": (_l("受託団体は、地方自治体等の申請でだけ書けます。"),),
    "validity_over": (_l("最後の日は、今日かそれより後の日にしてください。"),),
    "bad_application_number": (_l("申請の番号をご確認ください。例：R08-24-00017-0"),),
    "wrong_check_digit": (_l("申請の番号のどこかが違います。書類の番号をもう一度ご確認ください。"),),
    "must_be_given": (_l("確かめて、印を付けてください。"),),
    # sign-in name, password, code
    "name_length": (
        _l("%(shortest)s文字以上、%(longest)s文字以内で入力してください。"),
        _l("長さをご確認ください。"),
    ),
    "name_character": (
        _l("使えるのは、英字、数字、「.」「_」「-」です。最初の文字は英字か数字にしてください。"),
    ),
    "name_taken": (_l("このログイン名は使えません。ほかの名前にしてください。"),),
    "password_wrong": (_l("今のパスワードが違います。"),),
    "password_unchanged": (_l("今のパスワードと同じです。ほかのものにしてください。"),),
    "totp_wrong": (_l("確認コードが違います。新しく表示されたコードを入力してください。"),),
    "password_short": (_l("%(shortest)s文字以上にしてください。"), _l("もっと長くしてください。")),
    "password_long": (_l("%(longest)s文字以内にしてください。"), _l("もっと短くしてください。")),
    "password_character": (_CHARACTERS,),
    "password_common": (_l("よく使われるパスワードなので使えません。ほかのものにしてください。"),),
    "password_own_word": (
        _l("ログイン名やこのサイトの名前とほぼ同じなので使えません。ほかのものにしてください。"),
    ),
    "code_character": (_l("コードにない文字が入っています。用紙のとおりに入力してください。"),),
    "code_length": (_l("コードの文字数が違います。用紙のとおりに入力してください。"),),
}

_GENERAL = (_l("内容をご確認ください。"),)


def field_text(code: str, facts: Mapping[str, str]) -> str:
    """The text for one code; a code without an entry gets a general one, never the code itself."""
    return next(words for text in (*FIELDS.get(code, ()), *_GENERAL) if (words := filled(text, facts)))


def show_in(form: Form, refused: Invalid) -> None:
    """Put a refusal's texts beside their fields; those of no field of this form stand in its summary."""
    facts = shown_facts(refused)
    for name, codes in refused.errors.items():
        texts = [field_text(code, facts) for code in codes]
        if name in form:
            form[name].errors = [*form[name].errors, *texts]
        else:
            form.form_errors = [*form.form_errors, *texts]
