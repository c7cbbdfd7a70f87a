"""A small set of product photos with known mattes, and a service on this machine that cuts them out."""

import csv
import io
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import cv2
import numpy as np
from PIL import Image


def make_set(folder, *, each=4, categories=("apparel", "glassware"), person="no"):
    """Discs on grey paper, ``each`` of every category, with manifest and true alpha."""
    folder.mkdir(parents=True)
    rows = []
    for category in categories:
        for n in range(each):
            name = f"{category}_{n}"
            alpha = np.zeros((96, 120), np.uint8)
            cv2.circle(alpha, (50 + 3 * n, 48), 24 + n, 255, -1, cv2.LINE_AA)
            share = alpha[..., None] / 255
            photo = (
                np.full((96, 120, 3), 228, np.uint8) * (1 - share) + np.uint8((170, 40 + 10 * n, 40)) * share
            ).astype(np.uint8)
            Image.fromarray(photo).save(folder / f"{name}.png")
            Image.fromarray(alpha).save(folder / f"{name}_alpha.png")
            rows.append({"image_id": name, "sku": f"{category}-{n}", "path": f"{name}.png", "category": category,
                         "alpha_path": f"{name}_alpha.png", "person": person})  # fmt: skip
    with open(folder / "manifest.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return folder


class Service:
    """Answers with a cutout of what is redder than green; ``spoil(n, body)`` may return another answer."""

    def __init__(self):
        self.calls = []
        self.counting = threading.Lock()
        self.spoil = lambda number, png: (200, png)
        self.name = None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with outer.counting:  # two photos come at once
                    outer.calls.append((dict(self.headers), body))
                    number = len(outer.calls)
                start = body.index(b"\x89PNG")
                photo = np.asarray(Image.open(io.BytesIO(body[start:])).convert("RGB")).astype(int)
                alpha = np.clip((photo[..., 0] - photo[..., 1]) * 4, 0, 255).astype(np.uint8)
                png = cv2.imencode(".png", np.dstack([photo[..., ::-1].astype(np.uint8), alpha]))[1].tobytes()
                status, answer = outer.spoil(number, png)
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.send_header("X-Score", "0.9")
                if outer.name:
                    self.send_header("Content-Disposition", outer.name)
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def engine_text(self, name, *, price=None, extra="", params=""):
        """An engine file that asks this service."""
        sold = (
            f'\n[price]\ncurrency = "EUR"\nper_image = {price}\nvalid_from = 2026-01-01\nsource = "test"\n'
            if price
            else ""
        )
        return (
            f'name = "{name}"\ntitle = "{name}"\nadapter = "http_api"\n\n[params]\n'
            f'url = "http://127.0.0.1:{self.port}/v1/segment"\nallow_localhost = true\nkey_env = "TEST_VENDOR_KEY"\n'
            f'score_header = "X-Score"\nscore_better = "higher"\nper_minute = 0\nat_once = 2\ncalls = 1\ntimeout_s = 60.0\n'
            f"{params}{sold}{extra}"
        )


def make_delivery(folder, photos, *, grow=0):
    """A studio's delivery for a set of `make_set`: the true mattes, drawn wider or narrower by some pixels."""
    folder.mkdir(parents=True)
    with open(photos / "manifest.csv", newline="") as file:
        for row in csv.DictReader(file):
            alpha = cv2.imread(str(photos / row["alpha_path"]), cv2.IMREAD_GRAYSCALE)
            kernel = np.ones((2 * abs(grow) + 1,) * 2, np.uint8)
            alpha = cv2.dilate(alpha, kernel) if grow > 0 else cv2.erode(alpha, kernel) if grow < 0 else alpha
            cv2.imwrite(str(folder / f"{row['sku']}.png"), alpha)
    return folder


def delivered_pilot(settings, photos, *, name="studios", reference=None, pairs=20):
    """A pilot of two studios that has been run: the first delivered the truth, the second a rim too much."""
    from workbench.jobs.engine_files import engines_folder
    from workbench.jobs.pilot_new import new_pilot
    from workbench.jobs.pilot_run import run_pilot
    from workbench.vendors.pilot import BlindPlan

    place = engines_folder(settings)
    for studio, grow in (("studio_a", 0), ("studio_b", 3)):
        if not (place / studio).exists():
            make_delivery(place / studio, photos, grow=grow)
        (place / f"{studio}.toml").write_text(
            f'name = "{studio}"\ntitle = "{studio}"\nadapter = "delivered_folder"\n[params]\nfolder = "{studio}"\n'
            '[price]\ncurrency = "EUR"\nper_image = 0.5\nvalid_from = 2026-01-01\nsource = "offer"\n'
        )
    folder = new_pilot(
        name, question="Which studio <b>shall</b> it be?", source=str(photos), engines=["studio_a", "studio_b"],
        measure="iou", margin=0.01, per_category=6, budget_eur=50, settings=settings,
        blind=BlindPlan(pairs=pairs, reference=reference),
    )  # fmt: skip
    run_pilot(folder, settings, workers=1)
    return folder
