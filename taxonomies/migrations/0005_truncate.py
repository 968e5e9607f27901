"""Only a test database can be emptied: a setting alone, which any session may make, opens nothing elsewhere."""

from django.db import migrations

REFUSE = """
CREATE OR REPLACE FUNCTION stepmark_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND current_database() LIKE 'test\\_%'
        AND current_setting('stepmark.truncate', true) = 'allowed' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '%', TG_ARGV[0]
        USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("taxonomies", "0004_history")]
    operations = [migrations.RunSQL(REFUSE)]
