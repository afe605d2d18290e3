"""Train the chapter's models on the real corpora, and generate text with them.

python -m reference train NAME --data DIR --output DIR
python -m reference generate --weights DIR --prompt TEXT
"""

import argparse
import os
import sys
from pathlib import Path

from reference.numbers import (
    MOST_CHARACTERS,
    MOST_EPOCHS,
    MOST_SEED,
    MOST_STEPS,
    TEMPERATURES,
    number,
    text_up_to,
    whole_number,
)

FAILED, WRONG, INTERRUPTED = 1, 2, 130
NOT_READ = 141  # what a shell reports of a command whose reader, as `head`, has gone
READER = "tensorflow_datasets"  # of the extra `data`
MOST_SHOWN = 2_000  # characters of a message


def say(message: str) -> None:
    """Write a line on the standard error, with control characters escaped."""
    line = " ".join(message.split())
    if len(line) > MOST_SHOWN:
        line = f"{line[:MOST_SHOWN]}..."
    safe = (c if c.isprintable() else ascii(c)[1:-1] for c in line)
    try:
        print("".join(safe), file=sys.stderr, flush=True)
    except OSError:
        pass  # nobody reads it; the exit status says it too


def complain(message: str) -> None:
    """Say what is wrong."""
    say(f"python -m reference: error: {message}")


class Parser(argparse.ArgumentParser):
    """A parser whose complaint is one sentence."""

    def error(self, message):
        say(f"{self.prog}: error: {message}")
        self.exit(WRONG)


def arguments(argv: list[str] | None) -> argparse.Namespace:
    """Return the parsed command line, every number and text of it within bounds."""
    path = text_up_to(4096)
    parser = Parser(prog="python -m reference", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="train a model on its corpus")
    train.add_argument("name", help="which model; a wrong name lists them")
    train.add_argument("--data", type=path, help="folder of the corpora")
    train.add_argument(
        "--epochs", type=whole_number(1, MOST_EPOCHS), help="default: the chapter's"
    )
    train.add_argument("--steps-per-epoch", type=whole_number(1, MOST_STEPS))
    train.add_argument("--output", type=path, required=True, help="the results' folder")
    generate = commands.add_parser("generate", help="complete a prompt")
    generate.add_argument(
        "--weights", type=path, required=True, help="a training's output, or its file"
    )
    generate.add_argument("--prompt", type=text_up_to(MOST_CHARACTERS), required=True)
    generate.add_argument("--temperature", type=number(*TEMPERATURES), default=1.0)
    generate.add_argument("--length", type=whole_number(1, MOST_CHARACTERS), default=50)
    for command in train, generate:
        command.add_argument("--seed", type=whole_number(0, MOST_SEED), default=42)
    return parser.parse_args(argv)


def train(options: argparse.Namespace) -> str:
    """Train a recipe's model; all results are in the output folder. Return a summary."""
    data = None if options.data is None else Path(options.data)
    if data is not None and not data.is_dir():
        raise ValueError(f"--data must be a folder, got {data}")
    import tensorflow as tf

    from reference.recipes import RECIPES
    from reference.training import check_output, fit

    if options.name not in RECIPES:
        raise ValueError(
            f"name must be one of {', '.join(RECIPES)}, got {options.name}"
        )
    recipe, output = RECIPES[options.name], Path(options.output)
    check_output(output)  # before the corpus is read, which takes time
    tf.keras.utils.set_random_seed(options.seed)
    task = recipe.prepare(data, options.steps_per_epoch, options.seed)
    identity = {
        "recipe": options.name,
        "seed": options.seed,
        "steps_per_epoch": task.steps_per_epoch,
    }
    history = fit(
        task,
        epochs=options.epochs or recipe.epochs,
        output=output,
        identity=identity,
        recorded=recipe.recorded,
    )
    last = history["epochs"][-1]
    return f"{recipe.title}: {len(history['epochs'])} epochs, loss {last['loss']:.4f}"


def generate(options: argparse.Namespace) -> str:
    """Return the prompt and its completion."""
    from reference.archives import WEIGHTS
    from reference.saved_char_rnn import load_char_rnn
    from reference.text_generation import complete_text

    path = Path(options.weights)
    if path.is_dir():
        path /= WEIGHTS
    model, tokenizer = load_char_rnn(path, options.prompt)
    sampling = dict(temperature=options.temperature, seed=options.seed)
    return complete_text(
        model, tokenizer, options.prompt, n_chars=options.length, **sampling
    )


def run(options: argparse.Namespace) -> int:
    """Run a command and print what it returns; return the exit status."""
    from reference.storage import Interrupted

    try:
        text = {"train": train, "generate": generate}[options.command](options)
    except (Interrupted, KeyboardInterrupt) as error:
        last = "the last save is kept" if options.command == "train" else "no text"
        say(f"interrupted: {error or last}")
        return INTERRUPTED
    except ModuleNotFoundError as error:
        name = (error.name or "reference").partition(".")[0]
        if name == "reference":
            raise
        extra = "data" if name == READER else "reference"
        complain(
            f"{name} is missing: install the extra `{extra}` "
            f"(pip install 'PATH-TO-THIS-REPOSITORY[{extra}]')"
        )
        return WRONG
    except FloatingPointError as error:
        complain(str(error))
        return FAILED
    except (ValueError, OSError) as error:
        complain(reason(error))
        return WRONG
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding))
    return 0


def reason(error: Exception) -> str:
    """Return the error's message, the system's without the number."""
    if isinstance(error, OSError) and error.strerror and error.filename:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def open_standard_streams() -> None:
    """Give what was closed, as by `>&-`, the null device.

    Else the next file opened, a checkpoint, would take what is written to the stream.
    """
    for descriptor, name in enumerate(["stdin", "stdout", "stderr"]):
        if getattr(sys, name) is None:
            null = open(os.devnull, "w" if descriptor else "r")
            setattr(sys, name, null)


def main(argv: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    open_standard_streams()
    try:
        try:
            return run(arguments(argv))
        finally:
            sys.stdout.flush()
    except OSError as error:  # of the standard output: others are caught
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return NOT_READ
        complain(f"the standard output cannot be written: {error.strerror}")
        return WRONG


if __name__ == "__main__":
    sys.exit(main())
