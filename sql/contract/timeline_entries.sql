-- Touches with customers, one row per touch.
create table timeline_entries (
    entry_id varchar not null, -- [key] The company's id for the entry.
    account_id varchar not null, -- [ref accounts] Account.
    member_id varchar, -- [ref team_members] Who wrote it.
    kind varchar not null, -- [one of ebr, call, email, meeting, note] Kind of touch; ebr is an executive business review.
    persona varchar, -- [one of decision_maker, end_user, admin] Whom it was with.
    executive boolean, -- Whether an executive of the customer took part.
    happened_at timestamp not null, -- Moment, UTC.
    note varchar, -- What was said.
    url varchar -- Where the original lies.
);
