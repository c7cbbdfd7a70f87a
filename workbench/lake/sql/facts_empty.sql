-- Lets go of all stored facts.
DELETE FROM lake.kept_state;
DELETE FROM lake.kept_images;
DELETE FROM lake.kept_verdicts;
