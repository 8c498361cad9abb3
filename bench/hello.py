"""The plainest page there is: what a request costs before the portal does anything."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello() -> dict[str, str]:
    """One word."""
    return {"status": "ok"}
