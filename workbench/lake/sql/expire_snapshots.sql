SELECT snapshot_id FROM ducklake_expire_snapshots('lake', older_than => now() - INTERVAL ({keep_days} * 24) HOUR);
