SELECT max(version) AS version FROM lake.schema_version;
