"""What the database itself guarantees about taxonomies: a published version is frozen, and was whole when published."""

from django.db import migrations

# Also used by the later stages: the trigger's argument is the sentence that the writer gets to read.
# A test database sets stepmark.truncate, so that a test can leave an empty database behind.
REFUSE = """
CREATE FUNCTION stepmark_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND current_setting('stepmark.truncate', true) = 'allowed' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '%', TG_ARGV[0]
        USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END $$;
"""

FROZEN = """
CREATE FUNCTION taxonomies_version_may_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'draft' THEN
            RAISE EXCEPTION 'a version begins as a draft'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.status = 'draft' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.status = 'published' AND NEW.status = 'retired'
        AND (NEW.id, NEW.taxonomy_id, NEW.number, NEW.guidelines, NEW.published_at, NEW.digest)
          = (OLD.id, OLD.taxonomy_id, OLD.number, OLD.guidelines, OLD.published_at, OLD.digest) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'version % is %: it can be retired, nothing else', OLD.number, OLD.status
        USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER a_published_version_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON taxonomies_taxonomyversion
    FOR EACH ROW EXECUTE FUNCTION taxonomies_version_may_change();

CREATE FUNCTION taxonomies_part_may_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE frozen text;
BEGIN
    -- The share lock makes a concurrent publish wait for us, or us for it: only then does the status say something.
    PERFORM 1 FROM taxonomies_taxonomyversion
        WHERE id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.version_id END,
                     CASE WHEN TG_OP <> 'DELETE' THEN NEW.version_id END) ORDER BY id FOR SHARE;
    SELECT status INTO frozen FROM taxonomies_taxonomyversion
        WHERE id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.version_id END,
                     CASE WHEN TG_OP <> 'DELETE' THEN NEW.version_id END)
          AND status <> 'draft' LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'this version is %: clone it to change its criteria or labels', frozen
            USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER a_published_criterion_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON taxonomies_criterion
    FOR EACH ROW EXECUTE FUNCTION taxonomies_part_may_change();
CREATE TRIGGER a_published_label_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON taxonomies_label
    FOR EACH ROW EXECUTE FUNCTION taxonomies_part_may_change();
ALTER TABLE taxonomies_label ADD CONSTRAINT a_label_has_the_version_of_its_criterion
    FOREIGN KEY (criterion_id, version_id) REFERENCES taxonomies_criterion (id, version_id)
    DEFERRABLE INITIALLY DEFERRED;
"""

WHOLE = """
CREATE FUNCTION taxonomies_version_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) FROM taxonomies_criterion WHERE version_id = NEW.id AND is_verdict) <> 1 THEN
        RAISE EXCEPTION 'a published version has exactly one verdict'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    IF EXISTS (SELECT 1 FROM taxonomies_label l JOIN taxonomies_criterion c ON c.id = l.criterion_id
               WHERE c.version_id = NEW.id AND c.is_verdict <> (l.value IS NOT NULL)) THEN
        RAISE EXCEPTION 'verdict labels have a value, other labels have none'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    IF EXISTS (SELECT 1 FROM taxonomies_criterion c WHERE c.version_id = NEW.id AND
               (SELECT count(*) FROM taxonomies_label WHERE criterion_id = c.id)
               NOT BETWEEN CASE WHEN c.is_verdict THEN 2 WHEN c.kind = 'text' THEN 0 ELSE 1 END
                       AND CASE WHEN c.kind = 'text' THEN 0 ELSE 10000 END) THEN
        RAISE EXCEPTION 'a verdict has two labels or more, another choice one or more, a text none'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_version_is_whole_when_published BEFORE UPDATE OF status ON taxonomies_taxonomyversion
    FOR EACH ROW WHEN (OLD.status = 'draft' AND NEW.status <> 'draft')
    EXECUTE FUNCTION taxonomies_version_is_whole();
"""

NO_TRUNCATE = "".join(
    f"""CREATE TRIGGER {table}_is_never_truncated BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION stepmark_refuse('taxonomies are never truncated');"""
    for table in ("taxonomies_taxonomyversion", "taxonomies_criterion", "taxonomies_label")
)


class Migration(migrations.Migration):
    dependencies = [("taxonomies", "0001_initial")]
    operations = [migrations.RunSQL(sql) for sql in (REFUSE, FROZEN, WHOLE, NO_TRUNCATE)]
