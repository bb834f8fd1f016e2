-- The company's calendar, one row per grain and period; derived from the settings where empty.
create table fiscal_periods (
    grain varchar not null, -- [key] [one of month, quarter, year] Length.
    period_start_on date not null, -- [key] First day.
    period_end_on date not null, -- First day after (exclusive).
    label varchar not null -- Name, such as FY26 Q1.
);
