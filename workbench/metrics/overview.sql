-- title: Overview
-- unit: images
-- better: none
-- grain: one row
-- columns:
--   images: images processed
--   done: with a delivered result
--   refused: photos that cannot be processed
--   failed: images on which a step failed
--   reused: images for which nothing had to be computed
--   approved_seen: approved by a person
--   published_unseen: published without a person having looked
--   needs_person: images waiting for a person: queued, claimed, or sent back for rework
--   audit_sample: images drawn for the audit
--   images_per_hour: images per hour in which at least one photo was being worked on, as throughput_per_hour counts them
--   core_seconds_per_image: mean processor time of a computed image
--   peak_memory_bytes: most memory any of them took
--   first_at: when the first of them was reported
--   last_at: when the last was
-- doc: What was processed and where it stands. Of several results of an image the newest under the filters counts.
--   All NULL while there is no data.
WITH source AS (
    SELECT * FROM counted_days($filters, false)
),
busy AS (
    SELECT CAST(sum(images) AS BIGINT) AS computed, sum(busy_seconds) / 3600.0 AS busy_hours
    FROM counted_hours($filters)
),
counted AS (
    SELECT
        CAST(sum(n) AS BIGINT) AS images,
        CAST(coalesce(sum(n) FILTER (outcome = 'done'), 0) AS BIGINT) AS done,
        CAST(coalesce(sum(n) FILTER (outcome = 'refused'), 0) AS BIGINT) AS refused,
        CAST(coalesce(sum(n) FILTER (outcome = 'failed'), 0) AS BIGINT) AS failed,
        CAST(coalesce(sum(n) FILTER (reused), 0) AS BIGINT) AS reused,
        CAST(coalesce(sum(n) FILTER (state = 'approved'), 0) AS BIGINT) AS approved_seen,
        CAST(coalesce(sum(n) FILTER (state = 'published'), 0) AS BIGINT) AS published_unseen,
        CAST(coalesce(sum(n) FILTER (state IN ('queued', 'claimed', 'rework')), 0) AS BIGINT) AS needs_person,
        CAST(coalesce(sum(n) FILTER (audit_sample), 0) AS BIGINT) AS audit_sample,
        sum(core_seconds) FILTER (NOT reused) / nullif(sum(timed) FILTER (NOT reused), 0) AS core_seconds_per_image,
        max(peak_memory_bytes) AS peak_memory_bytes,
        min(first_at) AS first_at,
        max(last_at) AS last_at
    FROM source
),
final AS (
    SELECT
        nullif(images, 0) AS images,
        CASE WHEN images > 0 THEN done END AS done,
        CASE WHEN images > 0 THEN refused END AS refused,
        CASE WHEN images > 0 THEN failed END AS failed,
        CASE WHEN images > 0 THEN reused END AS reused,
        CASE WHEN images > 0 THEN approved_seen END AS approved_seen,
        CASE WHEN images > 0 THEN published_unseen END AS published_unseen,
        CASE WHEN images > 0 THEN needs_person END AS needs_person,
        CASE WHEN images > 0 THEN audit_sample END AS audit_sample,
        computed / nullif(busy_hours, 0) AS images_per_hour,
        core_seconds_per_image,
        peak_memory_bytes,
        first_at,
        last_at
    FROM counted CROSS JOIN busy
)
SELECT * FROM final;
