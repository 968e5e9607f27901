"""A report that waits, runs or failed, and who may ask for one."""

from datetime import timedelta

from django.utils import timezone

from annotator.accounts.models import User
from annotator.assignments.models import Campaign, MembershipState, Role
from annotator.jobs.models import Job, JobState

# A worker takes a job within a second; after a minute somebody should look whether one runs.
NOT_TAKEN_AFTER = timedelta(seconds=60)


def job_context(latest: Job | None) -> dict[str, object]:
    """The job that waits or runs, and the newest one if it failed."""
    job = latest if latest is not None and not latest.ended else None
    return {
        "job": job,
        "is_not_taken": job is not None
        and job.state == JobState.QUEUED
        and job.requested_at < timezone.now() - NOT_TAKEN_AFTER,
        "failed": latest if latest is not None and latest.state == JobState.FAILED else None,
    }


def may_compute(user: User, campaign: Campaign) -> bool:
    return (
        user.is_superuser
        or campaign.memberships.filter(user=user, role=Role.RESEARCHER, state=MembershipState.ACTIVE).exists()
    )
