from pathlib import Path

from pytest_django import Settings

from annotator.embedded.collecting import collect, is_collected


def test_files_are_collected_again_only_when_one_has_changed(settings: Settings, tmp_path: Path) -> None:
    source, folder = tmp_path / "source", tmp_path / "collected"
    source.mkdir()
    (source / "page.css").write_text("p { color: red }")
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = folder
    assert not is_collected(folder)
    collect(folder)
    assert is_collected(folder)
    (source / "page.css").write_text("p { color: green }")
    assert not is_collected(folder)
    collect(folder)
    (source / "more.css").write_text("")
    assert not is_collected(folder)
