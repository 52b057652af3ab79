"""Reports: one module per format, each with a function `render` from an outcome to the text of the report.

The formats are the modules of this folder but for those that several formats share, so a new file is a new format.
"""

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules

from vnetlint.report.outcome import Outcome

_SHARED = {"display", "outcome", "text"}


def formats() -> tuple[str, ...]:
    """Return the names of all formats."""
    return tuple(sorted({each.name for each in iter_modules(__path__)} - _SHARED))


def renderer(name: str) -> Callable[[Outcome], str]:
    """Return the renderer of a format, loading only its module."""
    render: Callable[[Outcome], str] = import_module(f"vnetlint.report.{name}").render
    return render
