"""Screenshots with at most 256 colours, which are less than half as large and look the same."""

import struct
import zlib
from collections import Counter
from pathlib import Path

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
Pixel = tuple[int, int, int]


def shrink(path: Path) -> None:
    """Write a browser's screenshot (8 bits a channel, without alpha) again with a palette."""
    data = path.read_bytes()
    chunks = _chunks(data)
    width, height, depth, kind = struct.unpack(">IIBB", chunks[0][1][:10])
    if (depth, kind) != (8, 2):
        raise ValueError(f"{path}: not a picture of 8 bits a channel without alpha")
    packed = b"".join(body for name, body in chunks if name == b"IDAT")
    rows = _unfiltered(zlib.decompress(packed), width, height)
    pixels = [[(row[at], row[at + 1], row[at + 2]) for at in range(0, 3 * width, 3)] for row in rows]
    palette = [pixel for pixel, _ in Counter(pixel for row in pixels for pixel in row).most_common(256)]
    index: dict[Pixel, int] = {pixel: number for number, pixel in enumerate(palette)}
    for row in pixels:
        for pixel in row:
            if pixel not in index:
                index[pixel] = min(range(len(palette)), key=lambda each: _distance(palette[each], pixel))
    body = zlib.compress(b"".join(b"\0" + bytes(index[pixel] for pixel in row) for row in pixels), 9)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    colours = bytes(value for pixel in palette for value in pixel)
    parts = ((b"IHDR", header), (b"PLTE", colours), (b"IDAT", body), (b"IEND", b""))
    path.write_bytes(_SIGNATURE + b"".join(_chunk(name, content) for name, content in parts))


def _distance(one: Pixel, other: Pixel) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], len(_SIGNATURE)
    while at < len(data):
        (size,) = struct.unpack(">I", data[at : at + 4])
        found.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + size]))
        at += size + 12
    return found


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _unfiltered(data: bytes, width: int, height: int) -> list[bytearray]:
    """Return the rows of a picture, without the differences as which PNG stores them."""
    size = 3 * width
    rows: list[bytearray] = []
    above = bytearray(size)
    for number in range(height):
        start = number * (size + 1)
        kind, row = data[start], bytearray(data[start + 1 : start + 1 + size])
        for at in range(size):
            left = row[at - 3] if at >= 3 else 0
            corner = above[at - 3] if at >= 3 else 0
            row[at] = (row[at] + _predicted(kind, left, above[at], corner)) & 255
        rows.append(row)
        above = row
    return rows


def _predicted(kind: int, left: int, up: int, corner: int) -> int:
    if kind < 4:
        return (0, left, up, (left + up) // 2)[kind]
    guess = left + up - corner
    return min((left, up, corner), key=lambda each: abs(guess - each))
