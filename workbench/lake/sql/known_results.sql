-- The best computation stored for each wanted result key; a person's correction belongs to one image alone.
WITH source AS (
    SELECT * FROM lake.results WHERE result_key IN (SELECT key FROM wanted) AND version = 1
),
final AS (
    SELECT
        result_key, photo_hash, spec_hash, outcome, made_at, failure_kind, failure_reason, failure_step, engine,
        width_px, height_px, peak_memory_bytes, geometry, attributes, checks, artefacts
    FROM source
    QUALIFY row_number() OVER (
        PARTITION BY result_key
        ORDER BY CASE outcome WHEN 'done' THEN 0 WHEN 'refused' THEN 1 ELSE 2 END, made_at DESC, row_key
    ) = 1
)
SELECT * FROM final;
