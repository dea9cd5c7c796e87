"""The one way in which bytes reach a file.

Whoever saves encodes first and calls `write` with the whole file, so that nothing has been
touched when encoding fails. On a regular file the bytes then go beside the target and are renamed
over it: a reader sees the old file or the new one, and a save that fails leaves the old one.
What cannot be replaced by a rename without changing what it is (a pipe, a device, one of several
hard links, a file with access lists, in a folder that one may not write, or mounted by itself) is
written in place. Files that come part by part are a `Draft`, which takes its place in the same ways.

Who saves is a ``print_*`` method of a canvas; `print_method` is what all of these share.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import io
import os
import stat
import sys
import tempfile
import weakref
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any, TypeAlias, TypeGuard

from drypoint.options import options
from drypoint.record import Record

__all__ = ["Draft", "Target", "is_path", "print_method", "write", "write_text"]

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
    elif isinstance(data, bytes) and _is_new_memory(target):
        # It holds these bytes then, where it would hold a copy.
        io.BytesIO.__init__(target, data)
        target.seek(len(data))
    else:
        _write_stream(target, [data])


def _flat(data: bytes | memoryview) -> memoryview:
    """The bytes in one dimension, without a copy."""
    if isinstance(data, bytes):
        return memoryview(data)
    # A view of nothing cannot be cast.
    return data.cast("B") if data.nbytes else memoryview(b"")


def _is_new_memory(target: object) -> TypeGuard[io.BytesIO]:
    """Whether the target is a file in memory to which nothing has been done yet."""
    # What is derived from it may want to be asked to write.
    return type(target) is io.BytesIO and target.tell() == 0 and target.getbuffer().nbytes == 0


def _stream(target: Any) -> Any:
    """The file object that takes the bytes."""
    if target is sys.stdout and isinstance(sys.stdout, io.TextIOWrapper):
        # As Pillow does: a picture goes to what is below the text.
        return sys.stdout.buffer
    if not callable(getattr(target, "write", None)):
        raise ValueError(
            "the target of a save must be a path or a binary file object, "
            f"not {type(target).__name__}"
        )
    if isinstance(target, io.TextIOBase):
        raise TypeError(
            "the target of a save must be a binary file object, not a text stream such as "
            f"{type(target).__name__}"
        )
    return target


def _write_stream(target: Any, parts: Iterable[bytes | memoryview]) -> None:
    stream = _stream(target)
    for data in parts:
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
    with _naming(path):
        if not (options.atomic_saves and _replace(path, data)):
            _overwrite(path, len(data), [data])


@contextlib.contextmanager
def _naming(path: str) -> Iterator[None]:
    """Errors of the system name the target."""
    try:
        yield
    except OSError as error:
        if error.filename is None and error.errno is not None:
            raise OSError(error.errno, os.strerror(error.errno), path) from error
        raise


class _Beside(Record):
    """A new file that may take a target's place: open, its name, and that of what it replaces."""

    file: io.FileIO
    name: str
    real: str

    @classmethod
    def create(cls, path: str) -> _Beside | None:
        """One beside a target; None if that is not possible here."""
        if os.path.abspath(path).startswith(_DEVICES):
            return None
        # Symbolic links stay what they are: the file that they lead to is replaced.
        real = os.path.realpath(path)
        try:
            old = _old(real)
            if old is not None and not _replaceable(real, old):
                return None
            name = os.path.join(os.path.dirname(real), f".drypoint-{os.urandom(8).hex()}")
            # The mode is cut by the umask, as it is for any new file.
            descriptor = os.open(name, _CREATE, 0o666)
        except OSError:
            # Writing in place says what is wrong, with the name that the user gave.
            return None
        beside = cls(io.FileIO(descriptor, "r+"), name, real)
        try:
            if old is not None:
                _take_over(descriptor, old)
        except BaseException as error:
            beside.remove()
            if isinstance(error, OSError):
                return None
            raise
        return beside

    def replace(self) -> bool:
        """Close the file and rename it; False if that is refused."""
        self.file.close()
        try:
            os.replace(self.name, self.real)
        except OSError as error:
            if error.errno in _CANNOT_REPLACE:
                return False
            raise
        return True

    def remove(self) -> None:
        """Leave nothing of it."""
        self.file.close()
        with contextlib.suppress(OSError):
            os.unlink(self.name)


def _old(real: str) -> os.stat_result | None:
    """What is there already."""
    try:
        return os.stat(real)
    except FileNotFoundError:
        return None


def _replace(path: str, data: memoryview) -> bool:
    """Write beside the target and rename; False if that is not possible here."""
    beside = _Beside.create(path)
    if beside is None:
        return False
    try:
        _write_all(beside.file, data)
        replaced = beside.replace()
    except OSError as error:
        beside.remove()
        # Without an old file there is nothing in place that could have more room.
        if error.errno in _CANNOT_REPLACE and (error.errno not in _FULL or os.path.exists(path)):
            return False
        raise OSError(error.errno, error.strerror, path) from error
    except BaseException:
        beside.remove()
        raise
    if not replaced:
        beside.remove()
    return replaced


class Draft:
    """A file that is written part by part and takes its place when it is whole.

    Until then the target is as it was. The parts are in a file beside the target, or, where a rename would not do (see
    above) and for file objects, in the system's folder of temporary files. An object that nobody holds any longer
    leaves nothing.

    Parameters
    ----------
    target : str, bytes, path-like or binary file object
        As for `write`.

    Raises
    ------
    OSError
        If the folder of the target does not exist.
    ValueError, TypeError
        As from `write`.
    """

    def __init__(self, target: Target) -> None:
        self._target = target
        self._beside = None
        if is_path(target):
            path = os.fsdecode(target)
            if options.atomic_saves:
                self._beside = _Beside.create(path)
            if self._beside is None:
                os.stat(os.path.dirname(os.path.realpath(path)))
        else:
            _stream(target)
        beside = self._beside
        # Closed by `discard`.
        self._file: Any = beside.file if beside else tempfile.TemporaryFile(buffering=0)  # noqa: SIM115
        name = beside.name if beside else None
        self._discard = weakref.finalize(self, _discard, self._file, name, os.getpid())

    def _check(self) -> None:
        if not self._discard.alive:
            raise ValueError("the file was given up after an error: save all pages again")

    def write(self, data: bytes) -> None:
        """Add a part; after an error there is no draft any longer."""
        self._check()
        try:
            _write_all(self._file, memoryview(data))
        except BaseException as error:
            self.discard()
            if isinstance(error, OSError) and is_path(self._target):
                with _naming(os.fsdecode(self._target)):
                    raise
            raise

    def commit(self) -> None:
        """Put the whole in its place; errors as from `write`."""
        self._check()
        try:
            if not is_path(self._target):
                _write_stream(self._target, self._parts())
                return
            path = os.fsdecode(self._target)
            with _naming(path):
                if not self._rename():
                    _overwrite(path, os.fstat(self._file.fileno()).st_size, self._parts())
        finally:
            self.discard()

    def _rename(self) -> bool:
        """Rename the file over the target, if that still can be; otherwise False, with the file open."""
        beside = self._beside
        if beside is None:
            return False
        try:
            old = _old(beside.real)
            if old is not None:
                if not _replaceable(beside.real, old):
                    return False
                _take_over(beside.file.fileno(), old)
        except OSError:
            return False
        if beside.replace():
            return True
        self._file = open(beside.name, "rb", buffering=0)  # noqa: SIM115 # closed by `commit`
        return False

    def _parts(self) -> Iterator[memoryview]:
        self._file.seek(0)
        while part := self._file.read(_PART_BYTES):
            yield memoryview(part)

    def discard(self) -> None:
        """Leave nothing of the draft."""
        self._file.close()
        self._discard()


_PART_BYTES = 1 << 20


def _discard(file: Any, name: str | None, process: int) -> None:
    file.close()
    # A forked child ends with a copy of the draft that is not its own.
    if name is not None and os.getpid() == process:
        with contextlib.suppress(OSError):
            os.unlink(name)


_CREATE = (
    os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
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


def _overwrite(path: str, size: int, parts: Iterable[memoryview]) -> None:
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
                for data in parts:
                    _write_all(file, data)
                return
            try:
                _reserve(descriptor, old.st_size, size)
                for data in parts:
                    _write_all(file, data)
                file.truncate(size)
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
