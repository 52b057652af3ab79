"""GitHub's action and GitLab's job do what docs/ci.md says; their shell runs as on the real runners."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import checkout
from vnetlint import __version__

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

ACTION = checkout.ROOT / "action.yml"
TEMPLATE = checkout.ROOT / "templates" / "vnetlint.yml"
DOCS = checkout.ROOT / "docs" / "ci.md"
SNIPPETS = re.findall(r"^```yaml\n(.*?)^```$", DOCS.read_text("utf-8"), re.MULTILINE | re.DOTALL)
CLEAN = "<network>\n  <name>lan</name>\n  <ip address='10.1.0.1' prefix='24'/>\n</network>\n"
BROKEN = CLEAN.replace("  <ip", "  <forward mode='bridge'/>\n  <bridge name='br0'/>\n  <ip")
HOSTILE = ["; touch x", "$(touch x)", "`touch x`", "' ; touch x ; '", '" ; touch x ; "', "*\ntouch x", "${IFS}", "--"]
_EXPRESSION = re.compile(r"\$\{\{ (\S+) \}\}")
_INTERPOLATION = re.compile(r"\$\[\[ inputs\.(\S+) \]\]")


@dataclass(frozen=True)
class Job:
    """How a job ended: its exit code and its log."""

    code: int
    log: str


class GitHub:
    """A GitHub runner with one workspace; `temp` holds what the first step installs."""

    def __init__(self, action: Path, workspace: Path, temp: Path) -> None:
        self.action = action
        self.workspace = workspace
        self.temp = temp
        self.output = workspace.parent / "github-output"
        self.definition: dict[str, Any] = yaml.safe_load((action / "action.yml").read_text("utf-8"))

    @property
    def outputs(self) -> list[str]:
        return self.output.read_text().splitlines()

    def step(self, number: int, **inputs: str) -> Job:
        """Run one step with inputs; the others have their defaults."""
        step = self.definition["runs"]["steps"][number]
        assert not set(inputs) - set(self.definition["inputs"])
        values = {f"inputs.{name}": each["default"] for name, each in self.definition["inputs"].items()}
        values |= {f"inputs.{name.replace('_', '-')}": value for name, value in inputs.items()}
        own = {name: _EXPRESSION.sub(lambda found: values[found[1]], text) for name, text in step["env"].items()}
        self.output.write_text("")
        environment = checkout.environment(
            GITHUB_ACTION_PATH=str(self.action),
            GITHUB_WORKSPACE=str(self.workspace),
            GITHUB_OUTPUT=str(self.output),
            RUNNER_TEMP=str(self.temp),
            **own,
        )
        assert step["shell"] == "bash"
        return _run(["bash", "--noprofile", "--norc", "-eo", "pipefail"], step["run"], self.workspace, environment)


class GitLab:
    """A GitLab runner with one project folder; its shell is bash or, in small images, sh."""

    def __init__(self, template: Path, project: Path, package: str) -> None:
        spec, self.jobs = yaml.safe_load_all(template.read_text("utf-8"))
        self.inputs: dict[str, Any] = spec["spec"]["inputs"]
        self.project = project
        self.package = package

    def job(self, **inputs: str) -> dict[str, Any]:
        """Return the job with its inputs filled in, as GitLab does."""
        assert not set(inputs) - set(self.inputs)
        values = {name: each.get("default") for name, each in self.inputs.items()} | {"package": self.package} | inputs
        ((name, job),) = self.jobs.items()
        filled: dict[str, Any] = _filled(job, values)
        assert _filled(name, values) == values["job-name"]
        return filled

    def run(self, *, part: slice = slice(None), shell: str = "bash", **inputs: str) -> Job:
        """Run the job's script, or a part of it."""
        job = self.job(**inputs)
        own = {name: each["value"] for name, each in job["variables"].items()}
        environment = checkout.environment(CI="true", CI_PROJECT_DIR=str(self.project), **own)
        options = ["-eo", "pipefail"] if shell == "bash" else ["-e"]
        return _run([shell, *options], "\n".join(job["script"][part]), self.project, environment)


def _filled(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {_filled(key, values): _filled(each, values) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, values) for each in value]
    return _INTERPOLATION.sub(lambda found: values[found[1]], value) if isinstance(value, str) else value


def _run(shell: list[str], script: str, folder: Path, environment: dict[str, str]) -> Job:
    file = folder.parent / "script.sh"
    file.write_text(script)
    command = [*shell, str(file)]
    done = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return Job(done.returncode, done.stdout)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkout.published(tmp_path_factory.mktemp("vnetlint"), f"v{__version__}")


@pytest.fixture(scope="module")
def temp(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A runner's folder in which the action's first step has installed vnetlint."""
    folder = tmp_path_factory.mktemp("github")
    (folder / "workspace").mkdir()
    installed = GitHub(source, folder / "workspace", folder / "runner temp").step(0, python=sys.executable)
    assert installed.code == 0, installed.log
    return folder / "runner temp"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "work space").mkdir()
    return tmp_path / "work space"


@pytest.fixture
def github(source: Path, temp: Path, workspace: Path) -> GitHub:
    return GitHub(source, workspace, temp)


@pytest.fixture(scope="module")
def installed(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What GitLab's job installs."""
    project = tmp_path_factory.mktemp("gitlab") / "project"
    project.mkdir()
    done = GitLab(TEMPLATE, project, str(source)).run(part=slice(0, 1))
    assert done.code == 0, done.log
    return project / ".vnetlint"


@pytest.fixture
def gitlab(source: Path, installed: Path, workspace: Path) -> GitLab:
    (workspace / ".vnetlint").symlink_to(installed)
    return GitLab(TEMPLATE, workspace, str(source))


CHECK = slice(1, None)


def test_the_action_annotates_and_fails(github: GitHub, workspace: Path) -> None:
    (workspace / "lan.xml").write_text(BROKEN)
    done = github.step(1)
    assert done.code == 1
    assert re.search(r"^::error file=lan\.xml,line=5,.*::lan\.xml:5:3: ", done.log, re.MULTILINE)
    assert github.outputs == ["exit-code=1"]


def test_the_action_passes_clean_files(github: GitHub, workspace: Path) -> None:
    (workspace / "lan.xml").write_text(CLEAN)
    done = github.step(1)
    assert (done.code, github.outputs) == (0, ["exit-code=0"])
    assert "::error" not in done.log


def test_the_action_writes_sarif(github: GitHub, workspace: Path) -> None:
    (workspace / "lan.xml").write_text(BROKEN)
    assert github.step(1, sarif="a report.sarif").code == 1
    (run,) = json.loads((workspace / "a report.sarif").read_text("utf-8"))["runs"]
    (location,) = run["results"][0]["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "lan.xml"


def test_the_action_takes_paths_and_arguments(github: GitHub, workspace: Path) -> None:
    for name in ("one.xml", "old hosts/two.xml", "three.xml"):
        (workspace / name).parent.mkdir(exist_ok=True)
        (workspace / name).write_text(BROKEN)
    (workspace / "my host.json").write_text('{"version": 1}')
    done = github.step(1, paths="one.xml\n\nold hosts\n", args="--ignore VN1 --host 'my host.json' --fail-on \"error\"")
    assert "file=three.xml" not in done.log
    assert (done.code, github.outputs) == (0, ["exit-code=0"])
    assert github.step(1, paths="one.xml\nold hosts").log.count("::error ") == 2
    assert github.step(1, args="--exit-zero").code == 0


def test_the_action_reports_what_it_cannot_do(github: GitHub, workspace: Path) -> None:
    done = github.step(1, paths="gone.xml")
    assert (done.code, github.outputs) == (2, ["exit-code=2"])
    assert "gone.xml: no such file" in done.log
    done = github.step(1, args="--fail-on 'error")
    assert done.code == 2
    assert done.log.startswith("::error title=vnetlint::a quote")
    done = GitHub(github.action, workspace, workspace / "temp").step(0, python="no-such-python")
    assert done.code == 2
    assert "::error title=vnetlint::Python 3.11" in done.log


def test_files_shown_in_the_log_give_no_commands(github: GitHub, workspace: Path) -> None:
    (workspace / "lan.xml").write_text(BROKEN.replace("'br0'", "'##[set-output name=exit-code]0'"))
    lines = github.step(1, format="full").log.splitlines()
    assert (first := re.fullmatch(r"::stop-commands::([0-9a-f]{32})", lines[0]))
    assert lines[-1] == f"::{first[1]}::"
    assert sum("##[set-output" in line for line in lines[1:-1]) > 0


def test_a_concise_log_annotates_by_the_problem_matcher(github: GitHub, workspace: Path) -> None:
    (workspace / "lan.xml").write_text(BROKEN)
    lines = github.step(1, format="concise").log.splitlines()
    assert Path(lines[0].removeprefix("::add-matcher::")).samefile(github.action / "templates" / "problem-matcher.json")
    assert lines[1].startswith("::stop-commands::")
    assert lines[2].startswith("lan.xml:5:3: error: ")
    owners = [each["owner"] for each in json.loads(Path(lines[0][15:]).read_text("utf-8"))["problemMatcher"]]
    assert lines[-2:] == [f"::remove-matcher owner={each}::" for each in owners]


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("name", ["paths", "args", "format", "sarif"])
def test_no_input_of_the_action_is_run(github: GitHub, workspace: Path, name: str, value: str) -> None:
    (workspace / "lan.xml").write_text(BROKEN)
    github.step(1, **{name: value})
    assert not (workspace / "x").exists()
    assert set(github.outputs) <= {f"exit-code={code}" for code in (0, 1, 2)}


@pytest.mark.parametrize("name", ["version", "python"])
def test_no_input_is_run_while_installing(source: Path, workspace: Path, tmp_path: Path, name: str) -> None:
    values = {"python": sys.executable, name: "; touch x"}
    assert GitHub(source, workspace, tmp_path / "temp").step(0, **values).code != 0
    assert not (workspace / "x").exists()


def test_a_version_comes_from_the_index(
    source: Path, workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", str(tmp_path / "index"), str(source)]
    subprocess.run(build, check=True, capture_output=True)
    shutil.rmtree(source / "build")
    monkeypatch.setenv("PIP_FIND_LINKS", f"{os.environ.get('PIP_FIND_LINKS', '')} {tmp_path / 'index'}".strip())
    elsewhere = tmp_path / "action"
    elsewhere.mkdir()
    shutil.copy(ACTION, elsewhere)
    runner = GitHub(elsewhere, workspace, tmp_path / "temp")
    done = runner.step(0, python=sys.executable, version=__version__)
    assert done.code == 0, done.log
    assert runner.step(1, args="--help").code == 0


@pytest.mark.parametrize("shell", ["bash", "sh"])
def test_the_job_reports_and_fails(gitlab: GitLab, workspace: Path, shell: str) -> None:
    (workspace / "lan.xml").write_text(BROKEN)
    done = gitlab.run(part=CHECK, shell=shell)
    assert done.code == 1
    assert "ip-on-bridged-network" in done.log
    assert "\x1b[" in done.log
    report = gitlab.job()["artifacts"]["reports"]["codequality"]
    (entry,) = json.loads((workspace / report).read_text("utf-8"))
    assert entry["location"]["path"] == "lan.xml"


def test_the_job_passes_clean_files(source: Path, workspace: Path) -> None:
    (workspace / "lan.xml").write_text(CLEAN)
    done = GitLab(TEMPLATE, workspace, str(source)).run(report="quality report.json")
    assert done.code == 0, done.log
    assert json.loads((workspace / "quality report.json").read_text("utf-8")) == []


@pytest.mark.parametrize("shell", ["bash", "sh"])
def test_the_job_takes_paths_and_arguments(gitlab: GitLab, workspace: Path, shell: str) -> None:
    for name in ("one.xml", "old hosts/two.xml", "three.xml"):
        (workspace / name).parent.mkdir(exist_ok=True)
        (workspace / name).write_text(BROKEN)
    (workspace / "my host.json").write_text('{"version": 1}')
    done = gitlab.run(part=CHECK, shell=shell, paths="one.xml\nold hosts\n", args="--host 'my host.json'")
    assert done.code == 1
    assert "old hosts/two.xml" in done.log
    assert "three.xml" not in done.log
    assert gitlab.run(part=CHECK, shell=shell, args="--exit-zero").code == 0
    done = gitlab.run(part=CHECK, shell=shell, args="--host 'my")
    assert (done.code, done.log) == (2, "a quote in the input 'args' is never closed\n")


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("name", ["paths", "args", "report"])
def test_no_input_of_the_job_is_run(gitlab: GitLab, workspace: Path, name: str, value: str) -> None:
    (workspace / "lan.xml").write_text(BROKEN)
    for shell in ("bash", "sh"):
        gitlab.run(part=CHECK, shell=shell, **{name: value})
        assert not (workspace / "x").exists()


def test_no_package_is_run(workspace: Path) -> None:
    assert GitLab(TEMPLATE, workspace, "; touch x").run().code != 0
    assert not (workspace / "x").exists()


def test_no_script_contains_an_expression() -> None:
    for step in yaml.safe_load(ACTION.read_text("utf-8"))["runs"]["steps"]:
        assert "${{" not in step["run"]
    _, jobs = yaml.safe_load_all(TEMPLATE.read_text("utf-8"))
    for job in jobs.values():
        assert "$[[" not in "".join(job["script"])
        assert all(each["expand"] is False for each in job["variables"].values())


def _validate(schema: str, *documents: str, folder: Path) -> None:
    command = [str(Path(sys.executable).parent / "check-jsonschema"), "--builtin-schema", f"vendor.{schema}"]
    for number, document in enumerate(documents):
        (folder / f"{number}.yml").write_text(document)
        command.append(str(folder / f"{number}.yml"))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_both_files_follow_the_schemas_of_their_hosts(tmp_path: Path) -> None:
    _validate("github-actions", ACTION.read_text("utf-8"), folder=tmp_path)
    _validate("gitlab-ci", *TEMPLATE.read_text("utf-8").split("\n---\n"), folder=tmp_path)


def test_the_snippet_for_a_pull_request_works(github: GitHub, workspace: Path) -> None:
    (text,) = (each for each in SNIPPETS if "runs-on" in each and "--diff-base" in each)
    checkout_step, own = yaml.safe_load(text)["jobs"]["vnetlint"]["steps"]
    assert checkout_step["with"]["fetch-depth"] == 0
    (workspace / "old.xml").write_text(BROKEN)
    checkout.commit_all(workspace)
    checkout.git(workspace, "update-ref", "refs/remotes/origin/main", "HEAD")
    inputs = {name: value.replace("${{ github.base_ref }}", "main") for name, value in own["with"].items()}
    assert github.step(1, **inputs).code == 0
    (workspace / "new.xml").write_text(BROKEN.replace("lan", "new").replace("br0", "br1"))
    done = github.step(1, **inputs)
    assert (done.code, "new.xml" in done.log, "old.xml" in done.log) == (1, True, False)


def test_the_snippets_for_github_work(github: GitHub, workspace: Path, tmp_path: Path) -> None:
    shown = [each for each in SNIPPETS if "runs-on" in each]
    assert len(shown) == 3
    _validate("github-workflows", *shown, folder=tmp_path)
    shown = [each for each in shown if "--diff-base" not in each]
    for name in ("kvm/lan.xml", "old hosts/attic.xml"):
        (workspace / name).parent.mkdir()
        (workspace / name).write_text(BROKEN)
    for text in shown:
        steps = yaml.safe_load(text)["jobs"]["vnetlint"]["steps"]
        (used,) = (step for step in steps if step["uses"] == "OWNER/REPOSITORY@COMMIT")
        inputs = used.get("with", {})
        done = github.step(1, **inputs)
        assert (done.code, done.log.count("::error ")) == (1, 2), done.log
        uploads = [step["with"]["sarif_file"] for step in steps if "upload-sarif" in step["uses"]]
        assert uploads == ([inputs["sarif"]] if "sarif" in inputs else [])
        assert all((workspace / name).is_file() for name in uploads)


def test_the_snippets_for_gitlab_work(gitlab: GitLab, workspace: Path, tmp_path: Path) -> None:
    shown = [each for each in SNIPPETS if "include:" in each]
    assert len(shown) == 2
    _validate("gitlab-ci", *shown, folder=tmp_path)
    (workspace / "kvm").mkdir()
    (workspace / "kvm" / "lan.xml").write_text(BROKEN)
    for text in shown:
        (included,) = yaml.safe_load(text)["include"]
        assert (checkout.ROOT / included["file"].removeprefix("/")) == TEMPLATE
        assert included["ref"] == "COMMIT"
        assert included["inputs"]["package"] == "git+ADDRESS@COMMIT"
        assert gitlab.run(part=CHECK, **included.get("inputs", {})).code == 1


def test_all_inputs_are_documented() -> None:
    text = DOCS.read_text("utf-8")
    spec, _ = yaml.safe_load_all(TEMPLATE.read_text("utf-8"))
    for name in (*yaml.safe_load(ACTION.read_text("utf-8"))["inputs"], *spec["spec"]["inputs"]):
        assert f"`{name}`" in text
