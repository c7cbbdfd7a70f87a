"""One photo through one spec, inside a worker: every step timed, every value checked, every file kept.

Knows nothing of SKU, category or policy, so the same photo under two SKUs is computed once.
"""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import cv2

from pipeline import registry
from pipeline.image import check_values
from pipeline.peak_memory import peak_memory_bytes
from pipeline.spec import Spec, Use
from pipeline.store import Store
from workbench.domain.errors import ContractError, ModelError, PhotoRefused, StorageFull, WorkbenchError
from workbench.domain.records import Artefact, CheckResult, Computation, StepEvent

cv2.setNumThreads(1)  # one process a core; the executor runs as many as there are cores


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A photo to compute: a local file, already hashed."""

    path: str
    photo_hash: str
    result_key: str
    spec: Spec
    workspace: str
    pixel_limit: int


def compute(task: Task) -> Computation:
    """Run all steps, checks and writers of a spec on one photo and keep the result.

    A photo that is refused, or a step that says it cannot do its work, is a result too: it carries the reason and
    is kept, so that the same bytes are not tried again until a step's version changes. An unforeseen error is a
    defect of ours: it is reported but not kept, so that the next version tries again.

    Raises:
        StorageFull: The disk is full; nothing was kept.
        MemoryError: Likewise.
        ModelError: A step's weights cannot be used; nothing was kept.
    """
    events: list[StepEvent] = []
    values: dict[str, Any] = {"path": task.path, "pixel_limit": task.pixel_limit}
    checks: tuple[CheckResult, ...] = ()
    artefacts: tuple[Artefact, ...] = ()
    failure: dict[str, str] = {}
    keep = True
    store = Store(task.workspace)
    try:
        values.update(through_steps(task.spec.steps, values, events))
        checks = tuple(measure(use, values, events) for use in task.spec.checks)
        artefacts = tuple(a for use in task.spec.files for a in write(use, values, events, store))
    except (StorageFull, MemoryError, ModelError):  # about the machine, not the photo: tried again another time
        raise
    except Exception as error:  # the boundary of one image: it fails alone, with its reason
        artefacts = ()
        keep = isinstance(error, WorkbenchError)
        failure = {
            "failure_kind": type(error).__name__,
            "failure_reason": error.reason if isinstance(error, WorkbenchError) else str(error) or repr(error),
            "failure_step": events[-1].name if events else "load_image",
        }
    computation = Computation(
        result_key=task.result_key,
        photo_hash=task.photo_hash,
        spec_hash=task.spec.hash,
        outcome="done" if not failure else "refused" if failure["failure_kind"] == PhotoRefused.__name__ else "failed",
        made_at=datetime.now(UTC),
        engine=task.spec.engine(),
        width_px=values["photo"].shape[1] if "photo" in values else None,
        height_px=values["photo"].shape[0] if "photo" in values else None,
        geometry=tuple(float(v) for v in values["geometry"].ravel()) if "geometry" in values else None,
        attributes=attributes(values),
        checks=checks,
        artefacts=artefacts,
        events=tuple(events),
        peak_memory_bytes=peak_memory_bytes(),
        **failure,
    )
    if keep:
        store.put_computation(computation)
    return computation


def through_steps(steps: tuple[Use, ...], values: Mapping[str, Any], events: list[StepEvent]) -> dict[str, Any]:
    """Carry values through steps in order; contract checked before and after each.

    Args:
        steps: The steps as the spec uses them.
        values: What is on the table at the start.
        events: One event per step is appended here, also for the one that fails.

    Returns:
        All values after the last step.

    Raises:
        WorkbenchError: From the step that could not do its work, or `ContractError` for a defect in it.
    """
    table = dict(values)
    for use in steps:
        step = registry.step(use.name)
        with _Clock("step", use.name, events):
            check_values(table, where=f"before {use.name}")
            given = step.run(**{name: table[name] for name in step.needs}, params=use.params)
            if set(given) != set(step.gives):
                raise ContractError(f"gave {sorted(given)}", where=use.name, allowed=step.gives)
            table.update(given)
            check_values(given, where=f"after {use.name}")
    return table


def attributes(values: Mapping[str, Any]) -> dict[str, float | str | bool | None]:
    """The scalars of every record on the table, as ``record.field``."""
    found: dict[str, float | str | bool | None] = {}
    for name, record in values.items():
        if dataclasses.is_dataclass(record) and not isinstance(record, type):
            for field in dataclasses.fields(record):
                value = getattr(record, field.name)
                if getattr(value, "ndim", None) == 0:  # a numpy scalar
                    value = value.item()
                if isinstance(value, float) and not math.isfinite(value):
                    value = None
                if value is None or isinstance(value, float | int | str | bool):
                    found[f"{name}.{field.name}"] = value
    return found


def measure(use: Use, values: Mapping[str, Any], events: list[StepEvent]) -> CheckResult:
    """Take one check's measurement and hold it against the spec's limit."""
    check = registry.check(use.name)
    with _Clock("check", use.name, events):
        found = check.run(**_inputs(check, values), params=use.params)
    value = None if found.value is None or not math.isfinite(found.value) else float(found.value)
    passed = None
    if value is not None and use.limit is not None:
        passed = value <= use.limit if check.better == "lower" else value >= use.limit
    return CheckResult(
        check=use.name, value=value, unit=check.unit, limit=use.limit, better=check.better, passed=passed,
        reason=found.reason, worst_xy=found.worst_xy,
    )  # fmt: skip


def write(use: Use, values: Mapping[str, Any], events: list[StepEvent], store: Store) -> list[Artefact]:
    """Let one writer encode its files and keep them."""
    writer = registry.writer(use.name)
    with _Clock("deliver", use.name, events):
        files = writer.run(**_inputs(writer, values), params=use.params)
        return [store.put(suffix, data) for suffix, data in files.items()]


def _inputs(unit, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in unit.needs} | {name: values.get(name) for name in unit.wants}


class _Clock:
    """Times one unit and records how it ended."""

    def __init__(self, kind, name: str, events: list[StepEvent]) -> None:
        self.kind, self.name, self.events = kind, name, events

    def __enter__(self) -> None:
        self.at, self.wall, self.cpu = datetime.now(UTC), time.perf_counter(), time.process_time()

    def __exit__(self, kind, error, _trace) -> None:
        outcome = "done" if error is None else "refused" if isinstance(error, PhotoRefused) else "failed"
        self.events.append(
            StepEvent(
                kind=self.kind, name=self.name, started_at=self.at, seconds=time.perf_counter() - self.wall,
                core_seconds=time.process_time() - self.cpu, outcome=outcome,
                error=None if error is None else str(error) or repr(error),
            )
        )  # fmt: skip
