"""A closed tab gives its images back, also those that a run still under way takes for it afterwards."""

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from workbench.app import data
from workbench.app.board_routes import board_routes
from workbench.app.board_session import BoardSession
from workbench.app.board_tabs import MOST_TABS, has_left, remember_tab
from workbench.lake.desk import Desk


@pytest.fixture
def board(filled) -> Iterator[BoardSession]:
    made = BoardSession(holder="ann")
    made.start(made.filters, None)
    yield made
    desk = Desk(data.settings())
    for claim in desk.claims():
        desk.release([claim.key], holder=claim.holder)


def close(board: BoardSession) -> int:
    """What the browser calls when the page goes."""
    address = remember_tab(board.tab, board.holder)
    return TestClient(Starlette(routes=board_routes())).post(f"/{address}").status_code


def held() -> set[str]:
    return {claim.key for claim in Desk(data.settings()).claims()}


def test_a_closed_tab_gives_everything_back(board) -> None:
    assert held()
    assert close(board) == 204
    assert held() == set()


def test_what_a_run_takes_after_its_page_was_closed_goes_back_when_the_run_ends(board) -> None:
    with board.taking():
        assert close(board) == 204
        board.ahead = []
        assert board.refill()
        assert held(), "the run knows nothing of the browser"
    assert held() == set()


def test_a_run_that_breaks_gives_back_too(board) -> None:
    def broken() -> None:
        with board.taking():
            close(board)
            board.renew()
            raise RuntimeError("in the middle of a page")

    with pytest.raises(RuntimeError, match="in the middle"):
        broken()
    assert held() == set()


def test_who_comes_back_to_the_page_has_the_same_image_and_keeps_it(board) -> None:
    shown, old = board.shown, board.tab
    close(board)
    board.come_back()
    assert (board.tab != old, board.left) == (True, False)
    with board.taking():
        board.renew()
        board.start(board.filters, None)
    assert board.shown is shown
    assert shown.item.key in held()
    late = TestClient(Starlette(routes=board_routes())).post(f"/board/leave/{old}")
    assert late.status_code == 204
    assert shown.item.key in held(), "a late call of the old page takes nothing from the new one"


def test_an_open_tab_keeps_what_it_has(board) -> None:
    remember_tab(board.tab, board.holder)
    with board.taking():
        board.renew()
    assert board.shown.item.key in held()


@pytest.mark.parametrize("tab", ["f" * 32, "nobody", "F" * 32])
def test_an_unknown_tab_is_refused(board, tab) -> None:
    assert TestClient(Starlette(routes=board_routes())).post(f"/board/leave/{tab}").status_code == 404
    assert held()


def test_the_oldest_tabs_are_forgotten(board) -> None:
    close(board)
    for n in range(MOST_TABS):
        remember_tab(f"{n:032x}", "ann")
    assert not has_left(board.tab)
