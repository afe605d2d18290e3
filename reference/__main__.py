"""Train the chapter's models on the real corpora, and generate text with them.

python -m reference train NAME --data DIR --output DIR
python -m reference generate --weights DIR --prompt TEXT
"""

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # before TensorFlow is imported

WRONG, INTERRUPTED = 2, 130
READER = "tensorflow_datasets"  # of the extra `data`


class Parser(argparse.ArgumentParser):
    """A parser whose complaint is one sentence."""

    def error(self, message):
        self.exit(WRONG, f"{self.prog}: error: {message}\n")


def positive(kind):
    """Return a reader of positive numbers of a kind."""

    def read(text: str):
        try:
            value = kind(text)
        except ValueError:
            value = 0
        if not 0 < value < float("inf"):  # NaN is not either
            raise argparse.ArgumentTypeError(
                f"must be a positive {kind.__name__}, got {text}"
            )
        return value

    return read


def arguments(argv: list[str] | None) -> argparse.Namespace:
    """Return the parsed command line."""
    parser = Parser(prog="python -m reference", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="train a model on its corpus")
    train.add_argument("name", help="which model; a wrong name lists them")
    train.add_argument("--data", type=Path, help="folder of the corpora")
    train.add_argument("--epochs", type=positive(int), help="default: the chapter's")
    train.add_argument("--steps-per-epoch", type=positive(int))
    train.add_argument(
        "--output", type=Path, required=True, help="folder of the results"
    )
    train.add_argument("--seed", type=int, default=42)
    generate = commands.add_parser("generate", help="complete a prompt")
    generate.add_argument(
        "--weights", type=Path, required=True, help="a training's output"
    )
    generate.add_argument("--prompt", required=True)
    generate.add_argument("--temperature", type=positive(float), default=1.0)
    generate.add_argument("--length", type=positive(int), default=50)
    generate.add_argument("--seed", type=int, default=42)
    return parser.parse_args(argv)


def train(options: argparse.Namespace) -> None:
    """Train a recipe's model; all results lie in the output folder."""
    import tensorflow as tf

    from reference.recipes import RECIPES
    from reference.training import fit

    if options.name not in RECIPES:
        raise ValueError(
            f"name must be one of {', '.join(RECIPES)}, got {options.name}"
        )
    recipe = RECIPES[options.name]
    if options.data is not None and not options.data.is_dir():
        raise ValueError(f"--data must be a folder, got {options.data}")
    tf.keras.utils.set_random_seed(options.seed % 2**32)
    task = recipe.prepare(options.data, options.steps_per_epoch, options.seed)
    identity = {
        "recipe": options.name,
        "seed": options.seed,
        "steps_per_epoch": task.steps_per_epoch,
    }
    epochs = options.epochs or recipe.epochs
    history = fit(
        task,
        epochs=epochs,
        output=options.output,
        identity=identity,
        recorded=recipe.recorded,
    )
    last = history["epochs"][-1]
    print(f"{recipe.title}: {len(history['epochs'])} epochs, loss {last['loss']:.4f}")


def generate(options: argparse.Namespace) -> None:
    """Print the prompt and its completion."""
    from reference.char_rnn import CharRNN
    from reference.char_tokenizer import CharTokenizer
    from reference.storage import load_arrays
    from reference.text_generation import complete_text
    from reference.training import WEIGHTS

    path = options.weights / WEIGHTS
    about, weights = load_arrays(path)
    if about.get("model") != "char-rnn":
        raise ValueError(f"--weights must be a char-RNN's, got {about.get('model')}'s")
    try:
        tokenizer = CharTokenizer("".join(about["characters"]))  # in the order of ids
        model = CharRNN(vocabulary_size=tokenizer.max_id, units=about["units"])
        model.set_named_weights(weights)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is damaged: {error}") from error
    sampling = dict(temperature=options.temperature, seed=options.seed)
    print(
        complete_text(
            model, tokenizer, options.prompt, n_chars=options.length, **sampling
        )
    )


def main(argv: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    options = arguments(argv)
    from reference.storage import Interrupted

    try:
        {"train": train, "generate": generate}[options.command](options)
    except (Interrupted, KeyboardInterrupt) as error:
        print(f"interrupted: {error or 'the last save stands'}", file=sys.stderr)
        return INTERRUPTED
    except ModuleNotFoundError as error:
        if error.name != READER:
            raise
        message = f"{READER} is missing: the reviews need the extra `data`"
        extra = "(pip install 'PATH-TO-THIS-REPOSITORY[data]')"
        print(f"python -m reference: error: {message} {extra}", file=sys.stderr)
        return WRONG
    except (ValueError, OSError) as error:
        print(f"python -m reference: error: {error}", file=sys.stderr)
        return WRONG
    return 0


if __name__ == "__main__":
    sys.exit(main())
