"""What the playground shows of the files in it, made by the functions that the commands call.

The page's worker runs this module in a browser; there, Graphviz is a script. Requests and answers are JSON.
"""

import json
import os
import re
import sys
from collections.abc import Callable, Mapping
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from vnetlint.cli.checkrequest import CheckRequest
from vnetlint.cli.diff import unified
from vnetlint.cli.judging import Judging, NoBaselines
from vnetlint.cli.reporting import Reporting, Silence, note_foreign
from vnetlint.cli.streams import Streams
from vnetlint.config.chain import forget as forget_files
from vnetlint.config.plan import Run, RunPlanner
from vnetlint.config.runoptions import RunOptions
from vnetlint.engine.fixes import edits_by_path
from vnetlint.errors import UserError
from vnetlint.files.read import typed
from vnetlint.finding import Finding, Fix
from vnetlint.inputkey import FileKey
from vnetlint.report import renderer
from vnetlint.report.concise import fold_line
from vnetlint.report.content import Fold, Report, folded
from vnetlint.report.full import described, fix_shown
from vnetlint.result import FixResult
from vnetlint.xml.source import Input, Source
from vnetlint.xml.splice import apply, with_leftovers

CONFIGURATION = "vnetlint.toml"
MAX_NAME = 100
_NAME = re.compile(r"(?!.*(^|/)\.{0,2}(/|$))[^\\\x00-\x1f\x7f]+")
"""A path below the folder: no part of it is empty, `.` or `..`."""

Answer = dict[str, Any]
Graphviz = Callable[[str], str]


class PlaygroundError(UserError):
    """The files cannot be checked as they are. The message says why."""


class Playground:
    """The files of one page, in a folder of their own, which is the current one."""

    def __init__(self, folder: str, graphviz: Graphviz | None = None) -> None:
        self._graphviz = graphviz
        self._inputs: list[Input] = []
        self._options = RunOptions()
        self._report: Report | None = None
        self._judging: Judging | None = None
        self._fixed: FixResult | None = None
        os.makedirs(folder, exist_ok=True)
        os.chdir(folder)

    def check(self, request: str) -> str:
        """Return what is found in the files of a request, as text and one by one, with the notes of the run."""
        return self._answer(lambda: self._check(json.loads(request)))

    def diff(self) -> str:
        """Return what fixing would change, as a diff and as whole files."""
        return self._answer(self._diff)

    def reach(self) -> str:
        """Return who reaches whom, as a table of each IP version."""
        return self._answer(self._reach)

    def picture(self) -> str:
        """Return the topology as an `<svg>` element without a style."""
        return self._answer(self._picture)

    def fix(self, finding: int, number: int) -> str:
        """Return the files that a fix of a finding changes, both by their numbers in the last answer of `check`."""
        return self._answer(lambda: {"files": self._after(self._shown()[finding].fixes[number])})

    def _answer(self, made: Callable[[], Answer]) -> str:
        try:
            answer = made()
        except UserError as error:
            answer = {"error": str(error)}
        except ModuleNotFoundError as error:
            what = f"this needs the Python package {error.name}, which cannot be had in a browser"
            answer = {"error": f"{what}; the command line has it"}
        except Exception as error:
            answer = {"error": f"the check failed: {type(error).__name__}: {error}; please report this with the files"}
        return json.dumps(answer)

    def _check(self, request: Mapping[str, Any]) -> Answer:
        self._report = self._judging = self._fixed = None
        self._inputs = []
        self._options = self._written(request)
        planner = RunPlanner(self._options, read=_read)
        planner.check_options()
        self._inputs = [_read(name) for name in sorted(request["files"])]
        runs = planner.plan(self._inputs)
        if any(run.settings.metadata for run in runs):
            raise PlaygroundError("schemas for <metadata> cannot be used here; the command line can")
        self._judging, streams = self._judged(runs, planner)
        result = self._judging.linted().result
        note_foreign(result, frozenset(request["files"]), streams)
        silence = Silence.of(runs, result, planner.catalogue, False, self._judging.remembered)
        reporting = Reporting(runs, self._options.fail_on, self._asked(), False, silence)
        self._report = report = reporting.report(result)
        return {
            "findings": [_shown(report, each) for each in folded(report)],
            "text": renderer("full")(report),
            "json": renderer("json")(report),
            "notes": _error_of(streams),
        }

    def _judged(self, runs: list[Run], planner: RunPlanner) -> tuple[Judging, Streams]:
        streams = Streams(BytesIO(), StringIO(), StringIO())
        return Judging(runs, lambda: None, NoBaselines(), self._asked(), planner, streams), streams

    def _asked(self) -> CheckRequest:
        paths = [each.path for each in self._inputs]
        nothing = (False, False, False, False, None, None, False, None)
        return CheckRequest(paths, False, False, "full", (), *nothing, self._options, uses_cache=False)

    def _written(self, request: Mapping[str, Any]) -> RunOptions:
        """Write the files of a request into the folder, and return its options."""
        for path in sorted(Path().rglob("*"), reverse=True):
            if path.is_dir():
                path.rmdir()
            else:
                path.unlink()
        inventory, configuration = request.get("inventory", ""), request.get("configuration", "")
        beside = {}
        if inventory.strip():
            # TOML has no table that starts with a brace.
            beside["host.json" if inventory.lstrip()[0] in "{[" else "host.toml"] = inventory
        host = next(iter(beside), None)
        if configuration.strip():
            beside[CONFIGURATION] = configuration
        for name in request["files"]:
            if len(name) > MAX_NAME or not _NAME.fullmatch(name) or name in beside:
                raise PlaygroundError(f"'{name[:MAX_NAME]}' cannot be the name of a file here")
        for name, text in {**request["files"], **beside}.items():
            try:
                Path(name).parent.mkdir(parents=True, exist_ok=True)
                Path(name).write_bytes(text.encode("utf-8", "replace"))
            except OSError:
                # Such as `a` and `a/b`.
                raise PlaygroundError(f"'{name}' cannot be the name of a file beside the others") from None
        _forget()
        rules = tuple(filter(None, re.split(r"[\s,]+", request.get("rules", ""))))
        return RunOptions(
            unsafe=bool(request.get("unsafe")),
            select=rules,
            host=host,
            target=request.get("target", "").strip() or None,
        )

    def _shown(self) -> list[Finding]:
        return [each for each in folded(self._report) if isinstance(each, Finding)] if self._report else []

    def _after(self, fix: Fix) -> dict[str, str]:
        texts = {each.path: each.text for each in self._inputs if isinstance(each, Source)}
        changed = edits_by_path([fix])
        return {path: apply(texts[path], with_leftovers(texts[path], edits)) for path, edits in changed.items()}

    def _diff(self) -> Answer:
        if self._judging is None:
            return {}
        self._fixed = fixed = self._judging.fixed()
        changed = {each.after.path: each.after.text for each in fixed.changed}
        diff = "".join(line for each in fixed.changed for line in unified(each.before, each.after))
        return {"diff": diff, "files": changed, "fixed": fixed.fixed, "left": len(fixed.result.findings)}

    def _reach(self) -> Answer:
        from vnetlint.cli.matrixtext import Table, chosen, grid, name, reasons
        from vnetlint.reach import Reach
        from vnetlint.reach.answer import IpVersion
        from vnetlint.reach.matrix import cells

        project, notes = self._project()
        model = Reach(project, probes=not project.guests.all)
        if not model.world.guests and not model.world.probes:
            return {"tables": [], "notes": notes}
        sources, targets, kinds = chosen(model, model.groups, model.groups)
        shared, tables, why = Table(80, kinds), [], []
        versions: tuple[IpVersion, ...] = (4, 6)
        for version in versions:
            if not model.has_guests_with(version):
                continue
            found = list(cells(model, sources, targets, version))
            rows, columns, signs = grid(shared, model, found)
            heads = [name(shared, each) for each in columns]
            lines = [[name(shared, each), *texts] for each, texts in zip(rows, signs, strict=True)]
            tables.append({"title": f"IPv{version}", "heads": heads, "rows": lines})
            why.append(reasons(model, found))
        return {"tables": tables, "legend": shared.footer(), "why": "".join(why), "notes": notes}

    def _picture(self) -> Answer:
        from vnetlint.graph.layout import layout_of, understood
        from vnetlint.graph.svg import svg_lines
        from vnetlint.graph.topology import topology_of

        project, _ = self._project()
        if not (project.networks.all or project.guests.all):
            return {"svg": ""}
        topology = topology_of(project)
        graphviz = self._graphviz
        layout = layout_of(topology, (lambda request: understood(graphviz(request))) if graphviz else None)
        return {"svg": "\n".join(svg_lines(topology, layout, styled=False))}

    def _project(self) -> Any:
        """Return the project of the files, and the notes about it."""
        from vnetlint.cli.project import project_of

        files = project_of(self._inputs, self._options.host, None)
        streams = Streams(BytesIO(), StringIO(), StringIO())
        files.note(streams)
        return files.project, _error_of(streams)


def _read(name: str) -> Input:
    """Return a file as an editor's text, because a page has no bytes."""
    return typed(FileKey(name), Path(name).read_bytes().decode("utf-8", "replace"))


def _forget() -> None:
    """Clear the caches of configurations, because the files have changed."""
    forget_files()
    # It takes long to load, and only a configuration needs it.
    if (load := sys.modules.get("vnetlint.config.load")) is not None:
        load.forget()


def _shown(report: Report, each: Finding | Fold) -> Answer:
    if isinstance(each, Fold):
        return {"fold": fold_line(each)}
    head, *body = described(report, each)
    source = report.result.source(each.path)
    return {
        "rule": each.rule,
        "severity": each.severity,
        "path": each.path,
        "start": _units(source.text, each.span.start),
        "end": _units(source.text, each.span.end),
        "head": head,
        "body": body,
        "fixes": [
            {"level": fix.safety, "lines": list(fix_shown(report, each, number)), "edits": bool(fix.edits)}
            for number, fix in enumerate(each.fixes)
        ],
    }


def _units(text: str, offset: int) -> int:
    """Return an offset in the units of JavaScript, which counts a character beyond U+FFFF as two."""
    return offset + sum(char > "\uffff" for char in text[:offset])


def _error_of(streams: Streams) -> str:
    assert isinstance(streams.err, StringIO)
    return streams.err.getvalue()
