"""What `--fix --unsafe-fixes` does to files from public repositories, reviewed as their owners would.

Every repository is fixed as one project. If libvirt accepts a file (and starts the network), fixing must not change its
design: mode, devices, NICs, subnets, static hosts, filters, VLANs and names stay. Each file that changes has a line in
`bulk.toml` that says why its owner accepts the change; a file without one has to be reviewed first. A second run
changes nothing, and no run fails.

usage: python -m benchmarks.bulk CORPUS [--diff]
"""

import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path, PurePosixPath

from lxml import etree

from benchmarks.manifest import Entry, entries
from benchmarks.wild import COLLECTIONS, project_of
from vnetlint.engine.fix import fix
from vnetlint.result import ChangedFile, FixResult
from vnetlint.settings import FixPolicy, Settings

TABLE = Path(__file__).with_name("bulk.toml")
SETTINGS = Settings(fixing=FixPolicy(unsafe=True))
_DESIGN = {
    "network": ("name", "forward", "bridge", "ip", "vlan", "portgroup", "route", "virtualport"),
    "domain": ("name", "devices"),
    "filter": ("name", "rule", "filterref"),
}


def main(corpus: str, *options: str) -> int:
    """Print the files whose change was not reviewed or whose design changes, and the figures."""
    reasons: dict[str, str] = tomllib.loads(TABLE.read_text("utf-8"))
    files, failed, changed, restless, redesigned, unread = 0, 0, 0, 0, 0, 0
    for name, folder in COLLECTIONS.items():
        rows = [each for each in entries(Path(corpus) / folder) if folder != "." or each.name.startswith("wild/")]
        files += len(rows)
        for group in _projects(rows):
            result = fix([each.open() for each in group], SETTINGS)
            failed += any(each.rule == "internal-error" for each in result.result.findings)
            changed += len(result.changed)
            restless += _again(group, result)
            by_name = {each.name: each for each in group}
            for change in result.changed:
                label = f"{name}/{change.before.path.removeprefix('wild/')}"
                what = _redesigned(by_name[change.before.path], change)
                redesigned += bool(what)
                unread += label not in reasons
                if what or label not in reasons or "--diff" in options:
                    print(f"{label}: {'changes ' + ', '.join(what) if what else reasons.get(label, 'not read yet')}")
                    print("".join(f"    {line}\n" for line in _diff(change)), end="")
    print(
        f"files {files}, changed {changed}, unread {unread}, redesigned {redesigned}, "
        f"changed again {restless}, failed {failed}"
    )
    return 1 if unread or redesigned or restless or failed else 0


def _projects(rows: list[Entry]) -> Iterator[list[Entry]]:
    groups: defaultdict[PurePosixPath, list[Entry]] = defaultdict(list)
    for entry in rows:
        groups[project_of(entry)].append(entry)
    yield from groups.values()


def _again(group: list[Entry], result: FixResult) -> int:
    """Return how many files a second run changes."""
    after = {each.before.path: each.after for each in result.changed}
    inputs = [after.get(each.name) or each.open() for each in group]
    return len(fix(inputs, SETTINGS).changed) if after else 0


def _redesigned(entry: Entry, change: ChangedFile) -> list[str]:
    """Return what of a working file's design is another after fixing."""
    if (entry.libvirtd_define or entry.virsh_define) != "accept" or entry.libvirtd_start not in ("", "start"):
        return []
    before, after = _design(change.before.text), _design(change.after.text)
    return sorted(name for name in before.keys() | after.keys() if before[name] != after[name])


def _design(text: str) -> Counter[str]:
    """Count the elements that make up a document's design, with their attributes and text."""
    root = etree.fromstring(text.strip().encode(), etree.XMLParser(remove_comments=True, recover=True))
    found: Counter[str] = Counter()
    for name in _DESIGN.get(str(root.tag), ()):
        for child in root.iterfind(name):
            for element in child.iter(etree.Element):
                attributes = " ".join(f"{key}={value}" for key, value in sorted(element.attrib.items()))
                found[f"<{element.tag} {attributes}>{(element.text or '').strip()}"] += 1
    return found


def _diff(change: ChangedFile) -> Iterator[str]:
    before, after = change.before.text.splitlines(), change.after.text.splitlines()
    return (line for line in unified_diff(before, after, n=1, lineterm="") if not line.startswith(("---", "+++")))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
