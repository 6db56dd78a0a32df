"""Looking up words and parts of words among thousands. Pure; knows no module."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate

_LAST = "\U0010ffff"  # sorts behind every other character
MOST_GUESSES = 8


class Terms:
    """Sorted terms, each with the places where it occurs; one long string to look through."""

    __slots__ = ("_blob", "_places", "_starts", "terms")

    def __init__(self, places: Mapping[str, Sequence[int]]) -> None:
        self.terms = sorted(places)
        self._places = [places[term] for term in self.terms]
        self._blob = "\n".join(["", *self.terms, ""])
        self._starts = list(accumulate((len(term) + 1 for term in self.terms), initial=1))

    def exact(self, term: str) -> Sequence[int]:
        """Return the places of a term."""
        at = bisect_left(self.terms, term)
        return self._places[at] if self.terms[at : at + 1] == [term] else ()

    def beginning(self, part: str) -> Sequence[Sequence[int]]:
        """Return the places of each term that begins with `part`."""
        return self._places[_beginning(self.terms, part)]

    def inside(self, part: str) -> Iterator[tuple[str, int, Sequence[int]]]:
        """Yield each term that holds `part`, where it does first, and the term's places."""
        find, starts, terms, places = self._blob.find, self._starts, self.terms, self._places
        at = find(part)
        while at >= 0:
            which = bisect_right(starts, at) - 1
            yield terms[which], at - starts[which], places[which]
            at = find(part, starts[which + 1])


class Tokens:
    """Words, to find the one that was meant where another was typed."""

    __slots__ = ("_backwards", "_tokens")

    def __init__(self, tokens: Iterable[str]) -> None:
        self._tokens = sorted(set(tokens))
        self._backwards = sorted(token[::-1] for token in self._tokens)

    def near(self, word: str) -> list[str]:
        """Return the tokens that one typing error makes `word`.

        An error leaves one half of the word as it was, unless it swaps the two
        letters in the middle: so few tokens need to be compared.
        """
        middle = len(word) // 2
        head, tail = word[:middle], word[middle:]
        candidates = {
            *self._tokens[_beginning(self._tokens, head)],
            *(t[::-1] for t in self._backwards[_beginning(self._backwards, tail[::-1])]),
        }
        swapped = head[:-1] + tail[:1] + head[-1:] + tail[1:]
        at = bisect_left(self._tokens, swapped)
        if self._tokens[at : at + 1] == [swapped]:
            candidates.add(swapped)
        found = sorted(token for token in candidates if one_error(token, word))
        return found[:MOST_GUESSES]


def one_error(meant: str, typed: str) -> bool:
    """Whether one letter too many, too few, wrong, or two swapped make `typed` of `meant`."""
    if abs(len(meant) - len(typed)) > 1 or meant == typed:
        return False
    at = next((i for i, (a, b) in enumerate(zip(meant, typed, strict=False)) if a != b), None)
    if at is None:
        return True  # one is the other and a letter
    left, right = meant[at:], typed[at:]
    return (
        left[1:] == right[1:]
        or left == right[1:]
        or left[1:] == right
        or (left[:2] == right[1::-1] and left[2:] == right[2:])
    )


def _beginning(sorted_: Sequence[str], part: str) -> slice:
    return slice(bisect_left(sorted_, part), bisect_left(sorted_, part + _LAST))
