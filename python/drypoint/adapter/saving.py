"""The one way in which bytes reach a file.

Whoever saves encodes first and calls `write` with the whole file, so that nothing has been
touched when encoding fails. On a regular file the bytes then go beside the target and are renamed
over it: a reader sees the old file or the new one, and a save that fails leaves the old one.
What cannot be replaced by a rename without changing what it is (a pipe, a device, one of several
hard links, a file with access lists, in a folder that one may not write, or mounted by itself) is
written in place.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import io
import os
import stat
import sys
from collections.abc import Callable
from typing import IO, Any, TypeAlias, TypeGuard

from drypoint.options import options

__all__ = ["Target", "is_path", "print_method", "write", "write_text"]

Target: TypeAlias = "str | bytes | os.PathLike[str] | os.PathLike[bytes] | IO[bytes]"
"""What users may save to."""

# Names here may stand for an open file (/dev/stdout), which a rename would not reach.
_DEVICES = ("/dev/", "/proc/")

# Errors after which a rename is given up and the target is written in place: a file mounted by
# itself, a sticky folder, a file system that refuses, and a disk too full for both versions.
_CANNOT_REPLACE = {errno.EBUSY, errno.EXDEV, errno.EPERM, errno.EACCES, errno.ENOSPC, errno.EDQUOT}
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

# What `print_figure` gives to every format of a canvas that is not Matplotlib's own. All of it
# has been applied to the figure by then.
_APPLIED = frozenset({"bbox_inches_restore", "dpi", "edgecolor", "facecolor", "orientation"})


def print_method(method: Callable[..., None]) -> Callable[..., None]:
    """Let a ``print_*`` method take those keywords of `print_figure` that it has no use for.

    Those that it names come to it; keywords that nobody knows stay errors.
    """
    dropped = _APPLIED.difference(method.__kwdefaults__ or ())

    @functools.wraps(method)
    def wrapper(*arguments: Any, **keywords: Any) -> None:
        for name in dropped:
            keywords.pop(name, None)
        method(*arguments, **keywords)

    return wrapper


def is_path(target: object) -> TypeGuard[str | bytes | os.PathLike[str] | os.PathLike[bytes]]:
    """Whether the target is the name of a file rather than a file object."""
    return isinstance(target, str | bytes | os.PathLike)


def write(target: Target, data: bytes | memoryview) -> None:
    """Write a whole file.

    Parameters
    ----------
    target : str, bytes, path-like or binary file object
        A name, or an object with a ``write`` method that takes bytes.
    data : bytes or memoryview
        All of the file; a view of any shape, contiguous in C order.

    Raises
    ------
    OSError
        If the file cannot be written; the old one is left where it is a regular file.
    ValueError
        If the target is neither a name nor a file object.
    TypeError
        If the target is a text stream.
    """
    if is_path(target):
        _write_path(os.fsdecode(target), _flat(data))
    else:
        _write_stream(target, data)


def _flat(data: bytes | memoryview) -> memoryview:
    """The bytes in one dimension, without a copy."""
    if isinstance(data, bytes):
        return memoryview(data)
    # A view of nothing cannot be cast.
    return data.cast("B") if data.nbytes else memoryview(b"")


def _write_stream(stream: Any, data: bytes | memoryview) -> None:
    if stream is sys.stdout and isinstance(sys.stdout, io.TextIOWrapper):
        # As Pillow does: a picture goes to what is below the text.
        stream = sys.stdout.buffer
    if not callable(getattr(stream, "write", None)):
        raise ValueError(
            "the target of a save must be a path or a binary file object, "
            f"not {type(stream).__name__}"
        )
    if isinstance(stream, io.TextIOBase):
        raise TypeError(
            "the target of a save must be a binary file object, not a text stream such as "
            f"{type(stream).__name__}"
        )
    if isinstance(stream, io.RawIOBase):
        # Unbuffered streams may take a part and say how much.
        _write_all(stream, _flat(data))
    else:
        # Only `bytes` are sure to be understood by objects that merely look like files.
        stream.write(bytes(data))
    flush = getattr(stream, "flush", None)
    if callable(flush):
        flush()


def write_text(target: Any, text: bytes) -> None:
    """Write a whole file of UTF-8 where also a file object for text may stand; otherwise as `write`."""
    if not is_path(target):
        from matplotlib.cbook import file_requires_unicode

        if file_requires_unicode(target):
            target.write(text.decode())
            return
    write(target, text)


def _write_path(path: str, data: memoryview) -> None:
    try:
        if options.atomic_saves and _replace(path, data):
            return
        _overwrite(path, data)
    except OSError as error:
        if error.filename is None and error.errno is not None:
            raise OSError(error.errno, os.strerror(error.errno), path) from error
        raise


def _replace(path: str, data: memoryview) -> bool:
    """Write beside the target and rename; False if that is not possible here."""
    if os.path.abspath(path).startswith(_DEVICES):
        return False
    # Symbolic links stay what they are: the file that they lead to is replaced.
    real = os.path.realpath(path)
    try:
        old = os.stat(real)
    except FileNotFoundError:
        old = None
    except OSError:
        # Writing in place says what is wrong, with the name that the user gave.
        return False
    if old is not None and not _replaceable(real, old):
        return False
    beside = os.path.join(os.path.dirname(real), f".drypoint-{os.urandom(8).hex()}")
    try:
        # The mode is cut by the umask, as it is for any new file.
        descriptor = os.open(beside, _CREATE, 0o666)
    except OSError:
        return False
    try:
        try:
            with os.fdopen(descriptor, "wb", buffering=0) as file:
                if old is not None:
                    _take_over(file.fileno(), old)
                _write_all(file, data)
            os.replace(beside, real)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(beside)
            raise
    except OSError as error:
        # Without an old file there is nothing in place that could have more room.
        if error.errno in _CANNOT_REPLACE and (old is not None or error.errno not in _FULL):
            return False
        raise OSError(error.errno, error.strerror, path) from error
    return True


_CREATE = (
    os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
)


def _replaceable(path: str, old: os.stat_result) -> bool:
    """Whether a new file of the same name would be the same to everybody."""
    return (
        stat.S_ISREG(old.st_mode)
        and old.st_nlink == 1
        # A rename would get around the protection of a read-only file.
        and os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)
        and not _has_attributes(path)
    )


def _has_attributes(path: str) -> bool:
    """Whether the file has access lists or the like, which a new one would not have."""
    if sys.platform != "linux":
        return False
    try:
        # Security labels belong to the folder's policy: a new file gets the same.
        return any(not name.startswith("security.") for name in os.listxattr(path))
    except OSError:
        return False


def _take_over(descriptor: int, old: os.stat_result) -> None:
    """Give a new file the owner and the permissions of the old one."""
    if sys.platform == "win32":
        return
    new = os.fstat(descriptor)
    if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
        # May be refused; then the old file is written in place and keeps its owner.
        os.fchown(descriptor, old.st_uid, old.st_gid)
    if stat.S_IMODE(new.st_mode) != stat.S_IMODE(old.st_mode):
        os.fchmod(descriptor, stat.S_IMODE(old.st_mode))


def _overwrite(path: str, data: memoryview) -> None:
    """Write in place; a regular file that has not enough room keeps what was in it."""
    flags = os.O_WRONLY | getattr(os, "O_BINARY", 0)
    descriptor = None
    with contextlib.suppress(FileNotFoundError):
        descriptor = os.open(path, flags)
    created = descriptor is None
    if descriptor is None:
        descriptor = os.open(path, flags | os.O_CREAT, 0o666)
    try:
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            old = os.fstat(descriptor)
            if not stat.S_ISREG(old.st_mode):
                _write_all(file, data)
                return
            try:
                _reserve(descriptor, old.st_size, len(data))
                _write_all(file, data)
                file.truncate(len(data))
            except BaseException:
                file.truncate(old.st_size)
                raise
    except BaseException:
        if created:
            with contextlib.suppress(OSError):
                os.unlink(os.path.realpath(path))
        raise


def _reserve(descriptor: int, old_size: int, size: int) -> None:
    """Make room for `size` bytes before the first one of the old file is overwritten."""
    if size <= old_size or not hasattr(os, "posix_fallocate"):
        return
    try:
        os.posix_fallocate(descriptor, old_size, size - old_size)
    except OSError as error:
        # Any other error: the file system cannot say beforehand.
        if error.errno in _FULL:
            raise


def _write_all(file: io.RawIOBase, data: memoryview) -> None:
    while data:
        taken = file.write(data)
        if taken is None:
            raise BlockingIOError(errno.EAGAIN, "the target of a save would block")
        data = data[taken:]
