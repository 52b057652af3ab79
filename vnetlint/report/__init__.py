"""Reports: one module per format, each with a function from an outcome to the text of the report."""

from collections.abc import Callable
from importlib import import_module

from vnetlint.report.outcome import Outcome


def renderer(name: str) -> Callable[[Outcome], str]:
    """Return the renderer of a format, loading only its module."""
    render: Callable[[Outcome], str] = import_module(f"vnetlint.report.{name}").render
    return render
