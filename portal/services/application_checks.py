"""The checklist of an application: which items there are (a code table), and what the clerk has found so far."""

from datetime import date

from sqlalchemy.orm import Session

from portal.domain.application import Kind, Result, settled
from portal.domain.application_content import Content
from portal.domain.code import Code, facts_of
from portal.services.application_view import CheckLine
from portal.store import account as accounts
from portal.store import application as store
from portal.store import application_trail as trails
from portal.store import code as codes

TABLE = "application_check"


def checklist(session: Session, row: store.Row, on: date) -> tuple[CheckLine, ...]:
    """The items of one application in the order of the table, one for each contractor where it says so."""
    found = {(check.item, check.subject): check for check in trails.checks(session, row.line.id)}
    names = accounts.display_names(
        session, {check.account_id for check in found.values() if check.account_id}
    )
    lines = []
    for item in codes.rows(session, TABLE):
        if not item.in_force(on) or not _asked(item, row.line, row.content):
            continue
        for subject in _subjects(item, row.content):
            check = found.get((item.code, subject))
            lines.append(
                CheckLine(
                    item=item.code,
                    subject=subject,
                    label_ja=item.name_ja,
                    label_en=item.name_en,
                    source=item.source,
                    confidence=item.confidence,
                    result=check.result if check else None,
                    note=check.note if check else "",
                    at=check.at if check else None,
                    by=names.get(check.account_id or 0, "") if check else "",
                )
            )
    return tuple(lines)


def open_items(lines: tuple[CheckLine, ...]) -> int:
    """How many items need something more before an approval goes without a reason."""
    return sum(not settled(line.result) for line in lines)


def known(lines: tuple[CheckLine, ...], item: str, subject: str) -> CheckLine | None:
    """The item of a checklist, or None."""
    return next((line for line in lines if (line.item, line.subject) == (item, subject)), None)


def result_of(text: str) -> Result | None:
    """What was chosen; None for anything else."""
    return Result(text) if text in set(Result) else None


def _asked(item: Code, line: store.Line, content: Content) -> bool:
    """Whether an item belongs to this procedure and class; in a change also whether its part changes."""
    facts = facts_of(item.facts)
    part = facts.get("part")
    if facts.get(line.kind.value) != "yes" or (line.unit_class and facts.get(line.unit_class.value) != "yes"):
        return False
    return line.kind is not Kind.CHANGE or part is None or part in {found.value for found in content.parts}


def _subjects(item: Code, content: Content) -> tuple[str, ...]:
    if facts_of(item.facts).get("each") != "contractor":
        return ("",)
    entries = content.contractors.contractors if content.contractors else ()
    return tuple(dict.fromkeys(entry.licence_number for entry in entries))
