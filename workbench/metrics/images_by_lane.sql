-- title: Images by lane
-- unit: images
-- better: none
-- grain: one row per lane that has images, from least to most of a person's time
-- columns:
--   lane: auto, check, manual or senior
--   images: images whose newest result is in that lane
-- doc: Where routing sent the images. Of several results of an image (other runs, other policies, corrected versions)
--   the newest under the filters counts. Refused and failed photos have no lane and are not here.
WITH source AS (
    SELECT lane, n
    FROM counted_days($filters, false)
),
filtered AS (
    SELECT * FROM source WHERE lane IS NOT NULL
),
final AS (
    SELECT lane, CAST(sum(n) AS BIGINT) AS images FROM filtered GROUP BY lane
)
SELECT * FROM final ORDER BY list_position(['auto', 'check', 'manual', 'senior'], lane);
