"""Roles of people in a unit, in words."""

from flask_babel import gettext


def role_names() -> dict[str, str]:
    """Role to what it is called."""
    return {
        "officer": gettext("個人情報管理・苦情処理責任者"),
        "contact": gettext("連絡責任者"),
        "member": gettext("利用者"),
    }
