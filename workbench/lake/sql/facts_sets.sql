SELECT DISTINCT set_id FROM lake.run_results UNION SELECT DISTINCT set_id FROM lake.reviews ORDER BY set_id;
