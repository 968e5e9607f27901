"""Datasets, and everything imported into them: to look at. Imported text never changes."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from unfold.admin import ModelAdmin
from unfold.decorators import display

from annotator.chains.models import Chain, ChainStep, Dataset, ImportRun, Problem, Step


class ReadOnly:
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Dataset)
class DatasetAdmin(ModelAdmin):  # type: ignore[misc]  # unfold is untyped
    list_display = ["title", "key", "domain"]
    list_filter = ["domain"]
    search_fields = ["key", "title", "description"]
    ordering = ["title"]

    def get_fieldsets(self, request: HttpRequest, obj: Dataset | None = None) -> Any:
        fields = [("title", "key"), "domain", "description"]
        return [(None, {"fields": fields}), ("Chains", {"fields": [], "description": how_to_import(obj)})]

    def get_readonly_fields(self, request: HttpRequest, obj: Dataset | None = None) -> list[str]:
        """Addresses and commands name the dataset by its key."""
        return ["key"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Dataset | None = None) -> bool:
        return super().has_delete_permission(request, obj) and obj is not None and not is_used(obj)


def how_to_import(dataset: Dataset | None) -> str:
    """There is no page for it yet."""
    return format_html(
        "Whoever runs this server brings in a file of chains with <code>manage.py import_chains FILE --dataset {key}</code>, "
        "or a program with a token sends it to <code>{address}</code>. Each attempt then stands under "
        '<a class="text-primary-600" href="{runs}">import runs</a>.',
        key=dataset.key if dataset else "KEY",
        address=f"/api/v1/datasets/{dataset.key if dataset else 'KEY'}/imports/",
        runs=reverse("admin:chains_importrun_changelist"),
    )


def is_used(dataset: Dataset) -> bool:
    return dataset.problems.exists() or dataset.import_runs.exists() or dataset.campaigns.exists()


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold is untyped
    list_display = [
        "file_name",
        "dataset",
        "format",
        "shown_state",
        "chains_added",
        "chains_unchanged",
        "error_count",
        "requested_by",
        "requested_at",
    ]
    list_filter = ["state", "dataset", "format"]
    list_select_related = ["dataset", "requested_by"]
    ordering = ["-requested_at"]
    fieldsets = [
        (None, {"fields": [("file_name", "format", "dataset"), ("shown_state", "error"), "file_sha256"]}),
        (
            "Counts",
            {
                "fields": [
                    ("line_count", "lines_skipped", "error_count"),
                    ("problems_added", "steps_added"),
                    ("chains_added", "chains_unchanged"),
                ]
            },
        ),
        ("Bad lines", {"fields": ["bad_lines"]}),
        ("Dates", {"fields": [("requested_by", "requested_at"), ("started_at", "finished_at")]}),
    ]

    @display(  # type: ignore[untyped-decorator]  # unfold is untyped
        description="state",
        ordering="state",
        label={"queued": "info", "running": "warning", "done": "success", "failed": "danger"},
    )
    def shown_state(self, run: ImportRun) -> str:
        return run.state

    @admin.display(description="the first hundred")
    def bad_lines(self, run: ImportRun) -> str:
        return (
            format_html_join("", "<p>{}</p>", ((line_words(entry),) for entry in run.line_errors)) or "none"
        )


def line_words(entry: object) -> str:
    if isinstance(entry, dict):
        return ": ".join(str(value) for value in entry.values())
    return str(entry)


class FrozenTextAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold is untyped
    """Tables of millions of rows: newest first, found by their exact id, never counted in full."""

    ordering = ["-pk"]
    show_full_result_count = False
    list_per_page = 50


@admin.register(Problem)
class ProblemAdmin(FrozenTextAdmin):
    list_display = ["external_id", "dataset", "start_of_text"]
    list_filter = ["dataset"]
    list_select_related = ["dataset"]
    search_fields = ["=external_id"]
    fields = ["external_id", "dataset", "text", "reference_answer", "reference_solution"]

    @admin.display(description="text")
    def start_of_text(self, problem: Problem) -> str:
        return problem.text[:120]


@admin.register(Chain)
class ChainAdmin(FrozenTextAdmin):
    list_display = ["external_id", "dataset", "generator", "step_count", "final_answer_correct"]
    list_filter = ["dataset", "final_answer_correct"]
    list_select_related = ["dataset"]
    search_fields = ["=external_id"]
    fields = [
        "external_id",
        "dataset",
        "problem",
        "generator",
        "step_texts",
        "final_answer",
        "final_answer_correct",
        "metadata",
        "import_run",
    ]

    @admin.display(description="steps")
    def step_texts(self, chain: Chain) -> str:
        walk = ChainStep.objects.filter(chain=chain).order_by("index").values_list("step__text", flat=True)
        return format_html(
            '<ol style="list-style: decimal; padding-left: 1.5rem">{}</ol>',
            format_html_join(
                "",
                '<li style="white-space: pre-wrap; margin-bottom: 0.5rem">{}</li>',
                ((text,) for text in walk),
            ),
        )


@admin.register(Step)
class StepAdmin(FrozenTextAdmin):
    list_display = ["pk", "problem_id", "index", "start_of_text"]
    list_filter = ["problem__dataset"]
    fields = ["problem", "index", "text", "parent"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Step]:
        steps: QuerySet[Step] = super().get_queryset(request)
        return steps.select_related("problem")

    @admin.display(description="text")
    def start_of_text(self, step: Step) -> str:
        return step.text[:120]
