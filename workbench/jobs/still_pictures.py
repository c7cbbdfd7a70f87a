"""Puts a PNG beside every chart of a notebook that was run: on a web page nothing draws charts for those who read."""

from __future__ import annotations

import base64
import io
import json
import shutil
import subprocess
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.charts.for_paper import HEIGHT_PX, SCRIPT, face, plotly_script
from workbench.domain.errors import UsageError, WorkbenchError

if TYPE_CHECKING:
    import nbformat

PLOTLY = "application/vnd.plotly.v1+json"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WIDTH_PX, SCALE, COLOURS = 820, 2, 96  # flat colours: a palette halves the file and nobody sees it
LIMIT_S = 300  # for all charts of a notebook on a busy machine
PAGE = b"""<!doctype html><meta charset="utf-8"><script type="module">
const tell = (what) => fetch("made", { method: "POST", body: JSON.stringify(what) });
try {
  const { paperPicture } = await import("./paper_picture.js");
  const { figures, width, scale } = await (await fetch("figures")).json();
  const made = [];
  for (const figure of figures) {
    const blob = await paperPicture(figure, { plotlyUrl: "plotly.js", fontUrl: "face", width, scale });
    made.push(await new Promise((done) => {
      const reader = new FileReader(); reader.onload = () => done(reader.result); reader.readAsDataURL(blob);
    }));
  }
  await tell({ made });
} catch (error) { await tell({ error: String(error) }); }
</script>"""


def add_still_pictures(made: nbformat.NotebookNode) -> int:
    """Add them in place; how many charts there were.

    Args:
        made: A notebook with its outputs.

    Raises:
        UsageError: There is no browser to draw with.
        WorkbenchError: It did not draw them.
    """
    bundles = [
        output["data"]
        for cell in made.cells if cell.cell_type == "code"
        for output in cell.outputs if PLOTLY in output.get("data", {})
    ]  # fmt: skip
    for bundle, picture in zip(bundles, _drawn([bundle[PLOTLY] for bundle in bundles]), strict=True):
        bundle["image/png"] = picture
    return len(bundles)


def _drawn(figures: list[dict[str, Any]]) -> list[str]:
    """Base64 of one PNG a figure, drawn by a browser without a window; it talks to this process and nobody else."""
    if not figures:
        return []
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        raise UsageError("no browser to draw the charts with", allowed=f"one of {', '.join(BROWSERS)}")
    shown = [{"data": one["data"], "layout": {"height": HEIGHT_PX, **one["layout"]}} for one in figures]
    asked = json.dumps({"figures": shown, "width": WIDTH_PX, "scale": SCALE}).encode()
    answers = {
        "/": (PAGE, "text/html"), "/figures": (asked, "application/json"), "/face": (face().read_bytes(), "font/woff2"),
        "/paper_picture.js": (SCRIPT.read_bytes(), "text/javascript"),
        "/plotly.js": (plotly_script().read_bytes(), "text/javascript"),
    }  # fmt: skip
    told = _ask_browser(browser, answers)
    if "made" not in told:
        raise WorkbenchError(f"{Path(browser).name} did not draw them: {told.get('error')}", where="the charts")
    return [_smaller(url.partition(",")[2]) for url in told["made"]]


def _ask_browser(browser: str, answers: dict[str, tuple[bytes, str]]) -> dict[str, Any]:
    """Serve the answers to a browser until it tells what it made."""
    told: dict[str, Any] = {"error": f"no answer within {LIMIT_S} s"}
    heard = threading.Event()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body, media_type = answers.get(self.path, (b"", ""))
            self.send_response(200 if media_type else 404)
            self.send_header("Content-Type", media_type or "text/plain")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            told.update(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()
            heard.set()

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server, tempfile.TemporaryDirectory() as folder:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        process = subprocess.Popen(
            [browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
             f"--user-data-dir={folder}/profile", f"http://127.0.0.1:{server.server_port}/"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            heard.wait(LIMIT_S)
        finally:
            process.terminate()
            process.wait(timeout=30)
            server.shutdown()
    return told


def _smaller(picture: str) -> str:
    from PIL import Image

    out = io.BytesIO()
    with Image.open(io.BytesIO(base64.b64decode(picture))) as drawn:
        flat = drawn.convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        flat.save(out, "PNG", optimize=True)
    return base64.b64encode(out.getvalue()).decode()
