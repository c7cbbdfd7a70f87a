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
--   images_per_hour: computed images per hour in which at least one photo was being worked on
--   core_seconds_per_image: mean processor time of a computed image
--   peak_memory_bytes: most memory any of them took
--   first_at: when the first of them was reported
--   last_at: when the last was
-- doc: What was processed and where it stands. Of several results of an image the newest under the filters counts.
--   All NULL while there is no data.
WITH source AS NOT MATERIALIZED (
    SELECT *
    FROM counted_images($filters)
),
together AS (
    SELECT min(started_at) AS started_at, max(ended_at) AS ended_at, count(*) AS n
    FROM source
    WHERE started_at IS NOT NULL AND NOT reused
    GROUP BY work_of(started_at, very_many((SELECT count(*) FROM source)))
),
reaches AS (
    SELECT
        started_at, ended_at, n,
        max(ended_at) OVER (
            ORDER BY started_at, ended_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reach
    FROM together
),
busy AS (
    SELECT
        CAST(coalesce(sum(n), 0) AS BIGINT) AS computed,
        sum(seconds_between(greatest(started_at, coalesce(reach, started_at)), ended_at))
            FILTER (reach IS NULL OR ended_at > reach) / 3600.0 AS busy_hours
    FROM reaches
),
counted AS (
    SELECT
        count(*) AS images,
        count(*) FILTER (outcome = 'done') AS done,
        count(*) FILTER (outcome = 'refused') AS refused,
        count(*) FILTER (outcome = 'failed') AS failed,
        count(*) FILTER (reused) AS reused,
        count(*) FILTER (state = 'approved') AS approved_seen,
        count(*) FILTER (state = 'published') AS published_unseen,
        count(*) FILTER (state IN ('queued', 'claimed', 'rework')) AS needs_person,
        count(*) FILTER (audit_sample) AS audit_sample,
        avg(core_seconds) FILTER (NOT reused) AS core_seconds_per_image,
        max(peak_memory_bytes) AS peak_memory_bytes,
        min(reported_at) AS first_at,
        max(reported_at) AS last_at
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
