"""Finds ways round the portal: telephone numbers, mail addresses, addresses of pages, names on other services."""

from collections.abc import Iterator

from portal.domain.message_screening.finding import FindingKind, Found
from portal.domain.screening.link import handles, urls
from portal.domain.screening.mail import mails
from portal.domain.screening.phone import phones
from portal.domain.screening.reading import Reading


def outside(reading: Reading) -> Iterator[Found]:
    """Where one of them stands; the same shapes a seeker is warned of before an answer goes."""
    for detector in (phones, mails, urls, handles):
        for each in detector(reading):
            yield Found(FindingKind.LEAVING, each.start, each.end)
