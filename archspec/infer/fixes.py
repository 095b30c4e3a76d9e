"""Changes that would mend a shape error.

Every change is tried, by inferring the whole graph again, before it is shown.
"""

from collections.abc import Iterator
from typing import NamedTuple

from archspec.diagnostics.fixes import Fix
from archspec.diagnostics.place import Place
from archspec.expand.edits import Edits, declaration, write_input
from archspec.expand.graph import Graph
from archspec.expand.walks import dependents
from archspec.infer.argument_fixes import for_argument, for_inputs
from archspec.infer.changes import Shapes
from archspec.infer.input_sizes import LARGEST, Fitting, OutOfWork, only_input
from archspec.infer.merge_fixes import for_features, for_lengths, for_merge
from archspec.infer.proposals import Proposal, Proposer
from archspec.infer.rank_fixes import for_rank, for_unknown
from archspec.infer.trials import MOST_WORK, Trials, Verdict, Work
from archspec.infer.window_fixes import for_window, last_resorts
from archspec.shapes.shape import Shape, ShapeError, format_shape

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
        first, certain = _channels_first(graph, index, work)
        if certain:
            return first
    found, partly = _try(_proposals(error, proposer, inputs, trials), trials, graph)
    sizes: list[Fix | str] = []
    none: list[str] = []
    if error.code == "AS401" or (error.code == "AS402" and len(found) < _MOST_FIXES):
        sizes, none = _of_input(error.code, graph, index, work)
    if error.code == "AS401" and not found and not sizes and not first:
        found, more = _try(last_resorts(error, proposer, inputs), trials, graph)
        partly = partly or more
    whole = [*first, *found, *sizes]
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


# The input


def _of_input(code: str, graph: Graph, index: int, work: Work) -> tuple[list[Fix | str], list[str]]:
    """What of the input would mend it; and that no size does, if it is so.

    Nothing of it if it takes too long to find out.
    """
    try:
        sizes = _other_sizes(graph, index, code, work)
    except OutOfWork:
        return [], []
    if sizes is None:
        return [], [f"no size of the input up to {LARGEST} would fit"]
    return sizes, []


def input_fix(graph: Graph, shape: Shape, message: str, certain: bool = False) -> Fix | str:
    """Another shape of the only input; a sentence only, where that cannot be written."""
    number = next(iter(graph.inputs.values()))
    edits = write_input(graph, declaration(graph, graph.nodes[number].name), shape)
    return Fix(message, edits, certain) if edits else message


def _channels_first(graph: Graph, index: int, work: Work) -> tuple[list[Fix | str], bool]:
    """An input whose channels stand first, as PyTorch has them; whether it can be nothing else.

    It is taken for one if it would have 1 to 4 channels and more of all other sizes. Two axes may
    be few steps of many features just as well, and three axes few pictures: of these only what is
    hardly that.
    """
    only = only_input(graph)
    if only is None:
        return [], False
    number, shape = only
    first, *rest = [size or 0 for size in shape]
    equal = len({*rest[-2:]}) == 1 and len(rest) > 1
    likely = {1: first == 1 or rest[0] >= _MANY_STEPS, 2: True, 3: equal}.get(len(rest), False)
    if not 1 <= first <= _MOST_CHANNELS < min(rest) or not likely:
        return [], False
    try:
        fitting = Fitting(graph, number, (*rest, first), work)
        if not fitting.hopeless.isdisjoint(dependents(graph, index)):
            return [], False
        if not fitting.fits(tuple(rest)):
            return [], False
    except OutOfWork:
        return [], False
    certain = min(rest) >= _MANY_PIXELS and (len({*rest}) == 1 or first in (1, 3))
    message = f"channels come last: an input of {format_shape((*rest, first))} would fit"
    return [input_fix(graph, (*rest, first), message, certain)], certain


def _other_sizes(graph: Graph, index: int, code: str, work: Work) -> list[Fix | str] | None:
    """Other sizes of the input that mend what any size does, with all that follows.

    None if there should be some for a window, and no size is large enough.
    """
    only = only_input(graph)
    if only is None:
        return []
    number, (*sizes, channels) = only
    fitting = Fitting(graph, number, only[1], work)
    if not fitting.hopeless.isdisjoint(dependents(graph, index)):
        return []
    given = tuple([size or 0 for size in sizes])
    if code == "AS402":
        near = [(*at, channels) for at in fitting.nearest(given)]
        return [input_fix(graph, s, f"an input of {format_shape(s)} would fit") for s in near]
    small = [(*at, channels) for at in fitting.smallest(given)]
    if not small:
        return None
    if len(small) == 1:
        message = f"the smallest input that fits is {format_shape(small[0])}"
        return [input_fix(graph, small[0], message)]
    found = [format_shape(shape) for shape in small]
    told, more = found[:_MOST_EQUAL], len(found) - _MOST_EQUAL
    if more > 0:
        message = f"the smallest inputs that fit are {', '.join(told)} and {more} more"
    else:
        message = f"the smallest inputs that fit are {', '.join(told[:-1])} and {told[-1]}"
    return [message, *_first_of_equals(graph, small)]


def _first_of_equals(graph: Graph, shapes: list[Shape]) -> list[Fix | str]:
    """One of several inputs that are as small: the one that is nearest to a square."""
    near = min(shapes, key=lambda s: max(n or 0 for n in s[:-1]))
    return [input_fix(graph, near, f"an input of {format_shape(near)} would fit")]
