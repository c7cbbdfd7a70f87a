-- Stores the counts of one set's days.
INSERT INTO lake.kept_steps BY NAME SELECT * FROM made_steps ORDER BY attributes, started_at;
INSERT INTO lake.kept_checks BY NAME SELECT * FROM made_checks ORDER BY attributes, reported_at;
