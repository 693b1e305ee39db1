"""The verb for paper: bulletin sheets and the register."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from generator.model.period import Period
from generator.press.orders import A3, A4
from generator.printing import PrintAsked, print_sheets
from generator.source.values import parse_period
from generator.terminal import Desk, as_of_option, bar, day_in, verb


class PeriodAsked(click.ParamType[Period]):
    """A period as the clerk writes it in ``period``."""

    name = "period"

    def convert(self, value: Any, param: Any, ctx: Any) -> Period:
        """Any spelling the front matter takes."""
        period = value if isinstance(value, Period) else parse_period(str(value))
        if period is None:
            self.fail(f"“{value}”不是所属期，例如 2025、2025-Q3、2025-03、长期。", param, ctx)
        return period


@verb
@click.argument("ids", nargs=-1)
@click.option(
    "--list",
    "listed",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="文件里的索引号，每行一个。",
)
@click.option("--board", "boards", multiple=True, help="哪个公开栏，默认全部；可多次。")
@click.option("--period", type=PeriodAsked(), help="只印所属期在此之内的，例如 2025-03。")
@click.option("--catalog", is_flag=True, help="印公开目录（横排，留盖章、签字、制表日期处）。")
@click.option("--audience", default="", help="与 --catalog 连用：印这个受众所见的目录，报备用。")
@click.option("--paper", type=click.Choice(["a4", "a3"]), default="a4", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="输出文件夹，默认 print。")
@as_of_option
def print_(  # noqa: PLR0917 - one parameter for each option
    desk: Desk,
    ids: tuple[str, ...],
    listed: Path | None,
    boards: tuple[str, ...],
    period: Period | None,
    catalog: bool,
    audience: str,
    paper: str,
    out: Path | None,
    as_of: date | None,
) -> int:
    """印公开栏张贴页：今天应当张贴的全部，或其中几件；每栏一个文件夹，一件一个 PDF。"""
    names = (*ids, *(listed.read_text(encoding="utf-8-sig").split() if listed else ()))
    _refuse_mixtures(names, period, catalog, audience)
    root = desk.root()
    target = (out or Path.cwd() / "print").resolve()
    for folder in ("content", "dist"):
        if target.is_relative_to(root / folder):
            raise click.UsageError(f"张贴页不能放在 {folder} 里。")
    scale = A3 if paper == "a3" else A4
    asked = PrintAsked(target, boards, names, period, catalog, audience, scale)
    with bar("印制") as shown:
        made = print_sheets(root, day_in(as_of), asked, shown)
    status = desk.report(made.diagnostics)
    for path in made.files:
        desk.tell(path.relative_to(target).as_posix())
    for path in made.gone:
        name = path.relative_to(target).as_posix()
        desk.say(f"{name}：不再张贴，请撤下。", f"{name}: no longer hangs, take it down.")
    if not made.diagnostics:
        desk.say(f"共 {len(made.files)} 份。", f"{len(made.files)} files.")
    return status


def _refuse_mixtures(
    names: tuple[str, ...], period: Period | None, catalog: bool, audience: str
) -> None:
    if sum(map(bool, (names, period, catalog))) > 1:
        raise click.UsageError("索引号、--period、--catalog 只能用一种。")
    if audience and not catalog:
        raise click.UsageError("--audience 只与 --catalog 连用；张贴页用 --board 选公开栏。")
