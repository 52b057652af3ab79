"""Makes `vnetlint/rules/bundle.py` of a wheel: all rules in one module, without their pages.

To load 330 files takes several times as long as to check a file. A checkout has no bundle: its rules are their files.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

NAME = "bundle"

_HEAD = '''"""All rules without their pages, each file as a function. Made by the build of the wheel."""


def _written_in(module):
    def belonging(check):
        check.__module__ = module
        return check

    return belonging
'''


def bundle(rules: Path) -> str:
    """Return the source of the module, from the folder that has the families of rules."""
    files = sorted(path for path in rules.glob("*/*.py") if path.stem != "__init__")
    sections = "".join(map(_section, files))
    return f"{_HEAD}{sections}\n\nFILES = ({', '.join(map(_function, files))},)\n"


def _function(path: Path) -> str:
    return f"{path.parent.name}_{path.stem}"


def _section(path: Path) -> str:
    """Return a function that runs the code of a file, and returns what the file declares.

    A function, because names of one file must not be seen by another.
    """
    module, head = f"vnetlint.rules.{path.parent.name}.{path.stem}", f"\n\ndef {_function(path)}():"
    text = path.read_text("utf-8")
    lines, tree = text.splitlines(), ast.parse(text)
    inside = {number for each in _texts(tree) for number in range(each.lineno, each.end_lineno or 0)}
    lines = [line if number in inside else f"    {line}" for number, line in enumerate(lines)]
    for each in _documentation(tree):
        end = each.end_lineno or each.lineno
        lines[each.lineno - 1 : end] = [f"    {' ' * each.col_offset}pass", *[""] * (end - each.lineno)]
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.decorator_list:
            # A rule takes its family and its page from the module of its check.
            lines[node.lineno - 1] = f"    @_written_in(__name__)\n{lines[node.lineno - 1]}"
    body = "\n".join(lines)
    return f"{head}\n    __name__ = {module!r}\n{body}\n    return locals()\n"


def _documentation(tree: ast.Module) -> Iterator[ast.Expr]:
    """Yield the texts that are statements: the page, and what documents a function or a constant."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node


def _texts(tree: ast.Module) -> Iterator[ast.Constant | ast.JoinedStr]:
    """Yield all texts. Their lines are not indented, because that would change them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            yield node
