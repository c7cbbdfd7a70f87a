-- Reads the stored counts of results by day, those of days that were made anew from memory.
CREATE OR REPLACE TEMP VIEW day_facts AS
SELECT kept.* FROM lake.kept_image_days AS kept
ANTI JOIN days_asked AS asked ON asked.set_id = kept.set_id AND asked.its_day = kept.reported_at
UNION ALL BY NAME
SELECT * FROM built_image_days;
CREATE OR REPLACE TEMP VIEW work_facts AS
SELECT kept.* FROM lake.kept_work_days AS kept
ANTI JOIN (SELECT * FROM days_asked WHERE worked_on) AS asked
    ON asked.set_id = kept.set_id AND asked.its_day = kept.reported_at
UNION ALL BY NAME
SELECT * FROM built_work_days;
CREATE OR REPLACE TEMP VIEW judged_facts AS
SELECT kept.* FROM lake.kept_verdict_days AS kept
ANTI JOIN judged_days_asked AS asked ON asked.set_id = kept.set_id AND asked.its_day = kept.reviewed_at
UNION ALL BY NAME
SELECT * FROM built_verdict_days;
CREATE OR REPLACE TEMP MACRO days_are_kept() AS true;
