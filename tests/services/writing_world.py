"""Seekers with the choices that fields of a text are filled in with, on a small code table."""

from typing import Any

from sqlalchemy import insert

from portal.store.database import Database
from portal.store.tables import profile_choice
from tests.build import BuiltSeeker, build_codes, build_seeker

ROLES = {"occupation": "occupation", "place": "prefecture", "employment": "employment_type"}
OCCUPATIONS = ("056", "057")


def build_choosers(database: Database, *occupations: str) -> list[BuiltSeeker]:
    """One seeker for each of these occupations; all want the same place and employment."""
    build_codes(database, "occupation", OCCUPATIONS)
    build_codes(database, "prefecture", ("24",))
    build_codes(database, "employment_type", ("regular",))
    return [build_chooser(database, occupation) for occupation in occupations]


def build_chooser(database: Database, occupation: str, **values: Any) -> BuiltSeeker:
    """One more of them."""
    who = build_seeker(database, **values)
    codes = {"occupation": occupation, "place": "24", "employment": "regular"}
    with database.write() as session:
        session.execute(
            insert(profile_choice),
            [
                {"seeker_id": who.id, "role": role, "position": 1, "kind": kind, "code": codes[role]}
                for role, kind in ROLES.items()
            ],
        )
        session.commit()
    return who
