"""Runs a pilot: every photo through every engine, resumable, stopped before the budget, every failure counted."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

from pipeline.cutout import Asked, EngineFault
from pipeline.executors.local_processes import LocalProcesses, TaskFailed
from pipeline.pilot_photo import PilotTask, against_truth, ask_and_measure, cut_and_measure, failed
from workbench.jobs.engine_files import EngineFile, read_engine
from workbench.jobs.pilot_folder import BudgetSpent, DrawnPhoto, Fixed, PilotFolder
from workbench.jobs.pilot_new import fix_pilot, plan_pilot
from workbench.jobs.pilot_purse import PilotPurse
from workbench.jobs.pilot_results import NOTHING
from workbench.settings import Settings
from workbench.vendors.pilot import Pilot, PilotError

MOST_IN_A_ROW = 5  # failures of one kind after which an engine is not asked any more
HOPELESS_AT_ONCE = ("no_key", "refused_key", "private_address", "wrong_model")  # the next photo cannot go better
HOPELESS = ("rate_limited", "timeout", "unreachable", "server_error", "redirected", "not_a_picture", "crash")
LOCAL_TIMEOUT_S = 300.0  # for one photo on this machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a run of a pilot ended; counts are of this run, ``stopped`` says why it ended early."""

    done: int
    failed: int
    not_sent: int
    reused: int
    spent_eur: float
    stopped: str | None = None


def run_pilot(
    folder: PilotFolder, settings: Settings, *, workers: int | None = None, retry_failed: bool = False,
    local_timeout_s: float = LOCAL_TIMEOUT_S, environ: Mapping[str, str] | None = None,
    on_photo: Callable[[str, int, int], None] = lambda engine, done, total: None,
    stop: threading.Event | None = None,
) -> Ran:  # fmt: skip
    """Ask every engine for every photo that has no result yet.

    Args:
        folder: The pilot.
        settings: The workspace.
        workers: Processes for engines of this machine; default: one a core.
        retry_failed: Ask again for photos that failed before.
        local_timeout_s: For one photo on this machine.
        environ: Where keys are looked up; the process's environment when left out.
        on_photo: Called with engine, photos done and photos in all.
        stop: Set it to end the run after the photos in hand.

    Raises:
        PilotError: The pilot or an engine was changed after the first call, or somebody runs it already.
    """
    stop = stop or threading.Event()
    with folder.alone():
        fixed = folder.fixed()
        if fixed is None:
            plan = plan_pilot(folder, settings)
            fixed = fix_pilot(folder, plan, settings, look=any(_leaves_eu(one) for one in plan.engines))
        pilot = folder.pilot()
        engines = [_unchanged(name, fixed, settings) for name in pilot.engines]
        _measure_nothing(folder, fixed)
        counts = dict.fromkeys(("done", "failed", "not_sent", "reused"), 0)
        stopped = None
        for engine in engines:
            turn = _Turn(folder, engine, pilot, fixed, settings, retry_failed, counts, on_photo, stop)
            try:
                if engine.remote:
                    turn.in_threads(environ)
                else:
                    turn.in_processes(workers or os.cpu_count() or 1, local_timeout_s)
            except BudgetSpent as spent:
                stopped = spent.reason
            if stop.is_set():
                stopped = stopped or "asked to stop"
                break
        return Ran(**counts, spent_eur=folder.spent_eur(), stopped=stopped)


def _unchanged(name: str, fixed: Fixed, settings: Settings) -> EngineFile:
    engine = read_engine(name, settings)
    if engine.hash != fixed.engines[name]:
        raise PilotError(f"engine {name} is not what it was at the first call", where="engines",
                         allowed="the same files and parameters; another engine is another pilot")  # fmt: skip
    return engine


def _leaves_eu(engine: EngineFile) -> bool:
    return not engine.on_this_machine and engine.terms.inside_eu is not True


def _measure_nothing(folder: PilotFolder, fixed: Fixed) -> None:
    """What an empty cutout of each photo measures: the price of not delivering."""
    for photo in fixed.photos:
        if photo.alpha_path is not None and folder.result(NOTHING, photo.image_id) is None:
            found = against_truth(None, photo.alpha_path, photo.category)
            folder.keep(NOTHING, photo.image_id, {"outcome": "failed", "fault": "missing", **found})


class _Turn:
    """One engine's turn."""

    def __init__(self, folder, engine, pilot, fixed, settings, retry_failed, counts, on_photo, stop) -> None:
        self.folder: PilotFolder = folder
        self.engine: EngineFile = engine
        self.pilot: Pilot = pilot
        self.settings: Settings = settings
        self.counts, self.on_photo, self.stop = counts, on_photo, stop
        self.total, self.seen = len(fixed.photos), 0
        self.row: list[str] = []  # kinds of the last failures
        self.left: list[DrawnPhoto] = []
        self.taken: set[str] = set()  # image ids of this turn
        for photo in fixed.photos:
            before = folder.result(engine.name, photo.image_id)
            if before is not None and not (retry_failed and before["outcome"] == "failed"):
                counts["reused"] += 1
                self.seen += 1
            elif self._may_be_sent(photo):
                self.left.append(photo)
            else:
                said = f"a person: {photo.person} ({photo.person_by}); not known to stay in the EU"
                self.take(photo, {"outcome": "not_sent", "fault": "not_sent", "reason": said})

    def _may_be_sent(self, photo: DrawnPhoto) -> bool:
        return not _leaves_eu(self.engine) or photo.person == "no" or self.pilot.people_may_leave_eu

    def task(self, photo: DrawnPhoto) -> PilotTask:
        asked = Asked(
            image_id=photo.image_id, sku=photo.sku, path=photo.path, pixel_limit=self.settings.pixel_limit,
            trimap_path=photo.trimap_path, url=photo.url,
        )  # fmt: skip
        return PilotTask(
            adapter=self.engine.adapter, params=self.engine.params, folder=str(self.engine.folder), asked=asked,
            category=photo.category, alpha_path=photo.alpha_path,
            matte=str(self.folder.matte(self.engine.name, photo.image_id)),
        )  # fmt: skip

    def take(self, photo: DrawnPhoto, found: dict[str, Any]) -> None:
        """Keep a result; a failure counts against the engine like an empty cutout."""
        self.folder.keep(self.engine.name, photo.image_id, found)
        self.taken.add(photo.image_id)
        self.counts[found["outcome"]] += 1
        self.seen += 1
        self.row = [*self.row, found["fault"]] if found["outcome"] == "failed" else []
        self.on_photo(self.engine.name, self.seen, self.total)

    def hopeless(self) -> str | None:
        """Why the engine need not be asked any more, or None."""
        if not self.row:
            return None
        last = self.row[-1]
        if last in HOPELESS_AT_ONCE:
            return last
        end = self.row[-MOST_IN_A_ROW:]
        return last if len(end) == MOST_IN_A_ROW and set(end) == {last} and last in HOPELESS else None

    def give_up(self, kind: str) -> None:
        """Count every photo that is left against the engine."""
        for photo in self.left:
            if photo.image_id not in self.taken:
                self.take(photo, {"outcome": "failed", "fault": "gave_up",
                                  "reason": f"not asked any more: {kind} {MOST_IN_A_ROW} times in a row"
                                  if kind in HOPELESS else f"not asked: {kind}"})  # fmt: skip

    def in_threads(self, environ: Mapping[str, str] | None) -> None:
        """Ask a service: several photos at once, each with its own patience."""
        if not self.left:
            return
        purse = PilotPurse(self.folder, self.engine.name, self.engine.price, self.pilot.budget_eur)
        try:
            asks = self.engine.open(purse=purse, environ=environ)
        except EngineFault as fault:
            self.take(self.left[0], failed(fault))
            self.give_up(fault.kind)
            return
        waiting, flying = list(self.left), {}
        spent: BudgetSpent | None = None
        with ThreadPoolExecutor(self.engine.params.at_once, thread_name_prefix=self.engine.name) as pool:
            while waiting or flying:
                while waiting and len(flying) < self.engine.params.at_once and not (spent or self.stop.is_set()):
                    photo = waiting.pop(0)
                    flying[pool.submit(ask_and_measure, asks, self.task(photo))] = photo
                if not flying:
                    break
                spent = self._landed(flying) or spent
                if not spent and (kind := self.hopeless()):
                    waiting = []
                    if not flying:
                        self.give_up(kind)
        if not spent and (kind := self.hopeless()):
            self.give_up(kind)
        if spent:
            raise spent

    def _landed(self, flying: dict[Future, DrawnPhoto]) -> BudgetSpent | None:
        spent = None
        for future in wait(flying, return_when=FIRST_COMPLETED).done:
            photo = flying.pop(future)
            try:
                self.take(photo, future.result())
            except BudgetSpent as error:
                spent = error
        return spent

    def in_processes(self, workers: int, timeout_s: float) -> None:
        """Ask an engine of this machine: one that hangs or dies takes only its own photo with it."""
        waiting, photos = list(self.left), {}
        with LocalProcesses(cut_and_measure, workers=workers, timeout_s=timeout_s) as executor:
            while waiting or executor.busy:
                while waiting and executor.room and not self.stop.is_set():
                    photo = waiting.pop(0)
                    task = self.task(photo)
                    photos[task.asked.image_id] = photo
                    executor.submit(task)
                if not executor.busy:
                    break
                for task, found in executor.collect():
                    if isinstance(found, TaskFailed):
                        kind = {"Timeout": "timeout", "Crash": "crash"}.get(found.kind, "failed")
                        found = {"outcome": "failed", "fault": kind, "reason": found.reason}
                    self.take(photos[task.asked.image_id], found)
                if kind := self.hopeless():
                    waiting = []
                    if not executor.busy:
                        self.give_up(kind)
