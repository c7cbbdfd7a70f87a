"""The top of the specs page: which spec, whose it is, how many runs used it."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import streamlit as st

from pipeline.spec import SHIPPED, shipped_specs
from workbench.app import data
from workbench.app.data import NothingYet, settings
from workbench.app.page_head import page_head
from workbench.app.url_state import in_url
from workbench.charts.amounts import moment, plural
from workbench.domain.errors import SpecError
from workbench.jobs.run_set import DEFAULT_SPEC
from workbench.jobs.specs import own_specs, read_spec
from workbench.jobs.user_folders import user_folders

RUNS_LOOKED_AT = 100_000


def choose_spec(question: str) -> str:
    """Draw title and choice; returns the name of the spec."""
    st.html(Path(__file__).with_name("spec_page.css"))
    own = own_specs(settings())
    names = [*own, *(name for name in shipped_specs() if name not in own)]
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
        head = st.container()
        name = in_url(
            "spec",
            lambda: st.selectbox(
                "Spec",
                names,
                key="spec",
                width=340,
                label_visibility="collapsed",
                format_func=lambda n: f"{n} · {'yours' if n in own else 'shipped'}",
            ),
            default=DEFAULT_SPEC,
            allowed=names,
        )
    with head:
        page_head(question, _context(name, own))
    return name


def runs_with(spec_hash: str) -> pl.DataFrame:
    """The runs that used exactly this text, newest first; empty while there is no lake."""
    try:
        return data.rows("runs", limit=RUNS_LOOKED_AT, include_simulated=False).filter(pl.col("spec_hash") == spec_hash)
    except NothingYet:
        return pl.DataFrame(schema={"run_id": pl.String, "started_at": pl.Datetime("us", "UTC")})


def text_of(name: str) -> str:
    """The saved text of a spec, also of one that does not validate."""
    for folder in (*user_folders(settings(), "specs"), SHIPPED):
        if (folder / f"{name}.toml").is_file():
            return (folder / f"{name}.toml").read_text(encoding="utf-8", errors="replace")
    return ""


def _context(name: str, own: tuple[str, ...]) -> list[str]:
    try:
        spec = read_spec(name, settings())
    except SpecError:
        return [name, "cannot be read"]
    runs = runs_with(spec.hash)
    used = "no run has used this version"
    if runs.height:
        used = f"used by {plural(runs.height, 'run')}, last {moment(runs['started_at'].max())}"
    return [spec.title, "your own" if name in own else "shipped, never changed", f"version {spec.hash[:8]}", used]
