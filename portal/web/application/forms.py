"""The steps of an application as forms. They carry what was typed; what is right or wrong is said by the rules alone.

The names of the fields are those that portal.domain.application_reading reads; rows of a list are `branches-0-name`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
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

from portal.domain.application import Kind, Part, Step
from portal.domain.application_reading import JOINT_ONLY, MOST_ROWS
from portal.domain.entry import Typed
from portal.domain.reach import UnitClass
from portal.domain.refusal import Invalid
from portal.services.code import Choice
from portal.web.application.wording import PARTS
from portal.web.field_wording import field_text
from portal.web.letterhead import class_name
from portal.web.wording import shown_facts

# Draws the mark 必須; whether something is missing is for the rules to say.
NEEDED = [InputRequired()]
ADD, REMOVE = "add_row", "remove_row"
"""Buttons that add or remove a row; nothing is saved by them."""

_SAME = ("name", "kana", "department", "phone", "mail")


@dataclass(frozen=True)
class Asked:
    """What a step is asked about. codes: the tables to choose from, in the reader's language."""

    kind: Kind
    unit_class: UnitClass | None
    codes: Mapping[str, tuple[Choice, ...]]
    language: str

    @property
    def municipal(self) -> bool:
        """Whether a public body (地方自治体等) applies."""
        return self.unit_class is UnitClass.MUNICIPAL

    def options(self, table: str, unit_class: UnitClass | None = None) -> list[SelectChoice]:
        """The rows of a table, or those of one class."""
        return [
            SelectChoice(row.code, row.name(self.language))
            for row in self.codes[table]
            if unit_class is None or row.parent == unit_class.value
        ]


class StepForm(Form):
    """seen: the revision that the form was opened with."""

    seen = HiddenField()

    @property
    def revision(self) -> int:
        """-1 (never the right one) when it was lost."""
        text = self.seen.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1

    def ask(self, asked: Asked) -> None:
        """Offer what may be chosen, and leave away what is not asked here."""

    def typed(self) -> dict[str, str | list[str]]:
        """As the rules read it."""
        return {name: list(values) for name, values in request.form.lists()}

    def lists(self) -> dict[str, FieldList]:
        """The lists of this step by name."""
        return {field.short_name: field for field in self if isinstance(field, FieldList)}


class ApplicantForm(StepForm):
    """Who applies, as what, and where."""

    unit_class = RadioField(_l("申請の区分"), NEEDED, choices=[], validate_choice=False)
    registration_class = SelectField(_l("団体の種類"), NEEDED, choices=[], validate_choice=False)
    bureau_code = SelectField(_l("書類を出す労働局"), NEEDED, choices=[], validate_choice=False)

    def ask(self, asked: Asked) -> None:
        """All kinds but that of a contractor, which applies together with its municipality."""
        self.unit_class.choices = [SelectChoice(each.value, class_name(each)) for each in UnitClass]
        kinds = [_none()]
        for each in UnitClass:
            kinds += [
                SelectChoice(row.value, row.label, optgroup=class_name(each))
                for row in asked.options("registration_class", each)
                if row.value != JOINT_ONLY
            ]
        self.registration_class.choices = kinds
        self.bureau_code.choices = [_none(), *asked.options("bureau")]


class OrganisationForm(StepForm):
    """What the organisation is called and where it is."""

    name = StringField(_l("団体の名称"), NEEDED)
    kana = StringField(_l("フリガナ"), NEEDED)
    corporation_number = StringField(_l("法人番号"))
    number = StringField(_l("許可・届出番号"), NEEDED)
    own_number = StringField(_l("自らの職業紹介の番号"))
    basis = SelectField(_l("職業紹介の根拠"), NEEDED, choices=[], validate_choice=False)
    postal_code = StringField(_l("郵便番号"))
    address = StringField(_l("所在地"), NEEDED)
    representative_title = StringField(_l("代表者の役職"))
    representative = StringField(_l("代表者の氏名"), NEEDED)

    def ask(self, asked: Asked) -> None:
        """The number of a public body is its code; only it may have a number of its own besides."""
        if asked.municipal:
            self.number.label.text = _l("団体コード")
        else:
            del self.own_number
        self.basis.choices = [_none(), *asked.options("legal_basis", asked.unit_class)]


class PeopleForm(StepForm):
    """The officer (個人情報管理・苦情処理責任者) and the contact (連絡責任者)."""

    officer_name = StringField(_l("責任者の氏名"), NEEDED)
    officer_kana = StringField(_l("責任者のフリガナ"))
    officer_department = StringField(_l("責任者の部署・役職"))
    officer_phone = StringField(_l("責任者の電話番号"))
    officer_mail = StringField(_l("責任者のメールアドレス"))
    same = BooleanField(_l("連絡責任者は、個人情報管理・苦情処理責任者と同じ"))
    contact_name = StringField(_l("連絡責任者の氏名"))
    contact_kana = StringField(_l("連絡責任者のフリガナ"))
    contact_department = StringField(_l("連絡責任者の部署・役職"))
    contact_phone = StringField(_l("連絡責任者の電話番号"))
    contact_mail = StringField(_l("連絡責任者のメールアドレス"))

    def typed(self) -> dict[str, str | list[str]]:
        """With the tick the officer's entries stand for the contact's too."""
        typed = super().typed()
        if self.same.data:
            typed |= {f"contact_{name}": typed.get(f"officer_{name}", "") for name in _SAME}
        return typed


class BranchRow(Form):
    """A branch office under the same number."""

    branch_number = StringField(_l("枝番"), NEEDED)
    name = StringField(_l("事業所の名称"), NEEDED)
    until = StringField(_l("利用の最後の日"))


class DepartmentRow(Form):
    """A department that will use the service."""

    name = StringField(_l("部署の名称"), NEEDED)
    until = StringField(_l("利用の最後の日"))


class PlacesForm(StepForm):
    """Branches and departments."""

    branches = FieldList(FormField(BranchRow), _l("枝番の異なる事業所"))
    departments = FieldList(FormField(DepartmentRow), _l("利用する部署"))

    def ask(self, asked: Asked) -> None:
        """Only a change ends one."""
        if asked.kind is not Kind.CHANGE:
            for row in (*self.branches, *self.departments):
                del row.form.until


class ContractorRow(Form):
    """A 受託団体 and the period of its contract."""

    name = StringField(_l("受託団体の名称"), NEEDED)
    licence_number = StringField(_l("受託団体の許可・届出番号"), NEEDED)
    corporation_number = StringField(_l("受託団体の法人番号"))
    since = StringField(_l("契約の最初の日"), NEEDED)
    until = StringField(_l("契約の最後の日"), NEEDED)


class ContractorsForm(StepForm):
    """Joint applicants (連名申請者)."""

    contractors = FieldList(FormField(ContractorRow), _l("受託団体（連名申請者）"))


class UndertakingsForm(StepForm):
    """What is promised and confirmed."""

    antivirus = BooleanField(
        _l("ウイルス対策ソフトの定義ファイルを最新に保ち、自動検査を有効にしておきます"), NEEDED
    )
    terms = BooleanField(_l("サービスの利用規約を守ります"), NEEDED)
    correctness = BooleanField(_l("書いた内容に間違いはありません"), NEEDED)

    def ask(self, asked: Asked) -> None:
        """A change asks only for correctness."""
        if asked.kind is Kind.CHANGE:
            del self.antivirus
            del self.terms


class PartsField(SelectMultipleField):
    """Several of a list, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ChangeForm(StepForm):
    """What changes, and from when."""

    day = StringField(_l("変わる日"), NEEDED)
    parts = PartsField(_l("変わるところ"), NEEDED, choices=[], validate_choice=False)
    remark = TextAreaField(_l("補足"))

    def ask(self, asked: Asked) -> None:
        """Only a public body has contractors."""
        self.parts.choices = [
            SelectChoice(part.value, str(words))
            for part, words in PARTS.items()
            if asked.municipal or part is not Part.CONTRACTORS
        ]


class EndingForm(StepForm):
    """The last day of use, and why."""

    last_day = StringField(_l("利用の最後の日"), NEEDED)
    reason = TextAreaField(_l("利用をやめる理由"), NEEDED)


FORMS: Mapping[Step, type[StepForm]] = {
    Step.APPLICANT: ApplicantForm,
    Step.ORGANISATION: OrganisationForm,
    Step.PEOPLE: PeopleForm,
    Step.PLACES: PlacesForm,
    Step.CONTRACTORS: ContractorsForm,
    Step.UNDERTAKINGS: UndertakingsForm,
    Step.CHANGE: ChangeForm,
    Step.ENDING: EndingForm,
}


def filled_form(step: Step, told: Typed, asked: Asked, revision: int) -> StepForm:
    """The form of a step with what is known of it: what was saved, else the record in force."""
    fields: MultiDict[str, str] = MultiDict()
    for name, value in told.items():
        fields.setlist(name, [value] if isinstance(value, str) else list(value))
    if told and step is Step.PEOPLE and all(told[f"officer_{n}"] == told[f"contact_{n}"] for n in _SAME):
        fields["same"] = "1"
        for name in _SAME:
            fields[f"contact_{name}"] = ""
    form = FORMS[step](fields)
    form.seen.data = str(revision)
    form.ask(asked)
    return form


def sent_form(step: Step, asked: Asked) -> StepForm:
    """The form of a step as it was sent."""
    form = FORMS[step](request.form)
    form.ask(asked)
    return form


def change_rows(step: Step, asked: Asked) -> StepForm | None:
    """The form as it was sent with a row more or less; None when no such button was pressed."""
    added, removed = request.form.get(ADD), request.form.get(REMOVE)
    if added is None and removed is None:
        return None
    fields: MultiDict[str, str] = MultiDict(request.form)
    if removed is not None:
        for name in [name for name in fields if name.startswith(f"{removed}-")]:
            del fields[name]
    form = FORMS[step](fields)
    rows = form.lists().get(added or "")
    if rows is not None and len(rows) < MOST_ROWS:
        rows.append_entry()
    form.ask(asked)
    return form


def show_refusal(form: StepForm, refused: Invalid) -> None:
    """Put a refusal's texts beside their fields, also those inside the rows of a list."""
    facts = shown_facts(refused)
    for name, codes in refused.errors.items():
        texts = [field_text(code, facts) for code in codes]
        field = _field(form, name)
        if field is None:
            label = form[name].label.text if name in form else None
            form.form_errors = [
                *form.form_errors,
                *(f"{label}：{text}" if label else text for text in texts),
            ]
        else:
            field.errors = [*field.errors, *texts]
    for rows in form.lists().values():
        rows.errors = [row.errors for row in rows]


def _field(form: StepForm, name: str) -> StringField | None:
    """The field of this name, inside the rows too; None for a list as a whole and for what the form does not have."""
    if name in form:
        return None if isinstance(form[name], FieldList) else form[name]
    for rows in form.lists().values():
        for row in rows:
            within = name.removeprefix(f"{row.name}-")
            if within != name and within in row.form:
                return row.form[within]
    return None


def _none() -> SelectChoice:
    return SelectChoice("", gettext("選んでください"))
