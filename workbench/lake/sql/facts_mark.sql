-- Notes the snapshot that the stored facts are right for.
DELETE FROM lake.kept_state;
INSERT INTO lake.kept_state VALUES ({snapshot}, now());
