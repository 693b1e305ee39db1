"""An item's envelope: one XML file with all that is on record of it.

It is arranged like the encapsulation (EEP) of DA/T 48: a head, the entity (metadata), its process
(approvals, changes), and its files. It does not claim to conform: files lie beside it with their
digests instead of inside it as Base64, and nothing is signed electronically.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from generator.bundle.archive.xml import Element, document, element, facts
from generator.model.disclosure import Act, Change, Disclosure
from generator.model.dossier import Dossier, Tie
from generator.model.institution import Institution
from generator.model.record import Spell

NAME = "封装.xml"
ROOT = "仿EEP封装包"
NATURE = "结构仿照 DA/T 48 的封装包（EEP），未经该标准的符合性检测，不声明符合"

RELATIONS = {
    "replaces": ("替代", "被替代"),
    "responds_to": ("回应", "得到回应"),
    "result_of": ("是其办理结果", "办理结果"),
    "corrects": ("更正", "被更正"),
    "interprets": ("解读", "得到解读"),
    "republishes": ("再次公开", "被再次公开"),
}
"""Relations as the front matter names them → how both ends are told."""


_VERDICTS = {
    "secrecy": "保密审查", "necessity": "必要性", "accuracy": "准确性", "risk": "风险评估"
}  # fmt: skip
"""Verdicts as the workflow names them → as the archive reads them; others keep their names."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file of an item: what it is, its name beside the envelope, size in bytes, SHA-256 (hex)."""

    role: str
    name: str
    title: str
    size: int
    digest: str


def envelope(
    dossier: Dossier, files: Iterable[Enclosed], institution: Institution, as_of: date
) -> bytes:
    """The envelope of one item."""
    source = dossier.item.disclosure
    approval = source.approval
    steps = [
        _act(step.title, approval.acts[step.key])
        for step in institution.workflow
        if approval and step.key in approval.acts
    ]
    titles = {each.id: each.title for each in institution.audiences}
    head = facts(
        [
            ("性质", NATURE),
            ("创建日期", as_of.isoformat()),
            ("创建单位", institution.face.party_body or institution.face.name),
        ]
    )
    parts = [
        element("封装包信息", head),
        element("文件实体", facts(_metadata(dossier))),
        element("公开情况", _terms(dossier, institution)),
        element("审批过程", [*steps, *facts(_bound(source))]),
        element("变动记录", map(_change, source.lifecycle)),
        element("关联与反馈", map(_tie, dossier.ties)),
        element("台账记载", [_spell(each, titles) for each in dossier.spells]),
        element("文件数据", map(file_element, files)),
    ]
    return document(element(ROOT, parts, 版本="1"))


def _metadata(dossier: Dossier) -> Iterator[tuple[str, str]]:
    source, item = dossier.item.disclosure, dossier.item
    yield "档号", dossier.number
    yield "索引号", source.id
    yield "题名", source.title
    yield "责任者", responsible(source)
    yield "成文日期", written(dossier).isoformat()
    yield "首次公开日期", dossier.first.isoformat()
    yield "保管期限", dossier.term
    yield "密级", dossier.secrecy
    yield "类别", dossier.category
    yield "公开目录编号", "" if source.catalog == "off" else source.catalog
    yield "公开目录事项", item.row.title if item.row else ""
    yield "类型", source.kind.word if source.kind else ""
    yield "公开范围", source.scope.text if source.scope else ""
    yield "特定对象", source.group
    yield "公开方式", "、".join(form.word for form in item.forms)
    yield "所属期", source.period.label if source.period else ""
    yield "发文字号", source.number
    yield "施行日期", source.effective.isoformat() if source.effective else ""
    yield "概述", source.summary
    yield "关键词", "、".join(source.keywords)
    yield "逐段公开", source.series.title or source.series.id if source.series else ""
    yield "同一事项", source.matter
    yield "旧地址", " ".join(source.aliases)


def _terms(dossier: Dossier, institution: Institution) -> Iterator[Element]:
    """From when to when each audience may see it on its site; the days of others as stated."""
    item = dossier.item
    yield from facts([("末日", item.end.isoformat() if item.end else "永久")])
    yield from facts([("撤下日期", item.withdrawn.isoformat() if item.withdrawn else "")])
    for audience in institution.audiences:
        if term := item.terms.get(audience.id):
            last = term.last.isoformat() if term.last else "永久"
            yield element("网站", 受众=audience.title, 公开日期=term.release.isoformat(), 末日=last)
    titles = {each.id: each.title for each in institution.audiences} | {"*": "全部"}
    for name, day in sorted(item.disclosure.release.items()):
        yield element("公开日期", day.isoformat(), 受众=titles.get(name, name))


def _bound(source: Disclosure) -> Iterator[tuple[str, str]]:
    if source.approval:
        yield "目录外理由", source.approval.off_catalog
        yield "审批绑定", source.approval.digest


def _act(title: str, act: Act) -> Element:
    said = [
        ("单位", act.by),
        ("日期", act.date.isoformat() if act.date else ""),
        ("依据", act.reference),
    ]
    verdicts = [
        element("结论", word, 项目=_VERDICTS.get(name, name)) for name, word in act.verdicts.items()
    ]
    return element("步骤", [*facts(said), *verdicts], 名称=title)


def _change(entry: Change) -> Element:
    said = [
        ("日期", entry.date.isoformat() if entry.date else ""),
        ("单位", entry.by),
        ("依据", entry.reference),
        ("说明", entry.note),
        ("延至", entry.until.isoformat() if entry.until else ""),
    ]
    return element("变动", facts(said), 种类=entry.change)


def _tie(tie: Tie) -> Element:
    word = RELATIONS.get(tie.relation, (tie.relation, tie.relation))[tie.inverse]
    said = [("索引号", tie.id), ("题名", tie.title), ("档号", tie.number)]
    return element("关联", facts(said), 关系=word)


def _spell(spell: Spell, titles: Mapping[str, str]) -> Element:
    said = [
        ("自", spell.start.isoformat()),
        ("至", spell.end.isoformat() if spell.end else ""),
        ("题名", spell.shown.title if spell.shown else "撤下的告示"),
        ("内容校验值", spell.shown.digest if spell.shown else ""),
    ]
    return element("显示", facts(said), 受众=titles.get(spell.audience, spell.audience))


def file_element(file: Enclosed) -> Element:
    """A file as envelope and catalogue of files list it."""
    return element(
        "文件",
        file.title,
        名称=file.name,
        用途=file.role,
        字节数=str(file.size),
        SHA256=file.digest,
    )


def responsible(source: Disclosure) -> str:
    """责任者: the units, in their order."""
    return "、".join(unit.name for unit in source.units)


def written(dossier: Dossier) -> date:
    """The day the text was made; where none is stated, that of its disclosure."""
    return dossier.item.disclosure.written or dossier.first
