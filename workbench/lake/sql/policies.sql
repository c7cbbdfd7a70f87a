-- Published policies, newest first, with the runs that used them.
WITH source AS (
    SELECT * FROM lake.policies
    WHERE ($policy_name IS NULL OR policy_name = $policy_name)
        AND ($policy_version IS NULL OR policy_version = $policy_version)
),
used AS (
    SELECT policy_name, policy_version, policy_hash, count(*) AS runs, max(started_at) AS last_run_at
    FROM lake.runs
    GROUP BY policy_name, policy_version, policy_hash
),
final AS (
    SELECT
        source.policy_name, source.policy_version, source.policy_hash, source.policy_text, source.author, source.reason,
        source.promise, source.published_at, source.simulated, coalesce(used.runs, 0) AS runs, used.last_run_at
    FROM source
    LEFT JOIN used
        ON used.policy_name = source.policy_name AND used.policy_version = source.policy_version
        AND used.policy_hash = source.policy_hash
)
SELECT * FROM final ORDER BY published_at DESC, policy_name, policy_version DESC;
