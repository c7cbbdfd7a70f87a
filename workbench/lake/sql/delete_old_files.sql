SELECT path FROM ducklake_cleanup_old_files('lake', older_than => now() - INTERVAL ({grace_days} * 24) HOUR);
