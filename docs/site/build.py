"""Build the site: `python docs/site/build.py [FOLDER]`, by default into build/site.

A version of vnetlint has a folder in it, and stays there when the next one is built. Warnings are errors. The
playground is in it too.
"""

import json
import re
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "playground"), str(HERE.parent.parent)]
from assemble import FETCHED, assemble  # noqa: E402
from conf import version  # noqa: E402
from sphinx.cmd.build import build_main  # noqa: E402
from stage import ROOT, staged  # noqa: E402

_REDIRECT = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>vnetlint</title>
<meta http-equiv="refresh" content="0; url={0}/index.html">
<a href="{0}/index.html">vnetlint {0}</a>
</html>
"""


def main(*arguments: str) -> int:
    """Build the pages of this version, and list the versions that are there."""
    site = Path(arguments[0]) if arguments else ROOT / "build" / "site"
    if not FETCHED.is_dir():
        sys.stderr.write(f"{FETCHED} is missing: `make site` fetches what the playground is made of\n")
        return 1
    source = ROOT / "build" / "site-source"
    shutil.rmtree(source, ignore_errors=True)
    texts, files = staged()
    for name, text in texts.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(text, "utf-8")
    for name, path in files.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, source / name)
    shutil.rmtree(site / version, ignore_errors=True)
    options = ["--quiet", "--fail-on-warning", "--fresh-env", "--jobs", "auto", "--conf-dir", str(HERE)]
    failed = build_main([*options, "-d", str(source / ".doctrees"), str(source), str(site / version)])
    if not failed:
        assemble(site / version / "playground")
        list_versions(site)
    return failed


def list_versions(site: Path) -> None:
    """Write what the pages read to offer other versions, newest first, and lead from the top to the newest."""
    names = (path.parent.name for path in site.glob("*/index.html") if re.fullmatch(r"[\d.]+", path.parent.name))
    versions = sorted(names, key=lambda each: [int(part) for part in each.split(".")], reverse=True)
    # A script, because a page that is opened as a file may not read JSON.
    (site / "versions.js").write_text(f"window.VERSIONS = {json.dumps(versions)};\n", "ascii")
    (site / "index.html").write_text(_REDIRECT.format(versions[0]), "ascii")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
