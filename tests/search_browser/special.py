"""Items beside the generated ones, each with something that searches get wrong."""

from __future__ import annotations

from pathlib import Path

_APPROVAL = """\
approval:
  proposed: {by: 组织部, date: 2025-03-02}
  reviewed: {by: 保密委员会办公室, date: 2025-03-03, secrecy: 通过, necessity: 通过,
    accuracy: 通过, risk: 低}
  approved: {by: 院党委会, date: 2025-03-04, reference: 2025年第9次党委会}
"""

# id → title, written, body
ITEMS = {
    "X-2025-90001": (
        "关于党费收缴情况的通报（示例）",
        "2025-03-01",
        "依据院党发〔2024〕3号，共512人参加，人均12.50元。\n\n采用PPP模式，系统名ＥｂｏｏｋX2。\n",
    ),
    "X-2025-90002": (
        "示例：说明二",
        "2025-04-01",
        "见院党发[2024]3号。党**费收**缴按月办理，另见[台账说明](X-2025-90001.md)。\n\n"
        "共 12 人。\n",
    ),
    "X-2025-90003": (
        "示例：说明三",
        "2025-05-01",
        "院党发［２０２４］３号与院党发【2024】13号并行。\n\n- 党费\n- 收缴\n\n二○二四年试行。\n",
    ),
    "X-2025-90004": (
        "示例：说明四",
        "2025-06-01",
        "党费收缴，党费收缴，党费收缴。eBook 与 A&amp;B 之比，负5℃，𠮷田楼。\n\n2025 年 6 月。\n",
    ),
    "X-2025-90005": (
        "示例：附件",
        "2025-07-01",
        "详见附件[党员花名册样表](样表 一.csv)。\n",
    ),
}


def write(root: Path, row: str) -> None:
    """Add them to a generated project; ``row`` is one of its catalogue's for the whole school."""
    folder = root / "content" / "2025"
    (folder / "样表 一.csv").write_text("序号,事项\n1,示例\n", encoding="utf-8")
    for name, (title, written, body) in ITEMS.items():
        head = [f"id: {name}", f"title: {title}", f"catalog: {row}", "scope: 校内"]
        head += [f'period: "{written[:4]}"', "unit: 组织部", "forms: [网站]", "kind: 通报"]
        release = written[:8] + "20"
        head += [f"dates: {{written: {written}, release: {release}, until: 永久}}"]
        if "样表" in body:
            head += ["attachments:", "  - {file: 样表 一.csv, title: 党员花名册样表}"]
        text = "---\n" + "\n".join(head) + "\n" + _dated(written) + "---\n" + body
        (folder / f"{name}.md").write_text(text, encoding="utf-8", newline="\n")


def _dated(written: str) -> str:
    return _APPROVAL.replace("2025-03-", written[:8])
