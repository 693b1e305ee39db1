"""The house: imports run downwards only, each outside tool has one module that knows it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1] / "generator"

FLOORS = (
    {"__main__"},
    {"cli"},
    {"verbs"},
    {"terminal", "answers", "printing", "archiving", "renewal"},
    {"rebuild"},
    {"build", "publish", "bundle", "institutions"},
    {"press", "desk", "site", "placing", "remembered", "settling", "states"},
    {"pages", "gate", "project", "turning", "handover", "source", "oversight"},
    {"addresses", "views"},
    {"model"},
    {"diagnostics", "helpers", "facts"},
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}

BEHIND_THE_DOOR = {"site", "press", "bundle", "pages"}
"""What receives an edition and nothing else: it can reach neither the disk's text nor the gate."""

NO_DISK = {"gate", "project", "turning", "handover", "pages", "addresses", "views"}
DISK = {
    "pathlib",
    "os",
    "subprocess",
    "shutil",
    "io",
    "tempfile",
    "glob",
    "socket",
    "urllib.request",
}

STRANGER = ("publish.verify", "publish.stranger")
"""The stranger's look shares no code with what made the sites."""

TOOLS = {
    "mkdocs": {"site.configuration", "site.render"},
    "markdown": {"site.markup"},
    "jinja2": {"site.render", "publish.server.render"},
    "markupsafe": {"site.render"},
    "pagefind_bin": {"site.pagefind"},
    "watchdog": {"site.preview"},
    "nh3": {"site.sanitise"},
    "packaging": {"publish.sbom"},
    "filelock": {"site.place"},
    "bagit": {"bundle.archive.bag"},
    "chinese_calendar": {"gate.workdays"},
    "click": {"verbs", "terminal"},
    "matplotlib": {"oversight.charts"},
    "fontTools": {"press.fonts"},
    "numpy": {"site.exact"},
    "openpyxl": {"bundle.archive.workbook"},
    "pikepdf": {"press.conformance"},
    "segno": {"press.qr"},
    "typst": {"press.typeset"},
    "urllib3": {"publish.proof.http"},
    "yaml": {"source.sheet", "source.digest", "desk.approve"},
}
"""Outside packages and the module or room that may know them; the stranger brings its own."""

MODULES = {
    ".".join(path.relative_to(HOUSE).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(HOUSE.rglob("*.py"))
    if path != HOUSE / "__init__.py"
}


def _room(module: str) -> str:
    return module.partition(".")[0]


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _imports(module: str) -> Iterator[str]:
    """Every module that ``module`` imports anywhere in its text, as written."""
    for node in ast.walk(_tree(MODULES[module])):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: relative import"
            yield node.module or ""
            yield from (f"{node.module}.{each.name}" for each in node.names)


def _own(module: str) -> set[str]:
    """The modules of the house it imports."""
    names = {name.removeprefix("generator.") for name in _imports(module)}
    return {name for name in names if name in MODULES}


def _outside(module: str) -> set[str]:
    """Top-level packages from outside the house and the standard library."""
    names = {name.partition(".")[0] for name in _imports(module)}
    return names - sys.stdlib_module_names - {"generator"}


def _is_stranger(module: str) -> bool:
    return module.startswith(STRANGER)


@pytest.mark.parametrize("module", MODULES)
def test_every_module_has_its_floor(module: str) -> None:
    assert _room(module) in FLOOR


@pytest.mark.parametrize("module", MODULES)
def test_imports_run_downwards_only(module: str) -> None:
    mine = FLOOR[_room(module)]
    for other in _own(module):
        if _room(other) != _room(module):
            assert FLOOR[_room(other)] >= mine, f"{module} must not import {other}"


def test_rooms_form_no_ring() -> None:
    doors: dict[str, set[str]] = {}
    for module in MODULES:
        doors.setdefault(_room(module), set()).update(
            _room(other) for other in _own(module) if _room(other) != _room(module)
        )
    while doors:
        free = {room for room, others in doors.items() if not others & doors.keys()}
        assert free, f"a ring of imports among {sorted(doors)}"
        doors = {room: others for room, others in doors.items() if room not in free}


@pytest.mark.parametrize("module", [each for each in MODULES if _room(each) in BEHIND_THE_DOOR])
def test_nothing_behind_the_door_knows_what_lies_before_it(module: str) -> None:
    assert not {_room(other) for other in _reachable(module)} & {"source", "gate", "desk"}


WHOLE_RECORD = {"handover", "archiving", "bundle.archive"}
"""What may know a dossier, which holds what no edition does."""


@pytest.mark.parametrize("module", [each for each in MODULES if each != "model.dossier"])
def test_only_the_archive_gets_the_whole_record(module: str) -> None:
    if not any(_within(module, place) for place in WHOLE_RECORD):
        assert "model.dossier" not in _own(module)
    if module not in {"archiving"} and not _within(module, "bundle.archive"):
        assert not any(_within(each, "bundle.archive") for each in _own(module))


def _reachable(module: str) -> set[str]:
    seen: set[str] = set()
    todo = {module}
    while todo:
        each = todo.pop()
        seen.add(each)
        todo |= _own(each) - seen
    return seen


@pytest.mark.parametrize("module", [each for each in MODULES if _room(each) in NO_DISK])
def test_the_pure_floors_touch_no_disk(module: str) -> None:
    names = set(_imports(module))
    assert not {name for name in names if name in DISK or name.partition(".")[0] in DISK}
    calls = {
        node.func.id
        for node in ast.walk(_tree(MODULES[module]))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not calls & {"open", "print", "input", "exec", "eval", "__import__"}


@pytest.mark.parametrize("module", [each for each in MODULES if _room(each) == "model"])
def test_the_model_needs_the_standard_library_only(module: str) -> None:
    assert _outside(module) == set()


@pytest.mark.parametrize("module", [each for each in MODULES if not _is_stranger(each)])
def test_each_outside_tool_is_known_to_one_place(module: str) -> None:
    for tool in _outside(module):
        known = TOOLS.get(tool, set())
        assert any(_within(module, place) for place in known), f"{module} must not know {tool}"


def _within(module: str, place: str) -> bool:
    return module == place or module.startswith(f"{place}.")


def test_every_known_tool_is_in_use() -> None:
    used = {(tool, module) for module in MODULES for tool in _outside(module)}
    listed = {(tool, place) for tool, places in TOOLS.items() for place in places}
    for tool, place in listed:
        assert any(each == tool and _within(module, place) for each, module in used), (tool, place)


@pytest.mark.parametrize("module", [each for each in MODULES if _is_stranger(each)])
def test_the_stranger_shares_no_code_with_the_makers(module: str) -> None:
    allowed = {"diagnostics", "publish"}
    assert {_room(other) for other in _reachable(module)} <= allowed


def _prints(module: str) -> bool:
    return any(
        isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Name) and node.func.id == "print")
            or (isinstance(node.func, ast.Attribute) and node.func.attr == "echo")
        )
        for node in ast.walk(_tree(MODULES[module]))
    )


def test_only_the_command_line_prints() -> None:
    assert {_room(module) for module in MODULES if _prints(module)} == {"verbs", "terminal"}


_CLOCKS = {"now", "today", "utcnow", "time_ns", "localtime"}


def test_only_the_command_line_looks_at_the_clock() -> None:
    looking = {
        module
        for module, path in MODULES.items()
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Attribute) and node.attr in _CLOCKS
    }
    assert looking <= {"terminal"}


@pytest.mark.parametrize(("module", "path"), MODULES.items(), ids=MODULES)
def test_budgets(module: str, path: Path) -> None:
    """A module of at most 300 lines, functions of at most 60."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= 60, f"{module}.{node.name} has {length} lines"
