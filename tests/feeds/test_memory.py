from feeds.memory import LARGEST, Memory
from feeds.representation import Resource


def page(size: int = 100) -> Resource:
    return Resource(data=b"x" * size, media_type="text/html")


def test_what_was_made_is_found_until_the_state_moves() -> None:
    memory, made = Memory(), page()
    assert memory.find("one", "/") is None
    memory.keep("one", "/", made)
    assert memory.find("one", "/") is made
    assert memory.find("two", "/") is None
    assert memory.find("one", "/") is None


def test_what_was_made_of_an_older_state_is_not_kept() -> None:
    memory = Memory()
    memory.find("two", "/")
    memory.keep("one", "/", page())
    assert memory.find("two", "/") is None


def test_the_least_used_is_given_up() -> None:
    memory = Memory(kept_bytes=250)
    memory.find("one", "")
    memory.keep("one", "a", page())
    memory.keep("one", "b", page())
    assert memory.find("one", "a")
    memory.keep("one", "c", page())
    assert [bool(memory.find("one", each)) for each in "abc"] == [True, False, True]


def test_a_download_does_not_drive_the_pages_out() -> None:
    memory = Memory()
    memory.find("one", "")
    memory.keep("one", "a", page())
    memory.keep("one", "b", page(LARGEST + 1))
    assert memory.find("one", "a")
    assert memory.find("one", "b") is None
