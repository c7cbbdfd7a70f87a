"""Puts one image's files where people pick them up: links into ``delivery/``, with a metadata file beside them."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

from pipeline.names import delivered_folder, delivered_name
from pipeline.store import DISK_FULL, Store, disk_full
from workbench.domain.errors import StepFailed
from workbench.domain.records import Computation, LaneDecision, Photo, Status

ALPHA_NOTE = "straight alpha, for sRGB-encoded compositing (as browsers and PSD readers do it)"


def deliver_files(
    photo: Photo, computation: Computation, decision: LaneDecision, status: Status, *, set_name: str, spec_name: str,
    spec_hash: str, store: Store, version: int = 1, others: Iterable[tuple[int, Computation]] = (),
) -> tuple[str, ...]:  # fmt: skip
    """Link the files of a result under their delivered names; what stood there under another state goes away.

    Only one version of an image lies in the delivery: the files of the others go away too. They stay in the workspace
    under their content, and in the lake.

    Args:
        photo: The image's row.
        computation: The version to deliver.
        decision: Its lane, for the metadata.
        status: The state the image is in.
        set_name, spec_name, spec_hash: They make the folder.
        store: Files of the workspace.
        version: Number of the version to deliver.
        others: The image's other versions under the same spec.

    Returns:
        Paths relative to the workspace, the metadata file last.

    Raises:
        StepFailed: A file of this version is gone; nothing was moved.
        StorageFull: The disk is full.
    """
    for artefact in computation.artefacts:
        if not (store.workspace / artefact.path).exists():
            raise StepFailed(f"the file of version {version} is gone", where=artefact.path, allowed="a whole workspace")
    folders = {state: delivered_folder(photo, set_name, spec_name, spec_hash, state) for state in get_args(Status)}

    def names_of(made: Computation, number: int, state: Status) -> list[str]:
        suffixes = [*(artefact.suffix for artefact in made.artefacts), "json"]
        return [delivered_name(photo, made.made_at, state, suffix, number) for suffix in suffixes]

    for number, made in ((version, computation), *others):
        for state, folder in folders.items():
            if number != version or state != status:
                _remove(store.workspace / folder, names_of(made, number, state))
    folder, names = folders[status], names_of(computation, version, status)
    try:
        (store.workspace / folder).mkdir(parents=True, exist_ok=True)
        for artefact, name in zip(computation.artefacts, names[:-1], strict=True):
            _link(store.workspace / artefact.path, store.workspace / folder / name)
    except OSError as error:
        if error.errno in DISK_FULL:
            raise disk_full(store.workspace / folder) from error
        raise
    metadata = _metadata(photo, computation, decision, status, version, spec_name, spec_hash, names[:-1])
    store.write(store.workspace / folder / names[-1], metadata)
    return tuple(f"{folder}/{name}" for name in names)


def _remove(folder: Path, names: list[str]) -> None:
    """Take a state's files away, also those of a delivery that was cut short before its metadata was written."""
    for name in names:
        (folder / name).unlink(missing_ok=True)


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


def _metadata(photo, computation, decision, status, version, spec_name, spec_hash, names) -> bytes:
    record = {
        "sku": photo.sku,
        "image_id": photo.image_id,
        "status": status,
        "version": version,
        "photo": dataclasses.asdict(photo),
        "photo_hash": computation.photo_hash,
        "spec": {"name": spec_name, "hash": spec_hash},
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
