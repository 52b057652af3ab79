"""Reports: one module per format, each with a function from an report to the text of the report."""

from collections.abc import Callable
from importlib import import_module

from vnetlint.report.content import Report


def renderer(name: str) -> Callable[[Report], str]:
    """Return the renderer of a format, loading only its module."""
    render: Callable[[Report], str] = import_module(f"vnetlint.report.{name}").render
    return render
