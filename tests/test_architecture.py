"""Dependencies point one way, and what is loaded before the first finding is chosen with care."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

LAYERS: list[tuple[str, ...]] = [
    ("dataclass", "lazy"),
    ("finding", "errors", "inputkey", "interruption", "datafolders"),
    ("version", "validation"),
    ("files.paths", "files.regular", "files.write", "files.gitignore", "files.candidates", "files.tomlplaces"),
    ("files.kept", "files.program"),
    ("files.jsonplaces", "files.textplaces", "config.file"),
    ("xml",),
    ("schema", "model"),
    ("rulebook.address", "rulebook.page", "rulebook.info", "rulebook.rule", "rulebook.catalogue"),
    ("result", "settings"),
    ("host",),
    ("project",),
    ("reach",),
    ("remedies",),
    ("api",),
    ("rules",),
    ("files",),
    ("live",),
    ("rulebook",),
    ("policy",),
    ("engine",),
    ("config",),
    ("cache",),
    ("fleet",),
    ("report",),
    ("graph",),
    ("complete",),
    ("testing",),
    ("adopt",),
    ("cli", "lsp", "__main__"),
]
"""From the bottom up; each may import what is in its own row or above it here. A module has the rank of its room,
unless it is named itself."""

PROJECT = [
    ("site", "nearest", "seen"),
    ("networks",),
    ("guests",),
    ("filters", "bridges", "devices", "ports"),
    ("subnets", "identities"),
    ("__init__",),
]
"""The parts of a project, from the bottom up."""

MAX_LINES = 15
RANK = {name: rank for rank, row in enumerate(LAYERS) for name in row}
FILES = sorted([*ROOT.glob("vnetlint/**/*.py"), *ROOT.glob("rules/**/*.py")])


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    own = ".".join(path.relative_to(ROOT).with_suffix("").parts).removeprefix("vnetlint.")
    if own == "__init__":
        return
    for imported in _imported(path):
        assert _rank(imported) <= _rank(own), f"{own} imports {imported}"


def _rank(module: str) -> int:
    parts = module.split(".")
    return next(RANK[name] for depth in (2, 1) if (name := ".".join(parts[:depth])) in RANK)


@pytest.mark.parametrize("path", sorted(ROOT.glob("rules/*/*.py")), ids=lambda path: path.stem)
def test_rules_import_only_the_api_and_how_a_class_is_made(path: Path) -> None:
    assert set(_imported(path)) <= {"api", "dataclass"}


@pytest.mark.parametrize("path", sorted(ROOT.glob("vnetlint/project/*.py")), ids=lambda path: path.stem)
def test_the_parts_of_a_project_depend_on_each_other_in_one_direction(path: Path) -> None:
    ranks = {name: rank for rank, row in enumerate(PROJECT) for name in row}
    modules = [node.module or "" for node in _run_nodes(_tree(path)) if isinstance(node, ast.ImportFrom)]
    for module in (each.rpartition(".")[2] for each in modules if each.startswith("vnetlint.project.")):
        assert ranks[module] < ranks[path.stem], f"{path.stem} imports {module}"


@pytest.mark.parametrize("path", sorted(ROOT.glob("rules/*/*.py")), ids=lambda path: path.stem)
def test_a_check_is_short(path: Path) -> None:
    """At most fifteen lines, where a call of `problem` counts as one, however many arguments it has."""
    for node in _tree(path).body:
        if isinstance(node, ast.FunctionDef) and node.name == "check":
            assert _lines(node) <= MAX_LINES, f"{path.stem}: {_lines(node)} lines; the model lacks a property"


def test_no_two_rules_have_the_same_helper() -> None:
    found: dict[str, Path] = {}
    for path in sorted(ROOT.glob("rules/*/*.py")):
        for node in _tree(path).body:
            if isinstance(node, ast.FunctionDef) and node.name != "check":
                body = "\n".join(ast.unparse(each) for each in _body(node))
                assert body not in found, f"{path.stem} and {found[body].stem}: this belongs into the model or remedies"
                found[body] = path


def test_findings_import_nothing_of_the_project_but_how_a_class_is_made() -> None:
    assert list(_imported(ROOT / "vnetlint" / "finding.py")) == ["dataclass"]


def test_every_class_that_a_check_loads_is_made_by_the_own_dataclass() -> None:
    """The standard library's compiles six methods for each class that is loaded."""
    program = "import sys, vnetlint.cli.check; print(*(getattr(each, '__file__', '') for each in sys.modules.values()))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = {Path(each).resolve() for each in run.stdout.split() if each.endswith(".py")} & set(FILES)
    assert len(loaded) > 50
    for path in loaded - {ROOT / "vnetlint" / "dataclass.py"}:
        names = [
            each.names for each in _tree(path).body if isinstance(each, ast.ImportFrom) and each.module == "dataclasses"
        ]
        assert "dataclass" not in {each.name for group in names for each in group}, path


def test_nothing_below_the_faces_prints_or_exits() -> None:
    for path in FILES:
        if _room(path) in ("cli", "lsp", "__main__"):
            continue
        names = {node.func.id for node in ast.walk(_tree(path)) if isinstance(node, ast.Call) and
                 isinstance(node.func, ast.Name)}  # fmt: skip
        assert not names & {"print", "exit", "input"}, path


def test_checking_a_file_loads_nothing_that_it_does_not_need() -> None:
    program = (
        "import io, sys; from vnetlint.cli.main import main;"
        "code = main(['check', '-'], io.BytesIO(b'<network><name>n</name></network>'), io.StringIO(), io.StringIO());"
        "assert code == 0, code;"
        "print(*sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert not {"xmlschema", "pydantic", "rich", "pygls"} & loaded
    assert not {"vnetlint.schema.derive", "vnetlint.schema.rng", "vnetlint.config.model"} & loaded
    assert {each for each in loaded if each.startswith("vnetlint.report.")} == {
        f"vnetlint.report.{name}" for name in ("concise", "content", "display", "full")
    }
    assert not [each for each in loaded if each.startswith(("vnetlint.policy", "vnetlint.live", "libvirt"))]
    assert "xml.etree.ElementTree" not in loaded


def test_no_two_classes_or_types_share_a_name() -> None:
    homes: dict[str, list[str]] = {}
    for path in FILES:
        if _room(path) != "rules":
            for name in _types_defined(_tree(path)):
                homes.setdefault(name, []).append(str(path.relative_to(ROOT)))
    shared = {name: found for name, found in homes.items() if len(found) > 1}
    assert not shared, shared


def _types_defined(tree: ast.Module) -> Iterator[str]:
    """The public classes and type aliases at the top of a module. Type variables are calls, so they do not count."""
    for node in tree.body:
        names: list[str] = []
        if isinstance(node, ast.ClassDef):
            names = [node.name]
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp | ast.Subscript | ast.Name):
            names = [each.id for each in node.targets if isinstance(each, ast.Name)]
        yield from (name for name in names if name[0].isupper() and not name.isupper())


def _room(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return "rules" if parts[0] == "rules" else parts[1]


def _imported(path: Path) -> Iterator[str]:
    """The modules of the project that a file imports when it is loaded or run, but not for type checkers alone."""
    for node in _run_nodes(_tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("vnetlint"):
            room = node.module.removeprefix("vnetlint").removeprefix(".")
            for alias in node.names:
                inside = ROOT / "vnetlint" / room.replace(".", "/") / f"{alias.name}.py"
                if name := ".".join(filter(None, (room, alias.name if inside.is_file() else ""))):
                    yield name
        elif isinstance(node, ast.Import):
            yield from (each.name.partition(".")[2] for each in node.names if each.name.startswith("vnetlint."))


def _run_nodes(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            continue
        yield node
        yield from _run_nodes(node)


def _lines(function: ast.FunctionDef) -> int:
    body = _body(function)
    calls = [node for each in body for node in ast.walk(each) if isinstance(node, ast.Call)]
    problems = [each for each in calls if isinstance(each.func, ast.Name) and each.func.id == "problem"]
    arguments = sum((each.end_lineno or each.lineno) - each.lineno for each in problems)
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 - arguments


def _body(function: ast.FunctionDef) -> list[ast.stmt]:
    """The statements of a function without its docstring."""
    return function.body[ast.get_docstring(function) is not None :]


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))
