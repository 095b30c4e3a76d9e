"""Words of other tools for what a recipe names, and what they are here.

PyTorch, Lightning, Keras 2, scikit-learn, TensorFlow-Slim, fastai. All words are bare: small
letters, without `_` and `-`.
"""

from typing import Any

_CROSSENTROPY = (
    "CategoricalCrossentropy",
    {"CategoricalCrossentropy": {"from_logits": True}},
    "BinaryCrossentropy",
)
_BINARY = ("BinaryCrossentropy", {"BinaryCrossentropy": {"from_logits": True}})
_SUMS = ({"BinaryCrossentropy": {"from_logits": True}}, "BinaryCrossentropy")

OBJECTS: dict[str, dict[str, tuple[Any, ...]]] = {
    "a loss": {
        "crossentropyloss crossentropy ce celoss xent xentropy softmaxcrossentropy softmaxloss"
        " nll nllloss negativeloglikelihood softmaxcrossentropywithlogits categorical cce"
        " softmaxwithloss categoricalce categoricalcrossentropyloss": _CROSSENTROPY,
        "logloss loglossbinary": ("BinaryCrossentropy", "CategoricalCrossentropy"),
        "bce bceloss binary binaryce binarycrossentropyloss binarylogloss": _BINARY,
        "bcewithlogits bcewithlogitsloss sigmoidcrossentropy sigmoidcrossentropywithlogits": _SUMS,
        "sparsece scce sparse sparsecrossentropy": ("SparseCategoricalCrossentropy",),
        "mseloss l2 l2loss squarederror squaredloss squared meansquared quadratic euclideanloss"
        " sse rmse rootmeansquarederror meansquareloss leastsquares": ("MeanSquaredError",),
        "l1 l1loss maeloss absoluteerror absoluteloss meanabsolute": ("MeanAbsoluteError",),
        "smoothl1 smoothl1loss huberloss": ("Huber",),
        "kld kldiv kldivloss kl kldivergenceloss kullbackleiblerdivergence": ("KLDivergence",),
        "poissonnll poissonnllloss poissonloss": ("Poisson",),
        "multimarginloss multiclasshinge": ("CategoricalHinge",),
        "focal focalloss": ("CategoricalFocalCrossentropy",),
    },
    "an optimizer": {
        "momentum momentumoptimizer": ({"SGD": {"momentum": 0.9}},),
        "nesterov nag": ({"SGD": {"momentum": 0.9, "nesterov": True}},),
        "gradientdescent gradientdescentoptimizer stochasticgradientdescent gd": ("SGD",),
        "adamoptimizer": ("Adam",),
        "adamwoptimizer": ("AdamW",),
        "rmspropoptimizer": ("RMSprop",),
        "amsgrad": ({"Adam": {"amsgrad": True}},),
    },
    "a schedule": {
        "cosineannealing cosineannealinglr cosine cosinelr cosineschedule": ("CosineDecay",),
        "exponentiallr exponential": ("ExponentialDecay",),
        "steplr stepdecay step": ({"ExponentialDecay": {"staircase": True}},),
        "polynomiallr poly polynomial linear lineardecay linearlr": ("PolynomialDecay",),
        "multisteplr multistep piecewise piecewiseconstant": ("PiecewiseConstantDecay",),
    },
    "a metric": {
        "categoricalaccuracy binaryaccuracy sparsecategoricalaccuracy accuracyscore"
        " multiclassaccuracy correct top1 top1accuracy": ("Accuracy",),
        "top5 top5accuracy top5acc": ({"TopKCategoricalAccuracy": {"k": 5}},),
        "top3 top3accuracy top3acc": ({"TopKCategoricalAccuracy": {"k": 3}},),
        "topk topkaccuracy": ("TopKCategoricalAccuracy",),
        "rocauc auroc aucroc rocaucscore areaundercurve": ("AUC",),
        "averageprecision auprc prauc": ({"AUC": {"curve": "PR"}},),
        "rmse rootmse": ("RootMeanSquaredError",),
        "r2 rsquared r2value": ("R2Score",),
        "mseloss squarederror": ("MeanSquaredError",),
        "l1 absoluteerror": ("MeanAbsoluteError",),
        "f1 f1score fscore fbeta fmeasure fbetascore": ("AUC", "Precision"),
        "sensitivity truepositiverate tpr": ("Recall",),
    },
    "a callback": {
        "reduceonplateau reducelr lrplateau plateau lrscheduleronplateau": ("ReduceLROnPlateau",),
        "stopearly earlystop": ("EarlyStopping",),
        "terminateonnans nancheck": ("TerminateOnNaN",),
        "tensorboardlogger": ("TensorBoard",),
    },
    "a kind of data": {
        "imagefolderdataset imagedir imagedirectory imagedatasetfromdirectory folder directory"
        " flowfromdirectory images imgfolder": ("image_folder",),
        "csv table imagecsv flowfromdataframe dataframe": ("image_table",),
        "npz numpy array npzfile tensors": ("arrays",),
        "mnistdataset digits": ("mnist",),
    },
}
"""What is named → words, and what they are here, best first."""

NEEDLESS: dict[str, str] = {
    "modelcheckpoint": "a run keeps its weights after each epoch",
    "backupandrestore": "a run keeps its weights after each epoch: `archspec train --resume` goes on",
    "csvlogger": "a run writes its history.csv by itself",
    "progbarlogger": "progress is shown by itself",
    "history": "a run keeps its history by itself",
    "progressbar": "progress is shown by itself",
    "tqdmprogressbar": "progress is shown by itself",
}
"""Callbacks that a recipe does without, and why."""

KERAS_ONLY: dict[str, frozenset[str]] = {
    "a loss": frozenset(
        [
            "hinge",
            "squaredhinge",
            "cosinesimilarity",
            "tversky",
            "dice",
            "ctc",
            "circle",
            "binaryfocalcrossentropy",
            "categoricalgeneralizedcrossentropy",
        ]
    ),
    "an optimizer": frozenset(
        ["adafactor", "ftrl", "muon", "lossscaleoptimizer", "schedulefreeadamw"]
    ),
    "a metric": frozenset(
        [
            "meanabsolutepercentageerror",
            "mape",
            "msle",
            "meansquaredlogarithmicerror",
            "logcosherror",
            "cosinesimilarity",
            "hinge",
            "categoricalhinge",
            "squaredhinge",
            "poisson",
            "kldivergence",
            "binarycrossentropy",
            "categoricalcrossentropy",
            "sparsecategoricalcrossentropy",
            "f1score",
            "fbetascore",
            "iou",
            "binaryiou",
            "meaniou",
            "onehotiou",
            "onehotmeaniou",
            "truepositives",
            "truenegatives",
            "falsepositives",
            "falsenegatives",
            "precisionatrecall",
            "recallatprecision",
            "sensitivityatspecificity",
            "specificityatsensitivity",
            "sum",
            "mean",
            "concordancecorrelation",
            "pearsoncorrelation",
            "meanmetricwrapper",
            "meantensor",
        ]
    ),
    "a callback": frozenset(
        [
            "learningratescheduler",
            "lambdacallback",
            "remotemonitor",
            "swapemaweights",
            "callbacklist",
            "orbaxcheckpoint",
        ]
    ),
    "a schedule": frozenset(["cosinedecayrestarts", "learningrateschedule"]),
    "a kind of data": frozenset(
        [
            "cifar10",
            "cifar100",
            "fashionmnist",
            "imdb",
            "reuters",
            "bostonhousing",
            "californiahousing",
        ]
    ),
}
"""What Keras has and a recipe cannot name: no word of a recipe is near to it."""

AUGMENT_ARGUMENTS: dict[str, str] = {
    "factor": "degrees angle angles rotation maxangle rotationrange brightness contrast delta amount"
    " strength magnitude value range",
    "height_factor": "zoom zoomfactor scale zoomrange height heightshift vertical",
    "width_factor": "width widthshift horizontal",
    "mode": "direction orientation axis",
}
"""Arguments of augmentations → words for them."""

SHORT_AUGMENTATIONS: dict[str, tuple[str, Any]] = {
    "flip": ("RandomFlip", "horizontal"),
    "rotate": ("RandomRotation", 0.1),
    "rotation": ("RandomRotation", 0.1),
    "zoom": ("RandomZoom", 0.1),
    "shift": ("RandomTranslation", {"height_factor": 0.1, "width_factor": 0.1}),
    "translate": ("RandomTranslation", {"height_factor": 0.1, "width_factor": 0.1}),
    "noise": ("GaussianNoise", 0.1),
    "cutout": ("RandomErasing", None),
    "erasing": ("RandomErasing", None),
}
"""Words for augmentations, and layers with arguments where nothing is said."""

AUGMENTATIONS: dict[str, tuple[str, dict[str, Any] | str | None]] = {
    "randomhorizontalflip": ("RandomFlip", "horizontal"),
    "horizontalflip": ("RandomFlip", "horizontal"),
    "hflip": ("RandomFlip", "horizontal"),
    "fliplr": ("RandomFlip", "horizontal"),
    "randomverticalflip": ("RandomFlip", "vertical"),
    "verticalflip": ("RandomFlip", "vertical"),
    "vflip": ("RandomFlip", "vertical"),
    "flipud": ("RandomFlip", "vertical"),
}
"""Augmentations of other tools that are a layer with an argument."""

NUMBERED: dict[str, tuple[str, tuple[str, ...]]] = {
    "rotationrange": ("RandomRotation", ("factor",)),
    "zoomrange": ("RandomZoom", ("height_factor", "width_factor")),
    "brightness": ("RandomBrightness", ("factor",)),
    "contrast": ("RandomContrast", ("factor",)),
}
"""Augmentations of other tools that are a number, and the arguments that take it."""

PREPARATIONS: dict[str, str] = {
    "totensor": "pictures are read as they are: `prepare: {rescale: 1/255}` brings them to 0 to 1",
}
"""Transforms of other tools that are none here, and why."""

ARGUMENTS: dict[str, str] = {
    "learning_rate": "lr rate eta stepsize learnrate baselr initiallr alpha",
    "epsilon": "eps epsilonhat",
    "weight_decay": "l2 wd l2reg weightdecayrate l2regularization regularization",
    "momentum": "mom",
    "nesterov": "usenesterov",
    "clipnorm": "clip gradclip gradientclip maxgradnorm maxnorm gradclipnorm gradientclipnorm",
    "clipvalue": "gradientclipval gradclipvalue clipval",
    "use_ema": "ema",
    "gradient_accumulation_steps": "accumulationsteps gradaccumulation gradaccumulationsteps"
    " accumulategradbatches accumulation",
    "rho": "alpha decayrate",
    "initial_learning_rate": "initiallr lr learningrate baselr maxlr rate start startlr",
    "decay_steps": "steps tmax totalsteps maxsteps stepsize",
    "decay_rate": "gamma factor decay drop",
    "end_learning_rate": "minlr etamin endlr finallr",
    "warmup_steps": "warmup",
    "boundaries": "milestones steps",
    "label_smoothing": "smoothing labelsmooth smooth",
    "from_logits": "logits uselogits",
    "delta": "beta threshold",
    "k": "topk n kth top",
    "monitor": "metric quantity watch watched key figure",
    "patience": "wait tolerance epochs nepochs rounds",
    "min_delta": "delta epsilon threshold minchange tol",
    "restore_best_weights": "restore restorebest restorebestmodel keepbest",
    "mode": "direction",
    "factor": "gamma decay",
    "min_lr": "minlearningrate",
    "start_from_epoch": "warmup startepoch",
    "path": "dir directory folder root file filename csv table npz datadir imagedir src source"
    " datapath location datasetpath filepath",
    "images": "imagefolder imagesdir imgdir imagedirectory picturefolder pictures",
    "score": "label labels target y scorecolumn rating scores targets ycol",
    "image": "imagecolumn filenamecolumn xcol filename",
    "ending": "suffix extension ext",
    "train": "trainfolder traindir trainpath",
    "test": "testfolder testdir val valid validation valdir testpath validationfolder",
    "held_out": "testsize testsplit testshare holdout split validationsplit testfraction"
    " valsplit testratio",
    "class_names": "classes labels names classlist",
    "size": "resize imagesize imgsize targetsize shape inputsize sizes resolution inputshape",
    "rescale": "scale factor rescaling normalize normalise normalization norm divide scaling",
    "pad": "padding zeropad zeropadding",
    "offset": "shift add bias",
    "preprocess": "preprocessing preprocessinput family preprocessor preprocessfunction",
    "flatten": "flat",
    "from": "fromlayer start startlayer layer unfreeze unfreezefrom fromblock thaw startfrom"
    " layers unfreezelayer",
    "epochs": "epoch nepochs numepochs maxepochs nbepoch",
    "optimizer": "optim optimiser opt",
}
"""Arguments of what a recipe names → words for them. Those that a class has are looked through."""

TOP_KEYS = frozenset(("batch_size", "epochs", "seed", "validation_split", "metrics"))
"""Keys of the top that other tools have in a section."""

NEEDLESS_ARGUMENTS: dict[str, str] = {
    "classes": "the data say which classes there are",
    "classmode": "the loss says how labels are written",
    "grayscale": "pictures are made grey or RGB as the network takes them",
    "colormode": "pictures are made grey or RGB as the network takes them",
    "verbose": "progress is shown by itself",
    "logdir": "logs lie in the run's folder",
    "name": "nothing asks for it",
    "shuffle": "what is for training is shuffled in each epoch",
    "p": "it is drawn for each picture",
    "savebestonly": "a run keeps its weights by itself",
}
"""Arguments that a recipe does without, and why."""
