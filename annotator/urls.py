"""Both doors. Of allauth only the pages that we style: accounts are made by researchers, so there is no sign-up."""

from allauth.account import views as account
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("annotator.web.urls")),
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("annotator.api.urls")),
]
# Asked for both doors, since what fails may lie before either of them.
handler400 = "annotator.api.problems.bad_request"
handler500 = "annotator.api.problems.server_error"
