ATTACH {target} AS desk (TYPE postgres);
