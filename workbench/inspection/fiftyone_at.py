"""Imports FiftyOne so that it keeps to the workspace: our database, our folders, nothing sent to anybody."""

from __future__ import annotations

import os
from types import ModuleType

from workbench.domain.errors import InspectionError
from workbench.inspection.database import start_database
from workbench.inspection.place import INSTALL, InspectionPlace

# of fields and of points on the map; FiftyOne's own hold a dark green and a dark blue that vanish on its dark ground
COLOURS = (
    "#56B4E9", "#E69F00", "#2FB58A", "#F0E442", "#CC79A7", "#F0763B", "#8C9EFF", "#B9C0C8", "#9CCB3B", "#E05A5A",
)  # fmt: skip


def fiftyone_at(place: InspectionPlace) -> ModuleType:
    """FiftyOne over the workspace's database, which is started if it does not run. A process has one workspace.

    Raises:
        InspectionError: It is not installed, its database does not start, or this process has another one open.
    """
    address = start_database(place)
    told = environment_of(place, address)
    before = os.environ.get("FIFTYONE_DATABASE_URI")
    os.environ.update(told)
    try:
        import fiftyone
        import fiftyone.core.odm.database as connection
    except ImportError as error:
        raise InspectionError(f"FiftyOne cannot be used: {error}", allowed=INSTALL) from error
    if before not in (None, address):  # the database was started anew at another port, or for another workspace
        fiftyone.config.database_uri = address
        connection._disconnect()
        connection.establish_db_conn(fiftyone.config)
    return fiftyone


def environment_of(place: InspectionPlace, address: str) -> dict[str, str]:
    """What FiftyOne is told, whichever process it runs in."""
    folder = place.fiftyone
    return {
        "FIFTYONE_DATABASE_URI": address,
        "FIFTYONE_DATABASE_DIR": str(place.database),
        "FIFTYONE_DATABASE_NAME": "fiftyone",
        "FIFTYONE_DATABASE_VALIDATION": "false",
        "FIFTYONE_CONFIG_PATH": str(folder / "config.json"),
        "FIFTYONE_APP_CONFIG_PATH": str(folder / "app_config.json"),
        "FIFTYONE_BRAIN_CONFIG_PATH": str(folder / "brain_config.json"),
        "FIFTYONE_ANNOTATION_CONFIG_PATH": str(folder / "annotation_config.json"),
        "FIFTYONE_EVALUATION_CONFIG_PATH": str(folder / "evaluation_config.json"),
        "FIFTYONE_DEFAULT_DATASET_DIR": str(folder / "datasets"),
        "FIFTYONE_DATASET_ZOO_DIR": str(folder / "dataset_zoo"),
        "FIFTYONE_MODEL_ZOO_DIR": str(folder / "model_zoo"),
        "FIFTYONE_PLUGINS_DIR": str(folder / "plugins"),
        "FIFTYONE_DO_NOT_TRACK": "true",
        "FIFTYONE_SHOW_PROGRESS_BARS": "false",
        "FIFTYONE_LOGGING_LEVEL": "WARNING",
        "FIFTYONE_DEFAULT_APP_ADDRESS": "127.0.0.1",
        "FIFTYONE_APP_COLOR_POOL": ":".join(COLOURS),
    }
