"""Verdicts from elsewhere: good rows count and move files, bad ones are named, twice is once."""

from datetime import UTC, datetime

import pytest

from workbench.domain.errors import ManifestError
from workbench.jobs.export_reviews import export_reviews
from workbench.jobs.import_reviews import import_reviews

NOW = datetime(2100, 1, 1, tzinfo=UTC)
HEAD = "image_id,sku,verdict,reasons,reviewed_at,reviewer,version\n"


@pytest.fixture
def bring(board, tmp_path):
    def bring_in(text, **how):
        file = tmp_path / "verdicts.csv"
        file.write_text(text, encoding="utf-8")
        return import_reviews(board.store, file, now=NOW, **how)

    return bring_in


def test_good_rows_count_and_bad_ones_are_named(board, bring):
    text = (
        HEAD
        + "apparel_01_003,,rejected,halo; Colour,2099-05-01T10:00:00+02:00,the client,\n"
        + "footwear_01_003,,approved,,2099-05-01T10:00:00Z,,1\n"
        + "nobody,,approved,,2099-05-01T10:00:00Z,,\n"
        + ",S-0,approved,,2099-05-01T10:00:00Z,,\n"
        + "packaged_01_003,,rejected,,2099-05-01T10:00:00Z,,\n"
        + "packaged_01_003,,rejected,halo,2099-05-01T10:00:00,,\n"
        + "packaged_01_003,,aproved,,2099-05-01T10:00:00Z,,\n"
        + "packaged_01_003,,approved,,2099-05-01T10:00:00Z,,3\n"
        + "packaged_01_003,,approved,,2199-05-01T10:00:00Z,,\n"
    )
    done = bring(text, source="client")
    assert (done.rows, done.new, done.known, done.files_problem) == (9, 2, 0, None)
    assert [number for number, _ in done.problems] == [3, 4, 5, 6, 7, 8, 9]
    words = [text for _, text in done.problems]
    for text_of, part in zip(
        words,
        ("no image with image_id 'nobody'", "sku 'S-0' is in 2 images", "without a reason", "ISO 8601 with a zone",
         "did you mean 'approved'", "has no version '3'; allowed: 1", "yet to come"),
        strict=True,
    ):  # fmt: skip
        assert part in text_of
    row = board.store.reviews_of(board.set_id, "apparel_01_003").row(0, named=True)
    assert (row["verdict"], row["reasons"], row["reviewer"], row["source"]) == (
        "rejected", ["halo", "colour"], "the client", "client",
    )  # fmt: skip
    assert all(path.startswith("work/") and "_rejected." in path for path in board.files("apparel_01_003"))
    assert all(path.startswith("ready/") for path in board.files("footwear_01_003"))
    again = bring(text, source="client")
    assert (again.new, again.known) == (0, 2)


def test_an_sku_with_one_image_is_enough(board, bring):
    done = bring("sku,verdict,reviewed_at\nS-2,approved,2099-05-01T10:00:00Z\n")
    assert (done.new, done.problems) == (1, ())
    assert board.store.reviews_of(board.set_id, "packaged_01_003")["verdict"].to_list() == ["approved"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("image_id,verdikt,reviewed_at\n", "did you mean 'verdict'"),
        ("image_id,verdict\n", "the column reviewed_at is missing"),
        ("verdict,reviewed_at\n", "the column image_id is missing"),
    ],
)
def test_a_file_with_other_columns_is_refused(bring, text, words):
    with pytest.raises(ManifestError, match=words):
        bring(text + "a,b,c\n" if text.count(",") == 2 else text + "a,b\n")


def test_an_export_numbers_people_unless_names_are_asked_for(board):
    board.judge(board.take("apparel_01_003", "Ann"), "approved", person="Ann")
    board.judge(board.take("footwear_01_003", "bea"), "rework", person="bea")
    board.judge(board.take("packaged_01_003", "Ann"), "approved", person="Ann")
    assert export_reviews(board.store)["reviewer"].to_list() == ["person-1", "person-2", "person-1"]
    named = export_reviews(board.store, names=True)
    assert named["reviewer"].to_list() == ["Ann", "bea", "Ann"]
    assert named["sku"].to_list() == ["S-0", "S-0", "S-2"] and named["reasons"].to_list()[1] == ["halo"]
