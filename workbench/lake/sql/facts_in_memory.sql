-- Makes the facts of a small lake in memory.
CREATE OR REPLACE TEMP TABLE built_images AS SELECT * FROM made_images;
CREATE OR REPLACE TEMP TABLE built_verdicts AS SELECT * FROM made_verdicts;
CREATE OR REPLACE TEMP VIEW image_facts AS SELECT * FROM built_images;
CREATE OR REPLACE TEMP VIEW verdict_facts AS SELECT * FROM built_verdicts;
