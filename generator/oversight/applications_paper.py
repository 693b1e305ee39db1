"""The private list of applications (依申请公开), in words."""

from __future__ import annotations

from generator.oversight.applications import ApplicationYear, Request
from generator.oversight.paper import NOTHING, Bars, Paper, Series, Table
from generator.oversight.wording import flat, head, names, said

PENDING = "尚未答复"
_COLUMNS = ("编号", "收到", "申请人类别", "申请公开的内容", "承办单位", "结果", "答复期限",
            "答复", "是否按期", "理由")  # fmt: skip
_SHOWN = (*_COLUMNS[:6], "答复", "理由")
_COLOUR = "#2f6f4e"


def applications_paper(year: ApplicationYear) -> Paper:
    """The list, those owed an answer first; names of applicants are in no paper."""
    end = min(year.scene.last, year.scene.as_of)
    waiting = tuple(_shown(each, year) for each in year.requests if not each.answered(end))
    rows = tuple(_cells(each, year) for each in year.requests)
    return Paper(
        f"{year.scene.year} 年度依申请公开办理情况",
        head(year.scene, summary(year)),
        (
            Table(PENDING, _SHOWN, waiting),
            _chart(year),
            Table("全部申请", _SHOWN, tuple(_shown(each, year) for each in year.requests)),
        ),
        flat(year.scene, _COLUMNS, rows),
    )


def summary(year: ApplicationYear) -> str:
    """The year in one sentence."""
    late = f"，其中逾期答复 {year.late} 件" if year.late else ""
    return (
        f"本年收到 {year.received} 件，上年结转 {year.carried} 件；"
        f"答复 {year.answered} 件{late}，{PENDING} {year.pending} 件。"
    )


def outcomes(year: ApplicationYear) -> tuple[tuple[str, int], ...]:
    """Words and counts that together make up all applications of the year."""
    pending = ((PENDING, year.pending),) if year.pending else ()
    return (*year.outcomes.items(), *pending)


def _chart(year: ApplicationYear) -> Bars:
    counts = outcomes(year)
    values = tuple(float(count) for _, count in counts)
    series = (Series("件数", _COLOUR, values),) if counts else ()
    return Bars("申请的结果", tuple(word for word, _ in counts), series, "件")


def _cells(each: Request, year: ApplicationYear) -> tuple[str, ...]:
    facts, end = each.application, min(year.scene.last, year.scene.as_of)
    done = each.answered(end)
    outcome = facts.outcome.word if facts.outcome else NOTHING
    return (
        facts.number,
        said(facts.received),
        facts.applicant or NOTHING,
        facts.matter,
        names(facts.units),
        outcome if done or (facts.outcome and facts.outcome.pending) else PENDING,
        said(each.by),
        said(facts.answered if done else None),
        NOTHING if each.by is None else "逾期" if each.late(end) else "按期" if done else "未到期",
        (facts.reason if done else "") or NOTHING,
    )


def _shown(each: Request, year: ApplicationYear) -> tuple[str, ...]:
    """The cells with limit, answer and their comparison in one, for a sheet of paper is narrow."""
    *facts, by, answered, judged, reason = _cells(each, year)
    mark = f" {judged}" if judged in {"按期", "逾期"} else ""
    waits = f"限 {by}" if by != NOTHING else NOTHING
    return (*facts, f"{answered if answered != NOTHING else waits}{mark}", reason)
