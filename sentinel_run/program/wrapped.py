"""Functions that a decorator stands before, of every kind: plain ones, coroutines and generators.

`contextlib` would end a decorated coroutine or generator when it is made, before anything of it has run.
"""

from __future__ import annotations

from contextlib import ContextDecorator
from functools import wraps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Any, Self, TypeVar

    F = TypeVar("F", bound=Callable[..., Any])

# Of the flags of code objects (inspect, CO_COROUTINE and so on); inspect itself is slow to import.
_GENERATOR, _COROUTINE, _ASYNC_GENERATOR = 0x20, 0x80, 0x200


class Wrapping(ContextDecorator):
    """A context manager that is a decorator too; each call of the function is in one of its own."""

    def __enter__(self) -> Self:
        raise NotImplementedError

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        raise NotImplementedError

    def _recreate_cm(self) -> Self:
        raise NotImplementedError

    def __call__(self, function: F) -> F:
        """`function` inside of us, from its first statement to its last."""
        flags = getattr(getattr(function, "__code__", None), "co_flags", 0)
        if flags & _COROUTINE:
            return self._around_coroutine(function)
        if flags & _ASYNC_GENERATOR:
            return self._around_async_generator(function)
        if flags & _GENERATOR:
            return self._around_generator(function)
        return super().__call__(function)

    def _around_coroutine(self, function: F) -> F:
        @wraps(function)
        async def inside(*args: Any, **named: Any) -> Any:
            with self._recreate_cm():
                return await function(*args, **named)

        return inside  # type: ignore[return-value]

    def _around_generator(self, function: F) -> F:
        @wraps(function)
        def inside(*args: Any, **named: Any) -> Any:
            with self._recreate_cm():
                return (yield from function(*args, **named))

        return inside  # type: ignore[return-value]

    def _around_async_generator(self, function: F) -> F:
        @wraps(function)
        async def inside(*args: Any, **named: Any) -> Any:
            with self._recreate_cm():
                async for item in function(*args, **named):
                    yield item

        return inside  # type: ignore[return-value]
