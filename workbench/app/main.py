"""Entry of the app: ``streamlit run workbench/app/main.py`` serves the pages and the pictures they show."""

from __future__ import annotations

import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
if str(Path(__file__).parent) in sys.path:  # Streamlit puts this folder there; its module names belong to the package
    sys.path.remove(str(Path(__file__).parent))
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402

from workbench.app.board_ground import board_ground  # noqa: E402
from workbench.app.board_routes import board_routes  # noqa: E402
from workbench.app.chart_routes import chart_routes  # noqa: E402
from workbench.app.data import settings  # noqa: E402
from workbench.app.home_route import home_route  # noqa: E402
from workbench.app.picture_routes import guards, picture_routes  # noqa: E402
from workbench.app.warm_up import warm_up  # noqa: E402


@asynccontextmanager
async def warmed(_: st.App) -> AsyncIterator[None]:
    """Load what the first page needs while nobody waits for it yet."""
    threading.Thread(target=warm_up, daemon=True, name="warm-up").start()
    yield


app = st.App(
    Path(__file__).with_name("shell.py"),
    routes=[home_route(), *picture_routes(), *board_routes(), *chart_routes()],
    middleware=[*guards(), *board_ground()],
    lifespan=warmed,
    secrets=settings().sign_in(),
)
