"""What is remembered is made once, and goes when it has not been asked for longest."""

from __future__ import annotations

from digests.domain.memory import Memory


def test_a_value_is_made_once_and_the_longest_unasked_goes_first() -> None:
    made: list[str] = []

    def value(key: str) -> str:
        def make() -> str:
            made.append(key)
            return key.upper()

        return memory.recall(key, make)

    memory: Memory[str, str] = Memory(2)
    assert [value(key) for key in "abab"] == ["A", "B", "A", "B"]
    value("a")
    value("c")  # in place of b
    assert [value(key) for key in "ab"] == ["A", "B"]
    assert made == ["a", "b", "c", "b"]


def test_nothing_is_a_value_as_well() -> None:
    memory: Memory[str, None] = Memory(2)
    asked: list[int] = []
    for _ in range(2):
        assert memory.recall("a", lambda: asked.append(1)) is None
    assert asked == [1]


def test_several_are_found_and_kept_at_once() -> None:
    memory: Memory[str, int] = Memory(3)
    memory.keep({"a": 1, "b": 2, "c": 3})
    assert memory.find("abx") == {"a": 1, "b": 2}
    memory.keep({"d": 4, "a": 5})  # in place of c, for which nobody has asked
    assert memory.find("abcd") == {"a": 5, "b": 2, "d": 4}
    memory.keep(dict(zip("efgh", range(4), strict=True)))
    assert memory.find("abcdefgh") == {"f": 1, "g": 2, "h": 3}
