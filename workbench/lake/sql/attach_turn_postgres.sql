ATTACH {target} AS turn (TYPE postgres, READ_ONLY);
