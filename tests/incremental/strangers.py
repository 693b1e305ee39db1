"""A stranger's hands, a bad disk, a killed build: in the sites, and in what builds remember."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tests.incremental.office import Office, an_edit


@an_edit
def edit_site(office: Office) -> None:
    """A stranger's hand in a finished site: other bytes, same size, same time of writing."""
    path = office.site_file()
    if path and path.stat().st_size:
        facts = path.stat()
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))


@an_edit
def lose_site_file(office: Office) -> None:
    path = office.site_file()
    if path and path.parent != office.root / "dist":  # without a manifest it is no output of ours
        path.unlink()


@an_edit
def add_to_site(office: Office) -> None:
    path = office.site_file()
    if path and path.parent != office.root / "dist":
        path.with_name("foreign.html").write_text("外来文件", encoding="utf-8")


@an_edit
def lose_spare_file(office: Office) -> None:
    if path := office.site_file(".dist.spare"):
        path.unlink()


@an_edit
def add_to_spare(office: Office) -> None:
    if path := office.site_file(".dist.spare"):
        path.with_name("foreign.html").write_text("外来文件", encoding="utf-8")


@an_edit
def change_both(office: Office) -> None:
    """A file of the spare written into is a file of the site too."""
    if path := office.site_file(".dist.spare"):
        path.write_bytes(path.read_bytes() + b" ")


@an_edit
def poison(office: Office) -> None:
    path = office.remembered(office.chance.choice(["ledger", "source/*"]))
    if path and path.stat().st_size:
        data = bytearray(path.read_bytes())
        data[office.chance.randrange(len(data))] ^= 1
        path.write_bytes(data)


@an_edit
def truncate(office: Office) -> None:
    path = office.remembered(office.chance.choice(["ledger", "source/*"]))
    if path:
        os.truncate(path, path.stat().st_size // 2)


@an_edit
def swap_ledgers(office: Office) -> None:
    """Each one sound in itself, but another audience's."""
    found = sorted((office.root / ".dwgk").rglob("ledger"))
    if len(found) > 1:
        one, other = office.chance.sample(found, 2)
        shutil.copyfile(one, other)


@an_edit
def forget(office: Office) -> None:
    shutil.rmtree(office.root / ".dwgk", ignore_errors=True)


@an_edit
def add_in_secret(office: Office) -> None:
    """A file more in a site, and the folder's time of writing as it was."""
    _add_in_secret(office, "dist")


@an_edit
def add_to_spare_in_secret(office: Office) -> None:
    _add_in_secret(office, ".dist.spare")


def _add_in_secret(office: Office, folder: str) -> None:
    path = office.site_file(folder)
    if path and path.parent.parent != office.root:
        facts = path.parent.stat()
        path.with_name("secret.html").write_text("外来文件", encoding="utf-8")
        os.utime(path.parent, ns=(facts.st_atime_ns, facts.st_mtime_ns))


@an_edit
def swap_all(office: Office) -> None:
    """Two audiences' sites with all that lies beside them, remembers them and spares them."""
    found = sorted(path.parent for path in (office.root / ".dwgk").rglob("ledger"))
    if len(found) > 1:
        one, other = (each.name for each in office.chance.sample(found, 2))
        for folder in (office.root / "dist", office.root / ".dist.spare", found[0].parent):
            for ending in ("", ".json", ".items.jsonl"):
                _swap(folder / f"{one}{ending}", folder / f"{other}{ending}")


def _swap(one: Path, other: Path) -> None:
    by = one.with_name("by")
    for source, target in ((one, by), (other, one), (by, other)):
        if source.exists():
            source.rename(target)


@an_edit
def die(office: Office) -> None:
    """The next build is killed at some event, and the one after it sees what it left."""
    office.dies = True
    path = office.holding("fixed-0012")
    path.write_text(path.read_text(encoding="utf-8") + f"\n再补{office.number()}。\n", "utf-8")
