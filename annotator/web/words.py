"""What the page's own scripts say, in the reader's language: they find it as JSON in the page."""

from django.utils.translation import gettext as _


def script_words() -> dict[str, str]:
    """By key; `{name}` stands for a value that the script puts in."""
    return {
        **words_for_grading(),
        **words_for_outbox(),
        # finding.js
        "labels": _("{count} labels"),
        "labels_found": _("{found} of {count} labels"),
        # revealing.js
        "to_come": _("Steps still hidden: {count}. The next one is shown when step {number} is graded."),
        "to_come_sending": _(
            "Steps still hidden: {count}. The next one is shown as soon as step {number} is saved."
        ),
        "to_come_stopped": _("Steps still hidden: {count}. This campaign stops at the first flawed step."),
        "to_come_not": _("Steps that were not shown: {count}."),
        # rows.js
        "step": _("Step {number}"),
        "step_of": _("Step {number} of {count}"),
        "whole_chain": _("The whole chain"),
        # undoing.js
        "nothing_to_undo": _("Nothing to undo."),
        "reopening": _("Taking up the chain again that you handed in last …"),
        "reopening_later": _(
            "Waiting until everything here is saved; then the chain before is taken up again."
        ),
        "not_reopened": _(
            "The chain before could not be taken up again: the server did not answer. Press z to try it once more."
        ),
        "taken_up_again": _("Taken up again; press z again to undo {what}."),
        "undo_step": _("step {number}"),
        "undo_whole_chain": _("what you said of the whole chain"),
    }


def words_for_grading() -> dict[str, str]:
    return {
        # bulk.js
        "none_in_bulk": _("No step up to here is left to grade."),
        "no_sound_verdict": _("This taxonomy has no positive verdict to give in bulk."),
        "one_in_bulk": _("1 step graded in bulk: {title}."),
        "some_in_bulk": _("{count} steps graded in bulk: {title}."),
        # finishing.js
        "row_not_saved": _("{name} is not saved yet."),
        "submit_failed": _(
            "Not submitted yet: the server does not answer. It is submitted as soon as it does."
        ),
        "submit_signed_out": _("Not submitted yet: please sign in."),
        "submit_waits": _("Submitting as soon as everything is saved …"),
        # grading.js
        "verdict_first": _("not saved: choose a verdict, the rest goes with it"),
        # rail.js
        "answered": _("answered"),
        "carried": _("from a chain that begins alike"),
        "flagged": _("flagged"),
        "in_bulk": _("in bulk"),
        "not_answered": _("not answered"),
        "not_graded": _("not graded"),
        "one_needs_decision": _("1 step needs your decision."),
        "progress": _("{done} of {count} graded"),
        "progress_whole": _("{done} of {count} graded, whole chain open"),
        "repairs": _("repairs step {number}"),
        "some_need_decision": _("{count} steps need your decision."),
        # repairing.js
        "no_step": _("no step"),
        "nothing_to_repair": _("No earlier step is flawed, so there is nothing to repair."),
        "one_unrepaired": _("No later step repairs step {numbers}."),
        "some_unrepaired": _("No later step repairs steps {numbers}."),
        "step_not_flawed": _("step {number}, not flawed any more"),
    }


def mapping_words() -> dict[str, str]:
    """Of mapping.js, which stands on a page of its own."""
    return {
        "dropped": _("dropped"),
        "kept": _("kept"),
        "label_elsewhere": _("a label on another page"),
        "merged": _("merged with {titles}"),
        "not_decided": _("not decided"),
        "not_saved_outcome": _("{outcome}, not saved"),
        "renamed": _("renamed"),
        "split": _("split among {count}"),
        "split_needs_two": _("split: tick at least two"),
    }


def adjudication_words() -> dict[str, str]:
    """Of adjudicating.js, and of signing in again there."""
    outbox = words_for_outbox()
    return {
        **{key: words for key, words in outbox.items() if key.startswith(("refused_", "sign_in_"))},
        "no_answer": outbox["no_answer"],
        "nothing_to_undo": _("Nothing to undo."),
        "no_such_step": _("There is no further contested step in this direction."),
        "decision_away": _("Not saved: the server does not answer. It is sent again by itself."),
        "decision_not_undone": _("Not taken back: somebody has changed that decision since."),
        "decision_reason_first": _("Not saved: give a reason first."),
        "decision_sending": _("Not saved yet: on its way …"),
        "decision_signed_out": _("Not saved: please sign in."),
        "decision_undo": _("z takes it back."),
        "decision_unsent": _("Not saved yet: Enter in the field saves it."),
        "decision_verdict_first": _("Not saved: choose a verdict first."),
        "not_kept": "",
        "standing_away": _("The server does not answer. Your decision waits in the form."),
        "standing_signed_out": _("You are signed out. Your decision waits in the form."),
        "standing_somebody_else": _(
            "Somebody else is signed in in this browser now. Your decision waits in the form. Sign in again as {name}."
        ),
    }


def words_for_outbox() -> dict[str, str]:
    return {
        # saving.js
        "no_answer": _("The server does not answer."),
        "not_saved": _("not saved"),
        "not_saved_but": _("not saved,"),
        "please_sign_in": _("please sign in"),
        "refused_gone": _("The server does not know this step any more, or it is not yours any more."),
        "refused_somehow": _("The server does not take it (error {status})."),
        "waiting": _("waiting, will be sent"),
        # signing_in.js
        "not_kept": _(
            "This browser cannot keep unsent grades: leave this page open until everything is saved."
        ),
        "sign_in_elsewhere": _("Signing in needs more than a password here."),
        "sign_in_refused": _("The server did not sign you in."),
        "sign_in_throttled": _("Too many tries. Wait a few minutes, then try again."),
        "standing_away": _(
            "The server does not answer. Grades that wait in this browser: {count}. They are sent as soon as it does."
        ),
        "standing_signed_out": _("You are signed out. Grades that wait in this browser: {count}."),
        "standing_somebody_else": _(
            "Somebody else is signed in in this browser now. Grades of {name} that wait here: {count}. Sign in again as {name}."
        ),
        # unsent.js
        "all_sent": _("All your grades are saved."),
        "conflict_waits": _("It was graded otherwise meanwhile: choose on its page."),
        "one_unsent": _("1 grade waits to be sent."),
        "some_unsent": _("{count} grades wait to be sent."),
    }
