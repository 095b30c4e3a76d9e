"""A look at files of models before Keras is there."""

from archspec.commands._leave import refuse


def look_at_model(path: str) -> None:
    """Leave with status 2 if a file of a model or of weights cannot be read."""
    from archspec.weights.stored.error import ModelError
    from archspec.weights.stored.model_file import ModelFile

    try:
        ModelFile(path).close()
    except ModelError as error:
        refuse("AS507", path, str(error))
