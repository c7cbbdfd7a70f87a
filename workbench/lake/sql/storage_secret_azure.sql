CREATE SECRET lake_storage (TYPE azure, PROVIDER credential_chain);
