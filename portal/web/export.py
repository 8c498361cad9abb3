"""Lists as files: the same rows as on the page, without its pages."""

from collections.abc import Iterable, Sequence

from flask import Response, request
from flask_babel.speaklater import LazyString

from portal.calendar.day import jst_day
from portal.documents import spreadsheet
from portal.documents.spreadsheet import Cell
from portal.web.runtime import current

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def file_of(name: str, title: str, heads: Sequence[LazyString], rows: Iterable[Sequence[Cell]]) -> Response:
    """A list as the address asks for it (``as``: csv, else XLSX). name: in ASCII, without day and ending."""
    now = current().clock.now()
    columns = [str(head) for head in heads]
    csv = request.args.get("as") == "csv"
    if csv:
        answer = Response(b"".join(spreadsheet.csv(columns, rows)), mimetype="text/csv")
    else:
        answer = Response(spreadsheet.xlsx(title, columns, rows, at=now), mimetype=XLSX)
    named = f"{name}-{jst_day(now).isoformat()}.{'csv' if csv else 'xlsx'}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{named}"'
    return answer
