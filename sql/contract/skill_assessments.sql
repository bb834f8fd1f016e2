-- Skills expected and seen, one row per person, cycle and skill. Personal data.
create table skill_assessments (
    member_id varchar not null, -- [key] [ref team_members] Person.
    cycle varchar not null, -- [key] Review cycle.
    skill varchar not null, -- [key] Skill.
    expected_level integer, -- [at least 0] Level the job expects.
    assessed_level integer -- [at least 0] Level seen.
);
