-- Every product of which an image was ever seen.
SELECT DISTINCT sku FROM lake.images;
