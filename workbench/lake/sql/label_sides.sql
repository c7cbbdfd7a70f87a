-- What stands on which side of blind pairs: results with the engine, version and spec that made them.
WITH source AS (
    SELECT * FROM lake.label_sides
),
results AS (
    SELECT result_id, engine, version, spec_name, photo_hash FROM lake.results
    WHERE result_id IN (SELECT left_result_id FROM source UNION ALL SELECT right_result_id FROM source)
),
final AS (
    SELECT
        source.item_key, source.set_id, source.image_id, on_left.photo_hash,
        source.left_result_id, on_left.engine AS left_engine, on_left.version AS left_version, on_left.spec_name AS left_spec,
        source.right_result_id, on_right.engine AS right_engine, on_right.version AS right_version,
        on_right.spec_name AS right_spec
    FROM source
    LEFT JOIN results AS on_left ON on_left.result_id = source.left_result_id
    LEFT JOIN results AS on_right ON on_right.result_id = source.right_result_id
)
SELECT * FROM final ORDER BY item_key;
