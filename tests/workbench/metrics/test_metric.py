"""A metric's head is complete, or the file and the field are named."""

import pytest

from workbench import metrics
from workbench.domain.errors import WorkbenchError
from workbench.metrics.metric import read

HEAD = """-- title: T
-- unit: images
-- better: lower
-- grain: one row
-- columns:
--   n: how many
-- doc: Words
--   that go on.
SELECT 1 AS n WHERE $set_id IS NULL;
"""


def written(tmp_path, text):
    path = tmp_path / "odd.sql"
    path.write_text(text)
    return path


def test_a_head_is_read(tmp_path):
    found = read(written(tmp_path, HEAD))
    assert (found.name, found.title, found.better, dict(found.columns)) == ("odd", "T", "lower", {"n": "how many"})
    assert found.doc == "Words that go on."
    assert found.sql == HEAD


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("-- unit: images\n", "", "odd.sql: no unit"),
        ("-- doc: Words\n--   that go on.\n", "-- doc:\n", "odd.sql: no doc"),
        ("-- unit", "-- units", "did you mean 'unit'"),
        ("lower", "smaller", "better is 'smaller'; allowed: lower, higher, none"),
        ("--   n: how many", "--   n", "under columns"),
        ("$set_id", "$set", "did you mean 'set_id'"),
        ("-- grain", "-- title: again\n-- grain", "odd.sql:4"),
    ],
)
def test_what_is_wrong_in_a_head_is_named(tmp_path, old, new, said):
    with pytest.raises(WorkbenchError) as caught:
        read(written(tmp_path, HEAD.replace(old, new)))
    assert said in str(caught.value)


def test_the_catalogue_has_the_reports_people_ask_for():
    wanted = {
        "images_by_lane", "failure_reasons", "throughput_per_hour", "seconds_per_step", "rework_rate", "approved_share",
    }  # fmt: skip
    assert wanted <= set(metrics.catalogue())
    assert list(metrics.load("images_by_lane").columns) == ["lane", "images"]
