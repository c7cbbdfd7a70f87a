"""Read an annotation's result: one answer for each item, question and word, or a reason why it cannot be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from labeling.brush_mask import decode_mask
from labeling.project import Layout, Question
from workbench.domain.errors import LabelingError, nearest_match
from workbench.domain.labels import Answer, Box, LabelItem

_WORDS_AT = {"Choices": "choices", "RectangleLabels": "rectanglelabels", "BrushLabels": "brushlabels"}
_SIZED = ("width_px", "height_px")


def read_result(
    result: Sequence[Mapping[str, Any]], *, layout: Layout, items: Sequence[LabelItem], data: Mapping[str, Any]
) -> tuple[Answer, ...]:
    """The answers in a result.

    Args:
        result: Regions and choices as Label Studio gives them.
        layout: The config they were made with.
        items: The task's items in order; a sheet has one a cell.
        data: The task's data; ``width_px`` and ``height_px``, if there, are the size of the picture shown.

    Raises:
        LabelingError: A question or word the config does not know, a mask or box of another picture's size, or a
            sheet with a cell that has no answer or two.
    """
    answers = []
    for entry in result:
        if entry.get("type") == "relation":
            continue
        question = _question(entry, layout)
        region = _region(entry, data)
        _check_mask(entry)
        for word in _words(entry, question):
            if layout.grid is None:
                item = items[0]
                answers.append(
                    Answer(
                        item_key=item.item_key, question=question.name, value=word, region=region,
                        region_id=str(entry["id"]) if region or question.kind == "BrushLabels" else None,
                    )
                )  # fmt: skip
            else:
                item = _cell(region, layout, items)
                answers.append(Answer(item_key=item.item_key, question=question.name, value=word))
    if layout.grid is not None and answers:
        _check_cells(answers, items)
    return tuple(answers)


def _question(entry: Mapping[str, Any], layout: Layout) -> Question:
    name = str(entry.get("from_name"))
    if name not in layout.questions:
        raise LabelingError(
            f"an answer to {name!r}, which is not asked", allowed=layout.questions,
            nearest=nearest_match(name, layout.questions),
        )  # fmt: skip
    return layout.questions[name]


def _words(entry: Mapping[str, Any], question: Question) -> Iterator[str]:
    for word in entry.get("value", {}).get(_WORDS_AT[question.kind]) or ():
        if word not in question.words:
            raise LabelingError(
                f"unknown label {word!r}", where=question.name, allowed=question.words,
                nearest=nearest_match(word, question.words),
            )  # fmt: skip
        yield word


def _region(entry: Mapping[str, Any], data: Mapping[str, Any]) -> Box | None:
    """Percent of the picture to its pixels."""
    width, height = entry.get("original_width"), entry.get("original_height")
    value = entry.get("value", {})
    drawn = "x" in value or "rle" in value
    if drawn and all(name in data for name in _SIZED) and (width, height) != tuple(data[name] for name in _SIZED):
        raise LabelingError(
            f"drawn on a picture of {width} x {height} px", where=str(data.get("sku") or data.get("task_key")),
            allowed=f"{data['width_px']} x {data['height_px']} px",
        )  # fmt: skip
    if "x" not in value:
        return None
    across, down = width / 100, height / 100
    return (value["x"] * across, value["y"] * down, value["width"] * across, value["height"] * down)


def _check_mask(entry: Mapping[str, Any]) -> None:
    """A mask that is no mask is found out while it can still be refused by its name."""
    if "rle" in entry.get("value", {}):
        decode_mask(entry["value"]["rle"], height=entry["original_height"], width=entry["original_width"])


def _cell(region: Box | None, layout: Layout, items: Sequence[LabelItem]) -> LabelItem:
    if region is None:
        raise LabelingError("an answer without a cell", where="sheet")
    left, top, width, height = region
    column, row = (int((start + side / 2) // layout.grid.cell_px) for start, side in ((left, width), (top, height)))
    cell = row * layout.grid.columns + column
    if not (0 <= column < layout.grid.columns and 0 <= cell < len(items)):
        raise LabelingError(f"a box outside of the cells (column {column}, row {row})", where="sheet")
    return items[cell]


def _check_cells(answers: Sequence[Answer], items: Sequence[LabelItem]) -> None:
    given = Counter(answer.item_key for answer in answers)
    without = [number for number, item in enumerate(items, 1) if not given[item.item_key]]
    twice = [number for number, item in enumerate(items, 1) if given[item.item_key] > 1]
    if without or twice:
        raise LabelingError(f"cells without an answer: {without or 'none'}; with two: {twice or 'none'}", where="sheet")
