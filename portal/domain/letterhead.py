"""The letterhead: what the portal itself puts above an organisation's first message to a seeker.

Every first 案内 states the contact of the organisation's 個人情報管理・苦情処理責任者 (seed 004 S-Q4). The
block is made from the approved record, cannot be edited by the sender, and is repeated when anything on it
has changed, in particular the officer or the acting contractor (ruling R13).
"""

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum

from portal.domain.reach import UnitClass
from portal.domain.refusal import SendingClosed


class LineKind(StrEnum):
    """What a line of the letterhead says; the two last carry no value, only the portal's own sentence."""

    ORGANISATION = "organisation"
    UNIT_CLASS = "unit_class"
    LICENCE_NUMBER = "licence_number"
    CONTRACTOR = "contractor"
    CONTRACTOR_NUMBER = "contractor_number"
    DEPARTMENT = "department"
    OFFICER = "officer"
    OFFICER_CONTACT = "officer_contact"
    CONTACT_PERSON = "contact_person"
    HOW_TO_BLOCK = "how_to_block"
    HOW_TO_COMPLAIN = "how_to_complain"


@dataclass(frozen=True)
class Line:
    """One line for display; value is the approved text, or "" where only the portal's sentence stands."""

    kind: LineKind
    value: str


@dataclass(frozen=True)
class LetterheadFacts:
    """The approved record as it stands on the day of sending; "" = there is none.

    licence_number: 許可・届出番号; a public body without a placement of its own has none. contractor_*: the
    連名申請者 that acts in this thread. Outer blanks are dropped, so that they never make a letterhead "new".
    """

    organisation_name: str
    unit_class: UnitClass
    licence_number: str = ""
    contractor_name: str = ""
    contractor_number: str = ""
    department: str = ""
    officer_name: str = ""
    officer_contact: str = ""
    contact_person: str = ""

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if name != "unit_class":
                object.__setattr__(self, name, value.strip())

    def lines(self) -> tuple[Line, ...]:
        """The lines in the order they are read, empty ones left out.

        Raises SendingClosed "officer_missing" when officer or officer's contact is not recorded.
        """
        self._require_officer()
        pairs = (
            (LineKind.ORGANISATION, self.organisation_name),
            (LineKind.UNIT_CLASS, self.unit_class.value),
            (LineKind.LICENCE_NUMBER, self.licence_number),
            (LineKind.CONTRACTOR, self.contractor_name),
            (LineKind.CONTRACTOR_NUMBER, self.contractor_number),
            (LineKind.DEPARTMENT, self.department),
            (LineKind.OFFICER, self.officer_name),
            (LineKind.OFFICER_CONTACT, self.officer_contact),
            (LineKind.CONTACT_PERSON, self.contact_person),
        )
        told = tuple(Line(kind, value) for kind, value in pairs if value)
        return (*told, Line(LineKind.HOW_TO_BLOCK, ""), Line(LineKind.HOW_TO_COMPLAIN, ""))

    def canonical(self) -> str:
        """The facts as JSON that is the same for the same facts, kept with the message. Raises as lines()."""
        self._require_officer()
        return json.dumps(vars(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def digest(self) -> bytes:
        """SHA-256 of the canonical form (32 bytes), kept to notice changes. Raises as lines()."""
        return hashlib.sha256(self.canonical().encode()).digest()

    def _require_officer(self) -> None:
        if not self.officer_name or not self.officer_contact:
            raise SendingClosed("officer_missing")


def read_letterhead(canonical: str) -> LetterheadFacts:
    """The facts kept in canonical form, for showing an old message as it was sent."""
    kept = json.loads(canonical)
    return LetterheadFacts(**{**kept, "unit_class": UnitClass(kept["unit_class"])})


def due(previous: bytes | None, current: bytes) -> bool:
    """Whether a message must carry the letterhead: the first of the thread, or the first since it changed."""
    return previous != current
