"""A file that somebody sends: taken only by the pages that say so, and never lying in clear in a temporary file.

The framework would put whatever is larger than half a megabyte into a temporary file as it is. Ours is sealed under a
key that is made for this one file and exists in memory only.
"""

import io
import tempfile
from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Request, current_app, request

from portal.web.access import View

PIECE = 65_536
_TAG = 16
# Room for the other fields and the frame of a form with a file.
_REST_OF_FORM = 65_536


class SealedFile(io.RawIOBase):
    """Written once from its beginning, then read at any place; on the disk only sealed, and gone when closed."""

    def __init__(self) -> None:
        super().__init__()
        self._cipher = AESGCM(AESGCM.generate_key(256))
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 -- closed with this file
        self._waiting = bytearray()
        self._size = 0
        self._at = 0
        self._open_piece = (-1, b"")

    def writable(self) -> bool:
        """Only until it is read for the first time or its place is changed."""
        return True

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def write(self, data: Any) -> int:
        """Add to the end. ValueError at another place."""
        if self._at != self._size:
            raise ValueError("this file is written from its beginning to its end")
        self._waiting += data
        while len(self._waiting) >= PIECE:
            self._seal(self._waiting[:PIECE])
            del self._waiting[:PIECE]
        self._size += len(data)
        self._at = self._size
        return len(data)

    def _seal(self, piece: bytearray) -> None:
        number = self._file.tell() // (PIECE + _TAG)
        self._file.write(self._cipher.encrypt(number.to_bytes(12), bytes(piece), None))

    def _piece(self, number: int) -> bytes:
        whole = (self._size - len(self._waiting)) // PIECE
        if number >= whole:
            return bytes(self._waiting)
        if self._open_piece[0] != number:
            self._file.seek(number * (PIECE + _TAG))
            sealed = self._file.read(PIECE + _TAG)
            self._file.seek(0, io.SEEK_END)
            try:
                self._open_piece = (number, self._cipher.decrypt(number.to_bytes(12), sealed, None))
            except InvalidTag as changed:
                raise OSError("a sealed temporary file was changed") from changed
        return self._open_piece[1]

    def readinto(self, buffer: Any) -> int:
        """Read on from the present place."""
        number, skip = divmod(self._at, PIECE)
        wanted = min(len(buffer), self._size - self._at)
        data = self._piece(number)[skip : skip + wanted] if wanted > 0 else b""
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def tell(self) -> int:
        """The present place."""
        return self._at

    def close(self) -> None:
        """Forget it."""
        self._file.close()
        super().close()


def takes_file(longest: Callable[[], int]) -> Callable[[View], View]:
    """Say of a view that it takes a form with a file of up to so many bytes; all others keep the limit of a form."""

    def declare(view: View) -> View:
        view.longest_file = longest  # type: ignore[attr-defined]  # a function may carry attributes
        return view

    return declare


def longest_file(endpoint: str | None) -> int | None:
    """How many bytes a file sent to this page may have; None where no file is taken."""
    view = current_app.view_functions.get(endpoint or "")
    longest: Callable[[], int] | None = getattr(view, "longest_file", None)
    return None if longest is None else longest()


def admit_file() -> None:
    """Raise the limit of this request where its page takes a file; only for whoever may open the page."""
    longest = longest_file(request.endpoint)
    if longest is not None:
        request.max_content_length = longest + _REST_OF_FORM


def read_to_the_end() -> None:
    """Take what is still on its way of a file that nobody will read, and forget it.

    Without this the connection breaks while the browser is still sending, and the page that says why is never shown.
    Stops at eight times the limit.
    """
    longest = longest_file(request.endpoint)
    stream = request.environ.get("wsgi.input")
    left = min(request.content_length or 0, 8 * (longest or 0))
    while left > 0 and stream is not None and (portion := stream.read(min(left, PIECE))):
        left -= len(portion)


class PortalRequest(Request):
    """A request whose files are sealed."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> Any:
        return SealedFile()
