"""The forms of the office. They carry what was typed; what is right or wrong is said by the rules alone."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import request
from flask_babel import get_locale, gettext, lazy_gettext
from wtforms import (
    BooleanField,
    Form,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from portal.domain.profile import MOST_EXPERIENCES, MOST_OCCUPATIONS, Book, Choice, place_name
from portal.domain.refusal import Conflict, Invalid
from portal.domain.seeker import Identity
from portal.services.code import Choice as CodeRow
from portal.services.seeker_file import SeekerFile
from portal.web.field_wording import show_in

_l = lazy_gettext
# Draws the mark 必須; whether something is missing is for the rules to say.
NEEDED = [InputRequired()]


class CheckboxesField(SelectMultipleField):
    """Several of a list, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class VersionedForm(Form):
    """A change of something that somebody else may be changing too."""

    version = HiddenField()

    @property
    def seen(self) -> int | None:
        """The version that the form was opened with; -1 (never the right one) when it was lost."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


class IdentityFields(Form):
    """Who it is."""

    registration_number = StringField(_l("求職番号"), NEEDED)
    name = StringField(_l("氏名"), NEEDED)
    kana = StringField(_l("フリガナ"), NEEDED)
    birth_date = StringField(_l("生年月日"), NEEDED)
    sex = SelectField(_l("性別"))
    phone = StringField(_l("電話番号"))
    mail = StringField(_l("メールアドレス"))
    residence = StringField(_l("住所"))
    employer = StringField(_l("勤務先（今または直近）"))
    school = StringField(_l("学校名（今または最後）"))

    def offer_sexes(self) -> None:
        """The answers to choose from; none is preselected but no answer."""
        self.sex.choices = [
            SelectChoice("", gettext("記載なし")),
            SelectChoice("female", gettext("女性")),
            SelectChoice("male", gettext("男性")),
            SelectChoice("other", gettext("その他")),
        ]
        if self.sex.data is None:
            self.sex.data = ""

    def fill_identity(self, identity: Identity) -> None:
        """Put the present identity into the fields."""
        for name, text in identity.texts().items():
            self[name].data = text


class DataFields(Form):
    """What organisations see."""

    occupation_1 = SelectField(_l("希望する職業 1"), NEEDED)
    occupation_2 = SelectField(_l("希望する職業 2"))
    occupation_3 = SelectField(_l("希望する職業 3"))
    place_1 = StringField(_l("希望する勤務地 1"), NEEDED)
    place_2 = StringField(_l("希望する勤務地 2"))
    place_3 = StringField(_l("希望する勤務地 3"))
    place_4 = StringField(_l("希望する勤務地 4"))
    place_5 = StringField(_l("希望する勤務地 5"))
    employment = CheckboxesField(_l("希望する雇用形態"), NEEDED)
    times = CheckboxesField(_l("希望する働く時間"))
    wage_month = SelectField(_l("希望する賃金（月額）"))
    wage_hour = SelectField(_l("希望する賃金（時給）"))
    experience_1 = SelectField(_l("経験した職業 1"))
    experience_years_1 = SelectField(_l("年数 1"))
    experience_2 = SelectField(_l("経験した職業 2"))
    experience_years_2 = SelectField(_l("年数 2"))
    experience_3 = SelectField(_l("経験した職業 3"))
    experience_years_3 = SelectField(_l("年数 3"))
    experience_text = TextAreaField(_l("経験についての説明"))
    licences = CheckboxesField(_l("免許・資格"))
    education = SelectField(_l("学歴"))
    pr = TextAreaField(_l("自己PR"))

    def offer_codes(self, offered: Book, kept: Iterable[Choice], every: Book) -> None:
        """Fill the lists: the codes in force, and those chosen before that have ended since."""
        kept = tuple(kept)
        occupations = _occupations(offered, every, kept, "occupation")
        for n in range(1, MOST_OCCUPATIONS + 1):
            self[f"occupation_{n}"].choices = [_none(), *occupations]
        worked = _occupations(offered, every, kept, "experience")
        bands = [row for row in offered["experience_band"].values() if row.facts.get("below_years") != "0"]
        for n in range(1, MOST_EXPERIENCES + 1):
            self[f"experience_{n}"].choices = [_none(), *worked]
            self[f"experience_years_{n}"].choices = [_none(), *map(_option, bands)]
        self.employment.choices = _options(offered, every, kept, "employment", "employment_type")
        self.times.choices = _options(offered, every, kept, "time", "time_band")
        wages = _rows(offered, every, kept, "wage", "wage_band")
        for field, unit in ((self.wage_month, "month"), (self.wage_hour, "hour")):
            field.choices = [_none(), *(_option(row) for row in wages if row.facts.get("unit") == unit)]
        self.licences.choices = _options(offered, every, kept, "licence", "licence")
        self.education.choices = [_none(), *_options(offered, every, kept, "education", "education_level")]

    def fill_data(self, read: SeekerFile, every: Book) -> None:
        """Put the present choices and the newest texts into the fields."""
        counts: dict[str, int] = {}
        several: dict[str, list[str]] = {"employment": [], "times": [], "licences": []}
        for choice in read.choices:
            n = counts[choice.role] = counts.get(choice.role, 0) + 1
            row = every[choice.kind][choice.code]
            match choice.role:
                case "occupation":
                    self[f"occupation_{n}"].data = choice.code
                case "place":
                    shown = (
                        place_name(row, every["prefecture"]) if choice.kind == "municipality" else row.name_ja
                    )
                    self[f"place_{n}"].data = shown
                case "experience":
                    self[f"experience_{n}"].data = choice.code
                    self[f"experience_years_{n}"].data = choice.band
                case "wage":
                    self[f"wage_{row.facts.get('unit', 'month')}"].data = choice.code
                case "education":
                    self.education.data = choice.code
                case role:
                    several[{"time": "times", "licence": "licences"}.get(role, role)].append(choice.code)
        for name, codes in several.items():
            self[name].data = codes
        self.pr.data = read.working_text("pr")
        self.experience_text.data = read.working_text("experience")


class SchoolFields(Form):
    """What the rule on schools asks."""

    school_status = RadioField(_l("学校の状況"), NEEDED, choices=[])
    school_kind = SelectField(_l("学校の種類"))
    graduated_on = StringField(_l("卒業した日"))

    def offer_schools(self, kinds: Mapping[str, CodeRow]) -> None:
        """The kinds of school, and how somebody may stand to one."""
        self.school_status.choices = [
            SelectChoice("none", gettext("学校には通っておらず、最近の卒業でもない")),
            SelectChoice("student", gettext("在学中（夜間・通信制を含む）")),
            SelectChoice("graduated", gettext("卒業した")),
            SelectChoice("left", gettext("卒業せずにやめた")),
        ]
        self.school_kind.choices = [_none(), *map(_option, kinds.values())]


class RangeFields(Form):
    """To whom it is shown."""

    range_private = BooleanField(_l("民間職業紹介事業者等"))
    range_municipal = BooleanField(_l("地方自治体等"))


class RegistrationForm(IdentityFields, DataFields, SchoolFields, RangeFields):
    """Everything needed to register somebody."""

    registered_on = StringField(_l("求職申込みの日"), NEEDED)
    valid_until = StringField(_l("登録が有効な最後の日"))
    terms_version = HiddenField()
    terms_agreed = BooleanField(_l("ご本人が利用規約に同意した"), NEEDED)


class IdentityForm(VersionedForm, IdentityFields):
    """A correction of the identity."""


class DataForm(VersionedForm, DataFields):
    """A change of the job-search data."""


class SchoolForm(VersionedForm, SchoolFields):
    """A change of the school status."""


class RangeForm(VersionedForm, RangeFields):
    """A change of the range."""


class ValidityForm(VersionedForm):
    """A correction of the days of a registration."""

    valid_from = StringField(_l("登録が有効な最初の日"), NEEDED)
    valid_until = StringField(_l("登録が有効な最後の日"), NEEDED)


class VersionForm(VersionedForm):
    """An act that needs no further words."""


class TermsForm(VersionedForm):
    """A consent given at the counter."""

    terms_version = HiddenField()
    terms_agreed = BooleanField(_l("ご本人がこの規約に同意した"), NEEDED)


class ReasonForm(VersionedForm):
    """A decision on a text, with its reason."""

    reason = TextAreaField(_l("理由"), NEEDED)


class ReplaceForm(VersionedForm):
    """Another text in place of the one that waits."""

    text = TextAreaField(_l("公開する文章"), NEEDED)


class FindForm(Form):
    """Looking somebody up."""

    registration_number = StringField(_l("求職番号"), NEEDED)


def typed() -> dict[str, list[str]]:
    """Everything that was sent, field by field."""
    return request.form.to_dict(flat=False)


def refused(form: Form, act: Callable[[], Any]) -> bool:
    """Run a command. When it refuses what was typed, put the reasons into the form and say so.

    A form opened before somebody else's change is shown again with what was typed; sending it once more saves it.
    """
    try:
        act()
    except Invalid as invalid:
        show_in(form, invalid)
    except Conflict as conflict:
        if conflict.reason != "conflict" or not isinstance(form, VersionedForm):
            raise
        form.form_errors = [
            *form.form_errors,
            gettext(
                "この画面を開いたあとに、ほかの操作で登録の内容が変わりました。今の内容を確かめてから、もう一度保存してください。"
            ),
        ]
    else:
        return False
    return True


def place_names(offered: Book) -> list[str]:
    """Everything that may be typed as a place, for the suggestions of the browser."""
    prefectures = offered["prefecture"]
    return [row.name_ja for row in prefectures.values()] + [
        place_name(row, prefectures) for row in offered["municipality"].values()
    ]


def _none() -> SelectChoice:
    return SelectChoice("", gettext("選ばない"))


def _option(row: Any, optgroup: str | None = None) -> SelectChoice:
    language = str(get_locale() or "ja")
    return SelectChoice(row.code, row.name(language), optgroup=optgroup)


def _rows(offered: Book, every: Book, kept: Iterable[Choice], role: str, kind: str) -> list[Any]:
    ended = {c.code for c in kept if c.role == role and c.kind == kind} - offered[kind].keys()
    return [*offered[kind].values(), *(every[kind][code] for code in sorted(ended))]


def _options(offered: Book, every: Book, kept: Iterable[Choice], role: str, kind: str) -> list[SelectChoice]:
    return [_option(row) for row in _rows(offered, every, kept, role, kind)]


def _occupations(offered: Book, every: Book, kept: Iterable[Choice], role: str) -> list[SelectChoice]:
    language = str(get_locale() or "ja")
    rows = _rows(offered, every, kept, role, "occupation")
    found = []
    for major in _rows(offered, every, kept, role, "occupation_major"):
        name = major.name(language)
        found.append(SelectChoice(major.code, gettext("%(group)s（全般）", group=name), optgroup=name))
        found += [_option(row, name) for row in rows if row.parent == major.code]
    return found
