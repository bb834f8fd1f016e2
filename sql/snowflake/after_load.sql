-- Behind every load. Written by `python -m dashboard set-up snowflake --after-load`.
-- Run it as the tables' owner: the derived tables follow, then the app is told.

delete from manifest where entry in ('as_of', 'loaded_at', 'policy');
insert into manifest (entry, value)
select 'as_of', cast(current_date() as varchar)
union all
select 'loaded_at', to_varchar(sysdate(), 'YYYY-MM-DD HH24:MI:SS') || '+00:00'
union all
select 'policy', '{"reporting_currency":"USD","fiscal_year_starts_in":1,"fiscal_pattern":"months","fiscal_week_starts_on":"monday","fiscal_year_ends":"last","health":{"weights":{"deployment":1.0,"engagement":1.0,"adoption":1.0,"roi":1.0,"nps":1.0,"support":1.0,"sentiment":1.0},"outcomes_weight":1.0,"experience_weight":1.0,"stale_after_days":60,"minimum_coverage":0.5,"overall":{"red_below":40.0,"amber_below":70.0},"measures":{"nps":{"red_below":30.0,"amber_below":60.0}}},"scorecards":{"vendor":{"minimum_coverage":0.5,"overall":{"red_below":40.0,"amber_below":70.0},"weights":{"retention":1.0,"expansion":1.0,"advocacy":1.0},"expansion_full_share":0.2,"advocacy_full_events":2},"engagement":{"minimum_coverage":0.5,"overall":{"red_below":40.0,"amber_below":70.0},"weights":{"executive":1.0,"touches":1.0,"survey":1.0},"executive_full_days":30,"executive_none_days":130,"touches_days":90,"touches_full":6,"survey_days":180},"maturity":{"minimum_coverage":0.5,"overall":{"red_below":40.0,"amber_below":70.0},"weights":{"maturity":1.0,"features":1.0,"objectives":1.0},"levels":{"Starting":0.0,"Growing":50.0,"Advanced":100.0},"stale_after_days":60}},"surveys":{"open_days":30,"close_loop_days":7,"minimum_respondents":5,"csat":"top_two","minimum_comments":50,"most_themes":8,"comment_characters":2000},"digital":{"act_within_days":30,"outcome_days":90,"behaviour_days":90,"expansion_days":365,"smallest_difference":0.1},"stage_weights":{"E-mailed decision-maker":0.0,"Discussion":0.2,"Contract sent":0.5,"Verbal commit":0.8,"Closed won":1.0,"Closed lost":0.0},"coverage_bands":{"Enterprise":{"accounts_low":11,"accounts_high":50,"arr_low":2000000,"arr_high":5000000},"Mid-Market":{"accounts_low":100,"accounts_high":250,"arr_low":2000000,"arr_high":5000000},"Small Business":{"accounts_low":100,"accounts_high":250,"arr_low":1000000,"arr_high":2000000}},"capacity":{"weights":{"accounts":0.3,"arr":0.3,"arr_red":0.15,"renewals":0.15,"onboarding":0.1},"renewals_within_days":90,"ramping_capacity":0.5,"light_below":75.0,"heavy_above":125.0},"renewal_watch":{"windows":[120,90,60,30],"red_within_days":90,"model_low_below":0.5,"model_high_from":0.75},"stage_limits":{"Onboarding":90,"Adoption":365,"Renewal":120,"Expansion":180},"success_plans":{"validated_within_days":90,"due_within_days":30},"one_on_one":{"silent_after_days":60},"retention_policy":"Board","retention_policies":{},"risks":{"licence_use_below":0.25,"minimum_peers":5,"executive_months":3,"users_fell_by":0.25,"users_compared_weeks":13,"objectives_well":["on_track","attained"],"nps_answer":"detractor_or_passive","answer_stale_after_days":365,"cases_deviations":2.0,"cases_days":90,"cases_at_least":1,"high_value":"segment_median","high_value_arr":"0","low_health":["red"],"healthy":["green"],"plays":{"Onboarding/Starting":"activation","Onboarding/Growing":"activation","Onboarding/Advanced":"activation","Adoption/Starting":"activation","Adoption/Growing":"growth","Adoption/Advanced":"growth","Renewal/Starting":"activation","Renewal/Growing":"growth","Renewal/Advanced":"advocacy","Expansion/Starting":"growth","Expansion/Growing":"growth","Expansion/Advanced":"advocacy"}},"advocacy":{"reference_bands":["green"],"barred_bands":["red"],"answer_within_days":365,"event_within_days":365,"asked_at_most":3,"asked_within_days":365,"credited_share":1.0},"talent":{"enabled":null,"review_within_days":183,"minimum_people":5,"keep_days":1095,"plan_required_in":["1A","1C","2C","3C"]}}';
alter dynamic table account_spans refresh;
alter dynamic table account_roots refresh;
alter dynamic table fx_spans refresh;
alter dynamic table arr_changes refresh;
alter dynamic table arr_spans refresh;
alter dynamic table arr_steps refresh;
alter dynamic table weeks refresh;
alter dynamic table account_weeks refresh;
alter dynamic table closing_bands refresh;
delete from manifest where entry in ('version', 'derived_at');
insert into manifest (entry, value)
select 'version', uuid_string()
union all
select 'derived_at', to_varchar(sysdate(), 'YYYY-MM-DD HH24:MI:SS') || '+00:00';
