SELECT database_name FROM duckdb_databases() WHERE database_name = 'lake';
