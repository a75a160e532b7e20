from django.urls import path

from workflow.views import drafts, playbooks, rules, shelf, tasks, trials, versions

app_name = "workflow"
urlpatterns = [
    path("playbooks/", playbooks.playbooks, name="playbooks"),
    path("playbooks/shipped/<slug:key>/", shelf.shipped_playbook, name="shipped_playbook"),
    path("playbooks/shipped/<slug:key>/adoption/", shelf.adoption, name="adoption"),
    path("playbooks/<uuid:pk>/drafting/", drafts.drafting, name="drafting"),
    path("playbooks/<uuid:pk>/draft/", drafts.draft, name="draft"),
    path("playbooks/<uuid:pk>/draft/publication/", drafts.publication, name="publication"),
    path("playbooks/<uuid:pk>/draft/removal/", drafts.removal, name="draft_removal"),
    path("playbooks/<uuid:pk>/draft/rules/new/", rules.new_rule, name="new_rule"),
    path("playbooks/<uuid:pk>/draft/rules/restoration/", rules.rule_restoration, name="rule_restoration"),
    path("playbooks/<uuid:pk>/file/", versions.rule_file, name="rule_file"),
    path("playbooks/<uuid:pk>/versions/", versions.versions, name="versions"),
    path("playbooks/versions/<uuid:pk>/", versions.version, name="version"),
    path("playbooks/versions/<uuid:pk>/file/", versions.version_file, name="version_file"),
    path(
        "playbooks/versions/<uuid:pk>/restoration/", versions.version_restoration, name="version_restoration"
    ),
    path("playbooks/versions/<uuid:pk>/trial/", trials.trial, name="trial"),
    path("playbooks/rules/<uuid:pk>/", rules.rule, name="rule"),
    path("playbooks/rules/<uuid:pk>/switch/", rules.switch, name="switch"),
    path("playbooks/rules/<uuid:pk>/place/", rules.place, name="place"),
    path("playbooks/rules/<uuid:pk>/removal/", rules.rule_removal, name="rule_removal"),
    path("touchpoints/<uuid:pk>/", playbooks.touchpoint, name="touchpoint"),
    path("tasks/", tasks.tasks, name="tasks"),
    path("tasks/<uuid:pk>/completion/", tasks.completion, name="completion"),
    path("tasks/<uuid:pk>/reopening/", tasks.reopening, name="reopening"),
]
