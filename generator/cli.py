"""The verbs; the only module that prints."""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from generator import __version__
from generator import build as conductor
from generator.desk.approve import FinalStep
from generator.diagnostics import (
    Diagnostic,
    EnvironmentFault,
    Language,
    codes,
    has_errors,
    render_github,
    render_json,
    render_text,
)
from generator.oversight.show import REASONS
from generator.publish.verify import verify as look_at
from generator.site.preview import preview
from generator.source.project import find_root
from generator.source.values import parse_date

CLEAN, FAULTY, USAGE, ENVIRONMENT = 0, 1, 2, 3

_RENDER = {"text": render_text, "json": render_json, "github": render_github}


class Desk:
    """What every verb needs: the language, the form of diagnostics, the project."""

    def __init__(self, project: str | None, language: str | None, form: str) -> None:
        self._project = project
        self.language = _language(language)
        self.form = form

    def say(self, chinese: str, english: str) -> None:
        """One line to the reader, on the error stream when standard output is for programs."""
        self.tell(english if self.language == "en" else chinese)

    def tell(self, text: str) -> None:
        """One line as it is, where ``say`` would put it."""
        click.echo(text, err=self.form != "text")

    def complain(self, chinese: str, english: str) -> None:
        """One line on the error stream."""
        click.echo(f"dwgk: {english if self.language == 'en' else chinese}", err=True)

    def root(self) -> Path:
        """The project asked for, or the one around the current folder."""
        start = Path(self._project) if self._project else Path.cwd()
        return find_root(start.resolve())

    def report(self, diagnostics: Sequence[Diagnostic]) -> int:
        """Print the faults in the form asked for; the exit status they mean."""
        text = _RENDER[self.form](diagnostics, self.language)
        if text:
            click.echo(text)
        errors = sum(each.severity == "error" for each in diagnostics)
        warnings = len(diagnostics) - errors
        if diagnostics:
            self.say(
                f"{errors} 处错误，{warnings} 处提醒。", f"{errors} errors, {warnings} warnings."
            )
        return FAULTY if has_errors(diagnostics) else CLEAN


def _language(asked: str | None) -> Language:
    named = asked or os.environ.get("LC_ALL") or os.environ.get("LANG") or locale.getlocale()[0]
    return "en" if (named or "").lower().startswith("en") else "zh"


class Day(click.ParamType[date]):
    """A date as the clerk writes it."""

    name = "date"

    def convert(self, value: Any, param: Any, ctx: Any) -> date:
        """Any spelling the front matter takes."""
        day = value if isinstance(value, date) else parse_date(str(value))
        if day is None:
            self.fail(f"“{value}”不是有效日期，例如 2026-11-21。", param, ctx)
        return day


_as_of = click.option("--as-of", type=Day(), help="按这一天的情况，默认今天。")
_out = click.option("--out", type=click.Path(path_type=Path), help="输出文件夹，默认 dist。")


def _verb(function: Callable[..., int]) -> click.Command:
    """A command that gets a ``Desk`` and whose returned number is the exit status."""

    @wraps(function)
    def run(project: str | None, lang: str | None, form: str, **options: Any) -> None:
        desk = Desk(project, lang, form)
        try:
            sys.exit(function(desk, **options))
        except conductor.UnknownName as unknown:
            desk.complain(f"没有“{unknown}”。", f"There is no “{unknown}”.")
            sys.exit(USAGE)
        except EnvironmentFault as problem:
            sentence = problem.sentence(desk.language)
            desk.complain(sentence, sentence)
            sys.exit(ENVIRONMENT)

    for option in (
        click.option("--project", type=click.Path(file_okay=False), help="项目文件夹。"),
        click.option("--lang", type=click.Choice(["zh", "en"]), help="消息的语言。"),
        click.option("--format", "form", type=click.Choice(list(_RENDER)), default="text"),
    ):
        run = option(run)
    return cli.command()(run)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="dwgk")
def cli() -> None:
    """党务公开：一份内容，每个受众一个站点，并证明没有泄露。"""


@contextmanager
def _bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def show(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield show


def _day(as_of: date | None) -> conductor.DayIn:
    """The day asked for, or today where the institution is: the only look at the clock."""
    return lambda zone: as_of or datetime.now(ZoneInfo(zone)).date()


@_verb
def check(desk: Desk) -> int:
    """检查内容、目录和设置，一次报出全部问题。"""
    with _bar("检查") as bar:
        checked = conductor.check(desk.root(), bar)
    status = desk.report(checked.diagnostics)
    if status == CLEAN and checked.corpus is not None:
        count = len(checked.corpus.disclosures)
        desk.say(f"检查通过：{count} 件公开事项。", f"Clean: {count} disclosures.")
    return status


@_verb
@click.argument("audiences", nargs=-1)
@_as_of
@_out
def build(desk: Desk, audiences: tuple[str, ...], as_of: date | None, out: Path | None) -> int:
    """生成各受众的站点；有任何错误就不发布，原有站点保持不变。"""
    root = desk.root()
    with _bar("生成") as bar:
        built = conductor.build(root, out or root / "dist", _day(as_of), audiences, bar)
    status = desk.report(built.diagnostics)
    for audience, count in built.items.items():
        desk.say(f"{audience}: {count} 件公开事项", f"{audience}: {count} disclosures")
    return status


@_verb
@click.argument("audience")
@click.option("--port", default=8000, show_default=True, help="0 表示任选一个空闲端口。")
@_as_of
def serve(desk: Desk, audience: str, port: int, as_of: date | None) -> int:
    """在本机预览一个受众的站点，改动后自动更新。"""
    root = desk.root()
    out = root / ".dwgk" / "preview"

    def rebuild() -> bool:
        built = conductor.build(root, out, _day(as_of), [audience])
        return desk.report(built.diagnostics) == CLEAN

    def ready(address: str) -> None:
        desk.say(f"预览：{address}（Ctrl+C 结束）", f"Preview at {address} (Ctrl+C ends it)")

    if not rebuild():
        return FAULTY
    parts = ("content", "catalog.yaml", "site_config", "mkdocs.yml", "themes")
    preview(out / audience, [root / part for part in parts], rebuild, port, ready)
    return CLEAN


@_verb
@click.argument("name")
@_as_of
def show(desk: Desk, name: str, as_of: date | None) -> int:
    """谁在何时能看到一件事项，为什么看不到；或一个受众能看到哪些事项。"""
    seen = conductor.look(desk.root(), _day(as_of), name)
    english = desk.language == "en"
    for item in seen.items:
        desk.tell(f"{item.release}  {item.id}  {item.title}")
    for sight in seen.sights:
        reason = REASONS[sight.reason][english]
        end = sight.last or ("" if sight.release is None else "…")
        term = f"  {sight.release} – {end}" if sight.release else ""
        desk.tell(f"{sight.audience.title}（{sight.audience.id}）: {reason}{term}")
    if seen.next_change:
        desk.say(f"下一次变动：{seen.next_change}", f"Next change: {seen.next_change}")
    return desk.report(seen.diagnostics)


@_verb
@click.argument("code")
def explain(desk: Desk, code: str) -> int:
    """解释一个诊断代码：什么意思，怎么办，为什么。"""
    known = codes().get(code.upper())
    if known is None:
        raise conductor.UnknownName(code)
    for text in (known.message, known.hint, known.why):
        click.echo(text[desk.language])
    return CLEAN


@_verb
@click.argument("target", type=click.Path(path_type=Path, exists=True), default="dist")
def verify(desk: Desk, target: Path) -> int:
    """以陌生人的眼光检查已生成的站点：泄露、死链、外部请求、清单不符。"""
    with _bar("核验") as bar:
        found = look_at(target.resolve(), desk.root())
        bar(1, 1)
    status = desk.report(found)
    if status == CLEAN:
        desk.say("核验通过。", "Nothing found.")
    return status


@_verb
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--by", help="批准单位：补写流程的最后一步。")
@click.option("--date", "day", type=Day(), help="批准日期。")
@click.option("--reference", default="", help="批准依据，例如 2026年第2次党委会。")
def approve(
    desk: Desk, paths: tuple[Path, ...], by: str | None, day: date | None, reference: str
) -> int:
    """把审批记录与此刻的正文、登记信息和附件绑定（写入 digest），不改动其他内容。"""
    if (by is None) != (day is None):
        raise click.UsageError("--by 和 --date 要一起写。")
    step = FinalStep(by, day, reference) if by and day else None
    done = conductor.approve_paths(desk.root(), paths, step)
    status = desk.report(done.diagnostics)
    bound, kept = len(done.bound), len(done.unchanged)
    desk.say(f"绑定 {bound} 件，无需改动 {kept} 件。", f"Bound {bound}, unchanged {kept}.")
    return status


def main() -> None:
    """The ``dwgk`` command."""
    cli()
