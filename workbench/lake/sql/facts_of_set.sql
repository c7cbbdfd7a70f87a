-- Stores the facts of one set's images.
INSERT INTO lake.kept_images BY NAME SELECT * FROM made_images ORDER BY reported_at;
INSERT INTO lake.kept_verdicts BY NAME SELECT * FROM made_verdicts ORDER BY reviewed_at;
