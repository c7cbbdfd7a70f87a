SELECT count(*) AS images, count(*) FILTER (worked_on) AS worked_on FROM touched;
