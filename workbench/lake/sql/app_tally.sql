-- A person's verdicts since a time that stand, and the newest of them.
WITH source AS (
    SELECT set_id, image_id, review_id, verdict, active_seconds, reviewed_at
    FROM judged
    WHERE reviewer = $person_id
        AND reviewed_at >= CAST($since AS TIMESTAMPTZ)
        AND (coalesce(CAST($include_simulated AS BOOLEAN), false) OR NOT simulated)
),
final AS (
    SELECT
        count(DISTINCT (set_id, image_id)) AS images,
        count(*) FILTER (verdict = 'approved') AS approved,
        count(*) FILTER (verdict = 'rework') AS rework,
        count(*) FILTER (verdict = 'rejected') AS rejected,
        median(active_seconds) AS median_active_seconds,
        sum(active_seconds) AS active_seconds,
        max_by(review_id, reviewed_at) AS last_review_id
    FROM source
)
SELECT * FROM final;
