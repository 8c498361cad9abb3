"""Reason codes in words: what happened, and what to do next.

Rules refuse with a short code; here it becomes a sentence for the person in front of the screen. A code without an
entry gets the general sentence, never the code itself. The codes of single fields are in portal.web.field_wording.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import get_locale, lazy_gettext
from flask_babel.speaklater import LazyString

from portal.domain.refusal import Refusal
from portal.web.paid_refusal import PAID_REFUSALS
from portal.web.rendering import day, moment, number


@dataclass(frozen=True)
class Words:
    """What happened, and what to do next ("" when there is nothing to do)."""

    sentence: str
    advice: str = ""

    @property
    def text(self) -> str:
        """Both as one running text."""
        between = " " if str(get_locale()) == "en" and self.advice else ""
        return f"{self.sentence}{between}{self.advice}"


_l = lazy_gettext
Entry = tuple[LazyString, LazyString]

_ASK_BUREAU = _l("申請先の労働局にお問い合わせください。")
_AT_THE_OFFICE = _l("登録の内容や範囲は、ハローワークの窓口で変えられます。")
_READ_ONLY = _l("これまでのやり取りは、今までどおり読めます。")

# Sentences may name the refusal's facts, which are numbers and days only.
REFUSALS: Mapping[str, Entry] = {
    "refused": (
        _l("この操作は受け付けられませんでした。"),
        _l("前のページを開き直して、もう一度お試しください。"),
    ),
    "not_found": (
        _l("お探しのものは見つかりませんでした。"),
        _l("一覧のページから、もう一度お選びください。"),
    ),
    "forbidden": (
        _l("この操作は、今のお立場では行えません。"),
        _l("必要な場合は、団体の責任者または窓口の担当者にご相談ください。"),
    ),
    "too_many_files": (
        _l("この窓口から送られたファイルが、まだ%(most)s件残っています。"),
        _l("登録を始めるか取りやめてから、次のファイルをお送りください。"),
    ),
    "refused_lines_gone": (
        _l("登録できない行の控えは、残しておく日数が過ぎたため、消しました。"),
        _l("もとのファイルを直して、もう一度お送りください。すでに登録された方は変わりません。"),
    ),
    "conflict": (
        _l("ほかの画面またはほかの人の操作で、内容が変わっていました。"),
        _l("前のページを開き直して、今の内容をご確認ください。"),
    ),
    "invalid": (
        _l("入力された内容に、受け付けられないところがあります。"),
        _l("前のページに戻り、内容をご確認ください。"),
    ),
    # one's own data
    "copies_full": (
        _l("24時間に受け取れるのは%(most)s回までです。"),
        _l("次は、%(again_at)s から受け取れます。"),
    ),
    "copy_after_code": (
        _l(
            "窓口で出されたコードでパスワードが決められた日と、次の日から%(days)s日の間は、ファイルを受け取れません。"
        ),
        _l("%(from_day)s から受け取れます。コードに心当たりがないときは、すぐに窓口にご連絡ください。"),
    ),
    "corrections_full": (
        _l("窓口の回答を待っている申出が、%(most)s件あります。"),
        _l("回答を待ってから、次の申出をお送りください。急ぐときは、窓口にお問い合わせください。"),
    ),
    "search_took_too_long": (
        _l("この条件の検索には時間がかかるため、途中でやめました。"),
        _l("条件を足してから、もう一度選んでください。"),
    ),
    # sending
    "unreachable": (
        _l("現在、この方には送信できません。"),
        _l("送信できる件数は減っていません。理由はお知らせしていません。"),
    ),
    "text_refused": (
        _l("まだ送信していません。この文章は、このままでは送れません。"),
        _l("文章を直すか、手数料の説明であることを申告するか、適法である理由を書いてください。"),
    ),
    "key_taken": (
        _l("まだ送信していません。この画面から %(sent_at)s に送ったのは、別の内容です。"),
        _l("下の内容も送るときは、ご確認のうえ、もう一度お進みください。"),
    ),
    "answer_key_taken": (
        _l("下の返事は、まだ送っていません。この画面から %(sent_at)s に送ったのは、別の返事です。"),
        _l("下の返事も送るときは、ご確認のうえ、もう一度送ってください。"),
    ),
    "nothing_to_undo": (_l("元に戻す変更がありません。今の内容をご確認ください。"), ""),
    "changed_since": (
        _l("元に戻せませんでした。このあとに、ほかの変更がありました。今の内容をご確認ください。"),
        "",
    ),
    "undo_day_over": (
        _l("元に戻せるのは、変更した日のうちだけです。日が変わったため、元に戻していません。"),
        _l("必要なときは、変更の画面から直してください。"),
    ),
    "letterhead_changed": (
        _l("まだ送信していません。ご確認のあとで、案内の冒頭に示す内容が変わりました。"),
        _l("新しい内容をご確認のうえ、もう一度送信してください。"),
    ),
    "limit_reached": (
        _l("今日送信できる件数（1日%(limit)s件）を超えるため、1件も送信していません。"),
        _l("件数は、%(resets_at)s に数え直します。今送れるのは%(fits)s件です。"),
    ),
    "place_limit_reached": (
        _l(
            "あなたの部署（受託団体）が今日送信できる件数（1日%(limit)s件）を超えるため、1件も送信していません。"
        ),
        _l(
            "件数は、%(resets_at)s に数え直します。今送れるのは%(fits)s件です。"
            "上限は、団体の個人情報管理・苦情処理責任者または連絡責任者が変えられます。"
        ),
    ),
    "selection_full": (
        _l("送信リストに入るのは%(most)s人までです。今は%(number)s人います。"),
        _l("チェックを減らすか、リストから何人か外してください。"),
    ),
    "selection_no_room": (
        _l("今日送れる件数は、あと%(left)s件です。送信リストには%(number)s人いるため、もう加えられません。"),
        _l("一人ずつチェックを付ければ、明日の分として加えられます。"),
    ),
    "sending_closed": (
        _l("現在、送信を止めています。"),
        _l("再開までお待ちください。文章の控えを取っておくと安心です。"),
    ),
    "search_closed": (_l("現在、求職者を探すことができません。"), _ASK_BUREAU),
    "officer_missing": (
        _l("個人情報管理・苦情処理責任者が登録されていないため、送信できません。"),
        _l("申請先の労働局に、利用申請の変更を届け出てください。"),
    ),
    "officer_left": (
        _l("個人情報管理・苦情処理責任者がいなくなり、次の責任者が記録されていないため、送信できません。"),
        _l(
            "申請先の労働局に、利用申請の変更を届け出てください。次の責任者が記録されると、また送信できます。"
        ),
    ),
    "suspended": (_l("利用が止められているため、探すことも送ることもできません。"), _ASK_BUREAU),
    "changed_meanwhile": (
        _l(
            "この画面を開いたあとに、内容が変わりました（ほかの人、または別の画面での操作です）。まだ何も保存していません。"
        ),
        _l("今の内容をご確認のうえ、必要なときは、もう一度お進みください。"),
    ),
    "not_suspended": (_l("停止されていないため、解除するものがありません。"), ""),
    "not_lowered": (_l("送信の上限は下げられていないため、元に戻すものがありません。"), ""),
    "not_yet_valid": (
        _l("利用を始められる日の前です。"),
        _l("利用開始日になってから、もう一度お試しください。"),
    ),
    "validity_ended": (
        _l("利用の期間が終わっています。"),
        _l("申請先の労働局で、更新の手続きをしてください。"),
    ),
    "application_ended": (
        _l("利用が終了しています。"),
        _l("また利用するには、労働局への申請が必要です。"),
    ),
    "not_approved": (_l("利用申請がまだ認められていません。"), _ASK_BUREAU),
    "thread_elsewhere": (
        _l("この方とのやり取りは、団体の中の別の部署または受託団体が受け持っています。"),
        _l("続きを受け持つ場合は、団体の責任者に引き継ぎをご相談ください。"),
    ),
    "nothing_to_hand_over": (
        _l("引き継ぐやり取りは、もうありません。"),
        _l("やり取りの一覧で、今の受け持ちをご確認ください。"),
    ),
    "already_there": (
        _l("このやり取りは、もうそこが受け持っています。"),
        _l("ページを開き直して、今の受け持ちをご確認ください。"),
    ),
    "too_many_hand_overs": (
        _l("一つのやり取りを引き継げるのは、一日に%(most)s回までです。"),
        _l("日付が変わってから、引き継いでください。"),
    ),
    "unknown_place": (
        _l("引き継ぎ先が見つかりません。"),
        _l("今、利用している部署または受託団体から選んでください。"),
    ),
    "already_reported": (_l("このメッセージは、もう通報されています。"), ""),
    # complaints
    "too_many_lines": (
        _l("一つの相談に一日に書けるのは、%(most)s回までです。"),
        _l("日付が変わってから、続きを書いてください。"),
    ),
    "too_many_case_moves": (
        _l("一つの相談を引き継げるのは、1日に%(most)s回までです。"),
        _l("日付が変わってから引き継ぐか、この窓口で対応してください。"),
    ),
    "too_many_cases": (
        _l("終わっていない相談が%(most)s件あるため、新しい相談を始められません。"),
        _l("今ある相談の続きに書くか、済んだ相談を終えてから、もう一度お送りください。"),
    ),
    # applications
    "wrong_state": (
        _l("今の段階では、この操作はできません。"),
        _l("ページを開き直して、今の段階をご確認ください。"),
    ),
    "content_missing": (
        _l("まだ書いていない項目があります。"),
        _l("「まだです」の付いた項目を書いてから、もう一度行ってください。"),
    ),
    "application_open": (
        _l("同じ手続きの申請が、まだ終わっていません。"),
        _l("一覧から、その申請を開いて続けてください。"),
    ),
    "bureau_fixed": (
        _l("書類を受け付けた労働局は、変えられません。"),
        _l("ほかの労働局に出すときは、今の申請の取下げを、受け付けた労働局に申し出てください。"),
    ),
    "held_elsewhere": (
        _l("同じ番号の団体を、ほかの労働局が受け持っています。"),
        _l("その労働局と話し合ってから、運用者に相談してください。"),
    ),
    # acting for a unit
    "membership_ended": (
        _l("この団体での所属が終わっているため、行えません。"),
        _l("続けて利用する場合は、団体の責任者にご相談ください。"),
    ),
    "department_ended": (
        _l("所属する部署の利用が終わっているため、行えません。"),
        _l("団体の責任者にご相談ください。"),
    ),
    "contractor_ended": (
        _l("受託団体としての期間の外なので、行えません。"),
        _l("団体の責任者にご相談ください。"),
    ),
    # the people of a unit
    "last_manager": (
        _l("ほかに責任者も連絡責任者もいないため、所属を終えられません。"),
        _l("先に、次の責任者または連絡責任者を労働局に記録してもらってください。"),
    ),
    "invitation_gone": (
        _l("この招待は、もう使われたか、取り消されています。"),
        _l("一覧で、今の様子をご確認ください。"),
    ),
    "unknown_invitation": (
        _l("まだ使われていない招待はありません。"),
        _l("もう利用を始めたか、記録がまだです。団体のページで、今の様子をご確認ください。"),
    ),
    "already_member": (
        _l("この団体の利用者に、すでになっています。"),
        _l("招待は使っていません。ほかの人あての招待のときは、ログアウトしてから、その方が開いてください。"),
    ),
    # a seeker's answer
    "stopped": (
        _l("利用をやめているため、返事を送れません。"),
        _l("また利用するには、ハローワークの窓口で手続きをしてください。"),
    ),
    "registration_not_in_force": (
        _l("求職の登録が有効な期間ではないため、返事を送れません。"),
        _l("ハローワークの窓口で、登録の期間をご確認ください。"),
    ),
    "school_rule": (
        _l("学校の生徒の方、または卒業した年の6月末までの方は利用できない決まりのため、返事を送れません。"),
        _l("くわしくは、ハローワークの窓口にお尋ねください。"),
    ),
    "terms_not_agreed": (
        _l("今の利用規約にまだ同意していないため、返事を送れません。"),
        _l("利用規約をお読みになり、同意されると送れます。"),
    ),
    "no_profile": (_l("求職情報が登録されていないため、返事を送れません。"), _AT_THE_OFFICE),
    "out_of_range": (
        _l("この団体は、あなたが選んだ範囲に入っていないため、返事を送れません。"),
        _AT_THE_OFFICE,
    ),
    "blocked_by_you": (
        _l("この団体をブロックしているため、返事を送れません。"),
        _l("ブロックをやめると、また送れます。"),
    ),
    "unit_closed": (_l("この団体は、現在やり取りができません。"), _READ_ONLY),
    # outcomes of a thread
    "outcome_not_next": (
        _l("この結果は、今の段階の次には記録できません。"),
        _l("ページを開き直して、今の段階をご確認ください。"),
    ),
    "outcome_of_other_side": (
        _l("この段階は、相手の方が決めるものです。"),
        _l("相手の方の返事をお待ちください。"),
    ),
    "outcome_in_future": (
        _l("まだ来ていない日は記録できません。"),
        _l("%(today)s までの日を入力してください。"),
    ),
    "outcome_before_previous": (
        _l("前の段階より前の日は記録できません。"),
        _l("%(previous_on)s からの日を入力してください。"),
    ),
    **PAID_REFUSALS,
    # at the office
    "registration_not_started": (
        _l("登録の期間がまだ始まっていません。"),
        _l("%(valid_from)s から延ばせます。"),
    ),
    "extension_too_early": (
        _l("登録の期間を延ばせるのは、最後の月に入ってからです。"),
        _l("%(opens_on)s から延ばせます。"),
    ),
    "terms_missing": (
        _l("利用規約がまだ用意されていません。"),
        _l("このサイトの運用者に連絡してください。"),
    ),
    # signing in
    "sign_in_failed": (
        _l("ログイン名、パスワード、コードのどれかが違います。"),
        _l("大文字と小文字、全角と半角をご確認のうえ、もう一度入力してください。"),
    ),
    "second_factor_failed": (
        _l("確認コードが違うか、もう使われています。"),
        _l("次に表示されるコードを待って、入力してください。予備コードは、それぞれ一度だけ使えます。"),
    ),
    "session_ended": (
        _l("時間がたったため、ログインの途中の状態が終わりました。"),
        _l("もう一度、最初からログインしてください。"),
    ),
    "code_failed": (
        _l("コードが違うか、コードと生年月日が合いません。"),
        _l("用紙をご確認のうえ、もう一度入力してください。求職者の方は、生年月日も入力してください。"),
    ),
    "invitation_failed": (
        _l("この招待は使えません。"),
        _l(
            "コードが違うか、期限が切れたか、もう使われたか、取り消されています。"
            "コードをご確認のうえ、使えないときは、渡した人に新しい招待を頼んでください。"
        ),
    ),
    "code_for_activation": (
        _l("これは、求職者の方が利用を始めるためのコードです。"),
        _l("「求職者の方へ」のページから進んでください。"),
    ),
    "too_many_attempts": (
        _l("短い時間に何度も試されたため、しばらく受け付けません。"),
        _l("%(retry_at)s を過ぎてから、もう一度お試しください。"),
    ),
    "busy": (
        _l("ただいま混み合っています。"),
        _l("10秒ほど待ってから、もう一度お試しください。"),
    ),
    "already_activated": (
        _l("この方の利用は、もう始まっています。"),
        _l("ログインできないときは、ログインの情報を出し直してください。"),
    ),
    # one-time codes of one's own account, told only to whoever holds the right one
    "code_used": (
        _l("このコードはもう使われています。"),
        _l("すでに登録がお済みの方は、ログインしてください。"),
    ),
    "code_replaced": (
        _l("このコードの後に、新しいコードが出ています。"),
        _l("新しい用紙のコードをお使いください。"),
    ),
    "code_locked": (
        _l("入力の間違いが続いたため、このコードは使えなくなりました。"),
        _l("窓口で、新しいコードを受け取ってください。"),
    ),
    "code_expired": (
        _l("このコードの期限が過ぎています。"),
        _l("窓口で、新しいコードを受け取ってください。"),
    ),
}


def words_of(refusal: Refusal) -> Words:
    """The sentence and advice for a refusal, with its numbers and days put in."""
    entry = REFUSALS.get(refusal.reason) or REFUSALS.get(refusal.default_reason) or REFUSALS["refused"]
    shown = shown_facts(refusal)
    return Words(*(filled(text, shown) for text in entry))


def shown_facts(refusal: Refusal) -> dict[str, str]:
    """The facts of a refusal as people read them: 1,000 and 2026年6月15日."""
    return {name: _shown(value) for name, value in refusal.facts.items() if value is not None}


def filled(text: LazyString, facts: Mapping[str, str]) -> str:
    """A sentence with its facts; "" when one that it names is not known."""
    words = str(text)
    try:
        return words % facts if "%" in words else words
    except KeyError:
        return ""


def _shown(value: int | date | datetime) -> str:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    return number(value)
