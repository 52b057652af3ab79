"""A running libvirt: what is defined on its host, read over a connection that cannot change anything."""

from vnetlint.live.binding import LiveError
from vnetlint.live.reading import LiveHost, LiveObject, read_host
from vnetlint.live.uri import LibvirtUri, parse_uri

__all__ = ["LibvirtUri", "LiveError", "LiveHost", "LiveObject", "parse_uri", "read_host"]
