-- What the folded filters offer, by the name of the filter.
WITH photos AS (
    SELECT DISTINCT brand, channel, campaign_tier FROM images_current
    WHERE ($set_id IS NULL OR set_id = $set_id)
        AND coalesce(CAST($include_simulated AS BOOLEAN), false) = simulated
),
results AS (
    SELECT DISTINCT engine, spec_name, policy_name, policy_version FROM lake.results
    WHERE ($set_id IS NULL OR set_id = $set_id)
        AND coalesce(CAST($include_simulated AS BOOLEAN), false) = simulated
),
final AS (
    SELECT 'brand' AS name, brand AS choice FROM photos
    UNION SELECT 'channel', channel FROM photos
    UNION SELECT 'tier', campaign_tier FROM photos
    UNION SELECT 'engine', engine FROM results
    UNION SELECT 'spec', spec_name FROM results
    UNION SELECT 'policy', concat(policy_name, '@', policy_version) FROM results WHERE policy_name IS NOT NULL
)
SELECT name, choice FROM final WHERE choice IS NOT NULL ORDER BY name, choice;
