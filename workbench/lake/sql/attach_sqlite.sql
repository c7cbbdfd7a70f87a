ATTACH {target} AS lake (
    DATA_PATH {data_path},
    OVERRIDE_DATA_PATH {override},
    CREATE_IF_NOT_EXISTS {create},
    DATA_INLINING_ROW_LIMIT {inline_rows},
    META_JOURNAL_MODE 'WAL',
    META_BUSY_TIMEOUT {busy_ms}
);
