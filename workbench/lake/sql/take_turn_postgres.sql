SELECT * FROM postgres_query('turn', $query);
