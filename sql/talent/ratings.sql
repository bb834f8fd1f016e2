-- Ratings of visible people as they were loaded, one row per person, cycle and reviewer.
-- Params: as_of date.
-- Uses: visible_people.
-- Rests on: talent_reviews.
select
    talent_reviews.member_id,
    visible_people.name,
    talent_reviews.cycle,
    talent_reviews.reviewer_id,
    reviewers.name as reviewer_name,
    talent_reviews.performance,
    talent_reviews.promotability,
    talent_reviews.calibrated_performance,
    talent_reviews.calibrated_promotability,
    talent_reviews.action_plan,
    talent_reviews.reviewed_on
from talent_reviews
inner join visible_people
    on talent_reviews.member_id = visible_people.member_id
left join team_members as reviewers
    on talent_reviews.reviewer_id = reviewers.member_id
where talent_reviews.reviewed_on is null or talent_reviews.reviewed_on <= :as_of
order by
    talent_reviews.cycle desc nulls last,
    visible_people.name,
    talent_reviews.member_id,
    talent_reviews.reviewer_id
