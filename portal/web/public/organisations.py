"""Pages for organisations that have no account yet: who may use the service and how, what to bring, questions.

All four procedures are papers at the labour bureau (seed 004 P-Q2, M-Q2); nothing on these pages is a submission.
"""

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.domain.refusal import NotFound
from portal.web.access import public_page
from portal.web.public.bringing import KIND, PAPERS, READY, WHO, Kind, Who, items
from portal.web.public.pages import blueprint


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
    try:
        applicant, procedure = Who(who), Kind(kind)
    except ValueError:
        raise NotFound from None
    return render_template(
        "public/bring_list.html",
        who=WHO[applicant],
        kind=KIND[procedure],
        ends=procedure is Kind.END,
        papers=list(items(PAPERS, applicant, procedure)),
        ready=list(items(READY, applicant, procedure)),
    )
