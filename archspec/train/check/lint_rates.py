"""Warnings of rates and schedules: how a recipe learns."""

from collections.abc import Iterator
from typing import Any

from archspec.diagnostics.fixes import Edit, Fix, How, remove, replace
from archspec.diagnostics.place import Place
from archspec.diagnostics.rules import Finding, rule
from archspec.train.check.lint_subject import Examined, Phase
from archspec.train.objects.metrics import ReduceLROnPlateau
from archspec.train.objects.optimizers import (
    CosineDecay,
    ExponentialDecay,
    InverseTimeDecay,
    PiecewiseConstantDecay,
    PolynomialDecay,
    Schedule,
)

_LARGEST = {"SGD": 10.0, "Adagrad": 10.0, "Adadelta": 100.0, "Lion": 0.1, "Lamb": 1.0}
"""Rates from which on an optimizer takes steps that lead nowhere; of the others 0.5."""
_USUAL = {"SGD": 0.01, "Adagrad": 0.01, "Adadelta": 1.0, "Lion": 1e-4}


def _rate_place(found: Examined, phase: Phase, argument: str = "") -> Place:
    """Where the rate stands, or an argument of its schedule; else the optimizer."""
    place, arguments = found.draft.object_place(*phase.steps)
    if not isinstance(arguments, dict) or "learning_rate" not in arguments:
        return place
    place = place.at("learning_rate")
    rate = arguments["learning_rate"]
    if isinstance(rate, dict) and len(rate) == 1:
        ((word, inner),) = rate.items()
        place = place.at(word)
        return place.at(argument) if isinstance(inner, dict) and argument in inner else place.key()
    return place


def _rates(rate: Any) -> dict[str, float]:
    """The rates that a number or a schedule names, by argument."""
    if not isinstance(rate, Schedule):
        return {"": rate}
    if isinstance(rate, PiecewiseConstantDecay):
        return {"values": max(rate.values)}
    found = {"initial_learning_rate": rate.initial_learning_rate}  # type: ignore[attr-defined]
    if isinstance(rate, CosineDecay) and rate.warmup_target is not None:
        found["warmup_target"] = rate.warmup_target
    return found


@rule("AS952")
def extreme_rate(found: Examined) -> Iterator[Finding]:
    """A learning rate that is far too large for its optimizer, or with which nothing moves."""
    for phase in found.phases:
        name = type(phase.optimizer).__name__
        limit = _LARGEST.get(name, 0.5)
        rates = _rates(phase.optimizer.learning_rate)
        argument = max(rates, key=lambda a: rates[a])
        rate = rates[argument]
        if limit > rate > 1e-9:
            continue
        place = _rate_place(found, phase, argument)
        usual = _USUAL.get(name, 0.001)
        fix: str | Fix = replace(f"{usual:g} is usual", place, usual)
        if argument == "values":
            fix = f"{usual:g} is usual"
        message = f"with a learning rate of {rate:g} {name} takes steps that lead nowhere"
        if rate <= 1e-9:
            message = f"with a learning rate of {rate:g} the weights stay where they are"
        yield Finding(place, message, help=[fix])


@rule("AS855")
def large_rate(found: Examined) -> Iterator[Finding]:
    """A learning rate that is larger than its optimizer takes in most networks."""
    for phase in found.phases:
        name = type(phase.optimizer).__name__
        limit = _LARGEST.get(name, 0.5)
        rates = _rates(phase.optimizer.learning_rate)
        argument = max(rates, key=lambda a: rates[a])
        if limit / 5 < rates[argument] < limit:
            message = f"{rates[argument]:g} is a large learning rate for {name}"
            yield Finding(_rate_place(found, phase, argument), message)


@rule("AS957")
def schedule_of_another_length(found: Examined) -> Iterator[Finding]:
    """A schedule whose steps are far more, or far fewer, than those of the training."""
    each = found.steps_per_epoch
    if each is None:
        return
    for phase in found.phases:
        rate, total = phase.optimizer.learning_rate, each * phase.epochs
        if isinstance(rate, PiecewiseConstantDecay):
            yield from _boundaries(found, phase, rate, each)
            continue
        warmup = getattr(rate, "warmup_steps", 0)
        steps = getattr(rate, "decay_steps", None)
        there = f"the training has {total:,}, {each:,} in each epoch"
        if warmup >= total > 0 and warmup:
            message = f"the warm-up takes {warmup:,} steps, but {there}"
            place = _rate_place(found, phase, "warmup_steps")
            tenth = max(1, total // 10)
            yield Finding(
                place, message, help=[replace(f"such as `warmup_steps: {tenth}`", place, tenth)]
            )
        elif steps is not None and isinstance(rate, CosineDecay | PolynomialDecay):
            early = steps < each and phase.epochs > 2 and not getattr(rate, "cycle", False)
            if steps + warmup > 1.1 * total or early:
                reached = "is at its end" if early else "would be at its end"
                message = f"the rate {reached} after {steps + warmup:,} steps, but {there}"
                place = _rate_place(found, phase, "decay_steps")
                fix = remove("without `decay_steps` it takes the whole training", place)
                yield Finding(place, message, help=[fix])
        elif steps is not None and steps >= total and getattr(rate, "staircase", False):
            message = f"the rate falls for the first time after {steps:,} steps, but {there}"
            place = _rate_place(found, phase, "decay_steps")
            fix = replace(f"such as `decay_steps: {each}`, an epoch", place, each)
            yield Finding(place, message, help=[fix])


def _boundaries(
    found: Examined, phase: Phase, rate: PiecewiseConstantDecay, each: int
) -> Iterator[Finding]:
    total, place = each * phase.epochs, _rate_place(found, phase, "boundaries")
    there = f"the training has {total:,}, {each:,} in each epoch"
    if rate.boundaries[0] >= total:
        yield Finding(place, f"the first boundary is step {rate.boundaries[0]:,}, but {there}")
    elif rate.boundaries[-1] < each and phase.epochs > 2 and rate.boundaries[-1] <= phase.epochs:
        steps = [b * each for b in rate.boundaries]
        message = (
            f"boundaries are numbers of steps, not of epochs: all lie in the first epoch, {there}"
        )
        yield Finding(place, message, help=[replace(f"in steps: `{steps}`", place, steps)])


@rule("AS958")
def schedule_that_does_not_fall(found: Examined) -> Iterator[Finding]:
    """A schedule with which the learning rate stays the same, or grows to the end."""
    for phase in found.phases:
        told = _not_falling(phase.optimizer.learning_rate)
        if told is not None:
            argument, message, help = told
            yield Finding(_rate_place(found, phase, argument), message, help=help)


def _not_falling(rate: Any) -> tuple[str, str, list[str]] | None:
    if isinstance(rate, CosineDecay):
        if rate.warmup_target is not None and rate.warmup_target < rate.initial_learning_rate:
            message = f"the warm-up goes down, from {rate.initial_learning_rate:g} to {rate.warmup_target:g}"
            return (
                "warmup_target",
                message,
                ["it goes from `initial_learning_rate` to `warmup_target`"],
            )
        if rate.alpha == 1:
            return (
                "alpha",
                "with `alpha: 1` the rate stays as it is",
                ["`alpha` is the share that is left"],
            )
    if isinstance(rate, ExponentialDecay) and rate.decay_rate >= 1:
        what = "grows" if rate.decay_rate > 1 else "stays as it is"
        message = f"with `decay_rate: {rate.decay_rate:g}` the rate {what}"
        return "decay_rate", message, ["it is the factor: below 1 the rate falls"]
    if (
        isinstance(rate, PolynomialDecay)
        and rate.end_learning_rate >= rate.initial_learning_rate > 0
    ):
        first, last = rate.initial_learning_rate, rate.end_learning_rate
        message = f"the rate does not fall: it begins with {first:g} and ends with {last:g}"
        return "end_learning_rate", message, ["`end_learning_rate` is 0.0001 if it is left out"]
    if (
        isinstance(rate, ExponentialDecay | InverseTimeDecay)
        and rate.staircase
        and rate.decay_steps is None
    ):
        message = "the rate does not fall: its one jump comes after the last step"
        return "staircase", message, ["`decay_steps` says after how many steps it falls"]
    return None


@rule("AS961")
def share_of_all(found: Examined) -> Iterator[Finding]:
    """A share of 1, or a factor of 0, that leaves nothing to learn from."""
    for phase in found.phases:
        for name in ("momentum", "beta_1", "beta_2", "rho"):
            if getattr(phase.optimizer, name, 0) == 1:
                message = f"`{name}: 1` keeps all of the old and takes nothing of the new"
                at, arguments = found.draft.object_place(*phase.steps)
                usual = (
                    type(phase.optimizer)().arguments().get(name)
                    or getattr(type(phase.optimizer), name)
                    or 0.9
                )
                given = isinstance(arguments, dict) and name in arguments
                fix = [replace(f"{usual:g} is usual", at.at(name), usual)] if given else []
                yield Finding(at.at(name) if given else at, message, help=fix)
    loss = found.draft.loss
    if loss is not None and getattr(loss, "label_smoothing", 0) >= 0.9:
        message = f"with `label_smoothing: {loss.label_smoothing:g}` hardly anything is left of the labels"  # type: ignore[attr-defined]
        place = found.draft.argument_place("label_smoothing", "loss")
        yield Finding(place, message, help=[replace("0.1 is usual", place, 0.1)])
    for number, callback in enumerate(found.draft.callbacks):
        if isinstance(callback, ReduceLROnPlateau) and callback.factor == 0:
            place = found.draft.argument_place("factor", "callbacks", number)
            least = f"{callback.min_lr:g}"
            message = f"`factor: 0` brings the rate to {least} at once"
            yield Finding(place, message, help=[replace("0.1 is usual", place, 0.1)])


@rule("AS962")
def without_effect(found: Examined) -> Iterator[Finding]:
    """An argument that changes nothing, because another one is missing."""
    draft = found.draft
    for phase in found.phases:
        place, arguments = draft.object_place(*phase.steps)
        if not isinstance(arguments, dict):
            continue
        if getattr(phase.optimizer, "nesterov", False) and not getattr(
            phase.optimizer, "momentum", 1
        ):
            message = "`nesterov: true` changes nothing without `momentum`"
            edit = Edit(place, 0.9, How.ADD, "momentum")
            if "momentum" in arguments:
                edit = Edit(place.at("momentum"), 0.9)
            yield Finding(
                place.at("nesterov"), message, help=[Fix("such as `momentum: 0.9`", (edit,))]
            )
        if "ema_momentum" in arguments and not getattr(phase.optimizer, "use_ema", True):
            message = "`ema_momentum` changes nothing without `use_ema: true`"
            edit = Edit(place, True, How.ADD, "use_ema")
            if "use_ema" in arguments:
                edit = Edit(place.at("use_ema"), True)
            yield Finding(
                place.at("ema_momentum"), message, help=[Fix("write `use_ema: true`", (edit,))]
            )
    for number, layer in enumerate(draft.augment):
        name = type(layer).__name__
        values = [v for k, v in layer.arguments().items() if k.endswith("factor")] if layer else []
        flat = [n for v in values for n in (v if isinstance(v, list | tuple) else (v,))]
        if name in _BY_FACTOR and values and all(n == 0 for n in flat if n is not None):
            place, _ = draft.object_place("augment", number)
            message = f"{name} by 0 changes nothing"
            entry = draft.place.at("augment", number)
            gone = draft.place.at("augment") if len(draft.augment) == 1 else entry
            yield Finding(place.key(), message, help=[remove("leave it out", gone)])


_BY_FACTOR = (
    "RandomRotation",
    "RandomZoom",
    "RandomTranslation",
    "RandomShear",
    "RandomBrightness",
    "RandomContrast",
)


def _head_and_fine(found: Examined) -> tuple[float, float] | None:
    draft = found.draft
    if draft.fine_tune is None or draft.optimizer is None:
        return None
    if type(draft.optimizer) is not type(draft.fine_tune.optimizer):
        return None
    head = _rates(draft.optimizer.learning_rate)
    fine = _rates(draft.fine_tune.optimizer.learning_rate)
    return max(head.values()), max(fine.values())


@rule("AS963")
def faster_fine_tuning(found: Examined) -> Iterator[Finding]:
    """Fine-tuning with a larger learning rate than the head had: it undoes the weights it began with."""
    rates = _head_and_fine(found)
    if rates is not None and rates[1] > rates[0]:
        phase = list(found.phases)[1]
        place = _rate_place(found, phase, "initial_learning_rate")
        message = f"fine-tuning takes larger steps than the head: a rate of {rates[1]:g} after {rates[0]:g}"
        good = rates[0] / 100
        yield Finding(place, message, help=[replace(f"such as {good:g}", place, good)])


@rule("AS854")
def fine_tuning_as_fast(found: Examined) -> Iterator[Finding]:
    """Fine-tuning with the learning rate of the head."""
    rates = _head_and_fine(found)
    if rates is not None and rates[1] == rates[0]:
        message = f"fine-tuning has the rate of the head, {rates[1]:g}: smaller steps keep more of its weights"
        yield Finding(found.draft.place.at("fine_tune").key(), message)


RULES = (
    extreme_rate,
    large_rate,
    schedule_of_another_length,
    schedule_that_does_not_fall,
    share_of_all,
    without_effect,
    faster_fine_tuning,
    fine_tuning_as_fast,
)
