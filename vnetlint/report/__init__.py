"""Reports: one module a format, each a function from an outcome to the text that stands on stdout."""

from collections.abc import Callable
from importlib import import_module

from vnetlint.report.outcome import Outcome


def renderer(name: str) -> Callable[[Outcome], str]:
    """Give the renderer of a format; only its module is loaded."""
    render: Callable[[Outcome], str] = import_module(f"vnetlint.report.{name}").render
    return render
