from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token does not fit the session: most often somebody signed in again in another tab."""
    return render(request, "403_csrf.html", {"reason": reason}, status=403)
