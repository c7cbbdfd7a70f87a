"""Where the risk goes wrong: results it trusted that were beyond the tolerance, and the other way round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.jobs.failure_sheet import failure_sheet
from workbench.jobs.sample_set import sample_manifest

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    from workbench.domain.curves import Coverage, Reliability

SHOWN = 4  # results a sheet


def risk_answers() -> pl.DataFrame:
    """Risk of every test result, the safest first: item, group, category, source, risk, failed."""
    import polars as pl

    from pipeline.models.load_model import load_model
    from pipeline.models.risk_model import RiskModel
    from pipeline.training.risk import NAME, by_source, read

    model = RiskModel(load_model(NAME))
    parts = [
        part.select("item", "group", "category", "failed").with_columns(
            source=pl.lit(source), risk=pl.Series(model.predict(part.select(model.features).to_numpy()))
        )
        for source, part in by_source(read("test")).items()
    ]
    return pl.concat(parts).sort("risk", "item")


def risk_reliability(answers: pl.DataFrame) -> Reliability | None:
    """Whether results of risk r are beyond the tolerance about as often as r says."""
    from workbench.routing.curves import reliability

    return reliability(answers["risk"].to_numpy(), answers["failed"].to_numpy())


def risk_let_through(answers: pl.DataFrame) -> Coverage | None:
    """What each limit would let go out, and how much of it would be beyond the tolerance."""
    from workbench.routing.curves import risk_coverage

    return risk_coverage(answers["risk"].to_numpy(), answers["failed"].to_numpy())


def risk_dots() -> pl.DataFrame:
    """AUROC by category as the card has it, where both answers occur; see `dots_chart`."""
    import polars as pl

    from pipeline.models.load_model import load_model
    from pipeline.training.risk import RENDERS

    return pl.DataFrame(
        [
            {"name": one.category or "all categories", "value": one.value, "low": one.low, "high": one.high,
             "n": one.n, "of": "all" if one.category is None else "category"}
            for one in load_model("risk").card.figures
            if one.test_set == RENDERS and one.measure == "auroc" and one.value is not None
        ],
        infer_schema_length=None,
    )  # fmt: skip


def trusted_wrongly(answers: pl.DataFrame) -> bytes:
    """The results beyond the tolerance with the least risk: photo, true matte, the engine's answer."""
    return _sheet(answers.filter(answers["failed"]).head(SHOWN))


def doubted_wrongly(answers: pl.DataFrame) -> bytes:
    """The results within the tolerance with the highest risk: photo, true matte, the engine's answer."""
    return _sheet(answers.filter(~answers["failed"]).tail(SHOWN).reverse())


def _sheet(rows: pl.DataFrame) -> bytes:
    import numpy as np

    from pipeline import registry
    from pipeline.models.load_model import load_model

    engine = registry.load("engines", str(load_model("risk").card.facts["engine"]))
    shown = []
    for row in rows.iter_rows(named=True):
        photo, truth = _pictures(row["group"])
        found = (255.0 * engine.run(photo, engine.params())).round().astype(np.uint8)
        words = f"{row['group'].replace('_', ' ')}\nrisk {row['risk']:.2f}, " + (
            "beyond the tolerance" if row["failed"] else "within it"
        )
        shown.append((words, [photo, truth, found]))
    return failure_sheet(shown, across=3)


def _pictures(name: str) -> tuple[np.ndarray, np.ndarray]:
    """A test photo and its true matte, of the renders or the real photos."""
    import numpy as np
    from PIL import Image

    folder = sample_manifest().parent / "training"
    known = (
        (folder / "masks" / "test" / f"{name}.jpg", folder / "masks" / "test" / f"{name}.png"),
        (folder / "renders_test" / f"{name}.jpg", folder / "renders_test" / f"{name}_alpha.png"),
    )
    photo, truth = next(pair for pair in known if pair[0].is_file())
    with Image.open(photo) as seen, Image.open(truth) as known_matte:
        return np.array(seen.convert("RGB")), np.array(known_matte.convert("L"))
