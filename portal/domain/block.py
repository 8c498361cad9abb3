"""Blocking an organisation (seed 004 S-Q5), and the offer to block its other registration in the same step.

A block holds for the unit, before any contact too, survives stop, expiry, renewal and renaming, and is never
told to the unit. A company that is registered for itself and acts as a contractor of a municipality is two
units (seed 004 P-Q4, P-Q7); blocking one leaves the other, hence the offer, by 法人番号 (corporation number).
The offer is ours.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class UnitIdentity:
    """A unit by its corporation number and those of its contractors; "" = none recorded."""

    unit_id: int
    corporation_number: str = ""
    contractor_numbers: frozenset[str] = field(default_factory=frozenset)


def corporation_key(number: str) -> str:
    """A corporation number to compare by: 13 digits without blanks and hyphens, or "" when it is none."""
    flat = unicodedata.normalize("NFKC", number).replace("-", "").replace(" ", "")
    return flat if len(flat) == 13 and flat.isascii() and flat.isdigit() else ""


def also_offer(
    target: UnitIdentity,
    others: Iterable[UnitIdentity],
    blocked: Iterable[int] = (),
    acting_contractor: str = "",
) -> tuple[int, ...]:
    """Ids of the other units of the same company, for the dialog of blocking `target`, in ascending order.

    acting_contractor: the corporation number of the contractor that wrote in this thread. Offered are units
    that carry one of these numbers themselves or have a contractor that does; those blocked already are left
    out. No number, no offer: a name alone is never enough.
    """
    company = {corporation_key(target.corporation_number), corporation_key(acting_contractor)} - {""}
    done = {target.unit_id, *blocked}
    return tuple(
        sorted(
            other.unit_id
            for other in others
            if other.unit_id not in done
            and company & {corporation_key(n) for n in (other.corporation_number, *other.contractor_numbers)}
        )
    )
