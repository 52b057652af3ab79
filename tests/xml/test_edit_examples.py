"""Examples of edits, each as a person would make it."""

from collections.abc import Callable
from textwrap import dedent

import pytest

from tests.xml.documents import only_document
from vnetlint.xml import edit
from vnetlint.xml.edit import Edits, el
from vnetlint.xml.node import Attribute, Document, Node
from vnetlint.xml.splice import apply

Operation = Callable[[Document], Edits]


def _find(document: Document, name: str) -> Node:
    return next(node for node in document.root.descendants() if node.name == name)


def _attribute(document: Document, element: str, name: str) -> Attribute:
    return _find(document, element).attributes[name]


ROUTE = el("route", {"family": "ipv6", "gateway": "fd00::2"})
DHCP = el("dhcp", None, el("range", {"start": "10.0.0.2", "end": "10.0.0.9"}))

EXAMPLES: dict[str, tuple[str, Operation, str]] = {
    "the comments in a removed element stay where it was": (
        """
        <network>
          <ip address='10.0.0.1'> <!-- the gateway -->
            <dhcp>
              <!-- the
                   pool -->
              <range start='10.0.0.2' end='10.0.0.9'/>
            </dhcp>
          </ip>
          <port isolated='yes'/>
        </network>
        """,
        lambda d: edit.remove_but_comments(_find(d, "ip")),
        """
        <network>
          <!-- the gateway -->
          <!-- the
                   pool -->
          <port isolated='yes'/>
        </network>
        """,
    ),
    "on one line the comments in a removed element stay too": (
        "<network><ip><!-- a --><dhcp/></ip><port/></network>",
        lambda d: edit.remove_but_comments(_find(d, "ip")),
        "<network><!-- a --><port/></network>",
    ),
    "an element without comments is removed with its line": (
        """
        <network>
          <ip/>
        </network>
        """,
        lambda d: edit.remove_but_comments(_find(d, "ip")),
        """
        <network>
        </network>
        """,
    ),
    "an element whose children are all removed becomes an empty tag": (
        """
        <network>
          <forward mode='bridge' >
            <interface dev='eth1'/>
            <interface dev='eth2'/>
          </forward>
          <port/>
        </network>
        """,
        lambda d: (
            *(each for node in _find(d, "forward").children for each in edit.remove(node)),
            *edit.close_emptied(_find(d, "forward")),
        ),
        """
        <network>
          <forward mode='bridge' />
          <port/>
        </network>
        """,
    ),
    "on one line it becomes an empty tag too": (
        "<network><forward><nat/></forward><port/></network>",
        lambda d: (*edit.remove(_find(d, "nat")), *edit.close_emptied(_find(d, "forward"))),
        "<network><forward/><port/></network>",
    ),
    "an element with a comment keeps its end tag": (
        "<network><forward><!-- a --><nat/></forward></network>",
        lambda d: (*edit.remove(_find(d, "nat")), *edit.close_emptied(_find(d, "forward"))),
        "<network><forward><!-- a --></forward></network>",
    ),
    "a child is not put beside one that is removed": (
        """
        <forward mode='hostdev'>
          <pf dev='eth1'/>
        </forward>
        """,
        lambda d: (
            *edit.insert(d.root, el("interface", {"dev": "eth2"}), leaving=[_find(d, "pf")]),
            *edit.remove(_find(d, "pf")),
        ),
        """
        <forward mode='hostdev'>
          <interface dev='eth2'/>
        </forward>
        """,
    ),
    "a value keeps its quotes": (
        """<ip address="10.0.0.1" netmask='255.0.0.0'/>""",
        lambda d: edit.set_attribute(d.root, "address", "10.0.0.\"2'"),
        """<ip address="10.0.0.&quot;2'" netmask='255.0.0.0'/>""",
    ),
    "a new attribute goes behind the last and is quoted like it": (
        """<ip address="10.0.0.1"/>""",
        lambda d: edit.set_attribute(d.root, "family", "ipv4"),
        """<ip address="10.0.0.1" family="ipv4"/>""",
    ),
    "the first attribute is quoted as the rest of the file": (
        """<a><b c="1"/><ip /></a>""",
        lambda d: edit.set_attribute(_find(d, "ip"), "family", "ipv4"),
        """<a><b c="1"/><ip family="ipv4" /></a>""",
    ),
    "where attributes have a line each the new one has its own": (
        """
        <ip address='10.0.0.1'
            netmask='255.0.0.0'>
        </ip>
        """,
        lambda d: edit.set_attribute(d.root, "family", "ipv4"),
        """
        <ip address='10.0.0.1'
            netmask='255.0.0.0'
            family='ipv4'>
        </ip>
        """,
    ),
    "a removed attribute takes its line along": (
        """
        <ip address='10.0.0.1'
            netmask='255.0.0.0'
            family='ipv4'/>
        """,
        lambda d: edit.remove_attribute(_attribute(d, "ip", "netmask")),
        """
        <ip address='10.0.0.1'
            family='ipv4'/>
        """,
    ),
    "the last attribute goes and the space before the slash stays": (
        "<ip address='10.0.0.1' />",
        lambda d: edit.remove_attribute(_attribute(d, "ip", "address")),
        "<ip />",
    ),
    "an attribute is renamed and its value left alone": (
        "<ip adress = '10.0.0.1&#32;'/>",
        lambda d: edit.rename_attribute(_attribute(d, "ip", "adress"), "address"),
        "<ip address = '10.0.0.1&#32;'/>",
    ),
    "an attribute is not renamed to one that is there": (
        "<ip adress='1' address='2'/>",
        lambda d: edit.rename_attribute(_attribute(d, "ip", "adress"), "address"),
        "<ip adress='1' address='2'/>",
    ),
    "an element is renamed in both tags": (
        "<network><ipp a='ipp'>ipp</ipp ></network>",
        lambda d: edit.rename(_find(d, "ipp"), "ip"),
        "<network><ip a='ipp'>ipp</ip ></network>",
    ),
    "of two that share a line the blank between them goes too": (
        """
        <network>
          <ip/> <dns/>
          <mtu/> <mac/> <vlan/>
        </network>
        """,
        lambda d: edit.remove(_find(d, "ip")) + edit.remove(_find(d, "mac")),
        """
        <network>
          <dns/>
          <mtu/> <vlan/>
        </network>
        """,
    ),
    "strays are wrapped together with the comments between them": (
        """
        <domain>
          <interface>
            <mac/>
          </interface>
          <!-- the second -->
          <disk/>
          <name>web</name>
          <emulator>/usr/bin/qemu</emulator>
        </domain>
        """,
        lambda d: edit.wrap_all([_find(d, "interface"), _find(d, "disk"), _find(d, "emulator")], el("devices")),
        """
        <domain>
          <devices>
            <interface>
              <mac/>
            </interface>
            <!-- the second -->
            <disk/>
            <emulator>/usr/bin/qemu</emulator>
          </devices>
          <name>web</name>
        </domain>
        """,
    ),
    "what is unwrapped moves back by a step": (
        """
        <interface>
          <protocol family='ipv4'>
            <!-- static -->
            <ip address='10.0.0.1'>
              <x/>
            </ip>
          </protocol>
        </interface>
        """,
        lambda d: edit.unwrap(_find(d, "protocol")),
        """
        <interface>
          <!-- static -->
          <ip address='10.0.0.1'>
            <x/>
          </ip>
        </interface>
        """,
    ),
    "pieces of one text go together": (
        """
        <network>
          a note<![CDATA[ here]]>
          <ip/>
        </network>
        """,
        lambda d: edit.remove_text(d.root),
        """
        <network>
          <ip/>
        </network>
        """,
    ),
    "a removed element takes its line and leaves the comments": (
        """
        <network>
          <!-- above -->
          <ip/>
          <dns/> <!-- beside -->
        </network>
        """,
        lambda d: edit.remove(_find(d, "ip")),
        """
        <network>
          <!-- above -->
          <dns/> <!-- beside -->
        </network>
        """,
    ),
    "what shares its line stays": (
        """
        <network>
          <ip/><!-- why -->
          <dns/> <mtu/>
        </network>
        """,
        lambda d: edit.remove(_find(d, "ip")) + edit.remove(_find(d, "mtu")),
        """
        <network>
          <!-- why -->
          <dns/>
        </network>
        """,
    ),
    "an element of several lines goes whole": (
        "<a>\r\n\t<ip>\r\n\t\t<dhcp/>\r\n\t</ip>\r\n\t<dns/>\r\n</a>\r\n",
        lambda d: edit.remove(_find(d, "ip")),
        "<a>\r\n\t<dns/>\r\n</a>\r\n",
    ),
    "a child goes where libvirt writes it": (
        """
        <network>
          <name>lan</name>
          <ip address='10.0.0.1'/>
          <portgroup name='a'/>
        </network>
        """,
        lambda d: edit.insert(d.root, ROUTE),
        """
        <network>
          <name>lan</name>
          <ip address='10.0.0.1'/>
          <route family='ipv6' gateway='fd00::2'/>
          <portgroup name='a'/>
        </network>
        """,
    ),
    "before all others where none comes first": (
        """
        <network> <!-- of the office -->
          <portgroup name='a'/>
        </network>
        """,
        lambda d: edit.insert(d.root, el("name", text="r&d")),
        """
        <network> <!-- of the office -->
          <name>r&amp;d</name>
          <portgroup name='a'/>
        </network>
        """,
    ),
    "an empty tag is opened for its first child": (
        """
        <network>
          <ip address='10.0.0.1' />
        </network>
        """,
        lambda d: edit.insert(_find(d, "ip"), DHCP),
        """
        <network>
          <ip address='10.0.0.1'>
            <dhcp>
              <range start='10.0.0.2' end='10.0.0.9'/>
            </dhcp>
          </ip>
        </network>
        """,
    ),
    "a pair of tags is put on lines of their own": (
        "<network>\n\t<ip></ip>\n</network>\n",
        lambda d: edit.insert(_find(d, "ip"), el("dhcp")),
        "<network>\n\t<ip>\n\t\t<dhcp/>\n\t</ip>\n</network>\n",
    ),
    "tags on two lines take a child between them": (
        "<network>\n</network>\n",
        lambda d: edit.insert(d.root, el("name", text="lan")),
        "<network>\n  <name>lan</name>\n</network>\n",
    ),
    "one line stays one line": (
        "<network><ip/></network>",
        lambda d: edit.insert(d.root, DHCP) + edit.insert(_find(d, "ip"), DHCP),
        "<network><ip><dhcp><range start='10.0.0.2' end='10.0.0.9'/></dhcp></ip>"
        "<dhcp><range start='10.0.0.2' end='10.0.0.9'/></dhcp></network>",
    ),
    "a root alone stays on its line": (
        "<network/>\n",
        lambda d: edit.insert(d.root, el("ip")),
        "<network><ip/></network>\n",
    ),
    "old Macs end lines with a carriage return": (
        "<network>\r  <ip/>\r</network>\r",
        lambda d: edit.insert(d.root, ROUTE),
        "<network>\r  <ip/>\r  <route family='ipv6' gateway='fd00::2'/>\r</network>\r",
    ),
    "before an element is before the comments that belong to it": (
        """
        <a>
          <b/> <!-- of b -->
          <!-- one -->
          <!-- two -->
          <c/>
        </a>
        """,
        lambda d: edit.insert_before(_find(d, "c"), el("new")),
        """
        <a>
          <b/> <!-- of b -->
          <new/>
          <!-- one -->
          <!-- two -->
          <c/>
        </a>
        """,
    ),
    "a comment beyond an empty line belongs to nobody": (
        """
        <a>
          <!-- section -->

          <c/>
        </a>
        """,
        lambda d: edit.insert_before(_find(d, "c"), el("new")),
        """
        <a>
          <!-- section -->

          <new/>
          <c/>
        </a>
        """,
    ),
    "behind an element is behind the comment on its line": (
        """
        <a>
          <b/> <!-- of b -->
          <c/>
        </a>
        """,
        lambda d: edit.insert_after(_find(d, "b"), el("new")),
        """
        <a>
          <b/> <!-- of b -->
          <new/>
          <c/>
        </a>
        """,
    ),
    "an element is replaced by two": (
        """
        <a>
          <b>x</b>
        </a>
        """,
        lambda d: edit.replace(_find(d, "b"), el("c"), el("d", None, el("e"))),
        """
        <a>
          <c/>
          <d>
            <e/>
          </d>
        </a>
        """,
    ),
    "a wrapped element moves in by a level": (
        """
        <a>
          <b>
            <c/>

          </b>
        </a>
        """,
        lambda d: edit.wrap(_find(d, "b"), el("ip", {"family": "ipv4"})),
        """
        <a>
          <ip family='ipv4'>
            <b>
              <c/>

            </b>
          </ip>
        </a>
        """,
    ),
    "a moved element takes the indentation of its new place and keeps its text": (
        """
        <network>
          <dhcp>
            <!-- the printer -->
            <host  mac='52:54:00:00:00:01'/>
          </dhcp>
          <ip address='10.0.0.1'>
            <tftp root='/srv'/>
          </ip>
        </network>
        """,
        lambda d: edit.move(_find(d, "dhcp"), _find(d, "ip")),
        """
        <network>
          <ip address='10.0.0.1'>
            <tftp root='/srv'/>
            <dhcp>
              <!-- the printer -->
              <host  mac='52:54:00:00:00:01'/>
            </dhcp>
          </ip>
        </network>
        """,
    ),
    "an element moves to its place among its siblings": (
        """
        <network>
          <ip/>
          <name>lan</name>
        </network>
        """,
        lambda d: edit.move(_find(d, "name"), d.root),
        """
        <network>
          <name>lan</name>
          <ip/>
        </network>
        """,
    ),
    "text is replaced and the space around it stays": (
        "<name>\n  lan <!-- the old one -->\n</name>",
        lambda d: edit.set_text(d.root, "r&d"),
        "<name>\n  r&amp;d <!-- the old one -->\n</name>",
    ),
    "where there is nothing but space the text takes its place": (
        "<name>\n</name>",
        lambda d: edit.set_text(d.root, "lan"),
        "<name>lan</name>",
    ),
    "an empty tag is opened for its text": (
        "<name />",
        lambda d: edit.set_text(d.root, "lan"),
        "<name>lan</name>",
    ),
}  # fmt: skip


@pytest.mark.parametrize("title", EXAMPLES)
def test_an_edit_looks_as_if_a_person_had_made_it(title: str) -> None:
    before, operation, after = EXAMPLES[title]
    assert _made(_lines(before), operation) == _lines(after)


REFUSED: dict[str, tuple[str, Operation]] = {
    "a tag that is half typed": ("<a><b c='1'", lambda d: edit.set_attribute(_find(d, "b"), "c", "2")),
    "an element that is never closed": ("<a><b>", lambda d: edit.rename(_find(d, "b"), "c")),
    "a document with entities of its own": (
        "<!DOCTYPE a [<!ENTITY e 'x'>]><a><b/></a>",
        lambda d: edit.remove(_find(d, "b")),
    ),
    "the root, to be removed": ("<a/>", lambda d: edit.remove(d.root)),
    "the root, to be wrapped": ("<a/>", lambda d: edit.wrap(d.root, el("b"))),
    "a sibling of the root": ("<a/>", lambda d: edit.insert_after(d.root, el("b")) + edit.insert_before(d.root, ROUTE)),
    "an element, to be moved into itself": ("<a><b><c/></b></a>", lambda d: edit.move(_find(d, "b"), _find(d, "c"))),
    "text beside children": ("<a>x<b/></a>", lambda d: edit.set_text(d.root, "y")),
    "text in several pieces": ("<a>x<!-- c -->y</a>", lambda d: edit.set_text(d.root, "y")),
    "text in CDATA": ("<a><![CDATA[x]]></a>", lambda d: edit.set_text(d.root, "y")),
    "a value without quotes": ("<a b=1></a>", lambda d: edit.set_attribute(d.root, "b", "2")),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_edited_safely_is_not_edited(what: str) -> None:
    text, operation = REFUSED[what]
    assert operation(only_document(text)) == ()


def _lines(text: str) -> str:
    return dedent(text[1:]).rstrip(" ") if text.startswith("\n ") else text


def _made(text: str, operation: Operation) -> str:
    return apply(text, operation(only_document(text)))
