-- Review cycles in which a visible person was rated, one row per cycle, the latest first.
-- Params: as_of date.
-- Uses: visible_people.
-- Rests on: talent_reviews.
select
    talent_reviews.cycle,
    count(distinct talent_reviews.member_id) as people,
    max(talent_reviews.reviewed_on) as last_reviewed_on
from talent_reviews
inner join visible_people
    on talent_reviews.member_id = visible_people.member_id
where talent_reviews.reviewed_on is null or talent_reviews.reviewed_on <= :as_of
group by talent_reviews.cycle
order by talent_reviews.cycle desc nulls last
