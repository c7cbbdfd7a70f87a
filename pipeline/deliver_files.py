"""Puts one image's files where people pick them up: links into ``delivery/``, with a metadata file beside them."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
from pathlib import Path
from typing import get_args

from pipeline.names import delivered_folder, delivered_name
from pipeline.spec import Spec
from pipeline.store import DISK_FULL, Store, disk_full
from workbench.domain.records import Computation, LaneDecision, Photo, Status

ALPHA_NOTE = "straight alpha, for sRGB-encoded compositing (as browsers and PSD readers do it)"


def deliver_files(
    photo: Photo, computation: Computation, decision: LaneDecision, status: Status, *, set_name: str, spec: Spec,
    store: Store,
) -> tuple[str, ...]:  # fmt: skip
    """Link the files of a result under their delivered names; what stood there under another state goes away.

    Returns:
        Paths relative to the workspace, the metadata file last.

    Raises:
        StorageFull: The disk is full.
    """
    for old in get_args(Status):
        if old != status:
            _remove(photo, computation, old, set_name, spec, store)
    folder = delivered_folder(photo, set_name, spec.name, spec.hash, status)
    names = [delivered_name(photo, computation.made_at, status, a.suffix) for a in computation.artefacts]
    try:
        (store.workspace / folder).mkdir(parents=True, exist_ok=True)
        for artefact, name in zip(computation.artefacts, names, strict=True):
            _link(store.workspace / artefact.path, store.workspace / folder / name)
    except OSError as error:
        if error.errno in DISK_FULL:
            raise disk_full(store.workspace / folder) from error
        raise
    metadata = delivered_name(photo, computation.made_at, status, "json")
    store.write(store.workspace / folder / metadata, _metadata(photo, computation, decision, status, spec, names))
    return tuple(f"{folder}/{name}" for name in (*names, metadata))


def _remove(photo, computation, status, set_name, spec, store) -> None:
    folder = store.workspace / delivered_folder(photo, set_name, spec.name, spec.hash, status)
    metadata = folder / delivered_name(photo, computation.made_at, status, "json")
    if metadata.exists():
        for artefact in computation.artefacts:
            (folder / delivered_name(photo, computation.made_at, status, artefact.suffix)).unlink(missing_ok=True)
        metadata.unlink(missing_ok=True)


def _link(source: Path, target: Path) -> None:
    if target.exists() and target.samefile(source):
        return
    temporary = target.with_name(f".{os.getpid()}-{target.name}"[:250])
    temporary.unlink(missing_ok=True)
    try:
        os.link(source, temporary)
    except OSError as error:
        if error.errno in DISK_FULL:
            raise
        shutil.copyfile(source, temporary)  # a file system without hard links
    os.replace(temporary, target)


def _metadata(photo, computation, decision, status, spec, names) -> bytes:
    record = {
        "sku": photo.sku,
        "image_id": photo.image_id,
        "status": status,
        "photo": dataclasses.asdict(photo),
        "photo_hash": computation.photo_hash,
        "spec": {"name": spec.name, "hash": spec.hash},
        "routing": dataclasses.asdict(decision),
        "made_at": computation.made_at,
        "engine": computation.engine,
        "alpha": ALPHA_NOTE,
        "source_to_delivered": computation.geometry,
        "attributes": dict(computation.attributes),
        "checks": [dataclasses.asdict(check) for check in computation.checks],
        "files": {a.suffix: {"name": n, "sha256": a.sha256} for a, n in zip(computation.artefacts, names, strict=True)},
    }
    return json.dumps(record, indent=1, ensure_ascii=False, default=str).encode("utf-8", "replace")
