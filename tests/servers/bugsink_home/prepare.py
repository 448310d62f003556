"""Run by Bugsink's own Python inside a new home: makes both databases, the superuser and empty projects."""

import os
import sys

# Bugsink lifts its five-second limit for a query by looking for this word on the command line.
sys.argv = ["bugsink-manage", "migrate"]
os.environ["DJANGO_SETTINGS_MODULE"] = "bugsink_conf"

PROJECTS = 500
USER = "admin@example.org"


def main() -> None:
    """Raises, and so exits with a status, when anything is not as it should be."""
    import django  # type: ignore[import-not-found]

    django.setup()
    from django.contrib.auth import get_user_model  # type: ignore[import-not-found]
    from django.core.management import call_command  # type: ignore[import-not-found]
    from projects.models import Project  # type: ignore[import-not-found]

    call_command("migrate", verbosity=0)
    call_command("migrate", database="snappea", verbosity=0)
    get_user_model().objects.create_superuser(username=USER, email=USER, password="test")
    Project.objects.bulk_create(
        Project(name=name, slug=name) for name in map("project-{}".format, range(PROJECTS))
    )


main()
