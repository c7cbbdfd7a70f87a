-- Reads the stored counts by day, those of dirty days from memory.
CREATE OR REPLACE TEMP VIEW step_facts AS
SELECT * FROM lake.kept_steps WHERE started_at NOT IN (SELECT its_day FROM dirty_steps)
UNION ALL BY NAME
SELECT * FROM built_steps;
CREATE OR REPLACE TEMP VIEW check_facts AS
SELECT * FROM lake.kept_checks WHERE reported_at NOT IN (SELECT its_day FROM dirty_checks)
UNION ALL BY NAME
SELECT * FROM built_checks;
