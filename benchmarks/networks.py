"""What each version of libvirt says to every network of a corpus, compared with what vnetlint says.

Each is defined and started on a bare host, and linted with that host's inventory and the version. The figures count the
networks that libvirt refuses without an error for that moment, and those that it accepts despite an error.

usage: python -m benchmarks.networks CORPUS [VERSION...]
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.oracle.asking import Document, Said, ask, documents_of, host_of
from tests.oracle.libvirtd import ROOTS, Libvirtd
from vnetlint.engine.lint import lint
from vnetlint.engine.reading import read
from vnetlint.files.read import opened
from vnetlint.finding import Finding
from vnetlint.host import Host
from vnetlint.inputkey import FileKey
from vnetlint.settings import Settings
from vnetlint.xml.source import Source

BARE_HOST = {
    "version": 1, "resolved": False, "firewalld_zones": [], "folders": [], "traffic_control": ["htb", "ingress"],
    "interfaces": [{"name": "eth0", "kind": "nic", "addresses": ["192.168.50.10/24"]},
                   {"name": "lo", "kind": "other", "addresses": ["127.0.0.1/8", "::1/128"]}],
    "routes": [{"to": "default", "via": "192.168.50.1", "dev": "eth0"}],
}  # fmt: skip


@dataclass(frozen=True)
class Score:
    """How often libvirt and vnetlint differ."""

    networks: int
    silent: int
    wrong: int


def main(corpus: str, *versions: str) -> int:
    """Print each difference, and the figures of each version."""
    networks = list(corpus_networks(Path(corpus)))
    asked = versions or tuple(ROOTS)
    with ThreadPoolExecutor() as pool:
        scores = list(pool.map(lambda version: _score(networks, version), asked))
    for version, score in zip(asked, scores, strict=True):
        print(f"{version}: networks {score.networks}, refused and silent {score.silent}, said and taken {score.wrong}")
    silent, wrong = sum(score.silent for score in scores), sum(score.wrong for score in scores)
    print(f"networks {len(networks)}, versions {len(asked)}, silent {silent}, wrong {wrong}")
    return 1 if wrong else 0


def corpus_networks(corpus: Path) -> list[Document]:
    """The networks of a corpus, with their exact text, without templates."""
    found = []
    for path in sorted(corpus.rglob("*")):
        data = path.read_bytes() if path.is_file() and path.name != "MANIFEST.tsv" else b""
        if b"<network" not in data or "mutants" in path.parts:
            continue
        source = opened(FileKey(str(path.relative_to(corpus))), data)
        if not isinstance(source, Source) or read(source, None).source.is_template:
            continue
        found += [each for each in documents_of({source.path: source.text}) if each.kind == "network"]
    return list({each.text: each for each in found}.values())


def _score(networks: list[Document], version: str) -> Score:
    host = Host.of({**BARE_HOST, "libvirt": f"{version}.0"})
    silent = wrong = 0
    with Libvirtd(host_of(host.inventory, []), ROOTS[version]) as daemon:
        for each in networks:
            said = ask(daemon, [each], each, host.inventory, plugs=False)[each.path]
            told = _difference(said, lint([Source(FileKey(each.path), each.text)], Settings(host=host)).findings)
            silent += told.startswith("refused")
            wrong += told.startswith("taken")
            if told:
                print(f"{version} {each.path}: {told}", flush=True)
    return Score(len(networks), silent, wrong)


def _difference(said: Said, findings: tuple[Finding, ...]) -> str:
    errors = [each for each in findings if each.severity == "error" and each.when in ("define", "start")]
    if said.when in ("define", "start"):
        if any(each.when == said.when for each in errors):
            return ""
        ours = "; ".join(f"{each.rule} ({each.severity}, {each.when})" for each in findings)
        return f"refused at {said.when}: {said.message[:150]!r}, but: {ours or 'nothing'}"
    return f"taken, but: {'; '.join(f'{each.rule}: {each.message}' for each in errors)}" if errors else ""


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
