"""Makes `vnetlint/rules/bundle.py` of a wheel: all rules in one module, without their pages.

To load 330 files takes several times as long as to check a file. A checkout has no bundle: its rules are their files.
"""

import ast
import builtins
from collections.abc import Collection, Iterator, Mapping
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
    texts = {path: path.read_text("utf-8") for path in sorted(rules.glob("*/*.py")) if path.stem != "__init__"}
    trees = {path: ast.parse(text) for path, text in texts.items()}
    shared = _shared(trees.values())
    sections = "".join(_section(path, text, trees[path], shared.keys()) for path, text in texts.items())
    imports = "\n".join(shared.values())
    return f"{_HEAD}{imports}\n{sections}\n\nFILES = ({', '.join(map(_function, texts))},)\n"


def _shared(trees: Collection[ast.Module]) -> Mapping[str, str]:
    """Return the import of each name that is the same in all files that import it.

    To import it once is faster. A name of Python's own is not among them, as another file may mean that.
    """
    imports: dict[str, set[str]] = {}
    for tree in trees:
        for name, statement in _imports(tree):
            imports.setdefault(name, set()).add(statement)
    return {name: min(each) for name, each in sorted(imports.items()) if len(each) == 1 and not hasattr(builtins, name)}


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the names that a file imports, each with a statement that imports it alone."""
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, ast.unparse(_importing(node, [alias]))


def _importing(node: ast.Import | ast.ImportFrom, names: list[ast.alias]) -> ast.stmt:
    return ast.Import(names) if isinstance(node, ast.Import) else ast.ImportFrom(node.module, names, node.level)


def _function(path: Path) -> str:
    return f"{path.parent.name}_{path.stem}"


def _section(path: Path, text: str, tree: ast.Module, shared: Collection[str]) -> str:
    """Return a function that runs the code of a file, and returns what the file declares.

    A function, because names of one file must not be seen by another.
    """
    module, head = f"vnetlint.rules.{path.parent.name}.{path.stem}", f"\n\ndef {_function(path)}():"
    lines = text.splitlines()
    inside = {number for each in _texts(tree) for number in range(each.lineno, each.end_lineno or 0)}
    lines = [line if number in inside else f"    {line}" for number, line in enumerate(lines)]
    for each in _documentation(tree):
        _replace(lines, each, f"{' ' * each.col_offset}pass")
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            own = [alias for alias in node.names if (alias.asname or alias.name) not in shared]
            _replace(lines, node, ast.unparse(_importing(node, own)) if own else "pass")
        elif isinstance(node, ast.FunctionDef) and node.decorator_list:
            # A rule takes its family and its page from the module of its check.
            lines[node.lineno - 1] = f"    @_written_in(__name__)\n{lines[node.lineno - 1]}"
    body = "\n".join(lines)
    return f"{head}\n    __name__ = {module!r}\n{body}\n    return locals()\n"


def _replace(lines: list[str], node: ast.stmt, by: str) -> None:
    """Replace the lines of a statement by one, without a change of the others' numbers."""
    end = node.end_lineno or node.lineno
    lines[node.lineno - 1 : end] = [f"    {by}", *[""] * (end - node.lineno)]


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
