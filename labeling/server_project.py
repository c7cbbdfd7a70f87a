"""Find or make our project on a server: its config and instructions as they lie here, its folder of pictures open."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from html import escape
from pathlib import Path

from labeling.api import Server
from labeling.project import LabelingProject, Layout
from workbench.domain.errors import LabelingError

_SAMPLING = "Sequential sampling"  # by task id: similar crops were pushed together and come together


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerProject:
    """One of our layouts on one server. ``key`` names it through its life; a project made anew has another."""

    key: str
    server_id: int
    url: str
    project: LabelingProject
    layout: Layout

    @property
    def stream_url(self) -> str:
        """Where labelers work."""
        return f"{self.url}/projects/{self.server_id}/data?labeling=1"


def find_project(server: Server, project: LabelingProject, layout: Layout) -> ServerProject | None:
    """The project on the server, None when it was never made.

    Raises:
        LabelingError: There are two of that name.
    """
    title = project.server_title(layout.name)
    found = [row for row in server.pages("/api/projects/", title=title, include="id,title,created_at")
             if row["title"] == title]  # fmt: skip
    if len(found) > 1:
        raise LabelingError(
            f"{len(found)} projects are called {title!r} (ids {', '.join(str(row['id']) for row in found)})",
            where=server.url, allowed="one: rename or delete the others there",
        )  # fmt: skip
    return _as_ours(server, found[0], project, layout) if found else None


def open_project(server: Server, project: LabelingProject, layout: Layout, *, pictures: Path | None) -> ServerProject:
    """The project on the server, made or brought up to date.

    Args:
        server: A session.
        project: What to ask.
        layout: How to show it.
        pictures: The project's folder below the one the server may serve, as the server sees it; None: pictures are
            fetched by address and no folder is opened.

    Raises:
        LabelingError: The server may not serve that folder, or refuses the config.
    """
    there = find_project(server, project, layout)
    said = {
        "title": project.server_title(layout.name),
        "description": project.about,
        "label_config": layout.config,
        "expert_instruction": _instructions(project, layout),
        "show_instruction": True,
        "sampling": _SAMPLING,
        "show_collab_predictions": True,
        "enable_empty_annotation": False,
    }
    if there is None:
        made = server.change("POST", "/api/projects/", said)
        there = _as_ours(server, made, project, layout)
    else:
        row = server.get(f"/api/projects/{there.server_id}/")
        changed = {name: value for name, value in said.items() if row.get(name) != value}
        if changed:
            server.change("PATCH", f"/api/projects/{there.server_id}/", changed, again=True)
    if pictures is not None:
        _open_folder(server, there, pictures)
    return there


def _open_folder(server: Server, there: ServerProject, pictures: Path) -> None:
    known = server.get("/api/storages/localfiles", project=there.server_id)
    if any(row["path"] == str(pictures) for row in known):
        return
    body = {"project": there.server_id, "title": "pictures", "path": str(pictures), "use_blob_urls": True}
    try:
        server.change("POST", "/api/storages/localfiles", body, again=True)
    except LabelingError as error:
        raise LabelingError(
            f"the server may not show pictures from {pictures}: {error.found}", where=server.url,
            allowed="a sub-folder of its LOCAL_FILES_DOCUMENT_ROOT, with LOCAL_FILES_SERVING_ENABLED=true",
        ) from error  # fmt: skip


def _as_ours(server: Server, row: dict, project: LabelingProject, layout: Layout) -> ServerProject:
    name = f"{server.url}\n{row['id']}\n{row['created_at']}"
    return ServerProject(
        key=hashlib.sha256(name.encode("utf-8")).hexdigest()[:32], server_id=row["id"], url=server.url,
        project=project, layout=layout,
    )  # fmt: skip


def _instructions(project: LabelingProject, layout: Layout) -> str:
    folder = project.folder / "examples"
    cells = [  # a table: Label Studio takes styles out of instructions
        f'<td><img height="105" src="/data/local-files/?d={project.name}/examples/{escape(file.name)}"/>'
        f"<br/>{escape(file.stem.replace('_', ' '))}</td>"
        for file in sorted(folder.glob("*.webp"))
    ]
    rows = "".join(f"<tr>{''.join(cells[start : start + 2])}</tr>" for start in range(0, len(cells), 2))
    told = layout.instructions or project.instructions
    return told.replace("{{examples}}", f"<table>{rows}</table>" if rows else "")
