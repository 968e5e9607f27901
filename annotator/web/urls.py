from django.urls import path
from django.views.i18n import set_language

from annotator.web import health, home
from annotator.web.campaigns.adjudication.page import adjudicate, adjudicate_step
from annotator.web.campaigns.agreement.page import agreement, agreement_table
from annotator.web.campaigns.agreement.steps import agreement_steps
from annotator.web.campaigns.annotators.page import annotators
from annotator.web.campaigns.annotators.person import annotator
from annotator.web.campaigns.exports.page import (
    export_download,
    export_seal,
    export_snapshots,
    exports,
)
from annotator.web.campaigns.exports.snapshot_page import export_snapshot, export_snapshot_file
from annotator.web.campaigns.luck.page import luck
from annotator.web.campaigns.moving import campaign_move
from annotator.web.campaigns.overview import campaign
from annotator.web.campaigns.step import campaign_step
from annotator.web.campaigns.style.flags import style_flag
from annotator.web.campaigns.style.page import style, style_table
from annotator.web.campaigns.style.people import style_annotator
from annotator.web.campaigns.style.steps import style_steps
from annotator.web.campaigns.twins.listing import twin_studies
from annotator.web.campaigns.twins.pair import twin_pair
from annotator.web.campaigns.twins.plan import twin_plan
from annotator.web.campaigns.twins.study import twin_arms, twin_study
from annotator.web.campaigns.worklist import campaign_worklist
from annotator.web.grading.definitions import definition
from annotator.web.grading.page import assignment, reference, reopen, submit
from annotator.web.grading.saves import alternative, step, whole_chain
from annotator.web.own_work import own_work_page
from annotator.web.practice import (
    practice,
    practice_definition,
    practice_end,
    practice_step,
    practice_whole,
)
from annotator.web.taxonomies.comparing import taxonomy_compare
from annotator.web.taxonomies.downloading import taxonomy_yaml
from annotator.web.taxonomies.guidelines import taxonomy_guidelines
from annotator.web.taxonomies.mapping import taxonomy_mapping
from annotator.web.taxonomies.preview import (
    taxonomy_definition,
    taxonomy_preview,
    taxonomy_try,
    taxonomy_try_whole,
)
from annotator.web.taxonomies.usage import taxonomy_usage

urlpatterns = [
    path("", home.home, name="home"),
    path("own-work/", own_work_page, name="own_work"),
    path("campaigns/<slug:key>/", campaign, name="campaign"),
    path("campaigns/<slug:key>/claim/", home.claim, name="claim"),
    path("campaigns/<slug:key>/agreement/", agreement, name="agreement"),
    path("campaigns/<slug:key>/agreement/steps/", agreement_steps, name="agreement_steps"),
    path("campaigns/<slug:key>/agreement/tables/<slug:name>.csv", agreement_table, name="agreement_table"),
    path("campaigns/<slug:key>/luck/", luck, name="luck"),
    path("campaigns/<slug:key>/exports/", exports, name="exports"),
    path("campaigns/<slug:key>/exports/download/", export_download, name="export_download"),
    path("campaigns/<slug:key>/exports/seal/", export_seal, name="export_seal"),
    path("campaigns/<slug:key>/exports/snapshots/", export_snapshots, name="export_snapshots"),
    path(
        "campaigns/<slug:key>/exports/snapshots/<int:snapshot_id>/", export_snapshot, name="export_snapshot"
    ),
    path(
        "campaigns/<slug:key>/exports/snapshots/<int:snapshot_id>/files/<str:name>",
        export_snapshot_file,
        name="export_snapshot_file",
    ),
    path("campaigns/<slug:key>/style/", style, name="style"),
    path("campaigns/<slug:key>/style/steps/", style_steps, name="style_steps"),
    path("campaigns/<slug:key>/style/flags/<int:flag_id>/", style_flag, name="style_flag"),
    path("campaigns/<slug:key>/style/tables/<slug:name>.csv", style_table, name="style_table"),
    path("campaigns/<slug:key>/style/annotators/<path:pseudonym>/", style_annotator, name="style_annotator"),
    path("campaigns/<slug:key>/annotators/", annotators, name="annotators"),
    path("campaigns/<slug:key>/annotators/<path:pseudonym>/", annotator, name="annotator"),
    path("campaigns/<slug:key>/adjudicate/", adjudicate, name="adjudicate"),
    path("campaigns/<slug:key>/adjudicate/<int:step_id>/", adjudicate_step, name="adjudicate_step"),
    path("campaigns/<slug:key>/move/", campaign_move, name="campaign_move"),
    path("campaigns/<slug:key>/steps/<int:step_id>/", campaign_step, name="campaign_step"),
    path("campaigns/<slug:key>/style/twins/", twin_studies, name="twin_studies"),
    path("campaigns/<slug:key>/style/twins/plan/", twin_plan, name="twin_plan"),
    path("campaigns/<slug:key>/style/twins/<int:study_id>/", twin_study, name="twin_study"),
    path("campaigns/<slug:key>/style/twins/<int:study_id>/arms/", twin_arms, name="twin_arms"),
    path("campaigns/<slug:key>/style/twins/<int:study_id>/pairs/<int:pair_id>/", twin_pair, name="twin_pair"),
    path("campaigns/<slug:key>/worklist/", campaign_worklist, name="campaign_worklist"),
    path("campaigns/<slug:key>/practice/", practice, name="practice"),
    path("campaigns/<slug:key>/practice/steps/<int:index>/", practice_step, name="practice_step"),
    path("campaigns/<slug:key>/practice/whole/", practice_whole, name="practice_whole"),
    path("campaigns/<slug:key>/practice/end/", practice_end, name="practice_end"),
    path(
        "campaigns/<slug:key>/practice/labels/<slug:criterion>/<slug:label>/",
        practice_definition,
        name="practice_definition",
    ),
    path(
        "taxonomies/<slug:key>/<int:number>/compare/<int:other>/", taxonomy_compare, name="taxonomy_compare"
    ),
    path(
        "taxonomies/<slug:key>/<int:number>/mapping/<int:other>/", taxonomy_mapping, name="taxonomy_mapping"
    ),
    path("taxonomies/<slug:key>/<int:number>/", taxonomy_preview, name="taxonomy_preview"),
    path("taxonomies/<slug:key>/<int:number>/steps/<int:index>/", taxonomy_try, name="taxonomy_try"),
    path("taxonomies/<slug:key>/<int:number>/whole/", taxonomy_try_whole, name="taxonomy_try_whole"),
    path(
        "taxonomies/<slug:key>/<int:number>/labels/<slug:criterion>/<slug:label>/",
        taxonomy_definition,
        name="taxonomy_definition",
    ),
    path("taxonomies/<slug:key>/<int:number>/usage/", taxonomy_usage, name="taxonomy_usage"),
    path("taxonomies/<slug:key>/<int:number>/yaml/", taxonomy_yaml, name="taxonomy_yaml"),
    path("taxonomies/<slug:key>/<int:number>/guidelines/", taxonomy_guidelines, name="taxonomy_guidelines"),
    path("assignments/<uuid:public_id>/", assignment, name="assignment"),
    path("assignments/<uuid:public_id>/steps/<int:index>/", step, name="step"),
    path(
        "assignments/<uuid:public_id>/steps/<int:index>/alternatives/<int:number>/",
        alternative,
        name="alternative",
    ),
    path("assignments/<uuid:public_id>/whole/", whole_chain, name="whole_chain"),
    path(
        "assignments/<uuid:public_id>/labels/<slug:criterion>/<slug:label>/",
        definition,
        name="definition",
    ),
    path("assignments/<uuid:public_id>/reference/", reference, name="reference"),
    path("assignments/<uuid:public_id>/submit/", submit, name="submit"),
    path("assignments/<uuid:public_id>/reopen/", reopen, name="reopen"),
    path("language/", set_language, name="set_language"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]
