"""The form of a decision, read strictly."""

from django.http import QueryDict
from django.utils.translation import gettext as _

from annotator.grading.adjudicating import DecisionWrite
from annotator.web.grading.writes import BadForm, read_operation_id, read_revision, shown, typed

FIELDS = {"csrfmiddlewaretoken", "operation_id", "revision", "version", "verdict", "reason", "take_back"}


def read_decision(form: QueryDict) -> DecisionWrite:
    """Raises BadForm.

    Fields: `operation_id` (a UUID; drawn here when missing or empty, as in a form without JavaScript), `revision`, the
    `version`'s number, `verdict` (a label's key), `reason`. Sent by the button `take_back` it is without the last two.
    """
    for name, values in form.lists():
        if name not in FIELDS:
            raise BadForm(_("This form has no field {name}.").format(name=shown(name)))
        if len(values) != 1:
            raise BadForm(_("{name} was sent {count} times.").format(name=shown(name), count=len(values)))
    is_taken_back = "take_back" in form
    verdict = form.get("verdict", "")
    if not is_taken_back and not verdict:
        raise BadForm(_("Choose a verdict first."))
    return DecisionWrite(
        operation_id=read_operation_id(form.get("operation_id", "")),
        revision=read_revision(form.get("revision", "")),
        version=read_revision(form.get("version", "")),
        verdict=None if is_taken_back else verdict,
        reason="" if is_taken_back else typed(form.get("reason", "")),
    )
