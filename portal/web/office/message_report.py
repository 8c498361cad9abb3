"""Reports of messages (通報) at a ハローワーク: those of its own seekers."""

from typing import Any

from flask.typing import ResponseReturnValue

from portal.domain.permission import Permission
from portal.web import message_reports as pages
from portal.web.office.frame import AUDIENCE, office_page, show


@office_page("/reports", Permission.OFFICE_REPORT_READ)
def message_reports() -> ResponseReturnValue:
    """The newest first."""
    return pages.reports(AUDIENCE, _show)


def _show(template: str, **values: Any) -> ResponseReturnValue:
    return show(template, room="message_report", base="office/base.html", **values)
