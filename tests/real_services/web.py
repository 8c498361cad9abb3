"""The application behind a real socket on the loopback address, in a thread of the test run.

In the same process on purpose: a test moves the clock and writes rows while a browser looks at the pages."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing: the application writes its own log."""


@contextmanager
def served(app: Any) -> Iterator[str]:
    """Serve the application for the time of the block; gives its address without a slash at the end."""
    server: BaseWSGIServer = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    # Threads of requests are joined at the end, so that nothing touches a database that is already dropped.
    server.daemon_threads = False  # type: ignore[attr-defined] # make_server(threaded=True) gives the mixin
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()
