"""`manage.py export`: the same bytes as the door, on stdout alone."""

import pytest
from django.core.management import CommandError, call_command

from annotator.exports.formats import WRITERS
from tests.exported import exported
from tests.graded import graded_campaign
from tests.makers import line


@pytest.mark.django_db(transaction=True)
def test_the_command_writes_what_the_door_streams(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    campaign = graded_campaign(
        [line("p/a", "1", "2", final_answer_correct=True)], {"ada": {"p/a": ["good", "bad"]}}
    )
    for format_name in WRITERS:
        call_command("export", "pilot", "--format", format_name, "--trailer")
        captured = capsysbinary.readouterr()
        assert captured.out == exported(campaign, format=format_name, with_trailer=True)
        assert captured.err == b""
        call_command("export", "pilot", "--format", format_name)
        assert captured.out.startswith(capsysbinary.readouterr().out)


@pytest.mark.django_db
def test_a_campaign_that_is_not_there_is_named() -> None:
    with pytest.raises(CommandError, match="no campaign nowhere"):
        call_command("export", "nowhere")


@pytest.mark.django_db
def test_a_format_that_is_not_there_is_refused() -> None:
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("export", "pilot", "--format", "xml")
