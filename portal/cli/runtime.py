"""What every command needs: the running portal, the operator who acts, and refusals in words."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import click
from flask import current_app
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.domain.actor import Actor
from portal.domain.refusal import Invalid, Refusal
from portal.services import account, maintenance

WORDS = {
    "account_closed": "This account is closed.",
    "key_in_use": "This is the current key, or values are sealed with it; see: portal keys show",
    "unknown_key": "The key file has no key of this name.",
    "forbidden": "An operator may not do this.",
    "last_manager": "Nobody else could manage the people of the unit; add another officer or contact first.",
    "last_operator": "The last operator cannot be closed; make another one first.",
    "name_an_operator": "There are several operators: say who acts with `portal --as NAME …` or PORTAL_OPERATOR.",
    "no_operator": "There is no operator yet; make one: portal account operator-create NAME",
    "no_second_factor": "This account has no second factor.",
    "operator_exists": "There is an operator already; add --another to make one more.",
    "refused_lines_gone": "The refused lines were removed after their time; hand the corrected file in again.",
    "sending_is_closed": "Sending is closed already.",
    "sending_is_open": "Sending is open.",
    "signs_in_nowhere": "Operators sign in nowhere on the web, so there is nothing to re-issue.",
    "unknown_account": "There is no account with this sign-in name.",
    "unknown_operator": "There is no operator with this sign-in name.",
    # units and the relay
    "already_there": "The thread is there already.",
    "application_ended": "The use of this unit has ended.",
    "branch_exists": "The unit has a branch with this number.",
    "conflict": "Somebody was faster; look again.",
    "contractor_ended": "The contractor’s period is over or has not begun.",
    "department_ended": "The department has ended.",
    "department_exists": "The unit has a department with this name.",
    "maintenance_overlaps": "There is maintenance at that time already; see: portal maintenance list",
    "maintenance_runs": "It was begun by hand already.",
    "no_maintenance": "There is no such maintenance; announce it: portal maintenance plan",
    "member_exists": "This person is a member of the unit already.",
    "membership_ended": "The membership has ended.",
    "not_found": "There is no such thing.",
    "not_a_member_account": "This sign-in name belongs to another kind of account, or to a closed one.",
    "no_lines": "No sealed audit line is of this month.",
    "not_lowered": "The unit has the limit of everybody.",
    "not_suspended": "The unit is not suspended.",
    "not_yet_valid": "The unit’s first day of use has not come.",
    "officer_left": "The officer has left and no successor is recorded; nothing can be sent.",
    "officer_missing": "No officer (個人情報管理・苦情処理責任者) with a contact is recorded; nothing can be sent.",
    "private_unit": "Only a public body has contractors; a contractor’s own business is a unit of its own.",
    "retention_runs": "Another run of retention is at work; see: portal retention list",
    "seal_does_not_match": "The lines are not as they were sealed; see: portal audit verify",
    "seals_behind_export": "The folder holds seals that the database does not have, or others: portal audit verify "
    "tells which. After a restore export into a new folder, and keep the old one.",
    "sending_closed": "Sending is closed for the whole portal (portal installation).",
    "suspended": "The unit is suspended.",
    "terms_missing": "No terms of use are in force; load them: portal terms load",
    "too_young": "The time for which audit lines are kept is not over; see: portal retention list",
    "too_many_files": "This office has five files on their way already; see: portal seeker files",
    "thread_elsewhere": "The thread with this person belongs to another department or contractor of the unit.",
    "unit_ambiguous": "Both classes have a unit with this number: write private:NUMBER or municipal:NUMBER.",
    "unit_exists": "This class and number is a unit already; a second application joins it: portal unit branch-add.",
    "unknown_contractor": "The unit has no contractor with this licence number.",
    "unknown_department": "The unit has no department with this name.",
    "unknown_invitation": "Nobody was recorded for this role who has not come yet.",
    "unknown_member": "Nobody with this sign-in name is a member of the unit now.",
    "unknown_unit": "There is no unit with this number.",
    "unsealed": "Not every line of this month is sealed yet; the worker does it, or: portal audit seal",
    "unreachable": "This person cannot be written to now.",
    "validity_ended": "The unit’s last day of use is over.",
    # fields
    "bad_character": "holds a character that cannot be shown",
    "missing": "is missing",
    "too_far": "is too far from the beginning",
    "name_character": "holds letters a to z, digits and . _ - only, and begins with a letter or digit",
    "name_length": "has 3 to 40 characters",
    "name_taken": "belongs to another account",
    "one_place": "names either an office or a bureau",
    "too_long": "is too long",
    "unknown": "is not known here",
    "above_limit": "can only be 1,000 or less",
    "already_began": "cannot be changed any more: the suspension has begun",
    "bad_corporation_number": "is not 13 digits",
    "bad_number": "is not a licence number like 13-ユ-300001, nor the code of a public body",
    "before_start": "is before the first day",
    "in_past": "is over",
    "key_character": "is 1 to 64 visible ASCII characters",
    "not_a_number": "is not a number",
    "not_lower": "is the limit of everybody",
    "one_without_other": "is missing: name and contact go together",
    "too_many": "are more than can be taken at once",
    "date_missing": "is missing",
    "date_unreadable": "cannot be read as a day",
    "date_impossible": "is a day that does not exist",
}


WRONG_INSTALLATION = {
    "not_migrated": "The database is empty or was never marked. Run: portal migrate",
    "newer_schema": "The database was made by a newer version of the portal. Use that version.",
    "demo_database": (
        "This database holds a demo: it is marked so, and production refuses it.\n"
        "Point PORTAL_DATABASE_URL at another database."
    ),
    "not_a_demo_database": (
        "This database is not a demo: the demo refuses it, so that invented and real people never mix.\n"
        "Set PORTAL_ENVIRONMENT=production, or point PORTAL_DATABASE_URL at an empty database."
    ),
    "demo_not_on_loopback": (
        "The demo answers on this machine only, because its sign-ins are known to everybody.\n"
        "PORTAL_PUBLIC_URL and PORTAL_TRUSTED_HOSTS may name 127.0.0.1 or localhost only."
    ),
}


class Paused(click.ClickException):
    """Maintenance runs, and nothing is stored."""

    def __init__(self) -> None:
        super().__init__(
            "Nothing was stored: maintenance runs (portal maintenance list). If this command is part of the work: "
            "portal --in-maintenance …"
        )


@dataclass(frozen=True)
class Console:
    """The running portal as a command sees it. `config_dir`: folder of terms, tables and the blocklist.

    audience: whose rights the command has in the database; the operator's commands have the owner's.
    """

    settings: Any
    clock: Clock
    config_dir: str
    audience: str = "owner"

    def write(self, *, in_maintenance: bool = False) -> Any:
        """A session for one command (context manager). Raises Paused while maintenance runs.

        in_maintenance: the command is part of the work, as is everything under `portal --in-maintenance`.
        """
        allowed = in_maintenance or click.get_current_context().find_root().meta.get("portal.in_maintenance")
        if not allowed and self.paused():
            raise Paused
        return current_app.extensions["portal"].database.write(self.audience)

    def paused(self) -> bool:
        """Whether maintenance runs, asked anew; a database that is not ready for the question has none."""
        try:
            with self.read() as session:
                return maintenance.now_holds(session, self.clock).read_only
        except SQLAlchemyError:
            return False

    def read(self) -> Any:
        """A session for queries (context manager)."""
        return current_app.extensions["portal"].read(self.audience)


def current(audience: str = "owner") -> Console:
    """The running portal, with the rights of an audience in the database.

    Needs an application context: use flask.cli.AppGroup or with_appcontext.
    """
    runtime = current_app.extensions["portal"]
    return Console(runtime.settings, runtime.clock, cast(str, current_app.config["CONFIG_DIR"]), audience)


def operator(session: Session) -> Actor:
    """The operator who acts: `portal --as NAME`, PORTAL_OPERATOR, or the only one there is."""
    return account.operator(session, click.get_current_context().find_root().meta.get("portal.operator"))


@contextmanager
def refusals() -> Iterator[None]:
    """Turn a refusal into a message and exit code 1."""
    try:
        yield
    except Invalid as wrong:
        raise click.ClickException(
            "Nothing was stored.\n"
            + "\n".join(
                f"{field or 'input'}: {_words(code)}"
                for field, codes in wrong.errors.items()
                for code in codes
            )
        ) from None
    except Refusal as refusal:
        raise click.ClickException(f"Nothing was stored. {_words(refusal.reason)}") from None
    except OperationalError as busy:
        raise click.ClickException(
            f"The database is busy or away ({type(busy).__name__}). Try again."
        ) from None


def _words(code: str) -> str:
    return WORDS.get(code, code)
