"""The first desk of the bureau."""

from flask.typing import ResponseReturnValue

from portal.domain.permission import Permission
from portal.web.bureau.frame import bureau_page, show


@bureau_page("/", Permission.BUREAU_HOME_READ)
def home() -> ResponseReturnValue:
    """Where a clerk begins."""
    return show("home")
