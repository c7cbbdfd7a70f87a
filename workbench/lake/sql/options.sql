CALL lake.set_option('parquet_compression', 'zstd');
