"""PDF files of several pages, written as they come."""

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.backends.backend_pdf import PdfPages as MatplotlibPdfPages
from matplotlib.figure import Figure

import drypoint
from drypoint.backends import agg, pdf

from .drawings import lines, texts
from .pdf_files import printed


def test_pages(tmp_path: Path) -> None:
    target = tmp_path / "a.pdf"
    with pdf.PdfPages(target, metadata={"Author": "me"}) as pages:
        assert not target.exists()
        pages.savefig(lines(), dpi=50)
        pages.attach_note("a note")
        figure = plt.figure(num=7)
        pages.savefig()
        pages.savefig(7, bbox_inches="tight")
        with pytest.raises(ValueError, match="No figure 8"):
            pages.savefig(8)
        assert pages.get_pagecount() == 3
        pages.infodict()["Title"] = "changed"
        assert pages.infodict()["Author"] == "me"
        plt.close(figure)
    text = target.read_bytes()
    assert text.startswith(b"%PDF-1.5")
    if shutil.which("pdfinfo"):
        info = printed(tmp_path, "pdfinfo", "a.pdf")
        assert re.search(r"Pages: +3\n", info)
        assert re.search(r"Title: +changed\n", info)


def test_no_page_no_file(tmp_path: Path) -> None:
    # Matplotlib's class has the keyword still, without effect.
    with pdf.PdfPages(tmp_path / "a.pdf", keep_empty=True):
        pass
    assert not (tmp_path / "a.pdf").exists()


def noise(seed: int) -> Figure:
    """A page of a megabyte that nothing makes smaller."""
    figure = Figure(figsize=(6, 6), dpi=100)
    pixels = np.random.default_rng(seed).integers(0, 256, (512, 512, 3), np.uint8)
    figure.figimage(pixels)
    return figure


def test_pages_are_written_as_they_come(tmp_path: Path) -> None:
    target = tmp_path / "a.pdf"
    target.write_bytes(b"old")
    sizes = []
    with pdf.PdfPages(target) as pages:
        for seed in range(4):
            pages.savefig(noise(seed))
            (beside,) = set(tmp_path.iterdir()) - {target}
            sizes.append(beside.stat().st_size)
            assert target.read_bytes() == b"old"
        pages.savefig(noise(0))
        # The same image once more.
        assert beside.stat().st_size - sizes[-1] < 1000
    assert min(np.diff([0, *sizes])) > 512 * 512 * 3
    # What pages share comes last: here next to nothing.
    assert target.stat().st_size - sizes[-1] < 3000
    assert list(tmp_path.iterdir()) == [target]
    if shutil.which("qpdf"):
        printed(tmp_path, "qpdf", "--check", "a.pdf")


_MANY_PAGES = """
import gc
import matplotlib
import numpy as np
from matplotlib.figure import Figure
from drypoint.backends import pdf

matplotlib.rcParams["pdf.compression"] = 0

def resident():
    gc.collect()
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096

random = np.random.default_rng(0)
before = 0
with pdf.PdfPages("a.pdf") as pages:
    for page in range(80):
        figure = Figure(figsize=(6, 6), dpi=100)
        figure.figimage(random.integers(0, 256, (512, 512, 3), np.uint8))
        figure.text(0, 0, "text")
        pages.savefig(figure)
        if page == 20:
            before = resident()
    print(resident() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads memory from /proc")
def test_memory_does_not_grow_with_pages(tmp_path: Path) -> None:
    # Otherwise the allocator keeps some of what it was given back, or not, as chance has it.
    env = {**os.environ, "MALLOC_MMAP_THRESHOLD_": "65536"}
    grown = int(
        subprocess.run(
            [sys.executable, "-c", _MANY_PAGES],
            cwd=tmp_path,
            env=env,
            check=True,
            capture_output=True,
        ).stdout
    )
    assert (tmp_path / "a.pdf").stat().st_size > 80 * 512 * 512 * 3
    # Of 47 MB.
    assert grown < 8e6


@pytest.mark.parametrize("compression", [0, 6])
def test_many_pages_share_fonts_and_images(tmp_path: Path, compression: int) -> None:
    rows = np.arange(256, dtype=np.uint8).reshape(16, 16)
    with (
        mpl.rc_context({"pdf.compression": compression}),
        pdf.PdfPages(tmp_path / "a.pdf") as pages,
    ):
        for number in range(120):
            figure = Figure(figsize=(2, 1))
            figure.text(0.1, 0.5, f"page {number}", url=f"https://example.org/{number}")
            figure.figimage(rows)
            pages.savefig(figure, metadata={"Alt": f"page {number}"})
    data = (tmp_path / "a.pdf").read_bytes()
    assert data.count(b"/Subtype/Image") == 1
    if compression:
        # The first one was written while pages came.
        assert data.count(b"/ObjStm") == 2
    if shutil.which("qpdf"):
        printed(tmp_path, "qpdf", "--check", "a.pdf")
    if shutil.which("pdftotext"):
        text = printed(tmp_path, "pdftotext", "a.pdf", "-")
        assert re.findall(r"page (\d+)", text) == [str(number) for number in range(120)]
    if shutil.which("pdffonts"):
        assert printed(tmp_path, "pdffonts", "a.pdf").count("DejaVuSans") == 1


def test_a_page_in_a_file_and_by_itself_are_the_same(tmp_path: Path) -> None:
    texts().savefig(tmp_path / "a.pdf", backend="module://drypoint.backends.pdf")
    with pdf.PdfPages(tmp_path / "b.pdf") as pages:
        pages.savefig(texts())
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_an_exception_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "a.pdf"
    target.write_bytes(b"old")
    with contextlib.suppress(ZeroDivisionError), pdf.PdfPages(target) as pages:
        pages.savefig(lines())
        assert len(list(tmp_path.iterdir())) == 2
        raise ZeroDivisionError
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_discarded_pages_leave_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "a.pdf"
    target.write_bytes(b"old")
    pages = pdf.PdfPages(target)
    pages.savefig(lines())
    assert len(list(tmp_path.iterdir())) == 2
    del pages
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_file_that_lacks_something_leaves_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "a.pdf"
    target.write_bytes(b"old")
    with drypoint.options.context(pdf_ua=True):
        pages = pdf.PdfPages(target)
        pages.savefig(lines(), metadata={"Alt": "two lines"})
        with pytest.raises(ValueError, match="Title"):
            pages.close()
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_pages_in_a_file_object() -> None:
    stream = io.BytesIO()
    with pdf.PdfPages(stream) as pages:
        pages.savefig(lines())
        assert stream.getvalue() == b""
    assert stream.getvalue().startswith(b"%PDF-")
    assert stream.getvalue().endswith(b"%%EOF\n")
    with pytest.raises(ValueError, match="a path or a binary file object"):
        pdf.PdfPages(3).savefig(lines())  # type: ignore[arg-type]


def test_matplotlibs_pages_take_figures_of_ours(tmp_path: Path) -> None:
    figure = lines()
    agg.FigureCanvas(figure)
    with MatplotlibPdfPages(tmp_path / "a.pdf") as pages:
        pages.savefig(figure)
        figure.savefig(pages, format="pdf")
    assert len(re.findall(rb"/Type /Page\b", (tmp_path / "a.pdf").read_bytes())) == 2


_TAKEN_OVER = """
import sys
import drypoint
drypoint.install()
import matplotlib
matplotlib.use("agg")
import matplotlib.pyplot as plt
from matplotlib.backends.backend_pdf import PdfPages
with PdfPages("a.pdf", metadata={"Title": "two pages"}) as pages:
    for k in range(2):
        figure = plt.figure()
        plt.plot([1, 2 + k])
        pages.attach_note("a note")
        pages.savefig()
        plt.close(figure)
    assert pages.get_pagecount() == 2
    pages.infodict()["Author"] = "me"
"""


def test_matplotlibs_pages_work_when_drypoint_has_taken_over(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", _TAKEN_OVER], cwd=tmp_path, check=True)
    pages = (tmp_path / "a.pdf").read_bytes()
    assert len(re.findall(rb"/Type /Page\b", pages)) == 2
    assert b"two pages" in pages
    assert b"/Author" in pages
