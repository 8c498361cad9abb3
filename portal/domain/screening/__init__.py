"""Screens free text (自己PR, work experience, answers) for what would tell who wrote it.

The portal promises that a seeker's name and contact are not published unless the seeker tells them to an
organisation (seed 004 S-Q2). So one detector serves two ends: a finding holds a profile text for the office, where
anonymity is promised; before an answer goes out it only warns, because telling oneself is allowed (matching service
12.5, 29 and 30; ruling R7). It hands back codes and places, no words and no verdict.

What it cannot see: a nickname, an employer's name without its legal form that is not the registered one, a person
described so closely that a reader knows them, words in pictures or foreign scripts. That is what the office's
reading is for.
"""

from collections.abc import Iterator

from portal.domain.folding import compact
from portal.domain.screening.address import addresses
from portal.domain.screening.birth import ages, births
from portal.domain.screening.finding import Finding, FindingKind, KnownIdentity, settle
from portal.domain.screening.kana import own_kana, told_kana
from portal.domain.screening.link import handles, urls
from portal.domain.screening.mail import mails, own_mail
from portal.domain.screening.name import own_mixed, own_name, told_name
from portal.domain.screening.organisation import firms, own_firm, own_school, schools
from portal.domain.screening.phone import own_phone, phones
from portal.domain.screening.reading import Reading
from portal.domain.screening.registration import own_registration_number, registration_numbers
from portal.domain.screening.residence import own_residence

# What is written into a field that has no datum.
NOT_GIVEN = frozenset(
    "なし 無し 無 無職 特になし 未定 不明 同上 非公開 - -- --- / * ・ なし(無職)".split()
) | {""}

__all__ = ["Finding", "FindingKind", "KnownIdentity", "screen"]


def screen(text: str, known: KnownIdentity | None = None) -> tuple[Finding, ...]:
    """What in a text may tell who wrote it, in the order of the text.

    known: what the office has registered about the writer; without it only shapes are found (a number like a
    telephone's, 「…と申します」). Never raises, whatever the text holds; takes time in proportion to its length. The
    text is not changed and not kept.
    """
    reading = Reading(text)
    found = [*_general(reading)]
    if known is not None:
        found += _own(reading, known)
    found += births(reading, None if known is None else known.birth_date)
    return settle(found)


def _general(reading: Reading) -> Iterator[Finding]:
    """What shows by its shape."""
    for detector in (
        told_name,
        told_kana,
        registration_numbers,
        ages,
        mails,
        handles,
        urls,
        phones,
        addresses,
        firms,
        schools,
    ):
        yield from detector(reading)


def _own(reading: Reading, known: KnownIdentity) -> Iterator[Finding]:
    """What is the person's own registered datum."""
    if known.name and known.kana:
        yield from own_mixed(reading, known.name, known.kana)
    for datum, detector in (
        (known.name, own_name),
        (known.kana, own_kana),
        (known.phone, own_phone),
        (known.mail, own_mail),
        (known.residence, own_residence),
        (known.employer, own_firm),
        (known.school, own_school),
        (known.registration_number, own_registration_number),
    ):
        if datum and compact(datum).rstrip("。") not in NOT_GIVEN:
            yield from detector(reading, datum)
