"""Page results are checked row by row, and nothing of a faulty file is stored."""

from datetime import date

import polars as pl
import pytest

from workbench import lake, metrics, settings
from workbench.domain.errors import UsageError
from workbench.jobs.import_page_results import PageResultsRefused, import_page_results

TODAY = date(2026, 3, 31)
HEAD = "sku,image_version,day,views,add_to_cart,orders,returns\n"
GOOD = HEAD + "A,old,2026-03-01,100,10,4,1\nA,new,2026-03-02,120,15,6,\nB,old,2026-03-01,50,,2,0\n"


@pytest.fixture
def shop(tmp_path):
    return settings.load({}, workspace=tmp_path / "ws")


def written(tmp_path, text, name="pages.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def rows(shop):
    with lake.open(shop) as store:
        return {row["image_version"]: row for row in metrics.report(store, "page_results").to_dicts()}


def test_a_good_file_goes_in_once(tmp_path, shop):
    path = written(tmp_path, GOOD)
    first = import_page_results(path, settings=shop, today=TODAY)
    assert (first.rows, first.new, first.skus, first.unknown_skus) == (3, 3, 2, 2)
    again = import_page_results(path, settings=shop, today=TODAY)
    assert (again.rows, again.new) == (3, 0)
    old = rows(shop)["old"]
    assert (old["skus"], old["views"], old["add_to_cart"], old["orders"], old["returned"]) == (2, 150, 10, 6, 1)
    assert old["cart_rate"] == pytest.approx(10 / 100), "B says nothing about carts: its views do not count"
    assert rows(shop)["new"]["return_rate"] is None


def test_parquet_says_the_same(tmp_path, shop):
    path = tmp_path / "pages.parquet"
    pl.read_csv(written(tmp_path, GOOD), try_parse_dates=True).write_parquet(path)
    assert import_page_results(path, settings=shop, today=TODAY).new == 3
    assert rows(shop)["old"]["views"] == 150


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("A,old,2026-03-01,7,1,1,0", "row 5, sku: 'A' with version 'old' on 2026-03-01 is in row 2 already"),
        ("C,old,2026-03-01,10,11,1,0", "row 5, add_to_cart: found 11, which is above views (10); allowed: at most views"),
        ("C,old,2026-03-01,10,1,11,0", "row 5, orders: found 11, which is above views (10)"),
        ("C,old,2026-03-01,10,1,1,2", "row 5, returned: found 2, which is above orders (1)"),
        ("C,old,2026-04-01,10,1,1,0", "row 5, day: found '2026-04-01'; allowed: a day up to today, 2026-03-31"),
        ("C,old,yesterday,10,1,1,0", "row 5, day: found 'yesterday'; allowed: a day as 2026-01-31"),
        ("C,old,2026-03-01,-10,1,1,0", "row 5, views: found '-10'; allowed: a whole number from 0"),
        ("C,old,2026-03-01,1.5,1,1,0", "row 5, views: found '1.5'"),
        ("C,old,2026-03-01,,1,1,0", "row 5, views: found ''"),
        (",old,2026-03-01,10,1,1,0", "row 5, sku: found ''; allowed: text"),
        ("C,,2026-03-01,10,1,1,0", "row 5, image_version: found ''"),
    ],
)
def test_faults_are_named_by_row_and_column(tmp_path, shop, line, said):
    with pytest.raises(PageResultsRefused) as caught:
        import_page_results(written(tmp_path, GOOD + line + "\n"), settings=shop, today=TODAY)
    assert said in str(caught.value)
    assert not (shop.workspace / "lake").exists(), "nothing was stored"


def test_all_faults_are_listed(tmp_path, shop):
    text = HEAD + "".join(f"S{n},old,2026-03-01,1,2,0,0\n" for n in range(30))
    with pytest.raises(PageResultsRefused) as caught:
        import_page_results(written(tmp_path, text), settings=shop, today=TODAY)
    assert len(caught.value.faults) == 30
    assert "and 10 more" in str(caught.value)


def test_clicks_above_views_are_refused_too(tmp_path, shop):
    text = "sku,image_version,day,views,clicks\nA,old,2026-03-01,10,12\n"
    with pytest.raises(PageResultsRefused, match="row 2, clicks: found 12, which is above views"):
        import_page_results(written(tmp_path, text), settings=shop, today=TODAY)


def test_numbers_that_contradict_what_is_stored_are_refused(tmp_path, shop):
    import_page_results(written(tmp_path, GOOD), settings=shop, today=TODAY)
    with pytest.raises(PageResultsRefused, match="is stored with 100 views, this row says 101"):
        import_page_results(written(tmp_path, GOOD.replace(",100,", ",101,")), settings=shop, today=TODAY)
    assert rows(shop)["old"]["views"] == 150
    other = import_page_results(written(tmp_path, GOOD), settings=shop, source="another shop", today=TODAY)
    assert other.new == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sku,image_version,day\nA,old,2026-03-01\n", "has no column 'views'"),
        ("sku,image_versoin,day,views\nA,old,2026-03-01,1\n", "did you mean 'image_versoin'"),
        ("sku,image_version,day,date,views\nA,old,2026-03-01,2026-03-01,1\n", "has a column twice"),
        (HEAD, "has no rows"),
        ("", "cannot be read"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path, shop, text, said):
    with pytest.raises(UsageError, match=said):
        import_page_results(written(tmp_path, text), settings=shop, today=TODAY)


def test_columns_that_mean_nothing_are_named(tmp_path, shop):
    text = "sku,image_version,day,views,price\nA,old,2026-03-01,10,99\n"
    assert import_page_results(written(tmp_path, text), settings=shop, today=TODAY).left_out == ("price",)
