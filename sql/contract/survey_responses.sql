-- Survey invitations and their answers, one row per person asked and time asked.
create table survey_responses (
    response_id varchar not null, -- [key] The company's id for the invitation.
    account_id varchar not null, -- [ref accounts] Account.
    respondent_id varchar, -- The company's id for the person asked.
    survey varchar not null, -- [one of nps, csat] Which question: would recommend (0 to 10) or satisfaction (1 to 5).
    persona varchar, -- [one of decision_maker, end_user, admin] Who was asked.
    sent_on date, -- Day of the invitation.
    responded_on date, -- Day of the answer; empty while there is none.
    score integer, -- [0 to 10] The answer.
    comment varchar, -- The answer in words.
    followed_up_on date -- Day somebody came back to the respondent.
);
