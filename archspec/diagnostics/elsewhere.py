"""Words of other tools and of papers, and what Keras calls them.

PyTorch, Keras 1 and 2, TensorFlow-Slim, Caffe, darknet, MXNet, Lasagne, Flax, ONNX. All words are
bare: small letters, without `_` and `-`. What they become is looked for among the words that are
known at a place, so one word may stand for several things.
"""

import re
from functools import lru_cache


def _words(text: str) -> list[str]:
    return text.split()


_BY_RANK = {
    "Conv?D": "conv convolution convolutional convlayer atrousconv atrousconvolution dilatedconv"
    " quantconv",
    "Conv?DTranspose": "convtranspose transposeconv transposedconv transposedconvolution"
    " convtransposed convolutiontranspose deconv deconvolution tconv transconv upconv"
    " fractionallystridedconv",
    "SeparableConv?D": "sepconv separableconv separableconvolution depthwiseseparableconv",
    "DepthwiseConv?D": "dwconv depthwise depthwiseconv depthwiseconvolution convdw convdepthwise",
    "ConvLSTM?D": "convlstm",
    "MaxPooling?D": "maxpool maxpooling maxpoollayer poolmax pool pooling poollayer subsampling"
    " maximumpooling",
    "AveragePooling?D": "avgpool avgpooling averagepool averagepooling meanpool meanpooling poolavg",
    "GlobalAveragePooling?D": "gap globalavgpool globalaveragepool globalavgpooling"
    " globalaveragepooling globalpool globalpooling globalmeanpool globalmeanpooling",
    "GlobalMaxPooling?D": "gmp globalmaxpool globalmaxpooling",
    "AdaptiveAveragePooling?D": "adaptiveavgpool adaptiveaveragepool adaptiveavgpooling"
    " adaptiveaveragepooling",
    "AdaptiveMaxPooling?D": "adaptivemaxpool adaptivemaxpooling",
    "UpSampling?D": "upsample upsampling upsamplingnearest upscale unpool unpooling resizenearest",
    "ZeroPadding?D": "zeropad zeropadding padding pad padlayer",
    "Cropping?D": "crop cropping croplayer",
    "SpatialDropout?D": "spatialdropout channeldropout featuredropout",
    "BatchNormalization": "bn batchnorm batchnormalisation batchnormalize batchnormlayer"
    " batchnormalizationlayer batchnormalizationv1 batchnormalizationv2 fusedbatchnorm",
}
"""Layers with a number of axes in their names, and the words without it."""

_LAYERS = {
    "Dense": "fc fullyconnected fullconnected fullconnection connected innerproduct linear affine"
    " denselayer fullyconnectedlayer linearlayer gemm",
    "Activation": "act activationlayer nonlin nonlinearity nonlinearitylayer",
    "ReLU": "relulayer rectifier rectifiedlinear rectifiedlinearunit rectify",
    "LeakyReLU": "lrelu leaky leakyrelulayer leakyrectify",
    "PReLU": "parametricrelu",
    "Softmax": "softmaxlayer logits2prob",
    "LayerNormalization": "ln layernorm layernormalisation",
    "GroupNormalization": "gn groupnorm groupnormalisation",
    "RMSNormalization": "rmsnorm rmsnormalisation",
    "LocalResponseNormalization": "lrn localresponsenorm localresponsenormalisation crossmaplrn"
    " crossmaplrn2d",
    "UnitNormalization": "l2norm l2normalize l2normalization",
    "SpectralNormalization": "spectralnorm",
    "Dropout": "drop dropoutlayer",
    "LSTM": "lstmlayer lstmcell basiclstmcell basiclstm cudnnlstm",
    "GRU": "grulayer grucell cudnngru",
    "SimpleRNN": "rnn rnncell vanillarnn elmanrnn basicrnn basicrnncell simplernncell recurrent",
    "Embedding": "embed embeddings embeddinglayer wordembedding tokenembedding lookuptable",
    "PositionEmbedding": "positionalembedding positionembeddings positionalembeddings posembed wpe"
    " learnedpositionalembedding learnedpositionembedding posembedding positionembeddinglayer",
    "ReversibleEmbedding": "tiedembedding",
    "Weight": "parameter classtoken clstoken variable trainableweight learnableparameter weightlayer",
    "MultiHeadAttention": "mha mhsa mhattention multiheadselfattention selfattention"
    " multiheadedattention multiheadattn",
    "Concatenate": "concat cat concatenation concatlayer depthconcat filterconcat route"
    " concatenatelayer concatlayers",
    "Add": "addition sum eltwise eltwisesum elementwisesum elemwisesum elementwiseadd addlayer"
    " shortcut plus",
    "Multiply": "mul multiplication times product eltwiseprod elementwisemul",
    "Subtract": "sub subtraction minus",
    "Average": "avg mean averagelayer",
    "Maximum": "eltwisemax elementwisemax max",
    "Minimum": "eltwisemin elementwisemin min",
    "Flatten": "flattenlayer flat",
    "Reshape": "view unflatten reshapelayer",
    "Permute": "transpose dimshuffle permutation permutelayer",
    "RepeatVector": "tile",
    "Identity": "noop passthrough nop",
    "Rescaling": "rescale",
    "Resizing": "resize resizelayer",
    "CenterCrop": "centrecrop",
    "GaussianNoise": "noise",
    "Bidirectional": "bidirectionalrnn",
    "TimeDistributed": "timedistributedlayer",
    "GetItem": "slice stridedslice slicing index select narrow subtensor",
    "Take": "gather indexselect",
    "ExpandDims": "unsqueeze newaxis expanddim",
    "Transpose": "swapaxes moveaxis",
    "Split": "chunk unbind unstack",
    "Roll": "circularshift cyclicshift shiftcyclic",
    "Flip": "reverse",
    "Mean": "reducemean",
    "Max": "reducemax amax",
    "Min": "reducemin amin",
    "Sum": "reducesum",
    "Prod": "reduceprod",
    "Std": "reducestd",
    "Var": "reducevariance reducevar variance",
    "Logsumexp": "reducelogsumexp",
    "Absolute": "abs absval",
    "Negative": "neg",
    "Power": "pow",
    "Square": "sqr",
    "Divide": "div division quotient truedivide",
    "Matmul": "bmm batchmatmul matrixmultiply",
    "Clip": "clamp clipbyvalue",
    "Where": "ifelse",
    "Greater": "gt greaterthan",
    "GreaterEqual": "ge",
    "Less": "lt lessthan",
    "LessEqual": "le",
    "Equal": "eq",
    "NotEqual": "ne",
    "repeat": "loop foreach stack repeated",
    "parallel": "fork split branches inception",
    "residual": "skip res resblock residualblock skipconnection",
    "apply": "share shared reuse tied sharedlayer",
    "indices": "index ids idx positions",
    "indices_or_sections": "chunks sections splits parts numsplits numorsizesplits n",
    "input": "inputshape inputsize inputdim",
}

_ARGUMENTS = {
    "activation": "type kind act activationfn activationfunction activationfunc actfn acttype nonlinearity"
    " nonlin function func fn activations nonlinearityfn actfunc actlayer activationtype transfer"
    " hiddenact hiddenactivation actfunction",
    "activity_regularizer": "activityreg",
    "alpha": "a",
    "archspec": "version format formatversion archspecversion",
    "as": "index counter iterator loop variable var round iteration idx",
    "axes": "axis dotaxes perm permutation order dims",
    "axis": "concataxis dim dims axes concatdim channelaxis dimension",
    "bias": "k kappa knorm offset",
    "bias_initializer": "bias biasinit initb initbias biasfiller",
    "bias_regularizer": "bregularizer biasreg biasdecay",
    "blocks": "block modules definitions functions templates components macros blockdefs submodules",
    "branches": "paths arms towers branch streams",
    "center": "beta",
    "cropping": "crop crops",
    "depth_multiplier": "channelmultiplier multiplier depthmul depthmult dm",
    "depth_radius": "localsize size n radius",
    "depthwise_initializer": "kernelinitializer init",
    "depthwise_regularizer": "kernelregularizer",
    "description": "desc summary about doc comment comments info notes",
    "dilation_rate": "dilation dilations dilate atrousrate rate dilationfactor d dilationsize holes",
    "dims": "order perm axes permutation dimensions",
    "dropout": "dropoutw dropoutrate attndrop attndropout attentiondropout inputdropout pdrop drop"
    " attentionprobsdropoutprob attnpdrop attentionprobsdropout rate",
    "embeddings_initializer": "init initializer embeddinginitializer kernelinitializer",
    "epsilon": "eps variancepsilon varianceepsilon e layernormeps layernormepsilon rmsnormeps normeps"
    " batchnormeps bneps lneps",
    "expect": "expects expected outputshape outshape asserts shape test tests",
    "extends": "base parent inherits inherit extend from basedon baseon",
    "filters": "outchannels outch outplanes nbfilter nbfilters nfilters nfilter numfilters numfilter"
    " channels outchannel nchannels cout chout numoutput numoutputs features featuremaps nmaps"
    " outfilters nf ch c2 kernels numkernels nkernels outputchannels outputs out outputdim units"
    " width planes maps noutput depth output outputfilters",
    "dtype": "dtypepolicy datatype precision computedtype policy mixedprecision",
    "from": "input inputs bottom bottoms source sources src reads previous prev inputlayer"
    " inputlayers inboundnodes inboundlayers parents inputfrom inputnames",
    "groups": "group ngroups numgroups numgroup cardinality g groupsize",
    "head_dim": "keydim dhead dimhead headsize",
    "height": "h targetheight rows",
    "init_values": "gamma initvalue scale value layerscaleinit layerscaleinitvalue init",
    "input": "inputshape inputsize inputdim inputs shape inshape inputlayer in batchinputshape"
    " imagesize imgsize imageshape inputdims",
    "input_dim": "numembeddings vocabsize vocab vocabularysize numtokens maxfeatures numwords"
    " nwords nvocab nembeddings vocabulary maxtokens inputsize inputdims numinputs",
    "inputs": "inputlayers inputshapes",
    "interpolation": "mode method upsamplemode resample interp interpolationmode resizemethod",
    "keepdims": "keepdim keepdimension",
    "kernel_initializer": "init initializer kernelinit weightinit weightsinitializer weightfiller"
    " initw weightinitializer winit wfill initialization initweights weightsinit",
    "kernel_regularizer": "wregularizer weightsregularizer weightregularizer regularizer reg"
    " kernelreg wreg",
    "kernel_constraint": "wconstraint weightconstraint constraint",
    "bias_constraint": "bconstraint",
    "kernel_size": "kernel ksize k filtersize kernelshape kernelsz kernelwidth window windowsize"
    " size filterlength filtershape fsize kersize receptivefield kernelsizes ks"
    " filtersizes convsize kerneldim kernellength",
    "key_dim": "dk headdim keysize headsize dhead dimhead qkdim sizeperhead dimperhead kdim",
    "l1": "lambda weight factor strength coef coefficient rate amount value",
    "l2": "lambda weight factor strength coef coefficient rate amount value",
    "layer": "share shared cell module target of rnn wrapped sublayer innerlayer rnnlayer of path block"
    " layers",
    "layers": "layer body do block content contents items children modules architecture model"
    " network net sequence backbone nodes main steps graph operations ops path arch layerlist"
    " seq inner stack structure",
    "max_value": "max maximum clip cap maxval",
    "merge": "mode mergemode join combine mergelayer aggregate aggregation fusion fuse mergewith"
    " reduction op",
    "merge_mode": "mode merge concat",
    "momentum": "decay bnmomentum mom",
    "n": "times count repeats num number repetitions",
    "name": "id label top outputname layername title nodename as nm",
    "negative_slope": "alpha slope leak leakiness leakyslope a leakage leakrate negativeslopes",
    "num_heads": "heads nheads nhead numhead nbhead nbheads h numattentionheads nattentionheads"
    " headcount attentionheads",
    "offset": "shift bias add mean",
    "output_dim": "embeddingdim embeddim embdim dim dmodel embeddingsize embedsize hiddensize dims"
    " features size units outputsize emsize embsize embeddingdims ninp",
    "output_padding": "outputpad outpadding adj extrapadding",
    "output_size": "size outputshape outsize targetsize outputdim",
    "outputs": "output out outputlayers outs result results",
    "pad_width": "paddings pad pads padding widths",
    "padding": "pad pads bordermode paddingmode autopad p pad2d padmode paddingtype padtype border"
    " samepadding zeropadding amount",
    "params": "parameters param hyperparameters hyperparams vars variables var args arguments"
    " constants consts config defaults options settings knobs let hparams",
    "pool_size": "poollength kernel kernelsize ksize k poolsize size window windowsize windowshape"
    " poolkernel filtersize kernelshape pool poolsizes ps poolwidth ds",
    "projection_dim": "dim channels features width",
    "rate": "p prob probability dropoutrate droprate dropoutprob dropprob dropoutratio ratio dropout"
    " drop fraction level dropoutp pdrop dropoutprobability amount percent hiddendropoutprob"
    " hiddendropout residpdrop embdpdrop attnpdrop classifierdropout",
    "recurrent_activation": "inneractivation gateactivation recactivation recurrentact",
    "recurrent_dropout": "dropoutu recdropout",
    "recurrent_initializer": "innerinit recurrentinit recinit",
    "recurrent_regularizer": "uregularizer recurrentreg",
    "repeats": "multiples reps times",
    "rescale": "rescaling",
    "return_attention_scores": "needweights returnattention outputattentions returnscores"
    " returnweights returnattnweights",
    "return_sequences": "returnsequence returnseq returnseqs sequences returnall",
    "return_state": "returnstates state",
    "sequence_length": "maxlength maxlen length maxpositions maxseqlen seqlen blocksize nctx"
    " contextlength maxpositionembeddings numpositions inputdim",
    "scale": "gamma factor multiplier affine scalefactor rescale",
    "shape": "size dims inputshape dim sizes",
    "size": "resize scalefactor scale stride strides factor kernelsize upsamplingsize ratio upscalefactor"
    " scales factors poolsize upscale kernel length upsize by",
    "shift": "shifts by",
    "shortcut": "skip projection downsample short identity skipconnection bypass proj sidepath",
    "stddev": "sigma std sd stdev noisestddev noise standarddeviation",
    "strides": "stride subsample subsamplelength s step steps stepsize poolstride downsample hop"
    " stridesize convstride",
    "start": "begin from offset",
    "stop": "end to until",
    "subscripts": "equation",
    "target_shape": "shape targetsize size dims outputshape newshape targetdims outshape target"
    " dim output",
    "times": "count n num number repeats repetitions rounds depth numblocks nblocks numlayers"
    " numtimes repeat iterations nlayers reps nrepeats",
    "title": "heading caption",
    "trainable": "requiresgrad train learnable istrainable trained",
    "units": "outfeatures outputdim numhidden hiddensize numunits nunits neurons nodes size hidden"
    " hiddenunits width outputsize outdim dim nout output outputs features nneurons outsize"
    " numneurons numoutput numoutputs nb hiddendim layersize dout cells ncells numcells nhidden"
    " channels filters outunits classes numclasses nclasses out numoutputunits statesize"
    " denseunits length intermediatesize dimfeedforward dmodel dff ffndim mlpdim numlabels nlabels"
    " projectiondim nembd numneuron modeldim",
    "use": "import imports include includes uses requires",
    "use_causal_mask": "causal iscausal causalmask masked autoregressive",
    "use_bias": "bias usebiases withbias hasbias biasterm biases b addbias hasbiases nobias biased",
    "value_dim": "dv valuesize vdim",
    "when": "if condition cond onlyif enabled iff",
    "width": "w targetwidth cols columns",
    "x2": "exponent y other value threshold divisor number",
    "x_max": "max maxvalue maximum high upper clipvaluemax amax",
    "x_min": "min minvalue minimum low lower clipvaluemin amin",
}

VALUES = {
    "activation": {
        "leaky_relu": "leaky lrelu leakyrelu leakyrectify",
        "relu": "rectify rectified rectlin rectifier rectifiedlinear relulayer",
        "hard_swish": "hswish",
        "hard_sigmoid": "hsigmoid",
        "hard_tanh": "htanh",
        "sigmoid": "logistic sigm sig",
        "tanh": "hyperbolictangent tangent",
        "linear": "none identity null nil id lin no noactivation false",
        "silu": "swish1 sil",
        "gelu": "geluapproximate gelunew gelutanh quickgelu fastgelu",
        "softmax": "softmax2d smax",
    },
    "initializer": {
        "glorot_uniform": "xavier xavieruniform glorot xavieruniforminit",
        "glorot_normal": "xaviernormal",
        "he_normal": "kaiming kaimingnormal msra msrafiller he henorm kaimingnorm msrainit heinit",
        "he_uniform": "kaiminguniform heunif",
        "lecun_normal": "lecun",
        "random_normal": "gaussian gauss randn normalinit randnormal",
        "random_uniform": "rand randuniform",
        "truncated_normal": "truncnormal tnormal truncatednormalinit",
        "zeros": "0 zeroinit none zerosinit",
        "ones": "1 oneinit",
        "orthogonal": "ortho orth",
    },
    "padding": {
        "same": "samepad half samelower sameupper zero zeros",
        "valid": "none no validpad nopad nopadding false",
        "causal": "causalpad left",
    },
    "interpolation": {
        "bilinear": "linear bilinearinterpolation resizebilinear",
        "nearest": "nearestneighbor nearestneighbour nn nearestexact",
        "bicubic": "cubic",
    },
    "merge_mode": {
        "concat": "concatenate cat",
        "sum": "add",
        "ave": "mean average avg",
        "mul": "multiply prod",
    },
    "mode": {
        "horizontal": "h leftright lr x",
        "vertical": "v updown ud y",
        "horizontal_and_vertical": "both hv vh all",
    },
    "dtype": {
        "float32": "float single fp32 f32 floattensor tfloat real",
        "float16": "half fp16 f16",
        "float64": "double fp64 f64",
        "bfloat16": "bf16 brainfloat bfloat",
        "mixed_float16": "amp mixed mixedprecision mixedfp16 mixedhalf",
        "mixed_bfloat16": "mixedbf16",
        "int32": "int i32 integer integer32",
        "int64": "long i64 integer64",
        "uint8": "byte u8 ubyte",
        "string": "str text",
        "bool": "boolean",
    },
    "data_format": {"channels_last": "nhwc nwc ndhwc last channelslast"},
}
"""What stands for a value, by the last word or words of the argument's name."""

FOLLOWS = frozenset(
    _words(
        "inputshape batchinputshape inchannels infeatures inputdim inputsize numfeatures "
        "normalizedshape numchannels inch cin inplanes inputchannels nin numinput numinputs "
        "inputfeatures indim nchannelsin inputlength batchsize batchshape"
    )
)
"""Arguments with which other tools tell a layer what it reads: here it follows."""

NEEDLESS = {
    "inplace": "a spec has no memory to save",
    "batchfirst": "the batch is always first here",
    "timemajor": "the batch is always first here",
    "device": "a spec says nothing of devices",
    "reuse": "`apply` shares weights",
    "scope": "`name` names a layer",
    "istraining": "dropout and normalization know by themselves",
    "training": "dropout and normalization know by themselves",
    "phasetrain": "dropout and normalization know by themselves",
    "trackrunningstats": "Keras always keeps these",
    "fused": "Keras chooses by itself",
    "virtualbatchsize": "Keras 3 has it no more",
    "implementation": "Keras chooses by itself",
    "dimordering": "shapes are channels-last here",
    "returnindices": "a layer gives its values only",
    "startdim": "the batch always stays",
    "enddim": "the batch always stays",
    "consumeless": "Keras chooses by itself",
    "cudnnonoff": "Keras chooses by itself",
    "countincludepad": "`same` never counts the border",
    "workspace": "Keras chooses by itself",
    "aligncorners": "Keras never does",
    "autocast": "Keras chooses by itself",
    "dmodelin": "it follows from the layer before",
    "inputdtype": "it follows from the input",
    **dict.fromkeys(
        ("lr", "learningrate", "optimizer", "loss", "metrics", "epochs"),
        "a recipe says how a network is trained",
    ),
    "registeredname": "the word is enough",
}
"""Arguments that say nothing here, and why."""

PAIRS = {
    "kernel_size": ("nbrow nbcol", "kernelh kernelw", "kernelheight kernelwidth"),
    "pool_size": ("kernelh kernelw", "poolh poolw", "poolheight poolwidth"),
    "strides": ("strideh stridew", "stridey stridex", "strideheight stridewidth"),
    "size": ("scaleh scalew", "heightfactor widthfactor"),
}
"""Arguments that others write as two: rows first, then columns."""

EXAMPLES: dict[str, int | float | str] = {
    "units": 10,
    "filters": 32,
    "kernel_size": 3,
    "pool_size": 2,
    "output_dim": 64,
    "input_dim": 1000,
    "num_heads": 4,
    "key_dim": 16,
    "head_dim": 16,
    "sequence_length": 128,
    "rate": 0.5,
    "dropout": 0.2,
    "recurrent_dropout": 0.2,
    "stddev": 0.1,
    "activation": "relu",
    "n": 2,
    "times": 2,
    "height": 224,
    "width": 224,
    "scale": 1,
}
"""Values that an argument may have, for a hint where it is missing."""

ABOUT_IT = frozenset(
    "author authors license licence date url link paper reference references citation source year"
    " tags tag nc classes framework backend seed created modified version description kind type task"
    " keras tensorflow pytorch created_by email organization".replace("_", "").split()
)
"""Keys with which other formats say what a network is."""

POSITIONS = {
    "Conv2d": ("in_channels", "filters", "kernel_size", "strides", "padding"),
    "ConvTranspose2d": ("in_channels", "filters", "kernel_size", "strides", "padding"),
    "Linear": ("in_features", "units", "use_bias"),
    "MaxPool2d": ("pool_size", "strides", "padding"),
    "AvgPool2d": ("pool_size", "strides", "padding"),
    "BatchNorm2d": ("num_features", "epsilon"),
    "LayerNorm": ("normalized_shape", "epsilon"),
    "GroupNorm": ("groups", "num_channels"),
    "Embedding": ("input_dim", "output_dim"),
    "LSTM": ("input_size", "units"),
    "GRU": ("input_size", "units"),
    "RNN": ("input_size", "units"),
    "MultiheadAttention": ("embed_dim", "num_heads"),
    "LeakyReLU": ("negative_slope",),
    "Dropout": ("rate",),
}
"""Arguments of PyTorch in their order, by Keras's names; a 2 in a word stands for 1 and 3 too."""

TRAINING = frozenset(
    [
        "optimizer",
        "optim",
        "loss",
        "losses",
        "lossfunction",
        "criterion",
        "metrics",
        "metric",
        "epochs",
        "nepochs",
        "numepochs",
        "batchsize",
        "minibatch",
        "lr",
        "learningrate",
        "lrschedule",
        "scheduler",
        "callbacks",
        "earlystopping",
        "data",
        "dataset",
        "augment",
        "augmentation",
        "fit",
        "compile",
        "train",
        "training",
        "trainingconfig",
        "validation",
        "validationsplit",
        "shuffle",
        "momentum",
        "weightdecay",
    ]
)
"""Keys that say how a network is trained."""

VAGUE = frozenset(
    _words(
        "size n d h w p k s g a b e dim dims depth width length mode rate scale factor max of in "
        "out do output outputs input inputs state shape target op test tests function block path "
        "model net main stack config options settings let no or channels features radius alpha "
        "decay bias classes window module base parent short identity concat merge add mean repeat "
        "downsample pool amount level percent drop dropout hidden cells label top number num "
        "units filters"
    )
)
"""Words of arguments that may mean several things, or nothing that a layer takes."""


def _turned(table: dict[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for meant, words in table.items():
        for word in words.split():
            found[word] = (*found.get(word, ()), meant)
    return found


_RANKED = _turned(_BY_RANK)
LAYERS = _turned(_LAYERS)
ARGUMENTS = _turned(_ARGUMENTS)
_VALUES = {kind: _turned(words) for kind, words in VALUES.items()}


@lru_cache(4096)
def bare(word: str) -> str:
    """A word without what people write differently: case, `_`, `-` and spaces."""
    return re.sub(r"[\s_-]+", "", word).lower()


def layers_called(word: str, rank: int = 2) -> tuple[str, ...]:
    """Layers and constructs that others call so, best first.

    ``rank`` is a number of spatial axes, which counts if the word names none.
    """
    plain = bare(word)
    stem, digit, rest, last = re.fullmatch(r"(.*?)(?:([123])d(.*)|([123]))?", plain).groups()  # type: ignore[union-attr]
    base = stem + (rest or "")
    for known in (base, base.removesuffix("layer"), re.sub(r"\d+$", "", base)):
        found = [
            meant.replace("?", axes)
            for meant in _RANKED.get(known, ())
            for axes in (
                digit or sorted("123", key=lambda n: (n != str(rank), n != last, n != "2"))
            )
        ]
        if found or known in LAYERS:
            return (*found, *LAYERS.get(known, ()))
    return LAYERS.get(plain, ())


def called(word: str) -> tuple[str, ...]:
    """What others call so: layers, constructs, arguments and keys."""
    return (*layers_called(word), *ARGUMENTS.get(bare(word), ()))


def values_called(argument: str, word: str) -> tuple[str, ...]:
    """Values of an argument that others call so; its own name or its last words count."""
    parts = argument.split("_")
    for start in range(len(parts)):
        table = _VALUES.get("_".join(parts[start:]))
        if table is not None:
            return table.get(bare(word), ())
    return ()
