"""The benchmark's invented institution: its registers of units and rows, and its settings files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SITE_URL = "https://dwgk.example.edu.cn/"
NAME = "示例职业技术学院"

# Scope word → audiences that may see it, in order of release.
AUDIENCES: dict[str, tuple[str, ...]] = {
    "党内": ("party",),
    "校内": ("party", "campus"),
    "校内外": ("party", "campus", "public"),
}
AUDIENCE_TITLES = {"party": "党内", "campus": "校内", "public": "社会"}

UNITS = {
    "dzb": "党政办公室",
    "zzb": "组织部",
    "xcb": "宣传部",
    "jw": "纪委办公室",
    "rsc": "人事处",
    "xgc": "学生工作处",
    "cwc": "财务处",
    "hqc": "后勤管理处",
}

CATEGORIES = {
    "jbqk": "一、基本情况",
    "zdjc": "二、重大决策",
    "sxjs": "三、思想建设",
    "zzjs": "四、组织建设",
    "zdgf": "五、制度规范",
    "gbrc": "六、干部人才",
    "dflz": "七、党风廉政",
    "lxqz": "八、联系群众",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the catalogue; `category` is a key of CATEGORIES, `unit` one of UNITS."""

    id: str
    number: int
    category: str
    title: str
    scope: str
    time: str
    unit: str


_ROWS = """
jbqk 领导机构设置与分工 校内外 年度 dzb
jbqk 工作机构职责与联系方式 校内外 年度 dzb
jbqk 年度工作要点与总结 校内外 年度 dzb
jbqk 党组织与党员队伍概况 校内 年度 zzb
zdjc 贯彻上级部署的安排 校内 即时 dzb
zdjc 党委会议定事项 党内 即时 dzb
zdjc 发展规划及执行情况 校内外 年度 dzb
zdjc 重要改革措施 校内 即时 dzb
zdjc 大额资金安排 校内 年度 cwc
sxjs 理论学习安排 党内 年度 xcb
sxjs 学习教育开展情况 校内外 即时 xcb
sxjs 意识形态责任落实 党内 年度 xcb
sxjs 校园文化与文明创建 校内外 即时 xcb
zzjs 支部设置与换届 校内 即时 zzb
zzjs 组织生活开展情况 党内 年度 zzb
zzjs 党费收缴与使用 党内 年度 zzb
zzjs 发展党员工作 校内 即时 zzb
zzjs 评优表彰结果 校内外 即时 zzb
zdgf 党内规范性文件 党内 即时 dzb
zdgf 校级管理制度 校内外 即时 dzb
zdgf 制度清理与修订 校内 年度 dzb
gbrc 干部选拔任用程序 校内 即时 zzb
gbrc 干部教育培训 党内 年度 zzb
gbrc 人才引进与培养 校内外 即时 rsc
gbrc 职称评聘结果 校内 即时 rsc
dflz 廉政责任落实 校内 年度 jw
dflz 监督检查与整改 校内外 即时 jw
dflz 公务支出情况 校内 年度 cwc
dflz 警示教育开展情况 党内 年度 jw
lxqz 师生意见办理 校内 即时 xgc
lxqz 学生资助与服务 校内外 即时 xgc
lxqz 后勤保障与修缮 校内外 即时 hqc
lxqz 对口帮扶与社会服务 校内外 年度 xcb
"""


def _rows() -> tuple[Row, ...]:
    """The table above, numbered through and within each category."""
    rows: list[Row] = []
    for number, line in enumerate(_ROWS.strip().splitlines(), 1):
        category, title, scope, time, unit = line.split()
        within = sum(row.category == category for row in rows) + 1
        rows.append(Row(f"{category}-{within:02}", number, category, title, scope, time, unit))
    return tuple(rows)


ROWS: tuple[Row, ...] = _rows()

_INSTITUTION = """\
name: {name}
party_body: 中共{name}委员会
time_zone: Asia/Shanghai
contact: {{unit: 党政办公室, telephone: 0000-0000001, email: dwgk@example.edu.cn}}
supervision: {{unit: 纪委办公室, telephone: 0000-0000002}}
audiences:
  - {{id: party, title: 党内}}
  - {{id: campus, title: 校内}}
  - {{id: public, title: 社会, open: true}}
scopes:
  党内: {{audiences: [party]}}
  校内: {{audiences: [party, campus]}}
  校内外: {{audiences: [party, campus, public], aliases: [社会]}}
forms:
  网站: {{channel: web, aliases: [网络]}}
  公开栏: {{channel: board}}
units:
{units}
kinds:
  通报: {{}}
  制度: {{}}
times: [年度, 即时]
workflow:
  proposed: {{title: 提出}}
  reviewed: {{title: 审核, verdicts: {{secrecy: [通过], necessity: [通过], accuracy: [通过], risk: [低, 中]}}}}
  approved: {{title: 审批}}
rules: {{party_first: error, approval_before_release: error}}
"""  # noqa: E501 - one setting, one line, as a clerk would keep it

_CATALOGUE_HEAD = f"""\
title: {NAME}党务公开目录
version: "2016-1"
effective: 2016-12-01
approved: {{by: 院党委会, date: 2016-11-20, reference: 2016年第30次党委会}}
filed: {{to: 上级党组织, date: 2016-11-25}}
scope: 校内外
columns:
  序号: number
  一级目录: category
  二级目录: title
  公开方式: forms
  公开范围: scope
  公开时限: time
  责任单位: units
"""


def write_settings(root: Path) -> None:
    """Write `site_config/`, `mkdocs.yml` and `catalog.yaml` of the institution into `root`."""
    config = root / "site_config"
    config.mkdir(parents=True, exist_ok=True)
    units = "\n".join(f"  - {{id: {key}, name: {name}}}" for key, name in UNITS.items())
    _write(config / "institution.yml", _INSTITUTION.format(name=NAME, units=units))
    for audience, title in AUDIENCE_TITLES.items():
        _write(
            config / f"{audience}.yml",
            f"INHERIT: ../mkdocs.yml\nsite_name: {NAME}党务公开（{title}）\n"
            f"site_url: {SITE_URL}{audience}/\n",
        )
    _write(
        root / "mkdocs.yml",
        f"site_name: {NAME}党务公开\ntheme: {{name: material, language: zh, font: false}}\n",
    )
    categories = "".join(f"  {title}: {key}\n" for key, title in CATEGORIES.items())
    rows = "".join(
        f'  - {{id: {row.id}, number: "{row.number}", category: {CATEGORIES[row.category]}, '
        f"title: {row.title}, forms: 网站、公开栏, scope: {row.scope}, time: {row.time}, "
        f"units: {UNITS[row.unit]}}}\n"
        for row in ROWS
    )
    _write(root / "catalog.yaml", f"{_CATALOGUE_HEAD}categories:\n{categories}items:\n{rows}")


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
