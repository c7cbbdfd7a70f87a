SELECT path FROM ducklake_delete_orphaned_files('lake', older_than => now() - INTERVAL ({grace_days} * 24) HOUR);
