"""How often chance is taken for a costly kind of image, and how often a planted one is found.

    python tests/benchmarks/inspection_slices.py --noise 200 --histories 40

Made-up shops (tests/workbench/inspection/made_up_rework.py): one to four photos a product that fail together, twelve
attributes, about 560 kinds. Planted: category c1, a tenth of the products, with another rate.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.workbench.inspection.made_up_rework import ATTRIBUTES, made_up_rework
from workbench.inspection.find_slices import find_slices

NOISE_SKUS = 800
PLANTED = ("category", "c1")


def main() -> None:
    """Measure and print JSON lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--noise", type=int, default=200)
    parser.add_argument("--histories", type=int, default=40)
    args = parser.parse_args()
    began = time.process_time()
    sets = [find_slices(made_up_rework(seed, skus=NOISE_SKUS), ATTRIBUTES, seed=str(seed)) for seed in range(args.noise)]
    reported = sum(bool(one.slices) for one in sets)
    print(json.dumps({"noise_sets": args.noise, "reported": reported, "kinds": sets[0].looked_at,
                      "core_s_each": round((time.process_time() - began) / args.noise, 3)}), flush=True)  # fmt: skip
    for skus in (400, 800, 1600, 3200):
        for rate in (0.2, 0.3, 0.4):
            found, rates, rest = 0, [], []
            for seed in range(args.histories):
                rows = made_up_rework(1000 + seed, skus=skus, planted=rate)
                inside = rows["category"] == "c1"
                rates.append(rows.filter(inside)["failed"].mean())
                rest.append(rows.filter(~inside)["failed"].mean())
                slices = find_slices(rows, ATTRIBUTES, seed=str(seed)).slices
                found += any(PLANTED in one.kind for one in slices)
            print(json.dumps({"products": skus, "true_rate": round(sum(rates) / len(rates), 3),
                              "rest": round(sum(rest) / len(rest), 3), "found": found, "of": args.histories}),
                  flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
