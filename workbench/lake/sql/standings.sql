-- What people have made of a set's images, by result: the newest version and the verdict that stands on it. One row for
-- each version above 1, and one for a version 1 that was judged; of each result the newest version comes first.
WITH versions AS (
    SELECT * FROM lake.results WHERE set_id = $set_id AND version > 1 AND outcome = 'done'
    QUALIFY row_number() OVER (PARTITION BY image_id, result_key, version ORDER BY recorded_at DESC, result_id) = 1
),
verdicts AS (
    SELECT image_id, result_key, version, verdict
    FROM judged
    WHERE set_id = $set_id AND result_key IS NOT NULL
    QUALIFY row_number() OVER (
        PARTITION BY image_id, result_key, version ORDER BY reviewed_at DESC, row_key DESC
    ) = 1
),
final AS (
    SELECT
        coalesce(versions.image_id, verdicts.image_id) AS image_id,
        coalesce(versions.result_key, verdicts.result_key) AS result_key,
        coalesce(versions.version, verdicts.version) AS version,
        verdicts.verdict,
        versions.* EXCLUDE (image_id, result_key, version)
    FROM versions
    FULL JOIN verdicts
        ON verdicts.image_id = versions.image_id
        AND verdicts.result_key = versions.result_key
        AND verdicts.version = versions.version
)
SELECT * FROM final ORDER BY image_id, result_key, version DESC;
