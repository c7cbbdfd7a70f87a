"""Runs the notebooks from top to bottom in a fresh kernel, and keeps what they show, as pictures too."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import workbench
from workbench.domain.errors import UsageError, WorkbenchError, nearest_match
from workbench.jobs.still_pictures import add_still_pictures

if TYPE_CHECKING:
    import nbformat

FOLDER = Path(workbench.__file__).resolve().parents[1] / "notebooks"
TIMEOUT_S = 900  # of one cell: the first one may build a workspace on a busy machine
NEEDED = "pip install 'retouch-workbench[notebooks]'"


def find_notebooks(folder: Path = FOLDER) -> tuple[Path, ...]:
    """All notebooks in the order of their numbers."""
    return tuple(sorted(folder.glob("*.ipynb")))


def run_notebooks(names: tuple[str, ...] = (), *, folder: Path = FOLDER, save: bool = True) -> tuple[Path, ...]:
    """Run notebooks, all of them or those that are named.

    Args:
        names: File names, with or without their ending.
        folder: Where they lie.
        save: Keep the outputs in the files, with every chart as a PNG beside what JupyterLab draws.

    Raises:
        UsageError: No such notebook, or Jupyter is not installed.
        WorkbenchError: A cell failed; which one, and its error.
    """
    known = {path.stem: path for path in find_notebooks(folder)}
    chosen = [name.removesuffix(".ipynb") for name in names] or list(known)
    for name in chosen:
        if name not in known:
            raise UsageError(f"no notebook {name!r}", allowed=sorted(known), nearest=nearest_match(name, known))
    for name in chosen:
        made = run_notebook(known[name])
        if save:
            add_still_pictures(made)
            _write(made, known[name])
    return tuple(known[name] for name in chosen)


def run_notebook(path: Path, *, environ: Mapping[str, str] | None = None) -> nbformat.NotebookNode:
    """One notebook run in a kernel of its own; the file stays as it is.

    Args:
        path: The notebook.
        environ: Added to the kernel's environment.

    Raises:
        UsageError: Jupyter is not installed.
        WorkbenchError: A cell failed.
    """
    try:
        import nbformat
        from nbclient import NotebookClient
        from nbclient.exceptions import CellExecutionError, CellTimeoutError
    except ImportError as error:
        raise UsageError(f"{error.name} is not installed", allowed=NEEDED) from error
    made = nbformat.read(path, as_version=4)
    client = NotebookClient(
        made, timeout=TIMEOUT_S, kernel_name="python3", resources={"metadata": {"path": str(FOLDER.parent)}}
    )
    with _environment({"JUPYTER_PLATFORM_DIRS": "1", **(environ or {})}):
        try:
            client.execute()
        except (CellExecutionError, CellTimeoutError) as error:
            raise WorkbenchError(f"a cell failed: {error}", where=path.name) from error
    return made


def _write(made: nbformat.NotebookNode, path: Path) -> None:
    """Without what differs from run to run and says nothing: times, counters, the kernel's version."""
    import nbformat

    for number, cell in enumerate(made.cells):
        cell.metadata.pop("execution", None)
        cell["id"] = f"cell-{number:02d}"
    made.metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                     "language_info": {"name": "python"}}  # fmt: skip
    part = path.with_name(f".{path.name}.part")
    nbformat.write(made, part)
    os.replace(part, path)


@contextmanager
def _environment(more: Mapping[str, str]) -> Iterator[None]:
    """The kernel inherits this process's environment."""
    before = {name: os.environ.get(name) for name in more}
    os.environ.update(more)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
