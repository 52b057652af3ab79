"""What a run knows its inputs by."""

import pytest

from vnetlint.inputkey import FileKey, InputKey, LibvirtKey, StreamKey


@pytest.mark.parametrize(
    ("key", "display", "host", "is_writable"),
    [
        (FileKey("site/a/lan.xml"), "site/a/lan.xml", "site/a", True),
        (StreamKey("<stdin>"), "<stdin>", "", False),
        (StreamKey("site/a/new.xml"), "site/a/new.xml", "site/a", False),
        (LibvirtKey("qemu:///system", "network", "lan"), "qemu:///system/network/lan", "qemu:///system", False),
    ],
)
def test_a_key_says_how_it_is_shown_and_which_host_it_belongs_to(
    key: InputKey, display: str, host: str, is_writable: bool
) -> None:
    assert (key.display, key.host, key.is_writable) == (display, host, is_writable)


def test_the_objects_of_one_libvirt_are_on_one_host() -> None:
    assert LibvirtKey("qemu:///system", "domain", "web").host == LibvirtKey("qemu:///system", "network", "lan").host
