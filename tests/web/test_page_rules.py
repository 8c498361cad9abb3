"""The rules that the test client holds every page against do catch what they are for."""

import pytest

from tests.web.page import Page
from tests.web.page_rules import broken_rules

GOOD = """<!doctype html><html lang="ja"><head><title>受信箱 - 見本</title><script src="/static/a.js"></script></head>
<body><h1>受信箱</h1><form method="post"><input type="hidden" name="t" value="1"><label for="a">返事</label>
<textarea id="a" name="answer">
はい
</textarea><label><input type="checkbox" name="yes" value="1" checked> 同意する</label>
<button name="do" value="send">送る</button></form><a href="/seeker/threads/k3j2?page=2">次へ</a></body></html>"""


def test_a_good_page_breaks_no_rule() -> None:
    assert broken_rules(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("<h1>受信箱</h1>", "<p>受信箱</p>", "0 h1"),
        ("<h1>受信箱</h1>", "<h1>受信箱</h1><h1>受信箱</h1>", "2 h1"),
        ("<title>受信箱", "<title>別の題", "does not contain"),
        ('lang="ja"', "", "language"),
        ("<h1>受信箱</h1>", "<h1>受信箱</h1><h3>飛ばす</h3>", "level 3"),
        ("<h1>", '<h1 style="color:red">', "style attribute"),
        ("<button ", '<button onclick="x()" ', "onclick"),
        ('<script src="/static/a.js">', "<script>x()", "without src"),
        ('href="/seeker/threads/k3j2?page=2"', 'href="javascript:x()"', "script address"),
        ('<label for="a">', '<label for="b">', "no label"),
        ("> 同意する<", "><", "no label"),
        ("/seeker/threads/k3j2", "/seeker/threads/12", "bare number"),
        ("/seeker/threads/k3j2", "/seeker/threads/12/answer", "bare number"),
        ("次へ", "{{ next }}", "unrendered"),
        ('<textarea id="a"', '<p id="a"></p><textarea id="a"', "used twice"),
        ("<h1>", '<h1 aria-describedby="gone">', "not there"),
        ("次へ", '<img src="/static/a.png">', "no alt"),
    ],
)
def test_each_planted_breach_is_named(old: str, new: str, part: str) -> None:
    assert old in GOOD

    found = broken_rules(GOOD.replace(old, new, 1))

    assert any(part in rule for rule in found), found


def test_a_form_is_read_as_a_browser_would_send_it() -> None:
    form = Page(GOOD).form_with("answer", "yes")

    assert form.fields == {"t": ["1"], "answer": ["はい\n"], "yes": ["1"]}
    assert [button.get("name") for button in form.buttons] == ["do"]
