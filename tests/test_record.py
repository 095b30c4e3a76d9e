"""Records: what they take, what they refuse, and that they stay as they are."""

import re
import subprocess
import sys
from typing import Annotated, Any, ClassVar, Literal

import pytest
from pydantic import BaseModel, TypeAdapter
from pydantic_core import core_schema

from archspec.layers import Layer, layer_types
from archspec.layers.settings import Initializer, Regularizer
from archspec.records.arguments import (
    Activation,
    Axes,
    Fraction,
    FractionRange,
    Margins,
    NestedLayer,
    PositiveInt,
    UseCudnn,
    Window,
    number_schema,
)
from archspec.records.record import (
    ArgumentError,
    ArgumentType,
    Kind,
    Record,
    ValidationError,
    argument_type,
    fields,
    required_fields,
    snake_case,
)
from archspec.records.schemas import list_of, text
from archspec.spec.words import (
    CONSTRUCTS,
    Branches,
    Formula,
    ItemKeys,
    Layers,
    Name,
    Names,
    SpecKeys,
)
from archspec.train.recipe.keys import RecipeKeys
from tests.conftest import ROOT


class Base(Record):
    """Fields of a base come first."""

    rank: ClassVar[int] = 2

    size: Window
    """Two sizes."""


class Sample(Base):
    """One field of each kind."""

    count: PositiveInt = 1
    share: Fraction = 0.5
    mode: Literal["a", "b"] = "a"
    activation: Activation | None = None
    for_: int = 7
    flag: bool = False
    inner: NestedLayer | None = None

    def check(self) -> None:
        if self.count > 5 and self.flag:
            raise ArgumentError("flag", "too many", help="fewer")


def make(**arguments: Any) -> Sample:
    """A sample of any values: those that are not of the field's type are the point here."""
    return Sample(**arguments)


def test_order_and_names() -> None:
    names = ["size", "count", "share", "mode", "activation", "for", "flag", "inner"]
    assert list(fields(Sample)) == names
    assert fields(Sample)["for"].attribute == "for_"
    assert required_fields(Sample) == {"size"}


def test_defaults() -> None:
    sample = make(size=(1, 2))
    assert sample.arguments(defaults=True) == {
        "size": (1, 2),
        "count": 1,
        "share": 0.5,
        "mode": "a",
        "activation": None,
        "for": 7,
        "flag": False,
        "inner": None,
    }
    assert sample.arguments() == {"size": (1, 2)}
    assert repr(sample) == "Sample(size=(1, 2))"


def test_keyword_of_python() -> None:
    sample = make(**{"size": 1, "for": 3})
    assert sample.for_ == 3
    assert sample.arguments() == {"size": (1, 1), "for": 3}
    assert sample.replace(**{"for": 4}).for_ == 4


def test_missing_argument() -> None:
    with pytest.raises(ValidationError) as caught:
        make()
    (detail,) = caught.value.errors()
    assert detail["loc"] == ("size",)
    assert detail["type"] == "missing"


@pytest.mark.parametrize("name", ["sise", "self", "for_", "rank", "check"])
def test_unknown_argument(name: str) -> None:
    with pytest.raises((ValidationError, TypeError)) as caught:
        make(**{"size": 1, name: 2})
    if isinstance(caught.value, ValidationError):
        assert [d["loc"] for d in caught.value.errors()] == [(name,)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("count", bad) for bad in (0, -1, 1.0, 1.5, "1", True, None, [1], 2**63)),
        *(("share", bad) for bad in (-0.1, 1.1, "0.5", True, None, float("nan"), float("inf"))),
        *(("mode", bad) for bad in ("c", "A", 1, None, ["a"])),
        *(("activation", bad) for bad in ("rely", 1, True, ["relu"])),
        *(("flag", bad) for bad in (0, 1, "true", None)),
        *(("size", bad) for bad in (0, True, None, 1.0, "1", (1,), (1, 2, 3), (0, 1), (1, 2.0))),
        *(("inner", bad) for bad in ("Dense", {"Dense": {"units": 1}}, Layer, 1)),
    ],
)
def test_bad_value(name: str, value: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        make(**{"size": 1, name: value})
    assert {d["loc"][0] for d in caught.value.errors()} == {name}


def test_all_bad_values_at_once() -> None:
    with pytest.raises(ValidationError) as caught:
        make(size=0, count=0, mode="c", nonsense=1)
    assert {d["loc"][0] for d in caught.value.errors()} == {"size", "count", "mode", "nonsense"}


@pytest.mark.parametrize(
    ("given", "taken"),
    [(3, (3, 3)), ([1, 2], (1, 2)), ((1, 2), (1, 2)), (2**63 - 1, (2**63 - 1,) * 2)],
)
def test_normalised(given: Any, taken: Any) -> None:
    assert make(size=given).size == taken


def test_whole_number_for_a_float() -> None:
    sample = make(size=1, share=1)
    assert sample.share == 1.0
    assert type(sample.share) is float


def test_check() -> None:
    with pytest.raises(ArgumentError) as caught:
        make(size=1, count=6, flag=True)
    assert (caught.value.argument, caught.value.message, caught.value.help) == (
        "flag",
        "too many",
        "fewer",
    )


def test_replace() -> None:
    sample = make(size=1, count=6)
    other = sample.replace(size=[2, 3], share=0.25)
    assert other.arguments() == {"size": (2, 3), "count": 6, "share": 0.25}
    assert sample.arguments() == {"size": (1, 1), "count": 6}
    with pytest.raises(ArgumentError):
        sample.replace(flag=True)
    with pytest.raises(ValidationError):
        sample.replace(count=0)


def test_unchangeable() -> None:
    sample = make(size=1)
    with pytest.raises(AttributeError, match="cannot be changed"):
        sample.count = 2  # type: ignore[misc]
    with pytest.raises(AttributeError, match="cannot be changed"):
        sample.nonsense = 2
    with pytest.raises(AttributeError, match="cannot be changed"):
        del sample.count
    assert sample.count == 1


def test_given_values_are_not_shared() -> None:
    given = [1, 2]
    sample = make(size=given)
    given[0] = 5
    assert sample.size == (1, 2)


def test_nested() -> None:
    dense = layer_types()["Dense"](units=2)
    sample = make(size=1, inner=dense)
    assert sample.inner is dense
    assert repr(sample) == "Sample(size=(1, 1), inner=Dense(units=2))"


def test_true_is_not_one() -> None:
    """A literal takes its own values only: 1 equals True in Python."""

    class Choice(Record):
        choice: UseCudnn = "auto"

    assert Choice(choice=True).choice is True
    with pytest.raises(ValidationError):
        Choice(choice=1)
    with pytest.raises(ValidationError):
        Choice(choice=0)


def test_setting() -> None:
    class Settings(Record):
        start: Initializer = "zeros"
        penalty: Regularizer | None = None

    good: Any
    bad: Any
    for good in ("he_normal", "HeNormal", {"HeNormal": {"seed": 1}}, {"ones": None}, {"Ones": {}}):
        assert Settings(start=good).start == good
    for bad in (
        "he_norml",
        "l2",
        {},
        {"Ones": {"a": 1}},
        {"Ones": {}, "Zeros": {}},
        {1: {}},
        1,
        None,
    ):
        with pytest.raises(ValidationError):
            Settings(start=bad)
    assert Settings(penalty=None).penalty is None


def test_pydantic() -> None:
    """A record is a type of pydantic: it is read from plain values and describes itself."""
    adapter = TypeAdapter(Sample)
    assert adapter.validate_python({"size": [1, 2]}).size == (1, 2)
    assert adapter.validate_json('{"size": [1, 2], "for": 2}').for_ == 2
    with pytest.raises(ValidationError):
        adapter.validate_python({"size": 0})
    schema = adapter.json_schema()
    assert schema["required"] == ["size"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["count"] == {
        "default": 1,
        "exclusiveMinimum": 0,
        "maximum": 2**63 - 1,
        "title": "Count",
        "type": "integer",
    }

    class Model(BaseModel):
        sample: Sample

    assert Model.model_validate({"sample": {"size": 3}}).sample.size == (3, 3)


def test_words() -> None:
    assert (
        fields(Sample)["size"].type.expects_for(Sample) == "a whole number above 0, or two of them"
    )
    assert fields(Sample)["mode"].type.expects == "`a` or `b`"
    assert fields(Sample)["activation"].type.expects == "the name of an activation, or null"
    assert "relu" in fields(Sample)["activation"].type.choices


def test_text_or_formula() -> None:
    """A field that does not take text takes formulas."""
    text = {name for name, field in fields(Sample).items() if field.type.text}
    assert text == {"mode", "activation"}


@pytest.mark.parametrize("annotation", [list[int], int | str, dict, Annotated[int, "note"], object])
def test_annotation_without_a_type(annotation: Any) -> None:
    with pytest.raises(TypeError, match="no argument type"):
        argument_type(annotation)


def test_annotations_with_a_type() -> None:
    own = ArgumentType({"type": "any"}, "anything")
    assert argument_type(Annotated[int, own]) is own
    assert argument_type(Annotated[int, own] | None).expects == "anything, or null"
    for kind in (Axes, Margins, int, float, bool, str, Literal["a"]):
        assert argument_type(kind).expects


@pytest.mark.parametrize(
    ("name", "snake"),
    [
        ("Dense", "dense"),
        ("MaxPooling2D", "max_pooling2d"),
        ("Conv2DTranspose", "conv2d_transpose"),
        ("GlobalAveragePooling2D", "global_average_pooling2d"),
        ("ReLU", "re_lu"),
        ("PReLU", "p_re_lu"),
        ("LeakyReLU", "leaky_re_lu"),
        ("ELU", "elu"),
        ("LSTM", "lstm"),
        ("ConvLSTM2D", "conv_lstm2d"),
        ("SimpleRNN", "simple_rnn"),
        ("RMSNormalization", "rms_normalization"),
        ("SpatialDropout1D", "spatial_dropout1d"),
    ],
)
def test_snake_case(name: str, snake: str) -> None:
    assert snake_case(name) == snake


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        (int, Kind.WHOLE),
        (PositiveInt, Kind.WHOLE),
        (PositiveInt | None, Kind.WHOLE),
        (Window, Kind.WHOLE),
        (Axes, Kind.WHOLE),
        (Margins, Kind.WHOLE),
        (float, Kind.NUMBER),
        (Fraction, Kind.NUMBER),
        (FractionRange, Kind.NUMBER),
        (str, Kind.TEXT),
        (Name | None, Kind.NAME),
        (Names, Kind.NAMES),
        (Layers, Kind.LAYERS),
        (Branches, Kind.BRANCHES),
        (Literal["a", "b"], Kind.CHOICE),
        (UseCudnn, Kind.CHOICE),
        (Activation | None, Kind.WORD),
        (Initializer, Kind.WORD),
        (Literal[1], Kind.OTHER),
        (bool, Kind.OTHER),
        (Formula, Kind.OTHER),
        (NestedLayer, Kind.OTHER),
        (Annotated[Any, ArgumentType(list_of(text()), "names")], Kind.OTHER),
        (Annotated[Any, ArgumentType(text(), "a name", kind=Kind.NAME)], Kind.NAME),
        (Annotated[Any, ArgumentType({"type": "literal", "expected": ["a"]}, "`a`")], Kind.CHOICE),
    ],
)
def test_kinds(annotation: Any, kind: Kind) -> None:
    assert argument_type(annotation).kind_for(Base) is kind


def test_kinds_agree_with_words() -> None:
    """The words that hints once asked for are those of the kind."""
    records = [*layer_types().values(), *CONSTRUCTS.values(), ItemKeys, SpecKeys, RecipeKeys]
    seen = set()
    for record in records:
        for field in fields(record).values():
            kind, words = field.type.kind_for(record), field.type.value_for(record)
            seen.add(kind)
            if "whole number" in words:
                assert kind is Kind.WHOLE, (record, field.name)
            if words.startswith(("`", "one of `")) and field.type.text:
                assert kind is Kind.CHOICE, (record, field.name)
                assert list(field.type.choices) == re.findall(r"`(\w+)`", words)
    assert seen == set(Kind)


class OfTheCore(Record):
    """Argument types as plugins of version 0.1 made them: of pydantic's core itself."""

    steps: Annotated[
        int, ArgumentType(core_schema.int_schema(strict=True, ge=2), "a whole number above 1")
    ] = 2
    share: Annotated[float, ArgumentType(number_schema(gt=0, lt=1), "a share")] = 0.5
    mode: Annotated[
        str, ArgumentType(core_schema.literal_schema(["up", "down"]), "`up` or `down`", True)
    ] = "up"
    """Its words are those of the schema."""
    window: Annotated[
        str,
        ArgumentType(core_schema.literal_schema(["a", "b"]), "a window", True, False, ("a", "b")),
    ] = "a"


def test_types_of_the_core_go_on_working() -> None:
    assert OfTheCore(steps=3, mode="down").arguments() == {"steps": 3, "mode": "down"}
    for wrong in ({"steps": 1}, {"share": 1.0}, {"mode": "left"}):
        with pytest.raises(ValidationError):
            OfTheCore(**wrong)
    kinds = {n: f.type.kind_for(OfTheCore) for n, f in fields(OfTheCore).items()}
    assert list(kinds.values()) == [Kind.WHOLE, Kind.NUMBER, Kind.CHOICE, Kind.WORD]
    assert fields(OfTheCore)["mode"].type.choices == ("up", "down")


def test_words_without_null() -> None:
    kind = fields(Sample)["activation"].type
    assert kind.expects_for(Sample) == "the name of an activation, or null"
    assert kind.value_for(Sample) == "the name of an activation"
    assert fields(Sample)["count"].type.value_for(Sample) == "a whole number above 0"


def test_core_is_in_one_folder() -> None:
    """Pydantic's core is imported by the records only, and pydantic itself nowhere."""
    imports = re.compile(r"^\s*(?:from|import) (pydantic\w*)", re.MULTILINE)
    for path in (ROOT / "archspec").rglob("*.py"):
        found = set(imports.findall(path.read_text(encoding="utf-8")))
        inside = path.parent.name == "records"
        assert found <= ({"pydantic_core"} if inside else set()), path


@pytest.mark.parametrize(
    "order", [("archspec.records.record", "pydantic"), ("pydantic", "archspec.records.record")]
)
def test_the_core_is_that_of_pydantic_whichever_comes_first(order: tuple[str, str]) -> None:
    """Only its compiled part is loaded, under its own name: there are never two of them."""
    code = f"""
import sys
import {order[0]}
assert ("typing_extensions" in sys.modules) is ({order[0]!r} == "pydantic")
import {order[1]}
import pydantic, pydantic_core
from archspec.layers.core import Dense
from archspec.records.core import SchemaValidator, ValidationError
assert SchemaValidator is pydantic_core.SchemaValidator
assert ValidationError is pydantic_core.ValidationError is pydantic.ValidationError
model = pydantic.create_model("Model", layer=(Dense, ...))
assert repr(model(layer={{"units": 3}}).layer) == "Dense(units=3)"
try:
    Dense(units="x")
except pydantic.ValidationError:
    print("ok")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert (done.stdout, done.stderr) == ("ok\n", "")


def test_without_the_compiled_part_the_package_is_imported() -> None:
    """A release of the package may have it elsewhere."""
    code = """
import sys
from importlib.machinery import PathFinder
PathFinder.find_spec = lambda name, path=None, target=None, find=PathFinder.find_spec: (
    None if name.startswith("pydantic_core.") and "pydantic_core" not in sys.modules
    else find(name, path)
)
from archspec.records.core import SchemaValidator
print(SchemaValidator({"type": "int"}).validate_python(3), "pydantic_core" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert (done.stdout, done.stderr) == ("3 True\n", "")
