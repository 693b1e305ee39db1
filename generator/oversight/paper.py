"""A report ready to be written down: tables and charts in order, whatever the form."""

from __future__ import annotations

from dataclasses import dataclass

NOTHING = "—"
"""What a table shows where there is no value; a spreadsheet's cell stays empty."""


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table of texts; ``empty`` is said where there is no row. Without columns it is a
    form: each row a name and a value.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str = "无。"


@dataclass(frozen=True, slots=True)
class Series:
    """One colour of a chart: a value for each label."""

    name: str
    colour: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """Horizontal bars, one line for each label; series one after another or one below another."""

    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str
    stacked: bool = True


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole report. ``flat`` is what the CSV file holds: one table, a line for each subject."""

    title: str
    head: tuple[str, ...]
    parts: tuple[Table | Bars, ...]
    flat: Table
