-- Puts the counts of dirty days in the place of the stored ones.
DELETE FROM lake.kept_steps WHERE started_at IN (SELECT its_day FROM dirty_steps);
DELETE FROM lake.kept_checks WHERE reported_at IN (SELECT its_day FROM dirty_checks);
INSERT INTO lake.kept_steps BY NAME SELECT * FROM built_steps ORDER BY attributes, started_at;
INSERT INTO lake.kept_checks BY NAME SELECT * FROM built_checks ORDER BY attributes, reported_at;
