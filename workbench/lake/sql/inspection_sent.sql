-- Images that carry a tag in FiftyOne and are asked about in a labeling project on the server: what was really sent.
WITH tagged AS (
    SELECT sample_key, result_id
    FROM lake.inspection_tags
    WHERE NOT simulated AND tag = $tag
    QUALIFY row_number() OVER (PARTITION BY sample_key, tag ORDER BY noted_at DESC, changed_at DESC, row_key) = 1
        AND state = 'set'
),
gone AS (
    SELECT server_id FROM lake.label_tombstones WHERE project_key = $project_key AND kind = 'task'
),
asked AS (
    SELECT unnest(list_transform(items, lambda one: one.image_hash)) AS photo_hash
    FROM lake.label_tasks
    WHERE project_key = $project_key AND task_id NOT IN (SELECT server_id FROM gone)
),
final AS (
    SELECT DISTINCT tagged.sample_key
    FROM tagged
    INNER JOIN lake.results AS results ON results.result_id = tagged.result_id
    INNER JOIN asked ON asked.photo_hash = results.photo_hash
)
SELECT * FROM final ORDER BY sample_key;
