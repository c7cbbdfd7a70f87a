-- Reads the stored facts, those of touched images from memory.
CREATE OR REPLACE TEMP VIEW image_facts AS
SELECT kept.* FROM lake.kept_images AS kept
ANTI JOIN touched ON touched.set_id = kept.set_id AND touched.image_id = kept.image_id
UNION ALL BY NAME
SELECT * FROM built_images;
CREATE OR REPLACE TEMP VIEW verdict_facts AS
SELECT kept.* FROM lake.kept_verdicts AS kept
ANTI JOIN touched ON touched.set_id = kept.set_id AND touched.image_id = kept.image_id
UNION ALL BY NAME
SELECT * FROM built_verdicts;
