-- Why annotations could not be read.
SELECT refused FROM lake.label_annotations WHERE refused IS NOT NULL;
