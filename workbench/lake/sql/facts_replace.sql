-- Puts the facts of touched images in the place of the stored ones.
DELETE FROM lake.kept_images AS kept USING touched
WHERE kept.set_id = touched.set_id AND kept.image_id = touched.image_id;
DELETE FROM lake.kept_verdicts AS kept USING touched
WHERE kept.set_id = touched.set_id AND kept.image_id = touched.image_id;
INSERT INTO lake.kept_images BY NAME SELECT * FROM built_images ORDER BY reported_at;
INSERT INTO lake.kept_verdicts BY NAME SELECT * FROM built_verdicts ORDER BY reviewed_at;
