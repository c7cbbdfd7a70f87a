"""Hold a project to Label Studio's own rules, offline: its configs, a task of ours, and its sample of an export."""

from __future__ import annotations

import json

from labeling.answers import read_result
from labeling.project import LabelingProject
from workbench.domain.errors import LabelingError
from workbench.domain.labels import LabelItem


def validate_project(project: LabelingProject) -> int:
    """Check every layout; how many annotations of the export sample could be read.

    Raises:
        LabelingError: With the file and what Label Studio's own code says about it.
    """
    from label_studio_sdk.label_interface import LabelInterface

    read = 0
    for layout in project.layouts.values():
        where = f"{project.name}, {layout.name}"
        try:
            interface = LabelInterface(layout.config)
            interface.validate()
        except Exception as error:  # the SDK raises many kinds; none of them is ours
            raise LabelingError(f"Label Studio refuses the config: {error}", where=where) from error
        file = project.folder / f"export_{layout.name}.json"
        if not file.is_file():
            raise LabelingError("no sample of an export", where=str(file), allowed="tasks as Label Studio exports them")
        for task in json.loads(file.read_text(encoding="utf-8")):
            missing = [name for name in layout.shows if name not in task["data"]]
            if missing:
                raise LabelingError(f"a task without {', '.join(missing)}", where=str(file), allowed=layout.shows)
            items = tuple(LabelItem(item_key=key, image_hash=key) for key in task["data"]["item_keys"])
            for annotation in task["annotations"]:
                if not interface.validate_annotation(annotation):
                    raise LabelingError("an annotation that Label Studio refuses", where=str(file))
                read_result(annotation["result"], layout=layout, items=items, data=task["data"])
                read += 1
    return read
