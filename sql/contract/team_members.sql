-- Everyone who works with customers or reads about them, one row per person.
create table team_members (
    member_id varchar not null, -- [key] The company's id for the person.
    name varchar not null, -- Name as colleagues write it.
    email varchar not null, -- Work address; sign-in finds the person by it, whatever its case.
    role varchar not null, -- [one of executive, cs_manager, csm, finance, people] What the person may open.
    job_track varchar, -- [one of ic, manager] Career track.
    job_level integer, -- [1 to 8] Level on the track: CSM 1 to 6, manager 1 to 8.
    level_since_on date, -- Day the person reached the level.
    manager_id varchar, -- [ref team_members] Whom the person reports to.
    segment_focus varchar, -- Customer segment the person mainly serves.
    touch_model varchar, -- [one of high, low, tech, pooled] How the person serves customers.
    hired_on date, -- First day of work.
    ramped_on date, -- Day from which a full book is expected.
    left_on date -- First day no longer employed; from then on nothing may be opened.
);
