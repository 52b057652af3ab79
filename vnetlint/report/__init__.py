"""Reports: one module for each format, with a function `render` that returns the text of a report.

The formats are the modules of this folder, without those that several formats share: a new file is a new format.
"""

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules

from vnetlint.report.content import Report

_SHARED = {"content", "display", "fixlist", "statistics", "text", "xmltext"}


def formats() -> tuple[str, ...]:
    """Return the names of all formats."""
    return tuple(sorted({each.name for each in iter_modules(__path__)} - _SHARED))


def renderer(name: str) -> Callable[[Report], str]:
    """Return the function that renders a format. Only the module of this format is loaded."""
    render: Callable[[Report], str] = import_module(f"vnetlint.report.{name}").render
    return render
