"""Assemble the playground: a page that needs no server and asks no other host for anything.

A page that is opened as a file may load scripts but not read other files, so everything that the worker needs becomes a
script that holds it compressed, in base64.
"""

import gzip
import json
import shutil
import sys
import tomllib
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any

from vnetlint import __version__
from vnetlint.graph.svg import style
from vnetlint.rulebook.catalogue import builtin
from vnetlint.schema.compiled import cached_as
from vnetlint.schema.rng import SourceFiles, compile_grammar
from vnetlint.schema.sets import FILES, schema_for

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
FETCHED = ROOT / "build" / "playground"
HOME = PurePosixPath("/vnetlint")
"""The folder in the worker's file system that vnetlint is unpacked to."""
_NPM = ("pyodide/pyodide.mjs", "pyodide/pyodide.asm.mjs", "pyodide/pyodide.asm.wasm", "pyodide/python_stdlib.zip",
        "pyodide/pyodide-lock.json", "@viz-js/viz/dist/viz.js")  # fmt: skip
_PACKAGE = {"vnetlint": "vnetlint", "rules": "vnetlint/rules", "schemas": "vnetlint/schemas"}
"""The folders of the repository, with their places in the package."""
_LEFT_OUT = ("vnetlint/adopt", "vnetlint/complete", "vnetlint/live", "vnetlint/lsp", "vnetlint/testing")
_ENDINGS = (".py", ".json", ".rng", ".toml", ".txt")
_PAGE = ("page.css", "page.js", "link.js")
_EPOCH = (1980, 1, 1, 0, 0, 0)


def assemble(target: Path) -> None:
    """Write the playground into a folder. Raises FileNotFoundError if its parts were not fetched."""
    parts = {name.rpartition("/")[2]: (FETCHED / "node_modules" / name).read_bytes() for name in _NPM}
    wheels = {path.name: path.read_bytes() for path in sorted((FETCHED / "wheels").glob("*.whl"))}
    if not wheels:
        raise FileNotFoundError(f"{FETCHED / 'wheels'} has no wheels")
    parts |= {**wheels, "vnetlint.zip": _zipped(dict(_package())), "worker.js": (HERE / "worker.js").read_bytes()}
    shutil.rmtree(target, ignore_errors=True)
    (target / "parts").mkdir(parents=True)
    for name, content in parts.items():
        text = b64encode(gzip.compress(content, mtime=0)).decode("ascii")
        (target / "parts" / f"{name}.js").write_text(f"PARTS[{json.dumps(name)}]={json.dumps(text)};\n", "ascii")
    for name in _PAGE:
        shutil.copyfile(HERE / name, target / name)
    with (target / "page.css").open("a", encoding="utf-8") as css:
        css.write(style() + "\n")
    made = {"PARTS": {}, "NAMES": list(parts), "EXAMPLES": list(examples())}
    (target / "made.js").write_text("".join(f"const {key} = {json.dumps(made[key])};\n" for key in made), "ascii")
    page = (HERE / "index.html").read_text("utf-8").replace("VERSION", __version__)
    (target / "index.html").write_text(page, "utf-8")


def _package() -> Iterator[tuple[str, bytes]]:
    """Yield the files of vnetlint by their paths below HOME, and its compiled grammars, which lxml is needed for."""
    for folder, place in _PACKAGE.items():
        for path in sorted((ROOT / folder).rglob("*")):
            name = f"{place}/{path.relative_to(ROOT / folder).as_posix()}"
            if path.suffix in _ENDINGS and not name.startswith(_LEFT_OUT):
                yield name, path.read_bytes()
    for root in FILES:
        files, source = SourceFiles(), schema_for(root)
        grammar = compile_grammar(source, files)
        schemas = HOME / "vnetlint" / "schemas"
        digests = {str(schemas / Path(name).name): digest for name, digest in files.digests.items()}
        name, content = cached_as(Path(schemas / source.name), grammar, digests)
        yield f"cache/vnetlint/{name}", content
    yield "playground.py", (HERE / "playground.py").read_bytes()


def _zipped(files: dict[str, bytes]) -> bytes:
    """Return files as an archive that is the same whenever it is made."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content)
    return out.getvalue()


def examples() -> Iterator[dict[str, Any]]:
    """Yield the examples: the title, the files by name, the inventory and the configuration."""
    for each in tomllib.loads((HERE / "examples.toml").read_text("utf-8"))["example"]:
        made = _of_rule(each) if "rule" in each else _of_folder(each)
        yield {"title": each["title"], "inventory": "", "configuration": "", **made}


def _of_rule(example: dict[str, Any]) -> dict[str, Any]:
    (rule,) = (each for each in builtin() if each.name == example["rule"])
    blocks = rule.page.blocks(example.get("section", "Bad"))
    others = {"json": "inventory", "toml": "configuration"}
    return {
        "files": {block.file or "lan.xml": block.text for block in blocks if block.language == "xml"},
        **{others[block.language]: block.text for block in blocks if block.language in others},
    }


def _of_folder(example: dict[str, Any]) -> dict[str, Any]:
    folder = ROOT / example["folder"]
    paths = (path for pattern in example["files"] for path in sorted(folder.glob(pattern)))
    made: dict[str, Any] = {"files": {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in paths}}
    if "inventory" in example:
        made["inventory"] = (folder / example["inventory"]).read_text("utf-8")
    return made


if __name__ == "__main__":
    assemble(Path(sys.argv[1]))
