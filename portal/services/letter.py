"""One text, filled in for each of its recipients."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from portal.domain.template import fields_of, fill, values_of
from portal.services.profile import profile_views
from portal.store import alias

# Nobody has this number: without anybody the statements are still the same (ruling R3).
_NOBODY = 0


def letters(
    session: Session, unit_key: bytes, recipients: Mapping[bytes, int], text: str
) -> dict[int, str] | None:
    """The text for each of these seekers; None when all get it as it is. recipients: numbers by alias key.

    As many statements for one as for a thousand, and the same for those within reach and out of it.
    """
    if not fields_of(text):
        return None
    codes = {number: alias.code(unit_key, key) for key, number in recipients.items()}
    views = profile_views(session, codes or {_NOBODY: ""})
    return {number: fill(text, values_of(view)) for number, view in views.items()}
