"""How bytes reach a file: nothing lost, nothing left behind, files stay what they are."""

import bz2
import contextlib
import errno
import gzip
import io
import os
import socket
import stat
import subprocess
import sys
import threading
import unittest.mock
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drypoint.adapter import saving
from drypoint.adapter.saving import write
from tests.saving.files import NEW, NOBODY, in_child, linux, needs_root, only, posix, umask

# --- paths


@pytest.mark.parametrize("kind", [str, os.fsencode, Path], ids=["str", "bytes", "Path"])
@pytest.mark.parametrize(
    "data",
    [NEW, memoryview(NEW), b"", memoryview(b"")],
    ids=["bytes", "view", "no bytes", "empty view"],
)
def test_a_new_file(tmp_path: Path, kind: Callable[[Path], object], data: bytes) -> None:
    path = tmp_path / "picture.png"
    write(kind(path), data)  # type: ignore[arg-type]
    assert path.read_bytes() == bytes(data)
    assert only(tmp_path, "picture.png")


@pytest.mark.parametrize("old", [b"", b"old", NEW + b"and much more"])
def test_an_old_file_is_overwritten(tmp_path: Path, old: bytes) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(old)
    write(path, NEW)
    assert path.read_bytes() == NEW
    assert only(tmp_path, "picture.png")


def test_a_new_file_in_memory_holds_the_bytes_themselves() -> None:
    stream = io.BytesIO()
    write(stream, NEW)
    assert stream.getvalue() is NEW
    assert stream.tell() == len(NEW)
    # What comes later changes the file, not the bytes.
    stream.write(b"more")
    stream.seek(0)
    stream.write(b"?")
    assert stream.getvalue() == b"?" + NEW[1:] + b"more"
    assert NEW[:1] != b"?"


@pytest.mark.parametrize(
    ("start", "position"), [(b"", 3), (b"old", 0), (b"old", 3), (b"a long one" * 99, 2)]
)
def test_a_file_in_memory_is_written_where_it_stands(start: bytes, position: int) -> None:
    streams = io.BytesIO(start), io.BytesIO(start)
    for stream in streams:
        stream.seek(position)
    write(streams[0], NEW)
    streams[1].write(NEW)
    assert streams[0].getvalue() == streams[1].getvalue()
    assert streams[0].tell() == streams[1].tell()


def test_what_is_derived_from_a_file_in_memory_is_asked_to_write() -> None:
    class Counting(io.BytesIO):
        count = 0

        def write(self, data: Any) -> int:
            self.count += len(data)
            return super().write(data)

    stream = Counting()
    write(stream, NEW)
    assert stream.count == len(NEW)
    assert stream.getvalue() == NEW


def test_a_file_in_memory_that_is_looked_at_is_not_changed() -> None:
    stream = io.BytesIO()
    with stream.getbuffer(), pytest.raises(BufferError):
        write(stream, NEW)
    assert stream.getvalue() == b""


def test_a_view_of_rows_is_written_flat(tmp_path: Path) -> None:
    view = memoryview(bytes(range(24))).cast("B", (2, 3, 4))
    write(tmp_path / "pixels", view)
    assert (tmp_path / "pixels").read_bytes() == bytes(range(24))
    stream = io.BytesIO()
    write(stream, view)
    assert stream.getvalue() == bytes(range(24))


def test_a_path_relative_to_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write("picture.png", NEW)
    assert (tmp_path / "picture.png").read_bytes() == NEW


@linux
def test_a_name_as_long_as_names_may_be(tmp_path: Path) -> None:
    name = "n" * 251 + ".png"
    write(tmp_path / name, NEW)
    assert only(tmp_path, name)


@given(old=st.none() | st.binary(max_size=100), new=st.binary(max_size=100))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_what_is_written_is_what_is_there(tmp_path: Path, old: bytes | None, new: bytes) -> None:
    path = tmp_path / "file"
    path.unlink(missing_ok=True)
    if old is not None:
        path.write_bytes(old)
    write(path, new)
    assert path.read_bytes() == new
    assert only(tmp_path, "file")


# --- what a file is, it stays


@posix
def test_permissions_of_a_new_file_follow_the_umask(tmp_path: Path) -> None:
    for mask, mode in [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)]:
        path = tmp_path / f"{mask:o}"
        with umask(mask):
            write(path, NEW)
        assert stat.S_IMODE(path.stat().st_mode) == mode


@posix
@pytest.mark.parametrize("mode", [0o600, 0o644, 0o666, 0o755, 0o640])
def test_permissions_of_an_old_file_are_kept(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "picture.png"
    path.touch()
    path.chmod(mode)
    with umask(0o022):
        write(path, NEW)
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert path.read_bytes() == NEW


@needs_root
def test_the_owner_of_an_old_file_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.touch()
    os.chown(path, 1234, 5678)
    write(path, NEW)
    assert (path.stat().st_uid, path.stat().st_gid) == (1234, 5678)


@posix
def test_symbolic_links_lead_where_they_led(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    real = tmp_path / "folder" / "real.png"
    real.write_bytes(b"old")
    (tmp_path / "link.png").symlink_to("again.png")
    (tmp_path / "again.png").symlink_to("folder/real.png")
    write(tmp_path / "link.png", NEW)
    assert os.readlink(tmp_path / "link.png") == "again.png"
    assert real.read_bytes() == NEW
    assert only(tmp_path / "folder", "real.png")


@posix
def test_a_symbolic_link_to_nothing_gets_something(tmp_path: Path) -> None:
    (tmp_path / "link.png").symlink_to("real.png")
    write(tmp_path / "link.png", NEW)
    assert os.readlink(tmp_path / "link.png") == "real.png"
    assert (tmp_path / "real.png").read_bytes() == NEW


@posix
def test_hard_links_stay_one_file(tmp_path: Path) -> None:
    path, other = tmp_path / "a", tmp_path / "b"
    path.write_bytes(b"old" * 10_000)
    os.link(path, other)
    write(path, NEW)
    assert path.samefile(other)
    assert other.read_bytes() == NEW
    assert only(tmp_path, "a", "b")


@linux
def test_extended_attributes_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"old")
    try:
        os.setxattr(path, "user.note", b"mine")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    write(path, NEW)
    assert os.getxattr(path, "user.note") == b"mine"
    assert path.read_bytes() == NEW


@posix
def test_an_open_old_file_keeps_its_contents_only_if_atomic(tmp_path: Path, atomic: bool) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"old")
    with path.open("rb") as reader:
        write(path, NEW)
        assert reader.read() == (b"old" if atomic else NEW)


# --- what is no regular file


@posix
def test_a_named_pipe_is_written_into(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_bytes()))
    reader.start()
    write(pipe, NEW * 50)
    reader.join()
    assert received == [NEW * 50]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@linux
def test_an_open_file_by_its_number(tmp_path: Path) -> None:
    # A rename would leave this descriptor with the old file, as it would a shell's redirection.
    with (tmp_path / "out").open("w+b") as file:
        write(f"/dev/fd/{file.fileno()}", NEW)
        assert file.read() == NEW


@linux
def test_devices() -> None:
    write("/dev/null", NEW)
    with pytest.raises(OSError, match=r"No space left on device: '/dev/full'") as info:
        write("/dev/full", NEW)
    assert info.value.errno == errno.ENOSPC
    assert stat.S_ISCHR(os.stat("/dev/full").st_mode)
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


@needs_root
def test_a_file_mounted_by_itself(tmp_path: Path) -> None:
    inner, outer = tmp_path / "inner", tmp_path / "outer"
    inner.write_bytes(b"old")
    outer.write_bytes(b"hidden")
    mount = ["mount", "--bind", outer, inner]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("cannot mount here")
    try:
        write(inner, NEW)
        assert inner.read_bytes() == NEW
    finally:
        subprocess.run(["umount", inner], check=True)
    assert outer.read_bytes() == NEW
    assert inner.read_bytes() == b"old"
    assert only(tmp_path, "inner", "outer")


# --- what cannot be done


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("missing/picture.png", FileNotFoundError),
        ("folder", IsADirectoryError),
        ("file/picture.png", NotADirectoryError),
        ("n" * 300, OSError),
    ],
)
@posix
def test_errors_name_the_path_that_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, error: type[OSError]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(error) as info:
        write(name, NEW)
    assert info.value.filename == name
    assert only(tmp_path, "folder", "file")


def test_a_name_with_a_nul(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="null"):
        write(str(tmp_path / "a\0b"), NEW)
    assert only(tmp_path)


@needs_root
def test_a_folder_that_one_may_not_write(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    _open_to_all(tmp_path)
    (tmp_path / "old").write_bytes(b"old")
    (tmp_path / "old").chmod(0o666)
    in_child("write(sys.argv[1], b'new')", tmp_path / "old", user=NOBODY)
    assert (tmp_path / "old").read_bytes() == b"new"
    attempt = """
        try:
            write(sys.argv[1], b"new")
        except PermissionError as error:
            print(error)
        """
    said = in_child(attempt, tmp_path / "new", user=NOBODY)
    assert said == f"[Errno 13] Permission denied: '{tmp_path / 'new'}'"
    assert only(tmp_path, "old")


@needs_root
def test_a_file_that_one_may_not_write(tmp_path: Path) -> None:
    _open_to_all(tmp_path)
    tmp_path.chmod(0o777)
    for path in (tmp_path / "readonly", tmp_path / "foreign"):
        path.write_bytes(b"old")
        path.chmod(0o444)
    os.chown(tmp_path / "readonly", NOBODY, NOBODY)
    attempt = """
        for name in sys.argv[1:]:
            try:
                write(name, b"new")
            except PermissionError as error:
                print(error.errno, error.filename)
        """
    names = [str(tmp_path / name) for name in ("readonly", "foreign")]
    said = in_child(attempt, *names, user=NOBODY)
    assert said.splitlines() == [f"13 {name}" for name in names]
    assert [Path(name).read_bytes() for name in names] == [b"old", b"old"]
    assert only(tmp_path, "readonly", "foreign")


@needs_root
def test_a_foreign_file_in_a_sticky_folder_is_written_in_place(tmp_path: Path) -> None:
    _open_to_all(tmp_path)
    tmp_path.chmod(0o1777)
    (tmp_path / "file").write_bytes(b"old")
    (tmp_path / "file").chmod(0o666)
    in_child("write(sys.argv[1], b'new')", tmp_path / "file", user=NOBODY)
    assert (tmp_path / "file").read_bytes() == b"new"
    assert (tmp_path / "file").stat().st_uid == 0
    assert only(tmp_path, "file")


def _open_to_all(folder: Path) -> None:
    """Let everybody reach a folder of pytest's; skip where the way there is closed."""
    for parent in folder.parents:
        if not parent.stat().st_mode & stat.S_IXOTH:
            if parent.name.startswith("pytest-"):
                parent.chmod(parent.stat().st_mode | stat.S_IXOTH)
            else:
                pytest.skip(f"{parent} is closed to others")


@posix
@pytest.mark.parametrize("old", [None, b"old"])
def test_a_disk_that_is_too_small(tmp_path: Path, old: bytes | None) -> None:
    path = tmp_path / "picture.png"
    if old is not None:
        path.write_bytes(old)
    # A limit on the size of files is the full disk that everybody may have.
    attempt = """
        resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
        try:
            write(sys.argv[1], bytes(10_000))
        except OSError as error:
            print(error.errno == errno.EFBIG, error.filename)
        """
    assert in_child(attempt, path) == f"True {path}"
    if old is None:
        assert only(tmp_path)
    else:
        assert path.read_bytes() == old
        assert only(tmp_path, "picture.png")


def fail_with(number: int, once: bool = False) -> Callable[..., None]:
    calls = []

    def fail(*arguments: object) -> None:
        calls.append(arguments)
        if once and len(calls) > 1:
            return original(*arguments)  # type: ignore[arg-type]
        raise OSError(number, os.strerror(number))

    original = saving._write_all
    return fail


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("old", [None, b"old"])
def test_a_write_that_fails_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, old: bytes | None
) -> None:
    path = tmp_path / "picture.png"
    if old is not None:
        path.write_bytes(old)
    monkeypatch.setattr(saving, "_write_all", fail_with(number))
    with pytest.raises(OSError, match="picture") as info:
        write(path, b"x")
    assert (info.value.errno, info.value.filename) == (number, str(path))
    if old is None:
        assert only(tmp_path)
    else:
        assert path.read_bytes() == old
        assert only(tmp_path, "picture.png")


def test_a_disk_without_room_for_two_versions_takes_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, atomic: bool
) -> None:
    if not atomic:
        pytest.skip("there is never a second version")
    path = tmp_path / "picture.png"
    path.write_bytes(b"old")
    monkeypatch.setattr(saving, "_write_all", fail_with(errno.ENOSPC, once=True))
    write(path, NEW)
    assert path.read_bytes() == NEW
    assert only(tmp_path, "picture.png")


@pytest.mark.parametrize("number", [errno.EBUSY, errno.EXDEV, errno.EPERM, errno.EACCES])
@pytest.mark.parametrize("old", [None, b"old"])
def test_a_rename_that_is_refused_is_not_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, old: bytes | None
) -> None:
    path = tmp_path / "picture.png"
    if old is not None:
        path.write_bytes(old)
    monkeypatch.setattr(os, "replace", fail_with(number))
    write(path, NEW)
    assert path.read_bytes() == NEW
    assert only(tmp_path, "picture.png")


OPERATIONS = [
    (os, "open"),
    (os, "stat"),
    (os, "replace"),
    (os, "fchmod"),
    (os, "fchown"),
    (os, "posix_fallocate"),
    (saving, "_write_all"),
]
ERRORS = ["EACCES", "EBUSY", "EDQUOT", "EINVAL", "EIO", "ENOSPC", "EOPNOTSUPP", "EPERM", "EXDEV"]


faults = st.fixed_dictionaries(
    {},
    optional={
        operation: st.tuples(
            st.sampled_from(ERRORS).map(lambda name: getattr(errno, name)),
            st.integers(0, 2),  # calls that go well
            st.integers(1, 3),  # calls that fail after them
        )
        for operation in OPERATIONS
    },
)


def failing(original: Callable[..., Any], number: int, good: int, bad: int) -> Callable[..., Any]:
    calls = []

    def call(*arguments: Any, **keywords: Any) -> Any:
        calls.append(arguments)
        if good < len(calls) <= good + bad:
            raise OSError(number, os.strerror(number))
        return original(*arguments, **keywords)

    return call


@linux
@given(
    faults=faults,
    old=st.none() | st.binary(max_size=20),
    new=st.binary(max_size=20),
    hard_link=st.booleans(),
)
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None
)
def test_whatever_fails_the_file_is_the_old_one_or_the_new_one(
    tmp_path: Path,
    faults: dict[tuple[Any, str], tuple[int, int, int]],
    old: bytes | None,
    new: bytes,
    hard_link: bool,
) -> None:
    path, other = tmp_path / "file", tmp_path / "other"
    for leftover in (path, other):
        leftover.unlink(missing_ok=True)
    if old is not None:
        path.write_bytes(old)
        path.chmod(0o600)
        if hard_link:
            os.link(path, other)
    failure = None
    with contextlib.ExitStack() as stack:
        for (module, name), fault in faults.items():
            fail = failing(getattr(module, name), *fault)
            stack.enter_context(unittest.mock.patch.object(module, name, fail))
        try:
            write(path, new)
        except OSError as error:
            failure = error
    names = ["other"] if hard_link and old is not None else []
    if failure is None:
        assert path.read_bytes() == new
        assert only(tmp_path, "file", *names)
    else:
        assert failure.filename == str(path)
        assert failure.errno in [number for number, _, _ in faults.values()]
        assert (path.read_bytes() if path.exists() else None) == old
        assert only(tmp_path, *([] if old is None else ["file"]), *names)


def test_an_interruption_leaves_no_file_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(saving, "_write_all", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "picture.png", NEW)
    assert only(tmp_path)


# --- file objects


def test_binary_streams(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    buffer.write(b"before ")
    write(buffer, b"after")
    assert buffer.getvalue() == b"before after"
    with (tmp_path / "file").open("wb") as buffered:
        write(buffered, NEW)
        # Flushed: another reader sees it at once.
        assert (tmp_path / "file").read_bytes() == NEW
    for name, opened in [("a.gz", gzip.open), ("a.bz2", bz2.open)]:
        with opened(tmp_path / name, "wb") as compressed:
            write(compressed, NEW)
        with opened(tmp_path / name, "rb") as compressed:
            assert compressed.read() == NEW


@posix
def test_unbuffered_streams_may_take_parts() -> None:
    # A pipe and a socket hold less than this.
    data = NEW * 100
    ours, theirs = socket.socketpair()
    received = []

    def receive() -> None:
        with theirs, theirs.makefile("rb") as stream:
            received.append(stream.read())

    reader = threading.Thread(target=receive)
    reader.start()
    with ours, ours.makefile("wb", buffering=0) as raw:
        assert isinstance(raw, io.RawIOBase)
        write(raw, data)
    reader.join()
    assert received == [data]


def test_an_unbuffered_stream_that_will_not_wait() -> None:
    class Busy(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, data: object) -> None:  # type: ignore[override]
            return None

    with pytest.raises(BlockingIOError, match="would block"):
        write(Busy(), NEW)  # type: ignore[arg-type]


def test_anything_that_takes_bytes() -> None:
    class Response:
        def __init__(self) -> None:
            self.parts: list[bytes] = []

        def write(self, part: bytes) -> None:
            assert isinstance(part, bytes)
            self.parts.append(part)

    response = Response()
    write(response, memoryview(NEW))  # type: ignore[arg-type]
    assert response.parts == [NEW]


def test_standard_output_takes_pictures(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    if not isinstance(sys.stdout, io.TextIOWrapper):
        pytest.skip("standard output is replaced")
    write(sys.stdout, NEW)  # type: ignore[arg-type]
    assert capfdbinary.readouterr().out == NEW


@pytest.mark.parametrize(
    ("target", "error", "message"),
    [
        (io.StringIO(), TypeError, "not a text stream such as StringIO"),
        (5, ValueError, "a path or a binary file object, not int"),
        (None, ValueError, "a path or a binary file object, not NoneType"),
        (object(), ValueError, "a path or a binary file object, not object"),
    ],
)
def test_what_is_no_file(target: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        write(target, NEW)  # type: ignore[arg-type]


def test_streams_say_themselves_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (tmp_path / "file").open("rb") as file, pytest.raises(io.UnsupportedOperation):
        write(file, NEW)
    closed = io.BytesIO()
    closed.close()
    with pytest.raises(ValueError, match="closed file"):
        write(closed, NEW)
