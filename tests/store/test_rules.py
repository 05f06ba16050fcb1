import importlib
import pkgutil
from typing import Any

import store.facets
from store.rules import prepare


def test_what_is_prepared_is_all_that_is_made_when_first_asked_for() -> None:
    made: dict[str, Any] = {}
    for each in pkgutil.iter_modules(store.facets.__path__):
        module = importlib.import_module(f"store.facets.{each.name}")
        own = {
            name: value for name, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__
        }
        made |= {f"{each.name}.{name}": value for name, value in own.items() if hasattr(value, "cache_clear")}
    assert len(made) > 20
    for each in made.values():
        each.cache_clear()
    prepare()
    assert [name for name, each in made.items() if not each.cache_info().currsize] == []
