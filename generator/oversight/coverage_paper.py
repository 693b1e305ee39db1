"""Coverage in words: what is missing or late at each unit comes first, as an inspector asks."""

from __future__ import annotations

from datetime import date

from generator.model.institution import Unit
from generator.oversight.coverage import YEARLY_STATES, Coverage, RowYear, State
from generator.oversight.paper import NOTHING, Bars, Paper, Series, Table
from generator.oversight.wording import NO_UNIT, TOTAL, flat, head, names, said

_COLOURS = {
    State.DISCLOSED: "#2f6f4e",
    State.LATE: "#d08a1d",
    State.PARTIAL: "#7fa3c7",
    State.WITHDRAWN: "#7d6b91",
    State.MISSING: "#b3261e",
    State.HELD: "#c9b27c",
    State.PENDING: "#c4c4c4",
}

_COLUMNS = ("状态", "目录项", "公开时限", "责任单位", "完成或首次公开", "事项", "公开内容")


def coverage_paper(report: Coverage) -> Paper:
    """Coverage: what is open by unit, the units, what is held and why, then every row."""
    yearly = [each for each in report.rows if each.yearly]
    met = sum(each.state in {State.DISCLOSED, State.LATE} for each in yearly)
    opened = tuple(_open_cells(unit, row) for unit, row in report.open)
    rows = tuple(_row_cells(each) for each in report.rows)
    return Paper(
        f"{report.scene.year} 年度党务公开覆盖情况",
        head(
            report.scene,
            f"年度公开的目录项 {len(yearly)} 项，已公开 {met} 项，需要核查"
            f" {len({id(row) for _, row in report.open})} 项。"
            f"年度事项以 {report.due} 为按期公开的最后一日。",
        ),
        (
            Table(
                "需要核查的目录项，按责任单位",
                ("责任单位", "状态", "公开内容", "目录项", "完成或首次公开", "事项"),
                opened,
            ),
            _coverage_chart(report),
            _unit_table(report),
            _held_table(report),
            Table("全部目录项", _COLUMNS, rows),
            _off_table(report),
        ),
        flat(
            report.scene,
            ("目录", "类别", *_COLUMNS, "暂不公开的理由"),
            (
                (each.catalogue, each.row.category, *cells, _reasons(each))
                for each, cells in zip(report.rows, rows, strict=True)
            ),
        ),
    )


def _name(unit: Unit | None) -> str:
    return unit.name if unit else NO_UNIT


def _open_cells(unit: Unit | None, row: RowYear) -> tuple[str, ...]:
    state, name, _, _, day, items, title = _row_cells(row, unit)
    # A hold is open only when the day of its review has passed.
    held = row.state_at(unit) is State.HELD
    return (_name(unit), "暂不公开，复核日已过" if held else state, title, name, day, items)


def _row_cells(each: RowYear, unit: Unit | None = None) -> tuple[str, ...]:
    state = each.state_at(unit) if unit else each.state
    times = f" {len(each.items)} 次" if state is State.COUNTED else ""
    return (
        f"{state.value}{times}",
        each.row.id,
        each.row.cells["time"] or NOTHING,
        names(each.row.units),
        said(each.day),
        "、".join(each.items) or NOTHING,
        each.row.title,
    )


def _reasons(each: RowYear) -> str:
    return "；".join(held.reason for held in each.held) or NOTHING


def _held_table(report: Coverage) -> Table:
    rows = tuple(
        (
            held.row,
            held.period.label if held.period else NOTHING,
            names(held.units or each.row.units),
            held.reason,
            "　".join(filter(None, (held.by, said(held.decided), held.reference))),
            said(held.review) + ("（已过）" if _past(held.review, report) else ""),
            each.row.title,
        )
        for each in report.rows
        for held in each.held
    )
    columns = ("目录项", "所属期", "责任单位", "理由", "决定", "复核日期", "公开内容")
    return Table("暂不公开（已登记）", columns, rows)


def _past(review: date | None, report: Coverage) -> bool:
    return review is not None and review < report.scene.as_of


def _coverage_chart(report: Coverage) -> Bars:
    yearly = [each.state for each in report.rows if each.yearly]
    lines = [(TOTAL, {state: yearly.count(state) for state in YEARLY_STATES})]
    for each in report.units:
        if any(each.states.get(state) for state in YEARLY_STATES):
            lines.append(
                (_name(each.unit), {state: each.states.get(state, 0) for state in YEARLY_STATES})
            )
    series = (
        Series(state.value, _COLOURS[state], tuple(float(counts[state]) for _, counts in lines))
        for state in YEARLY_STATES
    )
    return Bars(
        "年度公开目录项的情况，按责任单位",
        tuple(name for name, _ in lines),
        tuple(each for each in series if any(each.values)),
        "项",
    )


def _unit_table(report: Coverage) -> Table:
    rows = []
    for each in report.units:
        states = [each.states.get(state, 0) for state in YEARLY_STATES]
        others = sum(each.states.values()) - sum(states)
        rows.append((_name(each.unit), *map(str, (sum(states), *states, others, each.disclosures))))
    columns = ("责任单位", "年度目录项", *(state.value for state in YEARLY_STATES),
               "其他目录项", "计入事项（件）")  # fmt: skip
    return Table("按责任单位（几个单位共同负责的目录项各计一次）", columns, tuple(rows))


def _off_table(report: Coverage) -> Table:
    rows = tuple(
        (each.id, said(each.day), names(each.units), each.title, each.reason) for each in report.off
    )
    columns = ("事项", "首次公开", "责任单位", "标题", "列入目录外的理由")
    return Table("目录外事项（尚未列入目录）", columns, rows)
