"""Every notebook runs from top to bottom in a fresh kernel on sample data, and keeps to the house rules."""

from __future__ import annotations

import ast
import base64
import re
from pathlib import Path

import nbformat
import pytest

from workbench.jobs.run_notebooks import find_notebooks, run_notebook
from workbench.jobs.still_pictures import PLOTLY
from workbench.jobs.story_workspace import story_workspace

NOTEBOOKS = find_notebooks()
MOST_BYTES = 1_000_000
MOST_LINES = 24  # of code in a cell, imports included: a story shows a picture, it is no program
STATEMENT = re.compile(r"\b(SELECT|INSERT INTO|CREATE TABLE|UPDATE|DELETE FROM)\b.*\b(FROM|INTO|SET|AS|VALUES)\b", re.S)
IDS = [path.stem for path in NOTEBOOKS]


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def code(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def test_there_are_stories():
    assert {"10_tuning_a_threshold", "20_where_the_money_goes", "30_where_each_model_fails"} <= set(IDS)
    assert all(re.fullmatch(r"\d\d_[a-z_]+", name) for name in IDS)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=IDS)
def test_a_notebook_imports_everything_and_defines_nothing(path):
    for cell in code(path):
        assert len(cell.source.splitlines()) <= MOST_LINES, cell.source[:80]
        for node in ast.walk(ast.parse(cell.source)):
            defined = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.BinOp)
            assert not isinstance(node, defined), f"{path.name}: {ast.unparse(node)[:80]}"
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not STATEMENT.search(node.value), f"{path.name} holds SQL"
        assert not cell.source.lstrip().startswith(("%", "!"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=IDS)
def test_committed_outputs_are_those_of_a_whole_run(path):
    assert path.stat().st_size <= MOST_BYTES
    cells = code(path)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1)), "run once, from top to bottom"
    charts = 0
    for cell in cells:
        assert cell.outputs, f"{path.name} shows nothing for {cell.source[:60]}"
        for output in cell.outputs:
            assert output.output_type in ("execute_result", "display_data"), output
            data = output.data
            if PLOTLY in data:
                charts += 1
                assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG"), "who only reads sees the chart too"
            assert not re.search(r"/(home|root|tmp|work|Users)/", str(data.get("text/markdown", ""))), (
                "a machine's path"
            )
    assert charts >= 5
    assert "simulated" in str(next(output.data for cell in cells for output in cell.outputs)), "said at the top"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory) -> Path:
    """A small workspace as a reader without one gets it: some sample photos, really run, and a history from them."""
    return story_workspace(tmp_path_factory.mktemp("notebooks") / "ws").workspace


@pytest.mark.parametrize("path", NOTEBOOKS, ids=IDS)
def test_a_notebook_runs_in_a_fresh_kernel(path, workspace):
    made = run_notebook(path, environ={"WORKBENCH_WORKSPACE": str(workspace)})
    errors = [output for cell in made.cells for output in cell.get("outputs", ()) if output.output_type == "error"]
    assert errors == []
    shown = [kind for cell in made.cells for output in cell.get("outputs", ()) for kind in output.get("data", {})]
    kept = [kind for cell in code(path) for output in cell.outputs for kind in output.get("data", {})]
    assert shown.count(PLOTLY) == kept.count(PLOTLY), "all charts, on other data too"
