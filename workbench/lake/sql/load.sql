LOAD {file};
