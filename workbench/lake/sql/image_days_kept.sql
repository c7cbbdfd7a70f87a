-- Reads the stored counts of results by day.
CREATE OR REPLACE TEMP VIEW day_facts AS SELECT * FROM lake.kept_image_days;
CREATE OR REPLACE TEMP VIEW work_facts AS SELECT * FROM lake.kept_work_days;
CREATE OR REPLACE TEMP VIEW judged_facts AS SELECT * FROM lake.kept_verdict_days;
CREATE OR REPLACE TEMP MACRO days_are_kept() AS true;
