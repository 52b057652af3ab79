"""Without lxml, such as in a browser, the matcher decides alone, and finds the same."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_architecture import ROOT
from vnetlint.schema import compiled, rng
from vnetlint.schema.sets import FILES, schema_for

PROGRAM = """
import sys
sys.modules["lxml"] = None
real, sys.platform = sys.platform, "emscripten"
from vnetlint.schema import gate
sys.platform = real
from vnetlint.cli.main import main
code = main(["check", *sys.argv[1:], "--output-format", "json"], sys.stdin.buffer, sys.stdout, sys.stderr)
assert not gate.HAS_LIBXML2
sys.exit(code)
"""


def test_the_findings_are_the_same_without_lxml(tmp_path: Path) -> None:
    cache = tmp_path / "vnetlint"
    cache.mkdir()
    for root in FILES:
        source, files = schema_for(root), rng.SourceFiles()
        name, content = compiled.cached_as(source, rng.compile_grammar(source, files), files.digests)
        (cache / name).write_bytes(content)
    paths = ["examples", "--host", "examples/host.json"]
    with_it, without = (
        subprocess.run(
            [sys.executable, *command, *paths], cwd=ROOT, capture_output=True, text=True,
            env={"XDG_CACHE_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)},
        )
        for command in (("-m", "vnetlint", "check", "--output-format", "json"), ("-c", PROGRAM))
    )  # fmt: skip
    assert (with_it.returncode, without.returncode) == (1, 1), without.stderr
    assert json.loads(with_it.stdout) == json.loads(without.stdout)
    assert len(json.loads(without.stdout)["findings"]) > 15


@pytest.mark.parametrize("root", FILES)
def test_a_cached_grammar_is_taken_where_it_is_said_to_be(root: str, tmp_path: Path) -> None:
    source, files = schema_for(root), rng.SourceFiles()
    grammar = rng.compile_grammar(source, files)
    place = tmp_path / "moved" / source.name
    place.parent.mkdir()
    for each in files.digests:
        (place.parent / Path(each).name).write_bytes(Path(each).read_bytes())
    digests = {str(place.parent / Path(name).name): digest for name, digest in files.digests.items()}
    name, content = compiled.cached_as(place, grammar, digests)
    (tmp_path / name).write_bytes(content)
    (tmp_path / name).chmod(0o400)
    before = (tmp_path / name).stat().st_mtime_ns
    assert compiled.load(place, tmp_path) is not None
    assert (tmp_path / name).stat().st_mtime_ns == before
