"""A burst of photos at once against a service of our own on localhost; prints JSON, a line a burst.

    python -m tests.benchmarks.api_burst --images 1000 5000 20000
    python -m tests.benchmarks.api_burst --images 1000 --per-minute 600

Photos are 96 px, the engine GrabCut without matting: what is measured is the API and its client, not the cutout.
Peak memory is of the whole process so far: one size a command where it matters.
"""

import argparse
import json
import os
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.workbench.jobs.pilot_set import make_set
from workbench.jobs.engine_files import engines_folder, read_engine
from workbench.jobs.local_service import local_service
from workbench.jobs.pilot_burst import burst
from workbench.settings import load

ENGINE = 'name = "light"\ntitle = "GrabCut"\nadapter = "built_in"\n[params]\nengines = ["grabcut"]\nmatting = false\n'


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, nargs="+", default=[1000, 5000, 20000])
    parser.add_argument("--at-once", type=int, default=128)
    parser.add_argument("--queue", type=int, default=64)
    parser.add_argument("--per-minute", type=float, default=0.0, help="most calls; 0: as fast as it goes")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        make_set(Path(folder, "set"), each=8)
        photos = sorted(str(path) for path in Path(folder, "set").glob("*.png") if "alpha" not in path.name)
        settings = load({}, workspace=Path(folder, "ws"))
        engines_folder(settings).mkdir(parents=True)
        (engines_folder(settings) / "light.toml").write_text(ENGINE)
        for images in args.images:
            with local_service(read_engine("light", settings), settings, workers=2, queue=args.queue,
                               at_once=args.at_once, per_minute=args.per_minute) as service:  # fmt: skip
                found = burst(service, photos, images=images, pixel_limit=10**7)
            print(json.dumps({**asdict(found), "load": os.getloadavg()[0], "cores": os.cpu_count()}))
            sys.stdout.flush()


if __name__ == "__main__":
    main()
