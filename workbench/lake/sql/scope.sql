-- The stored rows that views.sql and facts.sql read: all of them, or (`of`) those of some images.
CREATE OR REPLACE TEMP VIEW stored_photos AS SELECT * FROM lake.images AS stored {of};
CREATE OR REPLACE TEMP VIEW stored_results AS SELECT * FROM lake.results AS stored {of};
CREATE OR REPLACE TEMP VIEW stored_run_results AS SELECT * FROM lake.run_results AS stored {of};
CREATE OR REPLACE TEMP VIEW stored_reviews AS SELECT * FROM lake.reviews AS stored {of};
CREATE OR REPLACE TEMP VIEW stored_events AS SELECT * FROM lake.step_events AS stored {of};
