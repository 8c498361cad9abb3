"""The whole screening of one message: every detector over one reading of the text."""

from portal.domain.message_screening.finding import Found, settle
from portal.domain.message_screening.gift import gifts
from portal.domain.message_screening.outside import outside
from portal.domain.message_screening.paid import paid
from portal.domain.message_screening.wording import Wording
from portal.domain.screening.reading import Reading


def screen(text: str) -> tuple[Found, ...]:
    """What stands in a text, in its order. Never raises; takes time in proportion to the length of the text.

    The text is not changed and not kept. Full width, katakana, zero-width characters, spaced letters and kanji digits
    are read as what they stand for (`portal.domain.folding`).
    """
    wording = Wording(Reading(text))
    return settle((*outside(wording), *paid(wording), *gifts(wording)))
