"""The indexing of one site alone, in a process of its own: what it costs.

``python -m tests.bench.search_index EDITION TEXTS SITE`` writes ``SITE/search/exact`` from a
pickled edition and a folder of texts, and prints its cost as JSON.
"""

from __future__ import annotations

import json
import os
import pickle
import resource
import subprocess
import sys
import time
from pathlib import Path

from generator.build import check, edition
from generator.site.exact.last import Last
from generator.site.exact.write import FOLDER, Texts, write_index
from tests.bench.corpus import AS_OF

_ROOT = Path(__file__).resolve().parents[2]


def ids(site: Path) -> dict[str, str]:
    """Segment and row of each item of a built index, as "2026/12", and its id."""
    return {place: str(facts[0]) for place, facts in _facts(site)}


def _facts(site: Path) -> list[tuple[str, list[object]]]:
    root = site / FOLDER
    last = Last(lambda path: (root / path).read_bytes(), set())
    return [
        (f"{name}/{place}", json.loads(last.text(name, number)))
        for name in last.versions
        for place, number in enumerate(last.rows(name))
    ]


def measure(project: Path, site: Path, work: Path) -> dict[str, float]:
    """Seconds of one core and peak bytes of indexing ``site`` anew from its texts.

    The texts are read back from the built index, and the new one must be the same bytes.
    """
    approved = check(project).approved
    assert approved is not None
    seen = edition(approved, "party", AS_OF)
    (work / "edition").write_bytes(pickle.dumps(seen))
    texts, items = Texts(work / "texts"), {item.id: item for item in seen.items}
    for _, (item_id, title, _, _, blocks) in _facts(site):
        texts.put(items[item_id], [title, *blocks])  # type: ignore[index, misc]
    (work / "site").mkdir()
    command = [sys.executable, "-m", "tests.bench.search_index"]
    command += [str(work / each) for each in ("edition", "texts", "site")]
    done = subprocess.run(command, cwd=_ROOT, check=True, capture_output=True, text=True)
    for path in (site / FOLDER).rglob("*.js"):
        assert path.read_bytes() == (work / "site" / path.relative_to(site)).read_bytes(), path
    return dict(json.loads(done.stdout))


def size(folder: Path) -> int:
    """Bytes of all files."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _main(edition_file: str, texts_folder: str, site: str) -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    seen = pickle.loads(Path(edition_file).read_bytes())
    texts = Texts(Path(texts_folder))
    before, begin = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    write_index(seen, texts, Path(site))
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    wall = time.perf_counter() - begin
    print(json.dumps({"cpu": cpu, "wall": wall, "peak": _peak()}))


def _peak() -> int:
    """Bytes of memory this program ever had; rusage would tell of the process it was born from."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


if __name__ == "__main__":
    _main(*sys.argv[1:])
