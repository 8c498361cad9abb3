"""A file on its way in: sealed on the disk, read back as it came."""

import io
import random
from typing import Any

import pytest

from portal.web import upload
from portal.web.upload import PIECE, SealedFile

SIZES = (0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 17)


def written(data: bytes, portions: int = 7_919) -> SealedFile:
    file = SealedFile()
    for start in range(0, len(data), portions):
        file.write(data[start : start + portions])
    file.seek(0)
    return file


@pytest.mark.parametrize("size", SIZES)
def test_what_was_written_is_read_back_from_any_place_as_often_as_wanted(size: int) -> None:
    drawn = random.Random(size)
    data = drawn.randbytes(size)
    with written(data) as file:
        assert file.read() == data
        assert file.read() == b""
        for _ in range(20):
            place, many = drawn.randrange(size + 5), drawn.randrange(1, 3 * PIECE)
            assert file.seek(place) == place
            got = b""
            while len(got) < many and (more := file.read(many - len(got))):
                got += more
            assert got == data[place : place + many]
        assert file.seek(0, io.SEEK_END) == size


def test_nothing_of_it_lies_in_clear_on_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    files: list[Any] = []
    real = upload.tempfile.TemporaryFile

    def watched(**named: Any) -> Any:
        files.append(real(**named))
        return files[-1]

    monkeypatch.setattr(upload.tempfile, "TemporaryFile", watched)
    name = "見本花子".encode()
    with written(name * PIECE) as file:
        files[0].seek(0)
        lying = files[0].read()
        assert len(lying) > 10 * PIECE
        assert name not in lying
        assert not any(name[n : n + 6] in lying for n in range(len(name) - 5))
        assert file.read(12) == name
    assert files[0].closed


def test_a_file_that_somebody_changed_on_the_disk_is_not_read() -> None:
    with written(b"x" * 2 * PIECE) as file:
        file._file.seek(10)
        file._file.write(b"!")
        with pytest.raises(OSError, match="was changed"):
            file.read()


def test_a_file_is_written_from_its_beginning_to_its_end_only() -> None:
    with written(b"abc") as file, pytest.raises(ValueError, match="from its beginning"):
        file.write(b"x")
