-- The sets whose facts are stored.
SELECT DISTINCT set_id FROM lake.kept_images ORDER BY set_id;
