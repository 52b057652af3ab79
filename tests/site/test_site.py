"""The built site: every link leads somewhere, every rule has its page, nothing is loaded from elsewhere."""

import re
import runpy
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

import pytest

from tests.editors.conftest import TOOLS
from tests.site.links import PageLinks, links_of
from tests.test_architecture import ROOT
from vnetlint.rulebook.address import VARIABLE
from vnetlint.rulebook.catalogue import builtin

pytestmark = [pytest.mark.oracle, pytest.mark.timeout(420)]

AXE = ROOT / "build" / "oracles" / "node_modules" / "axe-core" / "axe.min.js"
# What a link to another host must look like: no spaces, no markup, no full stop that belongs to the sentence.
EXTERNAL = re.compile(
    r"https?://[\w.-]+(:\d+)?(/[\w./~%+,;:=@!$&()'*-]*)?(\?[\w./~%+,;:=@&-]*)?(#[\w./~%+,;:=@&()-]*)?"
)


@pytest.fixture(scope="module")
def found(pages: Path) -> dict[Path, PageLinks]:
    return {page: links_of(page) for page in pages.rglob("*.html")}


def test_links_lead_to_pages_anchors_and_files(found: dict[Path, PageLinks]) -> None:
    broken = []
    for page, its in found.items():
        for link in its.links | its.loads:
            parts = urlsplit(link)
            if parts.scheme:
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            if not target.is_file() or (
                parts.fragment and target in found and unquote(parts.fragment) not in found[target].anchors
            ):
                broken.append(f"{page.name}: {link}")
    assert broken == []


def test_links_to_other_hosts_have_the_form_of_an_address(found: dict[Path, PageLinks]) -> None:
    links = {link for its in found.values() for link in its.links if urlsplit(link).scheme}
    assert len(links) > 5
    assert [link for link in links if not EXTERNAL.fullmatch(link) or link.endswith((".", ","))] == []


def test_nothing_is_loaded_from_another_host(pages: Path, found: dict[Path, PageLinks]) -> None:
    assert [link for its in found.values() for link in its.loads if urlsplit(link).scheme not in ("", "data")] == []
    for style in pages.rglob("*.css"):
        assert not re.search(r"url\(\s*['\"]?(https?:)?//|@import", style.read_text("utf-8")), style


def test_the_address_of_every_rule_is_its_page(pages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, pages.as_uri())
    stage = runpy.run_path(str(ROOT / "docs" / "site" / "stage.py"))
    rules = stage["rules"]()
    assert {rule.name for rule in builtin()} < {rule.name for rule in rules}
    for rule in rules:
        page = Path(url2pathname(urlsplit(rule.url).path))
        assert f"<h1>{rule.name}<" in page.read_text("utf-8")


def test_no_page_is_an_orphan(pages: Path, found: dict[Path, PageLinks]) -> None:
    linked = {
        (page.parent / unquote(urlsplit(link).path)).resolve()
        for page, its in found.items()
        for link in its.links
        if not urlsplit(link).scheme and urlsplit(link).path
    }
    listed = {(pages / "rules" / link).resolve() for link in found[pages / "rules" / "index.html"].links}
    rules = set((pages / "rules").glob("*.html")) - {pages / "rules" / "index.html"}
    assert rules <= listed
    assert {page for page in found if page.name not in ("search.html", "genindex.html")} <= linked


@pytest.mark.parametrize("scenario", ["accessible", "fits", "search", "filter", "drawings", "versions"])
def test_in_a_browser(scenario: str, pages: Path, tmp_path: Path) -> None:
    driver = [str(ROOT / "tests" / "site" / "site.mjs"), str(TOOLS / "vscode"), str(AXE), str(pages), str(tmp_path)]
    run = subprocess.run(["node", *driver, scenario], capture_output=True, text=True, timeout=400)
    assert run.returncode == 0, run.stderr
