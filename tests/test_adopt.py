"""The parts of `vnetlint init`: templates, folders to exclude, hosts, the entry for pre-commit, the CI job."""

import json
import re

import pytest
import yaml

from tests import checkout
from tests.sources import named
from tests.test_cli import GOOD
from vnetlint.adopt.hook import FILES, entry, new_file, with_item
from vnetlint.adopt.job import github, gitlab, job
from vnetlint.adopt.leftout import left_out
from vnetlint.adopt.surroundings import Origin, origin_of
from vnetlint.adopt.survey import host_folder
from vnetlint.adopt.templates import language_of, unknown_placeholders
from vnetlint.files.gitignore import matcher
from vnetlint.schema.regex import searcher
from vnetlint.xml.tree import parse

LOCAL, RELEASED = Origin(None), Origin("vnetlint==0.1.0")
CLONED = Origin("vnetlint @ git+https://example.org/v.git@abc", "https://example.org/v.git", "abc")


@pytest.mark.parametrize(
    ("path", "text", "language"),
    [
        ("a.xml", "lan", None),
        ("a.xml", "{{ lan }}", "Jinja"),
        ("a.xml", "{{ .Lan }}", "Go"),
        ("a.xml", "{{#lan}}x{{/lan}}", "Mustache"),
        ("a.xml", "{% if x %}a{% endif %}", "Jinja"),
        ("a.xml", "<%= lan %>", "ERB"),
        ("a.xml", "<?= $lan ?>", "PHP"),
        ("a.xml", "${var.lan}", "Terraform"),
        ("a.xml", "${LAN}", "shell"),
        ("a.xml", "@LAN@", "@NAME@"),
        ("a.xml", "%(lan)s", "printf"),
        ("a.xml", "{lan}", "format strings"),
        ("a.xml", "__LAN__", "placeholders"),
        ("a.xml.erb", "${LAN}", "ERB"),
        ("a.xml.tftpl", "${lan}", "Terraform"),
    ],
)
def test_the_language_of_a_template(path: str, text: str, language: str | None) -> None:
    assert language_of(named(path, GOOD.replace("lan", text))) == language


@pytest.mark.parametrize(
    ("value", "pattern"),
    [
        ("::lan::", "::{}::"),
        ("|lan|", r"\|{}\|"),
        ("+lan.name+", r"\+{}\+"),
        ("~lan~", "~{}~"),
        ("&lt;&lt;lan>>", "&lt;&lt;{}>>"),
        ("&amp;&amp;lan&amp;&amp;", "&amp;&amp;{}&amp;&amp;"),
        ("^lan^", "^{}^"),
    ],
)
def test_a_form_that_is_not_known_becomes_a_pattern(value: str, pattern: str) -> None:
    source = named("a.xml", GOOD.replace("10.0.0.1", value))
    (found,) = unknown_placeholders(parse(source))
    assert found == (pattern.format("[A-Za-z][A-Za-z0-9_.-]*"), value, "a.xml")
    known = source.with_placeholders((searcher(found.pattern),))
    assert known.is_template
    assert unknown_placeholders(parse(known)) == ()


@pytest.mark.parametrize(
    "value",
    ["lan", "fe80::abc:1", "2001:db8::1", "{{ lan }}", "@lan@", "#{lan}", "x::lan::", "a|b|", "(lan)", "~/lan"],
)
def test_other_values_are_no_placeholders(value: str) -> None:
    assert unknown_placeholders(parse(named("a.xml", GOOD.replace("10.0.0.1", value)))) == ()


def test_a_form_within_values_counts_if_it_occurs_twice() -> None:
    twice = named("a.xml", GOOD.replace("10.0.0.1", "10.::a::.0.::b::").replace("24", "2::c::"))
    assert [each.example for each in unknown_placeholders(parse(twice))] == ["::a::"]
    described = named("a.xml", GOOD.replace("<name>", "<title>::x::</title><metadata><a b='~x~'/></metadata><name>"))
    assert unknown_placeholders(parse(described)) == ()


@pytest.mark.parametrize(
    ("paths", "excluded"),
    [
        (["a.xml", "tests/b.xml", "tests/deep/spec/c.xml"], ["/tests/"]),
        (["tests/b.xml", "tests/deep/c.xml"], []),
        (["a.xml", "x/node_modules/y/tests/b.xml"], ["/x/node_modules/"]),
        (["tests/a.xml", "node_modules/b.xml"], ["/node_modules/"]),
        (["a.xml", "data/networkxml2xmlin/b.xml"], ["/data/networkxml2xmlin/"]),
        (["a.xml", "modules/role/b.xml", "samples/broken/c.xml"], ["/modules/role/", "/samples/broken/"]),
        (["a.xml", "test.xml", "contest/b.xml", "vendors/c.xml"], []),
        (["a.xml", "w[e]i*r?d/tests/b.xml"], [r"/w\[e]i\*r\?d/tests/"]),
    ],
)
def test_folders_that_can_be_excluded(paths: list[str], excluded: list[str]) -> None:
    found = left_out(paths, ["modules/role"])
    assert [each.pattern for each in found] == excluded
    for each in found:
        assert each.reason
        matches = matcher("/top", [each.pattern])
        inside = [path for path in paths if matches(f"/top/{path}")]
        assert (len(inside), all(path.startswith(f"{each.folder}/") for path in inside)) == (each.files, True)


@pytest.mark.parametrize(("count", "is_advised"), [(1, True), (2, True), (3, False)])
def test_most_files_are_not_excluded_by_default(count: int, is_advised: bool) -> None:
    (found,) = left_out(["a.xml", "b.xml", *(f"tests/{number}.xml" for number in range(count))])
    assert (found.files, found.is_advised) == (count, is_advised)


@pytest.mark.parametrize(
    ("path", "host"),
    [
        ("lan.xml", None),
        ("networks/lan.xml", None),
        ("etc/libvirt/qemu/web.xml", ""),
        ("libvirt/qemu/networks/lan.xml", ""),
        ("alpha/etc/libvirt/qemu/web.xml", "alpha"),
        ("hosts/alpha/lan.xml", "hosts/alpha"),
        ("hosts/lan.xml", None),
        ("inventory/host_vars/alpha/kvm/lan.xml", "inventory/host_vars/alpha"),
        ("hosts/alpha/etc/libvirt/qemu/web.xml", "hosts/alpha"),
        ("roles/libvirt/templates/lan.xml.j2", None),
    ],
)
def test_the_folder_of_a_host(path: str, host: str | None) -> None:
    assert host_folder(path) == host


def test_the_entry_takes_the_files_of_the_published_hook() -> None:
    (hook, _) = yaml.safe_load((checkout.ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    (own,) = yaml.safe_load(entry(LOCAL))[0]["hooks"]
    assert own["files"] == FILES == hook["files"]
    assert {**hook, **own}.keys() - hook.keys() == set()
    assert all(own[key] == hook[key] for key in ("id", "entry", "require_serial"))


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        (LOCAL, {"language": "system"}),
        (RELEASED, {"language": "python", "additional_dependencies": ["vnetlint==0.1.0"]}),
        (CLONED, {"id": "vnetlint"}),
    ],
)
def test_the_entry_follows_from_where_vnetlint_is_from(origin: Origin, expected: dict[str, object]) -> None:
    (item,) = yaml.safe_load(entry(origin))
    assert expected.items() <= item["hooks"][0].items()
    assert (item["repo"], item.get("rev")) == (origin.repository or "local", origin.revision)


@pytest.mark.parametrize("origin", [LOCAL, CLONED])
def test_files_with_other_names_are_in_the_pattern(origin: Origin) -> None:
    others = ["templates/net.j2", "it's/vm[1]", "a: b #c", "odd\nname"]
    (hook,) = yaml.safe_load(entry(origin, others))[0]["hooks"]
    assert [bool(re.search(hook["files"], each)) for each in (*others, "lan.xml", "net.j2")] == [
        True, True, True, False, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "repos:\n  - repo: a\n    hooks: []\n",
        "repos:\n- repo: a\n  hooks: []",
        "---\n# x\nfail_fast: true\nrepos:  # all\n\n  # one\n  -   repo: a\n      hooks:\n      -   id: x\n"
        "          entry: |\n            echo\n\n",
        "repos:\r\n    - repo: a\r\n      hooks: []\r\n\r\n# end\r\n",
    ],
)
def test_an_entry_is_added_at_the_end(text: str) -> None:
    after = with_item(text, entry(LOCAL))
    assert after is not None
    assert after.startswith(text)
    before, now = yaml.safe_load(text), yaml.safe_load(after)
    assert now == {**before, "repos": [*before["repos"], *yaml.safe_load(entry(LOCAL))]}
    assert ("\r\n" in text) == (after.count("\r\n") == after.count("\n"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "repos: []\n",
        "repos: [{repo: a, hooks: []}]\n",
        "repos:\n  - repo: a\n    hooks: []\nfail_fast: true\n",
        "repos:\n  - hooks: []\n    repo: a\n",
        "repos:\n  - repo: a\n    hooks: []\n---\nx: 1\n",
        "repos:\n  - repo: a\n    hooks: []\n...\n",
        '"repos":\n  - repo: a\n    hooks: []\n',
        "{repos: [\n- repo: a\n]}\n",
        "repos:\n  - repo: a\nrepos:\n  - repo: b\n",
        "\ufeffrepos:\n  - repo: a\n",
    ],
)
def test_where_it_is_not_certain_nothing_is_added(text: str) -> None:
    assert with_item(text, entry(LOCAL)) is None


def test_a_new_file_has_the_entry() -> None:
    assert yaml.safe_load(new_file(entry(RELEASED))) == {"repos": yaml.safe_load(entry(RELEASED))}


@pytest.mark.parametrize(
    ("recorded", "expected"),
    [
        (None, "vnetlint=="),
        ({"url": "file:///src/v", "dir_info": {"editable": True}}, None),
        ({"url": "file:///src/v.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}}, None),
        ({"url": "https://example.org/v.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}}, CLONED.requirement),
        ({"url": "https://example.org/v-0.1.0.whl", "archive_info": {}}, "vnetlint @ https://example.org/v-0.1.0.whl"),
    ],
)
def test_pip_records_where_vnetlint_is_from(recorded: object, expected: str | None) -> None:
    found = origin_of(json.dumps(recorded) if recorded else None)
    assert (found.requirement or "").startswith(expected or "")
    assert (found.requirement is None) == (expected is None)
    assert (found == CLONED) == (expected == CLONED.requirement)


@pytest.mark.parametrize("origin", [LOCAL, RELEASED, CLONED])
def test_the_jobs_are_valid(origin: Origin) -> None:
    steps = yaml.safe_load(github(origin, "kvm hosts"))["jobs"]["vnetlint"]["steps"]
    script = yaml.safe_load(gitlab(origin, "kvm hosts"))["vnetlint"]["script"]
    install, check = [each["run"] for each in steps if "run" in each]
    assert install == script[0]
    assert (origin.requirement or "git+ADDRESS") in install
    assert check.endswith(" 'kvm hosts'")
    assert script[1].endswith(" 'kvm hosts'")
    assert job(None, origin).splitlines()[0] == install
