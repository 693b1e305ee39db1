"""Bars as SVG, drawn by Matplotlib: the same bytes on every machine, and no script.

Text stays text, so that the reader's own fonts show Chinese. Matplotlib measures with the font it
ships, never with one of the machine; that font's missing Chinese shapes are never drawn.
"""

from __future__ import annotations

import io
import re
import warnings
from html import escape
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ticker import MaxNLocator

from generator.oversight.paper import Bars

_WIDTH = 9.0
_NARROW = 5.4
_LEAST = 5.0
_LEAST_NARROW = 3.0
_LINE = 0.36
_FOOT = 0.36
_EM = 0.145
"""Width of a Chinese character at the labels' size, and the other lengths, in inches."""

_FONTS = '"Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", sans-serif'
_ID = re.compile(r'(\bid="|href="#|url\(#)')
_NOTHING = dict.fromkeys(("Date", "Creator", "Format", "Type"))


def bar_chart(bars: Bars, name: str) -> str:
    """The ``<svg>`` element of a chart; ``name`` keeps its ids apart from other charts' ones."""
    drawn = _drawn(bars, name, _WIDTH, _LEAST)
    return _ID.sub(rf"\g<1>{name}-", drawn).strip()


def picture(bars: Bars, name: str) -> bytes:
    """A chart as an SVG file of its own, narrow enough to be read on a telephone.

    It has no key of colours: for charts of one series.
    """
    drawn = _drawn(bars, name, _NARROW, _LEAST_NARROW)
    style = f"<style>text{{font-family:{_FONTS}!important}}</style>"
    head, _, rest = drawn.partition(">")
    label = f"<title>{escape(bars.title, quote=False)}</title>"
    return f"{head}>{label}{style}{rest}".encode()


def _drawn(bars: Bars, name: str, width: float, least: float) -> str:
    target = io.StringIO()
    with mpl.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        mpl.rcdefaults()  # whatever a machine's own matplotlibrc says
        mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": name})
        mpl.rcParams.update({"text.parse_math": False})  # a name with $ is no formula
        _figure(bars, width, least).savefig(target, format="svg", metadata=_NOTHING)
    drawn = target.getvalue()
    return drawn[drawn.index("<svg") :]


def _figure(bars: Bars, width: float, least: float) -> Figure:
    lines = 1 if bars.stacked else len(bars.series)
    body = max(len(bars.labels), 1) * (0.1 + _LINE * (1 if lines == 1 else 0.62 * lines))
    height = body + _FOOT
    left = 0.15 + _EM * max((_ems(label) for label in bars.labels), default=0)
    width = max(width, left + least)
    figure = Figure(figsize=(width, height))
    figure.patch.set_alpha(0)
    place = (left / width, _FOOT / height, 1 - (left + 0.55) / width, body / height)
    axes = figure.add_axes(place)
    axes.patch.set_alpha(0)
    _draw(axes, bars)
    _dress(axes, bars)
    return figure


def _ems(label: str) -> float:
    return sum(1.0 if ord(each) > 0x2E7F else 0.56 for each in label)


def _font(size: float) -> FontProperties:
    shipped = Path(mpl.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")
    return FontProperties(fname=str(shipped), size=size)


def _draw(axes: Axes, bars: Bars) -> None:
    left = [0.0] * len(bars.labels)
    many = 1 if bars.stacked else len(bars.series)
    thick = 0.68 if many == 1 else 0.8 / many
    for number, series in enumerate(bars.series):
        shift = 0.0 if many == 1 else (number - (many - 1) / 2) * thick
        for line, value in enumerate(series.values):
            if value:
                axes.barh(line + shift, value, thick, left[line], color=series.colour)
                _number(axes, bars, (left[line], line + shift), value, series.colour)
        if bars.stacked:
            left = [before + value for before, value in zip(left, series.values, strict=True)]


def _number(axes: Axes, bars: Bars, at: tuple[float, float], value: float, colour: str) -> None:
    """The value, within its piece of a stack or at the end of its bar."""
    x, y = at
    inside = bars.stacked
    axes.annotate(
        f"{value:g}",
        (x + value / 2 if inside else x + value, y),
        (0 if inside else 4, 0),
        textcoords="offset points",
        ha="center" if inside else "left",
        va="center_baseline",
        color=_on(colour) if inside else "#222222",
        fontproperties=_font(9),
    )


def _on(colour: str) -> str:
    """Black or white, whichever is read better on a colour."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#111111" if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else "#ffffff"


def _dress(axes: Axes, bars: Bars) -> None:
    axes.set_yticks(range(len(bars.labels)), bars.labels)
    axes.set_ylim(len(bars.labels) - 0.5, -0.5)
    axes.set_xlim(0, _longest(bars) * 1.02)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True))
    axes.tick_params(length=0)
    axes.grid(axis="x", color="#dddddd", linewidth=0.7)
    axes.set_axisbelow(True)
    for side in ("top", "right", "bottom"):
        axes.spines[side].set_visible(False)
    axes.spines["left"].set_color("#888888")
    for label in (*axes.get_yticklabels(), *axes.get_xticklabels()):
        label.set_fontproperties(_font(10))


def _longest(bars: Bars) -> float:
    if bars.stacked:
        sums = (sum(values) for values in zip(*(s.values for s in bars.series), strict=True))
        return max(sums, default=0) or 1
    return max((value for each in bars.series for value in each.values), default=0) or 1
