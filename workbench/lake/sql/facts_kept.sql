-- Reads the stored facts as they are.
CREATE OR REPLACE TEMP VIEW image_facts AS SELECT * FROM lake.kept_images;
CREATE OR REPLACE TEMP VIEW verdict_facts AS SELECT * FROM lake.kept_verdicts;
