-- Stores the facts of one set's images; those of images with one row apart, so that a query can pass the others over.
INSERT INTO lake.kept_images BY NAME SELECT * FROM made_images ORDER BY alone, mixed, reported_at;
INSERT INTO lake.kept_verdicts BY NAME SELECT * FROM made_verdicts ORDER BY alone, reviewed_at;
