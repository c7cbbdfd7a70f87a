"""Pages are found by listing; each is thin and asks a question."""

from pathlib import Path

import pytest

from workbench.app.navigation import PAGES_DIR, find_pages
from workbench.domain.errors import WorkbenchError

LONGEST_PAGE = 60


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def test_order_group_and_names_come_from_the_files(tmp_path: Path) -> None:
    write(
        tmp_path,
        "30_qa_board.py",
        '"""Is it good?"""\nGROUP = "People"\nICON = ":material/check:"\nSHOWS = ("a", "b")\n',
    )
    write(tmp_path, "5_run.py", '"""What runs?\n\nMore."""\n')
    write(tmp_path, "notes.py", "raise SystemExit")
    first, second = find_pages(tmp_path)
    assert (first.number, first.url_path, first.name, first.question, first.group) == (
        5,
        "run",
        "Run",
        "What runs?",
        "",
    )
    assert (second.name, second.group, second.icon, second.shows) == (
        "Qa board", "People", ":material/check:", ("a", "b"),
    )  # fmt: skip


def test_nothing_is_imported(tmp_path: Path) -> None:
    write(tmp_path, "10_x.py", '"""Why?"""\nraise SystemExit("imported")\n')
    assert find_pages(tmp_path)[0].url_path == "x"


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"10_a.py": '"""Why?"""', "10_b.py": '"""How?"""'}, "one number"),
        ({"10_a.py": '"""Why?"""', "20_a.py": '"""How?"""'}, "one name"),
        ({"10_a.py": '"""A page."""'}, "asks a question"),
    ],
)
def test_a_page_that_does_not_fit_is_named(tmp_path: Path, files, words) -> None:
    for name, text in files.items():
        write(tmp_path, name, text)
    with pytest.raises(WorkbenchError, match=words):
        find_pages(tmp_path)


@pytest.mark.parametrize("page", find_pages(), ids=lambda page: page.url_path)
def test_shipped_pages_are_thin(page) -> None:
    text = page.path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_PAGE
    assert page.shows, "the empty state says what the page will show"
    assert "SELECT" not in text and "import duckdb" not in text
    assert page.path.parent == PAGES_DIR
