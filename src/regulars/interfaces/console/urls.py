"""Addresses of the console, below /console/."""

from django.urls import path

from regulars.interfaces.console.approvals.page import approval_list, approve, decline
from regulars.interfaces.console.audiences.acts import archive as archive_audience
from regulars.interfaces.console.audiences.acts import export as export_audience
from regulars.interfaces.console.audiences.acts import refresh as refresh_audience
from regulars.interfaces.console.audiences.acts import undo as undo_import
from regulars.interfaces.console.audiences.editing import edit_audience, new_audience
from regulars.interfaces.console.audiences.importing import look as look_at_list
from regulars.interfaces.console.audiences.importing import upload as upload_list
from regulars.interfaces.console.audiences.listing import audience_list
from regulars.interfaces.console.audiences.page import audience_page
from regulars.interfaces.console.campaigns.calendar import calendar_download, calendar_page
from regulars.interfaces.console.campaigns.page import campaigns_page
from regulars.interfaces.console.campaigns.studio import campaign_in_draft, change_campaign, new_campaign
from regulars.interfaces.console.clock.page import clock_page
from regulars.interfaces.console.dashboard.page import dashboard
from regulars.interfaces.console.gift_cards import card as gift_card
from regulars.interfaces.console.gift_cards import listing as gift_cards
from regulars.interfaces.console.members import stored_value
from regulars.interfaces.console.members.about import change_about, change_consent
from regulars.interfaces.console.members.activity import record_activity
from regulars.interfaces.console.members.adjustments import reverse_adjusted, undo_adjusted
from regulars.interfaces.console.members.blocking import block, unblock
from regulars.interfaces.console.members.duplicates import duplicates, tell_two_apart, told_apart, undo_apart
from regulars.interfaces.console.members.enrolment import enrol
from regulars.interfaces.console.members.expiry import extend
from regulars.interfaces.console.members.explanation import why
from regulars.interfaces.console.members.giving_tiers import give_tier, take_tier
from regulars.interfaces.console.members.holds import give_back, release
from regulars.interfaces.console.members.household import change_household
from regulars.interfaces.console.members.listing import member_list, quick_search
from regulars.interfaces.console.members.lots import entry_lots
from regulars.interfaces.console.members.merging import merge, undo
from regulars.interfaces.console.members.orders import record_order
from regulars.interfaces.console.members.page import member_page
from regulars.interfaces.console.members.points import give_or_take
from regulars.interfaces.console.members.progress import change_badge
from regulars.interfaces.console.members.redemptions import redeem, reverse_one
from regulars.interfaces.console.members.returning import preview, return_order
from regulars.interfaces.console.members.sending import send, take_back
from regulars.interfaces.console.notices.page import choose as choose_notices
from regulars.interfaces.console.notices.page import notice_list, read_all, read_one
from regulars.interfaces.console.objectives.page import close, new_objective, objective_list, objective_page
from regulars.interfaces.console.returns.waiting import waiting_list
from regulars.interfaces.console.rewards.catalogue import edit_reward, new_reward, reward_list
from regulars.interfaces.console.rewards.queue import handed_over, queue
from regulars.interfaces.console.rulebook.backtests import backtest_list, backtest_page
from regulars.interfaces.console.rulebook.draft_acts import act
from regulars.interfaces.console.rulebook.drafts import draft_list, draft_page
from regulars.interfaces.console.rulebook.history import history
from regulars.interfaces.console.rulebook.page import rulebook_page
from regulars.interfaces.console.rulebook.pausing import pausing
from regulars.interfaces.console.rulebook.rule_editing import new_rule, rule_in_draft
from regulars.interfaces.console.rulebook.rule_list import rule_list
from regulars.interfaces.console.rulebook.templates import template_gallery, template_page
from regulars.interfaces.console.rulebook.trying import try_rules
from regulars.interfaces.console.rulebook.tunings import tuning_draft, tuning_list, tuning_page
from regulars.interfaces.console.rulebook.versions import back, changes_page, export, version_list
from regulars.interfaces.console.rulebook.waiting import approve as approve_version
from regulars.interfaces.console.rulebook.waiting import decline as decline_version
from regulars.interfaces.console.rulebook.ways import way, ways
from regulars.interfaces.console.tiers.changing import change_ladder
from regulars.interfaces.console.tiers.page import tiers_page
from regulars.interfaces.console.tiers.undoing import undo_change

app_name = "console"
urlpatterns = [
    path("", dashboard, name="dashboard"),
    path("members/", member_list, name="members"),
    path("members/quick", quick_search, name="members-quick"),
    path("members/new", enrol, name="enrol"),
    path("members/duplicates", duplicates, name="duplicates"),
    path("members/duplicates/apart", told_apart, name="told-apart"),
    path("members/duplicates/apart/<uuid:distinction>/undo", undo_apart, name="undo-apart"),
    path("members/<uuid:member>/apart/<uuid:other>", tell_two_apart, name="tell-apart"),
    path("members/<uuid:member>/", member_page, name="member"),
    path("members/<uuid:member>/points", give_or_take, name="points"),
    path("members/<uuid:member>/points/<uuid:adjustment>/undo", undo_adjusted, name="undo-adjustment"),
    path("members/<uuid:member>/points/<uuid:adjustment>/reverse", reverse_adjusted, name="reverse-adjustment"),
    path("members/<uuid:member>/send", send, name="send"),
    path("members/<uuid:member>/transfers/<uuid:transfer_id>/take-back", take_back, name="take-back"),
    path("members/<uuid:member>/holds/<uuid:hold>/release", release, name="release-hold"),
    path("members/<uuid:member>/holds/<uuid:hold>/give-back", give_back, name="give-back-hold"),
    path("members/<uuid:member>/extend", extend, name="extend"),
    path("members/<uuid:member>/about", change_about, name="about"),
    path("members/<uuid:member>/consents/<str:consent>", change_consent, name="consent"),
    path("members/<uuid:member>/tiers/<slug:ladder>/give", give_tier, name="give-tier"),
    path("members/<uuid:member>/tiers/<slug:ladder>/take", take_tier, name="take-tier"),
    path("members/<uuid:member>/merge", merge, name="merge"),
    path("members/<uuid:member>/merges/<uuid:merge_id>/undo", undo, name="undo-merge"),
    path("members/<uuid:member>/badge", change_badge, name="badge"),
    path("members/<uuid:member>/stored-value/load", stored_value.load, name="value-load"),
    path("members/<uuid:member>/stored-value/freeze", stored_value.freeze, name="value-freeze"),
    path("members/<uuid:member>/stored-value/unfreeze", stored_value.thaw, name="value-thaw"),
    path("members/<uuid:member>/stored-value/<uuid:act>/refund", stored_value.refund, name="value-refund"),
    path("gift-cards/", gift_cards.card_list, name="gift-cards"),
    path("gift-cards/new", gift_cards.new_card, name="gift-card-new"),
    path("gift-cards/batch", gift_cards.new_batch, name="gift-card-batch"),
    path("gift-cards/batches/<uuid:batch>/export", gift_cards.export, name="gift-card-export"),
    path("gift-cards/<uuid:card>/", gift_card.card_page, name="gift-card"),
    path("gift-cards/<uuid:card>/pin", gift_card.pin, name="gift-card-pin"),
    path("gift-cards/<uuid:card>/replace", gift_card.replace, name="gift-card-replace"),
    path("gift-cards/<uuid:card>/freeze", gift_card.freeze, name="gift-card-freeze"),
    path("gift-cards/<uuid:card>/sell", gift_card.sell, name="gift-card-sell"),
    path("gift-cards/<uuid:card>/void", gift_card.void, name="gift-card-void"),
    path("members/<uuid:member>/block", block, name="block"),
    path("members/<uuid:member>/unblock", unblock, name="unblock"),
    path("members/<uuid:member>/activities/new", record_activity, name="record-activity"),
    path("members/<uuid:member>/orders/new", record_order, name="record-order"),
    path("members/<uuid:member>/orders/<uuid:event_id>/return", return_order, name="return"),
    path("members/<uuid:member>/orders/<uuid:event_id>/return/preview", preview, name="return-preview"),
    path("members/<uuid:member>/why/<uuid:event_id>", why, name="why"),
    path("members/<uuid:member>/redeem/<int:reward>", redeem, name="redeem"),
    path("members/<uuid:member>/redemptions/<uuid:redemption>/reverse", reverse_one, name="reverse"),
    path("approvals/", approval_list, name="approvals"),
    path("approvals/<uuid:adjustment>/approve", approve, name="approve"),
    path("approvals/<uuid:adjustment>/decline", decline, name="decline"),
    path("members/<uuid:member>/entries/<uuid:entry_id>/lots", entry_lots, name="entry-lots"),
    path("returns/", waiting_list, name="returns"),
    path("members/<uuid:member>/household", change_household, name="household"),
    path("rewards/", reward_list, name="rewards"),
    path("rewards/new", new_reward, name="reward-new"),
    path("rewards/waiting", queue, name="reward-queue"),
    path("rewards/waiting/<uuid:redemption>/<int:part>", handed_over, name="handed-over"),
    path("rewards/<int:reward>/", edit_reward, name="reward"),
    path("audiences/new", new_audience, name="audience_new"),
    path("audiences/<slug:audience>/edit", edit_audience, name="audience_edit"),
    path("tiers/", tiers_page, name="tiers"),
    path("tiers/<slug:ladder>/change", change_ladder, name="change-ladder"),
    path("tiers/<slug:ladder>/undo", undo_change, name="undo-ladder"),
    path("campaigns/", campaigns_page, name="campaigns"),
    path("campaigns/new", new_campaign, name="campaign-new"),
    path("campaigns/<slug:campaign>/change", change_campaign, name="campaign-change"),
    path("campaigns/calendar/", calendar_page, name="calendar"),
    path("campaigns/calendar.ics", calendar_download, name="calendar-file"),
    path("notices/", notice_list, name="notices"),
    path("notices/read", read_all, name="read-notices"),
    path("notices/wanted", choose_notices, name="choose-notices"),
    path("notices/<int:notice>/read", read_one, name="read-notice"),
    path("objectives/", objective_list, name="objectives"),
    path("objectives/new", new_objective, name="objective-new"),
    path("objectives/<int:objective>/", objective_page, name="objective"),
    path("objectives/<int:objective>/close", close, name="close-objective"),
    path("audiences/", audience_list, name="audiences"),
    path("audiences/<slug:code>/", audience_page, name="audience"),
    path("audiences/<slug:code>/refresh", refresh_audience, name="audience-refresh"),
    path("audiences/<slug:code>/archive", archive_audience, name="audience-archive"),
    path("audiences/<slug:code>/members.csv", export_audience, name="audience-export"),
    path("audiences/<slug:code>/import", upload_list, name="audience-import"),
    path("audiences/<slug:code>/import/<uuid:import_id>/", look_at_list, name="audience-import-look"),
    path("audiences/<slug:code>/runs/<uuid:run>/undo", undo_import, name="audience-undo"),
    path("rulebook/", rulebook_page, name="rulebook"),
    path("rulebook/ways/", ways, name="ways"),
    path("rulebook/ways/<slug:name>/", way, name="way"),
    path("rulebook/ways/<slug:name>/new", new_rule, name="rule-new"),
    path("rulebook/backtests/", backtest_list, name="backtests"),
    path("rulebook/backtests/<int:backtest_id>/", backtest_page, name="backtest"),
    path("rulebook/tuning/", tuning_list, name="tunings"),
    path("rulebook/tuning/<int:tuning_id>/", tuning_page, name="tuning"),
    path("rulebook/tuning/<int:tuning_id>/draft/<int:candidate>", tuning_draft, name="tuning-draft"),
    path("rulebook/try/", try_rules, name="try-rules"),
    path("rulebook/templates/", template_gallery, name="templates"),
    path("rulebook/templates/<slug:code>/", template_page, name="template"),
    path("clock/", clock_page, name="clock"),
    path("rulebook/versions/", version_list, name="versions"),
    path("rulebook/history/", history, name="rulebook-history"),
    path("rulebook/pause/", pausing, name="pausing"),
    path("rulebook/drafts/", draft_list, name="drafts"),
    path("rulebook/drafts/<int:number>/", draft_page, name="draft"),
    path("rulebook/drafts/<int:number>/<slug:verb>", act, name="draft-act"),
    path("rulebook/drafts/<int:number>/campaigns/<slug:campaign>/", campaign_in_draft, name="draft-campaign"),
    path("rulebook/drafts/<int:number>/rules/<slug:rule>/", rule_in_draft, name="draft-rule"),
    path("rulebook/drafts/<int:number>/rules/", rule_list, name="draft-rules"),
    path("rulebook/<int:version>/changes/", changes_page, name="rulebook-changes"),
    path("rulebook/<int:version>/back/", back, name="rulebook-back"),
    path("rulebook/<int:version>/export", export, name="rulebook-export"),
    path("rulebook/proposals/<int:proposal>/approve", approve_version, name="approve-rulebook"),
    path("rulebook/proposals/<int:proposal>/decline", decline_version, name="decline-rulebook"),
    path("rulebook/<int:version>/", rulebook_page, name="rulebook-version"),
]
