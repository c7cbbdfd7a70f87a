"""Sets: manifests and folders become rows; a bad row is named and harms no other."""

import os
from datetime import UTC, datetime

import polars as pl
import pytest

from workbench.domain.errors import ManifestError
from workbench.jobs.read_set import read_set


def write(folder, text, name="manifest.csv", photos=("a.jpg", "b.jpg", "sub/a.jpg")):
    for number, photo in enumerate(photos):
        (folder / photo).parent.mkdir(parents=True, exist_ok=True)
        (folder / photo).write_bytes(b"photo %d" % number)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def read(folder, **kwargs):
    return read_set(str(folder), roots=(), **kwargs)


def test_the_sample_set(sample_dir):
    found = read(sample_dir)
    assert found.name == "sample_data" and len(found.photos) >= 150 and not found.refused
    assert len({photo.image_id for photo in found.photos}) == len(found.photos)
    truth = [photo for photo in found.photos if photo.alpha_path]
    assert len(truth) >= 120 and all(os.path.isabs(p.path) and os.path.isfile(p.path) for p in found.photos)
    assert found.photos[0].extra["backdrop_color"]  # unknown columns are kept


def test_a_plain_folder_keeps_its_sub_folders_apart(tmp_path):
    write(tmp_path, "not a photo", name="notes.txt")
    found = read(tmp_path)
    assert [(p.sku, p.relative_path) for p in found.photos] == [
        ("a", "a.jpg"), ("b", "b.jpg"), ("a", "sub/a.jpg"),
    ]  # fmt: skip
    assert len({p.image_id for p in found.photos}) == 3
    assert [p.image_id for p in read(tmp_path).photos] == [p.image_id for p in found.photos]


def test_every_column_arrives_and_defaults_hold(tmp_path):
    write(
        tmp_path,
        "image_id,sku,path,category,brand,job_id,channel,received_at,campaign_tier,deadline,alpha_path,shelf\n"
        "1,S1,a.jpg,apparel,B,J,web,2026-03-01T09:00:00+01:00,high_value,2026-03-02T09:00:00Z,b.jpg,top\n"
        ",,sub/a.jpg,,,,,,,,,\n",
    )
    one, two = read(tmp_path).photos
    assert (one.image_id, one.sku, one.category, one.brand, one.job_id, one.channel) == (
        "1", "S1", "apparel", "B", "J", "web",
    )  # fmt: skip
    assert one.received_at.astimezone(UTC) == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert one.campaign_tier == "high_value" and one.deadline and one.alpha_path.endswith("b.jpg")
    assert one.extra == {"shelf": "top"}
    assert two.sku == "a" and two.campaign_tier == "standard" and two.received_at is None and two.category is None


def test_parquet_reads_like_csv(tmp_path):
    write(tmp_path, "", name="ignored.txt")
    pl.DataFrame({"path": ["a.jpg"], "sku": ["S"], "deadline": [datetime(2026, 1, 1, tzinfo=UTC)]}).write_parquet(
        tmp_path / "manifest.parquet"
    )
    (photo,) = read(tmp_path).photos
    assert photo.sku == "S" and photo.deadline == datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("1,S,../outside.jpg,,", "lies outside the set"),
        ("1,S,/etc/passwd,,", "lies outside the set"),
        ("1,S,link.jpg,,", "lies outside the set"),
        ("1,S,,,", "path is empty"),
        ("1,S,a.jpg,gold,", "campaign_tier is 'gold'; allowed: standard, high_value"),
        ("1,S,a.jpg,high-value,", "did you mean 'high_value'"),
        ("1,S,a.jpg,,tomorrow", "deadline is 'tomorrow'; allowed: ISO 8601 with a zone"),
        ("1,S,a.jpg,,2026-03-01T09:00:00", "ISO 8601 with a zone"),
        (f"1,{'S' * 600},a.jpg,,", "sku has 600 characters"),
    ],
)
def test_a_bad_row_is_refused_with_its_number_and_the_rest_goes_on(tmp_path, row, words):
    folder = tmp_path / "set"
    folder.mkdir()
    (tmp_path / "outside.jpg").write_bytes(b"x")
    (folder / "link.jpg").symlink_to(tmp_path / "outside.jpg")
    write(folder, f"image_id,sku,path,campaign_tier,deadline\n0,T,b.jpg,,\n{row}\n")
    found = read(folder)
    assert [p.image_id for p in found.photos] == ["0"]
    (refused,) = found.refused
    assert "row 2" in refused.reason and words in refused.reason


def test_roots_from_the_settings_are_allowed(tmp_path):
    folder = tmp_path / "set"
    folder.mkdir()
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "p.jpg").write_bytes(b"x")
    write(folder, "path\n../shared/p.jpg\n", photos=())
    assert read_set(str(folder), roots=(tmp_path / "shared",)).photos[0].path.endswith("p.jpg")


def test_two_photos_with_one_id_are_refused_and_both_rows_named(tmp_path):
    write(tmp_path, "image_id,path\nx,a.jpg\ny,sub/a.jpg\nx,b.jpg\nx,a.jpg\n")
    found = read(tmp_path)
    assert [p.image_id for p in found.photos] == ["y"]
    (refused,) = found.refused
    assert "rows 1 and 3" in refused.reason and "'x'" in refused.reason


def test_the_same_row_twice_is_one_image(tmp_path):
    write(tmp_path, "image_id,sku,path\nx,S,a.jpg\nx,S,a.jpg\n")
    found = read(tmp_path)
    assert len(found.photos) == 1 and not found.refused


def test_limit_takes_the_first_rows(tmp_path):
    write(tmp_path, "path\na.jpg\nb.jpg\nsub/a.jpg\n")
    assert [p.relative_path for p in read(tmp_path, limit=2).photos] == ["a.jpg", "b.jpg"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("file,sku\na.jpg,1\n", "no column 'path'"),
        ("", "cannot be read"),
        ("path\n", "has no rows"),
        ("path,sku\na.jpg,1\nb.jpg,2,3,4\n", "cannot be read"),
    ],
)
def test_a_manifest_that_cannot_be_used_is_a_clear_error(tmp_path, text, words):
    with pytest.raises(ManifestError, match=words):
        read(write(tmp_path, text))


def test_what_is_not_there_or_not_text(tmp_path):
    with pytest.raises(ManifestError, match="no such file or folder"):
        read(tmp_path / "nowhere")
    with pytest.raises(ManifestError, match="there are no photos"):
        read(tmp_path)
    (tmp_path / "manifest.csv").write_bytes(b"path\n\xff\xfe.jpg\n")
    with pytest.raises(ManifestError, match="UTF-8"):
        read(tmp_path)


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path):
    write(tmp_path, "\ufeffpath\na.jpg\n")
    assert len(read(tmp_path).photos) == 1
