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
-- All steps of a chain come in one statement, so each is compared with the one before it in `added`; that a path stays
-- in one problem follows from its first step, since no edge of the tree leaves a problem.
CREATE FUNCTION chains_steps_are_a_path() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM (
            SELECT index, step_id, lag(step_id) OVER (PARTITION BY chain_id ORDER BY index) AS before FROM added
        ) a LEFT JOIN chains_step s ON s.id = a.step_id
        WHERE (s.index = a.index AND s.parent_id IS NOT DISTINCT FROM a.before) IS NOT TRUE
    ) OR EXISTS (
        SELECT 1 FROM (SELECT chain_id, count(*) AS steps FROM added GROUP BY chain_id) a
        LEFT JOIN chains_chain c ON c.id = a.chain_id
        WHERE c.step_count IS DISTINCT FROM a.steps
    ) OR EXISTS (
        SELECT 1 FROM added a JOIN chains_chain c ON c.id = a.chain_id JOIN chains_step s ON s.id = a.step_id
        WHERE a.index = 0 AND s.problem_id <> c.problem_id
    ) THEN
        RAISE EXCEPTION 'a chain walks down the tree of its problem, one step after the other, to its end'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER a_chain_is_a_path_of_its_problems_tree AFTER INSERT ON chains_chainstep
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION chains_steps_are_a_path();

CREATE FUNCTION chains_chain_has_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM chains_chainstep WHERE chain_id = NEW.id) THEN
        RAISE EXCEPTION 'chain % has no steps', NEW.external_id
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER a_chain_has_steps AFTER INSERT ON chains_chain
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION chains_chain_has_steps();
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
