-- Ratings of team members, one row per person, cycle and reviewer. Personal data.
create table talent_reviews (
    member_id varchar not null, -- [key] [ref team_members] Person rated.
    cycle varchar not null, -- [key] Review cycle, named so that names sort in time, such as 2026-H1.
    reviewer_id varchar not null, -- [key] [ref team_members] Person who rated.
    performance varchar not null, -- [one of meets_some, meets_all, exceeds] Performance against the level's expected skills.
    promotability varchar not null, -- [one of low, medium, high] Readiness for the next level.
    calibrated_performance varchar, -- [one of meets_some, meets_all, exceeds] Performance after calibration.
    calibrated_promotability varchar, -- [one of low, medium, high] Promotability after calibration.
    action_plan varchar, -- What follows from the rating.
    reviewed_on date -- Day of the rating.
);
