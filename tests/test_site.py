"""What the site is made of: the navigation, links, pictures, and the addresses of rules."""

import re
import runpy
import tomllib

import pytest

from tests.test_architecture import ROOT
from vnetlint.errors import UserError
from vnetlint.rulebook import address
from vnetlint.rulebook.catalogue import builtin

SITE = ROOT / "docs" / "site"
STAGE = runpy.run_path(str(SITE / "stage.py"))
PICTURES = runpy.run_path(str(SITE / "pictures.py"))


def test_each_page_is_in_the_navigation_once() -> None:
    pages = {"rules/zero-mac", "files/examples/index", "new-page", "adopt", *_named()}
    sections: dict[str, list[str]] = STAGE["navigation"](pages)
    shown = [page for section in sections.values() for page in section]
    assert sections["Start"] == ["index"]
    assert sections["Guides"][:2] == ["playground", "adopt"]
    assert sections["Guides"][-1] == "new-page"
    assert sorted(shown) == sorted(pages - {"rules/zero-mac", "files/examples/index"})


def test_a_page_that_the_navigation_names_must_exist() -> None:
    with pytest.raises(KeyError, match=r"navigation\.toml names the page 'ansible', which does not exist"):
        STAGE["navigation"](page for page in _named() if page != "ansible")


def _named() -> list[str]:
    text = tomllib.loads((SITE / "navigation.toml").read_text("utf-8"))
    return [page for section in text["section"] for page in section["pages"] if "*" not in page]


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("README.md", "index.md"),
        ("docs/ci.md", "ci.md"),
        ("docs/rules/README.md", "rules/index.md"),
        ("docs/rules/zero-mac.md", "rules/zero-mac.md"),
        ("editors/emacs/README.md", "editors/emacs.md"),
        ("CHANGELOG.md", "changelog.md"),
    ],
)
def test_where_pages_are_on_the_site(path: str, place: str) -> None:
    assert STAGE["site_path"](path) == place


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("README.md", "see [docs/ci.md](docs/ci.md#gitlab)", "see [In CI](ci.md#gitlab)"),
        ("docs/rules/x.md", "[all](README.md), [docs/ci.md](../ci.md)", "[all](index.md), [In CI](../ci.md)"),
        ("docs/ci.md", "[a host](../examples/host.json)", "[a host](files/examples/host.json)"),
        ("docs/ci.md", "[them](../examples/guests)", "[them](files/examples/guests/index.md)"),
        ("docs/ci.md", "[here](#gitlab), [there](https://x.org/a)", "[here](#gitlab), [there](https://x.org/a)"),
        ("docs/ci.md", "```md\n[docs/ci.md](docs/ci.md)\n```", "```md\n[docs/ci.md](docs/ci.md)\n```"),
        ("docs/ci.md", "```xml lan.xml\n<a/>\n```", "```{code-block} xml\n:caption: lan.xml\n\n<a/>\n```"),
        ("docs/ci.md", "```toml file=a.toml\na=1\n```", "```{code-block} toml\n:caption: a.toml\n\na=1\n```"),
    ],
)
def test_a_page_is_made_fit_for_the_site(path: str, text: str, expected: str) -> None:
    titles = {"docs/ci.md": "In CI", "docs/rules/README.md": "Rules", "README.md": "vnetlint"}
    assert STAGE["_rewritten"](path, text, titles, {}) == expected


def test_a_flowchart_becomes_a_graph() -> None:
    chart = 'flowchart LR\n  subgraph host["the host"]\n    one["guest"] -- "as it is" --> nic["eno1"] --- lan\n  end\n'
    lines = PICTURES["dot"](chart + "  lan ~~~ far\n").splitlines()
    assert '  subgraph cluster_host { label="the host"; style="rounded,dashed";' in lines
    assert (
        '  one [label="guest"]; nic [label="eno1"]; one -> nic [dir=forward; label="as it is"]; nic -> lan [dir=none];'
        in lines
    )
    assert "  lan -> far [dir=none; style=invis];" in lines
    for wrong in ("sequenceDiagram\n", 'flowchart LR\n  ["guest"]\n', "flowchart LR\n  a --- b ; c\n"):
        with pytest.raises(ValueError, match="cannot draw"):
            PICTURES["dot"](wrong)


def test_every_flowchart_of_a_page_is_understood() -> None:
    charts = re.findall(
        r"^```mermaid\n(.*?)^```$", (ROOT / "docs" / "modes.md").read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert len(charts) > 5
    assert all(PICTURES["dot"](chart) for chart in charts)


def test_without_published_documentation_links_lead_to_libvirt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(address.VARIABLE, raising=False)
    monkeypatch.setattr(address, "PUBLISHED", "")
    rule = builtin()["bridge-without-uplink"]
    assert rule.url == rule.page.url == "https://libvirt.org/formatnetwork.html#connectivity"


@pytest.mark.parametrize("base", ["https://docs.example.org/vnetlint", "https://docs.example.org/vnetlint/"])
def test_with_documentation_they_lead_to_the_rule(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(address.VARIABLE, raising=False)
    monkeypatch.setattr(address, "PUBLISHED", base)
    page = "https://docs.example.org/vnetlint/rules/bridge-without-uplink.html"
    assert builtin()["bridge-without-uplink"].url == page
    monkeypatch.setenv(address.VARIABLE, "file:///usr/share/doc/vnetlint/html")
    assert builtin()["ip-on-bridged-network"].url == (
        "file:///usr/share/doc/vnetlint/html/rules/ip-on-bridged-network.html"
    )


@pytest.mark.parametrize(
    "wrong", ["docs", "javascript:alert(1)", "https://", "https://x.org/a b", "file://host/x", "\n"]
)
def test_a_wrong_address_is_an_error(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(address.VARIABLE, wrong)
    with pytest.raises(UserError, match="VNETLINT_DOCUMENTATION: expected an address such as https://"):
        address.documentation()
