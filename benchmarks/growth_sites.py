"""The sites of `benchmarks.growth`: documents, files, an inventory and a configuration in which something repeats."""

import json
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree

from vnetlint import host
from vnetlint.config import load, plan
from vnetlint.host import Host
from vnetlint.inputkey import FileKey
from vnetlint.rulebook.catalogue import builtin
from vnetlint.settings import FileIgnore, Settings
from vnetlint.xml.source import Source

DATA = Path(__file__).with_name("growth.toml")


@cache
def data() -> dict[str, Any]:
    """Return what growth.toml says."""
    return tomllib.loads(DATA.read_text())


class Values(NamedTuple):
    """The values of the n-th copy."""

    n: int

    def fields(self) -> dict[str, object]:
        """Return the values by the names that templates use."""
        high, low = divmod(self.n, 250)
        return {
            "n": self.n,
            "next": self.n + 1,
            "mac": f"52:54:00:00:{high:02x}:{low:02x}",
            "ip": f"10.{high}.{low}.9",
            "net": f"10.{high}.{low}.0",
            "gateway": f"10.{high}.{low}.1",
            "ip6": f"fd00:{self.n + 1:x}::",
            "port": 2000 + self.n,
            "hex": f"{self.n % 256:02x}",
        }


@dataclass(frozen=True)
class Part:
    """One thing that repeats."""

    into: str
    """Where it goes: a base of growth.toml with a path in it, or a kind of site."""
    template: str
    make: str = ""
    """The element that is added to the base if the path does not exist."""
    key: str = ""
    """The key of the inventory, if it is an entry of one; after a dot, in the first entry of a list."""
    alike: bool = False
    """Whether all copies have the same values."""
    around: str = "{}"
    """What is around all copies together."""

    @property
    def base(self) -> str:
        """The document, or the kind of site, that it belongs to."""
        return self.into.partition(":")[0]

    @property
    def path(self) -> str:
        """The path in its base."""
        return self.into.partition(":")[2]

    def copies(self, count: int, first: int = 0) -> list[str]:
        """Return the texts of so many copies, numbered from the first."""
        numbers = [first] * count if self.alike else range(first, first + count)
        return [self.template.format(**Values(n).fields()) for n in numbers]

    def __str__(self) -> str:
        alike = " (alike)" if self.alike else ""
        return f"{self.into}{self.key and ':' + self.key} {self.template[:110]}{alike}"


def parts() -> list[Part]:
    """Return everything that is repeated."""
    found = []
    for each in data()["part"]:
        for key, texts in each.get("json", {}).items():
            found += [Part("host", text, key=key) for text in texts]
        kinds = (False,) if each["into"] in ("chain", "folders", "config") else (False, True)
        for text in each.get("xml", ()) or each.get("text", ()):
            numbered = kinds if "{" in text else (False,)
            extra = each.get("make", ""), "", each.get("around", "{}")
            found += [Part(each["into"], text, extra[0], "", alike, extra[2]) for alike in numbered]
    return found


class Site(NamedTuple):
    """What is linted."""

    sources: list[Source]
    settings: Settings


def site(chosen: Sequence[Part], count: int, first: int = 0) -> Site:
    """Return a site with so many copies of each part, numbered from the first."""
    bases: dict[str, str] = data()["base"]
    sources: list[Source] = []
    documents: dict[str, list[Part]] = {}
    for number, part in enumerate(chosen):
        texts = enumerate(part.copies(count, first)) if part.base in ("files", "chain", "folders") else ()
        folder = "f{}" if part.base == "folders" else "site"
        sources += [Source(FileKey(f"{folder.format(n)}/{number}-{n}.xml"), text) for n, text in texts]
        if part.base == "chain":
            # Without an end nothing would be known of any of them.
            sources.append(Source(FileKey(f"{folder}/{number}-end.xml"), f"<filter name='f{first + count}'/>"))
        if part.base in bases:
            documents.setdefault(part.base, []).append(part)
    for base, added in documents.items():
        sources.append(Source(FileKey(f"site/{base}.xml"), _document(bases[base], added, count, first)))
    of_host = [each for each in chosen if each.base == "host"]
    of_config = [each for each in chosen if each.base == "config"]
    if not documents and (of_host or of_config):
        sources += [Source(FileKey(f"site/{base}.xml"), bases[base]) for base in data()["beside"]]
    settings = _settings(of_config, count, first)
    return Site(sources, Settings(**{**vars(settings), "host": _host(of_host, count, first)}))


def _host(chosen: Sequence[Part], count: int, first: int) -> Host | None:
    """Return a host with an inventory of these entries; None without one."""
    if not chosen:
        return None
    inventory: dict[str, Any] = {"version": 1}
    for part in chosen:
        entries = list(map(json.loads, part.copies(count, first)))
        *outer, inner = part.key.split(".")
        holder = inventory
        for depth, name in enumerate(outer, 1):
            made = dict(data()["holders"][".".join(outer[:depth])])
            kept = holder.setdefault(name, made if name == "upstream" else [made])
            holder = kept if isinstance(kept, dict) else kept[0]
        holder.setdefault(inner, []).extend(entries)
    return host.load(_written(json.dumps(inventory), ".json"))


def _settings(chosen: Sequence[Part], count: int, first: int) -> Settings:
    """Return the settings of a configuration with these entries, and all rules."""
    every = frozenset(builtin().by_name)
    if not chosen:
        return Settings(rules=every)
    tables = [part.around.format("\n".join(part.copies(count, first))) for part in chosen]
    loaded = load.load(_written("\n".join(tables), ".toml"), builtin())
    config = loaded.config
    ignores = (FileIgnore("", pattern, frozenset(names)) for pattern, names in config.per_file_ignores.items())
    return Settings(
        rules=every,
        external=frozenset(config.external),
        placeholders=config.placeholders,
        ignores=tuple(ignores),
        expectations=tuple(plan.expectations(load.KeyOrigin(loaded.chain[0], ("expect",)), config)),
    )


def _written(text: str, suffix: str) -> str:
    """Return the path of a file with a text, in a folder that the process keeps."""
    with tempfile.NamedTemporaryFile("w", suffix=suffix, dir=_folder().name, delete=False) as file:
        file.write(text)
    return file.name


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory()


def _document(base: str, added: Sequence[Part], count: int, first: int) -> str:
    root = etree.fromstring(base)
    for number, part in enumerate(added):
        _place(root, part).append(etree.Comment(f"part {number}"))
    text = etree.tostring(root, encoding="unicode")
    for number, part in enumerate(added):
        copies = part.around.format("\n".join(part.copies(count, first)))
        text = text.replace(f"<!--part {number}-->", f"\n{copies}\n", 1)
    return text


def _place(root: "etree._Element", part: Part) -> "etree._Element":
    """Return the element that copies go into; it is made if there is none."""
    if part.path in ("", "dnsmasq"):
        return root if not part.path else _made(root, part)
    found = root.find(part.path)
    return found if found is not None else _made(root, part)


def _made(root: "etree._Element", part: Part) -> "etree._Element":
    around = root.find(part.path.rpartition("/")[0]) if "/" in part.path else root
    made = etree.fromstring(part.make)
    (around if around is not None else root).append(made)
    return made
