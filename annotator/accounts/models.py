from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A person who signs in. What they may do in a campaign is their Membership; `is_staff` opens the admin."""
