-- Idempotency keys that stand more than once: a defect wherever this is not empty.
WITH source AS (
    SELECT 'runs' AS table_name, row_key FROM lake.runs
    UNION ALL SELECT 'run_ends', row_key FROM lake.run_ends
    UNION ALL SELECT 'images', row_key FROM lake.images
    UNION ALL SELECT 'results', row_key FROM lake.results
    UNION ALL SELECT 'run_results', row_key FROM lake.run_results
    UNION ALL SELECT 'step_events', row_key FROM lake.step_events
    UNION ALL SELECT 'reviews', row_key FROM lake.reviews
    UNION ALL SELECT 'review_retractions', row_key FROM lake.review_retractions
    UNION ALL SELECT 'policies', row_key FROM lake.policies
    UNION ALL SELECT 'page_results', row_key FROM lake.page_results
    UNION ALL SELECT 'label_tasks', row_key FROM lake.label_tasks
    UNION ALL SELECT 'label_annotations', row_key FROM lake.label_annotations
    UNION ALL SELECT 'label_answers', row_key FROM lake.label_answers
    UNION ALL SELECT 'label_tombstones', row_key FROM lake.label_tombstones
    UNION ALL SELECT 'label_pulls', row_key FROM lake.label_pulls
    UNION ALL SELECT 'label_seed', row_key FROM lake.label_seed
    UNION ALL SELECT 'label_gold', row_key FROM lake.label_gold
    UNION ALL SELECT 'label_plan', row_key FROM lake.label_plan
    UNION ALL SELECT 'label_sides', row_key FROM lake.label_sides
    UNION ALL SELECT 'label_masks', row_key FROM lake.label_masks
    UNION ALL SELECT 'label_reviews', row_key FROM lake.label_reviews
    UNION ALL SELECT 'label_consensus', row_key FROM lake.label_consensus
    UNION ALL SELECT 'label_picks', row_key FROM lake.label_picks
    UNION ALL SELECT 'inspection_tags', row_key FROM lake.inspection_tags
),
final AS (
    SELECT table_name, row_key, count(*) AS copies FROM source GROUP BY ALL HAVING count(*) > 1
)
SELECT * FROM final ORDER BY table_name, row_key;
