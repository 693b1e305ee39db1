"""What every verb shares: language and form of messages, exit status, progress, the clock.

With the verbs the only module that prints.
"""

from __future__ import annotations

import locale
import os
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from functools import wraps
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import click

from generator import __version__
from generator.diagnostics import (
    Diagnostic,
    EnvironmentFault,
    Language,
    UnknownName,
    has_errors,
    render_github,
    render_json,
    render_text,
)
from generator.remembered import DayIn
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


class Instant(click.ParamType[datetime]):
    """A date and time, with or without its zone."""

    name = "instant"

    def convert(self, value: Any, param: Any, ctx: Any) -> datetime:
        """ISO 8601, with a space for the T if so wished; a date alone is its first moment."""
        try:
            return datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"“{value}”不是有效时刻，例如 2026-11-21T08:30+08:00。", param, ctx)


class Days(click.ParamType[int]):
    """A number of days."""

    name = "days"

    def convert(self, value: Any, param: Any, ctx: Any) -> int:
        """``7d``, ``7天`` or ``7``, digits of any width."""
        number = re.fullmatch(
            r"([0-9]{1,5})\s*(d|天|日)?", unicodedata.normalize("NFKC", str(value))
        )
        if number is None:
            self.fail(f"“{value}”不是天数，例如 7d 或 7天。", param, ctx)
        return int(number[1])


class Years(click.ParamType[tuple[int, ...]]):
    """Years joined by commas of any width."""

    name = "years"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[int, ...]:
        """The years in the order given."""
        if isinstance(value, tuple):
            return value
        parts = [part.strip() for part in str(value).replace("，", ",").split(",")]
        if not all(part.isdigit() for part in parts):
            self.fail(f"“{value}”不是年度，例如 2024,2025。", param, ctx)
        return tuple(int(part) for part in parts)


as_of_option = click.option("--as-of", type=Day(), help="按这一天的情况，默认今天。")
"""The option of every verb whose answer depends on the day."""


class Verbs(click.Group):
    """A command of many verbs that loads each from its module: what prints paper or opens office
    files takes a second to load, and a timer asks every few minutes.
    """

    modules: Mapping[str, Sequence[str]] = MappingProxyType({})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all verbs."""
        return sorted(each for verbs in self.modules.values() for each in verbs)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A verb by its name; None where there is none."""
        for module, verbs in self.modules.items():
            if cmd_name in verbs:
                import_module(module)  # adds its verbs to this command
        return super().get_command(ctx, cmd_name)


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="dwgk")
def cli() -> None:
    """党务公开：一份内容，每个受众一个站点，并证明没有泄露。"""


def verb(
    function: Callable[..., int], /, *, forms: Sequence[str] = tuple(_RENDER)
) -> click.Command:
    """A command that gets a ``Desk`` and whose returned number is the exit status.

    ``forms`` are the forms of its answer; those besides ``_RENDER``'s it writes itself.
    """

    @wraps(function)
    def run(project: str | None, lang: str | None, form: str, **options: Any) -> None:
        desk = Desk(project, lang, form)
        try:
            sys.exit(function(desk, **options))
        except UnknownName as unknown:
            desk.complain(f"没有“{unknown}”。", f"There is no “{unknown}”.")
            sys.exit(USAGE)
        except EnvironmentFault as problem:
            sentence = problem.sentence(desk.language)
            desk.complain(sentence, sentence)
            sys.exit(ENVIRONMENT)

    for option in (
        click.option("--project", type=click.Path(file_okay=False), help="项目文件夹。"),
        click.option("--lang", type=click.Choice(["zh", "en"]), help="消息的语言。"),
        click.option("--format", "form", type=click.Choice(list(forms)), default="text"),
    ):
        run = option(run)
    return cli.command(function.__name__.strip("_").replace("_", "-"))(run)


@contextmanager
def bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def show(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield show


def day_in(as_of: date | None) -> DayIn:
    """The day asked for, or today where the institution is. Only here is the clock looked at."""
    return lambda zone: as_of or datetime.now(ZoneInfo(zone)).date()


def instant_in(as_of: date | None, zone: str) -> datetime:
    """The beginning of the day asked for, or this very instant, where the institution is."""
    place = ZoneInfo(zone)
    return datetime.combine(as_of, time(), place) if as_of else datetime.now(place)
