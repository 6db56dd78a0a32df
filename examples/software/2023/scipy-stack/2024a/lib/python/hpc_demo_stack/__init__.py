"""Shows that the module scipy-stack/2024a is loaded: it can be imported only then."""

__version__ = "2024a"


def mean(values):
    """Return the arithmetic mean of the numbers."""
    numbers = list(values)
    return sum(numbers) / len(numbers)
