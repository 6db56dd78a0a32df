"""Shows that the module scipy-stack/2023b is loaded: it can be imported only then."""

__version__ = "2023b"


def mean(values):
    """Return the arithmetic mean of the numbers."""
    numbers = list(values)
    return sum(numbers) / len(numbers)
