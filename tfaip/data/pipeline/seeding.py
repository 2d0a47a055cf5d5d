# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Random numbers that depend on nothing but the sample, so that it does not matter which process gets it, and when."""

import contextlib
import hashlib
import random
import struct
import threading
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Dict, Optional, Tuple

if TYPE_CHECKING:
    import numpy as np

_MASK = 0xFFFFFFFFFFFFFFFF


def sample_seed(seed: int, epoch: int, index: int) -> int:
    """Return a seed of 64 bits for one sample in one pass over the data."""
    content = struct.pack("<QQQ", seed & _MASK, epoch, index)
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), "little")


def pass_seed(seed: int, epoch: int) -> int:
    """Return a seed of 64 bits for what concerns a whole pass over the data."""
    return sample_seed(seed, epoch, _MASK)  # no sample has this position


def seed_globals(seed: int) -> None:
    """Seed ``random`` and ``numpy.random``: in worker processes, elsewhere within :func:`borrowed_globals` only."""
    import numpy as np

    random.seed(seed)
    np.random.seed(seed & 0xFFFFFFFF)


def draw_seed() -> int:
    """Return a new seed from Python's global generator: the same in each run if the user seeded that one."""
    return random.getrandbits(63)


class SeededGenerator:
    """A ``numpy.random.Generator`` that is seeded anew for each sample, at no cost as long as nobody asks for it.

    Args:
        seed: The first seed.
    """

    def __init__(self, seed: int):
        self._seed, self._place = seed, 0
        self._bits: Optional[np.random.PCG64] = None
        self._generator: Optional[np.random.Generator] = None

    def seed(self, seed: int, place: int) -> None:
        """Begin another sequence of numbers; also in a generator that somebody has kept."""
        self._seed, self._place = seed, place
        if self._bits is not None:
            self._set_state()

    @property
    def generator(self) -> "np.random.Generator":
        """The generator: always the same object."""
        if self._generator is None:
            # imported late: parameters, which completion in the shell needs, import this module
            import numpy as np

            self._bits = np.random.PCG64(0)
            self._generator = np.random.Generator(self._bits)
            self._set_state()
        return self._generator

    def _set_state(self) -> None:
        # Setting the state is several times faster than creating a generator, and any state is a good one.
        content = struct.pack("<QQ", self._seed & _MASK, self._place)
        digest = hashlib.blake2b(content, digest_size=32).digest()
        state, increment = int.from_bytes(digest[:16], "little"), int.from_bytes(digest[16:], "little") | 1
        assert self._bits is not None
        self._bits.state = {
            "bit_generator": "PCG64",
            "state": {"state": state, "inc": increment},
            "has_uint32": 0,
            "uinteger": 0,
        }


class HasSeededGenerator:
    """Gives a class ``self.rng``, which the pipeline seeds."""

    # No __init__: a class written for 1.2 need not call it.
    _seeded_generator: Optional[SeededGenerator] = None
    _own_rng: Any = None

    @property
    def rng(self) -> "np.random.Generator":
        """Random numbers that are the same in each run with the same seed.

        Where no pipeline seeds it, the seed comes from Python's global generator.
        """
        if self._own_rng is not None:
            return self._own_rng
        if self._seeded_generator is None:
            self._seeded_generator = SeededGenerator(draw_seed())
        return self._seeded_generator.generator

    @rng.setter
    def rng(self, value: "np.random.Generator") -> None:
        # A class written for 1.2 may keep something of its own under this name.
        self._own_rng = value

    def seed_rng(self, seed: int, place: int = 0) -> None:
        """Begin another sequence of numbers.

        Args:
            seed: The seed.
            place: Number of this object among those that get the same seed.
        """
        if self._seeded_generator is None:
            self._seeded_generator = SeededGenerator(seed)
        self._seeded_generator.seed(seed, place)


class _Loan:
    """The states of the global generators while they are borrowed, possibly by several threads at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._depth = 0
        self._python_state: Any = None
        self._numpy_bits: Any = None
        self._own_bits: Any = None

    def states(self) -> Tuple[Any, Any]:
        """Return the states of both generators; those that are put back at the end while they are borrowed."""
        import numpy as np

        with self._lock:
            if self._depth > 0:
                # whoever puts the bits of NumPy back drops the second one of a pair of normal numbers
                return self._python_state, {**self._numpy_bits.state, "has_gauss": 0, "gauss": 0.0}
            return random.getstate(), np.random.get_state(legacy=False)

    def set_states(self, python: Any, numpy: Any) -> None:
        """Set the states of both generators; while they are borrowed those that are put back at the end."""
        import numpy as np

        with self._lock:
            if self._depth > 0:
                self._python_state, self._numpy_bits.state = python, numpy
            else:
                random.setstate(python)
                np.random.set_state(numpy)

    def begin(self) -> None:
        import numpy as np

        with self._lock:
            if self._depth == 0:
                self._own_bits = self._own_bits or np.random.MT19937(0)
                self._python_state = random.getstate()
                # Exchanging the source of the bits takes a hundredth of the time of saving its state.
                self._numpy_bits = np.random.get_bit_generator()  # type: ignore[attr-defined]
                np.random.set_bit_generator(self._own_bits)  # type: ignore[attr-defined]
            self._depth += 1

    def end(self) -> None:
        import numpy as np

        with self._lock:
            self._depth -= 1
            if self._depth == 0:
                random.setstate(self._python_state)
                np.random.set_bit_generator(self._numpy_bits)  # type: ignore[attr-defined]
                self._python_state = self._numpy_bits = None


_loan = _Loan()


@contextlib.contextmanager
def borrowed_globals() -> Iterator[None]:
    """Put the states of ``random`` and ``numpy.random`` back at the end.

    There is one such state in a process: another thread that draws from it meanwhile gets and gives other numbers.
    """
    _loan.begin()
    try:
        yield
    finally:
        _loan.end()


def global_states() -> "Dict[str, np.ndarray]":
    """Return the states of ``random`` and ``numpy.random`` as arrays, whoever borrows them."""
    import numpy as np

    (_, words, gauss), state = _loan.states()
    return {
        "python": np.asarray(words, dtype="uint64"),
        "python_gauss": np.asarray([] if gauss is None else [gauss], dtype="float64"),
        "numpy_key": np.array(state["state"]["key"]),
        "numpy_pos": np.asarray(state["state"]["pos"]),
        "numpy_gauss": np.asarray([state["has_gauss"], state["gauss"]], dtype="float64"),
    }


def set_global_states(states: "Mapping[str, np.ndarray]") -> None:
    """Set what :func:`global_states` has returned."""
    gauss = states["python_gauss"].tolist()
    numbers = {"key": states["numpy_key"], "pos": int(states["numpy_pos"])}
    has_gauss, value = states["numpy_gauss"].tolist()
    _loan.set_states(
        (3, tuple(states["python"].tolist()), gauss[0] if gauss else None),
        {"bit_generator": "MT19937", "state": numbers, "has_gauss": int(has_gauss), "gauss": value},
    )
