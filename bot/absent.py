"""Keeps what only training needs out of a worker: TensorFlow costs 5 s of each start and 300 MB.

Rasa imports it wherever a component might be trained, and inherits from two of its classes on the way. A worker
trains nothing, so it gets empty classes of these names. A pipeline that does need TensorFlow fails at start with an
`AttributeError` or `ImportError` that names what is missing; it is never half there.
"""

import sys
from types import ModuleType

RECIPE_CHECK = "rasa.graph_components.validators.default_recipe_validator"
"""Checks a training configuration, for which it imports every component there is."""


class OnlyForTraining:
    """May be inherited from; there is no object of it."""

    def __init__(self, *_args: object, **_kwargs: object) -> None:
        raise RuntimeError("This process has no TensorFlow and trains nothing; `rasa train` does.")


def leave_out_training() -> None:
    """Call it before the first import of Rasa; a TensorFlow that is there already stays."""
    if "tensorflow" in sys.modules:
        return
    callbacks = module("tensorflow.keras.callbacks", Callback=OnlyForTraining)
    utils = module("tensorflow.keras.utils", Sequence=OnlyForTraining)
    keras = module("tensorflow.keras", callbacks=callbacks, utils=utils)
    module("tensorflow", keras=keras)
    module(RECIPE_CHECK, DefaultV1RecipeValidator=OnlyForTraining)


def module(name: str, **members: object) -> ModuleType:
    made = ModuleType(name, "Stands in for what only training needs: see bot/absent.py.")
    vars(made).update(members)
    sys.modules[name] = made
    return made
