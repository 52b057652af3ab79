"""Each snippet of the docs for a CI is run, as far as that can be done without the forge.

They are found by their form, so a new one is run too, or fails because nothing here knows its form. Hooks of
pre-commit are run by `test_pre_commit.py`; the action and the job of GitLab, which `uses` and `include` name, by
`test_ci.py`. Everything else is shell: it runs in a site without findings and in one with an error.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import checkout
from tests.snippets import Snippet, snippets

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

RUN_ELSEWHERE = {"repos": "test_pre_commit.py", "include": "test_ci.py"}
"""What begins a snippet of docs/ci.md that another test runs."""
USED = ("actions/checkout@", "github/codeql-action/upload-sarif@", "OWNER/REPOSITORY@COMMIT")
"""The actions in snippets; only the last one is of this project."""
INSTALLING = "pip install git+ADDRESS@COMMIT"
"""How a snippet installs vnetlint, which is installed here; `release/test_install.py` does it."""
SHELL_PAGES = ("ci.md", "reports.md", "baseline.md", "policies.md")
"""The pages whose shell commands are run here. Of blocks with output, `test_readme.py`, `policy/test_tutorial.py` and a
test below run those."""
CLEAN = "<network>\n  <name>lan</name>\n  <ip address='10.1.0.1' prefix='24'/>\n</network>\n"
BROKEN = CLEAN.replace("  <ip", "  <forward mode='bridge'/>\n  <bridge name='br0'/>\n  <ip")
REVIEWDOG = """#!/bin/sh
exec python3 -c 'import json, sys; assert isinstance(json.load(sys.stdin)["diagnostics"], list)'
"""
YAML = [(each, yaml.safe_load(each.text)) for each in snippets("yaml") if not (each.file and each.page == "ansible.md")]
"""The files of docs/ansible.md are one project, which `site/test_examples.py` runs."""
SHELL = [each for each in snippets("", "sh", "bash") if each.page in SHELL_PAGES and INSTALLING not in each.text]


def commands(document: Any) -> Iterator[str]:
    """Yield the scripts of a workflow, of steps, or of jobs of GitLab. Raises AssertionError for any other form."""
    if isinstance(document, list):
        for step in document:
            assert ("run" in step) != ("uses" in step), f"neither a step that runs nor one that uses: {step}"
            if "run" in step:
                yield step["run"]
            else:
                assert step["uses"].startswith(USED), f"nothing runs {step['uses']}"
    elif "jobs" in document:
        for job in document["jobs"].values():
            yield from commands(job["steps"])
    elif "steps" in document:
        yield from commands(document["steps"])
    else:
        for name, job in document.items():
            assert "script" in job, f"no test knows what '{name}' is"
            yield job["script"] if isinstance(job["script"], str) else "\n".join(job["script"])


def promised(document: Any) -> Iterator[str]:
    """Yield the files that a snippet takes from a run: uploads and reports."""
    if isinstance(document, dict):
        for key, value in document.items():
            if key in ("sarif_file", "codequality", "junit"):
                yield value
            else:
                yield from promised(value)
    elif isinstance(document, list):
        for each in document:
            yield from promised(each)


class Site:
    """A repository with a policy and a configuration, in which a network is new. vnetlint is on the path."""

    def __init__(self, folder: Path, programs: Path, text: str) -> None:
        self.folder = folder / "site"
        tools = folder / "tools"
        files = {
            self.folder / "vnetlint.toml": "",
            self.folder / ".github" / "problem-matcher.json": (
                checkout.ROOT / "templates" / "problem-matcher.json"
            ).read_text("utf-8"),
            **{self.folder / each.file: each.text for each in snippets("toml") if each.file == "site.toml"},
            tools / "reviewdog": REVIEWDOG,
        }
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        (tools / "reviewdog").chmod(0o755)
        checkout.commit_all(self.folder)
        base = checkout.git(self.folder, "rev-parse", "HEAD").strip()
        (self.folder / "kvm").mkdir()
        (self.folder / "kvm" / "lan.xml").write_text(text)
        self.environment = checkout.environment(
            CI_MERGE_REQUEST_DIFF_BASE_SHA=base, PATH=f"{tools}:{programs}:{os.environ['PATH']}"
        )

    def run(self, script: str) -> int:
        """Run a script as GitHub does without `shell`; return its exit code."""
        done = subprocess.run(
            ["bash", "-e", "-c", script.replace(INSTALLING, "true")],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in (0, 1), f"{script}\n{done.stdout}{done.stderr}"
        return done.returncode


def test_there_are_snippets() -> None:
    assert len(YAML) >= 12
    assert len(SHELL) >= 5


@pytest.mark.parametrize(("snippet", "document"), YAML, ids=[str(each) for each, _ in YAML])
def test_a_snippet_of_yaml_works(snippet: Snippet, document: Any, programs: Path, tmp_path: Path) -> None:
    if elsewhere := next((test for key, test in RUN_ELSEWHERE.items() if key in document), None):
        assert snippet.page == "ci.md", f"{elsewhere} runs only those of docs/ci.md"
        return
    scripts = list(commands(document))
    for name, text, fails in (("clean", CLEAN, False), ("broken", BROKEN, True)):
        site = Site(tmp_path / name, programs, text)
        codes = [site.run(script) for script in scripts]
        assert any(codes) == (fails and bool(codes) and "--exit-zero" not in snippet.text)
        if codes:
            assert [each for each in promised(document) if not (site.folder / each).is_file()] == []


@pytest.mark.parametrize("snippet", SHELL, ids=str)
def test_shell_commands_work(snippet: Snippet, programs: Path, tmp_path: Path) -> None:
    assert Site(tmp_path, programs, CLEAN).run(snippet.text) == 0


def test_a_baseline_makes_a_broken_site_green(programs: Path, tmp_path: Path) -> None:
    (shown,) = (each for each in snippets("console") if each.page == "baseline.md")
    (setting,) = (each for each in snippets("toml") if each.page == "baseline.md")
    site = Site(tmp_path, programs, BROKEN)
    assert site.run("vnetlint check") == 1
    (site.folder / "vnetlint.toml").write_text(setting.text)
    assert site.run("\n".join(line.removeprefix("$ ") for line in shown.text.splitlines())) == 0
    assert len(json.loads((site.folder / "vnetlint-baseline.json").read_text())["findings"]) == 1
