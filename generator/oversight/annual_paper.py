"""The annual report's figures as tables and charts, for the draft and for the office."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from generator.model.edition import Item, RowView
from generator.oversight.annual import Annual
from generator.oversight.applications_paper import outcomes
from generator.oversight.paper import Bars, Paper, Series, Table
from generator.oversight.scene import Scene
from generator.oversight.wording import TOTAL, flat, head

_COLOUR = "#9c1b1b"
_WORDS: Mapping[str, Callable[[Item], Iterable[str]]] = {
    "类别": lambda item: (item.category.title,),
    "责任单位": lambda item: (unit.name for unit in item.units),
    "事项类型": lambda item: (item.kind,),
    "公开方式": lambda item: item.forms,
    "月份": lambda item: (f"{item.release.month}月",),
}
"""The heads under which items are counted, in the order of the report."""
_SHARED = {"责任单位": "几个单位共同负责的各计一次", "公开方式": "用几种方式公开的各计一次"}
_DRAWN = {"类别": "category", "责任单位": "unit", "月份": "month"}
_MONTHS = tuple(f"{month}月" for month in range(1, 13))


def day(value: date) -> str:
    """A day as a notice of the office says it."""
    return f"{value.year} 年 {value.month} 月 {value.day} 日"


def total_line(annual: Annual) -> str:
    """How many items, against the year before."""
    now, before = len(annual.told.items), len(annual.before.items)
    year = annual.scene.year
    until = "" if annual.last == annual.scene.last else f"（截至 {day(annual.last)}）"
    turn = f"增加 {now - before} 件" if now > before else f"减少 {before - now} 件"
    against = "与上年持平" if now == before else f"比上年{turn}"
    return f"{year} 年{until}公开 {now} 件，{year - 1} 年公开 {before} 件，{against}。"


def count_tables(annual: Annual) -> tuple[Table, ...]:
    """A table for each head: this year, the year before, the difference."""
    return tuple(_counts(annual, name) for name in _WORDS)


def _counts(annual: Annual, name: str) -> Table:
    year = annual.scene.year
    now, before = (told.by(_WORDS[name]) for told in (annual.told, annual.before))
    rows = [_compared(word, now.get(word, 0), before.get(word, 0)) for word in _order(name, annual)]
    if name not in _SHARED and rows:
        rows.append(_compared(TOTAL, len(annual.told.items), len(annual.before.items)))
    note = f"（{_SHARED[name]}）" if name in _SHARED else ""
    columns = (name, f"{year}年（件）", f"{year - 1}年（件）", "增减")
    return Table(f"按{name}{note}", columns, tuple(rows))


def _compared(word: str, now: int, before: int) -> tuple[str, ...]:
    turn = f"{now - before:+d}".replace("-", "−") if now != before else "持平"
    return word, str(now), str(before), turn


def _order(name: str, annual: Annual) -> Sequence[str]:
    """Months by the calendar, categories as the catalogue has them, others by their number."""
    if name == "月份":
        return _MONTHS
    now, before = (told.by(_WORDS[name]) for told in (annual.told, annual.before))
    known = sorted({*now, *before}, key=lambda word: (-now.get(word, 0), word))
    if name != "类别":
        return known
    listed = [row.category.title for view in annual.catalogues for row in view.rows]
    return [word for word in dict.fromkeys([*listed, *known]) if word in {*now, *before}]


def chart(annual: Annual, table: Table) -> tuple[str, Bars] | None:
    """The chart beside a table, with the name of its file; None where there is nothing to draw."""
    name = table.columns[0]
    if name not in _DRAWN or not annual.told.items:
        return None
    return f"chart-{_DRAWN[name]}", _bars(annual, name)


def charts(annual: Annual) -> Mapping[str, Bars]:
    """All charts by the names of their files."""
    return dict(found for table in count_tables(annual) if (found := chart(annual, table)))


def _bars(annual: Annual, name: str) -> Bars:
    counts = annual.told.by(_WORDS[name])
    words = tuple(word for word in _order(name, annual) if name == "月份" or counts.get(word))
    values = tuple(float(counts.get(word, 0)) for word in words)
    series = (Series("件数", _COLOUR, values),)
    return Bars(f"{annual.scene.year}年公开事项，按{name}", words, series, "件")


def catalogue_table(annual: Annual) -> Table:
    """How far the rows this audience may see were disclosed in the year, by category."""
    rows = [row for view in annual.catalogues for row in view.rows]
    counts = annual.told.by(lambda item: (item.row,))
    lines = []
    for category in dict.fromkeys(row.category.title for row in rows):
        mine = [row for row in rows if row.category.title == category]
        lines.append((category, *_row_counts(mine, counts)))
    if len(lines) > 1:
        lines.append((TOTAL, *_row_counts(rows, counts)))
    columns = ("类别", "目录项", "可以上网站的", "本年有公开的", "公开（件）")
    return Table("公开目录执行情况", columns, tuple(lines))


def _row_counts(rows: Sequence[RowView], counts: Mapping[str, int]) -> tuple[str, ...]:
    found = [counts.get(row.id, 0) for row in rows]
    web = sum(row.web for row in rows)
    numbers = (len(rows), web, sum(map(bool, found)), sum(found))
    return tuple(map(str, numbers))


def changes_line(annual: Annual) -> str:
    """How often what this audience had seen was changed or taken back."""
    changes = annual.told.changes
    if not changes:
        return "本年没有变更、撤销已公开事项的情况。"
    said = "、".join(f"{word} {count} 件次" for word, count in sorted(changes.items()))
    return f"本年对已公开事项{said}，均经批准，并在原处作了说明。"


def applications_table(annual: Annual) -> Table:
    """The outcomes of applications; no matter and no applicant."""
    year = annual.applications
    rows = tuple((word, str(count)) for word, count in outcomes(year)) if year else ()
    return Table("依申请公开办理结果", ("结果", "件数"), rows)


def annual_paper(years: Sequence[Annual], scene: Scene) -> Paper:
    """All audiences' figures in one paper for the office."""
    parts: list[Table | Bars] = []
    lines: list[tuple[str, ...]] = []
    for each in years:
        name = each.audience.title
        counts = count_tables(each)
        for table in counts:
            parts.append(_titled(table, name))
            if drawn := chart(each, table):
                parts.append(replace(drawn[1], title=f"{name}：{drawn[1].title}"))
        parts.append(_titled(catalogue_table(each), name))
        if each.applications:
            parts.append(_titled(applications_table(each), name))
        lines += [(name, table.columns[0], *row[:3]) for table in counts for row in table.rows]
        lines += [(name, "变更撤销", *pair) for pair in _changes(each)]
    totals = tuple(
        f"{each.audience.title}：{total_line(each)}{changes_line(each)}" for each in years
    )
    columns = ("受众", "分项", "名称", "本年（件）", "上年（件）")
    return Paper(
        f"{scene.year} 年度党务公开情况（各受众通报所用数字）",
        head(scene, *totals),
        tuple(parts),
        flat(scene, columns, lines),
    )


def _changes(annual: Annual) -> tuple[tuple[str, str, str], ...]:
    now, before = annual.told.changes, annual.before.changes
    words = sorted({*now, *before})
    return tuple((word, str(now.get(word, 0)), str(before.get(word, 0))) for word in words)


def _titled(table: Table, name: str) -> Table:
    return replace(table, title=f"{name}：{table.title}")
