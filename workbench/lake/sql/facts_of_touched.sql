-- Makes the facts of touched images in memory.
CREATE OR REPLACE TEMP TABLE built_images AS SELECT * FROM made_images;
CREATE OR REPLACE TEMP TABLE built_verdicts AS SELECT * FROM made_verdicts;
