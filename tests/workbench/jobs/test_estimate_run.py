"""The estimate: from what this workspace measured, else from the benchmark; what is there already costs nothing."""

from dataclasses import replace

import pytest

from workbench.jobs.estimate_run import (
    BYTES_PER_MP,
    CORE_SECONDS_PER_MP,
    LEAST_MEASURED,
    START_S,
    UNSURE,
    estimate_run,
)
from workbench.jobs.look_at_set import look_at_set
from workbench.jobs.run_set import run_set
from workbench.jobs.specs import read_spec


def test_without_a_lake_it_rests_on_the_benchmark_with_its_range(sample_dir, settings):
    look = look_at_set(str(sample_dir), settings=settings)
    guess = estimate_run(look, read_spec("marketplace_white", settings), settings=settings, workers=1)
    assert (guess.images, guess.reused) == (165, 0) and "benchmark" in guess.rests_on
    assert guess.seconds == pytest.approx(START_S + CORE_SECONDS_PER_MP * look.megapixels)
    assert guess.bytes == pytest.approx(BYTES_PER_MP * look.megapixels)
    assert guess.seconds_low < guess.seconds < guess.seconds_high
    assert guess.bytes_high == pytest.approx(guess.bytes * UNSURE) and guess.fits
    assert not settings.workspace.exists(), "an estimate makes nothing"
    part = estimate_run(look, read_spec("marketplace_white", settings), settings=settings, workers=1, limit=33)
    assert part.images == 33 and part.bytes == pytest.approx(guess.bytes / 5)
    # more workers than cores are not faster
    assert estimate_run(look, read_spec("cutout_only", settings), settings=settings, workers=500).seconds > START_S


def test_a_disk_that_will_not_hold_it_is_said(sample_dir, settings):
    look = look_at_set(str(sample_dir), settings=settings)
    large = replace(look, megapixels=1e9)
    assert not estimate_run(large, read_spec("cutout_only", settings), settings=settings).fits


def test_what_was_measured_here_counts_and_what_was_made_costs_nothing(settings, small_photos):
    spec = read_spec("cutout_only", settings)
    done = run_set(str(small_photos), settings=settings, spec="cutout_only", workers=2, limit=LEAST_MEASURED)
    assert done.images == LEAST_MEASURED
    look = look_at_set(str(small_photos), settings=settings)
    guess = estimate_run(look, spec, settings=settings, workers=1)
    assert guess.reused == LEAST_MEASURED and guess.images == look.images - LEAST_MEASURED
    assert f"{LEAST_MEASURED} images measured in this workspace" in guess.rests_on
    per_image = done.core_seconds / done.computed
    assert START_S + guess.images * per_image / 3 < guess.seconds < START_S + guess.images * per_image * 3
    # the same photos under another set name are known too: results go by the photo
    other = look_at_set(str(small_photos), settings=settings, name="other")
    assert estimate_run(other, spec, settings=settings).reused == LEAST_MEASURED
    elsewhere = estimate_run(look, read_spec("marketplace_white", settings), settings=settings)
    assert elsewhere.reused == 0 and "benchmark" in elsewhere.rests_on
