-- Where the photo with this hash was last seen.
WITH source AS (
    SELECT path, reported_at FROM image_outcomes WHERE photo_hash = $photo_hash AND path IS NOT NULL
)
SELECT path FROM source ORDER BY reported_at DESC LIMIT 1;
