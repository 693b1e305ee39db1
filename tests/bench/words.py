"""Chinese text of office notices from combinable phrases: a few thousand words, none of it real.

A word's frequency falls with its rank as in natural text, because search indexes are measured
on this corpus and a flat vocabulary would flatter or punish them.
"""

from __future__ import annotations

from itertools import accumulate, product
from random import Random


def _split(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_FIELDS = _split(
    "课程 教材 专业 实训 实习 师资 教研 科研 学籍 招生 就业 资助 宿舍 食堂 图书 档案 后勤 基建 "
    "消防 安保 网络 数据 设备 采购 合同 财务 预算 审计 资产 统计 宣传 组织 支部 党费 党员 干部 "
    "人才 考核 培训 巡察 廉政 信访 工会 共青团 社团 志愿 体育 卫生 心理 国防 校友 校企 社区 乡村 "
    "节能 绿化 车辆 印章 会务 督办 文化 艺术 外事 继续教育"
)
_AFFAIRS = _split(
    "建设 管理 改革 评估 整改 规划 经费 制度 档案 队伍 质量 服务 保障 监督 公开 项目 平台 流程 "
    "目标 台账 成效 计划 安排 标准 清单 机制 责任 资源 环境 活动 宣讲 调研 协作 验收 维护 更新 "
    "名额 表彰 排查 演练"
)
_FIRST = "青云文华明德博雅致远崇实求是弘毅知行修齐格物厚朴勤敏"
_SECOND = "湖山林溪桥亭园苑楼馆坊台泉岭岸洲原野川谷峰塘堤港"
_MANNERS = _split(
    "扎实 稳步 全面 持续 认真 严格 及时 逐项 统筹 分批 系统 深入 从严 按期 重点 集中 主动 协同 "
    "规范 有序 细致 广泛 着力 进一步 逐级 定期 同步 依规"
)
_VERBS = _split(
    "推进 落实 完善 开展 加强 组织 研究 部署 检查 总结 优化 修订 核对 汇总 通报 督促 协调 整理 "
    "公布 听取 审议 梳理 改进 评议 复核 跟踪 巩固 拓展 简化 细化 启动 完成 调整 补充 归集 反馈"
)
_QUANTITIES = _split("项 次 人 个 件 场 期 处 门 份 台 间 册 批")
_BODIES = _split(
    "院党委 各党总支 各党支部 相关职能部门 各教学单位 督导组 工作专班 教职工代表 学生代表 "
    "领导小组办公室 后勤服务中心 图书与信息中心"
)

_TEMPLATES = (
    "{body}{manner}{verb}{a}，{q}{m}，较上一阶段增加{p}%。",
    "围绕{a}和{b}，{body}先后{verb}专题会议{n}次，形成意见{k}条。",
    "截至{month}月底，{place}{c}已{verb}{q}{m}，占年度任务的{p}%。",
    "针对{b}中反映的问题，{body}{manner}{verb}{a}，并将结果向责任单位反馈。",
    "{place}的{a}由{body}牵头，{manner}{verb}{b}，确保各环节有人负责、有据可查。",
    "本期用于{c}的资金为{money}万元，其中{a}{money2}万元，其余用于{b}。",
    "在{a}方面，重点{verb}{place}{b}，同时{manner}{verb2}{c}。",
    "{body}要求把{a}同{b}结合起来，{manner}{verb}，不留空档。",
    "经{manner}{verb}，{place}{a}达到预定要求，{b}仍需继续{verb2}。",
    "下一步将{manner}{verb}{a}，在{month}月前{verb2}{place}{c}。",
    "参加{a}的{body}共{n}家，提出建议{k}条，已采纳{p2}条。",
    "对{place}{b}实行清单化办法：{manner}{verb}，逐月{verb2}，年底统一{c}。",
)
_HEADINGS = _split(
    "总体情况 主要做法 工作进展 资金使用 存在的不足 整改措施 下一步安排 责任分工 办理结果 "
    "监督方式 群众意见采纳 有关说明"
)
_NUMERALS = "一二三四五六七八九十"

WORDS: tuple[str, ...] = tuple(a + b for a, b in product(_FIELDS, _AFFAIRS))
PLACES: tuple[str, ...] = tuple(a + b for a, b in product(_FIRST, _SECOND))


def _ranked(words: tuple[str, ...]) -> tuple[tuple[str, ...], list[float]]:
    """The words in a fixed shuffled order, with the cumulative weights of a Zipf-like fall."""
    order = list(words)
    Random("rank").shuffle(order)
    return tuple(order), list(accumulate(1 / (rank + 8) for rank in range(len(order))))


_WORDS, _WORD_WEIGHTS = _ranked(WORDS)
_PLACES, _PLACE_WEIGHTS = _ranked(PLACES)


def word(rng: Random) -> str:
    """One compound term of office language, such as 课程建设."""
    return rng.choices(_WORDS, cum_weights=_WORD_WEIGHTS)[0]


def place(rng: Random) -> str:
    """One invented place or building name of two characters."""
    return rng.choices(_PLACES, cum_weights=_PLACE_WEIGHTS)[0]


def sentence(rng: Random) -> str:
    """One full sentence of some 30 to 60 characters."""
    a, b, c = rng.choices(_WORDS, cum_weights=_WORD_WEIGHTS, k=3)
    count = rng.randrange(8, 400)
    return rng.choice(_TEMPLATES).format(
        a=a,
        b=b,
        c=c,
        place=place(rng),
        body=rng.choice(_BODIES),
        manner=rng.choice(_MANNERS),
        verb=rng.choice(_VERBS),
        verb2=rng.choice(_VERBS),
        q=count,
        m=rng.choice(_QUANTITIES),
        n=count % 19 + 2,
        k=count % 53 + 3,
        p=f"{rng.randrange(20, 990) / 10:.1f}",
        p2=count % 3 + 1,
        month=rng.randrange(1, 13),
        money=f"{rng.randrange(1000, 99999) / 100:.2f}",
        money2=f"{rng.randrange(10, 999) / 100:.2f}",
    )


def table(rng: Random, rows: int) -> str:
    """A Markdown table of `rows` data rows: 序号, 事项, 数量, 金额, 责任单位."""
    lines = [
        "| 序号 | 事项 | 数量 | 金额（万元） | 责任单位 |",
        "| ---: | --- | ---: | ---: | --- |",
    ]
    lines += [
        f"| {n} | {place(rng)}{word(rng)} | {rng.randrange(1, 400)} "
        f"| {rng.randrange(100, 9999) / 100:.2f} | {rng.choice(_BODIES)} |"
        for n in range(1, rows + 1)
    ]
    return "\n".join(lines)


def csv(rng: Random, rows: int) -> str:
    """The text of a small comma-separated attachment with a heading line."""
    lines = ["序号,事项,数量"]
    lines += [f"{n},{place(rng)}{word(rng)},{rng.randrange(1, 400)}" for n in range(1, rows + 1)]
    return "\n".join(lines) + "\n"


def body(rng: Random) -> str:
    """A text of headings, paragraphs, a list and a table: about 6 kB of UTF-8, from 3 to 12."""
    goal = min(max(rng.lognormvariate(7.28, 0.38), 700), 3600)  # characters of running text
    parts = ["".join(sentence(rng) for _ in range(2))]
    size, headings = len(parts[0]), rng.sample(_HEADINGS, len(_NUMERALS))
    per_section = max(goal / rng.randrange(4, 7), 250)
    for numeral, heading in zip(_NUMERALS, headings, strict=True):
        if size >= goal:
            break
        parts.append(f"## {numeral}、{heading}")
        end = size + per_section
        while size < end:
            paragraph = "".join(sentence(rng) for _ in range(rng.randrange(2, 6)))
            parts.append(paragraph)
            size += len(paragraph)
    points = (f"{n}. {sentence(rng)}" for n in range(1, rng.randrange(3, 6)))
    parts += ["\n".join(points), table(rng, rng.randrange(4, 11))]
    return "\n\n".join(parts) + "\n"
