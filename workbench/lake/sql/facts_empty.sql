-- Lets go of all that is kept.
DELETE FROM lake.kept_state;
DELETE FROM lake.kept_images;
DELETE FROM lake.kept_verdicts;
DELETE FROM lake.kept_steps;
DELETE FROM lake.kept_checks;
DELETE FROM lake.kept_image_days;
DELETE FROM lake.kept_work_days;
DELETE FROM lake.kept_verdict_days;
