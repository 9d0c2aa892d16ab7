"""URLs of the views of participation. The list of calls is a Wagtail page."""

from django.urls import path

from participation.views import (
    attachments,
    calls,
    coauthors,
    contributions,
    deposit,
    discussions,
    dossier,
    places,
    proposals,
    reports,
    versions,
)

app_name = "participation"

urlpatterns = [
    path("propositions/", proposals.proposal_list, name="proposal_list"),
    path("propositions/chaines-interrompues/", dossier.broken_chains, name="broken_chains"),
    path("propositions/carte/", places.proposal_map, name="proposal_map"),
    path("propositions/deposer/", deposit.start, name="deposit_start"),
    path("propositions/deposer/idee/", deposit.idea, name="deposit_idea"),
    path("propositions/deposer/sujet/", deposit.topic, name="deposit_topic"),
    path("propositions/deposer/fichiers/", deposit.files, name="deposit_files"),
    path("propositions/deposer/verifier/", deposit.check, name="deposit_check"),
    path("propositions/deposer/merci/", deposit.done, name="deposit_done"),
    path("propositions/deposer/brouillons/<uuid:key>/supprimer/", deposit.delete, name="deposit_delete"),
    path("propositions/fichiers/<uuid:key>/", attachments.attachment, name="attachment"),
    path("propositions/<int:number>/", proposals.proposal_by_number, name="proposal_by_number"),
    path("propositions/<int:number>-<slug:slug>/", proposals.proposal, name="proposal"),
    path("propositions/<int:number>-<slug:slug>/dossier/", dossier.dossier, name="dossier"),
    path("propositions/<int:number>-<slug:slug>/dossier.json", dossier.dossier_json, name="dossier_json"),
    path("propositions/<int:number>/soutenir/", proposals.support, name="support"),
    path("propositions/<int:number>/retirer/", versions.withdraw, name="withdraw"),
    path("propositions/<int:number>/modifier/", versions.edit, name="proposal_edit"),
    path("propositions/<int:number>-<slug:slug>/versions/", versions.versions, name="versions"),
    path("propositions/<int:number>/signaler/", reports.proposal, name="proposal_report"),
    path("propositions/<int:number>/complements/<int:addendum_id>/signaler/", reports.addendum, name="addendum_report"),
    path("propositions/<int:number>/completer/", versions.addendum, name="addendum"),
    path("propositions/<int:number>/co-auteurs/", coauthors.coauthors, name="coauthors"),
    path("propositions/<int:number>/co-auteurs/<int:key>/retirer/", coauthors.remove, name="coauthor_remove"),
    path("propositions/invitations/<str:token>/", coauthors.invitation, name="invitation"),
    path("propositions/appels/<str:slug>/", calls.call, name="call"),
    path("propositions/appels/<str:slug>/formulaire/", calls.paper_form, name="call_paper_form"),
    # The same views serve the discussions of proposals and of pages.
    path("propositions/<int:number>/commenter/", discussions.comment, name="comment"),
    path("propositions/<int:number>/commentaires/<int:comment_id>/repondre/", discussions.reply, name="reply"),
    path("propositions/<int:number>/commentaires/<int:comment_id>/signaler/", reports.comment, name="report"),
    path("propositions/<int:number>/commentaires/<int:comment_id>/modifier/", discussions.edit, name="edit"),
    path("propositions/<int:number>/commentaires/<int:comment_id>/retirer/", discussions.withdraw, name="withdraw"),
    path("propositions/<int:number>/suivre/", discussions.follow, name="follow"),
    path("discussions/<int:discussion_id>/suivre/", discussions.follow, name="discussion_follow"),
    path("discussions/<int:discussion_id>/commenter/", discussions.comment, name="discussion_comment"),
    path(
        "discussions/<int:discussion_id>/commentaires/<int:comment_id>/repondre/",
        discussions.reply,
        name="discussion_reply",
    ),
    path(
        "discussions/<int:discussion_id>/commentaires/<int:comment_id>/signaler/",
        reports.comment,
        name="discussion_report",
    ),
    path(
        "discussions/<int:discussion_id>/commentaires/<int:comment_id>/modifier/",
        discussions.edit,
        name="discussion_edit",
    ),
    path(
        "discussions/<int:discussion_id>/commentaires/<int:comment_id>/retirer/",
        discussions.withdraw,
        name="discussion_withdraw",
    ),
    path("compte/contributions/", contributions.contributions, name="contributions"),
    path("compte/decisions/<int:decision_id>/", contributions.appeal, name="appeal"),
    path("compte/rattacher/", contributions.claim, name="claim"),
    path("moderation/", contributions.moderation_register, name="moderation_register"),
]
