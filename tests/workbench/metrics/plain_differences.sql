-- Rows that counted.sql and plain.sql do not both give, by what is counted.
WITH told AS (
    SELECT 'images' AS what, to_json((result_id, run_id, state, first_verdict, first_edited)) AS told, 1 AS n
    FROM counted_images($filters)
    UNION ALL SELECT 'images', to_json((result_id, run_id, state, first_verdict, first_edited)), -1
    FROM plain_images($filters)
    UNION ALL SELECT 'cohort', to_json((result_id, run_id, state, ready_at)), 1 FROM counted_cohort($filters)
    UNION ALL SELECT 'cohort', to_json((result_id, run_id, state, ready_at)), -1 FROM plain_cohort($filters)
    UNION ALL SELECT 'work', to_json((result_id, run_id, started_at, ended_at)), 1 FROM counted_work($filters)
    UNION ALL SELECT 'work', to_json((result_id, run_id, started_at, ended_at)), -1 FROM plain_work($filters)
    UNION ALL SELECT 'untouched', to_json((result_id, run_id, audit_failed, complained)), 1
    FROM counted_untouched($filters)
    UNION ALL SELECT 'untouched', to_json((result_id, run_id, audit_failed, complained)), -1
    FROM plain_audits($filters, false)
    UNION ALL SELECT 'audits', to_json((result_id, run_id, audit_failed, complained)), 1 FROM counted_audits($filters)
    UNION ALL SELECT 'audits', to_json((result_id, run_id, audit_failed, complained)), -1
    FROM plain_audits($filters, true)
    UNION ALL SELECT 'verdicts', to_json((review_id, judgement, lane, active_seconds)), 1
    FROM counted_verdicts($filters)
    UNION ALL SELECT 'verdicts', to_json((review_id, judgement, lane, active_seconds)), -1 FROM plain_verdicts($filters)
),
final AS (
    SELECT what, told, sum(n) AS n FROM told GROUP BY what, told HAVING sum(n) <> 0
)
SELECT what, told, n FROM final ORDER BY what, told;
