"""What the database itself guarantees about campaigns and the chains they give out."""

from django.db import migrations

CAMPAIGN = """
CREATE FUNCTION assignments_campaign_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.taxonomy_version_id, NEW.dataset_id) = (OLD.taxonomy_version_id, OLD.dataset_id) THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM taxonomies_taxonomyversion
                   WHERE id = NEW.taxonomy_version_id AND status = 'published' FOR SHARE) THEN
        RAISE EXCEPTION 'a campaign uses a published taxonomy version'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME;
    END IF;
    IF TG_OP = 'UPDATE' AND EXISTS (SELECT 1 FROM assignments_assignment WHERE campaign_id = NEW.id) THEN
        RAISE EXCEPTION 'a campaign keeps its dataset and taxonomy version once a chain was claimed'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_campaign_keeps_its_published_version BEFORE INSERT OR UPDATE ON assignments_campaign
    FOR EACH ROW EXECUTE FUNCTION assignments_campaign_version();
"""

ASSIGNMENT = """
CREATE FUNCTION assignments_assignment_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE campaign assignments_campaign;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.campaign_id, NEW.taxonomy_version_id, NEW.chain_id, NEW.annotator_id, NEW.public_id, NEW.purpose)
            <> (OLD.campaign_id, OLD.taxonomy_version_id, OLD.chain_id, OLD.annotator_id, OLD.public_id, OLD.purpose)
        THEN
            RAISE EXCEPTION 'an assignment stays with its person and chain'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME;
        END IF;
        IF NEW.seat = OLD.seat THEN
            RETURN NEW;
        END IF;
    END IF;
    -- The lock makes a concurrent change of the campaign wait for us, or us for it.
    SELECT * INTO campaign FROM assignments_campaign WHERE id = NEW.campaign_id FOR SHARE;
    IF NEW.taxonomy_version_id <> campaign.taxonomy_version_id
        OR NOT EXISTS (SELECT 1 FROM chains_chain WHERE id = NEW.chain_id AND dataset_id = campaign.dataset_id)
        OR NOT EXISTS (SELECT 1 FROM assignments_membership
                       WHERE campaign_id = NEW.campaign_id AND user_id = NEW.annotator_id)
        OR NEW.purpose = 'work' AND NEW.seat >= campaign.overlap
    THEN
        RAISE EXCEPTION 'an assignment fits its campaign: version, dataset, member, seat below the overlap'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER an_assignment_fits_its_campaign BEFORE INSERT OR UPDATE ON assignments_assignment
    FOR EACH ROW EXECUTE FUNCTION assignments_assignment_fits();
"""

MEMBERSHIP = """
CREATE FUNCTION assignments_member_may_go() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM assignments_assignment
               WHERE campaign_id = OLD.campaign_id AND annotator_id = OLD.user_id)
        AND (TG_OP = 'DELETE' OR (NEW.campaign_id, NEW.user_id) <> (OLD.campaign_id, OLD.user_id))
    THEN
        RAISE EXCEPTION 'a member to whom chains were given stays one: suspend them instead'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
-- Reports and exports know people by the pseudonym that only the membership holds.
CREATE TRIGGER a_member_with_chains_stays BEFORE UPDATE OR DELETE ON assignments_membership
    FOR EACH ROW EXECUTE FUNCTION assignments_member_may_go();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("assignments", "0001_initial"),
        ("chains", "0002_guarantees"),
        ("taxonomies", "0002_guarantees"),
    ]
    operations = [migrations.RunSQL(sql) for sql in (CAMPAIGN, ASSIGNMENT, MEMBERSHIP)]
