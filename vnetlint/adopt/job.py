"""The CI job that is proposed, for the forge that a repository is on."""

from shlex import quote

from vnetlint.adopt.surroundings import Forge, Origin

WORKFLOW = ".github/workflows/vnetlint.yml"
PYTHON = "3.13"
"""The Python of the job; vnetlint needs 3.11 or newer."""


def github(origin: Origin, path: str = ".") -> str:
    """Return a workflow. `path` is what it checks, relative to the repository."""
    return f"""name: vnetlint
on: [push, pull_request]
permissions:
  contents: read
jobs:
  vnetlint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "{PYTHON}"
      - run: pip install {_quoted(origin)}
      - run: vnetlint check --output-format github{_argument(path)}
"""


def gitlab(origin: Origin, path: str = ".") -> str:
    """Return a job for a `.gitlab-ci.yml`. An image with git is needed to install from a repository."""
    image = f"python:{PYTHON}" if origin.repository else f"python:{PYTHON}-slim"
    return f"""vnetlint:
  image: {image}
  script:
    - pip install {_quoted(origin)}
    - vnetlint check --output-format full --output-file gitlab=gl-code-quality-report.json{_argument(path)}
  artifacts:
    when: always
    reports:
      codequality: gl-code-quality-report.json
"""


def other(origin: Origin, path: str = ".") -> str:
    """Return the commands for any other CI."""
    return f"pip install {_quoted(origin)}\nvnetlint check --output-format concise{_argument(path)}\n"


def job(forge: Forge | None, origin: Origin, path: str = ".") -> str:
    """Return the job for a forge."""
    return (github if forge == "github" else gitlab if forge == "gitlab" else other)(origin, path)


def _quoted(origin: Origin) -> str:
    requirement = origin.requirement or "git+ADDRESS"
    return f"'{requirement}'" if " " in requirement else requirement


def _argument(path: str) -> str:
    return "" if path == "." else f" {quote(path)}"
