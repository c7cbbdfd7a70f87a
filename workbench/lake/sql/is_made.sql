SELECT table_name FROM duckdb_tables() WHERE database_name = 'lake' AND table_name = 'schema_version';
