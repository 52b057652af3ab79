"""The XSD made from the project's grammars, and validation by a user's own."""

from __future__ import annotations

import functools
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
import xmlschema
from lxml import etree

from vnetlint.schema.xsd import SchemaError, XsdFault, validate

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
KINDS = ("network", "nwfilter", "domain")
UUID = "0f0c5a2e-4d0b-4a53-8f43-6f2b9f3d7c11"


@functools.cache
def exact(kind: str) -> xmlschema.XMLSchema11:
    return xmlschema.XMLSchema11(str(SCHEMAS / f"{kind}.xsd"))


@functools.cache
def loose(kind: str) -> etree.XMLSchema:
    return etree.XMLSchema(file=str(SCHEMAS / f"{kind}-1.0.xsd"))


def network(inside: str) -> str:
    return f"<network><name>orchard</name>{inside}</network>"


def rule(inside: str) -> str:
    return f"<filter name='gate'><rule action='accept' direction='out'>{inside}</rule></filter>"


def interface(kind: str, inside: str) -> str:
    return (
        "<domain type='kvm'><name>pear</name><memory>262144</memory><os><type>hvm</type></os>"
        f"<devices><interface type='{kind}'>{inside}</interface></devices></domain>"
    )


ACCEPTED = {
    "network": {
        "a name alone": network(""),
        "children that repeat, apart": network(
            "<ip address='198.51.100.1' prefix='24'/><route address='203.0.113.0' prefix='24' gateway='198.51.100.2'/>"
            "<ip family='ipv6' address='2001:db8:a::1' prefix='64'/><portgroup name='a'/><mtu size='1400'/>"
            "<portgroup name='b' default='yes'/>"
        ),
        "a line break in an element without content": network("<bridge name='br7'>\n  </bridge>"),
        "a comment in an element without content": network("<mtu size='1280'><!-- IPv6 wants no less --></mtu>"),
        "a value in blanks where they do not count": network("<forward mode=' nat '/>"),
        "either a netmask": network("<ip address='198.51.100.1' netmask='255.255.255.128'/>"),
        "or a prefix": network("<ip address='198.51.100.1' prefix='25'/>"),
        "or neither": network("<ip address='198.51.100.1'/>"),
        "one of each kind of DHCP host": network(
            "<ip address='198.51.100.1' prefix='24'><dhcp><host mac='52:54:00:01:02:03' ip='198.51.100.9'/>"
            "<host name='plum' ip='198.51.100.8'/></dhcp></ip>"
        ),
        "a type that an attribute settles": network(
            f"<virtualport type='openvswitch'><parameters interfaceid='{UUID}'/></virtualport>"
        ),
        "the same without the attribute": network("<virtualport><parameters profileid='p'/></virtualport>"),
        "the attribute in blanks": network("<virtualport type=' 802.1Qbh '/>"),
        "metadata of any namespace": network(
            "<metadata><n:note xmlns:n='urn:n' of='me'><n:sub/>text</n:note><m xmlns='urn:m'/></metadata>"
        ),
        "options of dnsmasq": (
            "<network xmlns:q='http://libvirt.org/schemas/network/dnsmasq/1.0'><q:options><q:option value='no-hosts'/>"
            "</q:options><name>orchard</name></network>"
        ),
        "a pool of interfaces": network("<forward mode='bridge'><interface dev='a'/><interface dev='b'/></forward>"),
    },
    "nwfilter": {
        "empty": "<filter name='gate'/>",
        "a rule about everything": rule(""),
        "a rule about one protocol": rule("<udp dstportstart='53' srcipaddr='$IP' state='NEW'/>"),
        "rules and references in any order": (
            "<filter name='gate' chain='root'><rule action='drop' direction='in'><all/></rule><filterref filter='x'/>"
            f"<uuid>{UUID}</uuid><filterref filter='y'><parameter name='A' value='b'/></filterref></filter>"
        ),
        "both attributes of an IP set": rule("<tcp ipset='friends' ipsetflags='src'/>"),
        "numbers of either base": rule("<ip dscp='0x1f' protocol='17'/>"),
    },
    "domain": {
        "network": interface("network", "<source network='orchard'/><model type='virtio'/>"),
        "another order": interface("network", "<model type='virtio'/><source network='orchard'/>"),
        "bridge": interface(
            "bridge", "<source bridge='br0'/><vlan><tag id='3'/></vlan><virtualport type='openvswitch'/>"
        ),
        "direct": interface("direct", "<source dev='eth9' mode='bridge'/>"),
        "user": interface("user", "<mac address='52:54:00:aa:bb:cc'>\n</mac>"),
        "vhostuser by a socket": interface("vhostuser", "<source type='unix' path='/run/s' mode='server'/>"),
        "vhostuser by passt": interface("vhostuser", "<source dev='eth9'/><backend type='passt'/>"),
        "one of a pair": interface("user", "<teaming type='transient' persistent='ua-one'/>"),
        "the other of the pair": interface("user", "<teaming type='persistent'/>"),
        "an address": interface("user", "<address type='pci' bus='0x01' slot='0x02' function='0x0'/>"),
    },
}

REJECTED = {
    "network": {
        "another root": "<networks><name>orchard</name></networks>",
        "a part of it as the root": "<portgroup name='a'/>",
        "no name": "<network/>",
        "a child twice": network("<mtu size='1400'/><mtu size='1400'/>"),
        "text": network("hello"),
        "an unknown child": network("<gateway/>"),
        "an unknown attribute": network("<mtu size='1400' unit='bytes'/>"),
        "a child in an element without content": network("<mtu size='1400'><size/></mtu>"),
        "a bad value": network("<forward mode='nats'/>"),
        "a value out of range": network("<vlan><tag id='4096'/></vlan>"),
        "both a netmask and a prefix": network("<ip address='198.51.100.1' netmask='255.255.255.0' prefix='24'/>"),
        "an address that is none": network("<ip address='198.51.100.300' prefix='24'/>"),
        "a DHCP host that nobody can know": network(
            "<ip address='198.51.100.1'><dhcp><host ip='198.51.100.9'/></dhcp></ip>"
        ),
        "a kind that is not known": network("<virtualport type='openswitch'/>"),
        "what belongs to another kind": network(
            f"<virtualport type='802.1Qbh'><parameters interfaceid='{UUID}'/></virtualport>"
        ),
        "interfaces and addresses in one pool": network(
            "<forward mode='hostdev'><interface dev='a'/><address type='pci'/></forward>"
        ),
        "another element of dnsmasq": (
            "<network xmlns:q='http://libvirt.org/schemas/network/dnsmasq/1.0'><name>orchard</name>"
            "<q:option value='a'/></network>"
        ),
        "options of dnsmasq without a value": (
            "<network xmlns:q='http://libvirt.org/schemas/network/dnsmasq/1.0'><name>orchard</name>"
            "<q:options><q:option/></q:options></network>"
        ),
        "an element of a strange namespace": network("<n:note xmlns:n='urn:n'/>"),
    },
    "nwfilter": {
        "no name": "<filter/>",
        "two protocols": rule("<udp/><tcp/>"),
        "one protocol twice": rule("<udp/><udp/>"),
        "an attribute of another protocol": rule("<udp flags='SYN/SYN'/>"),
        "an IP set without flags": rule("<tcp ipset='friends'/>"),
        "a number that is too large": rule("<ip dscp='64'/>"),
        "an unknown action": "<filter name='gate'><rule action='permit' direction='in'/></filter>",
    },
    "domain": {
        "an unknown kind": interface("networks", "<source network='orchard'/>"),
        "no kind": interface("x", "").replace(" type='x'", ""),
        "no source": interface("network", ""),
        "the source of another kind": interface("network", "<source bridge='br0'/>"),
        "two sources": interface("network", "<source network='a'/><source network='b'/>"),
        "an unknown child": interface("user", "<modle type='virtio'/>"),
        "a bad MAC address": interface("user", "<mac address='52-54-00-aa-bb-cc'/>"),
        "a pair without the other": interface("user", "<teaming type='transient'/>"),
        "an address of two kinds": interface("user", "<address type='pci' irq='0x1'/>"),
    },
}


def cases(table: dict[str, dict[str, str]]) -> list[tuple[str, str]]:
    return [(kind, why) for kind, rows in table.items() for why in rows]


@pytest.mark.parametrize(("kind", "why"), cases(ACCEPTED))
def test_accepts(kind: str, why: str) -> None:
    text = ACCEPTED[kind][why]
    assert [str(error.reason) for error in exact(kind).iter_errors(text)] == []
    assert loose(kind).validate(etree.fromstring(text)), str(loose(kind).error_log)


@pytest.mark.parametrize(("kind", "why"), cases(REJECTED))
def test_rejects(kind: str, why: str) -> None:
    assert not exact(kind).is_valid(REJECTED[kind][why])


@pytest.mark.parametrize("kind", KINDS)
def test_order_and_white_space_do_not_matter(kind: str) -> None:
    """What XSD is strictest about: children in any order, and line breaks and comments in elements without content."""
    chance = random.Random(f"xsd {kind}")
    for text in ACCEPTED[kind].values():
        tree = etree.fromstring(text)
        for node in tree.iter(etree.Element):
            children = list(node)
            chance.shuffle(children)
            node[:] = children
            if not len(node) and not node.text:
                node.text = "\n  "
                node.append(etree.Comment(" nothing here "))
        assert [str(error.reason) for error in exact(kind).iter_errors(tree)] == []
        assert loose(kind).validate(tree), str(loose(kind).error_log)


@pytest.mark.parametrize("kind", KINDS)
def test_xsd_10_is_xsd_10(kind: str) -> None:
    """Another judge than libxml2 agrees that it uses nothing of 1.1."""
    xmlschema.XMLSchema10(str(SCHEMAS / f"{kind}-1.0.xsd"))


def test_types_and_documentation_come_from_the_grammar() -> None:
    xs = "{http://www.w3.org/2001/XMLSchema}"
    said = {}
    for node in etree.parse(SCHEMAS / "network.xsd").getroot().iter(f"{xs}complexType", f"{xs}enumeration"):
        said[node.get("name") or node.get("value")] = " ".join(node.findtext(f"{xs}annotation/*", "").split())
    assert said["dhcp-host"] == "A guest that always gets the same address. Since libvirt 0.4.5."
    assert said["open"] == "The host routes, and libvirt adds no firewall rules. Since libvirt 2.2.0."


def generate(*arguments: str, seed: str = "0") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    command = [sys.executable, "-m", "tools.schemas", "xsd", *arguments]
    return subprocess.run(command, cwd=SCHEMAS.parent, capture_output=True, text=True, check=False, env=environment)


def test_the_xsd_files_are_made_from_the_rng_files() -> None:
    done = generate("--check", seed="1")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_same_comes_out_each_time(tmp_path: Path) -> None:
    """Whatever order Python's sets have."""
    texts = []
    for seed in ("1", "2"):
        for kind in KINDS:
            (tmp_path / f"{kind}.rng").write_bytes((SCHEMAS / "network.rng").read_bytes())
        generate("--from", str(tmp_path), "--to", str(tmp_path), seed=seed)
        texts.append((tmp_path / "network.xsd").read_bytes() + (tmp_path / "network-1.0.xsd").read_bytes())
        (tmp_path / "network.xsd").unlink()
    assert texts[0] == texts[1]


@pytest.mark.oracle
@pytest.mark.parametrize("kind", KINDS)
def test_xmllint_agrees(kind: str, tmp_path: Path) -> None:
    files = []
    for number, text in enumerate(ACCEPTED[kind].values()):
        files.append(tmp_path / f"{number}.xml")
        files[-1].write_text(text, encoding="utf-8")
    schema = SCHEMAS / f"{kind}-1.0.xsd"
    done = subprocess.run(["xmllint", "--noout", "--schema", schema, *files], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


# --- the generator on other grammars ------------------------------------------------------------------------------


def made(tmp_path: Path, grammar: str) -> tuple[xmlschema.XMLSchema11, etree.XMLSchema]:
    """Both schemas of a grammar, which stands in for that of networks."""
    text = (
        "<grammar xmlns='http://relaxng.org/ns/structure/1.0' xmlns:o='urn:o' "
        f"datatypeLibrary='http://www.w3.org/2001/XMLSchema-datatypes'>{grammar}</grammar>"
    )
    for kind in KINDS:
        (tmp_path / f"{kind}.rng").write_text(text, encoding="utf-8")
    done = generate("--from", str(tmp_path))
    assert done.returncode == 0, done.stderr
    return (
        xmlschema.XMLSchema11(str(tmp_path / "network.xsd")),
        etree.XMLSchema(file=str(tmp_path / "network-1.0.xsd")),
    )


OTHERS = {
    "one child of two contents, told apart by another": (
        "<start><element name='r'><choice>"
        "<interleave><element name='a'><attribute name='x'/></element><element name='p'><empty/></element></interleave>"
        "<interleave><element name='a'><attribute name='y'/></element><element name='q'><empty/></element></interleave>"
        "</choice></element></start>",
        ["<r><a x=''/><p/></r>", "<r><q/><a y=''/></r>"],
        ["<r><a x=''/><q/></r>", "<r><p/><a y=''/></r>", "<r><a x=''/></r>", "<r><a x=''/><p/><q/></r>"],
    ),
    "an element that holds itself": (
        "<start><ref name='r'/></start><define name='r'><element name='r'><optional><attribute name='n'>"
        "<data type='int'/></attribute></optional><zeroOrMore><ref name='r'/></zeroOrMore></element></define>",
        ["<r/>", "<r n='1'><r n='2'><r/></r><r/></r>"],
        ["<r><r n='x'/></r>", "<r><s/></r>"],
    ),
    "text and attributes": (
        "<start><element name='r'><attribute name='unit'><choice><value>KiB</value><value>MiB</value></choice>"
        "</attribute><choice><data type='unsignedInt'/><value>all</value></choice></element></start>",
        ["<r unit='KiB'>5</r>", "<r unit='MiB'>all</r>"],
        ["<r>5</r>", "<r unit='KiB'/>", "<r unit='KiB'>some</r>"],
    ),
    "values parted by blanks": (
        "<start><element name='r'><list><oneOrMore><data type='unsignedByte'/></oneOrMore></list></element></start>",
        ["<r>1 2 3</r>", "<r>255</r>"],
        ["<r>1,2</r>", "<r>256</r>"],
    ),
    "text between elements": (
        "<start><element name='r'><mixed><zeroOrMore><element name='b'><text/></element></zeroOrMore></mixed>"
        "</element></start>",
        ["<r>a<b>c</b>d</r>", "<r/>"],
        ["<r><c/></r>"],
    ),
    "any element but one": (
        "<start><element name='r'><optional><element name='a'><attribute name='x'/></element></optional><zeroOrMore>"
        "<element><anyName><except><name>a</name><nsName ns='urn:no'/></except></anyName><ref name='any'/></element>"
        "</zeroOrMore></element></start><define name='any'><zeroOrMore><choice><attribute><anyName/></attribute><text/>"
        "<element><anyName/><ref name='any'/></element></choice></zeroOrMore></define>",
        ["<r><b c='d'>e<f/></b><a x=''/><b/><o:c xmlns:o='urn:o'/></r>", "<r/>"],
        ["<r><a/></r>", "<r><a x=''/><a x=''/></r>"],
    ),
    "a value that is left out": (
        "<start><element name='r'><attribute name='n'><data type='string'><except><value>none</value></except></data>"
        "</attribute></element></start>",
        ["<r n='some'/>", "<r n=''/>"],
        ["<r n='none'/>"],
    ),
    "two attributes or none": (
        "<start><element name='r'><optional><group><attribute name='a'/><attribute name='b'/></group></optional>"
        "</element></start>",
        ["<r/>", "<r a='' b=''/>"],
        ["<r a=''/>", "<r b=''/>"],
    ),
}


@pytest.mark.parametrize("why", OTHERS)
def test_other_grammars(why: str, tmp_path: Path) -> None:
    grammar, good, bad = OTHERS[why]
    schema, looser = made(tmp_path, grammar)
    for text in good:
        assert [str(error.reason) for error in schema.iter_errors(text)] == [], text
        assert looser.validate(etree.fromstring(text)), f"{text}: {looser.error_log}"
    for text in bad:
        assert not schema.is_valid(text), text


def test_a_grammar_that_cannot_be_made_into_xsd(tmp_path: Path) -> None:
    done = generate("--from", str(tmp_path))
    assert done.returncode == 2
    assert "network.rng" in done.stderr or "domain.rng" in done.stderr


# --- a user's own schema ------------------------------------------------------------------------------------------

SITE = """<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' targetNamespace='urn:site'
    elementFormDefault='qualified'>
  {first}
  <xs:element name='site'><xs:complexType><xs:sequence>
    <xs:element name='owner' type='xs:string'/>
    <xs:element name='room' type='xs:positiveInteger' minOccurs='0'/>
  </xs:sequence>{last}</xs:complexType></xs:element>
</xs:schema>"""


def site(folder: Path, first: str = "", last: str = "") -> Path:
    path = folder / "site.xsd"
    path.write_text(SITE.format(first=first, last=last), encoding="utf-8")
    return path


def test_a_valid_document(tmp_path: Path) -> None:
    text = "<?xml version='1.0' encoding='latin-1'?>\n<site xmlns='urn:site'><owner>Zoë</owner></site>"
    assert validate(site(tmp_path), text) == []


def test_faults_have_a_place(tmp_path: Path) -> None:
    text = "<?xml version='1.0'?>\n<site xmlns='urn:site'>\n <owner/>\n <room>cellar</room>\n</site>"
    (fault,) = validate(site(tmp_path), text)
    assert (fault.line, fault.path.rpartition(":")[2].rpartition("/")[2]) == (4, "room")
    assert "cellar" in fault.message


def test_a_document_that_is_not_well_formed(tmp_path: Path) -> None:
    (fault,) = validate(site(tmp_path), "<site>\n<owner>")
    assert (fault.line, fault.path) == (2, "/")


def test_an_assertion_says_what_must_hold(tmp_path: Path) -> None:
    path = site(tmp_path, last="<xs:assert test='count(*) &gt; 1'/>")
    (fault,) = validate(path, "<site xmlns='urn:site'><owner/></site>")
    assert fault == XsdFault("this must hold, but does not: count(*) > 1", fault.path, 1)


def test_a_schema_that_includes_xsd_11(tmp_path: Path) -> None:
    site(tmp_path, last="<xs:assert test='room'/>")
    path = tmp_path / "all.xsd"
    path.write_text(
        "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' targetNamespace='urn:site'>"
        "<xs:include schemaLocation='site.xsd'/></xs:schema>",
        encoding="utf-8",
    )
    assert len(validate(path, "<site xmlns='urn:site'><owner/></site>")) == 1


def test_a_changed_schema_is_loaded_again(tmp_path: Path) -> None:
    text = "<site xmlns='urn:site'><owner/></site>"
    assert validate(site(tmp_path), text) == []
    assert len(validate(site(tmp_path, last="<xs:attribute name='id' use='required'/>"), text)) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<xs:schema", "site.xsd:1"),
        ("<grammar/>", "<grammar>"),
        (
            "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:element name='a' type='b'/></xs:schema>",
            "b",
        ),
        (
            "<!DOCTYPE s [<!ENTITY e SYSTEM 'file:///etc/hostname'>]>"
            "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'>&e;</xs:schema>",
            "site.xsd",
        ),
    ],
)
def test_a_broken_schema(content: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "site.xsd"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SchemaError, match=r"site\.xsd") as raised:
        validate(path, "<a/>")
    assert said in str(raised.value)
    assert len(str(raised.value)) < 300
    assert "\n" not in str(raised.value)


def test_no_schema_at_all(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match=r"site\.xsd: No such file"):
        validate(tmp_path / "site.xsd", "<a/>")


def test_nothing_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("tried to fetch something")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    imported = "<xs:import namespace='urn:far' schemaLocation='http://far.example/far.xsd'/>"
    text = (
        "<site xmlns='urn:site' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' "
        "xsi:schemaLocation='urn:far http://far.example/other.xsd'><owner/></site>"
    )
    assert validate(site(tmp_path, first=imported), text) == []
    included = "<xs:include schemaLocation='http://far.example/far.xsd'/>"
    with pytest.raises(SchemaError, match=r"site\.xsd"):
        validate(site(tmp_path, first=included + " "), text)


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("7", encoding="utf-8")
    text = (
        f"<!DOCTYPE site [<!ENTITY e SYSTEM '{secret.as_uri()}'>]>"
        "<site xmlns='urn:site'><owner/><room>&e;</room></site>"
    )
    (fault,) = validate(site(tmp_path), text)
    assert "entity" in fault.message


def test_deep_documents_do_no_harm(tmp_path: Path) -> None:
    text = "<site xmlns='urn:site'>" + "<owner>" * 240 + "</owner>" * 240 + "</site>"
    (fault,) = validate(site(tmp_path), text)
    assert "deep" in fault.message


def test_xmlschema_is_loaded_by_the_first_validation_only() -> None:
    code = "import sys, vnetlint.schema.xsd; sys.exit('xmlschema' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_bundled_schemas_can_be_used_so() -> None:
    assert validate(SCHEMAS / "network.xsd", network("<mtu size='1400'/>")) == []
    (fault,) = validate(SCHEMAS / "network.xsd", network("<mtu size='big'/>"))
    assert fault.path == "/network/mtu"
