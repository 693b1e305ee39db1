"""A paper as text for the terminal, as CSV, and as one HTML file that needs nothing else."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from html import escape

from generator.oversight.paper import NOTHING, Bars, Paper, Table

INTERNAL = "内部使用"
"""Every form of a report bears this mark: it is for the office, never for a site."""

_SMALL = 14
"""Rows of a table that is not parted between two printed pages."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

_STYLE = """
:root{color-scheme:light}
body{margin:0 auto;max-width:62rem;padding:1.5rem;color:#1c1c1c;background:#fff;line-height:1.6;
 font-family:"Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei","PingFang SC",sans-serif}
svg text{font-family:"Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei","PingFang SC",
 sans-serif!important}
header{border-bottom:2px solid #9c1b1b;margin-bottom:1.5rem}
h1{margin:.2rem 0;font-size:1.6rem}
h2{margin:2rem 0 .5rem;font-size:1.15rem}
header p{margin:.3rem 0}
.mark{display:inline-block;border:2px solid #9c1b1b;color:#9c1b1b;padding:0 .6rem;font-weight:bold;
 letter-spacing:.1em}
figure{margin:0;overflow-x:auto}
svg{width:100%;min-width:36rem;height:auto}
.key{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;padding:0;margin:.3rem 0;list-style:none;
 font-size:.9rem}
.key i{display:inline-block;width:.9em;height:.9em;margin-right:.35em;vertical-align:-.08em;
 print-color-adjust:exact}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.875rem}
th,td{border:1px solid #c9c9c9;padding:.3rem .5rem;text-align:left;vertical-align:top}
th{background:#f3f1ee;white-space:nowrap}
td{overflow-wrap:break-word;min-width:10em}
td.short{white-space:nowrap;min-width:0}
.id{white-space:nowrap}
.form th{width:9em}
.form td{height:1.6em;min-width:0}
.form tr:nth-last-child(2) td{height:4.5em}
@page{size:A4;margin:15mm 12mm;@top-right{content:"内部使用";font-size:9pt;color:#9c1b1b}}
@media print{body{max-width:none;padding:0}
 h2{break-after:avoid}tr,figure,.form,.small{break-inside:avoid}.wide,figure{overflow:visible}
 svg{min-width:0}
 table{font-size:8pt}td{min-width:7em}th{white-space:normal}}
"""


def as_text(paper: Paper) -> str:
    """The paper for a terminal: charts left out, columns aligned by their width on screen."""
    lines = [f"{paper.title}（{INTERNAL}）", *paper.head]
    for part in paper.parts:
        if isinstance(part, Table):
            lines += ["", part.title, *_lines(part)]
    return "\n".join(lines)


def _lines(table: Table) -> list[str]:
    if not table.rows:
        return [f"  {table.empty}"]
    rows = [*([table.columns] if table.columns else []), *table.rows]
    widths = [max(map(_width, cells)) for cells in zip(*rows, strict=True)]
    return ["  " + _padded(row, widths) for row in rows]


def _padded(row: tuple[str, ...], widths: list[int]) -> str:
    cells = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
    return "  ".join(cells).rstrip()


def _width(text: str) -> int:
    return sum(1 + (unicodedata.east_asian_width(each) in "WF") for each in text)


def as_csv(paper: Paper) -> bytes:
    """The flat table, for a spreadsheet program: UTF-8 with a mark, and no cell a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(paper.flat.columns)
    writer.writerows([_harmless(cell) for cell in row] for row in paper.flat.rows)
    return text.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    if cell == NOTHING:
        return ""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def as_html(paper: Paper) -> bytes:
    """One file: style and charts within, no script, nothing fetched from anywhere."""
    # Here, for drawing takes long to load and only this form draws.
    from generator.oversight.charts import bar_chart  # noqa: PLC0415

    parts = []
    for number, part in enumerate(paper.parts, start=1):
        if isinstance(part, Table):
            parts.append(_table(part))
        elif part.labels and part.series:
            parts.append(_figure(part, bar_chart(part, f"chart{number}")))
    head = "\n".join(f"<p>{_whole_days(line)}</p>" for line in paper.head)
    page = f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{escape(paper.title)}（{INTERNAL}）</title>
<style>{_STYLE}</style>
</head>
<body>
<header>
<p class="mark">{INTERNAL}</p>
<h1>{escape(paper.title)}</h1>
{head}
</header>
<main>
{"".join(parts)}</main>
</body>
</html>
"""
    return page.encode("utf-8")


def _figure(bars: Bars, drawn: str) -> str:
    keys = "".join(
        f'<li><i style="background:{each.colour}"></i>{escape(each.name)}</li>'
        for each in bars.series
    )
    key = f'<ul class="key">{keys}</ul>\n' if len(bars.series) > 1 else ""
    label = escape(f"{bars.title}（{bars.unit}）")
    picture = drawn.replace("<svg", f'<svg role="img" aria-label="{label}"', 1)
    return f"<h2>{label}</h2>\n<figure>\n{key}{picture}\n</figure>\n"


def _table(table: Table) -> str:
    title = f"<h2>{escape(table.title)}</h2>\n"
    if not table.rows:
        return f"{title}<p>{escape(table.empty)}</p>\n"
    if not table.columns:
        rows = "\n".join(
            f'<tr><th scope="row">{escape(name)}</th><td>{_whole_days(value)}</td></tr>'
            for name, value in table.rows
        )
        return f'<section class="form">{title}<table>\n{rows}\n</table></section>\n'
    heads = "".join(f'<th scope="col">{escape(each)}</th>' for each in table.columns)
    rows = "\n".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in table.rows)
    inner = f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>"
    size = " small" if len(table.rows) <= _SMALL else ""
    return f'{title}<div class="wide{size}"><table>\n{inner}\n</table></div>\n'


def _cell(text: str) -> str:
    """A cell; what is short, and each id of a list of ids, stays on one line."""
    if "、" in text and all(part.isascii() for part in text.split("、")):
        parts = (f'<span class="id">{escape(part)}</span>' for part in text.split("、"))
        return f"<td>{'、'.join(parts)}</td>"
    short = ' class="short"' if _width(text) <= 16 else ""
    return f"<td{short}>{_whole_days(text)}</td>"


def _whole_days(text: str) -> str:
    """Escaped text in which no day is parted at the end of a line."""
    return _DAY.sub(r'<span class="id">\g<0></span>', escape(text))
