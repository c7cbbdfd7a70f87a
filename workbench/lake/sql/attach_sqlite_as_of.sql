ATTACH {target} AS lake (
    DATA_PATH {data_path},
    OVERRIDE_DATA_PATH {override},
    CREATE_IF_NOT_EXISTS false,
    SNAPSHOT_VERSION {snapshot},
    META_JOURNAL_MODE 'WAL',
    META_BUSY_TIMEOUT {busy_ms}
);
