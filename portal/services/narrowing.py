"""What is asked of profiles, ready for the store."""

from portal.domain.narrowing import Narrowing, occupations_worked_in
from portal.domain.profile import Book
from portal.domain.search import Criteria
from portal.store.narrowing import Wanted


def wanted(criteria: Criteria, narrowing: Narrowing, book: Book) -> Wanted:
    """Conditions and narrowing together. ``book`` holds every row, ended ones too."""
    occupations = occupations_worked_in(criteria, book) if narrowing.years else frozenset()
    return Wanted(criteria.demands(book), criteria.words, narrowing, occupations)
