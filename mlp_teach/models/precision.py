"""A graph and a model must count in the same precision."""

from torch import Tensor


def check_precision(graph_numbers: Tensor, model_numbers: Tensor) -> None:
    """Raises ValueError if numbers made from a graph are in another precision than a model's."""
    if graph_numbers.dtype != model_numbers.dtype:
        raise ValueError(
            f"The graph is in {graph_numbers.dtype}, the model in {model_numbers.dtype}. Bring one "
            "to the other: graph.to(dtype=...), or model.double() or model.float()."
        )
