"""Input that cannot be read: one clear line each."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from read_pdfs import latin, pdf
from reportlab.pdfgen.canvas import Canvas

from pipeline.errors import BrokenInput, EmptyInput, InputError, UnsupportedInput
from pipeline.read import read, read_bytes

LINE = "Melatonin lowers oxidative stress in the liver of aged rats."
GOOD = pdf([[latin(72, 100 + 14 * k, LINE) for k in range(30)]])


def docx() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    return out.getvalue()


def blank_pdf() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.rect(10, 10, 100, 100)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "error", "says"),
    [
        ("empty.pdf", b"", EmptyInput, "empty"),
        ("blank.txt", b"\n \n", EmptyInput, "empty"),
        ("paper.docx", docx(), UnsupportedInput, "zip"),
        ("paper.pdf", docx(), BrokenInput, "no PDF"),
        ("cut.pdf", GOOD[: len(GOOD) // 2], BrokenInput, "cut short"),
        ("noise.pdf", b"%PDF-1.4\n" + bytes(range(256)) * 20 + b"startxref\n9\n%%EOF", BrokenInput, "cannot be read"),
        ("locked.pdf", pdf([[latin(72, 100, LINE)]], password="secret"), UnsupportedInput, "password"),
        ("scan.pdf", blank_pdf(), EmptyInput, "OCR"),
        ("noise.bin", bytes(range(256)) * 8, UnsupportedInput, "not a PDF and not a text"),
        ("wrong.txt", "姜黄素".encode("gb18030") + b"\xff\xff\x80 ", BrokenInput, "UTF-8"),
    ],
)
def test_one_clear_line(name: str, data: bytes, error: type[InputError], says: str) -> None:
    """The error is of the right kind, names the file, says what is wrong, and takes one line."""
    with pytest.raises(error) as caught:
        read_bytes(data, name, "x")
    message = str(caught.value)
    assert message.startswith(f"{name}: ")
    assert says in message
    assert "\n" not in message


def test_an_empty_password_opens() -> None:
    """A PDF encrypted with an empty password is read without asking."""
    assert LINE in read_bytes(pdf([[latin(72, 100, LINE)]], password=""), "open.pdf", "x").text


def test_content_decides_not_the_name(tmp_path: Path) -> None:
    """A PDF named .txt is read as a PDF, and a text named .pdf as a text."""
    (tmp_path / "a.txt").write_bytes(GOOD)
    (tmp_path / "b.pdf").write_text(LINE, encoding="utf-8")
    assert read(tmp_path / "a.txt", "a").document.reader == "pdfium"
    assert read(tmp_path / "b.pdf", "b").document.reader == "text"


def test_startxref_on_one_line_is_mended() -> None:
    """CNKI's `startxref N` on one line and a word behind %%EOF do not keep a PDF from opening."""
    at = GOOD.rindex(b"startxref\n")
    broken = GOOD[:at] + GOOD[at:].replace(b"startxref\n", b"startxref ").rstrip() + b"\nCNKI\n"
    made = read_bytes(broken, "cnki.pdf", "x")
    assert LINE in made.text
    assert "startxref" in made.document.repairs


def test_a_page_without_text_is_told() -> None:
    """A page without text among others is named in a warning, and the others are read."""
    made = read_bytes(pdf([[latin(72, 100, LINE)], []]), "half.pdf", "x")
    assert made.text == LINE
    assert any("page 2" in w for w in made.document.warnings)


def test_a_missing_file_is_the_callers(tmp_path: Path) -> None:
    """A path that is not there raises the system's own error."""
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "none.pdf", "x")
