"""Misspelt words: which one is meant, and that one file says so."""

import random
import re
import string

import pytest

from archspec.diagnostics.elsewhere import bare
from archspec.diagnostics.spelling import (
    as_sentence,
    did_you_mean,
    near_words,
    nearest,
    suggest,
)
from archspec.layers import layer_types
from archspec.records.arguments import ACTIVATIONS
from archspec.records.record import fields
from archspec.spec.words import CONSTRUCTS, ItemKeys, SpecKeys
from tests.conftest import ROOT

WORDS = ["Dense", "MaxPooling2D", "use_bias", "padding", "filters"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("dense", "Dense"),
        ("max_pooling2d", "MaxPooling2D"),
        ("maxpool", "MaxPooling2D"),
        ("Linear", "Dense"),
        ("bias", "use_bias"),
        ("pad", "padding"),
        ("fliters", "filters"),
        ("Transformer", None),
        ("", None),
        ("x" * 100, None),
    ],
)
def test_nearest(word: str, meant: str | None) -> None:
    assert nearest(word, WORDS) == meant
    assert suggest(word, WORDS, "there are few") == (
        did_you_mean(meant) if meant else "there are few"
    )


def test_as_sentence() -> None:
    assert as_sentence(suggest("MaxPoolin2D", WORDS)) == " Did you mean `MaxPooling2D`?"
    assert as_sentence(suggest("Transformer", WORDS)) == ""
    assert as_sentence("`archspec list` lists them.") == " `archspec list` lists them."


def test_one_file_asks_what_was_meant() -> None:
    asks = re.compile("did you mean", re.IGNORECASE)
    files = (ROOT / "archspec").rglob("*.py")
    found = [p.name for p in files if asks.search(p.read_text(encoding="utf-8"))]
    assert found == ["spelling.py"]


LAYERS = [*layer_types(), *CONSTRUCTS]
POOLS = [
    LAYERS,
    list(ACTIVATIONS),
    *([*fields(layer), *fields(ItemKeys)] for layer in layer_types().values()),
]
"""Words among which a misspelt one is looked for."""


def misspelt(word: str, dice: random.Random) -> str:
    """A word with a letter left out, put in, changed, or swapped with the next one."""
    at = dice.randrange(len(word))
    other = dice.choice(string.ascii_lowercase)
    return dice.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + other + word[at:],
            word[:at] + other + word[at + 1 :],
            word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :],
        ]
    )


def test_one_slip_is_seen_through() -> None:
    dice = random.Random(7)
    right = wrong_but_certain = tried = 0
    for pool in POOLS:
        for word in pool:
            for _ in range(4):
                typed = misspelt(word, dice)
                if typed in pool or bare(typed) in ("", bare(word)):
                    continue
                near = near_words(typed, pool)
                tried += 1
                right += near.words[:1] == (word,)
                wrong_but_certain += near.certain and near.words[0] != word
    assert tried > 3000
    assert right / tried >= 0.98
    assert wrong_but_certain / tried < 0.002


def test_two_words_as_near_are_both_named() -> None:
    near = near_words("Adma", ["Adagrad", "Adam", "Adamax", "AdamW", "SGD"])
    assert near.words == ("Adam", "AdamW", "Adamax")
    assert not near.certain
    assert near_words("conv4", ["conv1", "conv3", "conv7"], elsewhere=False).words[0] == "conv3"


ENGLISH = [
    "about",
    "above",
    "account",
    "across",
    "action",
    "active",
    "actor",
    "address",
    "advice",
    "afraid",
    "after",
    "again",
    "against",
    "agree",
    "ahead",
    "allow",
    "alone",
    "along",
    "already",
    "also",
    "always",
    "among",
    "amount",
    "ancient",
    "angle",
    "angry",
    "animal",
    "answer",
    "apple",
    "april",
    "area",
    "argue",
    "arm",
    "army",
    "around",
    "arrive",
    "art",
    "article",
    "ask",
    "asleep",
    "attack",
    "attend",
    "august",
    "aunt",
    "autumn",
    "average",
    "avoid",
    "awake",
    "away",
    "baby",
    "back",
    "bad",
    "bag",
    "ball",
    "bank",
    "bar",
    "base",
    "basket",
    "bath",
    "bean",
    "bear",
    "beat",
    "beauty",
    "because",
    "become",
    "bed",
    "been",
    "before",
    "begin",
    "behind",
    "believe",
    "bell",
    "below",
    "belt",
    "bend",
    "best",
    "better",
    "between",
    "beyond",
    "big",
    "bill",
    "bird",
    "birth",
    "bit",
    "bite",
    "black",
    "blade",
    "blame",
    "blanket",
    "bleed",
    "bless",
    "blind",
    "block",
    "blood",
    "blow",
    "blue",
    "board",
    "boat",
    "body",
    "bone",
    "book",
    "boot",
    "border",
    "boring",
    "born",
    "borrow",
    "both",
    "bottle",
    "bottom",
    "bowl",
    "box",
    "boy",
    "branch",
    "brave",
    "bread",
    "break",
    "breakfast",
    "breathe",
    "bridge",
    "bright",
    "bring",
    "brother",
    "brown",
    "brush",
    "bucket",
    "build",
    "burn",
    "bus",
    "business",
    "busy",
    "but",
    "butter",
    "button",
    "buy",
    "cake",
    "call",
    "camera",
    "camp",
    "can",
    "candle",
    "cap",
    "car",
    "card",
    "care",
    "carpet",
    "carry",
    "case",
    "castle",
    "cat",
    "catch",
    "cause",
    "ceiling",
    "cell",
    "cent",
    "center",
    "chain",
    "chair",
    "chalk",
    "chance",
    "change",
    "cheap",
    "cheese",
    "chest",
    "chicken",
    "chief",
    "child",
    "choose",
    "circle",
    "city",
    "claim",
    "class",
    "clay",
    "clean",
    "clear",
    "clerk",
    "clever",
    "climb",
    "clock",
    "cloth",
    "cloud",
    "coat",
    "coffee",
    "coin",
    "cold",
    "collar",
    "collect",
    "colour",
    "comb",
    "come",
    "comfort",
    "common",
    "company",
    "complete",
    "computer",
    "cook",
    "cool",
    "copper",
    "corn",
    "corner",
    "cost",
    "cotton",
    "cough",
    "count",
    "country",
    "courage",
    "course",
    "cousin",
    "cover",
    "cow",
    "crash",
    "cream",
    "create",
    "crime",
    "cross",
    "crowd",
    "cruel",
    "crush",
    "cry",
    "cup",
    "cure",
    "curtain",
    "curve",
    "custom",
    "cut",
    "damage",
    "dance",
    "danger",
    "dark",
    "daughter",
    "day",
    "dead",
    "deaf",
    "deal",
    "dear",
    "death",
    "debt",
    "decide",
    "deep",
    "deer",
    "defend",
    "degree",
    "delay",
    "demand",
    "depend",
    "depth",
    "desert",
    "desk",
    "destroy",
    "dig",
    "dinner",
    "direct",
    "dirty",
    "discover",
    "dish",
    "dismiss",
    "divide",
    "doctor",
    "dog",
    "dollar",
    "donkey",
    "door",
    "double",
    "doubt",
    "down",
    "dozen",
    "drag",
    "dream",
    "dress",
    "drink",
    "drive",
    "drop",
    "drown",
    "dry",
    "duck",
    "dull",
    "during",
    "dust",
    "duty",
    "each",
    "eager",
    "ear",
    "early",
    "earn",
    "earth",
    "east",
    "easy",
    "edge",
    "egg",
    "eight",
    "elbow",
    "empty",
    "enemy",
    "engine",
    "enjoy",
    "enough",
]


@pytest.mark.parametrize("pool", [LAYERS, list(ACTIVATIONS), list(fields(SpecKeys))])
def test_other_words_are_left_alone(pool: list[str]) -> None:
    taken = [word for word in ENGLISH if nearest(word, pool)]
    assert len(taken) / len(ENGLISH) <= 0.05, taken
