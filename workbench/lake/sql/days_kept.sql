-- Reads the stored counts by day.
CREATE OR REPLACE TEMP VIEW step_facts AS SELECT * FROM lake.kept_steps;
CREATE OR REPLACE TEMP VIEW check_facts AS SELECT * FROM lake.kept_checks;
