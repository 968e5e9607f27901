from django.urls import path

from annotator.web import campaigns, grading, health, home

urlpatterns = [
    path("", home.home, name="home"),
    path("campaigns/<slug:key>/", campaigns.campaign, name="campaign"),
    path("campaigns/<slug:key>/claim/", home.claim, name="claim"),
    path("campaigns/<slug:key>/agreement/", campaigns.agreement, name="agreement"),
    path("assignments/<uuid:public_id>/", grading.assignment, name="assignment"),
    path("assignments/<uuid:public_id>/steps/<int:index>/", grading.step, name="step"),
    path("assignments/<uuid:public_id>/reference/", grading.reference, name="reference"),
    path("assignments/<uuid:public_id>/submit/", grading.submit, name="submit"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]
