-- Tables, derived tables and the role that reads them. Written by
--     python -m dashboard set-up postgresql
-- from sql/contract, sql/marts and the policy of the settings: change those, not this file.
--
-- Run it once, as whoever shall own the tables (docs/postgresql.md):
--     psql -v ON_ERROR_STOP=1 -1 -d DATABASE -f set_up.sql

create schema if not exists mart;
set search_path = mart;

CREATE TABLE team_members (
  member_id VARCHAR COLLATE "C" NOT NULL,
  name VARCHAR COLLATE "C" NOT NULL,
  email VARCHAR COLLATE "C" NOT NULL,
  role VARCHAR COLLATE "C" NOT NULL,
  job_track VARCHAR COLLATE "C",
  job_level INT,
  level_since_on DATE,
  manager_id VARCHAR COLLATE "C",
  segment_focus VARCHAR COLLATE "C",
  touch_model VARCHAR COLLATE "C",
  hired_on DATE,
  ramped_on DATE,
  left_on DATE
);
comment on table team_members is 'Everyone who works with customers or reads about them, one row per person.';
comment on column team_members.member_id is 'The company''s id for the person.';
comment on column team_members.name is 'Name as colleagues write it.';
comment on column team_members.email is 'Work address; sign-in finds the person by it, whatever its case.';
comment on column team_members.role is 'What the person may open.';
comment on column team_members.job_track is 'Career track.';
comment on column team_members.job_level is 'Level on the track: CSM 1 to 6, manager 1 to 8.';
comment on column team_members.level_since_on is 'Day the person reached the level.';
comment on column team_members.manager_id is 'Whom the person reports to.';
comment on column team_members.segment_focus is 'Customer segment the person mainly serves.';
comment on column team_members.touch_model is 'How the person serves customers.';
comment on column team_members.hired_on is 'First day of work.';
comment on column team_members.ramped_on is 'Day from which a full book is expected.';
comment on column team_members.left_on is 'First day no longer employed; from then on nothing may be opened.';

CREATE TABLE accounts (
  account_id VARCHAR COLLATE "C" NOT NULL,
  account_name VARCHAR COLLATE "C" NOT NULL,
  parent_account_id VARCHAR COLLATE "C",
  segment VARCHAR COLLATE "C" NOT NULL,
  industry VARCHAR COLLATE "C",
  region VARCHAR COLLATE "C",
  csm_id VARCHAR COLLATE "C",
  touch_model VARCHAR COLLATE "C",
  lifecycle_stage VARCHAR COLLATE "C" NOT NULL,
  stage_entered_on DATE,
  maturity VARCHAR COLLATE "C",
  customer_since DATE NOT NULL,
  churned_on DATE,
  currency VARCHAR COLLATE "C"
);
comment on table accounts is 'Customers and former customers, one row per account.';
comment on column accounts.account_id is 'The company''s id for the account.';
comment on column accounts.account_name is 'Name as colleagues write it; need not be unique.';
comment on column accounts.parent_account_id is 'Account this one belongs to.';
comment on column accounts.segment is 'Customer segment today.';
comment on column accounts.industry is 'Industry.';
comment on column accounts.region is 'Sales region today.';
comment on column accounts.csm_id is 'Customer success manager today; empty is unassigned.';
comment on column accounts.touch_model is 'How the account is served.';
comment on column accounts.lifecycle_stage is 'Stage of the customer''s journey today: Onboarding, Adoption, Renewal, Expansion, Churned.';
comment on column accounts.stage_entered_on is 'Day the stage was entered.';
comment on column accounts.maturity is 'How advanced the customer''s use is, in the company''s own words.';
comment on column accounts.customer_since is 'First day as a customer.';
comment on column accounts.churned_on is 'First day no longer a customer, by the CRM; subscriptions are believed over it.';
comment on column accounts.currency is 'ISO 4217 code the account is billed in; empty is the reporting currency.';

CREATE TABLE account_history (
  account_id VARCHAR COLLATE "C" NOT NULL,
  field VARCHAR COLLATE "C" NOT NULL,
  value VARCHAR COLLATE "C" NOT NULL,
  valid_from_on DATE NOT NULL,
  valid_to_on DATE
);
comment on table account_history is 'What an account''s attributes used to be, one row per account, attribute and span.';
comment on column account_history.account_id is 'Account.';
comment on column account_history.field is 'Attribute.';
comment on column account_history.value is 'Value in the span.';
comment on column account_history.valid_from_on is 'First day of the value.';
comment on column account_history.valid_to_on is 'First day the value no longer held; empty is still held.';

CREATE TABLE advocacy_events (
  event_id VARCHAR COLLATE "C" NOT NULL,
  account_id VARCHAR COLLATE "C" NOT NULL,
  member_id VARCHAR COLLATE "C",
  kind VARCHAR COLLATE "C" NOT NULL,
  qualifies_as VARCHAR COLLATE "C",
  happened_on DATE NOT NULL,
  influenced_arr DECIMAL(18, 2),
  currency VARCHAR COLLATE "C"
);
comment on table advocacy_events is 'What customers did for the company, one row per event.';
comment on column advocacy_events.event_id is 'The company''s id for the event.';
comment on column advocacy_events.account_id is 'Account.';
comment on column advocacy_events.member_id is 'Who arranged it.';
comment on column advocacy_events.kind is 'Reference call, case study, referral and so on.';
comment on column advocacy_events.qualifies_as is 'Customer-success qualified advocate or lead.';
comment on column advocacy_events.happened_on is 'Day.';
comment on column advocacy_events.influenced_arr is 'ARR of the sales it helped.';
comment on column advocacy_events.currency is 'ISO 4217 code; empty is the account''s.';

CREATE TABLE products (
  product_id VARCHAR COLLATE "C" NOT NULL,
  product_name VARCHAR COLLATE "C" NOT NULL,
  list_arr DECIMAL(18, 2)
);
comment on table products is 'What is sold, one row per product.';
comment on column products.product_id is 'The company''s id for the product.';
comment on column products.product_name is 'Name.';
comment on column products.list_arr is 'List price a year, in the reporting currency.';

CREATE TABLE subscriptions (
  subscription_id VARCHAR COLLATE "C" NOT NULL,
  account_id VARCHAR COLLATE "C" NOT NULL,
  product_id VARCHAR COLLATE "C",
  signed_on DATE,
  starts_on DATE NOT NULL,
  ends_on DATE,
  arr DECIMAL(18, 2) NOT NULL,
  currency VARCHAR COLLATE "C",
  licensed_seats INT,
  term_months INT,
  auto_renew BOOLEAN,
  notice_days INT,
  uplift_share DOUBLE PRECISION
);
comment on table subscriptions is 'What customers pay for, one row per line of a contract.';
comment on column subscriptions.subscription_id is 'The company''s id for the line.';
comment on column subscriptions.account_id is 'Account.';
comment on column subscriptions.product_id is 'Product.';
comment on column subscriptions.signed_on is 'Day of signature.';
comment on column subscriptions.starts_on is 'First day the line is live.';
comment on column subscriptions.ends_on is 'First day the line is no longer live (exclusive); empty has no end.';
comment on column subscriptions.arr is 'ARR of the line while it is live; 0 is a trial.';
comment on column subscriptions.currency is 'ISO 4217 code; empty is the account''s.';
comment on column subscriptions.licensed_seats is 'Seats bought.';
comment on column subscriptions.term_months is 'Length of the term.';
comment on column subscriptions.auto_renew is 'Renews unless notice is given.';
comment on column subscriptions.notice_days is 'Days of notice.';
comment on column subscriptions.uplift_share is 'Price rise agreed for the next term.';

CREATE TABLE arr_movements (
  movement_id VARCHAR COLLATE "C" NOT NULL,
  account_id VARCHAR COLLATE "C" NOT NULL,
  product_id VARCHAR COLLATE "C",
  subscription_id VARCHAR COLLATE "C",
  effective_on DATE NOT NULL,
  recorded_at TIMESTAMP NOT NULL,
  movement VARCHAR COLLATE "C" NOT NULL,
  reason VARCHAR COLLATE "C",
  amount DECIMAL(18, 2) NOT NULL,
  currency VARCHAR COLLATE "C"
);
comment on table arr_movements is 'Changes of ARR, one row per account, day and cause.';
comment on column arr_movements.movement_id is 'The company''s id for the movement.';
comment on column arr_movements.account_id is 'Account.';
comment on column arr_movements.product_id is 'Product.';
comment on column arr_movements.subscription_id is 'Contract line.';
comment on column arr_movements.effective_on is 'Day from which the ARR is different.';
comment on column arr_movements.recorded_at is 'Moment the movement was booked, UTC; later than the effective day when back-dated.';
comment on column arr_movements.movement is 'Kind, by account and not by product.';
comment on column arr_movements.reason is 'Cause: seats, product, price, fx and whatever the company uses.';
comment on column arr_movements.amount is 'Signed change of ARR.';
comment on column arr_movements.currency is 'ISO 4217 code; empty is the account''s.';

CREATE TABLE churn_events (
  event_id VARCHAR COLLATE "C" NOT NULL,
  account_id VARCHAR COLLATE "C" NOT NULL,
  churned_on DATE NOT NULL,
  reason VARCHAR COLLATE "C",
  controllable BOOLEAN,
  note VARCHAR COLLATE "C"
);
comment on table churn_events is 'Customers who left outside a renewal, one row per leaving.';
comment on column churn_events.event_id is 'The company''s id for the event.';
comment on column churn_events.account_id is 'Account.';
comment on column churn_events.churned_on is 'First day no longer a customer.';
comment on column churn_events.reason is 'Why the customer left.';
comment on column churn_events.controllable is 'Whether the company could have prevented it.';
comment on column churn_events.note is 'What is known.';

CREATE TABLE digital_touches (
  touch_id VARCHAR COLLATE "C" NOT NULL,
  account_id VARCHAR COLLATE "C" NOT NULL,
  respondent_id VARCHAR COLLATE "C",
  program VARCHAR COLLATE "C" NOT NULL,
  channel VARCHAR COLLATE "C" NOT NULL,
  arm VARCHAR COLLATE "C",
  sent_at TIMESTAMP NOT NULL,
  reached_at TIMESTAMP,
  acted_at TIMESTAMP
);
comment on table digital_touches is 'Messages of digital programmes, one row per person and message.';
comment on column digital_touches.touch_id is 'The company''s id for the touch.';
comment on column digital_touches.account_id is 'Account.';
comment on column digital_touches.respondent_id is 'The company''s id for the person.';
comment on column digital_touches.program is 'Programme.';
comment on column digital_touches.channel is 'E-mail, in-app and so on.';
comment on column digital_touches.arm is 'Arm of the trial.';
comment on column digital_touches.sent_at is 'Moment it was sent, or withheld for the control arm, UTC.';
comment on column digital_touches.reached_at is 'Moment it was seen, UTC.';
comment on column digital_touches.acted_at is 'Moment the person did what was asked, UTC.';

CREATE TABLE fiscal_periods (
  grain VARCHAR COLLATE "C" NOT NULL,
  period_start_on DATE NOT NULL,
  period_end_on DATE NOT NULL,
  label VARCHAR COLLATE "C" NOT NULL
);
comment on table fiscal_periods is 'The company''s calendar, one row per grain and period; derived from the settings where empty.';
comment on column fiscal_periods.grain is 'Length.';
comment on column fiscal_periods.period_start_on is 'First day.';
comment on column fiscal_periods.period_end_on is 'First day after (exclusive).';
comment on column fiscal_periods.label is 'Name, such as FY26 Q1.';

CREATE TABLE renewals (
  renewal_id VARCHAR COLLATE "C" NOT NULL,
  account_id VARCHAR COLLATE "C" NOT NULL,
  subscription_id VARCHAR COLLATE "C",
  due_on DATE NOT NULL,
  arr_due DECIMAL(18, 2) NOT NULL,
  currency VARCHAR COLLATE "C",
  status VARCHAR COLLATE "C" NOT NULL,
  closed_on DATE,
  arr_renewed DECIMAL(18, 2),
  forecast_category VARCHAR COLLATE "C",
  renewal_likelihood VARCHAR COLLATE "C",
  churn_reason VARCHAR COLLATE "C",
  churn_controllable BOOLEAN
);
comment on table renewals is 'Contracts coming to their end, one row per account and due date.';
comment on column renewals.renewal_id is 'The company''s id for the renewal.';
comment on column renewals.account_id is 'Account.';
comment on column renewals.subscription_id is 'Contract line.';
comment on column renewals.due_on is 'Day the term ends.';
comment on column renewals.arr_due is 'ARR before the renewal, of all lines that end that day.';
comment on column renewals.currency is 'ISO 4217 code; empty is the account''s.';
comment on column renewals.status is 'Outcome so far.';
comment on column renewals.closed_on is 'Day of the outcome.';
comment on column renewals.arr_renewed is 'ARR that replaced what was due.';
comment on column renewals.forecast_category is 'CSM''s call: commit, best_case, at_risk and whatever the company uses.';
comment on column renewals.renewal_likelihood is 'The customer''s own answer.';
comment on column renewals.churn_reason is 'Why the customer left.';
comment on column renewals.churn_controllable is 'Whether the company could have prevented it.';

CREATE TABLE forecast_calls (
  call_id VARCHAR COLLATE "C" NOT NULL,
  renewal_id VARCHAR COLLATE "C" NOT NULL,
  called_by VARCHAR COLLATE "C" NOT NULL,
  called_at TIMESTAMP NOT NULL,
  source VARCHAR COLLATE "C" NOT NULL,
  forecast_category VARCHAR COLLATE "C",
  amount DECIMAL(18, 2),
  likelihood DOUBLE PRECISION
);
comment on table forecast_calls is 'What was forecast for a renewal and when, one row per call.';
comment on column forecast_calls.call_id is 'The company''s id for the call.';
comment on column forecast_calls.renewal_id is 'Renewal.';
comment on column forecast_calls.called_by is 'Member id of the person, or the name of the model.';
comment on column forecast_calls.called_at is 'Moment of the call, UTC.';
comment on column forecast_calls.source is 'Whose call it is.';
comment on column forecast_calls.forecast_category is 'Category called.';
comment on column forecast_calls.amount is 'ARR expected to renew, in the renewal''s currency.';
comment on column forecast_calls.likelihood is 'Probability called.';

CREATE TABLE fx_rates (
  currency VARCHAR COLLATE "C" NOT NULL,
  valid_on DATE NOT NULL,
  rate_to_reporting DECIMAL(18, 8) NOT NULL
);
comment on table fx_rates is 'Exchange rates, one row per currency and day.';
comment on column fx_rates.currency is 'ISO 4217 code.';
comment on column fx_rates.valid_on is 'First day of the rate; it holds until the next one.';
comment on column fx_rates.rate_to_reporting is 'Reporting currency for one unit of the currency.';

CREATE TABLE health_scores (
  account_id VARCHAR COLLATE "C" NOT NULL,
  measured_on DATE NOT NULL,
  measure VARCHAR COLLATE "C" NOT NULL,
  score DOUBLE PRECISION NOT NULL
);
comment on table health_scores is 'Weekly health measurements, one row per account, day and measure.';
comment on column health_scores.account_id is 'Account.';
comment on column health_scores.measured_on is 'Day of the measurement.';
comment on column health_scores.measure is 'What was measured.';
comment on column health_scores.score is 'Score; 100 is best.';

CREATE TABLE objectives (
  objective_id VARCHAR COLLATE "C" NOT NULL,
  account_id VARCHAR COLLATE "C" NOT NULL,
  goal VARCHAR COLLATE "C" NOT NULL,
  kind VARCHAR COLLATE "C",
  baseline_value DOUBLE PRECISION,
  goal_value DOUBLE PRECISION,
  current_value DOUBLE PRECISION,
  due_on DATE,
  status VARCHAR COLLATE "C",
  last_validated_on DATE
);
comment on table objectives is 'What customers want to achieve, one row per objective.';
comment on column objectives.objective_id is 'The company''s id for the objective.';
comment on column objectives.account_id is 'Account.';
comment on column objectives.goal is 'The objective in words.';
comment on column objectives.kind is 'Kind in the company''s words.';
comment on column objectives.baseline_value is 'Value at the start.';
comment on column objectives.goal_value is 'Value wanted.';
comment on column objectives.current_value is 'Value last seen.';
comment on column objectives.due_on is 'Day it should be reached.';
comment on column objectives.status is 'on_track, at_risk, attained, missed and whatever the company uses.';
comment on column objectives.last_validated_on is 'Day the customer last confirmed it.';

CREATE TABLE opportunities (
  opportunity_id VARCHAR COLLATE "C" NOT NULL,
  account_id VARCHAR COLLATE "C",
  csm_id VARCHAR COLLATE "C",
  kind VARCHAR COLLATE "C" NOT NULL,
  product_id VARCHAR COLLATE "C",
  amount DECIMAL(18, 2),
  currency VARCHAR COLLATE "C",
  stage VARCHAR COLLATE "C" NOT NULL,
  probability DOUBLE PRECISION,
  forecast_category VARCHAR COLLATE "C" NOT NULL,
  source VARCHAR COLLATE "C",
  created_on DATE,
  expected_close_on DATE,
  closed_on DATE,
  won BOOLEAN
);
comment on table opportunities is 'Expansion sales, one row per opportunity.';
comment on column opportunities.opportunity_id is 'The company''s id for the opportunity.';
comment on column opportunities.account_id is 'Account; may be unknown.';
comment on column opportunities.csm_id is 'CSM who sourced or owns it.';
comment on column opportunities.kind is 'More of the same, or another product.';
comment on column opportunities.product_id is 'Product.';
comment on column opportunities.amount is 'ARR it would add; may be unknown.';
comment on column opportunities.currency is 'ISO 4217 code; empty is the account''s.';
comment on column opportunities.stage is 'Sales stage in the company''s words.';
comment on column opportunities.probability is 'Probability of winning; where empty the stage''s weight is used.';
comment on column opportunities.forecast_category is 'Forecast category: pipeline, best_case, commit, closed, omitted; any other is shown as unmapped.';
comment on column opportunities.source is 'Who found it.';
comment on column opportunities.created_on is 'Day it was opened.';
comment on column opportunities.expected_close_on is 'Day it is expected to close; may be unknown.';
comment on column opportunities.closed_on is 'Day it was closed; empty is open.';
comment on column opportunities.won is 'Whether it was won; empty is open.';

CREATE TABLE opportunity_history (
  opportunity_id VARCHAR COLLATE "C" NOT NULL,
  changed_at TIMESTAMP NOT NULL,
  field VARCHAR COLLATE "C" NOT NULL,
  old_value VARCHAR COLLATE "C",
  new_value VARCHAR COLLATE "C"
);
comment on table opportunity_history is 'Changes of opportunities, one row per opportunity, moment and field.';
comment on column opportunity_history.opportunity_id is 'Opportunity.';
comment on column opportunity_history.changed_at is 'Moment of the change, UTC.';
comment on column opportunity_history.field is 'Field that changed: forecast_category, stage, amount, expected_close_on.';
comment on column opportunity_history.old_value is 'Value before.';
comment on column opportunity_history.new_value is 'Value after.';

CREATE TABLE product_fit (
  account_id VARCHAR COLLATE "C" NOT NULL,
  product_id VARCHAR COLLATE "C" NOT NULL,
  propensity DOUBLE PRECISION,
  potential_arr DECIMAL(18, 2),
  currency VARCHAR COLLATE "C"
);
comment on table product_fit is 'How well a product would suit an account, one row per account and product.';
comment on column product_fit.account_id is 'Account.';
comment on column product_fit.product_id is 'Product.';
comment on column product_fit.propensity is 'Likelihood to buy.';
comment on column product_fit.potential_arr is 'ARR it could bring.';
comment on column product_fit.currency is 'ISO 4217 code; empty is the account''s.';

CREATE TABLE risks (
  risk_id VARCHAR COLLATE "C" NOT NULL,
  account_id VARCHAR COLLATE "C" NOT NULL,
  category VARCHAR COLLATE "C" NOT NULL,
  source VARCHAR COLLATE "C" NOT NULL,
  severity VARCHAR COLLATE "C",
  owner_id VARCHAR COLLATE "C",
  opened_on DATE NOT NULL,
  escalated_on DATE,
  resolved_on DATE,
  note VARCHAR COLLATE "C"
);
comment on table risks is 'Reasons an account may leave, one row per risk.';
comment on column risks.risk_id is 'The company''s id for the risk.';
comment on column risks.account_id is 'Account.';
comment on column risks.category is 'Deployment, Engagement, Adoption, ROI, Overall, Support, Sentiment or External.';
comment on column risks.source is 'Opened by a rule or by hand.';
comment on column risks.severity is 'Severity in the company''s words.';
comment on column risks.owner_id is 'Who acts on it.';
comment on column risks.opened_on is 'Day it was opened.';
comment on column risks.escalated_on is 'Day it was escalated.';
comment on column risks.resolved_on is 'Day it was resolved; empty is open.';
comment on column risks.note is 'What is known.';

CREATE TABLE skill_assessments (
  member_id VARCHAR COLLATE "C" NOT NULL,
  cycle VARCHAR COLLATE "C" NOT NULL,
  skill VARCHAR COLLATE "C" NOT NULL,
  expected_level INT,
  assessed_level INT
);
comment on table skill_assessments is 'Skills expected and seen, one row per person, cycle and skill. Personal data.';
comment on column skill_assessments.member_id is 'Person.';
comment on column skill_assessments.cycle is 'Review cycle.';
comment on column skill_assessments.skill is 'Skill.';
comment on column skill_assessments.expected_level is 'Level the job expects.';
comment on column skill_assessments.assessed_level is 'Level seen.';

CREATE TABLE support_cases (
  case_id VARCHAR COLLATE "C" NOT NULL,
  account_id VARCHAR COLLATE "C" NOT NULL,
  priority VARCHAR COLLATE "C",
  opened_at TIMESTAMP NOT NULL,
  closed_at TIMESTAMP,
  csat INT
);
comment on table support_cases is 'Support cases, one row per case.';
comment on column support_cases.case_id is 'The company''s id for the case.';
comment on column support_cases.account_id is 'Account.';
comment on column support_cases.priority is 'Priority in the company''s words.';
comment on column support_cases.opened_at is 'Moment it was opened, UTC.';
comment on column support_cases.closed_at is 'Moment it was closed, UTC; empty is open.';
comment on column support_cases.csat is 'Rating given when it was closed.';

CREATE TABLE survey_responses (
  response_id VARCHAR COLLATE "C" NOT NULL,
  account_id VARCHAR COLLATE "C" NOT NULL,
  respondent_id VARCHAR COLLATE "C",
  survey VARCHAR COLLATE "C" NOT NULL,
  persona VARCHAR COLLATE "C",
  sent_on DATE,
  responded_on DATE,
  score INT,
  comment VARCHAR COLLATE "C",
  followed_up_on DATE
);
comment on table survey_responses is 'Survey invitations and their answers, one row per person asked and time asked.';
comment on column survey_responses.response_id is 'The company''s id for the invitation.';
comment on column survey_responses.account_id is 'Account.';
comment on column survey_responses.respondent_id is 'The company''s id for the person asked.';
comment on column survey_responses.survey is 'Which question: would recommend (0 to 10) or satisfaction (1 to 5).';
comment on column survey_responses.persona is 'Who was asked.';
comment on column survey_responses.sent_on is 'Day of the invitation.';
comment on column survey_responses.responded_on is 'Day of the answer; empty while there is none.';
comment on column survey_responses.score is 'The answer.';
comment on column survey_responses.comment is 'The answer in words.';
comment on column survey_responses.followed_up_on is 'Day somebody came back to the respondent.';

CREATE TABLE talent_reviews (
  member_id VARCHAR COLLATE "C" NOT NULL,
  cycle VARCHAR COLLATE "C" NOT NULL,
  reviewer_id VARCHAR COLLATE "C" NOT NULL,
  performance VARCHAR COLLATE "C" NOT NULL,
  promotability VARCHAR COLLATE "C" NOT NULL,
  calibrated_performance VARCHAR COLLATE "C",
  calibrated_promotability VARCHAR COLLATE "C",
  action_plan VARCHAR COLLATE "C",
  reviewed_on DATE
);
comment on table talent_reviews is 'Ratings of team members, one row per person, cycle and reviewer. Personal data.';
comment on column talent_reviews.member_id is 'Person rated.';
comment on column talent_reviews.cycle is 'Review cycle, named so that names sort in time, such as 2026-H1.';
comment on column talent_reviews.reviewer_id is 'Person who rated.';
comment on column talent_reviews.performance is 'Performance against the level''s expected skills.';
comment on column talent_reviews.promotability is 'Readiness for the next level.';
comment on column talent_reviews.calibrated_performance is 'Performance after calibration.';
comment on column talent_reviews.calibrated_promotability is 'Promotability after calibration.';
comment on column talent_reviews.action_plan is 'What follows from the rating.';
comment on column talent_reviews.reviewed_on is 'Day of the rating.';

CREATE TABLE targets (
  period_start_on DATE NOT NULL,
  period_end_on DATE NOT NULL,
  metric VARCHAR COLLATE "C" NOT NULL,
  scope VARCHAR COLLATE "C",
  value DECIMAL(18, 8) NOT NULL
);
comment on table targets is 'What was promised, one row per period, metric and scope.';
comment on column targets.period_start_on is 'First day.';
comment on column targets.period_end_on is 'First day after (exclusive).';
comment on column targets.metric is 'Name of the metric.';
comment on column targets.scope is 'company, or a segment, region or member id.';
comment on column targets.value is 'Target in the metric''s unit; shares are 0 to 1.';

CREATE TABLE timeline_entries (
  entry_id VARCHAR COLLATE "C" NOT NULL,
  account_id VARCHAR COLLATE "C" NOT NULL,
  member_id VARCHAR COLLATE "C",
  kind VARCHAR COLLATE "C" NOT NULL,
  persona VARCHAR COLLATE "C",
  executive BOOLEAN,
  happened_at TIMESTAMP NOT NULL,
  note VARCHAR COLLATE "C",
  url VARCHAR COLLATE "C"
);
comment on table timeline_entries is 'Touches with customers, one row per touch.';
comment on column timeline_entries.entry_id is 'The company''s id for the entry.';
comment on column timeline_entries.account_id is 'Account.';
comment on column timeline_entries.member_id is 'Who wrote it.';
comment on column timeline_entries.kind is 'Kind of touch; ebr is an executive business review.';
comment on column timeline_entries.persona is 'Whom it was with.';
comment on column timeline_entries.executive is 'Whether an executive of the customer took part.';
comment on column timeline_entries.happened_at is 'Moment, UTC.';
comment on column timeline_entries.note is 'What was said.';
comment on column timeline_entries.url is 'Where the original lies.';

CREATE TABLE usage_events (
  account_id VARCHAR COLLATE "C" NOT NULL,
  behaviour VARCHAR COLLATE "C" NOT NULL,
  first_done_on DATE NOT NULL
);
comment on table usage_events is 'First time an account did something that matters, one row per account and behaviour.';
comment on column usage_events.account_id is 'Account.';
comment on column usage_events.behaviour is 'What was done.';
comment on column usage_events.first_done_on is 'Day it was first done.';

CREATE TABLE usage_weekly (
  account_id VARCHAR COLLATE "C" NOT NULL,
  week_on DATE NOT NULL,
  active_users INT,
  licensed_seats INT,
  features_used INT,
  features_entitled INT
);
comment on table usage_weekly is 'Use of the product, one row per account and week.';
comment on column usage_weekly.account_id is 'Account.';
comment on column usage_weekly.week_on is 'Monday of the week.';
comment on column usage_weekly.active_users is 'People who used the product in the week.';
comment on column usage_weekly.licensed_seats is 'Seats licensed in the week.';
comment on column usage_weekly.features_used is 'Features used in the week.';
comment on column usage_weekly.features_entitled is 'Features the account may use.';

CREATE TABLE manifest (
  entry VARCHAR COLLATE "C" NOT NULL,
  value VARCHAR COLLATE "C" NOT NULL
);

CREATE TABLE loaded_files (
  file VARCHAR COLLATE "C" NOT NULL,
  table_name VARCHAR COLLATE "C",
  sha256 VARCHAR COLLATE "C" NOT NULL,
  rows_read BIGINT NOT NULL
);

CREATE TABLE quarantine (
  table_name VARCHAR COLLATE "C" NOT NULL,
  file VARCHAR COLLATE "C" NOT NULL,
  row_number BIGINT,
  row_key VARCHAR COLLATE "C",
  column_name VARCHAR COLLATE "C",
  rule VARCHAR COLLATE "C" NOT NULL,
  value VARCHAR COLLATE "C",
  arr DECIMAL(18, 2),
  row_values VARCHAR COLLATE "C"
);

CREATE TABLE broken_rules (
  table_name VARCHAR COLLATE "C" NOT NULL,
  row_key VARCHAR COLLATE "C",
  account_id VARCHAR COLLATE "C",
  column_name VARCHAR COLLATE "C",
  rule VARCHAR COLLATE "C" NOT NULL,
  value VARCHAR COLLATE "C",
  arr DECIMAL(18, 2)
);

CREATE TABLE notices (
  notice VARCHAR COLLATE "C" NOT NULL,
  noticed_rows BIGINT NOT NULL,
  accounts BIGINT NOT NULL,
  arr DECIMAL(38, 2)
);

create view loaded_tables as
SELECT
  'team_members' AS table_name,
  EXISTS(
    SELECT
      1
    FROM team_members
  ) AS is_loaded,
  (
    SELECT
      COUNT(*)
    FROM team_members
  ) AS loaded_rows,
  (
    SELECT
      COUNT(DISTINCT file || ' ' || CAST(row_number AS VARCHAR))
    FROM quarantine
    WHERE
      table_name = 'team_members'
  ) AS quarantined_rows,
  (
    SELECT
      MAX(d)
    FROM (
      SELECT
        MAX(level_since_on) AS d
      FROM team_members
      UNION ALL
      SELECT
        MAX(hired_on) AS d
      FROM team_members
      UNION ALL
      SELECT
        MAX(ramped_on) AS d
      FROM team_members
      UNION ALL
      SELECT
        MAX(left_on) AS d
      FROM team_members
    ) AS days
  ) AS freshest_on
UNION ALL
SELECT
  'accounts' AS table_name,
  EXISTS(
    SELECT
      1
    FROM accounts
  ) AS is_loaded,
  (
    SELECT
      COUNT(*)
    FROM accounts
  ) AS loaded_rows,
  (
    SELECT
      COUNT(DISTINCT file || ' ' || CAST(row_number AS VARCHAR))
    FROM quarantine
    WHERE
      table_name = 'accounts'
  ) AS quarantined_rows,
  (
    SELECT
      MAX(d)
    FROM (
      SELECT
        MAX(stage_entered_on) AS d
      FROM accounts
      UNION ALL
      SELECT
        MAX(customer_since) AS d
      FROM accounts
      UNION ALL
      SELECT
        MAX(churned_on) AS d
      FROM accounts
    ) AS days
  ) AS freshest_on
UNION ALL
SELECT
  'account_history' AS table_name,
  EXISTS(
    SELECT
      1
    FROM account_history
  ) AS is_loaded,
  (
    SELECT
      COUNT(*)
    FROM account_history
  ) AS loaded_rows,
  (
    SELECT
      COUNT(DISTINCT file || ' ' || CAST(row_number AS VARCHAR))
    FROM quarantine
    WHERE
      table_name = 'account_history'
  ) AS quarantined_rows,
  (
    SELECT
      MAX(d)
    FROM (
      SELECT
        MAX(valid_from_on) AS d
      FROM account_history
    ) AS days
  ) AS freshest_on
UNION ALL
SELECT
  'advocacy_events' AS table_name,
  EXISTS(
    SELECT
      1
    FROM advocacy_events
  ) AS is_loaded,
  (
    SELECT
      COUNT(*)
    FROM advocacy_events
  ) AS loaded_rows,
  (
    SELECT
      COUNT(DISTINCT file || ' ' || CAST(row_number AS VARCHAR))
    FROM quarantine
    WHERE
      table_name = 'advocacy_events'
  ) AS quarantined_rows,
  (
    SELECT
      MAX(d)
    FROM (
      SELECT
        MAX(happened_on) AS d
      FROM advocacy_events
    ) AS days
  ) AS freshest_on
UNION ALL
SELECT
  'products' AS table_name,
  EXISTS(
    SELECT
      1
    FROM products
  ) AS is_loaded,
  (
    SELECT
      COUNT(*)
    FROM products
  ) AS loaded_rows,
  (
    SELECT
      COUNT(DISTINCT file || ' ' || CAST(row_number AS VARCHAR))
    FROM quarantine
    WHERE
      table_name = 'products'
  ) AS quarantined_rows,
  CAST(NULL AS DATE) AS freshest_on
UNION ALL
SELECT
  'subscriptions' AS table_name,
  EXISTS(
    SELECT
      1
    FROM subscriptions
  ) AS is_loaded,
  (
    SELECT
      COUNT(*)
    FROM subscriptions
  ) AS loaded_rows,
  (
    SELECT
      COUNT(DISTINCT file || ' ' || CAST(row_number AS VARCHAR))
    FROM quarantine
    WHERE
      table_name = 'subscriptions'
  ) AS quarantined_rows,
  (
    SELECT
      MAX(d)
    FROM (
      SELECT
        MAX(signed_on) AS d
      FROM subscriptions
      UNION ALL
      SELECT
        MAX(starts_on) AS d
      FROM subscriptions
    ) AS days
  ) AS freshest_on
UNION ALL
SELECT
  'arr_movements' AS table_name,
  EXISTS(
    SELECT
      1
    FROM arr_movements
  ) AS is_loaded,
  (
    SELECT
      COUNT(*)
    FROM arr_movements
  ) AS loaded_rows,
  (
    SELECT
      COUNT(DISTINCT file || ' ' || CAST(row_number AS VARCHAR))
    FROM quarantine
    WHERE
      table_name = 'arr_movements'
  ) AS quarantined_rows,
  (
    SELECT
      MAX(d)
    FROM (
      SELECT
        MAX(effective_on) AS d
      FROM arr_movements
      UNION ALL
      SELECT
        MAX(CAST(recorded_at AS DATE)) AS d
      FROM arr_movements
    ) AS days
  ) AS freshest_on
UNION ALL
SELECT
  'churn_events' AS table_name,
  EXISTS(
    SELECT
      1
    FROM churn_events
  ) AS is_loaded,
  (
    SELECT
      COUNT(*)
    FROM churn_events
  ) AS loaded_rows,
  (
    SELECT
      COUNT(DISTINCT file || ' ' || CAST(row_number AS VARCHAR))
    FROM quarantine
    WHERE
      table_name = 'churn_events'
  ) AS quarantined_rows,
  (
    SELECT
      MAX(d)
    FROM (
      SELECT
        MAX(churned_on) AS d
      FROM churn_events
    ) AS days
  ) AS freshest_on
UNION ALL
SELECT
  'digital_touches' AS table_name,
  EXISTS(
    SELECT
      1
    FROM digital_touches
  ) AS is_loaded,
  (
    SELECT
      COUNT(*)
    FROM digital_touches
  ) AS loaded_rows,
  (
    SELECT
      COUNT(DISTINCT file || ' ' || CAST(row_number AS VARCHAR))
    FROM quarantine
    WHERE
      table_name = 'digital_touches'
  ) AS quarantined_rows,
  (
    SELECT
      MAX(d)
    FROM (
      SELECT
        MAX(CAST(sent_at AS DATE)) AS d
      FROM digital_touches
      UNION ALL
      SELECT
        MAX(CAST(reached_at AS DATE)) AS d
      FROM digital_touches
      UNION ALL
      SELECT
        MAX(CAST(acted_at AS DATE)) AS d
      FROM digital_touches
    ) AS days
  ) AS freshest_on
UNION ALL
SELECT
  'fiscal_periods' AS table_name,
  EXISTS(
    SELECT
      1
    FROM fiscal_periods
  ) AS is_loaded,
  (
    SELECT
      COUNT(*)
    FROM fiscal_periods
  ) AS loaded_rows,
  (
    SELECT
      COUNT(DISTINCT file || ' ' || CAST(row_number AS VARCHAR))
    FROM quarantine
    WHERE
      table_name = 'fiscal_periods'
  ) AS quarantined_rows,
  CAST(NULL AS DATE) AS freshest_on
UNION ALL
SELECT
  'renewals' AS table_name,
  EXISTS(
    SELECT
      1
    FROM renewals
  ) AS is_loaded,
  (
    SELECT
      COUNT(*)
    FROM renewals
  ) AS loaded_rows,
  (
    SELECT
      COUNT(DISTINCT file || ' ' || CAST(row_number AS VARCHAR))
    FROM quarantine
    WHERE
      table_name = 'renewals'
  ) AS quarantined_rows,
  (
    SELECT
      MAX(d)
    FROM (
      SELECT
        MAX(closed_on) AS d
      FROM renewals
    ) AS days
  ) AS freshest_on
UNION ALL
SELECT
  'forecast_calls' AS table_name,
  EXISTS(
    SELECT
      1
    FROM forecast_calls
  ) AS is_loaded,
  (
    SELECT
      COUNT(*)
    FROM forecast_calls
  ) AS loaded_rows,
  (
    SELECT
      COUNT(DISTINCT file || ' ' || CAST(row_number AS VARCHAR))
    FROM quarantine
    WHERE
      table_name = 'forecast_calls'
  ) AS quarantined_rows,
  (
    SELECT
      MAX(d)
    FROM (
      SELECT
        MAX(CAST(called_at AS DATE)) AS d
      FROM forecast_calls
    ) AS days
  ) AS freshest_on
UNION ALL
SELECT
  'fx_rates' AS table_name,
  EXISTS(
    SELECT
      1
    FROM fx_rates
  ) AS is_loaded,
  (
    SELECT
      COUNT(*)
    FROM fx_rates
  ) AS loaded_rows,
  (
    SELECT
      COUNT(DISTINCT file || ' ' || CAST(row_number AS VARCHAR))
    FROM quarantine
    WHERE
      table_name = 'fx_rates'
  ) AS quarantined_rows,
  (
    SELECT
      MAX(d)
    FROM (
      SELECT
        MAX(valid_on) AS d
      FROM fx_rates
    ) AS days
  ) AS freshest_on
UNION ALL
SELECT
  'health_scores' AS table_name,
  EXISTS(
    SELECT
      1
    FROM health_scores
  ) AS is_loaded,
  (
    SELECT
      COUNT(*)
    FROM health_scores
  ) AS loaded_rows,
  (
    SELECT
      COUNT(DISTINCT file || ' ' || CAST(row_number AS VARCHAR))
    FROM quarantine
    WHERE
      table_name = 'health_scores'
  ) AS quarantined_rows,
  (
    SELECT
      MAX(d)
    FROM (
      SELECT
        MAX(measured_on) AS d
      FROM health_scores
    ) AS days
  ) AS freshest_on
UNION ALL
SELECT
  'objectives' AS table_name,
  EXISTS(
    SELECT
      1
    FROM objectives
  ) AS is_loaded,
  (
    SELECT
      COUNT(*)
    FROM objectives
  ) AS loaded_rows,
  (
    SELECT
      COUNT(DISTINCT file || ' ' || CAST(row_number AS VARCHAR))
    FROM quarantine
    WHERE
      table_name = 'objectives'
  ) AS quarantined_rows,
  (
    SELECT
      MAX(d)
    FROM (
      SELECT
        MAX(last_validated_on) AS d
      FROM objectives
    ) AS days
  ) AS freshest_on
UNION ALL
SELECT
  'opportunities' AS table_name,
  EXISTS(
    SELECT
      1
    FROM opportunities
  ) AS is_loaded,
  (
    SELECT
      COUNT(*)
    FROM opportunities
  ) AS loaded_rows,
  (
    SELECT
      COUNT(DISTINCT file || ' ' || CAST(row_number AS VARCHAR))
    FROM quarantine
    WHERE
      table_name = 'opportunities'
  ) AS quarantined_rows,
  (
    SELECT
      MAX(d)
    FROM (
      SELECT
        MAX(created_on) AS d
      FROM opportunities
      UNION ALL
      SELECT
        MAX(closed_on) AS d
      FROM opportunities
    ) AS days
  ) AS freshest_on
UNION ALL
SELECT
  'opportunity_history' AS table_name,
  EXISTS(
    SELECT
      1
    FROM opportunity_history
  ) AS is_loaded,
  (
    SELECT
      COUNT(*)
    FROM opportunity_history
  ) AS loaded_rows,
  (
    SELECT
      COUNT(DISTINCT file || ' ' || CAST(row_number AS VARCHAR))
    FROM quarantine
    WHERE
      table_name = 'opportunity_history'
  ) AS quarantined_rows,
  (
    SELECT
      MAX(d)
    FROM (
      SELECT
        MAX(CAST(changed_at AS DATE)) AS d
      FROM opportunity_history
    ) AS days
  ) AS freshest_on
UNION ALL
SELECT
  'product_fit' AS table_name,
  EXISTS(
    SELECT
      1
    FROM product_fit
  ) AS is_loaded,
  (
    SELECT
      COUNT(*)
    FROM product_fit
  ) AS loaded_rows,
  (
    SELECT
      COUNT(DISTINCT file || ' ' || CAST(row_number AS VARCHAR))
    FROM quarantine
    WHERE
      table_name = 'product_fit'
  ) AS quarantined_rows,
  CAST(NULL AS DATE) AS freshest_on
UNION ALL
SELECT
  'risks' AS table_name,
  EXISTS(
    SELECT
      1
    FROM risks
  ) AS is_loaded,
  (
    SELECT
      COUNT(*)
    FROM risks
  ) AS loaded_rows,
  (
    SELECT
      COUNT(DISTINCT file || ' ' || CAST(row_number AS VARCHAR))
    FROM quarantine
    WHERE
      table_name = 'risks'
  ) AS quarantined_rows,
  (
    SELECT
      MAX(d)
    FROM (
      SELECT
        MAX(opened_on) AS d
      FROM risks
      UNION ALL
      SELECT
        MAX(escalated_on) AS d
      FROM risks
      UNION ALL
      SELECT
        MAX(resolved_on) AS d
      FROM risks
    ) AS days
  ) AS freshest_on
UNION ALL
SELECT
  'skill_assessments' AS table_name,
  EXISTS(
    SELECT
      1
    FROM skill_assessments
  ) AS is_loaded,
  (
    SELECT
      COUNT(*)
    FROM skill_assessments
  ) AS loaded_rows,
  (
    SELECT
      COUNT(DISTINCT file || ' ' || CAST(row_number AS VARCHAR))
    FROM quarantine
    WHERE
      table_name = 'skill_assessments'
  ) AS quarantined_rows,
  CAST(NULL AS DATE) AS freshest_on
UNION ALL
SELECT
  'support_cases' AS table_name,
  EXISTS(
    SELECT
      1
    FROM support_cases
  ) AS is_loaded,
  (
    SELECT
      COUNT(*)
    FROM support_cases
  ) AS loaded_rows,
  (
    SELECT
      COUNT(DISTINCT file || ' ' || CAST(row_number AS VARCHAR))
    FROM quarantine
    WHERE
      table_name = 'support_cases'
  ) AS quarantined_rows,
  (
    SELECT
      MAX(d)
    FROM (
      SELECT
        MAX(CAST(opened_at AS DATE)) AS d
      FROM support_cases
      UNION ALL
      SELECT
        MAX(CAST(closed_at AS DATE)) AS d
      FROM support_cases
    ) AS days
  ) AS freshest_on
UNION ALL
SELECT
  'survey_responses' AS table_name,
  EXISTS(
    SELECT
      1
    FROM survey_responses
  ) AS is_loaded,
  (
    SELECT
      COUNT(*)
    FROM survey_responses
  ) AS loaded_rows,
  (
    SELECT
      COUNT(DISTINCT file || ' ' || CAST(row_number AS VARCHAR))
    FROM quarantine
    WHERE
      table_name = 'survey_responses'
  ) AS quarantined_rows,
  (
    SELECT
      MAX(d)
    FROM (
      SELECT
        MAX(sent_on) AS d
      FROM survey_responses
      UNION ALL
      SELECT
        MAX(responded_on) AS d
      FROM survey_responses
      UNION ALL
      SELECT
        MAX(followed_up_on) AS d
      FROM survey_responses
    ) AS days
  ) AS freshest_on
UNION ALL
SELECT
  'talent_reviews' AS table_name,
  EXISTS(
    SELECT
      1
    FROM talent_reviews
  ) AS is_loaded,
  (
    SELECT
      COUNT(*)
    FROM talent_reviews
  ) AS loaded_rows,
  (
    SELECT
      COUNT(DISTINCT file || ' ' || CAST(row_number AS VARCHAR))
    FROM quarantine
    WHERE
      table_name = 'talent_reviews'
  ) AS quarantined_rows,
  (
    SELECT
      MAX(d)
    FROM (
      SELECT
        MAX(reviewed_on) AS d
      FROM talent_reviews
    ) AS days
  ) AS freshest_on
UNION ALL
SELECT
  'targets' AS table_name,
  EXISTS(
    SELECT
      1
    FROM targets
  ) AS is_loaded,
  (
    SELECT
      COUNT(*)
    FROM targets
  ) AS loaded_rows,
  (
    SELECT
      COUNT(DISTINCT file || ' ' || CAST(row_number AS VARCHAR))
    FROM quarantine
    WHERE
      table_name = 'targets'
  ) AS quarantined_rows,
  CAST(NULL AS DATE) AS freshest_on
UNION ALL
SELECT
  'timeline_entries' AS table_name,
  EXISTS(
    SELECT
      1
    FROM timeline_entries
  ) AS is_loaded,
  (
    SELECT
      COUNT(*)
    FROM timeline_entries
  ) AS loaded_rows,
  (
    SELECT
      COUNT(DISTINCT file || ' ' || CAST(row_number AS VARCHAR))
    FROM quarantine
    WHERE
      table_name = 'timeline_entries'
  ) AS quarantined_rows,
  (
    SELECT
      MAX(d)
    FROM (
      SELECT
        MAX(CAST(happened_at AS DATE)) AS d
      FROM timeline_entries
    ) AS days
  ) AS freshest_on
UNION ALL
SELECT
  'usage_events' AS table_name,
  EXISTS(
    SELECT
      1
    FROM usage_events
  ) AS is_loaded,
  (
    SELECT
      COUNT(*)
    FROM usage_events
  ) AS loaded_rows,
  (
    SELECT
      COUNT(DISTINCT file || ' ' || CAST(row_number AS VARCHAR))
    FROM quarantine
    WHERE
      table_name = 'usage_events'
  ) AS quarantined_rows,
  (
    SELECT
      MAX(d)
    FROM (
      SELECT
        MAX(first_done_on) AS d
      FROM usage_events
    ) AS days
  ) AS freshest_on
UNION ALL
SELECT
  'usage_weekly' AS table_name,
  EXISTS(
    SELECT
      1
    FROM usage_weekly
  ) AS is_loaded,
  (
    SELECT
      COUNT(*)
    FROM usage_weekly
  ) AS loaded_rows,
  (
    SELECT
      COUNT(DISTINCT file || ' ' || CAST(row_number AS VARCHAR))
    FROM quarantine
    WHERE
      table_name = 'usage_weekly'
  ) AS quarantined_rows,
  (
    SELECT
      MAX(d)
    FROM (
      SELECT
        MAX(week_on) AS d
      FROM usage_weekly
    ) AS days
  ) AS freshest_on;

create materialized view account_spans as
WITH edges AS (
  SELECT
    account_id,
    CAST('0001-01-01' AS DATE) AS valid_from_on
  FROM accounts
  UNION
  SELECT
    account_id,
    valid_from_on
  FROM account_history
  UNION
  SELECT
    account_id,
    valid_to_on AS valid_from_on
  FROM account_history
  WHERE
    NOT valid_to_on IS NULL
), spans AS (
  SELECT
    account_id,
    valid_from_on,
    LEAD(valid_from_on, 1, CAST('9999-12-31' AS DATE)) OVER (PARTITION BY account_id ORDER BY valid_from_on) AS valid_to_on
  FROM edges
), known AS (
  SELECT
    spans.account_id,
    spans.valid_from_on,
    MAX(CASE WHEN account_history.field = 'segment' THEN account_history.value END) AS segment,
    MAX(CASE WHEN account_history.field = 'region' THEN account_history.value END) AS region,
    MAX(CASE WHEN account_history.field = 'csm_id' THEN account_history.value END) AS csm_id,
    MAX(
      CASE WHEN account_history.field = 'lifecycle_stage' THEN account_history.value END
    ) AS lifecycle_stage,
    MAX(CASE WHEN account_history.field = 'touch_model' THEN account_history.value END) AS touch_model
  FROM spans
  INNER JOIN account_history
    ON spans.account_id = account_history.account_id
    AND spans.valid_from_on >= account_history.valid_from_on
    AND (
      account_history.valid_to_on IS NULL
      OR spans.valid_from_on < account_history.valid_to_on
    )
  GROUP BY
    spans.account_id,
    spans.valid_from_on
)
SELECT
  spans.account_id,
  spans.valid_from_on,
  spans.valid_to_on,
  COALESCE(known.segment, accounts.segment) AS segment,
  COALESCE(known.region, accounts.region, 'Unknown') AS region,
  COALESCE(known.csm_id, accounts.csm_id) AS csm_id,
  COALESCE(known.lifecycle_stage, accounts.lifecycle_stage) AS lifecycle_stage,
  COALESCE(known.touch_model, accounts.touch_model) AS touch_model
FROM spans
INNER JOIN accounts
  ON spans.account_id = accounts.account_id
LEFT JOIN known
  ON spans.account_id = known.account_id AND spans.valid_from_on = known.valid_from_on;

create materialized view account_roots as
WITH RECURSIVE ancestors AS (
  SELECT
    account_id,
    account_id AS ancestor_id,
    0 AS steps
  FROM accounts
  UNION ALL
  SELECT
    ancestors.account_id,
    accounts.parent_account_id AS ancestor_id,
    ancestors.steps + 1 AS steps
  FROM ancestors
  INNER JOIN accounts
    ON ancestors.ancestor_id = accounts.account_id
  INNER JOIN accounts AS parents
    ON accounts.parent_account_id = parents.account_id
  WHERE
    ancestors.steps < 20
), tops AS (
  SELECT
    ancestors.account_id,
    MAX(
      CASE
        WHEN accounts.parent_account_id IS NULL OR parents.account_id IS NULL
        THEN ancestors.ancestor_id
      END
    ) AS top_id,
    MIN(CASE WHEN ancestors.steps > 10 THEN ancestors.ancestor_id END) AS first_id
  FROM ancestors
  INNER JOIN accounts
    ON ancestors.ancestor_id = accounts.account_id
  LEFT JOIN accounts AS parents
    ON accounts.parent_account_id = parents.account_id
  GROUP BY
    ancestors.account_id
)
SELECT
  account_id,
  COALESCE(top_id, first_id, account_id) AS root_id
FROM tops;

create materialized view fx_spans as
SELECT
  currency,
  valid_on AS starts_on,
  LEAD(valid_on, 1, CAST('9999-12-31' AS DATE)) OVER (PARTITION BY currency ORDER BY valid_on) AS ends_on,
  CAST(rate_to_reporting AS DECIMAL(28, 8)) AS rate
FROM fx_rates
ORDER BY
  currency,
  starts_on;

create materialized view arr_changes as
WITH lines AS (
  SELECT
    account_id,
    product_id,
    currency,
    starts_on AS changed_on,
    arr AS change,
    1 AS lines_change
  FROM subscriptions
  WHERE
    ends_on IS NULL OR starts_on < ends_on
  UNION ALL
  SELECT
    account_id,
    product_id,
    currency,
    ends_on AS changed_on,
    -arr AS change,
    -1 AS lines_change
  FROM subscriptions
  WHERE
    starts_on < ends_on
  UNION ALL
  SELECT
    account_id,
    product_id,
    currency,
    effective_on AS changed_on,
    amount AS change,
    0 AS lines_change
  FROM arr_movements
  WHERE
    NOT EXISTS(
      SELECT
        1
      FROM subscriptions
    )
), events AS (
  SELECT
    account_id,
    product_id,
    currency,
    changed_on,
    change,
    lines_change,
    CAST(0 AS DECIMAL(18, 2)) AS price_change,
    CAST(0 AS DECIMAL(18, 2)) AS fx_change
  FROM lines
  UNION ALL
  SELECT
    account_id,
    product_id,
    currency,
    effective_on AS changed_on,
    CAST(0 AS DECIMAL(18, 2)) AS change,
    0 AS lines_change,
    CASE WHEN LOWER(reason) = 'price' AND amount > 0 THEN amount ELSE 0 END AS price_change,
    CASE WHEN LOWER(reason) = 'fx' THEN amount ELSE 0 END AS fx_change
  FROM arr_movements
  WHERE
    (
      LOWER(reason) = 'price' AND amount > 0
    ) OR LOWER(reason) = 'fx'
)
SELECT
  events.account_id,
  events.product_id,
  COALESCE(events.currency, accounts.currency, 'USD') AS currency,
  events.changed_on,
  CAST(SUM(events.change) AS DECIMAL(18, 2)) AS change,
  CAST(SUM(events.price_change) AS DECIMAL(18, 2)) AS price_change,
  CAST(SUM(events.fx_change) AS DECIMAL(18, 2)) AS fx_change,
  CAST(SUM(events.lines_change) AS INT) AS lines_change
FROM events
INNER JOIN accounts
  ON events.account_id = accounts.account_id
GROUP BY
  events.account_id,
  events.product_id,
  COALESCE(events.currency, accounts.currency, 'USD'),
  events.changed_on;

create materialized view arr_spans as
WITH events AS (
  SELECT
    account_id,
    currency,
    changed_on,
    change
  FROM arr_changes
  UNION ALL
  SELECT
    account_id,
    COALESCE(currency, 'USD') AS currency,
    CAST('1900-01-01' AS DATE) AS changed_on,
    CAST(0 AS DECIMAL(18, 2)) AS change
  FROM accounts
  WHERE
    EXISTS(
      SELECT
        1
      FROM subscriptions
    )
    OR EXISTS(
      SELECT
        1
      FROM arr_movements
    )
), changes AS (
  SELECT
    account_id,
    currency,
    changed_on,
    SUM(change) AS change
  FROM events
  GROUP BY
    account_id,
    currency,
    changed_on
)
SELECT
  account_id,
  currency,
  changed_on AS starts_on,
  LEAD(changed_on) OVER (PARTITION BY account_id, currency ORDER BY changed_on) AS ends_on,
  CAST(SUM(change) OVER (
    PARTITION BY account_id, currency
    ORDER BY changed_on
    rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
  ) AS DECIMAL(18, 2)) AS arr
FROM changes;

create materialized view arr_steps as
WITH unit_changes AS (
  SELECT
    'account' AS level,
    account_id AS unit_id,
    account_id,
    currency,
    changed_on,
    change,
    price_change,
    fx_change,
    lines_change
  FROM arr_changes
  UNION ALL
  SELECT
    'account' AS level,
    account_id AS unit_id,
    account_id,
    COALESCE(currency, 'USD') AS currency,
    CAST('1900-01-01' AS DATE) AS changed_on,
    CAST(0 AS DECIMAL(18, 2)) AS change,
    CAST(0 AS DECIMAL(18, 2)) AS price_change,
    CAST(0 AS DECIMAL(18, 2)) AS fx_change,
    0 AS lines_change
  FROM accounts
  WHERE
    account_id <> ALL (
      SELECT
        arr_changes.account_id
      FROM arr_changes
    )
), rates AS (
  SELECT
    CAST('USD' AS VARCHAR) AS currency,
    CAST(1 AS DECIMAL(28, 8)) AS rate
  UNION ALL
  SELECT
    currency,
    CAST((ARRAY_AGG(rate_to_reporting ORDER BY valid_on DESC) FILTER (WHERE rate_to_reporting IS NOT NULL AND valid_on IS NOT NULL))[1] AS DECIMAL(28, 8)) AS rate
  FROM fx_rates
  WHERE
    valid_on <= (
      SELECT
        CAST(value AS DATE)
      FROM manifest
      WHERE
        entry = 'as_of'
    )
    AND currency <> 'USD'
  GROUP BY
    currency
), steps_of_changes AS (
  WITH netted AS (
    SELECT
      level,
      unit_id,
      currency,
      changed_on,
      MIN(account_id) AS account_id,
      SUM(change) AS change,
      SUM(price_change) AS price_change,
      SUM(fx_change) AS fx_change,
      SUM(lines_change) AS lines_change
    FROM unit_changes
    GROUP BY
      level,
      unit_id,
      currency,
      changed_on
  ), currencies AS (
    SELECT
      level,
      unit_id,
      MIN(account_id) AS account_id,
      COUNT(DISTINCT CASE WHEN change <> 0 THEN currency END) AS currencies,
      MAX(CASE WHEN change <> 0 THEN currency END) AS currency
    FROM netted
    GROUP BY
      level,
      unit_id
  ), placed AS (
    SELECT
      netted.level,
      netted.unit_id,
      netted.currency,
      netted.changed_on,
      netted.change,
      netted.price_change,
      netted.fx_change,
      netted.lines_change,
      SUM(netted.change) OVER (
        PARTITION BY netted.level, netted.unit_id, netted.currency
        ORDER BY netted.changed_on
        rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
      ) AS arr,
      currencies.currencies > 1 AS is_converted
    FROM netted
    INNER JOIN currencies
      ON netted.level = currencies.level AND netted.unit_id = currencies.unit_id
  ), in_one_currency AS (
    SELECT
      placed.level,
      placed.unit_id,
      placed.changed_on,
      SUM(
        CASE
          WHEN placed.is_converted
          THEN CAST(ROUND(CAST(placed.arr * rates.rate AS DECIMAL), 2) AS DECIMAL(38, 2)) - CAST(ROUND(CAST((
            placed.arr - placed.change
          ) * rates.rate AS DECIMAL), 2) AS DECIMAL(38, 2))
          ELSE placed.change
        END
      ) AS change,
      SUM(
        CASE
          WHEN placed.is_converted
          THEN CAST(ROUND(CAST(placed.price_change * rates.rate AS DECIMAL), 2) AS DECIMAL(38, 2))
          ELSE placed.price_change
        END
      ) AS price_change,
      SUM(
        CASE
          WHEN placed.is_converted
          THEN CAST(ROUND(CAST(placed.fx_change * rates.rate AS DECIMAL), 2) AS DECIMAL(38, 2))
          ELSE placed.fx_change
        END
      ) AS fx_change,
      SUM(placed.lines_change) AS lines_change
    FROM placed
    LEFT JOIN rates
      ON placed.currency = rates.currency
    GROUP BY
      placed.level,
      placed.unit_id,
      placed.changed_on
  ), days AS (
    SELECT
      level,
      unit_id,
      CAST('1900-01-01' AS DATE) AS changed_on,
      CAST(0 AS DECIMAL(38, 2)) AS change,
      CAST(0 AS DECIMAL(38, 2)) AS price_change,
      CAST(0 AS DECIMAL(38, 2)) AS fx_change,
      0 AS lines_change
    FROM currencies
    UNION ALL
    SELECT
      level,
      unit_id,
      changed_on,
      change,
      price_change,
      fx_change,
      lines_change
    FROM in_one_currency
    WHERE
      change <> 0 OR lines_change <> 0
  ), running AS (
    SELECT
      level,
      unit_id,
      changed_on,
      change,
      price_change,
      fx_change,
      SUM(change) OVER (
        PARTITION BY level, unit_id
        ORDER BY changed_on
        rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
      ) AS arr,
      SUM(lines_change) OVER (
        PARTITION BY level, unit_id
        ORDER BY changed_on
        rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
      ) AS lines,
      LEAD(changed_on, 1, CAST('9999-12-31' AS DATE)) OVER (PARTITION BY level, unit_id ORDER BY changed_on) AS ends_on
    FROM days
  ), seen AS (
    SELECT
      level,
      unit_id,
      changed_on,
      ends_on,
      change,
      price_change,
      fx_change,
      arr,
      lines,
      arr - change AS before,
      COALESCE(
        MAX(arr) OVER (
          PARTITION BY level, unit_id
          ORDER BY changed_on
          rows BETWEEN UNBOUNDED preceding AND 1 preceding
        ),
        0
      ) AS most_before
    FROM running
  ), named AS (
    SELECT
      level,
      unit_id,
      changed_on,
      ends_on,
      change,
      price_change,
      fx_change,
      arr,
      lines,
      CASE
        WHEN change = 0
        THEN 'none'
        WHEN before <= 0 AND arr > 0 AND most_before <= 0
        THEN 'new'
        WHEN before <= 0 AND arr > 0
        THEN 'reactivation'
        WHEN before > 0 AND arr <= 0
        THEN 'churn'
        WHEN change > 0
        THEN 'expansion'
        ELSE 'contraction'
      END AS movement
    FROM seen
  ), split AS (
    SELECT
      level,
      unit_id,
      changed_on,
      ends_on,
      change,
      arr,
      lines,
      movement,
      CASE WHEN movement IN ('expansion', 'contraction') THEN fx_change ELSE 0 END AS fx,
      CASE
        WHEN movement IN ('expansion', 'contraction') AND change - fx_change > 0
        THEN CASE
          WHEN price_change < change - fx_change
          THEN price_change
          ELSE change - fx_change
        END
        ELSE 0
      END AS price
    FROM named
  ), parts AS (
    SELECT
      level,
      unit_id,
      changed_on,
      ends_on,
      change,
      arr,
      lines,
      movement,
      price,
      fx,
      CASE WHEN movement = 'new' THEN change ELSE 0 END AS new,
      CASE WHEN movement = 'reactivation' THEN change ELSE 0 END AS reactivation,
      CASE WHEN movement = 'reactivation' THEN 1 ELSE 0 END AS returned,
      CASE
        WHEN movement IN ('expansion', 'contraction') AND change - fx - price > 0
        THEN change - fx - price
        ELSE 0
      END AS expansion,
      CASE
        WHEN movement IN ('expansion', 'contraction') AND change - fx - price < 0
        THEN change - fx - price
        ELSE 0
      END AS contraction,
      CASE WHEN movement = 'churn' THEN change ELSE 0 END AS churn
    FROM split
  )
  SELECT
    parts.level,
    parts.unit_id,
    currencies.account_id,
    CASE
      WHEN currencies.currencies = 1
      THEN currencies.currency
      ELSE CAST('USD' AS VARCHAR)
    END AS currency,
    currencies.currencies > 1 AS is_converted,
    parts.changed_on AS starts_on,
    parts.ends_on,
    parts.movement,
    CAST(parts.change AS DECIMAL(38, 2)) AS change,
    CAST(parts.arr AS DECIMAL(38, 2)) AS arr,
    CAST(parts.lines AS INT) AS lines,
    CAST(SUM(parts.new) OVER (
      PARTITION BY parts.level, parts.unit_id
      ORDER BY parts.changed_on
      rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
    ) AS DECIMAL(38, 2)) AS new_total,
    CAST(SUM(parts.reactivation) OVER (
      PARTITION BY parts.level, parts.unit_id
      ORDER BY parts.changed_on
      rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
    ) AS DECIMAL(38, 2)) AS reactivation_total,
    CAST(SUM(parts.expansion) OVER (
      PARTITION BY parts.level, parts.unit_id
      ORDER BY parts.changed_on
      rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
    ) AS DECIMAL(38, 2)) AS expansion_total,
    CAST(SUM(parts.price) OVER (
      PARTITION BY parts.level, parts.unit_id
      ORDER BY parts.changed_on
      rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
    ) AS DECIMAL(38, 2)) AS price_total,
    CAST(SUM(parts.fx) OVER (
      PARTITION BY parts.level, parts.unit_id
      ORDER BY parts.changed_on
      rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
    ) AS DECIMAL(38, 2)) AS fx_total,
    CAST(SUM(parts.contraction) OVER (
      PARTITION BY parts.level, parts.unit_id
      ORDER BY parts.changed_on
      rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
    ) AS DECIMAL(38, 2)) AS contraction_total,
    CAST(SUM(parts.churn) OVER (
      PARTITION BY parts.level, parts.unit_id
      ORDER BY parts.changed_on
      rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
    ) AS DECIMAL(38, 2)) AS churn_total,
    CAST(SUM(parts.returned) OVER (
      PARTITION BY parts.level, parts.unit_id
      ORDER BY parts.changed_on
      rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
    ) AS INT) AS returns
  FROM parts
  INNER JOIN currencies
    ON parts.level = currencies.level AND parts.unit_id = currencies.unit_id
)
SELECT
  account_id,
  currency,
  is_converted,
  starts_on,
  ends_on,
  movement,
  change,
  arr,
  lines,
  new_total,
  reactivation_total,
  expansion_total,
  price_total,
  fx_total,
  contraction_total,
  churn_total,
  returns
FROM steps_of_changes
ORDER BY
  account_id,
  starts_on;

create materialized view weeks as
WITH days AS (
  SELECT DISTINCT
    measured_on
  FROM health_scores
)
SELECT
  CAST(DATE_TRUNC('WEEK', measured_on) AS DATE) AS week_on,
  MAX(measured_on) AS state_on
FROM days
GROUP BY
  CAST(DATE_TRUNC('WEEK', measured_on) AS DATE);

create materialized view account_weeks as
WITH carried AS (
  WITH account_grid AS (
    SELECT
      accounts.account_id,
      weeks.week_on,
      weeks.state_on
    FROM accounts
    INNER JOIN weeks
      ON accounts.customer_since <= weeks.state_on
    WHERE
      accounts.account_id >= '' AND accounts.account_id < CHR(  1114111)
  ), measured AS (
    SELECT
      health_scores.account_id,
      CAST(DATE_TRUNC('WEEK', health_scores.measured_on) AS DATE) AS week_on,
      (ARRAY_AGG(CASE WHEN health_scores.measure = 'deployment' THEN health_scores.score END ORDER BY CASE WHEN health_scores.measure = 'deployment' THEN health_scores.measured_on END DESC) FILTER (WHERE CASE WHEN health_scores.measure = 'deployment' THEN health_scores.score END IS NOT NULL AND CASE WHEN health_scores.measure = 'deployment' THEN health_scores.measured_on END IS NOT NULL))[1] AS deployment,
      MAX(
        CASE WHEN health_scores.measure = 'deployment' THEN health_scores.measured_on END
      ) AS deployment_on,
      (ARRAY_AGG(CASE WHEN health_scores.measure = 'engagement' THEN health_scores.score END ORDER BY CASE WHEN health_scores.measure = 'engagement' THEN health_scores.measured_on END DESC) FILTER (WHERE CASE WHEN health_scores.measure = 'engagement' THEN health_scores.score END IS NOT NULL AND CASE WHEN health_scores.measure = 'engagement' THEN health_scores.measured_on END IS NOT NULL))[1] AS engagement,
      MAX(
        CASE WHEN health_scores.measure = 'engagement' THEN health_scores.measured_on END
      ) AS engagement_on,
      (ARRAY_AGG(CASE WHEN health_scores.measure = 'adoption' THEN health_scores.score END ORDER BY CASE WHEN health_scores.measure = 'adoption' THEN health_scores.measured_on END DESC) FILTER (WHERE CASE WHEN health_scores.measure = 'adoption' THEN health_scores.score END IS NOT NULL AND CASE WHEN health_scores.measure = 'adoption' THEN health_scores.measured_on END IS NOT NULL))[1] AS adoption,
      MAX(CASE WHEN health_scores.measure = 'adoption' THEN health_scores.measured_on END) AS adoption_on,
      (ARRAY_AGG(CASE WHEN health_scores.measure = 'roi' THEN health_scores.score END ORDER BY CASE WHEN health_scores.measure = 'roi' THEN health_scores.measured_on END DESC) FILTER (WHERE CASE WHEN health_scores.measure = 'roi' THEN health_scores.score END IS NOT NULL AND CASE WHEN health_scores.measure = 'roi' THEN health_scores.measured_on END IS NOT NULL))[1] AS roi,
      MAX(CASE WHEN health_scores.measure = 'roi' THEN health_scores.measured_on END) AS roi_on,
      (ARRAY_AGG(CASE WHEN health_scores.measure = 'nps' THEN health_scores.score END ORDER BY CASE WHEN health_scores.measure = 'nps' THEN health_scores.measured_on END DESC) FILTER (WHERE CASE WHEN health_scores.measure = 'nps' THEN health_scores.score END IS NOT NULL AND CASE WHEN health_scores.measure = 'nps' THEN health_scores.measured_on END IS NOT NULL))[1] AS nps,
      MAX(CASE WHEN health_scores.measure = 'nps' THEN health_scores.measured_on END) AS nps_on,
      (ARRAY_AGG(CASE WHEN health_scores.measure = 'support' THEN health_scores.score END ORDER BY CASE WHEN health_scores.measure = 'support' THEN health_scores.measured_on END DESC) FILTER (WHERE CASE WHEN health_scores.measure = 'support' THEN health_scores.score END IS NOT NULL AND CASE WHEN health_scores.measure = 'support' THEN health_scores.measured_on END IS NOT NULL))[1] AS support,
      MAX(CASE WHEN health_scores.measure = 'support' THEN health_scores.measured_on END) AS support_on,
      (ARRAY_AGG(CASE WHEN health_scores.measure = 'sentiment' THEN health_scores.score END ORDER BY CASE WHEN health_scores.measure = 'sentiment' THEN health_scores.measured_on END DESC) FILTER (WHERE CASE WHEN health_scores.measure = 'sentiment' THEN health_scores.score END IS NOT NULL AND CASE WHEN health_scores.measure = 'sentiment' THEN health_scores.measured_on END IS NOT NULL))[1] AS sentiment,
      MAX(CASE WHEN health_scores.measure = 'sentiment' THEN health_scores.measured_on END) AS sentiment_on
    FROM health_scores
    WHERE
      health_scores.account_id >= ''
      AND health_scores.account_id < CHR(  1114111)
      AND health_scores.score BETWEEN 0 AND 100
    GROUP BY
      health_scores.account_id,
      CAST(DATE_TRUNC('WEEK', health_scores.measured_on) AS DATE)
  ), carried AS (
    SELECT
      account_grid.account_id,
      account_grid.week_on,
      account_grid.state_on,
      (ARRAY_AGG(measured.deployment) FILTER (WHERE measured.deployment IS NOT NULL) OVER (
        PARTITION BY account_grid.account_id
        ORDER BY account_grid.week_on
        rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
      ))[COUNT(measured.deployment) OVER (
        PARTITION BY account_grid.account_id
        ORDER BY account_grid.week_on
        rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
      )] AS deployment,
      MAX(measured.deployment_on) OVER (
        PARTITION BY account_grid.account_id
        ORDER BY account_grid.week_on
        rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
      ) AS deployment_on,
      (ARRAY_AGG(measured.engagement) FILTER (WHERE measured.engagement IS NOT NULL) OVER (
        PARTITION BY account_grid.account_id
        ORDER BY account_grid.week_on
        rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
      ))[COUNT(measured.engagement) OVER (
        PARTITION BY account_grid.account_id
        ORDER BY account_grid.week_on
        rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
      )] AS engagement,
      MAX(measured.engagement_on) OVER (
        PARTITION BY account_grid.account_id
        ORDER BY account_grid.week_on
        rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
      ) AS engagement_on,
      (ARRAY_AGG(measured.adoption) FILTER (WHERE measured.adoption IS NOT NULL) OVER (
        PARTITION BY account_grid.account_id
        ORDER BY account_grid.week_on
        rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
      ))[COUNT(measured.adoption) OVER (
        PARTITION BY account_grid.account_id
        ORDER BY account_grid.week_on
        rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
      )] AS adoption,
      MAX(measured.adoption_on) OVER (
        PARTITION BY account_grid.account_id
        ORDER BY account_grid.week_on
        rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
      ) AS adoption_on,
      (ARRAY_AGG(measured.roi) FILTER (WHERE measured.roi IS NOT NULL) OVER (
        PARTITION BY account_grid.account_id
        ORDER BY account_grid.week_on
        rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
      ))[COUNT(measured.roi) OVER (
        PARTITION BY account_grid.account_id
        ORDER BY account_grid.week_on
        rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
      )] AS roi,
      MAX(measured.roi_on) OVER (
        PARTITION BY account_grid.account_id
        ORDER BY account_grid.week_on
        rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
      ) AS roi_on,
      (ARRAY_AGG(measured.nps) FILTER (WHERE measured.nps IS NOT NULL) OVER (
        PARTITION BY account_grid.account_id
        ORDER BY account_grid.week_on
        rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
      ))[COUNT(measured.nps) OVER (
        PARTITION BY account_grid.account_id
        ORDER BY account_grid.week_on
        rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
      )] AS nps,
      MAX(measured.nps_on) OVER (
        PARTITION BY account_grid.account_id
        ORDER BY account_grid.week_on
        rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
      ) AS nps_on,
      (ARRAY_AGG(measured.support) FILTER (WHERE measured.support IS NOT NULL) OVER (
        PARTITION BY account_grid.account_id
        ORDER BY account_grid.week_on
        rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
      ))[COUNT(measured.support) OVER (
        PARTITION BY account_grid.account_id
        ORDER BY account_grid.week_on
        rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
      )] AS support,
      MAX(measured.support_on) OVER (
        PARTITION BY account_grid.account_id
        ORDER BY account_grid.week_on
        rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
      ) AS support_on,
      (ARRAY_AGG(measured.sentiment) FILTER (WHERE measured.sentiment IS NOT NULL) OVER (
        PARTITION BY account_grid.account_id
        ORDER BY account_grid.week_on
        rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
      ))[COUNT(measured.sentiment) OVER (
        PARTITION BY account_grid.account_id
        ORDER BY account_grid.week_on
        rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
      )] AS sentiment,
      MAX(measured.sentiment_on) OVER (
        PARTITION BY account_grid.account_id
        ORDER BY account_grid.week_on
        rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
      ) AS sentiment_on
    FROM account_grid
    LEFT JOIN measured
      ON account_grid.account_id = measured.account_id
      AND account_grid.week_on = measured.week_on
  )
  SELECT
    account_id,
    week_on,
    state_on,
    deployment,
    deployment_on,
    engagement,
    engagement_on,
    adoption,
    adoption_on,
    roi,
    roi_on,
    nps,
    nps_on,
    support,
    support_on,
    sentiment,
    sentiment_on
  FROM carried
), measures AS (
  SELECT
    carried.account_id,
    carried.week_on,
    CASE
      WHEN carried.state_on - carried.deployment_on <= 60
      THEN carried.deployment
    END AS deployment,
    CASE
      WHEN carried.state_on - carried.engagement_on <= 60
      THEN carried.engagement
    END AS engagement,
    CASE WHEN carried.state_on - carried.adoption_on <= 60 THEN carried.adoption END AS adoption,
    CASE WHEN carried.state_on - carried.roi_on <= 60 THEN carried.roi END AS roi,
    CASE WHEN carried.state_on - carried.nps_on <= 60 THEN carried.nps END AS nps,
    CASE WHEN carried.state_on - carried.support_on <= 60 THEN carried.support END AS support,
    CASE WHEN carried.state_on - carried.sentiment_on <= 60 THEN carried.sentiment END AS sentiment
  FROM carried
), account_health AS (
  WITH weighed AS (
    SELECT
      account_id,
      week_on,
      COALESCE(deployment * CAST('0.25' AS DOUBLE PRECISION), 0) + COALESCE(engagement * CAST('0.25' AS DOUBLE PRECISION), 0) + COALESCE(adoption * CAST('0.25' AS DOUBLE PRECISION), 0) + COALESCE(roi * CAST('0.25' AS DOUBLE PRECISION), 0) AS outcomes_points,
      CASE WHEN deployment IS NULL THEN 0 ELSE CAST('0.25' AS DOUBLE PRECISION) END + CASE WHEN engagement IS NULL THEN 0 ELSE CAST('0.25' AS DOUBLE PRECISION) END + CASE WHEN adoption IS NULL THEN 0 ELSE CAST('0.25' AS DOUBLE PRECISION) END + CASE WHEN roi IS NULL THEN 0 ELSE CAST('0.25' AS DOUBLE PRECISION) END AS outcomes_covered,
      COALESCE(nps * CAST('0.3333333333333333' AS DOUBLE PRECISION), 0) + COALESCE(support * CAST('0.3333333333333333' AS DOUBLE PRECISION), 0) + COALESCE(sentiment * CAST('0.3333333333333333' AS DOUBLE PRECISION), 0) AS experience_points,
      CASE WHEN nps IS NULL THEN 0 ELSE CAST('0.3333333333333333' AS DOUBLE PRECISION) END + CASE
        WHEN support IS NULL
        THEN 0
        ELSE CAST('0.3333333333333333' AS DOUBLE PRECISION)
      END + CASE
        WHEN sentiment IS NULL
        THEN 0
        ELSE CAST('0.3333333333333333' AS DOUBLE PRECISION)
      END AS experience_covered
    FROM measures
  ), grouped AS (
    SELECT
      account_id,
      week_on,
      CAST(outcomes_points AS DOUBLE PRECISION) / NULLIF(outcomes_covered, 0) AS outcomes,
      CAST(experience_points AS DOUBLE PRECISION) / NULLIF(experience_covered, 0) AS experience,
      CASE WHEN outcomes_covered > 0 THEN CAST('0.5' AS DOUBLE PRECISION) ELSE 0 END AS outcomes_weight,
      CASE WHEN experience_covered > 0 THEN CAST('0.5' AS DOUBLE PRECISION) ELSE 0 END AS experience_weight,
      ROUND(CAST(outcomes_covered * CAST('0.5' AS DOUBLE PRECISION) + experience_covered * CAST('0.5' AS DOUBLE PRECISION) AS DECIMAL), 9) AS coverage
    FROM weighed
  ), scored AS (
    SELECT
      account_id,
      week_on,
      outcomes,
      experience,
      coverage,
      CASE
        WHEN coverage >= CAST('0.5' AS DOUBLE PRECISION) AND coverage > 0
        THEN ROUND(CAST(CAST((
          COALESCE(outcomes * outcomes_weight, 0) + COALESCE(experience * experience_weight, 0)
        ) AS DOUBLE PRECISION) / NULLIF(outcomes_weight + experience_weight, 0) AS DECIMAL), 6)
      END AS overall_score
    FROM grouped
  )
  SELECT
    account_id,
    week_on,
    outcomes,
    experience,
    coverage,
    overall_score,
    CASE
      WHEN overall_score < CAST('40.0' AS DOUBLE PRECISION)
      THEN 'red'
      WHEN overall_score < CAST('70.0' AS DOUBLE PRECISION)
      THEN 'amber'
      WHEN NOT overall_score IS NULL
      THEN 'green'
    END AS health_band
  FROM scored
), rates AS (
  SELECT
    CAST('USD' AS VARCHAR) AS currency,
    CAST(1 AS DECIMAL(28, 8)) AS rate
  UNION ALL
  SELECT
    currency,
    CAST((ARRAY_AGG(rate_to_reporting ORDER BY valid_on DESC) FILTER (WHERE rate_to_reporting IS NOT NULL AND valid_on IS NOT NULL))[1] AS DECIMAL(28, 8)) AS rate
  FROM fx_rates
  WHERE
    valid_on <= (
      SELECT
        CAST(value AS DATE)
      FROM manifest
      WHERE
        entry = 'as_of'
    )
    AND currency <> 'USD'
  GROUP BY
    currency
), account_arr AS (
  SELECT
    arr_spans.account_id,
    arr_spans.currency,
    arr_spans.starts_on,
    COALESCE(arr_spans.ends_on, CAST('9999-12-31' AS DATE)) AS ends_on,
    arr_spans.arr,
    CAST(ROUND(CAST(arr_spans.arr * rates.rate AS DECIMAL), 2) AS DECIMAL(38, 2)) AS reported_arr
  FROM arr_spans
  LEFT JOIN rates
    ON arr_spans.currency = rates.currency
  WHERE
    arr_spans.account_id >= '' AND arr_spans.account_id < CHR(  1114111)
), week_arr AS (
  SELECT
    account_arr.account_id,
    weeks.week_on,
    CASE
      WHEN COUNT(DISTINCT account_arr.currency) = 1
      THEN SUM(account_arr.arr)
      ELSE SUM(account_arr.reported_arr)
    END AS arr,
    CASE
      WHEN COUNT(DISTINCT account_arr.currency) = 1
      THEN MAX(account_arr.currency)
      ELSE CAST('USD' AS VARCHAR)
    END AS currency
  FROM account_arr
  INNER JOIN weeks
    ON account_arr.starts_on <= weeks.state_on AND account_arr.ends_on > weeks.state_on
  GROUP BY
    account_arr.account_id,
    weeks.week_on
)
SELECT
  carried.account_id,
  carried.week_on,
  carried.state_on,
  account_spans.segment,
  account_spans.region,
  account_spans.csm_id,
  account_spans.lifecycle_stage,
  week_arr.currency,
  week_arr.arr,
  carried.deployment,
  carried.deployment_on,
  carried.engagement,
  carried.engagement_on,
  carried.adoption,
  carried.adoption_on,
  carried.roi,
  carried.roi_on,
  carried.nps,
  carried.nps_on,
  carried.support,
  carried.support_on,
  carried.sentiment,
  carried.sentiment_on,
  account_health.outcomes,
  account_health.experience,
  account_health.coverage,
  account_health.overall_score,
  account_health.health_band
FROM carried
INNER JOIN account_health
  ON carried.account_id = account_health.account_id
  AND carried.week_on = account_health.week_on
INNER JOIN account_spans
  ON carried.account_id = account_spans.account_id
  AND carried.state_on >= account_spans.valid_from_on
  AND carried.state_on < account_spans.valid_to_on
LEFT JOIN week_arr
  ON carried.account_id = week_arr.account_id AND carried.week_on = week_arr.week_on
ORDER BY
  carried.week_on,
  carried.account_id;

create materialized view closing_bands as
SELECT
  renewal_id,
  health_band
FROM (
  SELECT
    renewals.renewal_id,
    account_weeks.health_band,
    ROW_NUMBER() OVER (PARTITION BY renewals.renewal_id ORDER BY account_weeks.week_on DESC NULLS LAST) = 1 AS is_kept
  FROM renewals
  INNER JOIN account_weeks
    ON renewals.account_id = account_weeks.account_id
    AND CAST(DATE_TRUNC('WEEK', renewals.closed_on) AS DATE) - 7 >= account_weeks.week_on
    AND CAST(DATE_TRUNC('WEEK', renewals.closed_on) AS DATE) - 63 <= account_weeks.week_on
  WHERE
    renewals.status <> 'open'
) AS qualified
WHERE
  is_kept;

create index on account_weeks (week_on, account_id);

-- Behind every load, in its transaction or in one of its own: call mart.loaded();
create or replace procedure loaded(speaks_for date default current_date)
language plpgsql
set search_path = mart
as $$
begin
    delete from manifest;
    insert into manifest (entry, value) values
        ('as_of', cast(speaks_for as varchar)),
        ('loaded_at', cast(now() as varchar)),
        ('policy', '{"reporting_currency":"USD","fiscal_year_starts_in":1,"fiscal_pattern":"months","fiscal_week_starts_on":"monday","fiscal_year_ends":"last","health":{"weights":{"deployment":1.0,"engagement":1.0,"adoption":1.0,"roi":1.0,"nps":1.0,"support":1.0,"sentiment":1.0},"outcomes_weight":1.0,"experience_weight":1.0,"stale_after_days":60,"minimum_coverage":0.5,"overall":{"red_below":40.0,"amber_below":70.0},"measures":{"nps":{"red_below":30.0,"amber_below":60.0}}},"scorecards":{"vendor":{"minimum_coverage":0.5,"overall":{"red_below":40.0,"amber_below":70.0},"weights":{"retention":1.0,"expansion":1.0,"advocacy":1.0},"expansion_full_share":0.2,"advocacy_full_events":2},"engagement":{"minimum_coverage":0.5,"overall":{"red_below":40.0,"amber_below":70.0},"weights":{"executive":1.0,"touches":1.0,"survey":1.0},"executive_full_days":30,"executive_none_days":130,"touches_days":90,"touches_full":6,"survey_days":180},"maturity":{"minimum_coverage":0.5,"overall":{"red_below":40.0,"amber_below":70.0},"weights":{"maturity":1.0,"features":1.0,"objectives":1.0},"levels":{"Starting":0.0,"Growing":50.0,"Advanced":100.0},"stale_after_days":60}},"surveys":{"open_days":30,"close_loop_days":7,"minimum_respondents":5,"csat":"top_two","minimum_comments":50,"most_themes":8,"comment_characters":2000},"digital":{"act_within_days":30,"outcome_days":90,"behaviour_days":90,"expansion_days":365,"smallest_difference":0.1},"stage_weights":{"E-mailed decision-maker":0.0,"Discussion":0.2,"Contract sent":0.5,"Verbal commit":0.8,"Closed won":1.0,"Closed lost":0.0},"coverage_bands":{"Enterprise":{"accounts_low":11,"accounts_high":50,"arr_low":2000000,"arr_high":5000000},"Mid-Market":{"accounts_low":100,"accounts_high":250,"arr_low":2000000,"arr_high":5000000},"Small Business":{"accounts_low":100,"accounts_high":250,"arr_low":1000000,"arr_high":2000000}},"capacity":{"weights":{"accounts":0.3,"arr":0.3,"arr_red":0.15,"renewals":0.15,"onboarding":0.1},"renewals_within_days":90,"ramping_capacity":0.5,"light_below":75.0,"heavy_above":125.0},"renewal_watch":{"windows":[120,90,60,30],"red_within_days":90,"model_low_below":0.5,"model_high_from":0.75},"stage_limits":{"Onboarding":90,"Adoption":365,"Renewal":120,"Expansion":180},"success_plans":{"validated_within_days":90,"due_within_days":30},"one_on_one":{"silent_after_days":60},"retention_policy":"Board","retention_policies":{},"risks":{"licence_use_below":0.25,"minimum_peers":5,"executive_months":3,"users_fell_by":0.25,"users_compared_weeks":13,"objectives_well":["on_track","attained"],"nps_answer":"detractor_or_passive","answer_stale_after_days":365,"cases_deviations":2.0,"cases_days":90,"cases_at_least":1,"high_value":"segment_median","high_value_arr":"0","low_health":["red"],"healthy":["green"],"plays":{"Onboarding/Starting":"activation","Onboarding/Growing":"activation","Onboarding/Advanced":"activation","Adoption/Starting":"activation","Adoption/Growing":"growth","Adoption/Advanced":"growth","Renewal/Starting":"activation","Renewal/Growing":"growth","Renewal/Advanced":"advocacy","Expansion/Starting":"growth","Expansion/Growing":"growth","Expansion/Advanced":"advocacy"}},"advocacy":{"reference_bands":["green"],"barred_bands":["red"],"answer_within_days":365,"event_within_days":365,"asked_at_most":3,"asked_within_days":365,"credited_share":1.0},"talent":{"enabled":null,"review_within_days":183,"minimum_people":5,"keep_days":1095,"plan_required_in":["1A","1C","2C","3C"]}}');
    refresh materialized view account_spans;
    refresh materialized view account_roots;
    refresh materialized view fx_spans;
    refresh materialized view arr_changes;
    refresh materialized view arr_spans;
    refresh materialized view arr_steps;
    refresh materialized view weeks;
    refresh materialized view account_weeks;
    refresh materialized view closing_bands;
    insert into manifest (entry, value) values
        ('version', cast(gen_random_uuid() as varchar)),
        ('derived_at', cast(now() as varchar));
end
$$;
call loaded();

do $$
begin
    if not exists (select 1 from pg_roles where rolname = 'cs_dashboard_reader') then
        create role cs_dashboard_reader nologin;
    end if;
end
$$;
grant usage on schema mart to cs_dashboard_reader;
grant select on all tables in schema mart to cs_dashboard_reader;
