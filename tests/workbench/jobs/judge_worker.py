"""One person at work on a queue, driven by a test: ``python judge_worker.py JOB WORKSPACE PERSON ARGUMENT``.

It says on its standard output what it has done, one line each.
"""

import os
import signal
import sys
import time

from workbench import lake
from workbench.domain.errors import WorkbenchError
from workbench.jobs import standing_files
from workbench.jobs.judge_image import judge_image
from workbench.jobs.qa_queue import QueueFilters, next_images
from workbench.jobs.undo_verdict import CannotUndo, undo_verdict
from workbench.lake.desk import Desk
from workbench.settings import load


def say(*words):
    print(*words, flush=True)


def empty_queue(settings, person, _argument):
    """Judge until nothing waits; each verdict is announced after it returned."""
    with lake.open(settings) as store:
        desk = Desk(settings)
        say("open")
        sys.stdin.readline()  # all begin together
        while True:
            items = next_images(store, desk, person, "tab", QueueFilters(include_simulated=True), 2)
            if not items:
                # what the other has on the screen may still come back: it is over when nobody holds anything
                if not desk.claims():
                    return
                time.sleep(0.05)
                continue
            item = items[0]
            judged = judge_image(
                store, desk, item, person_id=person, verdict="approved", token=item.image_id, tab="tab",
                active_seconds=1.0,
            )  # fmt: skip
            say(item.image_id, judged.review_id, judged.stored)


def die_at(settings, person, moment):
    """Judge the first image and be killed at a moment: after the lake has the verdict, or among the links."""
    steps = {"before_files": "deliver_files", "after_files": "news_file"}

    def die(*_args, **_kwargs):
        os.kill(os.getpid(), signal.SIGKILL)

    if moment == "among_links":
        from pipeline import deliver_files as module

        link, done = module._link, []

        def die_at_third(source, target):
            link(source, target)
            done.append(target)
            if len(done) == 3:
                die()

        module._link = die_at_third
    elif moment == "before_lake":
        lake.Lake = None
        from workbench.lake.lake import Lake

        Lake.append_judgement = die
    else:
        setattr(standing_files, steps[moment], die)
    with lake.open(settings) as store:
        desk = Desk(settings)
        (item,) = next_images(store, desk, person, "tab", QueueFilters(), 1)
        say(item.set_id, item.image_id)
        judge_image(store, desk, item, person_id=person, verdict="approved", token="t", tab="tab")
        say("alive")


def take_back(settings, person, review_id):
    """Take a verdict back as soon as told."""
    with lake.open(settings) as store:
        say("open")
        sys.stdin.readline()
        try:
            undo_verdict(store, Desk(settings), review_id, person)
            say("undone")
        except CannotUndo as error:
            say("refused", error.found)
        except WorkbenchError as error:
            say("error", error)


if __name__ == "__main__":
    job, workspace, person, argument = sys.argv[1:]
    jobs = {"empty_queue": empty_queue, "die_at": die_at, "take_back": take_back}
    jobs[job](load({}, workspace=workspace), person, argument)
