"""One page that shows every component in every state, to be looked at and to be held against the page rules."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

from flask import Blueprint, Flask, render_template
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from portal.web.access import public_page

PREFECTURES = [
    SelectChoice(f"{n:02}", name) for n, name in enumerate(("北海道", "青森県", "岩手県", "宮城県"), 1)
]


class GalleryForm(FlaskForm):
    """Each kind of field once."""

    key = HiddenField()
    name = StringField("氏名（見本）", [InputRequired("氏名を入力してください。"), Length(max=40)])
    born = DateField("生年月日", [InputRequired("生年月日を入力してください。")])
    years = IntegerField("経験年数")
    secret = PasswordField("パスワード", [InputRequired("パスワードを入力してください。")])
    text = TextAreaField("自己PR", [Length(max=10, message="自己PRは10文字以内で入力してください。")])
    place = SelectField("希望勤務地", choices=PREFECTURES)
    answer = RadioField(
        "返事",
        [InputRequired("返事を選んでください。")],
        choices=[SelectChoice("yes", "利用を希望する"), SelectChoice("later", "今は希望しない")],
    )
    days = SelectMultipleField(
        "働ける曜日",
        choices=[SelectChoice(day, f"{day}曜日") for day in "月火水木金土日"],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    agreed = BooleanField("内容を確かめました", [InputRequired("確かめたら、印を付けてください。")])


def _shown(form: FlaskForm, status: int = 200) -> ResponseReturnValue:
    left = SimpleNamespace(
        left=126, limit=1000, resets_at=datetime(2026, 6, 15, 15, tzinfo=UTC), next_limit=1000
    )
    return (
        render_template(
            "gallery.html",
            form=form,
            acting_unit_name="架空みらい人材株式会社（見本）",
            acting_change_url="/",
            quota=left,
            spent=left,
            at=datetime(2026, 6, 15, 1, 5, tzinfo=UTC),
        ),
        status,
    )


def add_gallery(app: Flask) -> None:
    """Adds /gallery to an application that has not served yet."""
    blueprint = Blueprint("gallery", __name__, template_folder=str(Path(__file__).parent))

    @public_page(blueprint, "/gallery", methods=["GET", "POST"])
    def gallery() -> ResponseReturnValue:
        form = GalleryForm()
        if form.validate_on_submit():
            return _shown(form)
        return _shown(form, 422 if form.errors else 200)

    app.register_blueprint(blueprint)
