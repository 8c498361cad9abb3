"""What organisations can ask for when they write to many: the list of recipients, texts used again, the history."""

from tests.leak.rounds import MEMBERS, lost, many, open_post, previewed, round_of, strangers, took
from tests.leak.world import World
from tests.web.page_client import page_of

WORDS = "{コード} 様\n{希望する職業}のご案内です（{希望する勤務地}、{希望する雇用形態}）。"
LIST, TEXTS, SENDS = "/provider/selection", "/provider/templates", "/provider/sends"


def put(world: World, who: str, tokens: list[str], status: int = 303) -> None:
    """Put these people on somebody's list."""
    form = world.browser(who).page("/provider/results").form_with("to")
    answer = world.browser(who).post(form.action, data={**form.fields, "to": tokens})
    took(answer, status)
    world.browser(who).page(answer.location)


@round_of("provider.selection_add")
def _add(world: World) -> None:
    for who in ("first", "officer", "second", "helper"):
        put(world, who, many(world, who))
        put(world, who, many(world, who)[:1])
    put(world, "first", [world.token("first", "heron")])
    put(world, "first", [])
    put(world, "first", strangers(world, "first"))
    lost(world, f"{LIST}/add")


@round_of("provider.selection")
def _selection(world: World) -> None:
    for who in (*MEMBERS, "suspended", "small"):
        world.browser(who).page(LIST)
        world.browser(who).page(f"{LIST}?page=2")


@round_of("provider.selection_found")
def _found(world: World) -> None:
    for who, query in (("contact", ""), ("small", ""), ("contact", "?occupation=056&prefecture=24")):
        page = world.browser(who).page(f"/provider/results{query}")
        forms = [form for form in page.forms if form.action == f"{LIST}/found"]
        for form in forms[:1]:
            for _ in range(2):
                answer = world.browser(who).post(form.action, data=form.fields)
                took(answer, 303)
                world.browser(who).page(answer.location)
    for values in ({"occupation": "no-such-code"}, {"words": "x"}):
        took(open_post(world, "officer", f"{LIST}/found", values), 303)
    took(open_post(world, "suspended", f"{LIST}/found", {}), 303)
    lost(world, f"{LIST}/found")


@round_of("provider.selection_remove")
def _remove(world: World) -> None:
    for tokens in ([world.token("first", "wren")], [], strangers(world, "first")):
        answer = open_post(world, "first", f"{LIST}/remove", {"to": tokens})
        took(answer, 303)
        world.browser("first").page(answer.location)
    lost(world, f"{LIST}/remove")


@round_of("provider.template_new")
def _template_new(world: World) -> None:
    for who in ("officer", "first", "second", "helper"):
        for title, text, status in (
            (f"見本の文例 {who}", WORDS, 303),
            ("見本の文例", "{氏名} 様", 422),
            ("", "", 422),
        ):
            took(world.browser(who).submit(f"{TEXTS}/new", {"title": title, "text": text}), status)
    took(world.browser("officer").post(f"{TEXTS}/new", data={"title": "x", "text": WORDS}), 400)
    took(open_post(world, "officer", f"{TEXTS}/new", {"title": "x", "text": WORDS, "acting": "x"}), 409)


@round_of("provider.templates")
def _templates(world: World) -> None:
    for who in MEMBERS:
        world.browser(who).page(TEXTS)


def text_of(world: World, who: str) -> str:
    """The address of somebody's text."""
    return str(world.browser(who).page(TEXTS).links[f"見本の文例 {who}"])


@round_of("provider.template")
def _template(world: World) -> None:
    address = text_of(world, "first")
    client = world.browser("first")
    form = client.page(address).form_with("title", "text")
    for values, status in (({"text": "見本の文章"}, 303), ({"text": "別の文章"}, 409), ({"text": ""}, 422)):
        took(client.post(address, data={**form.fields, **values}), status)
    took(client.submit(address, {"text": WORDS}), 303)
    world.browser("second").page(address, 404)
    world.browser("helper").page(address, 404)
    client.page(f"{TEXTS}/{'A' * 22}", 404)


@round_of("provider.template_remove")
def _template_remove(world: World) -> None:
    address = text_of(world, "second")
    answer = open_post(world, "second", f"{address}/remove", {})
    took(answer, 303)
    world.browser("second").page(answer.location)
    took(open_post(world, "first", f"{address}/remove", {}), 404)
    world.browser("officer").page(TEXTS)
    world.browser("second").page(address, 404)
    lost(world, f"{TEXTS}/{'A' * 22}/remove")


@round_of("provider.template_restore")
def _template_restore(world: World) -> None:
    forms = world.browser("second").page(TEXTS).forms
    address = next(form.action for form in forms if form.action.endswith("/restore"))
    took(open_post(world, "first", address, {}), 303)
    answer = open_post(world, "second", address, {})
    took(answer, 303)
    world.browser("second").page(answer.location)
    lost(world, f"{TEXTS}/{'A' * 22}/restore")


@round_of("provider.sends")
def _sends(world: World) -> None:
    # Letters one by one, to the list and to others, with a text of the unit.
    for who in ("first", "helper"):
        client = world.browser(who)
        page = client.page("/provider/write?listed=1")
        form = page.form_with("text", "template")
        ref = text_of(world, who).rsplit("/", 1)[1]
        for chosen in (ref, "", "A" * 22):
            fields = {**form.fields, "template": chosen, "use_template": "1", "text": "見本"}
            took(client.post("/provider/write", data=fields), 200)
        looked = client.post("/provider/write/preview", data={**form.fields, "text": WORDS})
        took(looked, 200)
        previewed(world, who, many(world, who), WORDS)
        sent = client.submit("", {}, form=page_of(looked).form_with("seen"))
        took(sent, 303)
        client.page(sent.location)
        client.page(LIST)
    for who in MEMBERS:
        for query in ("", "?kind=all", "?sender=x&place=y&after=z", "?place=place-1", "?place=unit&kind=all"):
            world.browser(who).page(f"{SENDS}{query}")
    page = world.browser("officer").page(SENDS)
    for option in page.form_with("sender").element.all("option"):
        world.browser("officer").get(SENDS, query_string={"sender": option.get("value")})


@round_of("provider.one_send")
def _one_send(world: World) -> None:
    for who in MEMBERS:
        links = world.browser(who).page(f"{SENDS}?kind=all").links.values()
        for address in [link for link in links if link.startswith(f"{SENDS}/")][:5]:
            world.browser(who).page(address)
            if who in ("first", "helper"):
                other = "second" if who == "first" else "officer"
                world.browser(other).page(address, 404)
    world.browser("officer").page(f"{SENDS}/{'A' * 40}", 404)


@round_of("provider.selection_empty")
def _empty(world: World) -> None:
    client = world.browser("officer")
    put(world, "officer", many(world, "officer"))
    client.page(f"{LIST}/empty")
    answer = client.submit(f"{LIST}/empty", {}, form=client.page(f"{LIST}/empty").form_at(f"{LIST}/empty"))
    took(answer, 303)
    client.page(answer.location)
    took(client.get(f"{LIST}/empty"), 303)
    took(open_post(world, "first", f"{LIST}/empty", {"acting": "x"}), 409)
