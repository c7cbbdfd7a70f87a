-- Puts the counts of the days that were made anew in the place of the stored ones.
DELETE FROM lake.kept_image_days AS kept USING days_asked AS asked
WHERE kept.set_id = asked.set_id AND kept.reported_at = asked.its_day;
DELETE FROM lake.kept_work_days AS kept USING days_asked AS asked
WHERE asked.worked_on AND kept.set_id = asked.set_id AND kept.reported_at = asked.its_day;
DELETE FROM lake.kept_verdict_days AS kept USING judged_days_asked AS asked
WHERE kept.set_id = asked.set_id AND kept.reviewed_at = asked.its_day;
INSERT INTO lake.kept_image_days BY NAME SELECT * FROM built_image_days ORDER BY attributes, reported_at;
INSERT INTO lake.kept_work_days BY NAME SELECT * FROM built_work_days ORDER BY reported_at;
INSERT INTO lake.kept_verdict_days BY NAME SELECT * FROM built_verdict_days ORDER BY attributes, reviewed_at;
