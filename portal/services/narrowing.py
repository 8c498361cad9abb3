"""What is asked of profiles, ready for the store."""

from portal.domain.narrowing import Narrowing, occupations_worked_in
from portal.domain.profile import Book
from portal.domain.search import Criteria
from portal.domain.words import word_key
from portal.store.narrowing import Wanted


def wanted(criteria: Criteria, narrowing: Narrowing, book: Book) -> Wanted:
    """Conditions and narrowing together. ``book`` holds every row, ended ones too."""
    occupations = occupations_worked_in(criteria, book) if narrowing.years else frozenset()
    keys = tuple(map(word_key, criteria.words))
    return Wanted(criteria.demands(book), keys, narrowing, occupations)
