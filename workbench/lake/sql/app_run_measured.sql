-- What an image cost under a spec, as this workspace measured it: core-seconds and bytes by megapixel, with quartiles.
-- The spec's own text first; `same_text` says whether all of it was measured with exactly that text.
WITH source AS (
    SELECT
        spec_hash, core_seconds, CAST(width_px AS DOUBLE) * height_px / 1e6 AS megapixels,
        list_sum(list_transform(artefacts, lambda a: a.size_bytes)) AS bytes
    FROM lake.results
    WHERE outcome = 'done' AND version = 1 AND spec_name = $spec_name AND NOT simulated
),
measured AS MATERIALIZED (
    SELECT * FROM source WHERE core_seconds > 0 AND megapixels > 0
),
filtered AS (
    SELECT *, spec_hash = $spec_hash AS same_text
    FROM measured
    WHERE spec_hash = $spec_hash OR (SELECT count(*) FROM measured WHERE spec_hash = $spec_hash) < 10
),
final AS (
    SELECT
        count(*) AS images,
        bool_and(same_text) AS same_text,
        sum(core_seconds) / sum(megapixels) AS core_seconds_per_mp,
        quantile_cont(core_seconds / megapixels, 0.25) AS core_seconds_per_mp_low,
        quantile_cont(core_seconds / megapixels, 0.75) AS core_seconds_per_mp_high,
        sum(megapixels) / count(*) AS megapixels_per_image,
        sum(bytes) / sum(megapixels) AS bytes_per_mp,
        quantile_cont(bytes / megapixels, 0.25) AS bytes_per_mp_low,
        quantile_cont(bytes / megapixels, 0.75) AS bytes_per_mp_high
    FROM filtered
)
SELECT * FROM final;
