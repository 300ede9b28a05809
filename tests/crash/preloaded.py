"""What every service process is forked from: everything imported, and asked once for whatever is remembered after that.

The fork server imports this; nothing else does.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from bot.knowledge.loader import load_library
from bot.settings import read_settings
from tests.crash import service
from tests.small_content import small_content

__all__ = ["service"]

read_settings()
with TemporaryDirectory() as folder:
    load_library(small_content(Path(folder)))
