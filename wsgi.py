"""The entry for a WSGI server: `gunicorn wsgi:app`. Refuses to start on a database that belongs elsewhere."""

from portal.console import application

app = application()
