"""Pages for organisations that have no account yet: who may use the service and how, what to bring, questions.

All four procedures are papers at the labour bureau (seed 004 P-Q2, M-Q2); nothing on these pages is a submission.
"""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from portal.documents.application_paper import ApplicationPaper, application_paper
from portal.documents.bring_list import BringItem, BringList
from portal.documents.bring_list import bring_list as bring_list_paper
from portal.domain.application import Kind
from portal.domain.reach import UnitClass
from portal.domain.refusal import NotFound
from portal.web.access import public_page
from portal.web.application.papers import pdf
from portal.web.application.wording import KINDS as KIND
from portal.web.public.bringing import CLASSES, PAPERS, READY, WHO, Item, Who, items
from portal.web.public.pages import blueprint
from portal.web.runtime import current


@public_page(blueprint, "/for-organisations/procedures")
def procedures() -> ResponseReturnValue:
    """Who may use it, as which unit, and how the four procedures go."""
    return render_template("public/procedures.html")


@public_page(blueprint, "/for-organisations/questions")
def questions() -> ResponseReturnValue:
    """The published questions of organisations, answered in our own words."""
    return render_template("public/questions.html")


@public_page(blueprint, "/for-organisations/bring")
def bring() -> ResponseReturnValue:
    """Which list of things to bring."""
    return render_template("public/bring.html", who=WHO, kinds=KIND)


@public_page(blueprint, "/for-organisations/bring/<who>/<kind>")
def bring_list(who: str, kind: str) -> ResponseReturnValue:
    """One list, to be printed. Raises NotFound for a class or procedure that does not exist."""
    applicant, procedure = _asked(who, kind)
    return render_template(
        "public/bring_list.html",
        who=WHO[applicant],
        kind=KIND[procedure],
        pdf=url_for(".bring_paper", who=who, kind=kind),
        papers=list(items(PAPERS, applicant, procedure)),
        ready=list(items(READY, applicant, procedure)),
    )


@public_page(blueprint, "/for-organisations/bring/<who>/<kind>/paper")
def bring_paper(who: str, kind: str) -> ResponseReturnValue:
    """The same list as PDF, in Japanese. Raises NotFound as the page does."""
    applicant, procedure = _asked(who, kind)
    with force_locale("ja"):
        told = BringList(
            who=str(WHO[applicant]),
            kind=str(KIND[procedure]),
            papers=[_item(item) for item in items(PAPERS, applicant, procedure)],
            ready=[_item(item) for item in items(READY, applicant, procedure)],
            at=current().clock.now(),
        )
    return pdf(bring_list_paper(told), f"bring-{applicant}-{procedure}.pdf")


def _asked(who: str, kind: str) -> tuple[Who, Kind]:
    try:
        return Who(who), Kind(kind)
    except ValueError:
        raise NotFound from None


def _item(item: Item) -> BringItem:
    return BringItem(str(item.text), str(item.note or ""), item.ours)


@public_page(blueprint, "/for-organisations/papers")
def papers() -> ResponseReturnValue:
    """Blank papers to write on and copy from."""
    return render_template("public/papers.html", classes=CLASSES, kinds=KIND)


@public_page(blueprint, "/for-organisations/papers/<unit_class>/<kind>")
def blank_paper(unit_class: str, kind: str) -> ResponseReturnValue:
    """One of them as PDF, marked as no official form. Raises NotFound for a class or procedure that does not exist."""
    try:
        wanted, procedure = UnitClass(unit_class), Kind(kind)
    except ValueError:
        raise NotFound from None
    runtime = current()
    blank = ApplicationPaper(
        kind=procedure, at=runtime.clock.now(), unit_class=wanted, demo=runtime.settings.demo
    )
    return pdf(application_paper(blank), f"{procedure}-{wanted}.pdf")
