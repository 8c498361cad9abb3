"""What the terms of a paid service may not say: the seeker reads them, also where nobody sends a message.

That it is a paid service is what terms are for. Gift money, ways of speaking of a sham side job and ways round the
portal have no place in them: who wants to be called says so in a message, where both sides get the hint (our decision).
"""

from datetime import date

from portal.domain import message_screening, screening
from portal.domain.message_screening import FindingKind, Force, judge
from portal.domain.paid_service import Terms
from portal.domain.reach import UnitClass
from portal.domain.refusal import Invalid

_CONTACT = frozenset({screening.FindingKind.PHONE, screening.FindingKind.MAIL, screening.FindingKind.URL})


def require_terms(terms: Terms, unit_class: UnitClass, on: date) -> None:
    """Raise Invalid on type, description, charge, cancellation: "offer_in_terms", "contact_in_terms"."""
    texts = {
        "type": terms.type,
        "description": terms.description,
        "charge": terms.charge,
        "cancellation": terms.cancellation,
    }
    errors = {field: codes for field, text in texts.items() if (codes := _codes(text, unit_class, on))}
    if errors:
        raise Invalid(errors)


def _codes(text: str, unit_class: UnitClass, on: date) -> list[str]:
    codes = []
    judged = judge(message_screening.screen(text), unit_class, on)
    if any(each.force is Force.REFUSED and each.kind is not FindingKind.PAID_SERVICE for each in judged):
        codes.append("offer_in_terms")
    leaving = any(each.kind is FindingKind.LEAVING for each in judged)
    if leaving or any(each.kind in _CONTACT for each in screening.screen(text)):
        codes.append("contact_in_terms")
    return codes
