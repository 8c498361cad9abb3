"""What to do about an infected machine, for everybody (seed 004 P-Q1, P-Q10, M-Q1, M-Q7, S-Q6)."""

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.web.access import public_page
from portal.web.public.pages import blueprint


@public_page(blueprint, "/infection")
def infection() -> ResponseReturnValue:
    """For organisations and for job seekers, each in their own words."""
    return render_template("public/infection.html")
