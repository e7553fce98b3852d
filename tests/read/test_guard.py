"""The guarded reader: what a bad page or a dying child costs."""

from __future__ import annotations

import io
import os
import signal
import threading
from collections.abc import Sequence
from pathlib import Path

import pypdfium2
import pytest
from hostile_pdfs import SAID, good, slow_page
from read_pdfs import latin, pdf

from pipeline.errors import BrokenInput, EmptyInput
from pipeline.guard import Guard
from pipeline.read import read

LINES = [latin(72, 100 + 14 * k, "Melatonin lowers oxidative stress in the liver of aged rats.") for k in range(9)]


def joined(parts: Sequence[bytes]) -> bytes:
    """One PDF of the pages of several."""
    whole = pypdfium2.PdfDocument.new()
    for part in parts:
        whole.import_pages(pypdfium2.PdfDocument(part))
    out = io.BytesIO()
    whole.save(out)
    return out.getvalue()


def test_a_guarded_reader_reads_what_a_plain_one_does(tmp_path: Path) -> None:
    """The same paper, boxes and all, comes through the other process; so does an error."""
    made, empty = tmp_path / "made.pdf", tmp_path / "empty.txt"
    made.write_bytes(pdf([LINES, LINES]))
    empty.write_text("\n")
    with Guard() as guard:
        assert guard.read(made, "made") == read(made, "made")
        with pytest.raises(EmptyInput, match="empty"):
            guard.read(empty, "empty")
        with pytest.raises(FileNotFoundError):
            guard.read(tmp_path / "none.pdf", "none")


def test_a_slow_page_is_left_out_and_told(tmp_path: Path) -> None:
    """A page over its time costs that page: the others are read, and a warning says which is missing."""
    path = tmp_path / "slow.pdf"
    path.write_bytes(joined([good(), slow_page(), good()]))
    with Guard(page_seconds=1.5) as guard:
        paper = guard.read(path, "slow")
    assert paper.text.count(SAID) == 16
    assert paper.document.pages == 3
    assert paper.document.warnings == ("page 2 left out: it takes longer than 1.5 s",)


def test_a_file_of_slow_pages_is_given_up(tmp_path: Path) -> None:
    """Too many such pages make a failure, and the message says how to go on."""
    path = tmp_path / "slow.pdf"
    path.write_bytes(joined([slow_page()] * 5))
    with Guard(page_seconds=0.5) as guard, pytest.raises(BrokenInput, match="--page-timeout"):
        guard.read(path, "slow")


def test_a_dead_child_is_replaced(tmp_path: Path) -> None:
    """A child that was killed between two files is started anew."""
    path = tmp_path / "made.pdf"
    path.write_bytes(pdf([LINES]))
    with Guard() as guard:
        guard.read(path, "made")
        assert guard.process is not None
        os.kill(guard.process, signal.SIGKILL)
        assert guard.read(path, "made").document.pages == 1


def test_the_child_ends_with_its_guard() -> None:
    """No process is left behind."""
    with Guard() as guard:
        process = guard.process
        assert process is not None
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    assert guard.process is None


def test_a_closed_guard_ends_what_it_reads(tmp_path: Path) -> None:
    """Closing it from another thread ends the reading of a slow file; nothing is started anew."""
    path = tmp_path / "slow.pdf"
    path.write_bytes(joined([slow_page()]))
    guard = Guard(page_seconds=0)
    threading.Timer(1.0, guard.close).start()
    with pytest.raises(BrokenInput, match="closed"):
        guard.read(path, "slow")
    assert guard.process is None
