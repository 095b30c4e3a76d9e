"""The gallery is what would be drawn now, byte for byte, and small enough to be committed."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from archspec.pipeline import find_files
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def gallery() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_gallery", ROOT / "docs/make_gallery.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_gallery_is_fresh(gallery: ModuleType) -> None:
    assert gallery.stale() == [], "python docs/make_gallery.py makes it again"


def test_gallery_is_complete_and_small(gallery: ModuleType) -> None:
    shown = {item.spec for item in gallery.shown()}
    names = [Path(p).relative_to(ROOT / "specs") for p in find_files([str(ROOT / "specs")])]
    networks = {str(n.with_suffix("")) for n in names if n.parts[0] not in ("blocks", "families")}
    imported = {f"imported/{path.stem}" for path in (ROOT / "docs" / "imported").iterdir()}
    assert shown == networks | imported
    sizes = [path.stat().st_size for path in (ROOT / "docs/gallery").iterdir()]
    assert max(sizes) < 200_000
    assert sum(sizes) < 6_000_000
