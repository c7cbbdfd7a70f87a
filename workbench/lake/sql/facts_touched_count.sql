SELECT count(*) AS images FROM touched;
