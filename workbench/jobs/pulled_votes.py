"""What judges answered in Label Studio becomes votes of the pilots their pairs came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.jobs.blind_test import SERVER_VOTES
from workbench.jobs.pilot_folder import open_pilot, pilot_names
from workbench.jobs.pilot_pairs import PROJECT, SENT
from workbench.lake import labels
from workbench.settings import Settings

if TYPE_CHECKING:
    from workbench.lake.lake import Lake

_CHOICES = {"left": "left", "right": "right", "same": "equal"}


def settle_votes(store: Lake, settings: Settings) -> dict[str, int]:
    """Write the votes that stand now beside each pilot that was pushed; votes by pilot.

    They are written whole each time: what was edited or deleted on the server is edited or gone here, too.
    """
    pilots = {name: open_pilot(name, settings) for name in pilot_names(settings)}
    sent = {name: pairs for name, folder in pilots.items() if (pairs := folder.read(SENT))}
    if not sent:
        return {}
    said: dict[tuple[str, str], dict[str, Any]] = {}
    for row in labels.answers(store, PROJECT).iter_rows(named=True):
        told = said.setdefault((row["item_key"], row["annotator"]), {"at": row["updated_at"].isoformat()})
        told[row["question"]] = _CHOICES[row["value"]]
        told["seconds"] = row["lead_time_s"] or 0.0
    for name, pairs in sent.items():
        votes = [
            pairs[key] | {"judge": judge, "choice": told["better"], "machine": told.get("machine"),
                          "seconds": told["seconds"], "at": told["at"]}
            for (key, judge), told in said.items() if key in pairs and "better" in told
        ]  # fmt: skip
        pilots[name].write(SERVER_VOTES, {"votes": sorted(votes, key=lambda vote: vote["at"])})
        sent[name] = len(votes)
    return sent
