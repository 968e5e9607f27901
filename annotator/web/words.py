"""What the page's own scripts say, in the reader's language: they find it as JSON in the page."""

from django.utils.translation import gettext as _


def script_words() -> dict[str, str]:
    """By key; `{name}` stands for a value that the script puts in."""
    return {
        "step": _("Step {number}"),
        "step_of": _("Step {number} of {count}"),
        "whole_chain": _("The whole chain"),
    }
