"""Where the force of a finding comes from: each rule with its first day, its words and how sure we are of it.

Reasons to refuse a message need a source (ruling R7). Without one in force on the day a finding is none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from portal.domain.message_screening.finding import Finding, FindingKind, Force, Found
from portal.domain.reach import UnitClass

_PRIVATE = frozenset({UnitClass.PRIVATE})
_MUNICIPAL = frozenset({UnitClass.MUNICIPAL})
_ALL = frozenset(UnitClass)
# The texts of the seeds have no day: as far back as this portal's data goes.
_ALWAYS = date(2000, 1, 1)


@dataclass(frozen=True)
class Source:
    """One rule. units: whom it binds; since: its first day in Japan. citation: where it stands, in Japanese.

    confidence: "seed" (the ministry's text before us), "secondary" (somebody's account of it), "own_decision" (ours).
    """

    code: str
    kind: FindingKind
    force: Force
    since: date
    units: frozenset[UnitClass]
    citation: str
    confidence: str


SOURCES: tuple[Source, ...] = (
    # Explained before 求職受理 it passes (kind A); what else is paid needs a wish, which no first guidance can have.
    Source(
        "faq_private_8",
        FindingKind.PAID_SERVICE,
        Force.REFUSED,
        _ALWAYS,
        _PRIVATE,
        "ハローワーク求職情報の提供サービスのよくある質問（民間職業紹介事業者等）問8",
        "seed",
    ),
    # Question 8 is asked of private agencies only; that a body of the public sells nothing here is our reading.
    Source(
        "no_sale_by_public_body",
        FindingKind.PAID_SERVICE,
        Force.REFUSED,
        _ALWAYS,
        _MUNICIPAL,
        "このサイトの決まり（地方自治体等は、このサービスで有料サービスを扱えません）",
        "own_decision",
    ),
    # The ministry's words of caution to people who look for side work; that a text is held back by them until
    # its sender has answered is our decision.
    Source(
        "home_work_guide_2_6",
        FindingKind.SHAM_SIDE_JOB,
        Force.REFUSED,
        _ALWAYS,
        _ALL,
        "厚生労働省「家内労働のしおり」Ⅱの6　いわゆる「インチキ内職」の被害防止について",
        "seed",
    ),
    Source(
        "guideline_2021_04",
        FindingKind.GIFT_MONEY,
        Force.WARNED,
        date(2021, 4, 1),
        _ALL,
        "職業紹介事業者等の指針（2021年4月1日から。お祝い金などで求職の申込みを勧めることの禁止）",
        "secondary",
    ),
    # A licence (許可) is the private agencies'; a public body notifies and has no conditions of a licence.
    Source(
        "licence_condition_2025_01",
        FindingKind.GIFT_MONEY,
        Force.REFUSED,
        date(2025, 1, 1),
        _PRIVATE,
        "職業紹介事業の許可条件（2025年1月1日から。お祝い金などの提供の禁止）",
        "secondary",
    ),
    # Kept because it is the same rule for other people: no unit of this service is one by being one.
    Source(
        "information_provider_2025_04",
        FindingKind.GIFT_MONEY,
        Force.REFUSED,
        date(2025, 4, 1),
        frozenset(),
        "募集情報等提供事業者の指針（2025年4月1日から）",
        "secondary",
    ),
    # Nowhere forbidden: never more than a hint to both sides (ruling R7).
    Source(
        "own_hint",
        FindingKind.LEAVING,
        Force.HINT,
        _ALWAYS,
        _ALL,
        "このサイトからのお知らせ（サイトの外の連絡先を書くことは、禁止されていません）",
        "own_decision",
    ),
)

_STRENGTH = {Force.HINT: 0, Force.WARNED: 1, Force.REFUSED: 2}
_BY_CODE = {source.code: source for source in SOURCES}


def source_of(code: str) -> Source:
    """The rule of a code. Raises KeyError."""
    return _BY_CODE[code]


def in_force(kind: FindingKind, unit_class: UnitClass, on: date) -> Source | None:
    """The strongest rule about a kind that binds such a unit on a day in Japan; None before its time."""
    binding = [
        source
        for source in SOURCES
        if source.kind is kind and unit_class in source.units and source.since <= on
    ]
    return max(binding, key=lambda source: (_STRENGTH[source.force], source.since), default=None)


def judge(found: Iterable[Found], unit_class: UnitClass, on: date) -> tuple[Finding, ...]:
    """What was found, each place with the rule it meets on that day; the others are left out."""
    judged = ((each, in_force(each.kind, unit_class, on)) for each in found)
    return tuple(
        Finding(each.kind, source.code, each.start, each.end, source.force)
        for each, source in judged
        if source is not None
    )
