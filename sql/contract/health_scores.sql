-- Weekly health measurements, one row per account, day and measure.
create table health_scores (
    account_id varchar not null, -- [key] [ref accounts] Account.
    measured_on date not null, -- [key] Day of the measurement.
    measure varchar not null, -- [key] [one of deployment, engagement, adoption, roi, nps, support, sentiment] What was measured.
    score double not null -- [0 to 100] Score; 100 is best.
);
