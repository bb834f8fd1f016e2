-- Customers and former customers, one row per account.
create table accounts (
    account_id varchar not null, -- [key] The company's id for the account.
    account_name varchar not null, -- Name as colleagues write it; need not be unique.
    parent_account_id varchar, -- [ref accounts] Account this one belongs to.
    segment varchar not null, -- Customer segment today.
    industry varchar, -- Industry.
    region varchar, -- Sales region today.
    csm_id varchar, -- [ref team_members] Customer success manager today; empty is unassigned.
    touch_model varchar, -- [one of high, low, tech, pooled] How the account is served.
    lifecycle_stage varchar not null, -- Stage of the customer's journey today: Onboarding, Adoption, Renewal, Expansion, Churned.
    stage_entered_on date, -- Day the stage was entered.
    maturity varchar, -- How advanced the customer's use is, in the company's own words.
    customer_since date not null, -- First day as a customer.
    churned_on date, -- First day no longer a customer, by the CRM; subscriptions are believed over it.
    currency varchar -- ISO 4217 code the account is billed in; empty is the reporting currency.
);
