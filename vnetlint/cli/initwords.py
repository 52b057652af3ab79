"""What `vnetlint init` found, in lines."""

from collections import Counter
from collections.abc import Iterator

from vnetlint.adopt.survey import KINDS, LibvirtFile, Survey, by_folder
from vnetlint.adopt.today import Today
from vnetlint.finding import SEVERITIES
from vnetlint.report.content import plural

_MOST_FOLDERS = 8
_MOST_HOSTS = 6
_WIDEST = 50
"""Columns of the folders beside which their contents are aligned."""


def found(seen: Survey, everything: Today) -> Iterator[str]:
    """Yield what is in a folder, and how many findings a run has now."""
    yield f"libvirt XML  {_kinds(seen.files)}, in {plural(len(seen.files), 'file')}"
    folders = by_folder(seen.files)
    shown = folders if len(folders) <= _MOST_FOLDERS else folders[: _MOST_FOLDERS - 1]
    if len(folders) > 1 or folders[0][0]:
        width = min(max(len(_folder(name)) for name, _, _ in shown), _WIDEST)
        for name, kinds, languages in shown:
            yield f"  {_folder(name):<{width}}  {_counted(kinds)}{_languages(languages)}"
        if len(shown) < len(folders):
            rest = folders[len(shown) :]
            documents = sum((kinds for _, kinds, _ in rest), Counter[str]())
            yield f"  {plural(len(rest), 'more folder')}: {_counted(documents)}"
    elif languages := folders[0][2]:
        yield f"  {_languages(languages).lstrip(', ')}"
    yield from _others(seen)
    yield f"findings     {numbers(everything)}"
    for each in seen.left_out[:_MOST_FOLDERS]:
        findings = plural(everything.below(seen.folder, each.folder), "finding")
        advice = "is better excluded" if each.is_advised else "can be excluded"
        yield f"  {each.folder}/ {advice} ({each.reason}): {plural(each.files, 'file')}, {findings}"


def _others(seen: Survey) -> Iterator[str]:
    """Yield what there is besides files of libvirt's XML."""
    if seen.foreign or seen.unclear:
        other = [f"{plural(seen.foreign, 'file')} with other XML (skipped)"] if seen.foreign else []
        broken = [f"{plural(seen.unclear, 'file')} without an element"] if seen.unclear else []
        yield f"besides      {', '.join((*other, *broken))}"
    for each in seen.placeholders:
        yield f"placeholder  {each.example} in {each.path}, which vnetlint does not know by itself"
    if seen.hosts == ("",):
        yield "host         the files of one host, by their folders"
    elif seen.hosts:
        shown = ", ".join(f"{each}/" if each else "." for each in seen.hosts[:_MOST_HOSTS])
        more = f" and {len(seen.hosts) - _MOST_HOSTS} more" if len(seen.hosts) > _MOST_HOSTS else ""
        yield f"hosts        {len(seen.hosts)}: {shown}{more}"
    if seen.inventories:
        yield f"inventory    {', '.join(seen.inventories[:_MOST_HOSTS])}"
    if around := list(_around(seen)):
        yield f"automation   {', '.join(around)}"


def _around(seen: Survey) -> Iterator[str]:
    around = seen.around
    if around.hooks is not None:
        yield "pre-commit"
    if around.workflows:
        yield "GitHub workflows"
    if around.has_gitlab:
        yield "GitLab CI"
    if around.has_jenkins:
        yield "Jenkins"
    if around.mentions:
        yield f"vnetlint already in {' and '.join(around.mentions)}"


def numbers(today: Today) -> str:
    """Return the number of findings by severity, in words."""
    counts = [plural(today.counts[each], each) for each in SEVERITIES if today.counts[each]]
    return ", ".join(counts) if counts else "none"


def _kinds(files: tuple[LibvirtFile, ...]) -> str:
    return _counted(Counter(kind for each in files for kind in each.kinds))


def _counted(kinds: "Counter[str]") -> str:
    return ", ".join(plural(kinds[each], each) for each in KINDS.values() if kinds[each])


def _languages(languages: "Counter[str]") -> str:
    if not languages:
        return ""
    named = [name if len(languages) == 1 else f"{count} {name}" for name, count in languages.most_common()]
    return f", {plural(languages.total(), 'template')} ({', '.join(named)})"


def _folder(name: str) -> str:
    return f"{name}/" if name else "."
