"""`workbench run` as a user meets it: real processes, real photos, killed and resumed."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

from workbench import lake

SPEC = "marketplace_white"
LANES = {"auto", "check", "manual", "senior"}


def workbench(*args, workspace, **kwargs):
    command = [sys.executable, "-m", "workbench.cli", *map(str, args), "--workspace", str(workspace)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, **kwargs)


def small_set(folder: Path, sample_dir: Path, rows, count: int) -> Path:
    """A set of small photos: every category in turn, a manifest, room for more files beside it."""
    folder.mkdir(parents=True)
    chosen = [row for row in rows if row["image_id"].endswith(("_003", "_006"))][:count]
    with open(folder / "manifest.csv", "w", newline="") as file:
        out = csv.DictWriter(file, ["image_id", "sku", "path", "category"])
        out.writeheader()
        for row in chosen:
            with Image.open(sample_dir / row["path"]) as photo:
                photo.thumbnail((360, 360))
                photo.save(folder / f"{row['image_id']}.jpg", quality=92)
            out.writerow(
                {"image_id": row["image_id"], "sku": row["sku"], "path": f"{row['image_id']}.jpg",
                 "category": row["category"]}
            )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def photos(tmp_path_factory, sample_dir, sample_rows):
    return small_set(tmp_path_factory.mktemp("photos") / "set", sample_dir, sample_rows, 8)


def results(workspace):
    with lake.open(workspace, read_only=True) as store:
        return store.images(limit=10_000)


def delivered(workspace):
    return sorted(p.relative_to(workspace) for p in (workspace / "delivery").rglob("*") if p.is_file())


def test_a_run_delivers_everything_and_running_it_again_repeats_nothing(photos, tmp_path):
    (photos / "broken.jpg").write_bytes((photos / "apparel_01_003.jpg").read_bytes()[:2000])
    manifest = (photos / "manifest.csv").read_text()
    (tmp_path / "set").mkdir()
    for path in photos.glob("*.jpg"):
        shutil.copy(path, tmp_path / "set")
    (photos / "broken.jpg").unlink()
    (tmp_path / "set" / "manifest.csv").write_text(manifest + "bad,S-BAD,broken.jpg,apparel\ngone,S-GONE,no.jpg,\n")
    workspace = tmp_path / "ws"

    first = workbench("run", tmp_path / "set", "--workers", 2, workspace=workspace)
    assert first.returncode == 3, first.stderr
    assert "broken.jpg" in first.stderr and "no.jpg" in first.stderr and "10 of 10" in first.stderr
    found = results(workspace)
    assert found.height == 10
    assert Counter(found["outcome"]) == {"done": 8, "refused": 2}
    done = found.filter(found["outcome"] == "done")
    assert set(done["lane"]) <= LANES
    for row in done.iter_rows(named=True):
        names = [Path(path).name for path in row["delivered"]]
        suffixes = {name.split(".", 1)[1] for name in names}
        assert {"alpha.png", "cutout.png", "confidence.png", "trimap.png", "psd", "json"} <= suffixes
        assert len([s for s in suffixes if s.endswith(".jpg")]) == 3
        side = "ready" if row["state"] == "published" else "work"
        assert all(path.startswith(f"delivery/{side}/") for path in row["delivered"])
        assert all((workspace / path).stat().st_size > 0 for path in row["delivered"])
        metadata = json.loads((workspace / row["delivered"][-1]).read_text())
        assert metadata["image_id"] == row["image_id"] and metadata["routing"]["reasons"]
        assert "straight alpha" in metadata["alpha"]
    assert found.filter(found["image_id"] == "bad")["delivered"].to_list() == [[]]

    before = {path: (workspace / path).stat().st_mtime_ns for path in delivered(workspace)}
    again = workbench("run", tmp_path / "set", "--workers", 2, workspace=workspace)
    assert again.returncode == 3 and "9 reused" in again.stderr, again.stderr  # the refusal of broken.jpg is kept too
    assert set(before) == set(delivered(workspace))
    assert results(workspace).height == 10
    with lake.open(workspace, read_only=True) as store:
        events = store.query("duplicate_keys")
    assert events.height == 0, events


def test_the_text_of_the_spec_is_kept_with_its_results(photos, tmp_path):
    own = tmp_path / "specs" / "mine.toml"
    own.parent.mkdir()
    shipped = Path(__file__).parents[2] / "pipeline" / "specs" / "cutout_only.toml"
    own.write_text(shipped.read_text().replace('name = "cutout_only"', 'name = "mine"'))
    text = own.read_text()
    assert workbench("run", photos, "--spec", "mine", "--limit", 1, workspace=tmp_path).returncode == 0
    own.write_text(text + "\n# changed since\n")
    (kept,) = (tmp_path / "specs" / "versions").glob("mine-*.toml")
    assert kept.read_text() == text
    assert results(tmp_path)["spec_name"].to_list() == ["mine"]


def test_the_same_photo_under_two_skus_is_computed_once_and_delivered_twice(photos, tmp_path):
    (tmp_path / "set").mkdir()
    shutil.copy(photos / "apparel_01_003.jpg", tmp_path / "set" / "p.jpg")
    (tmp_path / "set" / "manifest.csv").write_text("sku,path,category\nA,p.jpg,apparel\nB,p.jpg,footwear\n")
    done = workbench("run", tmp_path / "set", workspace=tmp_path / "ws")
    assert done.returncode == 0, done.stderr
    found = results(tmp_path / "ws")
    assert found.height == 2 and found["result_key"].n_unique() == 1 and sorted(found["reused"]) == [False, True]
    psds = [path for path in delivered(tmp_path / "ws") if path.suffix == ".psd"]
    assert sorted(path.name[:2] for path in psds) == ["A_", "B_"]
    assert (tmp_path / "ws" / psds[0]).samefile(tmp_path / "ws" / psds[1])


def test_a_new_policy_re_routes_without_touching_pixels(photos, tmp_path):
    workspace = tmp_path / "ws"
    strict = tmp_path / "strict.toml"
    strict.write_text(
        'name = "strict"\nversion = 1\ntitle = "t"\ndescription = "d"\n[max_risk]\ndefault = 0.0\n'
        "[max_check_risk]\ndefault = 0.0\n"
    )
    assert workbench("run", photos, workspace=workspace).returncode == 0
    made = {path: path.stat().st_mtime_ns for path in (workspace / "artefacts").rglob("*") if path.is_file()}
    done = workbench("run", photos, "--policy", strict, workspace=workspace)
    assert done.returncode == 0 and "8 reused" in done.stderr, done.stderr
    assert {p: p.stat().st_mtime_ns for p in (workspace / "artefacts").rglob("*") if p.is_file()} == made
    assert set(results(workspace)["lane"]) == {"manual"}
    assert not list((workspace / "delivery" / "ready").rglob("*.psd"))
    assert len(list((workspace / "delivery" / "work").rglob("*.psd"))) == 8


def start(photos, workspace, *more):
    command = [sys.executable, "-m", "workbench.cli", "run", str(photos), "--workspace", str(workspace), *more]
    return subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def wait_for_first_result(process, workspace):
    deadline = time.monotonic() + 120
    while not list((workspace / "computations").rglob("*.json")):
        assert process.poll() is None and time.monotonic() < deadline, process.stderr.read()
        time.sleep(0.02)


def test_control_c_finishes_the_images_in_hand_and_says_how_to_resume(photos, tmp_path):
    workspace = tmp_path / "ws"
    process = start(photos, workspace, "--workers", "1")
    wait_for_first_result(process, workspace)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 130, said
    assert "To resume, run the same command again" in said
    count = results(workspace).height
    assert 1 <= count < 8
    rest = workbench("run", photos, workspace=workspace)
    assert rest.returncode == 0 and f"{count} reused" in rest.stderr, rest.stderr
    assert results(workspace).height == 8
    with lake.open(workspace, read_only=True) as store:
        assert store.runs().height == 1  # the same run, taken up again
        assert store.runs()["images"][0] == 8


def test_a_killed_run_loses_nothing_and_doubles_nothing(photos, tmp_path):
    workspace = tmp_path / "ws"
    process = start(photos, workspace, "--workers", "2")
    wait_for_first_result(process, workspace)
    process.kill()
    process.communicate(timeout=120)
    rest = workbench("run", photos, workspace=workspace)
    assert rest.returncode == 0, rest.stderr
    found = results(workspace)
    assert found.height == 8 and found["image_id"].n_unique() == 8
    assert not [p for p in (workspace / "tmp").glob("*")]
    with lake.open(workspace, read_only=True) as store:
        assert store.query("duplicate_keys").height == 0


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("run", "no-such-folder"), "no such file or folder"),
        (("run", "{photos}", "--spec", "marketplace_wite"), "did you mean 'marketplace_white'"),
        (("run", "{photos}", "--policy", "frist"), "did you mean 'first'"),
        (("run", "{photos}", "--workers", "0"), "--workers"),
        (("report", "images_by_lan"), "did you mean 'images_by_lane'"),
    ],
)
def test_usage_errors_end_with_2_and_one_clear_line(photos, tmp_path, args, words):
    done = workbench(*(a.format(photos=photos) for a in args), workspace=tmp_path / "ws")
    assert done.returncode == 2, done.stderr
    assert words in done.stderr and "Traceback" not in done.stderr


def test_help_answers_at_once_and_without_heavy_imports():
    code = (
        "import sys, workbench.cli; heavy = {'numpy', 'cv2', 'duckdb', 'polars', 'streamlit', 'numba', 'scipy'}; "
        "sys.exit(f'{heavy & set(sys.modules)}' if heavy & set(sys.modules) else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_report_prints_all_three_formats(photos, tmp_path):
    workspace = tmp_path / "ws"
    assert workbench("run", photos, "--limit", 2, workspace=workspace).returncode == 0
    rows = json.loads(workbench("report", "images_by_lane", "--format", "json", workspace=workspace).stdout)
    assert sum(row["images"] for row in rows) == 2
    text = workbench("report", "images_by_lane", "--format", "csv", workspace=workspace).stdout
    assert next(csv.DictReader(text.splitlines())).keys() >= {"lane", "images"}
    assert "lane" in workbench("report", "images_by_lane", workspace=workspace).stdout


def test_evaluate_writes_its_two_files(sample_dir, tmp_path):
    (tmp_path / "m.csv").write_text(
        "image_id,sku,path,category,alpha_path,trimap_path\n"
        f"lemur,L,{sample_dir}/matting/lemur/photo.png,knit_fur,{sample_dir}/matting/lemur/alpha.png,"
        f"{sample_dir}/matting/lemur/trimap.png\n"
        f"none,N,{sample_dir}/matting/lemur/photo.png,knit_fur,{sample_dir}/matting/lemur/alpha.png,\n"
    )
    environment = {**os.environ, "WORKBENCH_SOURCE_ROOTS": str(sample_dir)}
    command = [sys.executable, "-m", "workbench.cli", "evaluate", str(tmp_path / "m.csv"), "--trimap", "given"]
    out = ["--out", str(tmp_path / "out")]
    done = subprocess.run([*command, *out], capture_output=True, text=True, env=environment, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "none: no trimap_path" in done.stderr
    import polars as pl

    frame = pl.read_parquet(tmp_path / "out" / "metrics.parquet")
    assert frame.columns == [
        "image_id", "category", "sad", "mse", "grad", "conn", "iou", "boundary_f", "seconds",
    ]  # fmt: skip
    assert frame["image_id"].to_list() == ["lemur"]
    assert 0 < frame["sad"][0] < 5  # closed-form mattes of this photo are near 1.4 (thousands of pixels)
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert summary["skipped"] == [{"image_id": "none", "reason": "no trimap_path"}]

    more = workbench_evaluate(sample_dir, tmp_path / "more")
    assert [row["n"] for row in more["by_category"]] == [2, 1, 1]
    both = more["by_category"][0]
    assert both["category"] == "all" and both["sad_low"] <= both["sad"] <= both["sad_high"]
    assert more["by_category"][1]["sad_low"] is None  # one image has no interval


def workbench_evaluate(sample_dir, out):
    """Two categories, one photo each, the matte found from scratch."""
    manifest = out.with_suffix(".csv")
    names = {"apparel_01_000": "apparel", "footwear_01_000": "footwear"}
    lines = [
        f"{n},{n},{sample_dir}/renders/{n}/raw.jpg,{c},{sample_dir}/renders/{n}/alpha.png" for n, c in names.items()
    ]
    manifest.write_text("\n".join(["image_id,sku,path,category,alpha_path", *lines]))
    command = [sys.executable, "-m", "workbench.cli", "evaluate", str(manifest), "--out", str(out)]
    environment = {**os.environ, "WORKBENCH_SOURCE_ROOTS": str(sample_dir)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads((out / "summary.json").read_text())
