"""The blind test of a pilot: which pairs a judge sees, in which order and on which side, and what they said."""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from workbench.charts.amounts import plural
from workbench.jobs.pilot_folder import DrawnPhoto, Fixed, PilotFolder
from workbench.vendors.blind_votes import (
    Guessing,
    Share,
    Strength,
    Vote,
    bradley_terry,
    consistency,
    guessing,
    preference,
)
from workbench.vendors.pilot import Pilot, PilotError

JOURNAL = "votes.jsonl"
PAIRS = "blind_pairs.json"
SERVER_VOTES = "votes_label_studio.json"  # as they stand on the server, written whole by each pull


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One comparison as a judge sees it; ``turn`` is 1 when the pair is shown again, sides turned."""

    pair: str
    turn: int
    photo: DrawnPhoto
    left: str
    right: str


def blind_plan(folder: PilotFolder, judge: str) -> list[Question]:
    """Every comparison one judge makes, in their order; the same whenever it is asked.

    Which pairs, their order and their sides come from a hash of seed, judge and pair, so nobody can choose or guess.
    Only photos that both engines delivered before the first comparison are shown. With a reference, every pair holds
    it.

    Raises:
        PilotError: Nothing has been run yet.
    """
    pilot, fixed = folder.pilot(), folder.fixed()
    if fixed is None:
        raise PilotError("nothing has been cut out yet", where=pilot.name, allowed=f"workbench pilot run {pilot.name}")
    met = _met(folder, pilot, fixed)

    def drawn(*words: str) -> str:
        return hashlib.sha256("\n".join((str(pilot.seed), judge, *words)).encode("utf-8", "surrogatepass")).hexdigest()

    met.sort(key=lambda one: drawn("order", one[0].image_id, *one[1]))
    repeats = round(pilot.blind.pairs * pilot.blind.repeats)
    met = met[: pilot.blind.pairs - repeats]
    questions = []
    for photo, (one, other) in met:
        pair = hashlib.sha256("\n".join((photo.image_id, one, other)).encode("utf-8", "surrogatepass")).hexdigest()[:16]
        left, right = (one, other) if int(drawn("side", pair)[:8], 16) % 2 else (other, one)
        questions.append(Question(pair=pair, turn=0, photo=photo, left=left, right=right))
    again = [  # the earliest pairs come back at the end, when their answers are forgotten
        Question(pair=q.pair, turn=1, photo=q.photo, left=q.right, right=q.left) for q in questions[:repeats]
    ]
    return questions + again


def keep_pairs(folder: PilotFolder) -> None:
    """Keep which pairs there are to compare: what is cut out later would change what the judges were to see."""
    fixed = folder.fixed()
    if fixed is not None and not folder.read(PAIRS):
        met = _met(folder, folder.pilot(), fixed)
        folder.write(PAIRS, {"pairs": [(photo.image_id, *pair) for photo, pair in met]})


def _met(folder: PilotFolder, pilot: Pilot, fixed: Fixed) -> list[tuple[DrawnPhoto, tuple[str, str]]]:
    """Photos with two engines that delivered them: as kept at the first comparison, before it as they are now."""
    photos = {photo.image_id: photo for photo in fixed.photos}
    kept = folder.read(PAIRS).get("pairs")
    if kept is not None:
        return [(photos[image_id], (one, other)) for image_id, one, other in kept]
    done = {
        (engine, image_id)
        for engine in pilot.engines
        for image_id in photos
        if (folder.result(engine, image_id) or {}).get("outcome") == "done"
    }
    wanted = [
        pair for pair in itertools.combinations(pilot.engines, 2)
        if pilot.blind.reference is None or pilot.blind.reference in pair
    ]  # fmt: skip
    return [
        (photo, pair) for photo in fixed.photos for pair in wanted
        if all((engine, photo.image_id) in done for engine in pair)
    ]  # fmt: skip


def votes_of(folder: PilotFolder) -> list[Vote]:
    """All votes in the order they were given; of two on the same question by the same judge the first counts."""
    found: dict[tuple[str, str, int], Vote] = {}
    given = [*folder.lines(JOURNAL), *folder.read(SERVER_VOTES).get("votes", ())]
    for line in sorted(given, key=lambda line: datetime.fromisoformat(line["at"])):
        vote = Vote(**{name: line[name] for name in Vote.__slots__})
        found.setdefault((vote.judge, vote.pair, vote.turn), vote)
    return list(found.values())


def keep_vote(
    folder: PilotFolder, question: Question, judge: str, choice: str, machine: str | None, seconds: float
) -> None:
    """Keep a vote; it is on the disk when this returns."""
    keep_pairs(folder)
    vote = Vote(
        pair=question.pair, turn=question.turn, image_id=question.photo.image_id, category=question.photo.category,
        judge=judge, left=question.left, right=question.right, choice=choice, machine=machine, seconds=seconds,
    )  # fmt: skip
    folder.add_line(JOURNAL, {**asdict(vote), "at": datetime.now(UTC).isoformat()})


def next_question(folder: PilotFolder, judge: str) -> tuple[Question | None, int, int]:
    """The first comparison without a vote, how many are done, and how many there are."""
    plan = blind_plan(folder, judge)
    said = {(vote.pair, vote.turn) for vote in votes_of(folder) if vote.judge == judge}
    left = [question for question in plan if (question.pair, question.turn) not in said]
    return (left[0] if left else None), len(plan) - len(left), len(plan)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindFigures:
    """What the votes show; nothing of it is shown to a judge who has not finished.

    Once as many judges as were registered have finished, theirs are counted and nobody else's: who goes on until the
    answer pleases is not counted (``beyond`` says how many votes that are).
    """

    votes: int
    judges: int
    planned: int  # registered judges x the comparisons each of them makes, repeats left out
    fewer: int  # comparisons of each judge that were registered and that the photos do not give
    beyond: int
    ranking: tuple[Strength, ...]
    shares: tuple[tuple[str, str, str, Share], ...]  # scope ("all", a category, a judge's number), engine, other, share
    consistency: Share
    guessing: Guessing | None

    @property
    def complete(self) -> bool:
        """Whether all comparisons were made."""
        return self.votes >= self.planned > 0


def blind_figures(folder: PilotFolder) -> BlindFigures:
    """Preference in all, by category and by judge, a ranking, and whether people can tell.

    Judges are numbered in the order they began; names stay in the journal.
    """
    pilot = folder.pilot()
    wanted = pilot.blind.pairs - round(pilot.blind.pairs * pilot.blind.repeats)
    given = sum(question.turn == 0 for question in blind_plan(folder, "")) if folder.fixed() else 0
    each = given or wanted  # before two engines have delivered, what was registered
    everybody = votes_of(folder)
    votes = registered_votes(everybody, judges=pilot.blind.judges, each=each)
    first = [vote for vote in votes if vote.turn == 0]
    judges = list(dict.fromkeys(vote.judge for vote in votes))
    scopes: dict[str, list[Vote]] = {"all": first}
    for category in sorted({vote.category for vote in first}):
        scopes[category] = [vote for vote in first if vote.category == category]
    for number, judge in enumerate(judges, start=1):
        scopes[f"judge {number}"] = [vote for vote in first if vote.judge == judge]
    shares = [
        (scope, engine, other, preference(part, engine, other))
        for scope, part in scopes.items()
        for engine, other in itertools.combinations(pilot.engines, 2)
        if any({vote.left, vote.right} == {engine, other} for vote in part)
    ]
    planned = pilot.blind.judges * each
    reference = pilot.blind.reference
    return BlindFigures(
        votes=len(first), judges=len(judges), planned=planned, fewer=wanted - each,
        beyond=sum(vote.turn == 0 for vote in everybody) - len(first),
        ranking=tuple(bradley_terry(votes)), shares=tuple(shares), consistency=consistency(votes),
        guessing=guessing(votes, reference, margin=pilot.blind.guess_margin, planned=planned) if reference else None,
    )  # fmt: skip


def registered_votes(votes: Sequence[Vote], *, judges: int, each: int) -> list[Vote]:
    """Those of the judges who finished first, once enough have; before that, everybody's.

    Args:
        votes: In the order they were given.
        judges: How many were registered.
        each: How many comparisons each was to make, repeats left out.
    """
    done, finished = Counter(), []
    for vote in votes:
        done[vote.judge] += vote.turn == 0
        if vote.turn == 0 and done[vote.judge] == each:
            finished.append(vote.judge)
    counted = set(finished[:judges])
    return [vote for vote in votes if vote.judge in counted] if len(counted) == judges else list(votes)


def judge_may_see(folder: PilotFolder, judge: str) -> bool:
    """Whether a judge has finished: what others said, seen earlier, would lean on them. The report shows it to all."""
    question, _, total = next_question(folder, judge)
    return question is None and total > 0


def registered(pilot: Pilot) -> str:
    """What was registered before the first vote, in words."""
    blind = pilot.blind
    told = f"{plural(blind.judges, 'judge')}, {blind.pairs} comparisons each, {blind.repeats:.0%} of them shown twice"
    if blind.reference:
        told += f"; cannot be told apart only within {blind.guess_margin:.0%} of a coin"
    return told + "; nothing is concluded before the last"
