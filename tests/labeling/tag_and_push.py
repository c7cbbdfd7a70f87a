"""A person at FiftyOne, driven by a test: ``python tag_and_push.py WORKSPACE MARK TAG IMAGE…``.

In a process of its own, as FiftyOne has one workspace a process. Says as JSON what its commands printed, and which tags
stood on which image after each.
"""

import json
import sys
from pathlib import Path

from typer.testing import CliRunner

from labeling.project import LabelingProject
from workbench.cli import app
from workbench.inspection.database import stop_database
from workbench.jobs.inspect_images import Chosen, inspect_images
from workbench.jobs.inspection_place import inspection_place
from workbench.jobs.sync_tags import tagged_dataset
from workbench.settings import load


def command(*words):
    done = CliRunner().invoke(app, ["inspect", *words, "--workspace", str(settings.workspace)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    dataset.reload()
    slices = dataset.select_group_slices(_allow_mixed=True)
    tags = {}
    for image, found in zip(*slices.values(["image_id", "tags"]), strict=True):
        tags.setdefault(image, set()).update(found)
    return {"said": done.output, "tags": {image: sorted(found) for image, found in tags.items()}}


if __name__ == "__main__":
    workspace, mark, tag, *images = sys.argv[1:]
    LabelingProject.server_title = lambda self, layout: f"{self.name} {layout} {mark}"  # the test's own project
    settings = load(workspace=Path(workspace))
    try:
        inspect_images(Chosen(), settings)
        dataset = tagged_dataset(settings, simulated=False)
        slices = dataset.select_group_slices(_allow_mixed=True)
        for image in images:  # on one of its slices, as a person does who looks at it there
            slices.match({"image_id": image}).limit(1).tag_samples(tag)
        told = {"sent": command("push", "failure_mode", "--tag", tag, "--by", "ann")}
        told["again"] = command("push", "failure_mode", "--tag", tag, "--by", "ann")
        slices.match({"image_id": images[0]}).untag_samples(tag)
        told["synced"] = command("sync", "--by", "bo")
        print(json.dumps(told))
    finally:
        stop_database(inspection_place(settings))
