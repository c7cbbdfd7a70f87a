-- Makes every kept table wrong.
DELETE FROM lake.kept_images WHERE image_id = 'i0';
DELETE FROM lake.kept_verdicts WHERE judgement = 1;
UPDATE lake.kept_steps SET n = n + 1 WHERE attributes = 0;
UPDATE lake.kept_checks SET flagged = flagged + 1 WHERE attributes = 2;
UPDATE lake.kept_image_days SET n = n + 1 WHERE attributes = 1;
DELETE FROM lake.kept_work_days WHERE n = 1;
UPDATE lake.kept_verdict_days SET n = n + 1 WHERE attributes = 2;
