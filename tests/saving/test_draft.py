"""Files that come part by part: a draft takes its place when it is whole."""

import errno
import io
import os
import re
import stat
from pathlib import Path
from typing import Any

import pytest

from drypoint.adapter import saving
from drypoint.adapter.saving import Draft
from tests.saving.files import NEW, in_child, only, posix


def draft(target: Any, *parts: bytes) -> None:
    made = Draft(target)
    for part in parts:
        made.write(part)
    made.commit()


PARTS = (b"first", NEW, b"last" * 1_000_000)


@pytest.mark.parametrize("old", [None, b"", b"old", b"".join(PARTS) + b"and much more"])
def test_a_draft_takes_its_place_when_it_is_whole(
    tmp_path: Path, atomic: bool, old: bytes | None
) -> None:
    path = tmp_path / "a.pdf"
    if old is not None:
        path.write_bytes(old)
    made = Draft(path)
    for part in PARTS:
        made.write(part)
        assert path.exists() is (old is not None)
        assert old is None or path.read_bytes() == old
    assert only(tmp_path, "a.pdf") is (not atomic and old is not None)
    made.commit()
    assert path.read_bytes() == b"".join(PARTS)
    assert only(tmp_path, "a.pdf")
    with pytest.raises(ValueError, match="given up"):
        made.write(b"more")


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755])
def test_a_draft_keeps_permissions(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"old")
    path.chmod(mode)
    made = Draft(path)
    made.write(NEW)
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {mode}
    made.commit()
    assert stat.S_IMODE(path.stat().st_mode) == mode


@posix
def test_a_draft_goes_into_what_cannot_be_replaced(tmp_path: Path) -> None:
    path, link = tmp_path / "a.pdf", tmp_path / "link.pdf"
    path.write_bytes(b"old" * 10_000_000)
    os.link(path, link)
    draft(path, *PARTS)
    assert link.read_bytes() == b"".join(PARTS)
    assert only(tmp_path, "a.pdf", "link.pdf")
    draft("/dev/null", *PARTS)


@posix
def test_a_target_that_changes_while_a_draft_is_written(tmp_path: Path) -> None:
    path, link = tmp_path / "a.pdf", tmp_path / "link.pdf"
    made = Draft(path)
    made.write(NEW)
    path.write_bytes(b"somebody else's")
    os.link(path, link)
    made.commit()
    assert link.read_bytes() == NEW
    assert only(tmp_path, "a.pdf", "link.pdf")


def test_a_draft_whose_rename_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EBUSY, "busy")

    monkeypatch.setattr(os, "replace", refuse)
    path = tmp_path / "a.pdf"
    path.write_bytes(b"old")
    draft(path, *PARTS)
    assert path.read_bytes() == b"".join(PARTS)
    assert only(tmp_path, "a.pdf")


def test_a_draft_that_cannot_be_written_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"old")
    made = Draft(path)
    made.write(NEW)

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(saving, "_write_all", refuse)
    with pytest.raises(OSError, match=re.escape(str(path))) as caught:
        made.write(NEW)
    assert caught.value.errno == errno.ENOSPC
    assert path.read_bytes() == b"old"
    assert only(tmp_path, "a.pdf")
    with pytest.raises(ValueError, match="given up"):
        made.commit()


def test_a_draft_that_nobody_holds_leaves_nothing(tmp_path: Path) -> None:
    made = Draft(tmp_path / "a.pdf")
    made.write(NEW)
    del made
    assert only(tmp_path)


def test_a_draft_without_a_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        Draft(tmp_path / "nowhere" / "a.pdf")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="about forks")
def test_a_forked_child_leaves_the_draft_of_its_parent(tmp_path: Path) -> None:
    code = """
        from drypoint.adapter.saving import Draft
        draft = Draft(sys.argv[1])
        draft.write(b"first")
        child = os.fork()
        if child == 0:
            sys.exit()
        assert os.waitpid(child, 0)[1] == 0
        draft.write(b"last")
        draft.commit()
    """
    in_child(code, tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_bytes() == b"firstlast"
    assert only(tmp_path, "a.pdf")


def test_a_draft_for_a_stream() -> None:
    stream = io.BytesIO()
    draft(stream, *PARTS)
    assert stream.getvalue() == b"".join(PARTS)
    with pytest.raises(TypeError, match="text stream"):
        Draft(io.StringIO())  # type: ignore[arg-type]
