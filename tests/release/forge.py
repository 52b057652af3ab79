"""A forge that runs the jobs of a workflow here: their shell for real, uploads and publishing as copies of folders."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests import checkout

UV = Path(sys.executable).parent / "uv"
ADDRESS = "https://github.com/OWNER/REPOSITORY"
_EXPRESSION = re.compile(r"\$\{\{ ([\w.]+) \}\}")

GH = """#!/bin/sh
printf '%s\\n' "$@" > "$FORGE_RELEASE"
"""
"""In place of the forge's command, which makes the page of a release."""


class JobError(Exception):
    """A step failed. The message has its name and its log."""


@dataclass
class Forge:
    """One run of a workflow for a tag. `folder` holds the workspaces of its jobs, and what they upload and publish."""

    workflow: dict[str, Any]
    source: Path
    """The repository."""
    tag: str
    folder: Path
    done: list[str] = field(default_factory=list)
    """The jobs that ran, in order."""

    @property
    def index(self) -> Path:
        """What was published."""
        return self.folder / "index"

    @property
    def attested(self) -> Path:
        """What was attested."""
        return self.folder / "attested"

    @property
    def release(self) -> Path:
        """The arguments of the command that makes the release, one a line."""
        return self.folder / "release.txt"

    def run(self) -> None:
        """Run all jobs, each after those that it needs. Raises JobError."""
        waiting = dict(self.workflow["jobs"])
        while waiting:
            name = next(name for name, job in waiting.items() if set(_needs(job)) <= {*self.done})
            self._job(name, waiting.pop(name))
            self.done.append(name)

    def _job(self, name: str, job: Mapping[str, Any]) -> None:
        """Run one job. Of a matrix it runs the member for this Python, because the others need other interpreters."""
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        assert version in job.get("strategy", {}).get("matrix", {}).get("python", [version])
        workspace, temp, programs = (self.folder / name / each for each in ("workspace", "temp", "python/bin"))
        for each in (workspace, temp):
            each.mkdir(parents=True)
        # A fresh Python with pip for each job, as on the forge.
        subprocess.run([UV, "venv", "--quiet", "--seed", "--python", sys.executable, programs.parent], check=True)
        (programs / "gh").write_text(GH)
        (programs / "gh").chmod(0o755)
        values = {"matrix.python": version, "github.token": "a-token", "github.ref": f"refs/tags/{self.tag}"}
        for step in job["steps"]:
            inputs = {key: _filled(value, values) for key, value in step.get("with", {}).items()}
            if "uses" in step:
                getattr(self, METHODS[step["uses"].partition("@")[0]])(workspace, inputs)
            else:
                own = {key: _filled(value, values) for key, value in step.get("env", {}).items()}
                self._shell(step["name"], step["run"], workspace, temp, programs, own)

    def _shell(self, name: str, script: str, workspace: Path, temp: Path, programs: Path, own: dict[str, str]) -> None:
        environment = checkout.environment(
            CI="true",
            GITHUB_REF=f"refs/tags/{self.tag}",
            GITHUB_REF_NAME=self.tag,
            GITHUB_REPOSITORY=ADDRESS.removeprefix("https://github.com/"),
            GITHUB_SERVER_URL="https://github.com",
            GITHUB_WORKSPACE=str(workspace),
            RUNNER_TEMP=str(temp),
            FORGE_RELEASE=str(self.release),
            PATH=f"{programs}{os.pathsep}{os.environ['PATH']}",
            **own,
        )
        assert "${{" not in script
        ran = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=workspace,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if ran.returncode:
            raise JobError(f"{name}: exit code {ran.returncode}\n{ran.stdout}")

    def _checkout(self, workspace: Path, inputs: Mapping[str, Any]) -> None:
        assert inputs["persist-credentials"] is False
        workspace.rmdir()
        command = ("-c", "advice.detachedHead=false", "clone", "--quiet", "--branch", self.tag)
        checkout.git(self.folder, *command, str(self.source), str(workspace))

    def _python(self, workspace: Path, inputs: Mapping[str, Any]) -> None:
        assert re.fullmatch(r"3\.\d\d", inputs["python-version"])

    def _upload(self, workspace: Path, inputs: Mapping[str, Any]) -> None:
        assert any((workspace / inputs["path"]).iterdir())
        shutil.copytree(workspace / inputs["path"], self.folder / "artifacts" / inputs["name"])

    def _download(self, workspace: Path, inputs: Mapping[str, Any]) -> None:
        shutil.copytree(self.folder / "artifacts" / inputs["name"], workspace / inputs["path"])

    def _attest(self, workspace: Path, inputs: Mapping[str, Any]) -> None:
        self.attested.mkdir()
        for each in workspace.glob(inputs["subject-path"]):
            shutil.copy(each, self.attested)

    def _publish(self, workspace: Path, inputs: Mapping[str, Any]) -> None:
        shutil.copytree(workspace / inputs["packages-dir"], self.index)


METHODS = {
    "actions/checkout": "_checkout",
    "actions/setup-python": "_python",
    "actions/upload-artifact": "_upload",
    "actions/download-artifact": "_download",
    "actions/attest-build-provenance": "_attest",
    "pypa/gh-action-pypi-publish": "_publish",
}
"""What does the work of each action here. The workflow may use no other."""


def workflow(path: Path) -> dict[str, Any]:
    """Return a workflow. YAML reads its key `on` as true."""
    read: dict[Any, Any] = yaml.safe_load(path.read_text("utf-8"))
    return {"on" if key is True else key: value for key, value in read.items()}


def steps(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the steps of all jobs."""
    for job in document["jobs"].values():
        yield from job["steps"]


def _needs(job: Mapping[str, Any]) -> list[str]:
    needs = job.get("needs", [])
    return [needs] if isinstance(needs, str) else needs


def _filled(value: Any, values: Mapping[str, str]) -> Any:
    return _EXPRESSION.sub(lambda found: values[found[1]], value) if isinstance(value, str) else value
