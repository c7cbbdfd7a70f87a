-- Reads steps and checks one by one: what counts by day cannot tell.
CREATE OR REPLACE TEMP VIEW step_facts AS SELECT * FROM single_steps;
CREATE OR REPLACE TEMP VIEW check_facts AS SELECT * FROM single_checks;
