SELECT version FROM lake.schema_version;
