"""Finds addresses of pages and names on other services, by which a writer can be found or reached."""

import re
from collections.abc import Iterator

from portal.domain.folding import Folded
from portal.domain.screening.finding import Finding, FindingKind
from portal.domain.screening.reading import Reading, Script, touches_before

# Endings people give when they give a page; not the whole list of the registries, whose words (.work, .page, .zip)
# would be found in ordinary sentences.
TOP_LEVEL = frozenset(
    "jp com net org info biz io me tv cc dev app site online tokyo osaka xyz link blog club example test edu gov co "
    "uk cn kr tw ly gg".split()
)
# Second halves of a domain alone: 「co.jpドメイン」.
_HALVES = frozenset({"co.jp", "ne.jp", "or.jp", "go.jp", "ac.jp", "lg.jp", "ed.jp", "gr.jp", "com.jp"})
# Products whose names look like a domain.
_PRODUCTS = frozenset(
    "asp.net vb.net ado.net ml.net ruby.net paint.net socket.io draw.io monday.com booking.com amazon.com "
    "salesforce.com".split()
)

_DOT = "(?:\\.| \\. ?|。| ?どっと ?| ?[(\\[](?:dot|\\.)[)\\]] ?| dot )"
_LABEL = "[a-z0-9](?:[a-z0-9-]{0,62})"
_TOP = "(?:" + "|".join(sorted(TOP_LEVEL, key=len, reverse=True)) + ")"
_REST = "[!#-&*-;=?-~]"  # printable, without the quotes and brackets that may close around an address
_SCHEME = re.compile(f"(?:h[tx]{{2}}ps?|ttps?) ?: ?/ ?/?{_REST}{{0,200}}")
_WWW = re.compile(f"(?<![a-z0-9])www\\.{_REST}{{1,200}}")
_DOMAIN = re.compile(
    f"(?<![a-z0-9@._-]){_LABEL}(?:{_DOT}{_LABEL}){{0,3}}{_DOT}{_TOP}(?![a-z0-9])(?:[/?#]{_REST}{{0,200}})?"
)

_SERVICE = (
    "(?:(?<![a-z])(?:line|kakao(?:talk)?|instagram|insta|twitter|x|facebook|fb|messenger|tiktok|discord|skype|wechat|"
    "weixin|whatsapp|telegram|signal|viber|threads|mastodon|bluesky|github|slack|zoom|google|gmail|yahoo)"
    "|らいん|かかお(?:と-く)?|いんすた(?:ぐらむ)?|ついった-|えっくす|ふぇいすぶっく|てぃっくとっく|でぃすこ-ど|すかいぷ|うぃ-ちゃっと|"
    "てれぐらむ|しぐなる|すれっず|微信)"
)
_ACCOUNT = "(?:id|あかうんと(?:名|id)?|垢|ゆ-ざ-(?:名|id|ね-む)|ゆざ名|はんどる(?:ね-む)?)"
_SAYS = "[ ]?(?:は|が|:|=|→|「|『|\\(|【|\\[)[ 「『(]{0,2}"
_NAME = "@?[a-z0-9][a-z0-9._-]{2,29}"
# A name with a digit or _ in it is no word: 「LINEはmihon0000です」, but not 「LINEはWORKSを」.
_TELLING = "[a-z.-]{1,20}[0-9_]"
_ID = re.compile(f"(?<![a-z])id[ ]?(?:は|:|=)[ 「]{{0,2}}(?={_TELLING}){_NAME}")
_ON_SERVICE = re.compile(
    f"{_SERVICE}[ ]?の?[ ]?(?:{_ACCOUNT}(?:{_SAYS}|[ ]{{1,2}})|[:=→][ ]?|[ ]?(?=@)|は[ ]?(?={_TELLING}))({_NAME})"
)
_AT_PRODUCTS = frozenset({"@cosme", "@nifty", "@home"})
_AT_NAME = re.compile("(?<![a-z0-9._%+-])@ ?[a-z_][a-z0-9._]{2,29}")
# After 「使用ツール：」 a colon may stand between two services.
_TOOLS = frozenset(
    "line slack zoom teams instagram twitter facebook tiktok youtube skype discord github google excel word canva meet "
    "works chat talk drive docs sheets classroom workspace actions ads analytics".split()
)


def urls(reading: Reading) -> Iterator[Finding]:
    """Addresses of pages: with a scheme (also disguised), with www, or a bare domain."""
    view = reading.closed
    for pattern in (_SCHEME, _WWW):
        for match in pattern.finditer(view.key):
            yield _finding(view, FindingKind.URL, *match.span())
    for match in _DOMAIN.finditer(view.key):
        if match.group() not in _HALVES and match.group() not in _PRODUCTS:
            yield _finding(view, FindingKind.URL, *match.span())


def handles(reading: Reading) -> Iterator[Finding]:
    """Names on other services: the service with an ID, or @ and a name."""
    view = reading.closed
    for match in _ON_SERVICE.finditer(view.key):
        name = match.group(1).strip("@._-")
        inside = touches_before(view, match.start(), {Script.KATAKANA})  # オンライン is no ライン
        if not inside and name not in _TOOLS and not name.isdecimal():
            yield _finding(view, FindingKind.HANDLE, *match.span())
    for pattern in (_AT_NAME, _ID):
        for match in pattern.finditer(view.key):
            if match.group() not in _AT_PRODUCTS:
                yield _finding(view, FindingKind.HANDLE, *match.span())


def _finding(view: Folded, kind: FindingKind, start: int, end: int) -> Finding:
    first, last = view.span(start, end)
    return Finding(kind, first, last, own=False)
