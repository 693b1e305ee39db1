"""The spare of a site: the same files once more, by links, in folders of its own.

The next build fills the spare instead of an empty folder, and so touches only what changes. What
is not a change, is not there: a spare shows what the site shows, and nothing from before.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from generator.model.kept import remove
from generator.site.ledger import Row, row_of


def make_spare(
    spare: Path, site: Path, files: Iterable[str], gone: Iterable[str], before: Mapping[str, Row]
) -> None:
    """Let ``spare`` be a folder with the same files as ``site``.

    ``before`` has the rows of the files that are in it now, of which those ``gone`` are to go and
    all but ``files`` are in ``site`` as well; none for a folder to be made anew, where ``files``
    are all. On a file system without links there is no spare.
    """
    try:
        if before:
            clear(spare, gone)
        else:
            remove(spare)  # a link that somebody put there must not be written through
        _link(spare, site, files, before)
    except OSError:
        shutil.rmtree(spare, ignore_errors=True)


def _link(spare: Path, site: Path, files: Iterable[str], before: Mapping[str, Row]) -> None:
    made: set[str] = set()
    for path in files:
        row = before.get(path)
        if row and row == row_of(row[0], os.lstat(f"{site}/{path}")):
            continue
        folder = path.rpartition("/")[0]
        if folder not in made:
            os.makedirs(f"{spare}/{folder}", exist_ok=True)  # noqa: PTH103 - a path as text
            made.add(folder)
        if row:
            os.unlink(f"{spare}/{path}")  # noqa: PTH108
        os.link(f"{site}/{path}", f"{spare}/{path}")


def clear(root: Path, paths: Iterable[str]) -> None:
    """Remove files, and the folders that are empty then; what is another kind of thing by now, a
    folder where a file was, stays.
    """
    for path in paths:
        with suppress(FileNotFoundError, IsADirectoryError, NotADirectoryError):
            os.unlink(f"{root}/{path}")  # noqa: PTH108
        folder = path.rpartition("/")[0]
        with suppress(OSError):  # not empty
            while folder:
                os.rmdir(f"{root}/{folder}")  # noqa: PTH106
                folder = folder.rpartition("/")[0]
