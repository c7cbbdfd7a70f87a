SELECT files_processed FROM ducklake_merge_adjacent_files('lake');
