"""Files read whole or refused whole."""

from __future__ import annotations

import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ror_server.imports.layout import EG_LAYOUT
from ror_server.imports.rows import LineReader
from ror_server.imports.source import RefusedFileError, open_source
from tests.imports import files
from tests.imports.conftest import Bench
from tests.imports.files import CH, EHPAD, MAS, REGION, stock

GOOD = stock(REGION).encode()
BIG = stock(files.eg(rs=f"EHPAD {number}") for number in range(3000)).encode()

Write = Callable[[Path], object]


@pytest.mark.parametrize("pack", ["", "xz", "gz"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
async def test_any_packing_and_encoding_give_the_same_names(bench: Bench, encoding: str, pack: str) -> None:
    await bench.load_file(files.write(bench.folder / "stock", encoding=encoding, pack=pack))

    found = await bench.rows()
    assert [found[number]["nom"] for number in (EHPAD, CH, MAS)] == [
        "EHPAD LES TILLEULS",
        "CENTRE HOSPITALIER DE L'ŒUVRE",
        "MAS DU PARC",
    ]
    assert found[EHPAD]["ville"] == "AMBÉRIEU EN BUGEY"


async def test_windows_line_ends_and_blank_lines_do_not_matter(bench: Bench) -> None:
    path = bench.folder / "stock.csv"
    path.write_bytes(GOOD.replace(b"\n", b"\r\n") + b"\r\n\r\n")
    outcome = await bench.load_file(path)

    assert (outcome.lues, outcome.rejetees) == (3, 0)


async def test_one_line_in_another_encoding_is_rejected_alone(bench: Bench) -> None:
    broken = files.eg(rs="ÉCOLE").encode("cp1252")
    path = bench.folder / "stock.csv"
    path.write_bytes(GOOD + broken + b"\n")
    outcome = await bench.load_file(path)

    assert (outcome.lues, outcome.rejetees) == (3, 1)
    assert bench.report.all[0].ligne == 5
    assert "illisibles" in bench.report.all[0].texte


REFUSED: dict[str, tuple[Write, str]] = {
    "empty": (lambda path: path.write_bytes(b""), "est vide"),
    "directory": (lambda path: path.mkdir(), "est un dossier"),
    "absent": (lambda path: path, "n'existe pas"),
    "binary": (lambda path: path.write_bytes(bytes(range(256)) * 400), "n'est pas un fichier FINESS"),
    "another text": (lambda path: path.write_text("nom;ville\nA;B\n"), "n'est pas un fichier FINESS"),
    "no header": (lambda path: path.write_bytes(GOOD.split(b"\n", 1)[1]), "n'est pas un fichier FINESS"),
    "header without date": (lambda path: path.write_bytes(b"finess;etalab;1;hier\n"), "n'est pas un fichier FINESS"),
    "header only": (lambda path: path.write_bytes(b"finess;etalab;1;2026-01-05\n"), "ne contient que"),
    "half a header": (lambda path: path.write_bytes(b"finess;etalab;1;2026-01-05"), "incomplet"),
    "another layout": (
        lambda path: path.write_text(stock(["equipementsocial;010000000;1;2;3"] * 3)),
        "n'a pas les colonnes",
    ),
    "cut in a line": (lambda path: path.write_bytes(GOOD[:-40]), "incomplet"),
    "cut in its second line": (lambda path: path.write_bytes(GOOD[:60]), "incomplet"),
    "cut before the last line end": (lambda path: path.write_bytes(GOOD[:-1]), "incomplet"),
    "cut far on": (lambda path: path.write_bytes(BIG[: len(BIG) * 2 // 3 + 7]), "incomplet"),
    "cut xz": (lambda path: path.write_bytes(lzma.compress(BIG)[:-30]), "incomplet"),
    "cut gz": (lambda path: path.write_bytes(gzip.compress(BIG)[:-30]), "incomplet"),
    "damaged xz": (lambda path: path.write_bytes(_damaged(lzma.compress(BIG))), "incomplet"),
    "damaged gz": (lambda path: path.write_bytes(_damaged(gzip.compress(BIG))), "incomplet|pas un texte"),
    "one endless line": (lambda path: path.write_bytes(GOOD + b"x" * 400_000), "une ligne n'a pas de fin"),
    "only bad lines": (lambda path: path.write_text(stock([files.eg(rs="")] * 2)), "0 lignes justes sur 2"),
    "mostly bad lines": (
        lambda path: path.write_text(stock([files.eg(), *[files.eg(rs="")] * 40])),
        "1 lignes justes sur 41",
    ),
}


def _damaged(packed: bytes) -> bytes:
    middle = len(packed) // 2
    return packed[:middle] + bytes(255 - byte for byte in packed[middle : middle + 20]) + packed[middle + 20 :]


@pytest.mark.parametrize(("make", "sentence"), REFUSED.values(), ids=REFUSED)
async def test_a_wrong_file_is_refused_whole_before_anything_is_written(
    bench: Bench, make: Write, sentence: str
) -> None:
    await bench.load([files.eg(rs="DÉJÀ LÀ")], "2020-01-01")
    before = await bench.dump()
    path = bench.folder / "mauvais"
    make(path)

    with pytest.raises(RefusedFileError, match=sentence):
        await bench.load_file(path)
    assert await bench.dump() == before
    assert (await bench.load()).lues == 3


@given(st.integers(min_value=1, max_value=len(GOOD) - 1))
def test_a_file_cut_anywhere_but_at_the_end_of_a_line_is_refused(
    tmp_path_factory: pytest.TempPathFactory, length: int
) -> None:
    if GOOD[:length].endswith(b"\n"):
        return
    path = tmp_path_factory.mktemp("cut") / "stock.csv"
    path.write_bytes(GOOD[:length])

    with pytest.raises(RefusedFileError), open_source(path) as source:
        list(source.batches())


@given(st.lists(st.text(), max_size=40))
def test_no_line_ever_breaks_the_reader(fields: list[str]) -> None:
    reader = LineReader(EG_LAYOUT, lambda _remark: None)
    reader.read(2, ";".join(fields))
    reader.read(3, files.eg(rs=";".join(fields[:1])))
