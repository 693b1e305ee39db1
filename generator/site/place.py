"""Putting a finished output in place: all at once, or not at all.

Everything is made in a work folder beside the output. The last step is one exchange of two
folder names, so at every moment the output is either the old one or the new one, whole.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
from collections.abc import Iterable, Iterator, Set
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from generator.diagnostics import EnvironmentFault
from generator.model.kept import remove
from generator.site.manifest import MANIFEST
from generator.site.shown import SUFFIX

_CANNOT_WRITE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EACCES, errno.EPERM, errno.EROFS}
_RENAME_EXCHANGE = 2
_AT_FDCWD = -100
BESIDE = (MANIFEST, SUFFIX)
"""What lies beside a site: endings that follow the audience's id."""


@contextmanager
def workshop(out: Path) -> Iterator[Path]:
    """An empty work folder beside ``out``, held by one process at a time and removed at the end.

    What an earlier, killed run left behind is removed first. Raises EnvironmentFault when
    another run holds it, or when the place cannot be written.
    """
    with held(out):
        try:
            _sweep(out)
            work = out.parent / f".{out.name}.work-{os.getpid()}"
            work.mkdir()
            yield work
        finally:
            _sweep(out)


@contextmanager
def held(path: Path) -> Iterator[None]:
    """The lock beside ``path``, which one process holds at a time; EnvironmentFault if another."""
    with writing(path.name):
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path.parent / f".{path.name}.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise EnvironmentFault("E05", {"name": path.name}) from None
        try:
            yield
        finally:
            lock.release()


@contextmanager
def writing(name: str) -> Iterator[None]:
    """Tell a full disk, a missing permission and their like as a fault of the machine."""
    try:
        yield
    except OSError as error:
        if error.errno not in _CANNOT_WRITE:
            raise
        raise EnvironmentFault("E04", {"name": name, "reason": str(error.strerror)}) from error


def leftovers(out: Path) -> Iterator[Path]:
    """Work folders of runs that were killed."""
    return out.parent.glob(f".{out.name}.work-*")


def _sweep(out: Path) -> None:
    for left in leftovers(out):
        shutil.rmtree(left, ignore_errors=True)


def take_spare(out: Path, staged: Path, audiences: Iterable[str]) -> None:
    """Let the spares of these sites, if there are any, be what ``staged`` begins with."""
    spare = spare_of(out)
    if spare.is_dir() and not spare.is_symlink():
        spare.rename(staged)
    else:
        remove(spare)
        staged.mkdir()
    staged.chmod(0o755)
    _only(staged, audiences)


def leave_spare(staged: Path, out: Path) -> None:
    """Keep what ``staged`` holds as the spares of the sites in ``out``, for this user alone."""
    with suppress(FileNotFoundError):  # no site has one
        staged.chmod(0o700)
        staged.rename(spare_of(out))


def _only(folder: Path, audiences: Iterable[str]) -> None:
    kept = set(audiences)
    for entry in list(folder.iterdir()):
        if entry.name not in kept or entry.is_symlink():
            remove(entry)


def spare_of(out: Path) -> Path:
    """Where the spares of the sites in ``out`` lie between builds."""
    return out.with_name(f".{out.name}.spare")


def put(out: Path, staged: Path, spared: Iterable[str], others: Set[str], wanted: Set[str]) -> None:
    """Let ``staged`` be ``out``, with what lies beside the ``spared`` sites, which stay as they
    are, and with the sites of ``others``, which are not built now as the ``wanted`` are.

    Of what lay there before the sites are left at ``staged``, but not those of an audience that
    the institution no longer has, and nothing beside them.
    """
    for name in spared:
        keep_beside(out, staged, name)
    keep_others(out, staged, others)
    exchange(staged, out)
    with suppress(FileNotFoundError):  # nothing lay there
        _only(staged, others | wanted)


def keep_beside(out: Path, staged: Path, audience: str) -> None:
    """Link what lies beside a site that stays as it is."""
    for ending in BESIDE:
        os.link(out / f"{audience}{ending}", staged / f"{audience}{ending}")


def keep_others(out: Path, staged: Path, others: Iterable[str]) -> None:
    """Link the sites of ``others``, which are not built now, into ``staged``, manifests and all.

    Nothing else is kept: the site of an audience that the institution no longer has is gone.
    """
    kept = _names(others)
    for entry in sorted(out.iterdir()) if out.is_dir() else ():
        if entry.name not in kept:
            continue
        if entry.is_dir():
            shutil.copytree(entry, staged / entry.name, copy_function=os.link)
        else:
            os.link(entry, staged / entry.name)


def holds(out: Path, wanted: Iterable[str], others: Iterable[str]) -> bool:
    """Whether the wanted sites lie in ``out`` with their manifests, and none but the others."""
    here, rest = _names(wanted), _names(others)
    return out.is_dir() and here <= {entry.name for entry in out.iterdir()} <= here | rest


def _names(audiences: Iterable[str]) -> set[str]:
    return {f"{each}{ending}" for each in audiences for ending in ("", *BESIDE)}


def ours(out: Path) -> bool:
    """Whether ``out`` is free or holds nothing but sites and what lies beside them."""
    if not out.exists():
        return True
    if not out.is_dir() or out.is_symlink():
        return False
    names = {entry.name for entry in out.iterdir()}
    return all(f"{_stem(name)}.json" in names for name in names)


def _stem(name: str) -> str:
    ending = next((each for each in BESIDE if name.endswith(each)), "")
    return name.removesuffix(ending)


def exchange(staged: Path, out: Path) -> None:
    """Let ``staged`` be ``out`` from one moment to the next; the old one is then at ``staged``."""
    if not out.exists():
        staged.rename(out)
        return
    libc = ctypes.CDLL(None, use_errno=True)
    names = (os.fsencode(staged), os.fsencode(out))
    if libc.renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0:
        return
    code = ctypes.get_errno()
    if code in {errno.EINVAL, errno.ENOSYS}:
        raise EnvironmentFault("E06", {"name": out.name})
    raise OSError(code, os.strerror(code))
