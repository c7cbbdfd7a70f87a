-- What is stored already under the keys that are asked for.
SELECT row_key, views, add_to_cart, orders, returned
FROM lake.page_results
WHERE row_key IN (SELECT "key" FROM wanted);
