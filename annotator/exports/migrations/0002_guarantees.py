from django.db import migrations

SEALED = """
CREATE TRIGGER a_sealed_snapshot_never_changes BEFORE UPDATE OR DELETE ON exports_snapshot
    FOR EACH ROW WHEN (OLD.state = 'done') EXECUTE FUNCTION stepmark_refuse('a sealed snapshot never changes');
CREATE TRIGGER exports_snapshot_is_never_truncated BEFORE TRUNCATE ON exports_snapshot
    FOR EACH STATEMENT EXECUTE FUNCTION stepmark_refuse('snapshots are never truncated');
"""


class Migration(migrations.Migration):
    dependencies = [("exports", "0001_initial"), ("taxonomies", "0002_guarantees")]
    operations = [migrations.RunSQL(SEALED)]
