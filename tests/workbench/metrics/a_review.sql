-- A real verdict that stands.
SELECT reviews.* FROM lake.reviews AS reviews
ANTI JOIN lake.review_retractions AS gone ON gone.review_id = reviews.review_id
WHERE NOT simulated
ORDER BY row_key
LIMIT 1;
