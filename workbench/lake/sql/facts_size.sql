SELECT count(*) AS results FROM lake.results;
