"""The right of one campaign to use a state file: by the name of the file, and by the file itself."""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import ExitStack, closing, suppress
from urllib.parse import quote

from .errors import CampaignError, CampaignLocked, StateFileChanged

if sys.platform == "linux":
    import fcntl

__all__ = ["StateLock", "read_only_uri", "require_single_name"]

#: The files that this process has locked, by (device, inode). A process that closes *any* descriptor of a file loses
#: the locks of SQLite on it, so a file that is in use here must not even be opened: `setdefault`, which is atomic,
#: decides who may.
_in_use: dict[tuple[int, int], StateLock] = {}


class StateLock:
    """The exclusive right to use a state file. The system takes it back when the process dies, however it dies.

    There are two locks. One is a transaction on a file beside the state file (``calls.db.lock``): it holds on every
    system, and for a state file that is replaced by another one of the same name. The other, on Linux, is on the state
    file itself, by its inode: it holds for a file that is reached by another name, because it was renamed or mounted.

    A state file with a second name (a hard link) is refused altogether. The log of SQLite (``calls.db-wal``) goes by
    name: under the other name, the claims of a killed process would not be found, and its numbers called again.
    Symbolic links are resolved.

    Args:
        path: The state file, without symbolic links. It is made if it does not exist.
    Raises:
        CampaignLocked: Another campaign is using the file.
        CampaignError: The file cannot be locked, or has more than one name.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._descriptor: int | None = None
        with ExitStack() as on_error:
            self._by_name = _lock_name(path)
            on_error.callback(self._by_name.close)
            self._inode = _inode_of(path)
            if _in_use.setdefault(self._inode, self) is not self:
                raise CampaignLocked(f"{path} is in use under another name", pid=None)
            on_error.callback(_in_use.pop, self._inode)
            self._descriptor = _lock_inode(path)
            on_error.pop_all()

    def verify(self) -> None:
        """Make sure that the name of the state file still leads to the file that is locked.

        Raises:
            StateFileChanged: It does not. A later run would not find what is written to the locked file.
        """
        try:
            status = os.stat(self._path)
        except OSError as error:
            raise StateFileChanged(f"the state file {self._path} is gone: {error.strerror}") from None
        if (status.st_dev, status.st_ino) != self._inode:
            raise StateFileChanged(f"the state file {self._path} was replaced by another file")

    def close(self) -> None:
        """Give the right back. The database must be closed before: see `_in_use`."""
        self._close_descriptor()
        _in_use.pop(self._inode, None)
        self._by_name.close()

    def _close_descriptor(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _leave_to_parent() -> None:
    """In a forked child: the lock on an inode would outlive the parent for as long as the child has the descriptor."""
    for lock in _in_use.values():
        lock._close_descriptor()
    _in_use.clear()


if sys.platform != "win32":
    os.register_at_fork(after_in_child=_leave_to_parent)


def require_single_name(path: str) -> None:
    """Refuse a state file that has more than one name.

    Args:
        path: The file, which exists.
    Raises:
        CampaignError: It has hard links.
    """
    if os.stat(path).st_nlink > 1:
        raise CampaignError(
            f"{path} has another name (a hard link), and the log of a state file goes by its name: "
            "remove the other name, or copy the file"
        )


def read_only_uri(path: str) -> str:
    """Return the URI by which SQLite opens ``path`` for reading only."""
    return f"file:{quote(path)}?mode=ro"


def _lock_name(path: str) -> sqlite3.Connection:
    try:
        lock = sqlite3.connect(f"{path}.lock", timeout=0, isolation_level=None)
    except sqlite3.Error as error:
        raise CampaignError(f"{path} cannot be locked: {error}") from None
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        lock.close()
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise CampaignError(f"{path} cannot be locked: {error}") from None
        pid = _pid_of_holder(path)
        holder = "another process" if pid is None else f"process {pid}"
        raise CampaignLocked(f"{path} is in use by {holder}", pid=pid) from None
    return lock


def _inode_of(path: str) -> tuple[int, int]:
    """The device and the inode of the file, which is made if it does not exist."""
    try:
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644))
        status = os.stat(path)
    except OSError as error:
        raise CampaignError(f"{path} cannot be used as a state file: {error.strerror}") from None
    return status.st_dev, status.st_ino


def _lock_inode(path: str) -> int:
    """Open the file and lock it by its inode; return the descriptor, which holds the lock.

    It is a lock of flock(2): SQLite, which uses those of fcntl(2), neither sees it nor takes it away.
    """
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError as error:
        raise CampaignError(f"{path} cannot be used as a state file: {error.strerror}") from None
    try:
        if sys.platform == "linux":
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise CampaignLocked(f"{path} is in use under another name", pid=None) from None
            except OSError as error:
                raise CampaignError(f"{path} cannot be locked: {error.strerror}") from None
        require_single_name(path)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _pid_of_holder(path: str) -> int | None:
    try:
        with closing(sqlite3.connect(read_only_uri(path), uri=True, timeout=0)) as db:
            return int(db.execute("SELECT value FROM campaign WHERE name = 'pid'").fetchone()[0])
    except (sqlite3.Error, TypeError):  # the holder has not written it yet
        return None
