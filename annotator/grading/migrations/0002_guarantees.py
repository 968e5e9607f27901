"""What the database itself guarantees about grades: they fit, nothing is overwritten unseen, nothing is ever lost."""

from django.db import migrations

FITS = """
ALTER TABLE grading_grade ADD COLUMN of_the_verdict boolean GENERATED ALWAYS AS (true) STORED;
ALTER TABLE grading_grade
    ADD CONSTRAINT a_grade_belongs_to_its_assignment
        FOREIGN KEY (assignment_id, campaign_id, taxonomy_version_id, annotator_id, chain_id)
        REFERENCES assignments_assignment (id, campaign_id, taxonomy_version_id, annotator_id, chain_id),
    ADD CONSTRAINT a_graded_step_is_in_the_assignments_chain
        FOREIGN KEY (step_id, chain_id) REFERENCES chains_chainstep (step_id, chain_id),
    ADD CONSTRAINT a_repaired_step_is_in_the_assignments_chain
        FOREIGN KEY (repairs_id, chain_id) REFERENCES chains_chainstep (step_id, chain_id),
    ADD CONSTRAINT a_grade_answers_the_verdict_of_its_version
        FOREIGN KEY (verdict_criterion_id, taxonomy_version_id, of_the_verdict)
        REFERENCES taxonomies_criterion (id, version_id, is_verdict),
    ADD CONSTRAINT a_verdict_is_a_label_of_its_version
        FOREIGN KEY (taxonomy_version_id, verdict_criterion_id, verdict_id)
        REFERENCES taxonomies_label (version_id, criterion_id, id);
ALTER TABLE grading_answer
    ADD CONSTRAINT an_answer_has_the_version_of_its_grade
        FOREIGN KEY (grade_id, taxonomy_version_id) REFERENCES grading_grade (id, taxonomy_version_id),
    ADD CONSTRAINT an_answer_belongs_to_a_revision
        FOREIGN KEY (grade_id, revision) REFERENCES grading_graderevision (grade_id, revision),
    ADD CONSTRAINT an_answer_has_the_kind_of_its_criterion
        FOREIGN KEY (criterion_id, taxonomy_version_id, kind)
        REFERENCES taxonomies_criterion (id, version_id, kind),
    ADD CONSTRAINT an_answer_is_a_label_of_its_version
        FOREIGN KEY (taxonomy_version_id, criterion_id, label_id)
        REFERENCES taxonomies_label (version_id, criterion_id, id);
"""

HISTORY = """
CREATE FUNCTION grading_grade_may_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.revision <> OLD.revision + 1 OR NEW.operation_id = OLD.operation_id
        OR (NEW.id, NEW.campaign_id, NEW.taxonomy_version_id, NEW.annotator_id, NEW.step_id)
        <> (OLD.id, OLD.campaign_id, OLD.taxonomy_version_id, OLD.annotator_id, OLD.step_id)
    THEN
        RAISE EXCEPTION 'a grade changes by one revision and one operation, and stays with its person and step'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_grade_changes_by_one_revision BEFORE UPDATE ON grading_grade
    FOR EACH ROW EXECUTE FUNCTION grading_grade_may_change();

CREATE TRIGGER a_revision_counts_from_one BEFORE INSERT ON grading_grade
    FOR EACH ROW WHEN (NEW.revision <> 1) EXECUTE FUNCTION stepmark_refuse('the first revision of a grade is number 1');

CREATE FUNCTION grading_keep_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO grading_graderevision (grade_id, revision, operation_id, operation_digest, assignment_id, state,
        verdict_id, comment, repairs_id, seconds, rendering, saved_at)
    VALUES (NEW.id, NEW.revision, NEW.operation_id, NEW.operation_digest, NEW.assignment_id, NEW.state,
        NEW.verdict_id, NEW.comment, NEW.repairs_id, NEW.seconds, NEW.rendering, NEW.saved_at);
    RETURN NULL;
END $$;
CREATE TRIGGER every_revision_of_a_grade_is_kept AFTER INSERT OR UPDATE ON grading_grade
    FOR EACH ROW EXECUTE FUNCTION grading_keep_revision();

CREATE TRIGGER a_grade_is_never_deleted BEFORE DELETE ON grading_grade
    FOR EACH ROW EXECUTE FUNCTION stepmark_refuse('a grade is never deleted; undo clears it');
CREATE TRIGGER the_history_of_a_grade_is_append_only BEFORE UPDATE OR DELETE ON grading_graderevision
    FOR EACH ROW EXECUTE FUNCTION stepmark_refuse('the history of a grade is append-only');
CREATE TRIGGER an_answer_is_append_only BEFORE UPDATE OR DELETE ON grading_answer
    FOR EACH ROW EXECUTE FUNCTION stepmark_refuse('answers are append-only; a new revision has new ones');
"""

NO_TRUNCATE = "".join(
    f"""CREATE TRIGGER {table}_is_never_truncated BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION stepmark_refuse('grades are never truncated');"""
    for table in ("grading_grade", "grading_graderevision", "grading_answer")
)


class Migration(migrations.Migration):
    dependencies = [
        ("grading", "0001_initial"),
        ("assignments", "0002_guarantees"),
        ("chains", "0002_guarantees"),
        ("taxonomies", "0002_guarantees"),
    ]
    operations = [migrations.RunSQL(sql) for sql in (FITS, HISTORY, NO_TRUNCATE)]
