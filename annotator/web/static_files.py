from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise is untyped
    """Hashed names also inside JavaScript imports, so that a new page never runs with an old module."""

    support_js_module_import_aggregation = True
