"""The command line: `train` and `generate`, with an exit status for each outcome."""

import argparse
import sys
from pathlib import Path

from reference.training.interrupts import Interrupted
from reference.training.messages import (
    complain,
    discard_standard_output,
    open_standard_streams,
    reason,
    say,
    show,
)
from reference.training.options import WRONG, parsed

FAILED, INTERRUPTED = 1, 130
NOT_READ = 141  # what a shell reports of a command whose reader, as `head`, has gone
READER = "tensorflow_datasets"  # of the extra `data`


def main(argv: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    open_standard_streams()
    try:
        try:
            return run(parsed(argv))
        finally:
            sys.stdout.flush()
    except OSError as error:  # of the standard output: others are caught
        discard_standard_output()
        if isinstance(error, BrokenPipeError):
            return NOT_READ
        complain(f"the standard output cannot be written: {error.strerror}")
        return WRONG


def run(options: argparse.Namespace) -> int:
    """Run a command and print what it returns; return the exit status."""
    try:
        text = {"train": train, "generate": generate}[options.command](options)
    except (Interrupted, KeyboardInterrupt) as error:
        last = "the last save is kept" if options.command == "train" else "no text"
        say(f"interrupted: {error or last}")
        return INTERRUPTED
    except (ModuleNotFoundError, FloatingPointError, ValueError, OSError) as error:
        complain(missing(error) if isinstance(error, ImportError) else reason(error))
        return FAILED if isinstance(error, FloatingPointError) else WRONG
    show(text)
    return 0


def missing(error: ImportError) -> str:
    """Return which extra brings a missing library; raise the error where none does."""
    name = (error.name or "reference").partition(".")[0]
    if name == "reference":
        raise error
    extra = "data" if name == READER else "reference"
    return (
        f"{name} is missing: install the extra `{extra}` "
        f"(pip install 'PATH-TO-THIS-REPOSITORY[{extra}]')"
    )


def train(options: argparse.Namespace) -> str:
    """Train a recipe's model; all results are in the output folder. Return a summary."""
    data = None if options.data is None else Path(options.data)
    if data is not None and not data.is_dir():
        raise ValueError(f"--data must be a folder, got {data}")
    import tensorflow as tf  # what is wrong so far needs no seconds to be found

    from reference.training.recipes import recipe_of
    from reference.training.results import check_output
    from reference.training.run import fit

    recipe, output = recipe_of(options.name), Path(options.output)
    check_output(output)  # before the corpus is read, which takes time
    tf.keras.utils.set_random_seed(options.seed)
    task = recipe.prepare(data, options.steps_per_epoch, options.seed)
    steps = task.steps_per_epoch
    identity = dict(recipe=options.name, seed=options.seed, steps_per_epoch=steps)
    history = fit(
        task,
        epochs=options.epochs or recipe.epochs,
        output=output,
        identity=identity,
        recorded=recipe.recorded,
    )
    epochs = history["epochs"]
    return f"{recipe.title}: {len(epochs)} epochs, loss {epochs[-1]['loss']:.4f}"


def generate(options: argparse.Namespace) -> str:
    """Return the prompt and its completion."""
    from reference.text_generation import complete_text
    from reference.training.results import WEIGHTS
    from reference.training.saved_char_rnn import load_char_rnn

    path = Path(options.weights)
    if path.is_dir():
        path /= WEIGHTS
    model, tokenizer = load_char_rnn(path, options.prompt)
    sampling = dict(temperature=options.temperature, seed=options.seed)
    return complete_text(
        model, tokenizer, options.prompt, n_chars=options.length, **sampling
    )
