"""What people, browsers and scripts put into fields that nobody meant: one list for every form there is."""

from urllib.parse import quote_from_bytes

MARKUP = '<script>alert("架空")</script>'

# As the bytes a browser or a script would send; a name for each, so that a finding can be read.
EVIL: dict[str, bytes] = {
    "empty": b"",
    "blanks": " \t　 ".encode(),
    "too long": "あ".encode() * 10_001,
    "a letter": b"x",
    "a negative number": b"-1",
    "a huge number": b"9" * 30,
    "not finite": b"1e999",
    "an impossible day": b"9999-99-99",
    "a day before all days": b"0000-00-00",
    "full-width": "１３９９９－００００００１　平成２年１月１日".encode(),
    "half-width kana": "ﾐﾎﾝ ﾊﾅｺﾞ ｶﾞｷﾞ".encode(),
    "emoji": "😀👩‍👩‍👧🏳️‍🌈".encode(),
    "many marks on one letter": ("か" + "゙" * 300).encode(),
    "lone surrogate": b"a\xed\xa0\x80b",
    "not utf-8": b"\xff\xfe\x93\xfa",
    "nul": b"a\0b",
    "control": b"a\x1b[31m\x07\x7fb",
    "newlines": "一行目\r\n\r\n二行目\rX-Evil: yes\n".encode(),
    "line separators": "一\u2028二\u2029三\u0085四".encode(),
    "right to left": "\u202e架空\u2066見本\u2069".encode(),
    "nothing to see": "\ufeff\u200b\u2060\u00ad".encode(),
    "sql": b"' OR 1=1; DROP TABLE seeker; --",
    "pattern": b"%_\\*?[](){}|^$.+",
    "markup": MARKUP.encode(),
    "placeholders": b"%s %n %(name)s {0} {name!r} ${7*7}",
    "path": b"../../../../etc/passwd",
    "unknown code": b"no-such-code",
}

FILES: dict[str, tuple[str, bytes]] = {
    "an empty file": ("", b""),
    "nothing in a file with a name": ("見本.csv", b""),
    "bytes": ("../../x.csv", bytes(range(256)) * 40),
    "one endless line": ("x.csv", b"a" * 200_000),
    "only line ends": ("x.csv", b"\r\n" * 20_000),
    "an open quotation": ("x.csv", b'"a,b\r\n' * 2_000),
    "very many columns": ("x.csv", b"," * 50_000),
    "a picture": ("😀.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
    "wide characters": ("x.csv", "求職番号,氏名".encode("utf-16")),
}

# More than any list of choices has, less than the portal takes as one form.
MANY = 2_500

Pairs = list[tuple[str, bytes]]


def urlencoded(pairs: Pairs) -> bytes:
    """The pairs as a browser sends them, with bytes that are no text too."""
    return "&".join(
        f"{quote_from_bytes(name.encode(), safe='')}={quote_from_bytes(value, safe='')}"
        for name, value in pairs
    ).encode()


BOUNDARY = "--------mihon-boundary-7"


def multipart(pairs: Pairs, files: dict[str, tuple[str, bytes]]) -> bytes:
    """The pairs and files as a form with files sends them."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value + b"\r\n"
        for name, value in pairs
    ]
    parts += [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n'.encode()
        + b"Content-Type: text/csv\r\n\r\n"
        + content
        + b"\r\n"
        for name, (file, content) in files.items()
    ]
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
