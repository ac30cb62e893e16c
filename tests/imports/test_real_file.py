"""The real national extract, read in place; skipped where it is not."""

from __future__ import annotations

import csv
import lzma
from pathlib import Path

import pytest

from ror_server.imports.layout import EG_LAYOUT, EJ_LAYOUT
from ror_server.imports.report import Severity
from ror_tui.api_client.models import Kind
from tests.conftest import SHARED
from tests.imports.conftest import Bench

REAL = SHARED / "data" / "finess" / "etalab-cs1100502-stock-20210108.csv.xz"
OFFICIAL_COLUMNS = SHARED / "data" / "finess"

needs_real = pytest.mark.skipif(not REAL.exists(), reason="the real FINESS extract is not beside this repository")


@needs_real
async def test_the_real_extract_ends_with_94_839_establishments(bench: Bench) -> None:
    outcome = await bench.load_file(REAL)

    assert (outcome.lues, outcome.rejetees) == (94_839, 0)
    assert outcome.nouveaux == {Kind.EG: 94_839, Kind.EJ: 46_625}
    assert [remark.numero for remark in bench.report.of(Severity.AVERTISSEMENT)] == ["850014812", "870010881"]
    rows = await bench.rows()
    assert len(rows) == 94_839
    assert rows["010000024"]["nom"] == "CH DE FLEYRIAT"
    assert rows["970406112"]["departement"] == "974"
    assert not (await bench.load_file(REAL)).changed


@needs_real
async def test_a_half_of_the_real_extract_is_refused(bench: Bench, tmp_path: Path) -> None:
    with lzma.open(REAL) as stream:
        cut = tmp_path / "cut.csv"
        cut.write_bytes(stream.read(3_000_003))
    with pytest.raises(Exception, match="incomplet"):
        await bench.load_file(cut)
    assert not any((await bench.dump()).values())


@needs_real
def test_our_columns_are_those_of_the_official_notices() -> None:
    for layout in (EG_LAYOUT, EJ_LAYOUT):
        notice = OFFICIAL_COLUMNS / f"format_{layout.fichier.removeprefix('etalab-')}.csv"
        with notice.open(encoding="utf-8") as stream:
            names = [row["name"] for row in csv.DictReader(stream) if row["name"] not in {"", layout.tag}]
        assert list(layout.columns[1:]) == names
