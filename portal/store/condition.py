"""Conditions on rows that a use case puts together and a query takes; SQL stays in this room."""

from sqlalchemy import ColumnElement, and_, true

Condition = ColumnElement[bool]


def all_of(*conditions: Condition) -> Condition:
    """All of these hold; without any, always."""
    return and_(true(), *conditions)
