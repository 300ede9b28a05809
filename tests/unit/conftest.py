"""What the tests of knowledge share: a small content folder, new for each test."""

from pathlib import Path

import pytest

from tests.unit.builders import ContentFolder, a_content_folder


@pytest.fixture
def folder(tmp_path: Path) -> ContentFolder:
    """Return a valid content folder that the test may break."""
    return a_content_folder(tmp_path)
