"""The configuration that is proposed: the keys that matter for a repository, and others as comments."""

from collections.abc import Iterator, Sequence

from vnetlint.adopt.leftout import LeftOut, pattern_of
from vnetlint.adopt.survey import Survey
from vnetlint.report.content import plural
from vnetlint.report.display import clean
from vnetlint.report.text import to_toml

_MOST_NAMES = 6
_MOST_HOSTS = 3


def configuration(survey: Survey, left_out: Sequence[LeftOut], baseline: str | None) -> str:
    """Return the text of a `vnetlint.toml`. `baseline` is the name of its file, if there is one."""
    return "\n".join(_lines(survey, left_out, baseline))


def host_of(survey: Survey) -> str | None:
    """Return the inventory that applies to all files: the only one, unless there are several hosts."""
    return survey.inventories[0] if len(survey.inventories) == 1 and len(survey.hosts) < 2 else None


def _lines(survey: Survey, left_out: Sequence[LeftOut], baseline: str | None) -> Iterator[str]:
    yield "# vnetlint's settings for everything below this folder. Paths and patterns are relative to it."
    yield "# `vnetlint config show` lists all keys; docs/configuration.md in vnetlint's documentation explains them."
    yield ""
    yield from _exclude(survey, left_out)
    yield from _placeholders(survey)
    if baseline:
        yield "# The findings of the first day are in this file and not reported. docs/baseline.md"
        yield f"baseline = {to_toml(baseline)}"
    else:
        yield "# A file with the findings that are known and not reported. docs/baseline.md"
        yield '# baseline = "vnetlint-baseline.json"'
    yield ""
    yield from _host(survey)
    yield from _project(survey)
    yield "# Rules of your own, or of a policy that `vnetlint policy list` names. docs/policies.md"
    yield '# policies = ["hardening"]'
    yield ""
    yield "# The oldest libvirt that the files are for: what it does not know is reported."
    yield '# target-libvirt = "9.0.0"'
    yield ""
    yield "# The lowest severity that is shown: error, warning or info."
    yield '# min-severity = "warning"'
    yield ""
    yield from _hosts(survey)


def _exclude(survey: Survey, left_out: Sequence[LeftOut]) -> Iterator[str]:
    yield "# Folders and files that are not checked: patterns as in a .gitignore."
    if left_out:
        yield "exclude = ["
        for each in left_out:
            yield f"    {to_toml(each.pattern)},  # {each.reason} ({plural(each.files, 'file')})"
        yield "]"
    else:
        patterns = [each.pattern for each in survey.left_out] or ["/old/"]
        yield f"# exclude = {to_toml(patterns[:_MOST_NAMES])}"
    yield ""


def _placeholders(survey: Survey) -> Iterator[str]:
    if survey.placeholders:
        for each in survey.placeholders:
            yield f"# {clean(each.example)} in {clean(each.path)} is taken for a value that a script fills in."
        yield f"placeholders = {to_toml([each.pattern for each in survey.placeholders])}"
        yield ""


def _host(survey: Survey) -> Iterator[str]:
    if host := host_of(survey):
        yield "# The host's inventory: its NICs, bridges and routes. docs/ci.md says how to keep it."
        yield f"host = {to_toml(host)}"
        yield ""
    elif len(survey.hosts) < 2:
        yield "# The host's inventory, for rules about its NICs, bridges and routes: on the host, run as root"
        yield "# vnetlint host -o host.json"
        yield '# host = "host.json"'
        yield ""


def _hosts(survey: Survey) -> Iterator[str]:
    """Yield what several hosts need. It is last, because TOML has tables after all keys."""
    if len(survey.hosts) < 2:
        return
    yield "# The files are of several hosts. An entry makes each a project of its own, with the inventory that"
    yield "# `vnetlint host` writes on it. Afterwards, write the baseline again."
    for each in filter(None, survey.hosts[:_MOST_HOSTS]):
        own = next((path for path in survey.inventories if path.startswith(f"{each}/")), f"{each}/host.json")
        yield "# [[overrides]]"
        yield f"# files = {to_toml([pattern_of(each)])}"
        yield f"# host = {to_toml(own)}"
    if len(survey.hosts) > _MOST_HOSTS:
        yield f"# and so on for {len(survey.hosts) - _MOST_HOSTS} more."
    yield ""


def _project(survey: Survey) -> Iterator[str]:
    yield "# The files define every network of the host, so that a guest's network that none defines is an error."
    yield "# complete = true"
    yield ""
    names = ["default", *survey.undefined[:_MOST_NAMES]]
    yield "# Networks and filters that exist although no file defines them."
    if survey.undefined:
        yield f"# Guests name {_listed(survey.undefined)}, and no file here defines {_them(len(survey.undefined))}."
    yield f"# external = {to_toml(names if survey.undefined else ['default', 'mgmt'])}"
    yield ""


def _listed(names: Sequence[str]) -> str:
    shown = [clean(each) for each in names[:_MOST_NAMES]]
    more = [f"{len(names) - _MOST_NAMES} more"] if len(names) > _MOST_NAMES else []
    *first, last = [*shown, *more]
    return f"{', '.join(first)} and {last}" if first else last


def _them(count: int) -> str:
    return "it" if count == 1 else "them"
