"""The whole screening of one message: every detector over one reading of the text."""

from portal.domain.message_screening.finding import Found, settle
from portal.domain.message_screening.gift import gifts
from portal.domain.message_screening.outside import outside
from portal.domain.message_screening.paid import paid
from portal.domain.message_screening.wording import Wording
from portal.domain.screening.reading import Reading
from portal.domain.template import field_places

# What a field says differs from reader to reader and is not the sender's. A letter that no rule knows stands for it,
# and what nobody sees keeps every place of the text where it was.
_ANYTHING, _UNSEEN = "某", "\u200b"


def screen(text: str) -> tuple[Found, ...]:
    """What stands in a text, in its order. Never raises; takes time in proportion to the length of the text.

    The text is not changed and not kept. Full width, katakana, zero-width characters, spaced letters and kanji digits
    are read as what they stand for (`portal.domain.folding`). The name of a field ({希望する職業}) is not read: it does
    not go out.
    """
    fields = field_places(text)
    for start, end in fields:
        text = text[:start] + _ANYTHING + _UNSEEN * (end - start - 1) + text[end:]
    wording = Wording(Reading(text))
    ends = {start + 1: end for start, end in fields}
    return settle(
        Found(each.kind, each.start, ends.get(each.end, each.end))
        for each in (*outside(wording), *paid(wording), *gifts(wording))
    )
