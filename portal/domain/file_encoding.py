"""Which encoding a text file is in, decided on all of its bytes, and refused by name when it is another than ours.

UTF-8 and CP932 (Shift_JIS as spreadsheets write it) are told apart by what cannot be in the other: bytes that are
UTF-8 from end to end are practically never CP932 by chance. A file of both, joined from two, is neither.
"""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator

UTF_8 = "utf-8"
CP932 = "cp932"
UTF_8_MARK = codecs.BOM_UTF8

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_GZIP = b"\x1f\x8b"
_ENOUGH = 4000
_UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)
# Text of two bytes for each character has a NUL beside every comma and digit, nearly always on the same side; NULs that
# stand in a row are something else.
_NULS_IN_UTF_16 = 0.05
_ON_ONE_SIDE = 0.9
_ISO_2022_JP = re.compile(rb"\x1b\$[B@]|\x1b\([JI]")
# Python reads these bytes, which CP932 leaves free, as control and private characters.
_NOT_CP932 = re.compile("[\x80\xa0\uf8f0-\uf8f3]")
_JAPANESE = re.compile("[\u3000-\u30ff\u3400-\u9fff\uff01-\uff9f]")
# First or second byte of nearly every kanji and of all hiragana in CP932, never part of EUC-JP.
_ONLY_CP932 = re.compile(rb"[\x80-\x8d\x90-\x9f]")
# By its form, so that the characters of vendors count too.
_EUC_JP = re.compile(rb"(?:[\x00-\x7f]|\x8e[\xa1-\xdf]|\x8f?[\xa1-\xfe]{2})*")


class UnknownEncoding(ValueError):
    """A file in no encoding of ours. reason: a code; line: where it shows, 0 for the file as a whole."""

    def __init__(self, reason: str, line: int = 0) -> None:
        self.reason = reason
        self.line = line
        super().__init__(reason)


def encoding_of(read: Callable[[], Iterable[bytes]]) -> str:
    """UTF_8 or CP932; ``read`` gives the bytes from the beginning each time it is called.

    Raises UnknownEncoding: "workbook", "utf_16", "iso_2022_jp", "euc_jp", "mixed_encoding" (line), "encoding" (line).
    """
    first = _start(read())
    if first.startswith(_WORKBOOKS):
        raise UnknownEncoding("workbook")
    if first.startswith(_UTF_16_MARKS) or _looks_like_utf_16(first):
        raise UnknownEncoding("utf_16")
    marked = first.startswith(UTF_8_MARK)
    if _is_utf_8(read()):
        return UTF_8
    return _judged(physical_lines(read()), marked=marked)


def _start(source: Iterable[bytes]) -> bytes:
    start = b""
    for piece in source:
        start += piece[:_ENOUGH]
        if len(start) >= _ENOUGH:
            break
    return start[:_ENOUGH]


def _looks_like_utf_16(start: bytes) -> bool:
    nuls, even = start.count(0), start[::2].count(0)
    return (
        not start.startswith(_GZIP)
        and nuls > _NULS_IN_UTF_16 * len(start)
        and max(even, nuls - even) >= _ON_ONE_SIDE * nuls
    )


def _is_utf_8(source: Iterable[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder(UTF_8)("strict")
    seam = b""
    try:
        for piece in source:
            decoder.decode(piece)
            if _ISO_2022_JP.search(seam + piece):
                raise UnknownEncoding("iso_2022_jp")
            seam = piece[-3:]
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _judged(lines: Iterable[bytes], *, marked: bool) -> str:
    """Line by line: no line break is ever part of a character, neither in UTF-8 nor in CP932."""
    in_utf_8 = in_cp932 = in_neither = 0
    only_cp932 = False
    euc_jp = not marked
    for number, line in enumerate(lines, 1):
        if number == 1 and marked:
            line = line.removeprefix(UTF_8_MARK)
        if line.isascii():
            continue
        euc_jp = euc_jp and _EUC_JP.fullmatch(line) is not None
        if _japanese_in_utf_8(line):
            in_utf_8 = in_utf_8 or number
        elif _decodes_as_cp932(line):
            in_cp932 = in_cp932 or number
            only_cp932 = only_cp932 or _ONLY_CP932.search(line) is not None
        else:
            in_neither = in_neither or number
    if in_neither and euc_jp:
        raise UnknownEncoding("euc_jp")
    if marked or in_neither:
        raise UnknownEncoding("encoding", in_neither or in_cp932)
    if in_utf_8 and in_cp932:
        raise UnknownEncoding("mixed_encoding", max(in_utf_8, in_cp932))
    if not only_cp932:
        raise UnknownEncoding("euc_jp")
    return CP932


def _japanese_in_utf_8(line: bytes) -> bool:
    try:
        return _JAPANESE.search(line.decode(UTF_8)) is not None
    except UnicodeDecodeError:
        return False


def _decodes_as_cp932(line: bytes) -> bool:
    try:
        return _NOT_CP932.search(line.decode(CP932)) is None
    except UnicodeDecodeError:
        return False


def physical_lines(source: Iterable[bytes], longest: int | None = None) -> Iterator[bytes]:
    """The lines as they stand in the file, each with its LF. Raises ValueError for one of more than `longest` bytes."""
    rest = b""
    for piece in source:
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            if longest is not None and len(line) > longest:
                raise ValueError("a line that is too long")
            yield line + b"\n"
        if longest is not None and len(rest) > longest:
            raise ValueError("a line without an end")
    if rest:
        yield rest
