"""Compiled templates, kept beside their sources as Python keeps its modules: to compile all takes 150 ms."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from pickle import UnpicklingError

from jinja2.bccache import Bucket, BytecodeCache

_FOLDER = "__pycache__"


class CompiledTemplates(BytecodeCache):
    """Code of templates on disk. Jinja checks that it is of the same source, of its own version and of Python's.

    Where the folder cannot be written, or no bytecode is wanted, every process compiles for itself. Nobody else may
    write to the folder that could not write to the program.
    """

    def __init__(self, templates: Path) -> None:
        self._folder = templates / _FOLDER

    def load_bytecode(self, bucket: Bucket) -> None:
        try:
            bucket.bytecode_from_string(self._file(bucket).read_bytes())
        except FileNotFoundError:
            return
        except (OSError, EOFError, UnpicklingError):  # the disk failed, or the power in the middle of a write
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        if sys.dont_write_bytecode:
            return
        file = self._file(bucket)
        partial = file.with_name(f"{file.name}.{os.getpid()}")
        try:
            self._folder.mkdir(exist_ok=True)
            partial.write_bytes(bucket.bytecode_to_string())
            partial.replace(file)
        except OSError:
            with suppress(OSError):
                partial.unlink()

    def _file(self, bucket: Bucket) -> Path:
        return self._folder / f"{bucket.key}.{sys.implementation.cache_tag}.jinja"
