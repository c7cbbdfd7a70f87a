-- Images to be labelled: each with the result that holds and the verdict that stands on it, under filters that leave
-- everything in where they are NULL and else name what may be. A person's reasons count with their verdict.
WITH source AS (
    SELECT * FROM image_outcomes
    WHERE NOT simulated AND ($set IS NULL OR list_contains(CAST($set AS VARCHAR[]), set_id))
    QUALIFY row_number() OVER (PARTITION BY set_id, image_id ORDER BY reported_at DESC, version DESC, result_id) = 1
),
verdicts AS (
    SELECT set_id, image_id, result_key, version, review_id, reasons
    FROM judged
    QUALIFY row_number() OVER (
        PARTITION BY set_id, image_id, result_key, version ORDER BY reviewed_at DESC, row_key DESC
    ) = 1
),
tagged AS ( -- in FiftyOne: the newest change of each tag, if it set the tag
    SELECT set_id, image_id, tag
    FROM lake.inspection_tags
    WHERE NOT simulated
    QUALIFY row_number() OVER (PARTITION BY sample_key, tag ORDER BY noted_at DESC, changed_at DESC, row_key) = 1
        AND state = 'set'
),
filtered AS (
    SELECT source.*, verdicts.review_id, verdicts.reasons AS said
    FROM source
    LEFT JOIN verdicts
        ON verdicts.set_id = source.set_id
        AND verdicts.image_id = source.image_id
        AND verdicts.result_key = source.result_key
        AND verdicts.version = source.version
    WHERE ($category IS NULL OR list_contains(CAST($category AS VARCHAR[]), source.category))
        AND ($brand IS NULL OR list_contains(CAST($brand AS VARCHAR[]), source.brand))
        AND ($lane IS NULL OR list_contains(CAST($lane AS VARCHAR[]), source.lane))
        AND ($state IS NULL OR list_contains(CAST($state AS VARCHAR[]), source.state))
        AND ($engine IS NULL OR list_contains(CAST($engine AS VARCHAR[]), source.engine))
        AND ($spec IS NULL OR list_contains(CAST($spec AS VARCHAR[]), source.spec_name))
        AND ($verdict IS NULL OR list_contains(CAST($verdict AS VARCHAR[]), source.verdict))
        AND ($reason IS NULL OR list_has_any(CAST($reason AS VARCHAR[]), coalesce(verdicts.reasons, [])))
        AND ($tag IS NULL OR (source.set_id, source.image_id) IN (
            SELECT (set_id, image_id) FROM tagged WHERE list_contains(CAST($tag AS VARCHAR[]), tag)
        ))
        AND ($failed IS NULL OR list_has_any(
            CAST($failed AS VARCHAR[]), list_transform(list_filter(source.checks, lambda c: c.passed = false), lambda c: c."check")
        ))
),
final AS (
    SELECT
        set_id, image_id, sku, category, path, relative_path, outcome, photo_hash, result_id, result_key, version, engine,
        spec_name, artefacts, geometry, attributes, review_id, state, risk, verdict
    FROM filtered
)
SELECT * FROM final ORDER BY sku, image_id, set_id;
