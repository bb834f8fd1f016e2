-- Reasons an account may leave, one row per risk.
create table risks (
    risk_id varchar not null, -- [key] The company's id for the risk.
    account_id varchar not null, -- [ref accounts] Account.
    category varchar not null, -- Deployment, Engagement, Adoption, ROI, Overall, Support, Sentiment or External.
    source varchar not null, -- [one of auto, manual] Opened by a rule or by hand.
    severity varchar, -- Severity in the company's words.
    owner_id varchar, -- [ref team_members] Who acts on it.
    opened_on date not null, -- Day it was opened.
    escalated_on date, -- Day it was escalated.
    resolved_on date, -- Day it was resolved; empty is open.
    note varchar -- What is known.
);
