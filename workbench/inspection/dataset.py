"""The FiftyOne dataset of a workspace: made once, then only what is new or changed is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workbench.inspection.place import InspectionPlace
from workbench.inspection.sample_fields import content_of
from workbench.inspection.slice_pictures import SLICES, SlicePictures

REAL, SIMULATED = "workbench", "workbench-simulated"  # simulated images never lie beside real ones
TEXTS = (
    "key", "content", "set_id", "image_id", "result_id", "sku", "category", "brand", "channel", "tier", "run", "spec",
    "engine", "model_version", "outcome", "failure", "lane", "state", "verdict", "thumbnail_path",
)  # fmt: skip
NUMBERS = ("risk", "risk_limit", "rework_minutes", "engine_disagreement", "label_doubt", "near_failure", "duplicates")
FLAGS = ("risk_calibrated", "auto_failed", "rejected_later", "low_risk_wrong", "high_risk_fine")
LISTS = ("lane_reasons", "people_reasons", "flags", "failure_modes")
DOCUMENTS = ("checks", "attributes")
INDEXED = ("key", "category", "lane", "risk", "failure_modes", "run", "set_id", "auto_failed", "rework_minutes")
_KINDS = {str: "StringField", bool: "BooleanField"}  # of checks and attributes; the rest are numbers
TRIMAP_WORDS = {128: "unknown", 255: "subject"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """One image to be shown: its fields (`sample_fields`) and its pictures."""

    fields: Mapping[str, Any]
    pictures: SlicePictures

    @property
    def content(self) -> str:
        """Changes with anything that is shown."""
        files = {name: str(one.file) for name, one in self.pictures.slices.items()}
        return content_of(self.fields, files | {f"map {k}": str(v) for k, v in self.pictures.maps.items()})


@dataclass(slots=True, kw_only=True)
class Written:
    """How many images were new, changed and as before."""

    added: int = 0
    changed: int = 0
    same: int = 0
    keys: list[str] = field(default_factory=list)


def dataset_name(*, simulated: bool) -> str:
    """Its name in the App."""
    return SIMULATED if simulated else REAL


def open_dataset(fo: Any, place: InspectionPlace, *, simulated: bool) -> Any:
    """The dataset, made with all its fields on first sight."""
    name = dataset_name(simulated=simulated)
    if fo.dataset_exists(name):
        return fo.load_dataset(name)
    dataset = fo.Dataset(name, persistent=True)
    dataset.add_group_field("group", default=SLICES[0])
    for names, kind in ((TEXTS, fo.StringField), (NUMBERS, fo.FloatField), (FLAGS, fo.BooleanField)):
        for one in names:
            dataset.add_sample_field(one, kind)
    for one in LISTS:
        dataset.add_sample_field(one, fo.ListField, subfield=fo.StringField)
    for one in DOCUMENTS:
        dataset.add_sample_field(
            one, fo.EmbeddedDocumentField, embedded_doc_type=fo.DynamicEmbeddedDocument
        )
    for one in ("alpha", "confidence", "ground_truth"):
        dataset.add_sample_field(one, fo.EmbeddedDocumentField, embedded_doc_type=fo.Heatmap)
    dataset.add_sample_field("trimap", fo.EmbeddedDocumentField, embedded_doc_type=fo.Segmentation)
    for one in SLICES:
        dataset.add_group_slice(one, "image")
    for one in INDEXED:
        dataset.create_index(one)
    dataset.mask_targets = {"trimap": TRIMAP_WORDS}
    dataset.app_config.media_fields = ["filepath", "thumbnail_path"]
    dataset.app_config.grid_media_field = "thumbnail_path"
    dataset.app_config.sidebar_groups = _sidebar(fo)
    dataset.info = {"simulated": simulated, "pictures": str(place.media)}
    dataset.save()
    return dataset


def _sidebar(fo: Any) -> list[Any]:
    """What a person filters by stands first; the rest is folded away: a group that is not named, the App unfolds."""
    groups = {
        "tags": (),
        "where it fails": ("category", "failure_modes", "verdict", "people_reasons", "flags", "rework_minutes"),
        "risk and lane": ("risk", "risk_limit", "risk_calibrated", "lane", "lane_reasons", "state", "low_risk_wrong",
                          "high_risk_fine", "auto_failed", "rejected_later"),
        "maps": ("alpha", "confidence", "trimap", "ground_truth"),
        "looks like": ("label_doubt", "near_failure", "duplicates", "engine_disagreement"),
        "made by": ("engine", "model_version", "spec", "run", "set_id"),
        "product": ("sku", "brand", "channel", "tier", "image_id", "outcome", "failure"),
        "metadata": ("metadata.width", "metadata.height", "metadata.mime_type", "metadata.size_bytes",
                     "metadata.num_channels"),
        "primitives": ("id", "filepath", "thumbnail_path", "key", "content", "result_id", "created_at",
                       "last_modified_at"),
    }  # fmt: skip
    open_ones = ("where it fails", "risk and lane", "maps")
    return [
        fo.SidebarGroupDocument(name=name, paths=list(paths), expanded=name in open_ones)
        for name, paths in groups.items()
    ]


def write_images(fo: Any, dataset: Any, chunks: Iterable[Sequence[Inspected]]) -> Written:
    """Bring the dataset up to what is handed in; images that are not are left as they are, and so are people's tags."""
    known, written = _known(dataset), Written()
    for chunk in chunks:
        added, changed = [], []
        for one in chunk:
            key = one.fields["key"]
            written.keys.append(key)
            before = known.get(key)
            if before is None:
                added.append(one)
            elif before[0] != one.content or set(one.pictures.slices) - set(before[2]):  # a build may have been killed
                changed.append((one, before))
            else:
                written.same += 1
        if (added or changed) and not dataset.info.get("unfinished", True):
            dataset.info = {**dataset.info, "unfinished": True}
            dataset.save()
        more = [sample for one in added for sample in _samples(fo, one, fo.Group())]
        for one, before in changed:
            new_slices = set(one.pictures.slices) - set(before[2])
            more += _samples(fo, one, fo.Group(id=before[1]), only=new_slices) if new_slices else []
        if more:
            _declare(fo, dataset, chunk)
            dataset.add_samples(more, expand_schema=False, progress=False)
        if changed:
            _change(fo, dataset, changed)
        written.added += len(added)
        written.changed += len(changed)
    return written


def _declare(fo: Any, dataset: Any, images: Sequence[Inspected]) -> None:
    """Add the checks and attributes met for the first time; left to FiftyOne, each sample would pay for the search."""
    known = dataset.get_field_schema(flat=True)
    for part in DOCUMENTS:
        met = {name: value for one in images for name, value in one.fields[part].items()}
        for name, value in met.items():
            if f"{part}.{name}" not in known:
                kind = _KINDS.get(type(value), "FloatField")
                dataset.add_sample_field(f"{part}.{name}", getattr(fo, kind))


def write_values(dataset: Any, name: str, values: Mapping[str, Any]) -> None:
    """Set a field of some images, by key, on all their slices."""
    slices = dataset.select_group_slices(_allow_mixed=True)
    ids, keys = slices.values(["id", "key"]) if values else ((), ())
    found = {one: values[key] for one, key in zip(ids, keys, strict=True) if key in values}
    if found:
        slices.set_values(name, found, key_field="id", progress=False)


def _known(dataset: Any) -> dict[str, tuple[str, str, dict[str, str]]]:
    """Key -> content, group, and the id of each slice."""
    if len(dataset) == 0:
        return {}
    slices = dataset.select_group_slices(_allow_mixed=True)
    found: dict[str, tuple[str, str, dict[str, str]]] = {}
    for key, content, group, name, one in zip(
        *slices.values(["key", "content", "group.id", "group.name", "id"]), strict=True
    ):
        found.setdefault(key, (content, group, {}))[2][name] = one
    return found


def _samples(fo: Any, one: Inspected, group: Any, *, only: set[str] | None = None) -> list[Any]:
    return [
        fo.Sample(group=group.element(name), **_slice_fields(fo, one, name))
        for name in one.pictures.slices
        if only is None or name in only
    ]


def _slice_fields(fo: Any, one: Inspected, name: str) -> dict[str, Any]:
    shown = one.pictures.slices[name]
    fields = {
        **one.fields,
        **{part: fo.DynamicEmbeddedDocument(**one.fields[part]) for part in DOCUMENTS},
        "content": one.content,
        "filepath": str(shown.file),
        "thumbnail_path": str(shown.thumbnail),
        "metadata": fo.ImageMetadata(width=shown.width_px, height=shown.height_px, mime_type="image/webp"),
    }
    if name == SLICES[0]:
        for map_name, file in one.pictures.maps.items():
            fields[map_name] = (
                fo.Segmentation(mask_path=str(file)) if map_name == "trimap" else fo.Heatmap(map_path=str(file))
            )
    return fields


def _change(fo: Any, dataset: Any, changed: Sequence[tuple[Inspected, tuple[str, str, dict[str, str]]]]) -> None:
    """Write all our fields of what changed; tags and what FiftyOne's users added stay."""
    by_field: dict[str, dict[str, Any]] = {}
    for one, (_, _, slices) in changed:
        for name, sample_id in slices.items():
            if name in one.pictures.slices:
                for field_name, value in _slice_fields(fo, one, name).items():
                    by_field.setdefault(field_name, {})[sample_id] = value
    by_field["content"] = by_field.pop("content")  # the last: until then the image counts as not written
    view = dataset.select_group_slices(_allow_mixed=True)
    for field_name, values in by_field.items():
        view.set_values(field_name, values, key_field="id", dynamic=True, progress=False)
