-- Holds the steps and checks of a small lake in memory, one by one.
CREATE OR REPLACE TEMP TABLE built_steps AS SELECT * FROM single_steps;
CREATE OR REPLACE TEMP TABLE built_checks AS SELECT * FROM single_checks;
CREATE OR REPLACE TEMP VIEW step_facts AS SELECT * FROM built_steps;
CREATE OR REPLACE TEMP VIEW check_facts AS SELECT * FROM built_checks;
