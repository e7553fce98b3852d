"""Hostile and broken PDFs, made on the spot, each with what is to become of it.

`HOSTILE` names them. `text`: the paper's text is read. `failure`: one clear line. `either`: one of the two, as viewers
differ about it too. All within bounded time and memory, and nothing is touched but the file itself.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from functools import partial
from itertools import repeat
from typing import Literal, NamedTuple

from read_pdfs import latin, pdf

SAID = "Melatonin lowers oxidative stress in the liver of aged rats."

Expected = Literal["text", "failure", "either"]
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
COMPOSITE = b"<< /Type /Font /Subtype /Type0 /BaseFont /X /DescendantFonts [7 0 R] /Encoding /%s >>"
LEAF = (
    b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /X "
    b"/CIDSystemInfo << /Registry (%s) /Ordering (x) /Supplement 0 >> >>"
)
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"


class Hostile(NamedTuple):
    """How to make the file, and what is to become of it."""

    make: Callable[[], bytes]
    expected: Expected


def lines_of(said: str = SAID, lines: int = 8) -> bytes:
    """Operators that print a text on several lines."""
    return b"BT /F1 12 Tf 72 720 Td " + b" 0 -16 Td ".join(repeat(f"({said}) Tj".encode("latin-1"), lines)) + b" ET"


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object."""
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(content), content)


def deflated(*parts: tuple[bytes, int], entries: bytes = b"") -> bytes:
    """A compressed stream of parts, each repeated so many times: quickly, and never whole in memory."""
    out = [b"\x78\x9c"]
    check = 1
    for part, times in parts:
        many = min(times, max(1, (1 << 20) // len(part)))
        for block, count in ((part * many, times // many), (part * (times % many), 1)):
            squeeze = zlib.compressobj(wbits=-15)
            # A block that ends in a full flush refers to nothing before it, so that copies of it may follow.
            out.append((squeeze.compress(block) + squeeze.flush(zlib.Z_FULL_FLUSH)) * count)
            for _ in range(count):
                check = zlib.adler32(block, check)
    out += [zlib.compressobj(wbits=-15).flush(), check.to_bytes(4, "big")]
    return stream(b"".join(out), b"/Filter /FlateDecode " + entries)


def build(objects: Mapping[int, bytes], trailer: bytes = b"") -> bytes:
    """A PDF of numbered objects, of which 1 is the catalog."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    at = {}
    for number, body in sorted(objects.items()):
        at[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    size = max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += b"%010d 00000 %c \n" % (at.get(number, 0), b"n"[0] if number in at else b"f"[0])
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start)
    return bytes(out)


def paper(
    content: bytes | None = None, *, box: bytes = b"[0 0 595 842]", resources: bytes = b"/Font << /F1 5 0 R >>",
    page: bytes = b"", others: Mapping[int, bytes] | None = None,
) -> bytes:  # fmt: skip
    """A paper of one page: 1 catalog, 2 pages, 3 the page, 4 its content, 5 its font; `others` adds and replaces."""
    objects = {
        1: CATALOG,
        2: PAGES,
        3: b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /MediaBox %s /Resources << %s >> %s >>"
        % (box, resources, page),
        4: content if content is not None else stream(lines_of()),
        5: FONT,
    }  # fmt: skip
    return build(objects | dict(others or {}))


def good() -> bytes:
    """The paper that the others are made of."""
    return paper()


def locked(password: str) -> bytes:
    """Encrypted; an empty password opens without asking."""
    return pdf([[latin(72, 100 + 16 * k, SAID) for k in range(8)]], password=password)


def truncated(share: float) -> bytes:
    """The first part of a file of several pages."""
    whole = pdf([[latin(72, 100 + 16 * k, SAID) for k in range(30)] for _ in range(6)])
    return whole[: int(share * len(whole))]


def without_xref() -> bytes:
    """No table of objects; the objects and the trailer are whole."""
    data = good()
    return data[: data.rindex(b"xref\n0")] + data[data.rindex(b"trailer") : data.rindex(b"startxref")] + b"%%EOF\n"


def wrong_offsets() -> bytes:
    """The table of objects points beside all of them."""
    return good().replace(b"%PDF-1.7\n", b"%PDF-1.7\n% put in later by a mail gateway\n")


def cyclic_pages() -> bytes:
    """The tree of pages holds itself, beside the page."""
    return paper(others={2: b"<< /Type /Pages /Kids [3 0 R 6 0 R] /Count 2 >>",
                         6: b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R 6 0 R] /Count 2 >>"})  # fmt: skip


def cyclic_parents() -> bytes:
    """A page without a box looks for one in its parents, which are each other's."""
    return paper(others={
        2: b"<< /Type /Pages /Parent 6 0 R /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>",
        6: b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R] /Count 1 >>",
    })  # fmt: skip


def cyclic_form() -> bytes:
    """A form XObject that draws itself, twice."""
    form = stream(lines_of() + b" /X1 Do /X1 Do", b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] "
                  b"/Resources << /Font << /F1 5 0 R >> /XObject << /X1 6 0 R >> >>")  # fmt: skip
    return paper(stream(b"/X1 Do"), resources=b"/Font << /F1 5 0 R >> /XObject << /X1 6 0 R >>", others={6: form})


def doubling_forms(depth: int = 40) -> bytes:
    """Forms that each draw the next one twice: few objects, 2^depth drawings. No cycle that a reader could find."""
    kind = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] "
    forms = {
        10 + k: stream(b"/X1 Do /X1 Do", kind + b"/Resources << /XObject << /X1 %d 0 R >> >>" % (11 + k))
        for k in range(depth)
    }
    forms[10 + depth] = stream(b"BT /F1 12 Tf (x) Tj ET", kind + b"/Resources << /Font << /F1 5 0 R >> >>")
    content = stream(lines_of() + b" /X1 Do")
    return paper(content, resources=b"/Font << /F1 5 0 R >> /XObject << /X1 10 0 R >>", others=forms)


def cyclic_content() -> bytes:
    """An array of contents that holds itself."""
    return paper(others={4: b"[6 0 R 4 0 R]", 6: stream(lines_of())})


def cyclic_length() -> bytes:
    """A stream whose length is the stream itself."""
    return paper(b"<< /Length 4 0 R >>\nstream\n" + lines_of() + b"\nendstream")


def many_pages(claimed: int = 10_000_000) -> bytes:
    """A count of pages that is not true."""
    return paper(others={2: b"<< /Type /Pages /Kids [3 0 R] /Count %d >>" % claimed})


def same_page(times: int = 200_000) -> bytes:
    """One page, listed many times: a small file of many pages."""
    return paper(others={2: b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b"3 0 R " * times, times)})


def boxed(box: bytes) -> bytes:
    """A page of that size."""
    return paper(box=box)


def large_image(side: int = 30_000) -> bytes:
    """A picture of one colour, small in the file and 900 MB in memory, beside text."""
    kind = b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8"
    return paper(
        stream(lines_of() + b" q 200 0 0 200 72 72 cm /I1 Do Q"),
        resources=b"/Font << /F1 5 0 R >> /XObject << /I1 6 0 R >>",
        others={6: deflated((b"\x80", side * side), entries=kind % (side, side))},
    )


def scan_of_large_image(side: int = 30_000) -> bytes:
    """The same, over a page without text: what OCR would be asked to read."""
    kind = b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8"
    return paper(
        stream(b"q 595 0 0 842 0 0 cm /I1 Do Q"), resources=b"/XObject << /I1 6 0 R >>",
        others={6: deflated((b"\x80", side * side), entries=kind % (side, side))},
    )  # fmt: skip


def bomb(size: int = 500_000_000) -> bytes:
    """A content stream that inflates to that many bytes of operators that do nothing, behind the text."""
    return paper(deflated((lines_of() + b"\n", 1), (b"0 g\n", size // 4)))


def slow_page(operators: int = 2_000_000) -> bytes:
    """A page of so many operators that print a letter."""
    content = deflated(
        (lines_of() + b"\nBT /F1 6 Tf 72 400 Td\n", 1), (b"(x) Tj 0.01 -0.0001 Td\n", operators), (b"ET\n", 1)
    )
    return paper(content)


def nested_states(depth: int = 100_000) -> bytes:
    """Graphics states one in another."""
    return paper(deflated((b"q ", depth), (lines_of() + b"\n", 1), (b"Q ", depth)))


def nested_arrays(depth: int = 100_000) -> bytes:
    """Arrays one in another, in the page's content."""
    return paper(deflated((lines_of() + b"\n", 1), (b"[", depth), (b"]", depth), (b" 0 d\n", 1)))


def nested_object(depth: int = 100_000) -> bytes:
    """Arrays one in another, in an object that the page names."""
    return paper(page=b"/Annots 6 0 R", others={6: b"[" * depth + b"]" * depth})


def nested_dictionaries(depth: int = 100_000) -> bytes:
    """Dictionaries one in another, in the page itself."""
    return paper(page=b"/A " + b"<< /A " * depth + b"1" + b" >>" * depth)


def cyclic_to_unicode() -> bytes:
    """A font whose ToUnicode map says to use itself first."""
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>"
    return paper(others={5: font, 6: stream(b"/CMapName /X def", b"/Type /CMap /CMapName /X /UseCMap 6 0 R")})


def cyclic_encoding() -> bytes:
    """A font whose encoding is an encoding of itself."""
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding 6 0 R >>"
    encoding = b"<< /Type /Encoding /BaseEncoding 6 0 R /Differences 7 0 R >>"
    return paper(others={5: font, 6: encoding, 7: b"[32 7 0 R]"})


def cyclic_font() -> bytes:
    """A composite font that is its own descendant."""
    font = b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [5 0 R] >>"
    return paper(others={5: font})


def cyclic_reference() -> bytes:
    """An object that is a reference to itself, where the page has its content."""
    return paper(others={4: b"4 0 R"})


def wide_cmap(codes: int = 0x7FFFFFFF) -> bytes:
    """A ToUnicode map of one range of two thousand million codes."""
    font = COMPOSITE % b"Identity-H /ToUnicode 6 0 R"
    cmap = (
        b"1 begincodespacerange <00000000> <ffffffff> endcodespacerange "
        b"1 beginbfrange <00000000> <%08x> <0041> endbfrange"
    )
    leaf = LEAF % b"Adobe"
    return paper(
        stream(lines_of() + b" BT /F2 12 Tf 72 300 Td <0001> Tj ET"),
        resources=b"/Font << /F1 5 0 R /F2 8 0 R >>",
        others={6: stream(cmap % codes), 7: leaf, 8: font},
    )


def odd_names() -> bytes:
    """Names of fonts and entries with NUL, slashes, escapes, bytes of no encoding."""
    odd = b"/F#00#2f..#2f..#2fetc#2fpasswd#ff#28"
    return paper(
        stream(lines_of().replace(b"/F1", odd)),
        resources=b"/Font << %s 5 0 R >> /%s << >>" % (odd, b"N" * 5000),
        others={5: b"<< /Type /Font /Subtype /Type1 /BaseFont /#0a#1b[31mHelvetica#00 >>"},
    )


def odd_title() -> bytes:
    """A title in the file's data that writes to a terminal, or breaks a line of a record."""
    return build(
        {1: CATALOG, 2: PAGES, 5: FONT, 4: stream(lines_of()), 6: b"<< /Title (\x1b]0;x\x07\n\r../../x\\000) >>",
         3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> "
         b"/Contents 4 0 R >>"},
        b"/Info 6 0 R",
    )  # fmt: skip


def actions(target: bytes = b"/etc/passwd") -> bytes:
    """A script, a program to start and an address to call, on opening the file and the page."""
    script = b"<< /S /JavaScript /JS (app.alert\\(1\\); this.getURL\\('http://127.0.0.1:9/'\\)) >>"
    launch = b"<< /S /Launch /F (%s) /Win << /F (cmd.exe) >> >>" % target
    return paper(
        page=b"/AA << /O %s >> /Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 595 842] /A << /S /URI "
        b"/URI (http://127.0.0.1:9/) >> >>]" % launch,
        others={1: b"<< /Type /Catalog /Pages 2 0 R /OpenAction %s /Names << /JavaScript << /Names [(a) %s] >> >> >>"
                % (script, script)},
    )  # fmt: skip


def external_stream(target: bytes = b"/etc/passwd") -> bytes:
    """Content that is to be fetched from another file: an array of it, and of the page's own."""
    return paper(others={
        4: b"[6 0 R 7 0 R]",
        6: stream(b"", b"/F (%s) /FFilter /ASCIIHexDecode" % target),
        7: stream(lines_of()),
    })  # fmt: skip


def external_font(target: bytes = b"/etc/passwd") -> bytes:
    """A font program and an object stream that are to be fetched from other files."""
    font = b"<< /Type /Font /Subtype /TrueType /BaseFont /../../../etc/passwd /FontDescriptor 6 0 R >>"
    descriptor = b"<< /Type /FontDescriptor /FontName /../../../etc/passwd /Flags 32 /FontFile2 7 0 R >>"
    return paper(others={5: font, 6: descriptor, 7: stream(b"", b"/F (%s)" % target)})


def cmap_by_name(name: bytes = b"/../../../../../../etc/passwd") -> bytes:
    """A font whose encoding is a map to be loaded by a name that leads out of the folder of maps."""
    escaped = name.replace(b"/", b"#2f")
    return paper(
        stream(lines_of() + b" BT /F2 12 Tf 72 300 Td <0001> Tj ET"),
        resources=b"/Font << /F1 5 0 R /F2 6 0 R >>",
        others={6: COMPOSITE % escaped, 7: LEAF % name},
    )


def embedded_file() -> bytes:
    """A program attached to the paper."""
    return paper(others={
        1: b"<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(../../x.sh) 6 0 R] >> >> >>",
        6: b"<< /Type /Filespec /F (../../x.sh) /EF << /F 7 0 R >> >>",
        7: stream(b"#!/bin/sh\ntouch /tmp/touched\n", b"/Type /EmbeddedFile"),
    })  # fmt: skip


def xref_loop() -> bytes:
    """A table of objects whose predecessor is itself."""
    data = good()
    start = data.rindex(b"xref\n0")
    return data.replace(b"/Root 1 0 R ", b"/Root 1 0 R /Prev %d " % start)


def wrong_filter() -> bytes:
    """Content that says it is compressed and is not."""
    return paper(stream(lines_of(), b"/Filter /FlateDecode"))


def many_filters(times: int = 2000) -> bytes:
    """Content to be decoded so many times over."""
    return paper(stream(lines_of(), b"/Filter [%s]" % (b"/ASCII85Decode " * times)))


HOSTILE: dict[str, Hostile] = {
    "password": Hostile(partial(locked, "secret"), "failure"),
    "empty password": Hostile(partial(locked, ""), "text"),
    "cut at 30 %": Hostile(partial(truncated, 0.3), "failure"),
    "cut at 60 %": Hostile(partial(truncated, 0.6), "failure"),
    "cut at 90 %": Hostile(partial(truncated, 0.9), "failure"),
    "no xref": Hostile(without_xref, "either"),
    "wrong offsets": Hostile(wrong_offsets, "text"),
    "xref loop": Hostile(xref_loop, "text"),
    "cyclic pages": Hostile(cyclic_pages, "either"),
    "cyclic parents": Hostile(cyclic_parents, "either"),
    "cyclic form": Hostile(cyclic_form, "either"),
    "doubling forms": Hostile(doubling_forms, "either"),
    "cyclic content": Hostile(cyclic_content, "either"),
    "cyclic length": Hostile(cyclic_length, "either"),
    "cyclic reference": Hostile(cyclic_reference, "failure"),
    "ten million pages": Hostile(many_pages, "either"),
    "one page 200,000 times": Hostile(same_page, "either"),
    "box of 1e9": Hostile(partial(boxed, b"[0 0 1000000000 1000000000]"), "either"),
    "box of zero": Hostile(partial(boxed, b"[0 0 0 0]"), "either"),
    "box turned over": Hostile(partial(boxed, b"[595 842 0 0]"), "text"),
    "box below zero": Hostile(partial(boxed, b"[-595 -842 -1 -1]"), "either"),
    "box of no numbers": Hostile(partial(boxed, b"[0 0 NaN /x]"), "either"),
    "box too short": Hostile(partial(boxed, b"[0 0]"), "either"),
    "large image": Hostile(large_image, "text"),
    "scan of a large image": Hostile(scan_of_large_image, "failure"),
    "bomb": Hostile(bomb, "either"),
    "slow page": Hostile(slow_page, "either"),
    "nested states": Hostile(nested_states, "text"),
    "nested arrays": Hostile(nested_arrays, "either"),
    "nested object": Hostile(nested_object, "either"),
    "nested dictionaries": Hostile(nested_dictionaries, "either"),
    "cyclic ToUnicode": Hostile(cyclic_to_unicode, "text"),
    "cyclic encoding": Hostile(cyclic_encoding, "either"),
    "cyclic font": Hostile(cyclic_font, "either"),
    "wide map of codes": Hostile(wide_cmap, "text"),
    "odd names": Hostile(odd_names, "text"),
    "odd title": Hostile(odd_title, "text"),
    "actions": Hostile(actions, "text"),
    "external stream": Hostile(external_stream, "text"),
    "external font": Hostile(external_font, "text"),
    "map by name": Hostile(cmap_by_name, "text"),
    "embedded file": Hostile(embedded_file, "text"),
    "wrong filter": Hostile(wrong_filter, "either"),
    "many filters": Hostile(many_filters, "either"),
}
