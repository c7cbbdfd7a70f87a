-- Stores the counts of one set's days.
CREATE OR REPLACE TEMP TABLE days_asked AS
SELECT DISTINCT set_id, day_of(reported_at) AS its_day, true AS worked_on FROM image_facts WHERE set_id = {set_id};
INSERT INTO lake.kept_image_days BY NAME SELECT * FROM made_image_days ORDER BY attributes, reported_at;
INSERT INTO lake.kept_work_days BY NAME SELECT * FROM made_work_days ORDER BY reported_at;
CREATE OR REPLACE TEMP TABLE judged_days_asked AS
SELECT DISTINCT set_id, day_of(reviewed_at) AS its_day FROM verdict_facts WHERE set_id = {set_id};
INSERT INTO lake.kept_verdict_days BY NAME SELECT * FROM made_verdict_days ORDER BY attributes, reviewed_at;
