"""What the server judges, for an editor's status line: what a document is, and which configuration it has."""

import os
from typing import Any

from vnetlint.lsp.analysis import Analyst, Judgement
from vnetlint.report.display import clean
from vnetlint.xml.source import Source

METHOD = "vnetlint/status"
"""The request of a client that shows it."""


def status_of(judgement: Judgement, analyst: Analyst) -> dict[str, Any]:
    """Return what a document is checked as, and with what.

    `kind` is "libvirt", "other" for XML that is not checked, or "excluded". `beside` counts the other files of libvirt
    that are judged with it.
    """
    run, group = judgement.run, analyst.plans.group_of(judgement.buffer)
    source, settings = judgement.buffer.input, run.settings
    is_checked = isinstance(source, Source) and bool(run.inputs and analyst.memory.models(source, settings))
    return {
        "kind": "excluded" if group.is_excluded else "libvirt" if is_checked else "other",
        "configuration": os.path.abspath(group.config) if group.config is not None else None,
        "folder": os.path.abspath(group.folder) if group.folder is not None else None,
        "beside": sum(bool(analyst.memory.models(each, settings)) for each in run.context) if is_checked else 0,
        "hasHost": settings.host is not None,
        "error": clean(judgement.error),
    }


def broken(error: str) -> dict[str, Any]:
    """Return the status of a document that cannot be judged, with the reason."""
    return {
        "kind": "broken", "configuration": None, "folder": None, "beside": 0, "hasHost": False, "error": clean(error),
    }  # fmt: skip
