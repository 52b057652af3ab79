"""What the sources of the schemas say about libvirt is collected by path, in names that the code knows."""

import string
from pathlib import Path

import pytest

from tests.schemas.loaded import SCHEMAS
from tools.schemas import libvirt
from tools.schemas.definitions import BuildError
from vnetlint.schema import libvirt_messages, libvirt_tolerates
from vnetlint.schema.annotations import annotations_at, every
from vnetlint.xml.order import child_order

FILLED_IN = {"name", "element", "attribute", "value", "type", "service", "record"}

SOURCE = """
namespace vn = "urn:vnetlint:schema"
start = element network {{ range & element dhcp {{ range }} }}
range = {} element range {{ attribute start {{ text }} }}
"""


def test_an_attribute_has_its_annotations_at_each_of_its_places() -> None:
    for place in ("network/vlan/tag@id", "network/portgroup/vlan/tag@id", "domain/devices/interface/vlan/tag@id"):
        assert annotations_at(place) == {"refuses": "not-a-uint", "missing": "required"}


def test_an_annotation_can_be_meant_for_some_places() -> None:
    assert "refuses" in annotations_at("domain/devices/interface/boot@order")
    assert annotations_at("domain/devices/disk/boot@order") == {}


def test_all_names_are_known() -> None:
    refused = {value for _, value in every("refuses", "also-refuses")}
    assert refused == libvirt_messages.NAMES
    assert {name for _, value in every("reads") for name in value.split()} == libvirt_tolerates.NAMES
    assert {value for _, value in every("of")} == {"virtio"}


def test_what_is_refused_has_a_message() -> None:
    for path, name in every("refuses"):
        assert "says" in annotations_at(path) or name in ("unlisted", "not-a-number", "not-a-uint"), path
    for path, _ in every("also-refuses"):
        assert "also-says" in annotations_at(path), path


def test_messages_are_filled_in_with_what_is_known() -> None:
    names = ("says", "also-says", "empty", "missing", "second", "misplaced", "exclusive", "unknown")
    for path, message in every(*names):
        assert {field for _, field, _, _ in string.Formatter().parse(message) if field} <= FILLED_IN, path


def test_children_have_an_order() -> None:
    assert child_order("dhcp") == ("range", "host", "bootp")
    assert child_order("mtu") == ()


def test_there_is_nothing_of_it_in_the_grammars() -> None:
    assert not [path.name for path in SCHEMAS.glob("*.rng") if "vn:refuses" in path.read_text("utf-8")]


def collected(folder: Path, annotation: str) -> str:
    for kind in libvirt.KINDS:
        (folder / f"{kind}.rnc").write_text(SOURCE.format(annotation), encoding="utf-8")
    return libvirt.build(folder)["libvirt.json"].decode()


@pytest.mark.oracle
def test_what_is_written_once_is_collected_for_each_place(tmp_path: Path) -> None:
    said = collected(tmp_path, "[ vn:second = 'Only one' ]")
    assert said == '{\n"network/dhcp/range": {"second": "Only one"},\n"network/range": {"second": "Only one"}\n}\n'
    said = collected(tmp_path, "[ vn:at = 'dhcp' vn:second = 'Only one' ]")
    assert said == '{\n"network/dhcp/range": {"second": "Only one"}\n}\n'


@pytest.mark.oracle
@pytest.mark.parametrize(
    ("annotation", "message"),
    [
        ("[ vn:secnd = 'Only one' ]", "unknown annotation 'vn:secnd' of 'range'"),
        ("[ vn:at = 'dhpc' vn:second = 'Only one' ]", "'vn:at' of 'range' is nowhere: dhpc"),
        (
            "[ vn:second = 'Only one' ] element range { empty } | [ vn:second = 'Just one' ]",
            "'vn:second' is both 'Only one' and 'Just one'",
        ),
    ],
)
def test_annotations_that_cannot_be_meant(annotation: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=message):
        collected(tmp_path, annotation)
