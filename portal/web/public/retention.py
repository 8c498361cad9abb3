"""How long what is kept (保存期間), for everybody, from the very list that the runs hold to."""

from pathlib import Path

from flask import current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.domain.retention import DoneBy, Rule
from portal.services import retention as service
from portal.web.access import public_page
from portal.web.public.pages import blueprint
from portal.web.runtime import current


@public_page(blueprint, "/retention")
def retention() -> ResponseReturnValue:
    """What goes and when, what stays, and whether it is switched on here."""
    rules = service.rules(Path(current_app.config["CONFIG_DIR"])).by_kind.values()
    told = {rule.told_days for rule in rules if rule.done_by is DoneBy.RUN}
    return render_template(
        "public/retention.html",
        announced=[_row(rule) for rule in rules if rule.done_by is DoneBy.RUN],
        by_itself=[_row(rule) for rule in rules if rule.done_by in (DoneBy.CLOCK, DoneBy.OWNER)],
        stays=[_stays(rule) for rule in rules if rule.done_by is DoneBy.NOBODY],
        told_days=max(told),
        switched_on=current().settings.retention,
    )


def _row(rule: Rule) -> tuple[str, str, str]:
    return _what(rule.kind), _period(rule), _from(rule.begins)


def _period(rule: Rule) -> str:
    if rule.months and not rule.months % 12:
        return _("%(years)s年", years=rule.months // 12)
    if rule.months:
        return _("%(months)sか月", months=rule.months)
    return _("%(days)s日", days=rule.days) if rule.days else _("%(hours)s時間", hours=rule.hours)


def _what(kind: str) -> str:
    return {
        "thread": _("求職者と団体がやり取りした文章"),
        "complaint": _("苦情・相談の文章と、そのときに写したやり取り"),
        "identity": _("求職者の氏名、連絡先などと、ログインのための情報、登録の変更の記録"),
        "draft": _("書きかけの文章（下書き）"),
        "office_form": _("窓口で入力しかけた登録"),
        "late_form": _("ログインが終わった後に届いた入力"),
        "template": _("団体が消した文例"),
        "saved_search": _("団体が消した検索条件"),
        "selection": _("団体が送信リストに入れた求職者"),
        "application_draft": _("団体の申請の下書き"),
        "application_printed": _("印刷したまま提出されていない申請"),
        "unit_invitation": _("団体の担当者を招く番号"),
        "registration_file": _("窓口が送った登録ファイルの、直しが必要な行"),
        "sign_in_attempt": _("ログインに失敗した回数の記録（名前とアドレスは元に戻せない形）"),
        "audit": _("いつ、どの操作をしたかの記録（氏名と文章は入っていません）"),
    }[kind]


def _from(begins: str) -> str:
    return {
        "last_step": _("最後のやり取り、または最後に結果を記録した日"),
        "settled": _("解決または終了した日"),
        "stopped_or_expired": _("利用をやめた日、または登録の期限の日（その後のやり取りがあれば、その日）"),
        "written": _("最後に書いたとき"),
        "removed": _("消したとき"),
        "chosen": _("送信リストに入れたとき"),
        "touched": _("最後に書いた日"),
        "ended": _("使った日、または使えなくなった日"),
        "happened": _("失敗した日"),
        "month_end": _("その月の終わり"),
    }[begins]


def _stays(rule: Rule) -> str:
    return {
        "count": _("案内や返事の件数、日付、結果。氏名などが消えた後は、だれのものかは分かりません。"),
        "block": _(
            "ブロック。登録の情報が消えた後も、求職番号を元に戻せない形にして残します。"
            "同じ求職番号でもう一度登録すると、ブロックは続いています。"
        ),
        "consent": _("利用規約などに同意した記録（版と日付）。"),
    }[rule.kind]
