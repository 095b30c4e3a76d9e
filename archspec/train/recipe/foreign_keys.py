"""Keys of recipes under the names that other tools and other files give them."""

KEYS: dict[str, str] = {
    "archspec": "version format formatversion archspecversion",
    "name": "id experiment experimentname runname",
    "title": "heading caption",
    "description": "desc about notes comment comments",
    "spec": "network model arch architecture net networkfile modelfile specfile specification"
    " backbone modelspec specpath",
    "params": "parameters args arguments modelparams modelargs kwargs",
    "weights": "pretrained initweights pretrainedweights initialweights loadweights"
    " pretrainedmodel",
    "data": "dataset datasets dataloader datasource trainingdata traindata",
    "validation_split": "valsplit validation validationfraction valfraction validationshare"
    " validsplit valratio validationratio val validationsize valsize",
    "prepare": "preprocessing preprocess preparation transform preprocessor prep",
    "augment": "augmentation augmentations transforms dataaugmentation aug augmenter",
    "loss": "criterion lossfn lossfunction objective losses costfunction cost losstype",
    "optimizer": "optim optimiser opt solver updater optimizers",
    "metrics": "metric measures scores",
    "epochs": "epoch nepochs numepochs maxepochs nbepoch nepoch trainingepochs numberofepochs"
    " totalepochs",
    "batch_size": "batchsize batch bs minibatch minibatchsize batches trainbatchsize nbatch"
    " batchlen",
    "callbacks": "callback hooks",
    "fine_tune": "finetune finetuning",
    "seed": "randomseed manualseed randomstate rng",
    "show": "plots plot pictures figures visualize charts",
}
"""Keys → bare words for them."""

NEEDLESS: dict[str, str] = {
    "shuffle": "what is for training is shuffled in each epoch",
    "verbose": "progress is shown by itself",
    "workers": "pictures are read in as many threads as there are cores",
    "numworkers": "pictures are read in as many threads as there are cores",
    "usemultiprocessing": "pictures are read in as many threads as there are cores",
    "pinmemory": "examples lie in memory already",
    "device": "the backend takes the device that is there",
    "gpu": "the backend takes the device that is there",
    "gpus": "`archspec train --distribute mirrored` uses all of them",
    "distribute": "it is an option: `archspec train --distribute mirrored`",
    "output": "it is an option: `archspec train -o FOLDER`",
    "outputdir": "it is an option: `archspec train -o FOLDER`",
    "savedir": "it is an option: `archspec train -o FOLDER`",
    "logdir": "logs lie in the run's folder",
    "resume": "it is an option: `archspec train --resume`",
    "savebestonly": "a run keeps its weights by itself",
    "saveweights": "a run keeps its weights by itself",
    "checkpoint": "a run keeps its weights after each epoch",
    "checkpoints": "a run keeps its weights after each epoch",
    "mixedprecision": "recipes train with 32 bits",
    "classweight": "every example counts alike here",
    "classweights": "every example counts alike here",
    "stepsperepoch": "it follows from the number of examples and the `batch_size`",
    "validationsteps": "it follows from the number of examples and the `batch_size`",
    "classmode": "the loss says how labels are written",
    "numclasses": "the data and the network say it",
    "backend": "the environment variable KERAS_BACKEND says it",
}
"""Keys that a recipe does without, and why."""

OF_THE_SPEC = frozenset(
    [
        "layers",
        "input",
        "inputs",
        "inputshape",
        "outputs",
        "blocks",
        "dropout",
        "dropoutrate",
        "activation",
        "units",
        "filters",
        "kernelsize",
        "hiddenunits",
        "hiddensize",
        "depth",
        "width",
        "expect",
        "extends",
    ]
)
"""Keys of the network, which stands in a file of its own."""

NOT_MOVED = frozenset(
    [
        "name",
        "mode",
        "metric",
        "key",
        "n",
        "top",
        "labels",
        "names",
        "kind",
        "value",
        "alpha",
        "rate",
        "decay",
    ]
)
"""Words that say too little of where they belong."""
