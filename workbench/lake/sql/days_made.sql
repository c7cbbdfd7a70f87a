-- Makes the counts of dirty days in memory.
CREATE OR REPLACE TEMP TABLE built_steps AS
SELECT * FROM made_steps WHERE started_at IN (SELECT its_day FROM dirty_steps);
CREATE OR REPLACE TEMP TABLE built_checks AS
SELECT * FROM made_checks WHERE reported_at IN (SELECT its_day FROM dirty_checks);
