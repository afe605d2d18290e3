"""Text generation that was wrong in the field."""

from touchstone.rivals import patch, patched

globals().update(
    patched(
        __name__,
        {
            "first_character_read_twice": patch(
                "the first character read twice and the last not at all",
                (
                    "return self.from_zero(ids)",
                    "return self.from_zero([ids[0], *ids[:-1]])",
                ),
                report="https://github.com/ml5js/ml5-library/issues/778",
                says="Given 'hello', the model read 'hhell'.",
            ),
            "state_lost_after_each_character": patch(
                "a fresh state for each drawn character",
                ("return states\n\n    def opening", "return START\n\n    def opening"),
                report="https://github.com/mkroutikov/tf-lstm-char-cnn/issues/10",
                says="The state was not used again when the next character was drawn.",
            ),
            "temperature_without_effect": patch(
                "a temperature without effect",
                ("return apply_temperature(p, temperature)", "return p"),
                report="https://github.com/sameersingh/uci-statnlp/pull/26",
                says="The scaled probabilities were computed but not used in the draw.",
            ),
            "temperature_at_least_a_hundredth": patch(
                "temperatures below 0.01 raised to it",
                (
                    "return apply_temperature(p, temperature)",
                    "return apply_temperature(p, max(temperature, 0.01))",
                ),
                report="https://github.com/NVIDIA/TensorRT-LLM/pull/15716",
                says="Small temperatures were clamped to 0.01, which changes valid ones.",
            ),
            "prompt_counted_in_the_length": patch(
                "the length of the prompt counted among the new characters",
                ("for _ in range(n_chars):", "for _ in range(n_chars - len(text)):"),
                report="https://github.com/EleutherAI/gpt-neo/issues/268",
                says="The length asked for was that of prompt and output together.",
            ),
            "prompt_read_up_to_288_characters": patch(
                "a prompt of which only the first 288 characters are read",
                ("texts_to_sequences([text])", "texts_to_sequences([text[:288]])"),
                report="https://github.com/qunash/stable-diffusion-2-gui/issues/8",
                says="Everything after the first 288 characters of a prompt was "
                "discarded.",
            ),
            "seed_without_effect": patch(
                "random numbers that do not depend on the seed",
                (
                    "np.random.default_rng([seed, place])",
                    "np.random.default_rng(place)",
                ),
                report="https://github.com/openai/gpt-2/pull/66",
                says="The seed was set outside the graph, so that it changed nothing.",
            ),
            "one_random_number_for_all_steps": patch(
                "the same random number for every character of a completion",
                ("return len(completion)", "return len(text)"),
                report="https://github.com/sgl-project/sglang-jax/pull/940",
                says="The random key was not advanced, so that each step drew with the "
                "same noise.",
            ),
            "state_of_the_last_call_kept": patch(
                "the state that the last call left at the start of the next",
                (
                    "        probabilities, states = model.read("
                    "one_hot([ids], depth), states)\n",
                    "        if states is START:\n"
                    '            states = vars(model).get("left", START)\n'
                    "        probabilities, states = model.read("
                    "one_hot([ids], depth), states)\n"
                    "        model.left = states\n",
                ),
                report="https://github.com/soumith/cudnn.torch/issues/348",
                says="Resetting the states had no effect; each call began with the "
                "states of the last one.",
            ),
        },
    )
)
