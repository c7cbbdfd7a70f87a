-- What the folded filters offer, by the name of the filter: what images that a run reported have.
WITH source AS (
    SELECT DISTINCT brand, channel, campaign_tier, engine, spec_name, policy_name, policy_version
    FROM (
        SELECT * FROM day_facts WHERE days_are_kept() AND attributes > 0 -- by brand, or by the other attributes
        UNION ALL BY NAME
        SELECT * FROM single_days WHERE NOT days_are_kept()
    )
    WHERE ($set_id IS NULL OR set_id = $set_id)
        AND coalesce(CAST($include_simulated AS BOOLEAN), false) = simulated
),
final AS (
    SELECT 'brand' AS name, brand AS choice FROM source
    UNION SELECT 'channel', channel FROM source
    UNION SELECT 'tier', campaign_tier FROM source
    UNION SELECT 'engine', engine FROM source
    UNION SELECT 'spec', spec_name FROM source
    UNION SELECT 'policy', concat(policy_name, '@', policy_version) FROM source WHERE policy_name IS NOT NULL
)
SELECT name, choice FROM final WHERE choice IS NOT NULL ORDER BY name, choice;
