"""The figures of the overview: counts where percentages would mislead, intervals, comparison with the run before."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from workbench import lake
from workbench.app import overview_figures as figures
from workbench.app.filters import Filters
from workbench.app.manager_figures import manager_figures
from workbench.domain.records import Review
from workbench.lake.rows import result_id

from .conftest import append, outcome


def by_key(chosen: Filters | None = None) -> dict[str, figures.Figure]:
    return {figure.key: figure for figure in figures.overview_figures(chosen or Filters())}


def test_at_most_five_each_with_definition_sql_and_rows(filled) -> None:
    found = by_key()
    assert list(found) == ["processed", "automatic", "needs_person", "rework_rate", "throughput"]
    for figure in found.values():
        assert figure.definition and "SELECT" in figure.sql and figure.rows.height


def test_values(filled) -> None:
    found = by_key()
    assert found["processed"].value == "6"
    assert found["processed"].note == "5 done · 1 refused"
    assert found["automatic"].value == "2 of 6"
    assert found["automatic"].interval.startswith("95% interval ")
    assert found["needs_person"].value == "4"
    assert found["needs_person"].note == "about 12 min of work"
    assert (found["rework_rate"].value, found["rework_rate"].note) == (None, "no reviews yet")
    assert found["throughput"].value is not None


def test_a_category_narrows_all(filled) -> None:
    assert by_key(Filters(category="glassware"))["processed"].value == "1"
    assert figures.images_under(Filters(category="glassware")) == 1


def test_reviews_make_a_rework_rate(own, workspace: Path) -> None:
    with lake.open(workspace) as store:
        store.append_reviews(
            [
                Review(
                    review_id=f"r{n}", set_id="set", image_id=f"image_{n}", result_id=result_id(own[n]), version=1,
                    reviewer="ann", reviewed_at=datetime(2026, 11, 21, tzinfo=UTC), verdict=verdict,
                )
                for n, verdict in ((1, "approved"), (2, "rework"))
            ]
        )  # fmt: skip
    figure = by_key()["rework_rate"]
    assert figure.value == "1 of 2"
    assert figure.n == "2"
    assert figure.interval.startswith("95% interval 9.5%"), "Wilson for 1 of 2"


def test_a_run_is_compared_with_the_one_before(own, workspace: Path, tmp_path: Path) -> None:
    append(workspace, [outcome(tmp_path, n) for n in (10, 15, 11)], "run-2")  # auto, auto, check
    found = by_key(Filters(run_id="run-2"))
    assert found["processed"].value == "3"
    assert found["processed"].change == "-3 against the run before"
    assert found["automatic"].change == "+33.3 points against the run before"
    assert list(found["processed"].spark) == [6, 3]
    assert by_key()["processed"].change == ""


def test_a_percentage_needs_enough_images(workspace: Path) -> None:
    assert figures.share_text(7, 29) == "7 of 29"
    assert figures.share_text(6, 30) == "20.0%"


def test_every_figure_opens_to_the_rows_it_counts(own, workspace: Path) -> None:
    with lake.open(workspace) as store:
        store.append_reviews(
            Review(
                review_id=f"b{n}", set_id="set", image_id=f"image_{n}", result_id=result_id(own[n]), version=1,
                reviewer="ann", reviewed_at=datetime(2026, 11, 21, n, tzinfo=UTC), verdict=verdict, active_seconds=30,
            )
            for n, verdict in ((1, "approved"), (2, "rework"), (3, "approved"))
        )  # fmt: skip
    found = by_key() | {figure.key: figure for figure in manager_figures(Filters())}
    counted = {key: figure.behind(99).height for key, figure in found.items()}
    assert {key: int(found[key].n.split()[0]) for key in ("processed", "rework_rate", "first_pass_yield")} == {
        key: counted[key] for key in ("processed", "rework_rate", "first_pass_yield")
    }
    assert counted["automatic"] == 2 and counted["needs_person"] == int(found["needs_person"].value)
    assert counted["cost_approved"] == counted["turnaround"] == 6
    assert counted["escape_rate"] == 2, "the automatic ones"
    verdicts = found["touch_minutes"].behind(99)
    assert verdicts["active_seconds"].sum() == 90 and verdicts["verdict"].to_list() == ["approved", "rework", "approved"]
    assert "reviewer" not in verdicts.columns, "who gave a verdict is told to nobody here"
    assert found["processed"].behind(2).height == 2
    assert by_key(Filters(category="glassware"))["processed"].behind(99).height == 1
