"""Many projects at once: how ``dwgk build --projects`` tells what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from os import cpu_count
from pathlib import Path

from generator.institutions import Outcome, build_each, cluster, here, projects_in
from generator.terminal import CLEAN, ENVIRONMENT, FAULTY, Desk, bar


def build_all(
    desk: Desk, folder: Path, options: Sequence[str], scheduler: str | None, cores: int | None
) -> int:
    """Build every project in ``folder``; a line for each, then the sum; the worst status counts.

    ``cores`` are those of this machine that may be used (all when None), or, with a scheduler,
    those of a worker's machine for each project it builds.
    """
    found = projects_in(folder.resolve())
    here_cores = cores or cpu_count() or 1
    engine = cluster(scheduler) if scheduler else here(here_cores)
    # With many projects a core each is the best division: none waits for another's last page.
    each_cores = cores if scheduler else max(1, here_cores // len(found))
    shared = ["--cores", str(each_cores)] if each_cores else []
    with bar("生成") as shown, engine as pool:
        outcomes = build_each(found, [*options, *shared], pool, shown)
    for each in outcomes:
        _tell(desk, each)
    good = sum(each.status == CLEAN for each in outcomes)
    desk.say(
        f"共 {len(outcomes)} 个单位：{good} 个完成，{len(outcomes) - good} 个未完成。",
        f"{len(outcomes)} institutions: {good} built, {len(outcomes) - good} not.",
    )
    if good == len(outcomes):
        return CLEAN
    return FAULTY if all(each.status in (CLEAN, FAULTY) for each in outcomes) else ENVIRONMENT


def _tell(desk: Desk, outcome: Outcome) -> None:
    errors, warnings = outcome.count("error"), outcome.count("warning")
    done = outcome.status == CLEAN
    desk.say(
        f"{outcome.name}: {'完成' if done else '未完成'}，{errors} 处错误，{warnings} 处提醒",
        f"{outcome.name}: {'built' if done else 'not built'}, {errors} errors, {warnings} warnings",
    )
    for each in outcome.diagnostics:
        if each.get("severity") == "error":
            desk.tell(f"    {each['file']}:{each['line']}: {each['code']}: {each['message']}")
    if not done and outcome.words:
        desk.tell("    " + outcome.words.replace("\n", "\n    "))
