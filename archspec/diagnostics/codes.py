"""The table of codes: one line for each error and warning that archspec gives.

AS0xx text, AS1xx envelope, AS2xx layers and arguments, AS3xx graph, AS4xx shapes and
expectations, AS5xx targets, AS6xx training, AS7xx networks from elsewhere, AS8xx notes, AS9xx
warnings. Each code has a page in docs/errors/.
"""

from collections.abc import Iterable

CODES = {
    "AS001": "file cannot be read",
    "AS002": "file is binary",
    "AS003": "text is not UTF-8",
    "AS004": "file is too large",
    "AS005": "file is empty",
    "AS006": "file of another tool",
    "AS007": "settings of the project cannot be used",
    "AS010": "text is not YAML",
    "AS011": "text is not JSON",
    "AS012": "key stands twice",
    "AS013": "key without a value",
    "AS014": "nesting is too deep",
    "AS015": "aliases expand to too much",
    "AS016": "YAML feature that specs do not use",
    "AS017": "ambiguous number",
    "AS018": "tab in the indentation",
    "AS101": "spec is not a mapping",
    "AS102": "unknown key",
    "AS103": "key is missing",
    "AS104": "value does not fit its key",
    "AS105": "format version is not known",
    "AS106": "bad name",
    "AS107": "bad parameter",
    "AS108": "file of `extends` or `use` cannot be used",
    "AS109": "files refer to each other in a circle",
    "AS110": "parameter is not declared",
    "AS111": "parameter has a value of another type",
    "AS201": "unknown layer or block",
    "AS202": "unknown argument",
    "AS203": "argument is missing",
    "AS204": "argument has a bad value",
    "AS205": "arguments do not go together",
    "AS206": "item is not a layer",
    "AS207": "bad expression",
    "AS208": "unknown name in an expression",
    "AS209": "expression has no value",
    "AS210": "block has a bad argument",
    "AS211": "block calls itself",
    "AS301": "unknown layer in `from` or `apply`",
    "AS302": "name stands twice",
    "AS303": "wrong number of inputs",
    "AS304": "layer is used before it stands",
    "AS305": "graph is too large",
    "AS306": "repeat cannot be done",
    "AS308": "weights cannot be shared",
    "AS309": "output does not exist",
    "AS401": "window does not fit",
    "AS402": "shapes cannot be merged",
    "AS403": "wrong number of dimensions",
    "AS404": "shape does not fit the layer",
    "AS405": "shape is not as expected",
    "AS406": "count is not as expected",
    "AS407": "size is not known",
    "AS408": "size is too large",
    "AS409": "layer does not take values of this type",
    "AS501": "backend is not installed",
    "AS502": "file exists already",
    "AS503": "file cannot be written",
    "AS504": "layer cannot be built",
    "AS505": "picture cannot be laid out",
    "AS506": "layout takes too long",
    "AS507": "model or weights cannot be used",
    "AS601": "spec cannot be trained",
    "AS602": "unknown loss, optimizer, metric, callback or data",
    "AS603": "loss or metric does not fit the network or the data",
    "AS604": "data do not fit the input",
    "AS605": "number of classes is not that of the outputs",
    "AS606": "data cannot be found",
    "AS607": "picture or label is bad",
    "AS608": "training cannot be distributed like this",
    "AS609": "run cannot be used",
    "AS610": "parts of the recipe do not go together",
    "AS611": "training has diverged",
    "AS701": "file is no model that can be imported",
    "AS702": "layer carries code",
    "AS703": "layer is not known",
    "AS704": "layer cannot be said in a spec",
    "AS705": "network did not come out the same",
    "AS801": "bias before a BatchNormalization",
    "AS802": "border is left out",
    "AS803": "one layer has most of the weights",
    "AS804": "head has most of the weights",
    "AS805": "linear layers in a row",
    "AS806": "answer at every step",
    "AS807": "receptive field is small",
    "AS808": "saturating activation in a deep network",
    "AS809": "window on a single value",
    "AS810": "ReLU in a recurrent layer",
    "AS811": "residual is linear",
    "AS812": "axes of a series may be swapped",
    "AS813": "window has no middle",
    "AS814": "checkerboard",
    "AS815": "Dropout before a BatchNormalization",
    "AS816": "pooling behind a pooling",
    "AS850": "best weights are not restored",
    "AS851": "batch of one is normalized",
    "AS852": "callback watches the training part",
    "AS853": "more is held back than trained on",
    "AS854": "fine-tuning is as fast as the head",
    "AS855": "learning rate is large",
    "AS890": "ignored code is not found",
    "AS901": "layer leads nowhere",
    "AS902": "block is never used",
    "AS903": "parameter is never used",
    "AS904": "frozen layers have no weights to begin with",
    "AS905": "test part steers the training",
    "AS906": "default looks like a formula",
    "AS907": "softmax of one value",
    "AS908": "answer at every place",
    "AS909": "something behind a softmax",
    "AS910": "softmax inside the network",
    "AS911": "ReLU at the output",
    "AS912": "no activation between two layers",
    "AS913": "activation behind an activation",
    "AS914": "input is never read",
    "AS915": "channels come first",
    "AS916": "axis is not that of the channels",
    "AS917": "Dropout at the output",
    "AS918": "Dropout of nearly everything",
    "AS919": "all steps into one answer",
    "AS920": "heads are as wide as the input",
    "AS921": "stride is longer than the window",
    "AS922": "layer is absurdly large",
    "AS923": "rows of an Embedding are not whole numbers",
    "AS924": "layer changes nothing",
    "AS925": "value merged with itself",
    "AS926": "construct does nothing",
    "AS927": "border added twice",
    "AS928": "everything is frozen",
    "AS929": "penalty that Keras leaves out",
    "AS930": "vectors become whole numbers",
    "AS931": "one number gets through",
    "AS932": "layer stands twice",
    "AS933": "momentum of BatchNormalization is small",
    "AS934": "normalization of one value",
    "AS935": "layer never learns",
    "AS936": "penalty is too strong",
    "AS937": "value is far off",
    "AS938": "weights begin too large",
    "AS939": "window is larger than its map",
    "AS940": "numbers of an Embedding are swapped",
    "AS941": "normalization at the output",
    "AS942": "Reshape does not turn axes",
    "AS943": "default is never used",
    "AS944": "`input` is not what the residual reads",
    "AS945": "output stands twice",
    "AS946": "training is overruled",
    "AS950": "bytes of pictures reach the network as they are",
    "AS951": "pictures are scaled to an odd range",
    "AS952": "learning rate is extreme",
    "AS953": "callback cannot act",
    "AS954": "callback takes the worst for the best",
    "AS955": "batch is larger than the data",
    "AS956": "digits are flipped or turned over",
    "AS957": "schedule has another length than the training",
    "AS958": "schedule does not lower the rate",
    "AS959": "weights were trained on other values",
    "AS960": "augmentation is not left to chance",
    "AS961": "share leaves nothing to learn from",
    "AS962": "argument has no effect",
    "AS963": "fine-tuning takes larger steps than the head",
    "AS964": "layer of an older Keras does something else now",
}
"""Code → title."""


SEVERITIES = ("error", "warning", "note")


def severity_of(code: str) -> str:
    """``error``; ``warning``, for what is hardly meant; ``note``, for what is worth knowing."""
    return {"8": "note", "9": "warning"}.get(code[2], "error")


def is_error(code: str) -> bool:
    """Whether a code says that something is wrong, and not only that it is remarkable."""
    return code[2] not in "89"


def status_of(codes: Iterable[str]) -> int:
    """The exit status of a command that ends with these (docs/reliability.md has the table).

    0 for warnings alone; 1 if something that archspec was given is wrong; 2 if a file could not be
    read or written at all, or if a target, such as Keras, failed.
    """
    errors = [code for code in codes if is_error(code)]
    if any(code.startswith("AS5") or code in _REFUSED for code in errors):
        return 2
    return 1 if errors else 0


_REFUSED = ("AS001", "AS002", "AS003", "AS004", "AS007", "AS608", "AS609", "AS701", "AS705")
"""Beside AS5xx: a file that is no text, devices that cannot be used, a folder that is no run,
a model that cannot be read, or came out as another network."""
