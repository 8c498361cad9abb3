"""Finds ways round the portal: telephone numbers, mail addresses, addresses of pages, names on other services, and
requests for the reader's own."""

import re
from collections.abc import Iterator

from portal.domain.message_screening.finding import FindingKind, Found
from portal.domain.message_screening.wording import Wording, places, rule
from portal.domain.screening.link import handles, urls
from portal.domain.screening.mail import mails
from portal.domain.screening.phone import phones
from portal.domain.screening.reading import Script, touches_before

_SERVICE = "(?:line|らいん|ライン|カカオトーク|テレグラム|telegram|whatsapp|インスタ|instagram|ツイッター|skype|discord|zoom|公式アカウント)"
_ID = "(?:id|あいでぃー?|あいでー)"
_NUMBER = "(?:携帯番号|電話番号|携帯電話|お電話番号|メールアドレス|メアド|アドレス|連絡先|ご連絡先)"
_ASKS = rule(
    f"(?:{_SERVICE}(?:の|で|に|から|を|id|アカウント|のほうが|経由)?.{{0,14}}?(?:友だち追加|"
    f"友達追加|追加し|追加を|お話し|ご連絡|やり取り|やりとり|登録して|検索|送って|お送り)"
    f"|{_SERVICE}の?{_ID}|{_ID}は"
    f"|{_NUMBER}.{{0,8}}?(?:を|も)(?:お)?(?:教え|知らせ|おしえ|聞かせ|お聞かせ|お送り|ご記入|書いて)"
    "|アットマーク.{1,30}?ドット)"
)
# The service and a name alone: 「LINE kakuu」. Followed by more Latin words it is a sentence of another language.
_NAMED = re.compile(
    "(?<![a-z])(?:line|らいん)[ ]{1,2}(?!(?:works?|pay|bank|up|yahoo|mobile|music|out|stamps?|manager|"
    "leader|account|app|api)(?![a-z]))"
    "[a-z][a-z0-9._-]{3,19}(?![a-z0-9]|[ ]{1,2}[a-z])"
)
_NONE = rule("(?:ません|不要|ないで|なくても)")


def outside(wording: Wording) -> Iterator[Found]:
    """Where one of them stands; the same shapes a seeker is warned of before an answer goes."""
    for detector in (phones, mails, urls, handles):
        for each in detector(wording.reading):
            yield Found(FindingKind.LEAVING, each.start, each.end)
    closed = wording.reading.closed
    for match in _NAMED.finditer(closed.key):
        if not touches_before(closed, match.start(), {Script.KATAKANA}):  # オンライン is no ライン
            yield Found(FindingKind.LEAVING, *closed.span(*match.span()))
    for sentence in wording.sentences:
        for start, end in places(_ASKS, sentence):
            if not _NONE.search(wording.key[end : sentence.end]):
                yield Found(FindingKind.LEAVING, *wording.span(start, end))
