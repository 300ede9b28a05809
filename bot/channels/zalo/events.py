"""The events Zalo is known to send that are not for us.

Collected from Zalo's documentation, its digests and live receivers; on some names they disagree, so both are here. They
are listed only to name them in a metric with few labels: an event that is missing here is ignored just the same.
"""

_OWN_ECHOES = {
    "oa_send_text",
    "oa_send_image",
    "oa_send_gif",
    "oa_send_list",
    "oa_send_file",
    "oa_send_sticker",
    "oa_send_template",
    "oa_reacted_message",
}
_RECEIPTS_AND_REACTIONS = {
    "user_received_message",
    "user_seen_message",
    "user_reacted_message",
    "user_click_chatnow",
    "user_click_button",
    "user_click_link",
    "user_click_response_button",
    "user_feedback",
}
# These may carry names, phone numbers and addresses, which we never keep.
_PERSONAL_DATA = {
    "user_submit_info",
    "update_user_info",
}
# Visitors without a Zalo account cannot be written to later, and have no stable id.
_ANONYMOUS = {
    "anonymous_send_text",
    "anonymous_send_image",
    "anonymous_send_file",
    "anonymous_send_sticker",
    "oa_send_anonymous_text",
    "oa_send_anonymous_image",
    "oa_send_anonymous_file",
    "oa_send_anonymous_sticker",
}
_ADMINISTRATION = {
    "add_user_to_tag",
    "remove_user_from_tag",
    "remove_tag",
    "widget_interaction_accepted",
    "widget_failed_to_sync_user_external_id",
    "change_template_status",
    "change_oa_daily_quota",
}
_CALLS = {
    "oa_send_consent",
    "user_reply_consent",
    "user_call_oa",
    "oa_call_user",
}
_GROUPS = {
    "create_group",
    "user_join_group",
    "user_leave_group",
    "user_out_group",
    "user_send_group_text",
    "user_send_group_image",
    "user_send_group_sticker",
    "user_send_group_business_card",
    "oa_send_group_text",
    "oa_send_group_image",
}

NOT_FOR_US = frozenset(
    _OWN_ECHOES | _RECEIPTS_AND_REACTIONS | _PERSONAL_DATA | _ANONYMOUS | _ADMINISTRATION | _CALLS | _GROUPS
)
