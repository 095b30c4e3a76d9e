"""Changes that would mend a shape error.

Every change is tried, by inferring the whole graph again, before it is shown.
"""

from collections.abc import Iterator
from typing import NamedTuple

from archspec.diagnostics.fixes import Fix
from archspec.diagnostics.place import Place
from archspec.expand.edits import Edits
from archspec.expand.graph import Graph
from archspec.infer.argument_fixes import for_argument, for_inputs
from archspec.infer.changes import Shapes
from archspec.infer.input_fixes import channels_first, other_sizes_help
from archspec.infer.merge_fixes import for_features, for_lengths, for_merge, shortcut_left_out
from archspec.infer.proposals import Proposal, Proposer
from archspec.infer.rank_fixes import for_rank, for_unknown
from archspec.infer.trials import MOST_WORK, Trials, Verdict, Work
from archspec.infer.window_fixes import for_window, last_resorts
from archspec.shapes.shape import ShapeError

_MOST_FIXES = 3
_MOST_TRIED = 60
_MOST_EQUAL = 3
_MOST_CHANNELS = 4
_MANY_PIXELS = 16
_MANY_STEPS = 1024


def find_fixes(
    error: ShapeError, graph: Graph, index: int, inputs: Shapes, work: Work
) -> list[Fix | str]:
    """Changes after which the node at ``index``, and all that follows it, gets shapes that fit.

    If there are none, those after which at least the node does.
    """
    if work.cost * 4 > min(MOST_WORK, work.left):
        return []
    trials = Trials(work, index)
    proposer = Proposer(graph, index, work.of_item)
    first: list[Fix | str] = []
    if error.code == "AS401":
        first, certain = channels_first(graph, index)
        if certain:
            return first
    found, partly = _try(_proposals(error, proposer, inputs, trials), trials, graph)
    sizes: list[Fix | str] = []
    none: list[str] = []
    if error.code == "AS401" or (error.code == "AS402" and len(found) < _MOST_FIXES):
        sizes, none = other_sizes_help(error.code, graph, index, work)
    if error.code == "AS401" and not found and not sizes and not first:
        found, more = _try(last_resorts(error, proposer, inputs), trials, graph)
        partly = partly or more
    whole = [*first, *found, *sizes]
    if error.code == "AS402" and not whole:
        whole = [*shortcut_left_out(graph.nodes[index])]
    return [*(whole or partly[:_MOST_FIXES]), *none]


class _Tried(NamedTuple):
    """What was tried."""

    whole: list[Fix | str]
    """What helps."""
    partly: list[Fix | str]
    """What helps the node, but not all that follows it."""


def _proposals(
    error: ShapeError, proposer: Proposer, inputs: Shapes, trials: Trials
) -> Iterator[Proposal | None]:
    match error.code:
        case "AS401":
            yield from for_window(error, proposer, inputs)
        case "AS402":
            yield from for_merge(proposer, inputs, trials.shapes)
        case "AS403":
            yield from for_rank(proposer, inputs)
        case "AS303":
            yield from for_inputs(proposer, inputs, trials.shapes)
        case "AS404":
            yield from for_argument(error, proposer, inputs)
            if len(inputs) > 1 and error.argument is None:
                yield from for_features(proposer, inputs, trials.shapes)
                yield from for_lengths(proposer, inputs)
        case "AS407":
            yield from for_unknown(proposer, trials.shapes)


def _try(proposals: Iterator[Proposal | None], trials: Trials, graph: Graph) -> _Tried:
    """The proposals that help; and those that help the node, but not all that follows it."""
    found: dict[Verdict, list[Fix | str]] = {v: [] for v in Verdict}
    told: set[str] = set()
    document = graph.spec.place.document
    for number, proposal in enumerate(proposals):
        if len(found[Verdict.ALL]) >= _MOST_FIXES or trials.spent or number > _MOST_TRIED:
            break
        if proposal is None or proposal.message in told or not proposal.changes:
            continue
        if any(
            isinstance(f, Fix) and _is_more(proposal.edits, f.edits) for f in found[Verdict.ALL]
        ):
            continue
        told.add(proposal.message)
        verdict = trials.judge(proposal.changes)
        end = ", though not all that follows" if verdict is Verdict.HERE else ""
        message = proposal.message
        if not proposal.sentence:
            message += f" would fit{' here' if end else ''}{end}"
        # Other files have readers of their own: what would fit there is told, and not offered.
        own = all(
            e.place.document is document for e in proposal.edits if isinstance(e.place, Place)
        )
        fix = Fix(message, proposal.edits, proposal.certain) if proposal.edits and own else message
        found[verdict].append(fix)
        if proposal.alone and verdict is Verdict.ALL:
            break
    whole = found[Verdict.ALL] or found[Verdict.FITS][:_MOST_FIXES]
    return _Tried(whole, found[Verdict.HERE])


def _is_more(edits: Edits, than: Edits) -> bool:
    """Whether these edits have others among them, which are enough."""
    return len(edits) > len(than) and all(edit in edits for edit in than)
