-- All days of all sets.
CREATE OR REPLACE TEMP TABLE days_asked AS
SELECT DISTINCT set_id, day_of(reported_at) AS its_day, true AS worked_on FROM image_facts;
CREATE OR REPLACE TEMP TABLE judged_days_asked AS
SELECT DISTINCT set_id, day_of(reviewed_at) AS its_day FROM verdict_facts;
