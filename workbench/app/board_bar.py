"""The verdict bar of the board: the words of a verdict with their keys, and where the image stands."""

from __future__ import annotations

from workbench.app.board_session import BoardSession
from workbench.app.board_tabs import remember_tab
from workbench.app.verdict_bar import Bar, Tick, verdict_bar
from workbench.domain.review_words import ACTIONS, REASONS, USABLE, USABLE_LANES, Word

# A, R, X and Z are taken; + and - zoom. The first nine reasons are on 1 to 9, as everywhere.
REASON_KEYS = "1234567890co"
ACTION_KEYS = "ehdpwf"  # Edge, Hole, resiDue, sPill, shadoW, Frame
USABLE_KEYS = "usn"  # Usable, a Start, No use


def board_bar(board: BoardSession) -> None:
    """Draw the bar for the image shown."""
    seen = board.shown
    assert seen is not None
    item, last = seen.item, board.last_judged
    judged = seen.verdict is not None
    verdict_bar(
        Bar(
            id=seen.name,
            picture=seen.name,
            session=board.tab,
            state="judged" if judged else "open",
            closed=f"You judged this image: {seen.verdict}. Z takes the newest verdict back." if judged else "",
            verdict=seen.verdict,
            reasons=ticks(REASONS, REASON_KEYS),
            actions=ticks(ACTIONS, ACTION_KEYS),
            usable=ticks(USABLE, USABLE_KEYS),
            asks_usable=item.lane in USABLE_LANES and item.version == 1 and item.review_id is None,
            draft=board.draft,
            answered=board.answered,
            stored=board.stored,
            problem=board.problem,
            undo=f"Takes back: {last.item.sku} {last.verdict}" if last else None,
            previous=board.at > 0,
            next=bool(board.ahead) or board.at + 1 < len(board.trail),
            tally=board.tally,
            leave=remember_tab(board.tab, board.holder),
        ),
        on_verdict=board.judge,
        on_undo=board.undo,
        on_move=board.move,
    )


def ticks(words: tuple[Word, ...], keys: str) -> list[Tick]:
    """Words with their keys; what has no key is ticked by hand."""
    return [
        Tick(value=word.name, label=word.title, key=keys[n] if n < len(keys) else "", words=word.words)
        for n, word in enumerate(words)
    ]
