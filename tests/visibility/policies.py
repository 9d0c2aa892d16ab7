"""Roles that may open each address, according to the documentation. Every address of the site needs a line here.

A line has names of views (`fnmatch`; an unnamed address stands for itself), then roles. The first matching line
counts. Unpublished proposals are covered by `readers`, not by this table: their address is for everyone.

Add the name of a new address to the line of the roles that may open it, or add a line. If it shows a new model, add its
readers to `readers`, and create one in each state in `rows`, `texts` or `pages` (docs/quality.md).
"""

from fnmatch import fnmatchcase

from tests.visibility.readers import (
    ANSWERS,
    DESK,
    EVERYONE,
    MINUTES,
    MODERATION,
    NOBODY,
    OFFICE,
    PICTURES,
    ROOT,
    SIGNED_IN,
    SITTING,
    STEERING,
    WRITING,
)

INSIDE = "inside editor secretariat moderator service desk organiser administrator"
# Editors of any pages; users who follow the answers; users who see gaps in the follow-up.
PAGES = "editor secretariat organiser administrator"
FOLLOWING = f"moderator {ANSWERS}"
GAPS = f"secretariat {FOLLOWING}"

POLICIES: list[tuple[str, str]] = [
    # Everyone. A token in a URL gives its right to any holder.
    ("operations:livez operations:readyz operations:healthz", EVERYONE),
    # Metrics: only for clients in METRICS_NETWORKS (`tests/operations/test_metrics.py`).
    ("operations:metrics", NOBODY),
    ("csp_report colours veille:feed veille:rss wagtail_serve wagtaildocs_serve", EVERYONE),
    ("veille:comparison veille:criterion veille:criterion_table", EVERYONE),
    ("inclusion:place_report", EVERYONE),
    ("inclusion:places inclusion:place inclusion:sheet inclusion:resources inclusion:resource", EVERYONE),
    ("inclusion:workshops inclusion:workshop inclusion:calendar inclusion:workshop_ics", EVERYONE),
    ("cms:contact cms:news_feed cms:news_rss cms:sitemap cms:robots cms:manifest cms:favicon", EVERYONE),
    ("cms:security_txt veille:sources veille:opml", EVERYONE),
    ("cms:card cms:picture", EVERYONE),
    ("wagtaildocs_authenticate_with_password wagtailcore_authenticate_with_password wagtailcore_login", EVERYONE),
    ("_util/login/ admin/login/ wagtailadmin_login wagtailadmin_logout wagtailadmin_password_reset*", EVERYONE),
    ("wagtailadmin_sprite wagtailadmin_javascript_catalog", EVERYONE),
    ("account_login account_signup account_logout account_request_login_code account_confirm_login_code", EVERYONE),
    ("mfa_authenticate mfa_login_webauthn", EVERYONE),
    ("accounts:provider accounts:provider_callback accounts:provider_first_time", EVERYONE),
    ("account_email_verification_sent account_inactive accounts:signed_out accounts:closed", EVERYONE),
    ("accounts:newcomer", EVERYONE),
    (
        "digests:subscribe digests:look_at_mail digests:confirm digests:archives digests:archive digests:further",
        EVERYONE,
    ),
    ("digests:unsubscribe_help digests:unsubscribe digests:resubscribe digests:less_often", EVERYONE),
    ("digests:follow_topic digests:session_reminder", EVERYONE),
    ("indicators:representativeness indicators:restitution indicators:restitutions", EVERYONE),
    ("indicators:presentation_ics", EVERYONE),
    ("indicators:restitution_table indicators:indicators indicators:indicator indicators:indicator_values", EVERYONE),
    ("polls:list polls:poll polls:paper_form polls:results polls:results_table fieldwork:survey_table", EVERYONE),
    ("fieldwork:survey_answer fieldwork:survey_answered fieldwork:survey_short", EVERYONE),
    ("committee:calendar committee:session committee:session_ics committee:work_programme", EVERYONE),
    ("committee:poster committee:session_poster", EVERYONE),
    ("committee:register committee:register_json committee:register_checker committee:decline_invitation", EVERYONE),
    (
        "home:search home:found_comment home:components home:site_map home:open_data home:participate home:results",
        EVERYONE,
    ),
    ("home:open_data_catalogue home:open_data_csv home:open_data_json home:open_data_set", EVERYONE),
    ("home:api home:api_description home:api_set home:api_missing", EVERYONE),
    ("participation:proposal_list participation:proposal_map participation:proposal_by_number", EVERYONE),
    ("participation:proposal participation:dossier participation:dossier_json participation:versions", EVERYONE),
    ("participation:attachment participation:call participation:call_paper_form", EVERYONE),
    ("participation:moderation_register participation:broken_chains participation:invitation", EVERYONE),
    # Written before signing in, sent afterwards.
    ("participation:deposit_start participation:deposit_idea participation:deposit_topic", EVERYONE),
    ("participation:deposit_files participation:deposit_check participation:deposit_done", EVERYONE),
    ("participation:deposit_delete", EVERYONE),
    (
        "participation:comment participation:reply participation:discussion_comment participation:discussion_reply",
        EVERYONE,
    ),
    ("participation:support participation:follow participation:discussion_follow", EVERYONE),
    ("participation:report participation:discussion_report participation:proposal_report", EVERYONE),
    ("participation:addendum_report veille:suggest", EVERYONE),
    # Test campaigns. `readers` covers non-public findings; a trial is written before signing in, sent afterwards.
    (
        "fieldwork:campaign fieldwork:campaign_table fieldwork:scenario fieldwork:scenario_paper fieldwork:finding",
        EVERYONE,
    ),
    ("fieldwork:finding_picture fieldwork:tell fieldwork:draft_picture fieldwork:echo fieldwork:retest", EVERYONE),
    # The user's own account and texts.
    ("accounts:home accounts:public_name accounts:commune accounts:email accounts:confirm_email", SIGNED_IN),
    ("accounts:confirm_identity accounts:sessions accounts:own_data accounts:confirm_export", SIGNED_IN),
    (
        "accounts:form_again accounts:download_data accounts:delete accounts:confirm_deletion accounts:come_back",
        SIGNED_IN,
    ),
    ("accounts:confirm_factor accounts:connections mfa_index mfa_activate_totp mfa_deactivate_totp", SIGNED_IN),
    ("mfa_add_webauthn mfa_edit_webauthn mfa_remove_webauthn", SIGNED_IN),
    ("mfa_view_recovery_codes mfa_generate_recovery_codes", SIGNED_IN),
    ("account_reauthenticate account_change_password account_set_password", SIGNED_IN),
    ("digests:preferences indicators:survey veille:suggestions fieldwork:own_trials", SIGNED_IN),
    ("participation:contributions participation:claim participation:appeal participation:withdraw", SIGNED_IN),
    ("participation:edit participation:discussion_edit participation:discussion_withdraw", SIGNED_IN),
    (
        "participation:proposal_edit participation:addendum participation:coauthors participation:coauthor_remove",
        SIGNED_IN,
    ),
    # The members' area.
    ("committee:area committee:help committee:portrait committee:convocations committee:polls", SITTING),
    ("committee:directory committee:directory_file committee:directory_own", SITTING),
    ("committee:note_new committee:note_edit", SITTING),
    ("committee:notes committee:note", f"{SITTING} {OFFICE}"),
    ("committee:attendance_entry committee:absence", SITTING),
    ("committee:documents committee:document committee:minutes_list committee:minutes", f"{SITTING} {OFFICE}"),
    ("fieldwork:ground fieldwork:outing_volunteers fieldwork:campaign_volunteers", f"{SITTING} {OFFICE}"),
    ("fieldwork:outings_ics fieldwork:own_outings_ics", f"{SITTING} {OFFICE}"),
    ("fieldwork:outing_cancel", OFFICE),
    ("committee:attendance_sheet committee:attendance_paper committee:attendance_code", MINUTES),
    ("committee:redact committee:handover", MINUTES),
    ("committee:write_minutes committee:open_minutes committee:approve_minutes", MINUTES),
    ("committee:decide_correction committee:correction_applied committee:write_dissent", MINUTES),
    ("committee:end_action committee:end_decision", MINUTES),
    # The mailbox exists in the demonstration only.
    ("mailing:mailbox mailing:mail mailing:mail_html mailing:mail_source", NOBODY),
    # The admin, for all users with access: each has their own start page, and sees public data.
    ("admin/^.*/$ admin/test404/ wagtailadmin_home wagtailadmin_account guide guide_chapter", INSIDE),
    ("wagtailadmin_dismissibles wagtailadmin_editing_sessions:* wagtailadmin_block_preview", INSIDE),
    ("wagtail_modeladmin:javascript_catalog wagtailadmin_tag_* wagtailembeds:* wagtailadmin_error_test", INSIDE),
    ("wagtailadmin_choose_page* account_chooser:* held_session_chooser:*", INSIDE),
    ("wagtail_bulk_action former_snippet_address", INSIDE),
    ("wagtailsnippetchoosers_committee_member:* wagtailsnippetchoosers_committee_seat:*", INSIDE),
    ("wagtailsnippetchoosers_participation_proposal:* wagtailsnippetchoosers_polls_poll:*", INSIDE),
    ("wagtailsnippetchoosers_veille_theme:* wagtailsnippetchoosers_indicators_indicator:*", INSIDE),
    ("wagtailsnippetchoosers_inclusion_place:* survey_polls:*", INSIDE),
    ("wagtaildocs_chooser:* wagtailimages_chooser:* wagtailadmin_api:* wagtailsnippets:index", INSIDE),
    (
        "wagtailadmin_reports:site_history* wagtailadmin_workflows:task_chooser* wagtailadmin_workflows:task_chosen",
        INSIDE,
    ),
    ("wagtailadmin_reports:* wagtailadmin_pages:* wagtailadmin_explore*", INSIDE),
    ("wagtailadmin_workflows:usage* wagtailadmin_workflows:remove wagtailadmin_workflows:select_task_type", ROOT),
    ("wagtailadmin_workflows:* wagtailadmin_collections:* wagtailsites:* wagtailusers_* office_rights", ROOT),
    ("wagtaildocs:* wagtailimages:* edit_document edit_image", PICTURES),
    ("wagtailsettings:* edit_setting", WRITING),
    ("wagtailredirects:* missing_addresses:* empty_searches:*", WRITING),
    ("failing_links:* second_reading:*", PAGES),
    ("news_list:* example_list:* call_list:* campaign_list:*", PAGES),
    # Permissions of each group (home/migrations, GROUPS).
    ("reading:* sources:*", WRITING),
    ("wagtailsnippets_veille_observation:* wagtailsnippets_veille_criterion:* wagtailsnippets_veille_city:*", WRITING),
    ("comparison_grid:* survey_texts:*", WRITING),
    ("wagtailsnippets_inclusion_resource:* wagtailsnippets_inclusion_workshop:*", WRITING),
    ("places:* place_reports:*", WRITING),
    ("wagtailsnippets_veille_theme:* wagtailsnippets_digests_editorialword:* digest_preview:*", WRITING),
    # Messages to subscribers are for writers of the digest, those to members for users who edit members.
    ("newsletters:letters", OFFICE),
    ("newsletters:*", f"editor {OFFICE}"),
    ("wagtailsnippets_committee_member:* wagtailsnippets_committee_memberdocument:*", OFFICE),
    ("wagtailsnippets_committee_seat:* wagtailsnippets_committee_workprogramme:*", OFFICE),
    ("wagtailsnippets_indicators_restitution:* wagtailsnippets_indicators_survey:*", OFFICE),
    ("wagtailsnippets_indicators_indicator:* indicator_values:*", OFFICE),
    ("committee_sessions:* committee_attendance:* session_duplicate", OFFICE),
    ("seat_votes:* convocations:* account_invitations:*", OFFICE),
    ("opening several_seats offices member_file member_model starter_topics session_dates", OFFICE),
    ("opening_texts", STEERING),
    ("wagtailsnippets_participation_proposal:* wagtailsnippets_participation_addendum:*", MODERATION),
    ("wagtailsnippets_participation_comment:* wagtailsnippets_participation_report:*", MODERATION),
    ("wagtailsnippets_participation_appeal:*", MODERATION),
    ("answers:* wagtailsnippets_participation_answertemplate:*", ANSWERS),
    ("wagtailsnippets_participation_cityservice:*", FOLLOWING),
    ("waiting_proposals:*", FOLLOWING),
    ("follow_up_gaps:*", GAPS),
    ("findings:list findings:list_results findings:retest", STEERING),
    ("findings:* findings_to_answer:*", ANSWERS),
    ("desk_trial:* survey_sheets:*", DESK),
    ("desk_proposal:* desk_comment:* desk_entries:* poll_desk:*", DESK),
    ("field_surveys:* wagtailsnippets_fieldwork_outing:*", OFFICE),
    ("wagtailsnippets_polls_poll:*", STEERING),
    # Actions in the admin, for administrators only.
    ("auditlog:list auditlog:list_results", ROOT),
    # Personal data, for the data-protection officer.
    ("data_protection:index", ROOT),
    # Names of accounts that could be mistaken for the city, for users who manage accounts.
    ("public_names:index", ROOT),
    # Lost second factors, for the same users.
    ("second_factors:*", ROOT),
    ("editions-de-la-lettre_* lots_* envois_* adresses-ecartees_* mailing_batches:*", STEERING),
    ("site_state:index fixed_facts:index", STEERING),
]


def policy_of(view: str) -> set[str] | None:
    """Returns the roles that may open the addresses of this view; None without a matching line."""
    for views, roles in POLICIES:
        if any(fnmatchcase(view, one) for one in views.split()):
            return set(roles.split())
    return None
