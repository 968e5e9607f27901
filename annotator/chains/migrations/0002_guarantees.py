"""What the database itself guarantees about imported text: frozen, gapless, and every chain a path of its problem's tree."""

from django.db import migrations

TREE = """
ALTER TABLE chains_chain ADD CONSTRAINT a_chains_problem_is_in_its_dataset
    FOREIGN KEY (problem_id, dataset_id) REFERENCES chains_problem (id, dataset_id) DEFERRABLE INITIALLY DEFERRED;

-- Once for all rows of a statement: an import copies tens of thousands. What a row refers to can never be changed or
-- deleted (FROZEN below), so a check at insertion holds for ever.
CREATE FUNCTION chains_steps_are_a_tree() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM added a LEFT JOIN chains_step parent ON parent.id = a.parent_id
        WHERE a.parent_id IS NOT NULL
          AND (parent.id IS NULL OR parent.problem_id <> a.problem_id OR parent.index <> a.index - 1)
    ) OR EXISTS (
        SELECT 1 FROM added a LEFT JOIN chains_problem p ON p.id = a.problem_id
        WHERE a.parent_id IS NULL AND p.id IS NULL
    ) THEN
        RAISE EXCEPTION 'a step follows its parent in the same problem, without a gap'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER a_step_follows_its_parent_in_the_same_problem AFTER INSERT ON chains_step
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION chains_steps_are_a_tree();
"""

PATH = """
CREATE FUNCTION chains_steps_are_a_path() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM added a
        LEFT JOIN chains_chain c ON c.id = a.chain_id
        LEFT JOIN chains_step s ON s.id = a.step_id
        LEFT JOIN chains_chainstep before ON before.chain_id = a.chain_id AND before.index = a.index - 1
        WHERE (s.problem_id = c.problem_id AND s.index = a.index AND a.index < c.step_count
               AND s.parent_id IS NOT DISTINCT FROM before.step_id) IS NOT TRUE
    ) THEN
        RAISE EXCEPTION 'a chain walks down the tree of its problem, one step after the other'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER a_chain_is_a_path_of_its_problems_tree AFTER INSERT ON chains_chainstep
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION chains_steps_are_a_path();

CREATE FUNCTION chains_chain_is_complete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) FROM chains_chainstep WHERE chain_id = NEW.id) <> NEW.step_count THEN
        RAISE EXCEPTION 'chain % has not the % steps it says', NEW.external_id, NEW.step_count
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER a_chain_has_all_its_steps AFTER INSERT ON chains_chain
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION chains_chain_is_complete();
"""

FROZEN = "".join(
    f"""CREATE TRIGGER {table}_never_changes BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION stepmark_refuse('imported text never changes');
        CREATE TRIGGER {table}_is_never_truncated BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION stepmark_refuse('imported text never changes');"""
    for table in ("chains_problem", "chains_step", "chains_chain", "chains_chainstep")
)


class Migration(migrations.Migration):
    dependencies = [("chains", "0001_initial"), ("taxonomies", "0002_guarantees")]
    operations = [migrations.RunSQL(sql) for sql in (TREE, PATH, FROZEN)]
