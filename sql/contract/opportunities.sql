-- Expansion sales, one row per opportunity.
create table opportunities (
    opportunity_id varchar not null, -- [key] The company's id for the opportunity.
    account_id varchar, -- [ref accounts] Account; may be unknown.
    csm_id varchar, -- [ref team_members] CSM who sourced or owns it.
    kind varchar not null, -- [one of upsell, cross_sell] More of the same, or another product.
    product_id varchar, -- [ref products] Product.
    amount decimal(18, 2), -- [money] ARR it would add; may be unknown.
    currency varchar, -- ISO 4217 code; empty is the account's.
    stage varchar not null, -- Sales stage in the company's words.
    probability double, -- [share] Probability of winning; where empty the stage's weight is used.
    forecast_category varchar not null, -- Forecast category: pipeline, best_case, commit, closed, omitted; any other is shown as unmapped.
    source varchar, -- [one of csm, sales, marketing] Who found it.
    created_on date, -- Day it was opened.
    expected_close_on date, -- Day it is expected to close; may be unknown.
    closed_on date, -- Day it was closed; empty is open.
    won boolean -- Whether it was won; empty is open.
);
