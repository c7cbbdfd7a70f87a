CREATE SECRET lake_storage (TYPE s3, PROVIDER credential_chain);
