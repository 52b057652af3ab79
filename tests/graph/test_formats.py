"""Each format is well formed and escapes what files contain: names come from whoever opens a pull request."""

import base64
import hashlib
import json
import re
from xml.sax.saxutils import escape

import pytest
from lxml import etree

from tests.graph.sites import guest, large_project, made_matrix, network, nic, placed, project
from vnetlint.graph import boxes, dot, html, mermaid, svg
from vnetlint.graph.matrix import matrix_of
from vnetlint.graph.parts import Topology
from vnetlint.graph.topology import topology_of

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!--<script>",
    '"]; n0 --> n1',
    "`**x**`",
    "\\N\\G\\",
    "&lt;b&gt; &#34;",
    "#quot; %%{init: {}}%%",
    "<img src=x onerror=alert(1)>",
    "]]>-->",
    "right\u202eleft",
    "日本–é",
    "x" * 5000,
]
SVG = "{http://www.w3.org/2000/svg}"


def hostile() -> Topology:
    files = {f"g{n}.xml": guest(escape(name), nic(f"n{n}")) for n, name in enumerate(HOSTILE)}
    files |= {
        f"n{n}.xml": network(escape(name), "<forward mode='nat'/>", "v", "10.0.0") for n, name in enumerate(HOSTILE)
    }
    return topology_of(project(files, {"version": 1, "name": HOSTILE[0]}), HOSTILE[1])


def drawn(topology: Topology) -> str:
    return svg.to_ascii("\n".join(svg.svg_lines(topology, placed(topology), styled=True)))


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> str:
    """The page of a hostile site, laid out without Graphviz."""
    monkeypatch.setattr(html, "layout_of", placed)
    topology = hostile()
    return html.render(topology, made_matrix(topology))


def test_svg_has_a_title_for_everything_and_a_description() -> None:
    root = etree.fromstring(drawn(topology_of(large_project())).encode())
    assert root.get("role") == "graphics-document document"
    labels = (root.get("aria-labelledby") or "").split()
    described = {each.get("id") for each in root.iter(f"{SVG}title", f"{SVG}desc")}
    assert {*labels} <= described
    symbols = [each for each in root.iter(f"{SVG}g") if each.get("data-node") or each.get("data-edge")]
    assert len(symbols) > 40
    for each in symbols:
        title = each.find(f"{SVG}title")
        assert title is not None
        assert each.get("aria-label") == title.text
        assert each.get("role") == "graphics-symbol img"


def test_svg_shows_hostile_names_as_they_are() -> None:
    root = etree.fromstring(drawn(hostile()).encode())
    shown = {text.text for text in root.iter(f"{SVG}text")}
    for name in HOSTILE:
        assert boxes.cut(boxes.shown(name)) in shown
    assert not [*root.iter("script", f"{SVG}script", f"{SVG}image")]
    assert not any(str(name).startswith("on") for each in root.iter() for name in each.attrib)


@pytest.mark.parametrize("render", [dot.render, mermaid.render, drawn])
def test_pictures_are_ascii_so_that_no_locale_breaks_them(render: object) -> None:
    assert callable(render)
    assert render(hostile()).isascii()


def test_a_picture_has_no_character_that_turns_the_line() -> None:
    assert boxes.shown("right\u202eleft\x1b") == "right\ufffdleft\u241b" or "\u202e" not in boxes.shown("\u202e")
    assert "\u202e" not in drawn(hostile())


def test_dot_has_one_string_for_each_name() -> None:
    text = dot.render(hostile())
    for line in text.splitlines()[1:]:
        assert re.fullmatch(r'(?:[^"]|"(?:[^"\\]|\\.)*")*', line), line
    assert dot.quoted(["\\N", '"]', "<é&"]) == '"\\\\N\\n\\"]\\n&#60;&#233;&#38;"'


def test_mermaid_has_numbers_for_all_that_could_be_markup() -> None:
    assert mermaid.quoted(['a"]', "<b>#`é"]) == '"a#34;#93;<br/>#60;b#62;#35;#96;#233;"'
    for line in mermaid.render(hostile()).splitlines():
        for text in re.findall(r'"([^"]*)"', line):
            assert re.fullmatch(r"(?:[\w .,:/()\-+=]|#\d+;|<br/>)*", text), text


def test_mermaid_of_a_small_site() -> None:
    files = {"n.xml": network("lan", "<forward mode='nat'/>", "virbr1", "10.0.0"), "g.xml": guest("web", nic("lan"))}
    assert mermaid.render(
        topology_of(project(files, {"version": 1, "name": "desk", "interfaces": [], "routes": []}))
    ) == (
        "flowchart LR\n"
        '  n0["guest<br/>web"]\n'
        '  subgraph g0["host desk"]\n'
        '    n1["NAT network<br/>lan<br/>bridge virbr1<br/>10.0.0.0/24"]\n'
        '    n2["the host<br/>desk"]\n'
        "  end\n"
        '  n1 ---|"NAT<br/>10.0.0.1"| n2\n'
        '  n0 ---|"tap"| n1\n'
        "  classDef guest stroke:#2f6fde,stroke-width:2px\n"
        "  class n0 guest\n"
        "  classDef nat stroke:#b3540a,stroke-width:2px\n"
        "  class n1 nat\n"
        "  classDef host stroke:#16202c,stroke-width:2px\n"
        "  class n2 host\n"
    )


def test_the_policy_of_the_page_allows_only_its_own_script_and_style(page: str) -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    found = dict(each.strip().split(" ", 1) for each in policy[1].split(";"))
    assert found["default-src"] == "'none'"
    assert {*found} == {"default-src", "style-src", "script-src", "base-uri", "form-action"}
    for element, key in (("style", "style-src"), ("script", "script-src")):
        (content,) = re.findall(rf"<{element}>(.*?)</{element}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert found[key] == f"'sha256-{digest}'"


def test_the_page_names_nothing_that_a_browser_would_fetch(page: str) -> None:
    without_namespace = page.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"(?:https?:|//[a-z])", re.sub(r"<script.*?</script>", "", without_namespace, flags=re.DOTALL))
    assert not re.search(r"<(?:link|img|iframe|object|embed|base|form)\b|url\(|@import|\sstyle=", without_namespace)


def test_text_of_files_cannot_leave_its_place_in_the_page(page: str) -> None:
    assert page.isascii()
    assert len(re.findall(r"<script\b", page)) == 2
    assert "<img" not in page
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    assert not re.search("[<>&]", found[1])
    names = {each["name"] for each in json.loads(found[1])["nodes"].values()}
    assert {boxes.shown(name) for name in HOSTILE} <= names


def test_the_page_without_a_matrix_has_no_switches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "layout_of", placed)
    text = html.render(topology_of(large_project()), None)
    assert 'id="matrix"' not in text
    assert 'name="version"' not in text
    assert "All connections in words" in text


def test_each_cell_is_in_the_page_once(page: str) -> None:
    found = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    data = json.loads(found[1])
    written = [json.dumps(each) for each in data["cells"]]
    assert len(written) == len({*written})
    indices = {index for rows in data["views"].values() for row in rows for index in row}
    assert indices == {-1, *range(len(written))}


@pytest.mark.oracle
def test_dot_draws_what_it_is_given() -> None:
    import subprocess

    run = subprocess.run(["dot", "-Tsvg"], input=dot.render(hostile()), capture_output=True, text=True, timeout=60)
    assert (run.returncode, run.stderr) == (0, "")
    root = etree.fromstring(run.stdout.encode())
    shown = {"".join(map(str, text.itertext())) for text in root.iter(f"{SVG}text")}
    for name in HOSTILE:
        assert boxes.cut(boxes.shown(name)).replace(" ", "\xa0") in {each.replace(" ", "\xa0") for each in shown}, name


def test_groups_have_the_names_of_their_boxes() -> None:
    site = large_project()
    topology = topology_of(site)
    found = html._data(topology, matrix_of(site))["groups"]
    names = [each["name"] for each in found]
    assert {"web-01 … web-20", "gate", "rack7", "LAN of eno3", "laptop", "Internet"} <= {*names}
    assert len(names) == len({*names})
