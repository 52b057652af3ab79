"""Reports: one module for each format, with a function `render` that returns the text of a report."""

from collections.abc import Callable
from importlib import import_module

from vnetlint.report.content import Report


def renderer(name: str) -> Callable[[Report], str]:
    """Return the function that renders a format. Only the module of this format is loaded."""
    render: Callable[[Report], str] = import_module(f"vnetlint.report.{name}").render
    return render
