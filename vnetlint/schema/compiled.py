"""Grammars kept in the user's cache: the compiled form loads in a fraction of the time of the sources.

`load` caches a compiled grammar with the hash of every file that it was read from, and compiles it again once one of
them differs. A cache may be damaged, so it holds plain data only, and whatever cannot be read is compiled again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

from vnetlint.files.kept import keep, kept
from vnetlint.schema.grammar import FORMAT, Grammar, read, write


def load(path: Path, cache: Path | None = None) -> Grammar:
    """Return the grammar in a RELAX NG file in XML syntax, from the cache if no file has changed. Raises GrammarError.

    `cache` is a folder, by default the user's own. If it cannot be written, nothing is cached.
    """
    name, folder = f"grammar-{_name(path)}.json", str(cache) if cache else None
    if (data := kept(name, folder)) is not None and (grammar := _unchanged(data)) is not None:
        return grammar
    from vnetlint.schema import rng  # here, as lxml is only needed to compile

    files = rng.SourceFiles()
    grammar = rng.compile_grammar(path, files)
    keep(*cached_as(path, grammar, files.digests), folder)
    return grammar


def _name(path: Path) -> str:
    return hashlib.sha256(os.path.abspath(path).encode("utf-8", "surrogateescape")).hexdigest()[:20]


def _unchanged(content: bytes) -> Grammar | None:
    """Return the grammar that was kept, unless a file has changed that it was made of."""
    try:
        data = json.loads(content)
        if data["format"] != FORMAT:
            return None
        for name, digest in data["files"]:
            if hashlib.sha256(Path(name).read_bytes()).hexdigest() != digest:
                return None
        return read(data)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError):
        return None


def cached_as(path: Path, grammar: Grammar, digests: Mapping[str, str]) -> tuple[str, bytes]:
    """Return the name and the bytes of the cache's file for the grammar at `path`.

    `digests` has the SHA-256 of each file that the grammar was read from. One that is made elsewhere spares a machine
    without lxml from compiling the grammar.
    """
    data = {**write(grammar), "files": sorted(digests.items())}
    return f"grammar-{_name(path)}.json", json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
