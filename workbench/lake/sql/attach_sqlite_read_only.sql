ATTACH {target} AS lake (
    DATA_PATH {data_path},
    OVERRIDE_DATA_PATH {override},
    READ_ONLY,
    META_JOURNAL_MODE 'WAL',
    META_BUSY_TIMEOUT {busy_ms}
);
