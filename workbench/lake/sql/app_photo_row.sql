-- One photo as it was last seen, with all its columns.
WITH source AS (
    SELECT * FROM images_current WHERE set_id = $set_id AND image_id = $image_id
)
SELECT * FROM source;
