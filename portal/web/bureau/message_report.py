"""Reports of messages (通報) at a 労働局: those about the units whose application it holds (ruling R15)."""

from typing import Any

from flask.typing import ResponseReturnValue

from portal.domain.permission import Permission
from portal.web import message_reports as pages
from portal.web.bureau.frame import AUDIENCE, bureau_page, show


@bureau_page("/reports", Permission.BUREAU_REPORT_READ)
def message_reports() -> ResponseReturnValue:
    """The newest first."""
    return pages.reports(AUDIENCE, _show)


def _show(template: str, **values: Any) -> ResponseReturnValue:
    return show(template, room="message_report", base="bureau/base.html", **values)
