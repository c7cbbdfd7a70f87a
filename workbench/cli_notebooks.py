"""``workbench notebooks …``: open the stories in JupyterLab, or run them again and keep what they show."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

notebooks_app = typer.Typer(no_args_is_help=True, help="Open the notebooks, or run them again.")
Workspace = Annotated[
    Path | None, typer.Option(help="Where results are. Default: WORKBENCH_WORKSPACE, else ./workspace.", metavar="DIR")
]


@notebooks_app.command("list")
def list_notebooks() -> None:
    """List the notebooks."""
    from workbench.jobs.run_notebooks import find_notebooks

    for path in find_notebooks():
        typer.echo(path.stem)


@notebooks_app.command("open")
def open_notebooks(port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 8888) -> None:
    """Open JupyterLab on them, on this machine only; telemetry and news are off."""
    import os
    from importlib.util import find_spec

    from workbench.domain.errors import UsageError
    from workbench.jobs.run_notebooks import FOLDER, NEEDED

    if find_spec("jupyterlab") is None:
        raise UsageError("JupyterLab is not installed", allowed=NEEDED)
    asked = [
        sys.executable, "-m", "jupyterlab", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}",
        f"--ServerApp.root_dir={FOLDER}", "--LabApp.news_url=", "--LabApp.check_for_updates_class="
        "jupyterlab.NeverCheckForUpdate", "--LabApp.extension_manager=readonly",
    ]  # fmt: skip
    if os.geteuid() == 0:  # a container without users; it answers on this machine only, and asks for its token
        asked.append("--allow-root")
    raise typer.Exit(subprocess.run(asked, check=False).returncode)


@notebooks_app.command("run")
def run(
    names: Annotated[list[str] | None, typer.Argument(help="Names; all of them when left out.")] = None,
    workspace: Workspace = None,
    save: Annotated[bool, typer.Option(help="Keep the outputs in the files.")] = True,
) -> None:
    """Run them from top to bottom in fresh kernels and keep the outputs, charts as pictures too."""
    import os

    from workbench.jobs.run_notebooks import run_notebooks

    if workspace is not None:
        os.environ["WORKBENCH_WORKSPACE"] = str(workspace.expanduser().absolute())
    for path in run_notebooks(tuple(names or ()), save=save):
        typer.echo(f"{path}: {path.stat().st_size / 1000:,.0f} kB")
