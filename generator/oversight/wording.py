"""Reports in words, as the office reads them: timeliness and sample, and what all papers share."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date

from generator.model.disclosure import Change
from generator.model.institution import Unit
from generator.model.record import Spell
from generator.oversight.paper import NOTHING, Bars, Paper, Series, Table
from generator.oversight.sample import Drawn, Evidence, Sample
from generator.oversight.scene import Scene
from generator.oversight.timeliness import Timeliness, UnitWaits, Wait

NO_UNIT = "（未写明责任单位）"
TOTAL = "合计"

_IN_TIME, _OVER, _PLAIN = "#2f6f4e", "#b3261e", "#7fa3c7"


def head(scene: Scene, *more: str) -> tuple[str, ...]:
    """The lines below a report's title: of whom, of which year and day, and a caution."""
    faulty = len(scene.faulty)
    caution = (f"注意：{faulty} 个文件有错误，其中的事项未计入（dwgk check 可看）。",)
    return (
        f"{scene.institution}　{scene.year} 年度　截至 {scene.as_of}",
        *more,
        *(caution if faulty else ()),
    )


def flat(scene: Scene, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Table:
    """The table of a CSV file: each line says its year and day, for files get separated."""
    of = (str(scene.year), scene.as_of.isoformat())
    return Table("", ("年度", "截至", *columns), tuple((*of, *row) for row in rows))


def names(units: Iterable[Unit]) -> str:
    """Units as shown."""
    return "、".join(unit.name for unit in units) or NO_UNIT


def said(value: date | float | None) -> str:
    """A day or a number as shown; halves keep their half."""
    if value is None:
        return NOTHING
    return f"{value:g}" if isinstance(value, int | float) else value.isoformat()


def timeliness_paper(report: Timeliness) -> Paper:
    """Timeliness: over the limit first, then by unit; the CSV holds every item."""
    unknown = len(report.unknown)
    more = f"其中 {unknown} 件跨越未公布工作日安排的年份，不能计算。" if unknown else ""
    columns = ("事项", "责任单位", "成文", "审批", "首次公开", "成文起（天）", "审批起（天）",
               "成文起（工作日）", "标题")  # fmt: skip
    return Paper(
        f"{report.scene.year} 年度党务公开时效情况",
        head(
            report.scene,
            f"本年首次公开 {len(report.waits)} 件，自成文次日起超过 {report.within} 个工作日"
            f"才公开的 {len(report.over)} 件。{more}",
        ),
        (
            _spread_chart(report),
            _median_chart(report),
            Table(
                f"超过 {report.within} 个工作日的事项",
                columns,
                tuple(_wait_cells(each) for each in report.over),
            ),
            _waits_table(report),
        ),
        flat(report.scene, columns, map(_wait_cells, report.waits)),
    )


def _wait_cells(each: Wait) -> tuple[str, ...]:
    return (
        each.id,
        names(each.units),
        said(each.written),
        said(each.approved),
        said(each.released),
        said(each.from_written),
        said(each.from_approved),
        said(each.workdays),
        each.title,
    )


def _unit_name(each: UnitWaits) -> str:
    return each.unit.name if each.unit else TOTAL


def _waits_table(report: Timeliness) -> Table:
    rows = tuple(
        (
            _unit_name(each),
            str(each.count),
            said(each.written_median),
            said(each.written_longest),
            said(each.approved_median),
            said(each.approved_longest),
            str(each.over),
        )
        for each in report.units
    )
    columns = ("责任单位", "件数", "成文起中位数（天）", "成文起最长（天）", "审批起中位数（天）",
               "审批起最长（天）", "超期件数")  # fmt: skip
    return Table("按责任单位（几个单位共同负责的事项各计一次）", columns, rows)


def _spread_chart(report: Timeliness) -> Bars:
    """How many items waited how long: four steps up to the limit, two beyond."""
    within = report.within
    edges = sorted({math.ceil(within * part / 4) for part in (1, 2, 3, 4, 8)})
    days = [each.workdays for each in report.waits if each.workdays is not None]
    labels, inside, beyond, low = [], [], [], -1
    for edge in [*edges, None]:
        count = float(sum(low < day and (edge is None or day <= edge) for day in days))
        labels.append(f"{low + 1}–{edge} 个工作日" if edge is not None else f"超过 {low} 个工作日")
        in_time = edge is not None and edge <= within
        inside.append(count if in_time else 0.0)
        beyond.append(0.0 if in_time else count)
        low = edge if edge is not None else low
    series = (
        Series(f"{within} 个工作日以内", _IN_TIME, tuple(inside)),
        Series("超过期限", _OVER, tuple(beyond)),
    )
    return Bars("从成文到首次公开", tuple(labels), series, "件")


def _median_chart(report: Timeliness) -> Bars:
    series = (
        Series("中位数", _IN_TIME, tuple(each.written_median for each in report.units)),
        Series("最长", _PLAIN, tuple(float(each.written_longest) for each in report.units)),
    )
    labels = tuple(_unit_name(each) for each in report.units)
    return Bars("从成文到首次公开的天数，按责任单位", labels, series, "天", stacked=False)


def sample_paper(report: Sample) -> Paper:
    """The inspection sheet: a form for each item drawn, with room for the finding."""
    facts = [_facts(each) for each in report.drawn]
    return Paper(
        f"{report.scene.year} 年度党务公开抽查表",
        head(
            report.scene,
            f"本年首次公开 {report.population} 件，抽取 {len(report.drawn)} 件；"
            f"随机种子“{report.seed}”，用同一种子可以重新抽出同样的事项。",
        ),
        tuple(
            Table(
                f"{number}. {each.id}　{each.title}",
                (),
                (*rows[2:], ("检查意见", ""), ("检查人、日期", "")),
            )
            for number, (each, rows) in enumerate(zip(report.drawn, facts, strict=True), start=1)
        ),
        flat(
            report.scene,
            tuple(name for name, _ in facts[0]) if facts else (),
            (tuple(value for _, value in rows) for rows in facts),
        ),
    )


def _facts(each: Drawn) -> tuple[tuple[str, str], ...]:
    stated = "；".join(f"{who} {day}" for who, day in each.stated.items())
    shown = "；".join(
        f"{title} {first} 至 {last or '永久'}" for title, (first, last) in each.releases.items()
    )
    errors = "有错误，任何站点都不收录" if each.faulty else "没有错误"
    return (
        ("事项", each.id),
        ("标题", each.title),
        ("责任单位", names(each.units)),
        ("目录项", "目录外" if each.row == "off" else each.row),
        ("公开范围", each.scope or NOTHING),
        ("公开方式", "、".join(form.word for form in each.forms) or NOTHING),
        *((step.step, _step(step)) for step in each.steps),
        ("写明的公开日期", stated or NOTHING),
        ("网站公开期间", shown or "不上网站"),
        ("公布台账", "；".join(_spell(*each) for each in each.spells) or "没有记录"),
        ("变更记录", "；".join(map(_change, each.changes)) or NOTHING),
        ("文件", each.file),
        ("审批绑定", f"{each.binding}；{errors}"),
    )


def _step(step: Evidence) -> str:
    verdicts = f"结论：{'、'.join(step.verdicts)}" if step.verdicts else ""
    day = step.day.isoformat() if step.day else ""
    parts = (step.by, day, step.reference, verdicts)
    return "　".join(part for part in parts if part) or "没有记录"


def _change(entry: Change) -> str:
    return " ".join(filter(None, (entry.change, said(entry.date), entry.by, entry.reference)))


def _spell(audience: str, spell: Spell) -> str:
    end = f"{spell.end:%Y-%m-%d %H:%M}" if spell.end else "今"
    notice = "" if spell.shown else "（告示）"
    return f"{audience}{notice} {spell.start:%Y-%m-%d %H:%M} 至 {end}"
