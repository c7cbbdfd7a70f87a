"""Business figures, one ``.sql`` file each: what it is, its unit and its columns stand in the file's head.

from workbench import metrics
metrics.catalogue()                                  # every metric by name
metrics.report(store, "images_by_lane", {"run_id": …})  # a Polars frame
"""

from workbench.metrics.metric import FILTERS, PARAMETERS, Metric, catalogue, load
from workbench.metrics.report import report

__all__ = ["FILTERS", "PARAMETERS", "Metric", "catalogue", "load", "report"]
