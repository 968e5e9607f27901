-- A database at the first two migrations of every app, as pg_dump wrote it: the demo, a retired version, a draft, a grade that changed.
SET check_function_bodies = false;
SELECT pg_catalog.set_config('search_path', '', false);
CREATE FUNCTION public.assignments_assignment_fits() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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
CREATE FUNCTION public.assignments_campaign_version() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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
CREATE FUNCTION public.assignments_member_may_go() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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
CREATE FUNCTION public.chains_chain_has_steps() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM chains_chainstep WHERE chain_id = NEW.id) THEN
        RAISE EXCEPTION 'chain % has no steps', NEW.external_id
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION public.chains_steps_are_a_path() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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
CREATE FUNCTION public.chains_steps_are_a_tree() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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
CREATE FUNCTION public.grading_grade_may_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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
CREATE FUNCTION public.grading_keep_revision() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO grading_graderevision (grade_id, revision, operation_id, operation_digest, assignment_id, state,
        verdict_id, comment, repairs_id, seconds, rendering, saved_at)
    VALUES (NEW.id, NEW.revision, NEW.operation_id, NEW.operation_digest, NEW.assignment_id, NEW.state,
        NEW.verdict_id, NEW.comment, NEW.repairs_id, NEW.seconds, NEW.rendering, NEW.saved_at);
    RETURN NULL;
END $$;
CREATE FUNCTION public.stepmark_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND current_setting('stepmark.truncate', true) = 'allowed' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '%', TG_ARGV[0]
        USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END $$;
CREATE FUNCTION public.taxonomies_part_may_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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
CREATE FUNCTION public.taxonomies_version_is_whole() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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
CREATE FUNCTION public.taxonomies_version_may_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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
CREATE TABLE public.account_emailaddress (
    id integer NOT NULL,
    email character varying(254) NOT NULL,
    verified boolean NOT NULL,
    "primary" boolean NOT NULL,
    user_id bigint NOT NULL
);
ALTER TABLE public.account_emailaddress ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.account_emailaddress_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.account_emailconfirmation (
    id integer NOT NULL,
    created timestamp with time zone NOT NULL,
    sent timestamp with time zone,
    key character varying(64) NOT NULL,
    email_address_id integer NOT NULL
);
ALTER TABLE public.account_emailconfirmation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.account_emailconfirmation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_user (
    id bigint NOT NULL,
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    is_superuser boolean NOT NULL,
    username character varying(150) NOT NULL,
    first_name character varying(150) NOT NULL,
    last_name character varying(150) NOT NULL,
    email character varying(254) NOT NULL,
    is_staff boolean NOT NULL,
    is_active boolean NOT NULL,
    date_joined timestamp with time zone NOT NULL
);
CREATE TABLE public.accounts_user_groups (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    group_id integer NOT NULL
);
ALTER TABLE public.accounts_user_groups ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_user_groups_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE public.accounts_user ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_user_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_user_user_permissions (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    permission_id integer NOT NULL
);
ALTER TABLE public.accounts_user_user_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_user_user_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.analysis_agreementreport (
    id bigint NOT NULL,
    state character varying(16) NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    heartbeat_at timestamp with time zone,
    finished_at timestamp with time zone,
    attempt_count integer NOT NULL,
    progress_done bigint NOT NULL,
    progress_total bigint,
    error text NOT NULL,
    newest_grade_at timestamp with time zone,
    revision_count bigint NOT NULL,
    code_version character varying(40) NOT NULL,
    figures jsonb,
    campaign_id bigint NOT NULL,
    requested_by_id bigint,
    taxonomy_version_id bigint NOT NULL,
    CONSTRAINT agreementreport_is_done_only_with_figures CHECK (((NOT ((state)::text = 'done'::text)) OR (figures IS NOT NULL))),
    CONSTRAINT agreementreport_is_finished_exactly_when_it_says_when CHECK ((((finished_at IS NOT NULL) AND ((state)::text = ANY ((ARRAY['done'::character varying, 'failed'::character varying])::text[]))) OR ((finished_at IS NULL) AND ((state)::text = ANY ((ARRAY['queued'::character varying, 'running'::character varying])::text[]))))),
    CONSTRAINT agreementreport_progress_stays_within_its_total CHECK (((progress_total IS NULL) OR (progress_done <= progress_total))),
    CONSTRAINT analysis_agreementreport_attempt_count_check CHECK ((attempt_count >= 0)),
    CONSTRAINT analysis_agreementreport_progress_done_check CHECK ((progress_done >= 0)),
    CONSTRAINT analysis_agreementreport_progress_total_check CHECK ((progress_total >= 0)),
    CONSTRAINT analysis_agreementreport_revision_count_check CHECK ((revision_count >= 0))
);
ALTER TABLE public.analysis_agreementreport ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.analysis_agreementreport_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.analysis_stepconsensus (
    id bigint NOT NULL,
    counts jsonb NOT NULL,
    tie boolean NOT NULL,
    campaign_id bigint NOT NULL,
    report_id bigint NOT NULL,
    step_id bigint NOT NULL,
    taxonomy_version_id bigint NOT NULL,
    verdict_id bigint,
    CONSTRAINT a_tie_has_no_verdict CHECK (((NOT tie) OR (verdict_id IS NULL)))
);
ALTER TABLE public.analysis_stepconsensus ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.analysis_stepconsensus_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.analysis_styleflag (
    id bigint NOT NULL,
    feature character varying(80) NOT NULL,
    scope character varying(16) NOT NULL,
    subject character varying(80) NOT NULL,
    status character varying(16) NOT NULL,
    effect double precision NOT NULL,
    low double precision NOT NULL,
    high double precision NOT NULL,
    evidence jsonb NOT NULL,
    first_seen_at timestamp with time zone NOT NULL,
    state character varying(16) NOT NULL,
    note text NOT NULL,
    report_id bigint NOT NULL,
    CONSTRAINT a_flags_interval_holds_its_effect CHECK (((high >= effect) AND (low <= effect)))
);
ALTER TABLE public.analysis_styleflag ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.analysis_styleflag_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.analysis_stylereport (
    id bigint NOT NULL,
    state character varying(16) NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    heartbeat_at timestamp with time zone,
    finished_at timestamp with time zone,
    attempt_count integer NOT NULL,
    progress_done bigint NOT NULL,
    progress_total bigint,
    error text NOT NULL,
    newest_grade_at timestamp with time zone,
    revision_count bigint NOT NULL,
    code_version character varying(40) NOT NULL,
    figures jsonb,
    campaign_id bigint NOT NULL,
    requested_by_id bigint,
    taxonomy_version_id bigint NOT NULL,
    CONSTRAINT analysis_stylereport_attempt_count_check CHECK ((attempt_count >= 0)),
    CONSTRAINT analysis_stylereport_progress_done_check CHECK ((progress_done >= 0)),
    CONSTRAINT analysis_stylereport_progress_total_check CHECK ((progress_total >= 0)),
    CONSTRAINT analysis_stylereport_revision_count_check CHECK ((revision_count >= 0)),
    CONSTRAINT stylereport_is_done_only_with_figures CHECK (((NOT ((state)::text = 'done'::text)) OR (figures IS NOT NULL))),
    CONSTRAINT stylereport_is_finished_exactly_when_it_says_when CHECK ((((finished_at IS NOT NULL) AND ((state)::text = ANY ((ARRAY['done'::character varying, 'failed'::character varying])::text[]))) OR ((finished_at IS NULL) AND ((state)::text = ANY ((ARRAY['queued'::character varying, 'running'::character varying])::text[]))))),
    CONSTRAINT stylereport_progress_stays_within_its_total CHECK (((progress_total IS NULL) OR (progress_done <= progress_total)))
);
ALTER TABLE public.analysis_stylereport ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.analysis_stylereport_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.api_token (
    id bigint NOT NULL,
    name character varying(120) NOT NULL,
    prefix character varying(12) NOT NULL,
    secret_digest bytea NOT NULL,
    scopes character varying(32)[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    last_used_at timestamp with time zone,
    owner_id bigint,
    CONSTRAINT a_token_has_a_scope CHECK ((
CASE
    WHEN (scopes IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(scopes, 1), 0)
END > 0))
);
CREATE TABLE public.api_token_campaigns (
    id bigint NOT NULL,
    token_id bigint NOT NULL,
    campaign_id bigint NOT NULL
);
ALTER TABLE public.api_token_campaigns ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.api_token_campaigns_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE public.api_token ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.api_token_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.assignments_assignment (
    id bigint NOT NULL,
    public_id uuid NOT NULL,
    seat smallint NOT NULL,
    purpose character varying(16) NOT NULL,
    status character varying(16) NOT NULL,
    claimed_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    submitted_at timestamp with time zone,
    finish_reason character varying(16) NOT NULL,
    finish_note text NOT NULL,
    active_seconds integer NOT NULL,
    rendering character varying(8) NOT NULL,
    rendering_seed bigint NOT NULL,
    exposure jsonb NOT NULL,
    annotator_id bigint NOT NULL,
    chain_id bigint NOT NULL,
    taxonomy_version_id bigint NOT NULL,
    campaign_id bigint NOT NULL,
    CONSTRAINT an_assignment_is_submitted_exactly_when_it_says_when CHECK (((((status)::text = 'submitted'::text) AND (submitted_at IS NOT NULL) AND (NOT ((finish_reason)::text = ''::text))) OR ((NOT ((status)::text = 'submitted'::text)) AND ((finish_reason)::text = ''::text) AND (submitted_at IS NULL)))),
    CONSTRAINT assignments_assignment_active_seconds_check CHECK ((active_seconds >= 0)),
    CONSTRAINT assignments_assignment_seat_check CHECK ((seat >= 0))
);
ALTER TABLE public.assignments_assignment ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.assignments_assignment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.assignments_campaign (
    id bigint NOT NULL,
    key character varying(80) NOT NULL,
    title character varying(200) NOT NULL,
    overlap smallint NOT NULL,
    after_first_error character varying(16) NOT NULL,
    reveal character varying(16) NOT NULL,
    reference character varying(16) NOT NULL,
    plain_share double precision NOT NULL,
    lease_minutes integer NOT NULL,
    status character varying(16) NOT NULL,
    dataset_id bigint NOT NULL,
    taxonomy_version_id bigint NOT NULL,
    CONSTRAINT a_lease_lasts_at_least_five_minutes CHECK ((lease_minutes >= 5)),
    CONSTRAINT a_plain_share_is_a_share CHECK (((plain_share >= (0.0)::double precision) AND (plain_share <= (1.0)::double precision))),
    CONSTRAINT an_overlap_is_1_to_50 CHECK (((overlap >= 1) AND (overlap <= 50))),
    CONSTRAINT assignments_campaign_lease_minutes_check CHECK ((lease_minutes >= 0)),
    CONSTRAINT assignments_campaign_overlap_check CHECK ((overlap >= 0))
);
ALTER TABLE public.assignments_campaign ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.assignments_campaign_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.assignments_goldchain (
    id bigint NOT NULL,
    purpose character varying(16) NOT NULL,
    campaign_id bigint NOT NULL,
    chain_id bigint NOT NULL
);
ALTER TABLE public.assignments_goldchain ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.assignments_goldchain_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.assignments_goldgrade (
    id bigint NOT NULL,
    gold_chain_id bigint NOT NULL,
    label_id bigint NOT NULL,
    step_id bigint NOT NULL
);
ALTER TABLE public.assignments_goldgrade ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.assignments_goldgrade_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.assignments_membership (
    id bigint NOT NULL,
    role character varying(16) NOT NULL,
    pseudonym character varying(40) NOT NULL,
    state character varying(16) NOT NULL,
    campaign_id bigint NOT NULL,
    user_id bigint NOT NULL,
    CONSTRAINT a_member_has_a_pseudonym CHECK ((NOT ((pseudonym)::text = ''::text)))
);
ALTER TABLE public.assignments_membership ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.assignments_membership_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.auth_group (
    id integer NOT NULL,
    name character varying(150) NOT NULL
);
ALTER TABLE public.auth_group ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.auth_group_permissions (
    id bigint NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);
ALTER TABLE public.auth_group_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.auth_permission (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    codename character varying(100) NOT NULL
);
ALTER TABLE public.auth_permission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_permission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.chains_chain (
    id bigint NOT NULL,
    external_id text NOT NULL,
    generator text NOT NULL,
    step_count integer NOT NULL,
    final_answer text,
    final_answer_correct boolean,
    metadata jsonb NOT NULL,
    digest bytea NOT NULL,
    dataset_id bigint NOT NULL,
    import_run_id bigint,
    problem_id bigint NOT NULL,
    CONSTRAINT a_chain_has_at_least_one_step CHECK ((step_count > 0)),
    CONSTRAINT a_chain_id_has_1_to_500_bytes CHECK (((NOT (external_id = ''::text)) AND (octet_length(external_id) <= 500))),
    CONSTRAINT chains_chain_step_count_check CHECK ((step_count >= 0))
);
ALTER TABLE public.chains_chain ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.chains_chain_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.chains_chainstep (
    index integer NOT NULL,
    score double precision,
    chain_id bigint NOT NULL,
    step_id bigint NOT NULL,
    CONSTRAINT chains_chainstep_index_check CHECK ((index >= 0))
);
CREATE TABLE public.chains_dataset (
    id bigint NOT NULL,
    key character varying(80) NOT NULL,
    title character varying(200) NOT NULL,
    domain character varying(80) NOT NULL,
    description text NOT NULL
);
ALTER TABLE public.chains_dataset ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.chains_dataset_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.chains_importrun (
    id bigint NOT NULL,
    state character varying(16) NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    heartbeat_at timestamp with time zone,
    finished_at timestamp with time zone,
    attempt_count integer NOT NULL,
    progress_done bigint NOT NULL,
    progress_total bigint,
    error text NOT NULL,
    format character varying(32) NOT NULL,
    file_name character varying(255) NOT NULL,
    file_path text NOT NULL,
    file_sha256 character varying(64) NOT NULL,
    idempotency_key character varying(200),
    line_count bigint NOT NULL,
    problems_added bigint NOT NULL,
    steps_added bigint NOT NULL,
    chains_added bigint NOT NULL,
    chains_unchanged bigint NOT NULL,
    lines_skipped bigint NOT NULL,
    error_count bigint NOT NULL,
    line_errors jsonb NOT NULL,
    dataset_id bigint NOT NULL,
    requested_by_id bigint,
    CONSTRAINT chains_importrun_attempt_count_check CHECK ((attempt_count >= 0)),
    CONSTRAINT chains_importrun_chains_added_check CHECK ((chains_added >= 0)),
    CONSTRAINT chains_importrun_chains_unchanged_check CHECK ((chains_unchanged >= 0)),
    CONSTRAINT chains_importrun_error_count_check CHECK ((error_count >= 0)),
    CONSTRAINT chains_importrun_line_count_check CHECK ((line_count >= 0)),
    CONSTRAINT chains_importrun_lines_skipped_check CHECK ((lines_skipped >= 0)),
    CONSTRAINT chains_importrun_problems_added_check CHECK ((problems_added >= 0)),
    CONSTRAINT chains_importrun_progress_done_check CHECK ((progress_done >= 0)),
    CONSTRAINT chains_importrun_progress_total_check CHECK ((progress_total >= 0)),
    CONSTRAINT chains_importrun_steps_added_check CHECK ((steps_added >= 0)),
    CONSTRAINT importrun_is_finished_exactly_when_it_says_when CHECK ((((finished_at IS NOT NULL) AND ((state)::text = ANY ((ARRAY['done'::character varying, 'failed'::character varying])::text[]))) OR ((finished_at IS NULL) AND ((state)::text = ANY ((ARRAY['queued'::character varying, 'running'::character varying])::text[]))))),
    CONSTRAINT importrun_progress_stays_within_its_total CHECK (((progress_total IS NULL) OR (progress_done <= progress_total)))
);
ALTER TABLE public.chains_importrun ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.chains_importrun_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.chains_problem (
    id bigint NOT NULL,
    external_id text NOT NULL,
    text text NOT NULL,
    reference_answer text,
    reference_solution text,
    dataset_id bigint NOT NULL,
    CONSTRAINT a_problem_id_has_1_to_500_bytes CHECK (((NOT (external_id = ''::text)) AND (octet_length(external_id) <= 500)))
);
ALTER TABLE public.chains_problem ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.chains_problem_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.chains_step (
    id bigint NOT NULL,
    index integer NOT NULL,
    text text NOT NULL,
    digest bytea NOT NULL,
    parent_id bigint,
    problem_id bigint NOT NULL,
    CONSTRAINT a_step_has_a_parent_unless_it_is_the_first CHECK ((((index = 0) AND (parent_id IS NULL)) OR ((index > 0) AND (parent_id IS NOT NULL)))),
    CONSTRAINT a_step_has_text CHECK ((NOT (text = ''::text))),
    CONSTRAINT chains_step_index_check CHECK ((index >= 0))
);
ALTER TABLE public.chains_step ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.chains_step_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_admin_log (
    id integer NOT NULL,
    action_time timestamp with time zone NOT NULL,
    object_id text,
    object_repr character varying(200) NOT NULL,
    action_flag smallint NOT NULL,
    change_message text NOT NULL,
    content_type_id integer,
    user_id bigint NOT NULL,
    CONSTRAINT django_admin_log_action_flag_check CHECK ((action_flag >= 0))
);
ALTER TABLE public.django_admin_log ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_admin_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_content_type (
    id integer NOT NULL,
    app_label character varying(100) NOT NULL,
    model character varying(100) NOT NULL
);
ALTER TABLE public.django_content_type ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_content_type_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_migrations (
    id bigint NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);
ALTER TABLE public.django_migrations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_migrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_session (
    session_key character varying(40) NOT NULL,
    session_data text NOT NULL,
    expire_date timestamp with time zone NOT NULL
);
CREATE TABLE public.exports_snapshot (
    id bigint NOT NULL,
    state character varying(16) NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    heartbeat_at timestamp with time zone,
    finished_at timestamp with time zone,
    attempt_count integer NOT NULL,
    progress_done bigint NOT NULL,
    progress_total bigint,
    error text NOT NULL,
    query jsonb NOT NULL,
    digest character varying(64) NOT NULL,
    row_count bigint,
    counts jsonb NOT NULL,
    files jsonb NOT NULL,
    campaign_id bigint NOT NULL,
    requested_by_id bigint,
    CONSTRAINT a_snapshot_is_done_exactly_when_it_has_a_digest CHECK ((((row_count IS NOT NULL) AND ((state)::text = 'done'::text) AND (NOT ((digest)::text = ''::text))) OR ((NOT ((state)::text = 'done'::text)) AND ((digest)::text = ''::text)))),
    CONSTRAINT exports_snapshot_attempt_count_check CHECK ((attempt_count >= 0)),
    CONSTRAINT exports_snapshot_progress_done_check CHECK ((progress_done >= 0)),
    CONSTRAINT exports_snapshot_progress_total_check CHECK ((progress_total >= 0)),
    CONSTRAINT exports_snapshot_row_count_check CHECK ((row_count >= 0)),
    CONSTRAINT snapshot_is_finished_exactly_when_it_says_when CHECK ((((finished_at IS NOT NULL) AND ((state)::text = ANY ((ARRAY['done'::character varying, 'failed'::character varying])::text[]))) OR ((finished_at IS NULL) AND ((state)::text = ANY ((ARRAY['queued'::character varying, 'running'::character varying])::text[]))))),
    CONSTRAINT snapshot_progress_stays_within_its_total CHECK (((progress_total IS NULL) OR (progress_done <= progress_total)))
);
ALTER TABLE public.exports_snapshot ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.exports_snapshot_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.grading_answer (
    id bigint NOT NULL,
    revision integer NOT NULL,
    kind character varying(8) NOT NULL,
    text text NOT NULL,
    criterion_id bigint NOT NULL,
    label_id bigint,
    taxonomy_version_id bigint NOT NULL,
    grade_id bigint NOT NULL,
    CONSTRAINT an_answer_is_a_label_or_a_text CHECK (((((kind)::text = 'text'::text) AND (label_id IS NULL) AND (NOT (text = ''::text))) OR (((kind)::text = ANY ((ARRAY['one'::character varying, 'many'::character varying])::text[])) AND (label_id IS NOT NULL) AND (text = ''::text)))),
    CONSTRAINT grading_answer_revision_check CHECK ((revision >= 0))
);
ALTER TABLE public.grading_answer ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.grading_answer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.grading_grade (
    id bigint NOT NULL,
    state character varying(8) NOT NULL,
    comment text NOT NULL,
    seconds double precision NOT NULL,
    rendering character varying(8) NOT NULL,
    revision integer NOT NULL,
    operation_id uuid NOT NULL,
    operation_digest bytea NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    annotator_id bigint NOT NULL,
    assignment_id bigint NOT NULL,
    campaign_id bigint NOT NULL,
    chain_id bigint NOT NULL,
    repairs_id bigint,
    step_id bigint NOT NULL,
    taxonomy_version_id bigint NOT NULL,
    verdict_id bigint,
    verdict_criterion_id bigint NOT NULL,
    of_the_verdict boolean GENERATED ALWAYS AS (true) STORED,
    CONSTRAINT a_grade_has_a_verdict_exactly_when_graded CHECK (((((state)::text = 'graded'::text) AND (verdict_id IS NOT NULL)) OR (((state)::text = ANY ((ARRAY['unsure'::character varying, 'cleared'::character varying])::text[])) AND (verdict_id IS NULL)))),
    CONSTRAINT a_step_takes_0_seconds_to_a_day CHECK (((seconds >= (0.0)::double precision) AND (seconds <= (86400.0)::double precision))),
    CONSTRAINT grading_grade_revision_check CHECK ((revision >= 0))
);
ALTER TABLE public.grading_grade ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.grading_grade_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.grading_graderevision (
    id bigint NOT NULL,
    revision integer NOT NULL,
    operation_id uuid NOT NULL,
    operation_digest bytea NOT NULL,
    state character varying(8) NOT NULL,
    comment text NOT NULL,
    seconds double precision NOT NULL,
    rendering character varying(8) NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    assignment_id bigint NOT NULL,
    grade_id bigint NOT NULL,
    repairs_id bigint,
    verdict_id bigint,
    CONSTRAINT grading_graderevision_revision_check CHECK ((revision >= 0))
);
ALTER TABLE public.grading_graderevision ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.grading_graderevision_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.taxonomies_criterion (
    id bigint NOT NULL,
    key character varying(80) NOT NULL,
    question character varying(500) NOT NULL,
    kind character varying(8) NOT NULL,
    required boolean NOT NULL,
    "position" integer NOT NULL,
    is_verdict boolean NOT NULL,
    shown_for character varying(161)[] NOT NULL,
    version_id bigint NOT NULL,
    CONSTRAINT a_criterion_key_is_a_plain_word CHECK (((key)::text ~ '^[a-z][a-z0-9_]*$'::text)),
    CONSTRAINT a_verdict_asks_for_one_required_label_of_every_step CHECK (((NOT is_verdict) OR (((kind)::text = 'one'::text) AND required AND (shown_for = '{}'::character varying(161)[])))),
    CONSTRAINT taxonomies_criterion_position_check CHECK (("position" >= 0))
);
ALTER TABLE public.taxonomies_criterion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.taxonomies_criterion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.taxonomies_label (
    id bigint NOT NULL,
    key character varying(80) NOT NULL,
    title character varying(120) NOT NULL,
    definition text NOT NULL,
    value smallint,
    hotkey character varying(1) NOT NULL,
    tone character varying(8) NOT NULL,
    "position" integer NOT NULL,
    good_example text NOT NULL,
    bad_example text NOT NULL,
    criterion_id bigint NOT NULL,
    version_id bigint NOT NULL,
    CONSTRAINT a_hotkey_is_one_letter_or_digit CHECK ((((hotkey)::text = ''::text) OR ((hotkey)::text ~ '^[a-z0-9]$'::text))),
    CONSTRAINT a_label_key_is_a_plain_word CHECK (((key)::text ~ '^[a-z][a-z0-9_]*$'::text)),
    CONSTRAINT a_label_value_is_minus_one_zero_or_one CHECK (((value IS NULL) OR (value = ANY (ARRAY['-1'::integer, 0, 1])))),
    CONSTRAINT taxonomies_label_position_check CHECK (("position" >= 0))
);
ALTER TABLE public.taxonomies_label ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.taxonomies_label_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.taxonomies_labelmapping (
    id bigint NOT NULL,
    source_id bigint NOT NULL,
    target_id bigint,
    to_version_id bigint NOT NULL
);
ALTER TABLE public.taxonomies_labelmapping ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.taxonomies_labelmapping_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.taxonomies_taxonomy (
    id bigint NOT NULL,
    key character varying(80) NOT NULL,
    title character varying(200) NOT NULL,
    domain character varying(80) NOT NULL,
    description text NOT NULL,
    CONSTRAINT a_taxonomy_key_is_a_plain_word CHECK (((key)::text ~ '^[a-z][a-z0-9_]*$'::text))
);
ALTER TABLE public.taxonomies_taxonomy ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.taxonomies_taxonomy_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.taxonomies_taxonomyversion (
    id bigint NOT NULL,
    number integer NOT NULL,
    status character varying(16) NOT NULL,
    guidelines text NOT NULL,
    published_at timestamp with time zone,
    digest character varying(64) NOT NULL,
    taxonomy_id bigint NOT NULL,
    CONSTRAINT a_version_has_digest_and_date_unless_draft CHECK (((((digest)::text = ''::text) AND (published_at IS NULL) AND ((status)::text = 'draft'::text)) OR ((NOT ((status)::text = 'draft'::text)) AND (published_at IS NOT NULL) AND (NOT ((digest)::text = ''::text))))),
    CONSTRAINT taxonomies_taxonomyversion_number_check CHECK ((number >= 0))
);
ALTER TABLE public.taxonomies_taxonomyversion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.taxonomies_taxonomyversion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
INSERT INTO public.accounts_user VALUES
	(1, '!', NULL, false, 'ada', '', '', '', false, true, '2026-11-21 12:26:06.11098+00'),
	(2, '!', NULL, false, 'ben', '', '', '', false, true, '2026-11-21 12:26:07.313846+00'),
	(3, '!', NULL, false, 'cleo', '', '', '', false, true, '2026-11-21 12:26:08.20118+00'),
	(4, '!', NULL, false, 'rita', '', '', '', false, true, '2026-11-21 12:26:09.021909+00'),
	(5, '!', NULL, false, 'rosa', '', '', '', true, true, '2026-11-21 12:26:09.704209+00');
INSERT INTO public.accounts_user_groups VALUES
	(1, 5, 1);
INSERT INTO public.analysis_agreementreport VALUES
	(1, 'done', '2026-11-21 12:26:06.0037+00', '2026-11-21 12:26:06.0037+00', '2026-11-21 12:26:06.036122+00', '2026-11-21 12:26:06.036122+00', 1, 0, NULL, '', '2026-11-21 12:26:06.0037+00', 47, '1', '{"labels": [{"key": "great", "title": "Great"}, {"key": "okay", "title": "Okay"}, {"key": "bad", "title": "Bad"}], "verdict": {"counts": {"units": 25, "grades": 47, "clusters": 6, "annotators": 2, "units_graded_twice": 22}, "labels": [{"label": 0, "grades": 34, "specific_agreement": {"low": 0.8118400496158917, "high": 0.9528658327370494, "value": 0.8823529411764706, "reason": null, "interval_reason": null}}, {"label": 1, "grades": 4, "specific_agreement": {"low": null, "high": null, "value": null, "reason": "The label has under 10 grades on units that were graded twice.", "interval_reason": null}}, {"label": 2, "grades": 6, "specific_agreement": {"low": null, "high": null, "value": null, "reason": "The label has under 10 grades on units that were graded twice.", "interval_reason": null}}], "status": "insufficient", "gwet_ac1": {"low": 0.4811123576744009, "high": 0.9195397328511072, "value": 0.7003260452627541, "reason": null, "interval_reason": null}, "gwet_ac2": {"low": 0.6137621903010864, "high": 1.0, "value": 0.8240923163523783, "reason": null, "interval_reason": null}, "fleiss_kappa": {"low": 0.272439086061555, "high": 0.7868625394652359, "value": 0.5296508127633954, "reason": null, "interval_reason": null}, "alpha_nominal": {"low": -0.01792791389742404, "high": 0.8366092325787426, "value": 0.40934065934065933, "reason": null, "interval_reason": null}, "alpha_ordinal": {"low": 0.06459196777578768, "high": 1.0, "value": 0.566913875598086, "reason": null, "interval_reason": null}, "alpha_interval": {"low": 0.138974121120092, "high": 1.0, "value": 0.6475409836065573, "reason": null, "interval_reason": null}, "brennan_prediger": {"low": 0.4354060226854055, "high": 0.8827757954964126, "value": 0.6590909090909091, "reason": null, "interval_reason": null}, "percent_agreement": {"low": 0.6236040151236037, "high": 0.9218505303309417, "value": 0.7727272727272727, "reason": null, "interval_reason": null}}, "consensus": {"ties": 5, "steps": 25, "decided": 20}, "first_error": {"exact": {"low": 0.28477551790495914, "high": 1.0, "value": 0.75, "reason": null, "interval_reason": null}, "counts": {"units": 9, "grades": 17, "clusters": 6, "annotators": 2, "units_graded_twice": 8}, "status": "insufficient", "within_one": {"low": 0.5428885672228871, "high": 1.0, "value": 0.875, "reason": null, "interval_reason": null}, "alpha_index": {"low": -0.04743567420785966, "high": 1.0, "value": 0.5945945945945945, "reason": null, "interval_reason": null}, "alpha_has_error": {"low": 0.1309469246788435, "high": 1.0, "value": 0.7619047619047619, "reason": null, "interval_reason": null}, "share_undefined": {"low": null, "high": null, "value": 0.0, "reason": null, "interval_reason": "Every problem gives the same figure, so there is no spread to estimate an interval from."}, "exact_given_both_found": {"low": null, "high": null, "value": 0.6666666666666666, "reason": null, "interval_reason": "An interval needs at least 5 problems."}}}', 1, NULL, 1);
INSERT INTO public.analysis_stepconsensus VALUES
	(1, '[0, 0, 2]', false, 1, 1, 1, 1, 3),
	(2, '[2, 0, 0]', false, 1, 1, 6, 1, 1),
	(3, '[2, 0, 0]', false, 1, 1, 7, 1, 1),
	(4, '[2, 0, 0]', false, 1, 1, 8, 1, 1),
	(5, '[1, 1, 0]', true, 1, 1, 9, 1, NULL),
	(6, '[2, 0, 0]', false, 1, 1, 10, 1, 1),
	(7, '[2, 0, 0]', false, 1, 1, 11, 1, 1),
	(8, '[2, 0, 0]', false, 1, 1, 12, 1, 1),
	(9, '[0, 1, 1]', true, 1, 1, 13, 1, NULL),
	(10, '[0, 0, 1]', false, 1, 1, 14, 1, 3),
	(11, '[2, 0, 0]', false, 1, 1, 16, 1, 1),
	(12, '[2, 0, 0]', false, 1, 1, 17, 1, 1),
	(13, '[2, 0, 0]', false, 1, 1, 18, 1, 1),
	(14, '[1, 1, 0]', true, 1, 1, 19, 1, NULL),
	(15, '[0, 0, 2]', false, 1, 1, 20, 1, 3),
	(16, '[2, 0, 0]', false, 1, 1, 24, 1, 1),
	(17, '[2, 0, 0]', false, 1, 1, 25, 1, 1),
	(18, '[2, 0, 0]', false, 1, 1, 26, 1, 1),
	(19, '[1, 0, 1]', true, 1, 1, 27, 1, NULL),
	(20, '[2, 0, 0]', false, 1, 1, 28, 1, 1),
	(21, '[2, 0, 0]', false, 1, 1, 29, 1, 1),
	(22, '[1, 1, 0]', true, 1, 1, 30, 1, NULL),
	(23, '[2, 0, 0]', false, 1, 1, 31, 1, 1),
	(24, '[0, 1, 0]', false, 1, 1, 32, 1, 2),
	(25, '[0, 0, 1]', false, 1, 1, 33, 1, 3);
INSERT INTO public.assignments_assignment VALUES
	(1, '5d9e9000-f1ca-433a-ad84-902443385cec', 0, 'work', 'submitted', '2026-11-21 12:26:06.0037+00', '2026-11-21 16:26:06.0037+00', '2026-11-21 12:26:06.0037+00', 'found_error', '', 8, 'styled', 1, '{}', 1, 1, 1, 1),
	(2, 'fdb04ee9-4d5b-44e1-bfc8-2887aa2a0cc3', 0, 'work', 'submitted', '2026-11-21 12:26:06.0037+00', '2026-11-21 16:26:06.0037+00', '2026-11-21 12:26:06.0037+00', 'solution', '', 24, 'styled', 1, '{}', 1, 2, 1, 1),
	(3, '8d0237f0-eef6-4356-98e4-4b6b179aee8c', 0, 'work', 'submitted', '2026-11-21 12:26:06.0037+00', '2026-11-21 16:26:06.0037+00', '2026-11-21 12:26:06.0037+00', 'solution', '', 32, 'styled', 1, '{}', 1, 3, 1, 1),
	(4, 'e1ad98df-db7e-4e79-8e5f-7a4d75b5350d', 0, 'work', 'submitted', '2026-11-21 12:26:06.0037+00', '2026-11-21 16:26:06.0037+00', '2026-11-21 12:26:06.0037+00', 'found_error', '', 8, 'styled', 1, '{}', 1, 4, 1, 1),
	(5, '6df1d353-4c79-4b3a-b996-331e5dab138f', 0, 'work', 'submitted', '2026-11-21 12:26:06.0037+00', '2026-11-21 16:26:06.0037+00', '2026-11-21 12:26:06.0037+00', 'solution', '', 32, 'styled', 1, '{}', 1, 5, 1, 1),
	(6, '23560548-6149-4ee5-90c3-afb8a510023d', 0, 'work', 'submitted', '2026-11-21 12:26:06.0037+00', '2026-11-21 16:26:06.0037+00', '2026-11-21 12:26:06.0037+00', 'found_error', '', 8, 'styled', 1, '{}', 1, 6, 1, 1),
	(7, '61dbaca5-0dc9-4bd7-8a2a-9ab174a4b1c9', 0, 'work', 'submitted', '2026-11-21 12:26:06.0037+00', '2026-11-21 16:26:06.0037+00', '2026-11-21 12:26:06.0037+00', 'found_error', '', 32, 'styled', 1, '{}', 1, 7, 1, 1),
	(8, '3950dd00-e605-4bed-b9b6-707db1c28a90', 0, 'work', 'submitted', '2026-11-21 12:26:06.0037+00', '2026-11-21 16:26:06.0037+00', '2026-11-21 12:26:06.0037+00', 'solution', '', 32, 'styled', 1, '{}', 1, 8, 1, 1),
	(9, '933a6adc-e3d4-4103-b9ac-92c58efc5daa', 0, 'work', 'submitted', '2026-11-21 12:26:06.0037+00', '2026-11-21 16:26:06.0037+00', '2026-11-21 12:26:06.0037+00', 'found_error', '', 16, 'styled', 1, '{}', 1, 9, 1, 1),
	(10, '0c43f0a9-cdc8-441f-ad6e-91f8f7d85d43', 0, 'work', 'open', '2026-11-21 12:26:06.0037+00', '2026-11-21 16:26:06.0037+00', NULL, '', '', 0, 'styled', 1, '{}', 1, 10, 1, 1),
	(11, '16d161f3-dd48-468b-a237-c59560a2b11f', 1, 'work', 'submitted', '2026-11-21 12:26:06.0037+00', '2026-11-21 16:26:06.0037+00', '2026-11-21 12:26:06.0037+00', 'found_error', '', 8, 'styled', 2, '{}', 2, 1, 1, 1),
	(12, '95386d0f-029f-4a94-afc4-66d489e7306c', 1, 'work', 'submitted', '2026-11-21 12:26:06.0037+00', '2026-11-21 16:26:06.0037+00', '2026-11-21 12:26:06.0037+00', 'solution', '', 24, 'styled', 2, '{}', 2, 2, 1, 1),
	(13, '066ea824-4360-478f-b6a6-fad56ee7233c', 1, 'work', 'submitted', '2026-11-21 12:26:06.0037+00', '2026-11-21 16:26:06.0037+00', '2026-11-21 12:26:06.0037+00', 'solution', '', 32, 'styled', 2, '{}', 2, 3, 1, 1),
	(14, '36fae5a5-a380-488a-83c0-78915c8a11b2', 1, 'work', 'submitted', '2026-11-21 12:26:06.0037+00', '2026-11-21 16:26:06.0037+00', '2026-11-21 12:26:06.0037+00', 'found_error', '', 16, 'styled', 2, '{}', 2, 4, 1, 1),
	(15, '36c2a308-17b8-48da-b52c-0922048c3e64', 1, 'work', 'submitted', '2026-11-21 12:26:06.0037+00', '2026-11-21 16:26:06.0037+00', '2026-11-21 12:26:06.0037+00', 'solution', '', 32, 'styled', 2, '{}', 2, 5, 1, 1),
	(16, '8015ca56-92e5-4312-a2c6-ad87c325061c', 1, 'work', 'submitted', '2026-11-21 12:26:06.0037+00', '2026-11-21 16:26:06.0037+00', '2026-11-21 12:26:06.0037+00', 'found_error', '', 8, 'styled', 2, '{}', 2, 6, 1, 1),
	(17, 'ac8051c9-6e31-41bc-8f38-fcf109d9c2e3', 1, 'work', 'submitted', '2026-11-21 12:26:06.0037+00', '2026-11-21 16:26:06.0037+00', '2026-11-21 12:26:06.0037+00', 'solution', '', 32, 'styled', 2, '{}', 2, 7, 1, 1),
	(18, '4176ba71-7125-4e2b-89a7-f35309b74bf0', 1, 'work', 'submitted', '2026-11-21 12:26:06.0037+00', '2026-11-21 16:26:06.0037+00', '2026-11-21 12:26:06.0037+00', 'solution', '', 32, 'styled', 2, '{}', 2, 8, 1, 1),
	(19, '7ce9d5c1-a38b-49d1-a771-1c4e66e15cad', 1, 'work', 'open', '2026-11-21 12:26:06.0037+00', '2026-11-21 16:26:06.0037+00', NULL, '', '', 0, 'styled', 2, '{}', 2, 9, 1, 1);
INSERT INTO public.assignments_campaign VALUES
	(1, 'demo', 'Demo: is every step sound?', 2, 'stop', 'all', 'collapsed', 0, 240, 'active', 1, 1);
INSERT INTO public.assignments_membership VALUES
	(1, 'annotator', 'annotator-e97a', 'active', 1, 1),
	(2, 'annotator', 'annotator-7c08', 'active', 1, 2),
	(3, 'annotator', 'annotator-fc0b', 'active', 1, 3),
	(4, 'reviewer', 'reviewer-00ae', 'active', 1, 4),
	(5, 'researcher', 'researcher-053e', 'active', 1, 5);
INSERT INTO public.auth_group VALUES
	(1, 'researchers');
INSERT INTO public.auth_group_permissions VALUES
	(1, 1, 29),
	(2, 1, 32),
	(3, 1, 33),
	(4, 1, 34),
	(5, 1, 35),
	(6, 1, 36),
	(7, 1, 37),
	(8, 1, 38),
	(9, 1, 39),
	(10, 1, 40),
	(11, 1, 41),
	(12, 1, 42),
	(13, 1, 44),
	(14, 1, 46),
	(15, 1, 47),
	(16, 1, 48),
	(17, 1, 53),
	(18, 1, 54),
	(19, 1, 56),
	(20, 1, 60),
	(21, 1, 64),
	(22, 1, 68),
	(23, 1, 72),
	(24, 1, 77),
	(25, 1, 78),
	(26, 1, 80),
	(27, 1, 89),
	(28, 1, 90),
	(29, 1, 91),
	(30, 1, 92);
INSERT INTO public.auth_permission VALUES
	(1, 'Can add log entry', 1, 'add_logentry'),
	(2, 'Can change log entry', 1, 'change_logentry'),
	(3, 'Can delete log entry', 1, 'delete_logentry'),
	(4, 'Can view log entry', 1, 'view_logentry'),
	(5, 'Can add permission', 2, 'add_permission'),
	(6, 'Can change permission', 2, 'change_permission'),
	(7, 'Can delete permission', 2, 'delete_permission'),
	(8, 'Can view permission', 2, 'view_permission'),
	(9, 'Can add group', 3, 'add_group'),
	(10, 'Can change group', 3, 'change_group'),
	(11, 'Can delete group', 3, 'delete_group'),
	(12, 'Can view group', 3, 'view_group'),
	(13, 'Can add content type', 4, 'add_contenttype'),
	(14, 'Can change content type', 4, 'change_contenttype'),
	(15, 'Can delete content type', 4, 'delete_contenttype'),
	(16, 'Can view content type', 4, 'view_contenttype'),
	(17, 'Can add session', 5, 'add_session'),
	(18, 'Can change session', 5, 'change_session'),
	(19, 'Can delete session', 5, 'delete_session'),
	(20, 'Can view session', 5, 'view_session'),
	(21, 'Can add email address', 6, 'add_emailaddress'),
	(22, 'Can change email address', 6, 'change_emailaddress'),
	(23, 'Can delete email address', 6, 'delete_emailaddress'),
	(24, 'Can view email address', 6, 'view_emailaddress'),
	(25, 'Can add email confirmation', 7, 'add_emailconfirmation'),
	(26, 'Can change email confirmation', 7, 'change_emailconfirmation'),
	(27, 'Can delete email confirmation', 7, 'delete_emailconfirmation'),
	(28, 'Can view email confirmation', 7, 'view_emailconfirmation'),
	(29, 'Can add user', 8, 'add_user'),
	(30, 'Can change user', 8, 'change_user'),
	(31, 'Can delete user', 8, 'delete_user'),
	(32, 'Can view user', 8, 'view_user'),
	(33, 'Can add criterion', 9, 'add_criterion'),
	(34, 'Can change criterion', 9, 'change_criterion'),
	(35, 'Can delete criterion', 9, 'delete_criterion'),
	(36, 'Can view criterion', 9, 'view_criterion'),
	(37, 'Can add label', 10, 'add_label'),
	(38, 'Can change label', 10, 'change_label'),
	(39, 'Can delete label', 10, 'delete_label'),
	(40, 'Can view label', 10, 'view_label'),
	(41, 'Can add taxonomy', 11, 'add_taxonomy'),
	(42, 'Can change taxonomy', 11, 'change_taxonomy'),
	(43, 'Can delete taxonomy', 11, 'delete_taxonomy'),
	(44, 'Can view taxonomy', 11, 'view_taxonomy'),
	(45, 'Can add taxonomy version', 12, 'add_taxonomyversion'),
	(46, 'Can change taxonomy version', 12, 'change_taxonomyversion'),
	(47, 'Can delete taxonomy version', 12, 'delete_taxonomyversion'),
	(48, 'Can view taxonomy version', 12, 'view_taxonomyversion'),
	(49, 'Can add label mapping', 13, 'add_labelmapping'),
	(50, 'Can change label mapping', 13, 'change_labelmapping'),
	(51, 'Can delete label mapping', 13, 'delete_labelmapping'),
	(52, 'Can view label mapping', 13, 'view_labelmapping'),
	(53, 'Can add dataset', 14, 'add_dataset'),
	(54, 'Can change dataset', 14, 'change_dataset'),
	(55, 'Can delete dataset', 14, 'delete_dataset'),
	(56, 'Can view dataset', 14, 'view_dataset'),
	(57, 'Can add import run', 15, 'add_importrun'),
	(58, 'Can change import run', 15, 'change_importrun'),
	(59, 'Can delete import run', 15, 'delete_importrun'),
	(60, 'Can view import run', 15, 'view_importrun'),
	(61, 'Can add problem', 16, 'add_problem'),
	(62, 'Can change problem', 16, 'change_problem'),
	(63, 'Can delete problem', 16, 'delete_problem'),
	(64, 'Can view problem', 16, 'view_problem'),
	(65, 'Can add chain', 17, 'add_chain'),
	(66, 'Can change chain', 17, 'change_chain'),
	(67, 'Can delete chain', 17, 'delete_chain'),
	(68, 'Can view chain', 17, 'view_chain'),
	(69, 'Can add step', 18, 'add_step'),
	(70, 'Can change step', 18, 'change_step'),
	(71, 'Can delete step', 18, 'delete_step'),
	(72, 'Can view step', 18, 'view_step'),
	(73, 'Can add chain step', 19, 'add_chainstep'),
	(74, 'Can change chain step', 19, 'change_chainstep'),
	(75, 'Can delete chain step', 19, 'delete_chainstep'),
	(76, 'Can view chain step', 19, 'view_chainstep'),
	(77, 'Can add campaign', 20, 'add_campaign'),
	(78, 'Can change campaign', 20, 'change_campaign'),
	(79, 'Can delete campaign', 20, 'delete_campaign'),
	(80, 'Can view campaign', 20, 'view_campaign'),
	(81, 'Can add gold chain', 21, 'add_goldchain'),
	(82, 'Can change gold chain', 21, 'change_goldchain'),
	(83, 'Can delete gold chain', 21, 'delete_goldchain'),
	(84, 'Can view gold chain', 21, 'view_goldchain'),
	(85, 'Can add gold grade', 22, 'add_goldgrade'),
	(86, 'Can change gold grade', 22, 'change_goldgrade'),
	(87, 'Can delete gold grade', 22, 'delete_goldgrade'),
	(88, 'Can view gold grade', 22, 'view_goldgrade'),
	(89, 'Can add membership', 23, 'add_membership'),
	(90, 'Can change membership', 23, 'change_membership'),
	(91, 'Can delete membership', 23, 'delete_membership'),
	(92, 'Can view membership', 23, 'view_membership'),
	(93, 'Can add assignment', 24, 'add_assignment'),
	(94, 'Can change assignment', 24, 'change_assignment'),
	(95, 'Can delete assignment', 24, 'delete_assignment'),
	(96, 'Can view assignment', 24, 'view_assignment'),
	(97, 'Can add grade', 25, 'add_grade'),
	(98, 'Can change grade', 25, 'change_grade'),
	(99, 'Can delete grade', 25, 'delete_grade'),
	(100, 'Can view grade', 25, 'view_grade'),
	(101, 'Can add answer', 26, 'add_answer'),
	(102, 'Can change answer', 26, 'change_answer'),
	(103, 'Can delete answer', 26, 'delete_answer'),
	(104, 'Can view answer', 26, 'view_answer'),
	(105, 'Can add grade revision', 27, 'add_graderevision'),
	(106, 'Can change grade revision', 27, 'change_graderevision'),
	(107, 'Can delete grade revision', 27, 'delete_graderevision'),
	(108, 'Can view grade revision', 27, 'view_graderevision'),
	(109, 'Can add agreement report', 28, 'add_agreementreport'),
	(110, 'Can change agreement report', 28, 'change_agreementreport'),
	(111, 'Can delete agreement report', 28, 'delete_agreementreport'),
	(112, 'Can view agreement report', 28, 'view_agreementreport'),
	(113, 'Can add step consensus', 29, 'add_stepconsensus'),
	(114, 'Can change step consensus', 29, 'change_stepconsensus'),
	(115, 'Can delete step consensus', 29, 'delete_stepconsensus'),
	(116, 'Can view step consensus', 29, 'view_stepconsensus'),
	(117, 'Can add style report', 30, 'add_stylereport'),
	(118, 'Can change style report', 30, 'change_stylereport'),
	(119, 'Can delete style report', 30, 'delete_stylereport'),
	(120, 'Can view style report', 30, 'view_stylereport'),
	(121, 'Can add style flag', 31, 'add_styleflag'),
	(122, 'Can change style flag', 31, 'change_styleflag'),
	(123, 'Can delete style flag', 31, 'delete_styleflag'),
	(124, 'Can view style flag', 31, 'view_styleflag'),
	(125, 'Can add snapshot', 32, 'add_snapshot'),
	(126, 'Can change snapshot', 32, 'change_snapshot'),
	(127, 'Can delete snapshot', 32, 'delete_snapshot'),
	(128, 'Can view snapshot', 32, 'view_snapshot'),
	(129, 'Can add token', 33, 'add_token'),
	(130, 'Can change token', 33, 'change_token'),
	(131, 'Can delete token', 33, 'delete_token'),
	(132, 'Can view token', 33, 'view_token');
INSERT INTO public.chains_chain VALUES
	(1, 'algebra-1-a', 'tutor-small', 5, '19', true, '{"domain": "algebra"}', '\x0523d4e98a28c2001a6b8eb124a191c9f7c7c74e06afead2c4ec1e2028919346', 1, 1, 1),
	(2, 'algebra-1-b', 'tutor-large', 3, '19', true, '{"domain": "algebra"}', '\xd1b2b72b2d53eb69fdb59c4e13e0f27d833e32b697ee3dc54c0e9167de1b849e', 1, 1, 1),
	(3, 'algebra-2-a', 'tutor-large', 4, '12', true, '{"domain": "algebra"}', '\x004ee29f42ee7cda47d7346db88b0b93cd1cfea3d0fe38458212b8679644e007', 1, 1, 2),
	(4, 'algebra-3-a', 'tutor-small', 3, 'no change', false, '{"domain": "algebra"}', '\x9a58657ac282e9f3c59137add5d70bd2361328bfbdd10a4298cb3c2749943fc1', 1, 1, 3),
	(5, 'debug-1-a', 'coder-1', 4, 'return None when the list is empty', true, '{"domain": "debugging"}', '\x47146a02f4bfc304ebc779c773d694b34589cd7b558edac320f8c747c7d79509', 1, 1, 4),
	(6, 'debug-1-b', 'coder-2', 4, 'return None when the list is empty', true, '{"domain": "debugging"}', '\x3e267b02ccb87f02e5c3609b7a95a9efb354e3bb2b5195c9764832b33fa792ce', 1, 1, 4),
	(7, 'debug-2-a', 'coder-1', 4, 'hold a lock around the increment', true, '{"domain": "debugging"}', '\x5828daf85963b1e5a6a458e9ab11c3df71b1eda412c067645a7b7790e07cc5c4', 1, 1, 5),
	(8, 'law-1-a', 'counsel-1', 4, 'no contract', true, '{"domain": "law"}', '\x032c888e6d7d8685a6a9230e09be4d3e732cced56f8b7b4cda588240b1c816a4', 1, 1, 6),
	(9, 'law-1-b', 'counsel-2', 5, 'no contract', true, '{"domain": "law"}', '\x2f85034584e525956152dbdd3e993324bc75ed28644ba44e45b05d5521cd4856', 1, 1, 6),
	(10, 'law-2-a', 'counsel-1', 3, 'no', true, '{"domain": "law"}', '\xe0b99854d390678aaaaece42cc24c502ac1ac1c751bbffae0cab2935b0cb9e6f', 1, 1, 7),
	(11, 'essay-1-a', 'writer-1', 5, 'five paragraphs', true, '{"domain": "essay"}', '\xaab8f125fc1aaeab890fa833314607f1bb9d628880e8c993ba198b6cc14dcca4', 1, 1, 8),
	(12, 'essay-1-b', 'writer-2', 5, 'five paragraphs', false, '{"domain": "essay"}', '\x60fe12825ffa8d14648488deb3a952898f9ab70db47f0c28a2f375bc342e001e', 1, 1, 8),
	(13, 'essay-2-a', 'writer-1', 5, 'thesis first', true, '{"domain": "essay"}', '\xb96706765b5a17941206de50a9019738adfdac11b9a015349c7e0b939276b53d', 1, 1, 9);
INSERT INTO public.chains_chainstep VALUES
	(0, NULL, 1, 1),
	(1, NULL, 1, 2),
	(2, NULL, 1, 3),
	(3, NULL, 1, 4),
	(4, NULL, 1, 5),
	(0, NULL, 2, 6),
	(1, NULL, 2, 7),
	(2, NULL, 2, 8),
	(0, NULL, 3, 9),
	(1, NULL, 3, 10),
	(2, NULL, 3, 11),
	(3, NULL, 3, 12),
	(0, NULL, 4, 13),
	(1, NULL, 4, 14),
	(2, NULL, 4, 15),
	(0, NULL, 5, 16),
	(1, NULL, 5, 17),
	(2, NULL, 5, 18),
	(3, NULL, 5, 19),
	(0, NULL, 6, 20),
	(1, NULL, 6, 21),
	(2, NULL, 6, 22),
	(3, NULL, 6, 23),
	(0, NULL, 7, 24),
	(1, NULL, 7, 25),
	(2, NULL, 7, 26),
	(3, NULL, 7, 27),
	(0, NULL, 8, 28),
	(1, NULL, 8, 29),
	(2, NULL, 8, 30),
	(3, NULL, 8, 31),
	(0, NULL, 9, 32),
	(1, NULL, 9, 33),
	(2, NULL, 9, 34),
	(3, NULL, 9, 35),
	(4, NULL, 9, 36),
	(0, NULL, 10, 37),
	(1, NULL, 10, 38),
	(2, NULL, 10, 39),
	(0, NULL, 11, 40),
	(1, NULL, 11, 41),
	(2, NULL, 11, 42),
	(3, NULL, 11, 43),
	(4, NULL, 11, 44),
	(0, NULL, 12, 45),
	(1, NULL, 12, 46),
	(2, NULL, 12, 47),
	(3, NULL, 12, 48),
	(4, NULL, 12, 49),
	(0, NULL, 13, 50),
	(1, NULL, 13, 51),
	(2, NULL, 13, 52),
	(3, NULL, 13, 53),
	(4, NULL, 13, 54);
INSERT INTO public.chains_dataset VALUES
	(1, 'demo', 'Demo: made-up chains of four domains', 'algebra, code, law, essays', 'Written for Stepmark. Among them lucky chains, bullets, first person, LaTeX and code.');
INSERT INTO public.chains_importrun VALUES
	(1, 'done', '2026-11-21 12:26:06.0037+00', '2026-11-21 12:26:06.0037+00', '2026-11-21 12:26:06.04027+00', '2026-11-21 12:26:06.04027+00', 1, 10611, 10611, '', 'native', 'chains.jsonl', '/tmp/w/presets/head/annotator/web/demo/chains.jsonl', '393ac9db3ad13a9075f59d84245f028c647d654e8877c5e9ab0c7aeaa964567f', NULL, 13, 9, 54, 13, 0, 0, 0, '[]', 1, NULL);
INSERT INTO public.chains_problem VALUES
	(1, 'algebra-1', 'Solve for $x$: $\;3(x - 4) - 2(x + 1) = 5$.', '19', NULL, 1),
	(2, 'algebra-2', 'The sum of two numbers is $20$ and the difference of their squares is $80$. Find the larger number.', '12', NULL, 1),
	(3, 'algebra-3', 'A shop raises a price by $20\%$ and then lowers the new price by $20\%$. What is the overall change?', 'a decrease of 4 %', NULL, 1),
	(4, 'debug-1', 'This function should return the average of a list, but the test for an empty list fails:

```python
def average(values):
    total = 0
    for value in values:
        total += value
    return total / len(values)
```

Find the fault and mend it. The specification says that the average of no values is `None`.', 'return None when the list is empty', NULL, 1),
	(5, 'debug-2', 'A counter that four threads increase 10,000 times each ends below 40,000. Why, and what is the smallest mend?', 'the increment is not atomic; hold a lock around it', NULL, 1),
	(6, 'law-1', 'A shop window shows a coat with a price tag of €50. The tag should have read €150. A passer-by walks in, puts €50 on the counter and demands the coat. Is there a contract of sale? Argue under the rule that a display of goods is an invitation to make offers.', 'no contract', NULL, 1),
	(7, 'law-2', 'A tenant''s lease says "no pets". The tenant keeps a guide dog. The statute says that a clause may not keep a person from using an assistance animal. May the landlord end the lease because of the dog?', 'no', NULL, 1),
	(8, 'essay-1', 'Outline a five-paragraph essay that argues for later school starts for teenagers. Each paragraph needs one claim and the evidence that supports it.', 'claim, biology, results, objections, close', NULL, 1),
	(9, 'essay-2', 'Outline a short comparison of two maps of the same city, one from 1850 and one from today. State a thesis that the comparison supports.', 'thesis first, then three comparisons, then a close', NULL, 1);
INSERT INTO public.chains_step VALUES
	(1, 0, 'Expand both brackets: $3(x-4) = 3x - 12$ and $-2(x+1) = -2x + 2$.', '\x32e04c2bf634fc1a27e76006020e9c74f23516c18bc45b36454a4f97686184c3', NULL, 1),
	(2, 1, 'Put them together: $3x - 12 - 2x + 2 = x - 10$, so the equation reads $x - 10 = 5$.', '\x2e93ebc1571a43b141e2357f648d80124e2bb92041ce48b8f3cb33faef23cf0d', 1, 1),
	(3, 2, 'Moving the constant over, I have to be careful: the bracket gave $-2$, not $+2$, so the left side is really $x - 14 = 5$.', '\x298ec10712b7ee7a52618e1eac86d506efa8513088c868816869f63dd7914f86', 2, 1),
	(4, 3, 'Therefore $x = 5 + 14 = 19$.', '\x6156ce89f530f05f09663435141c0cea175a20f52e14ec8a925fb0d3125a907e', 3, 1),
	(5, 4, 'Check: $3(19-4) - 2(19+1) = 45 - 40 = 5$. ✓', '\xfe0327fafaf78e56ad9c1e434530c807a6775447ceb56014b5b3deb8f6d17098', 4, 1),
	(6, 0, 'Expand both brackets: $3(x-4) = 3x - 12$ and $-2(x+1) = -2x - 2$.', '\x0ca864ec746d7080c2618f3d2a5b4da0aa0c84eb72385efa9370705de747de57', NULL, 1),
	(7, 1, 'Collect terms: $3x - 2x = x$ and $-12 - 2 = -14$, which leaves $x - 14 = 5$.', '\x2f1e659ed3a8f83bad82dd65a1a348b3689d980b23cc0022f7cb796c48d1eeb9', 6, 1),
	(8, 2, 'Add $14$ to both sides: $x = 19$.', '\x849137a4b49c856af969d4cb5e5e3372331d26e37096c85859ef3587b7589849', 7, 1),
	(9, 0, 'Let the numbers be $a > b$. Then $a + b = 20$ and $a^2 - b^2 = 80$.', '\xf0ce214ca2c242af3c22e0e8deceb015b2350f257f7536e37f7bb1ae5c4ba24c', NULL, 2),
	(10, 1, 'The difference of squares factors: $(a+b)(a-b) = 80$, hence

$$a - b = \frac{80}{20} = 4.$$', '\x44cc09431252e88f6829fd6aebf5590eba688801a15d598334240b93777e205f', 9, 2),
	(11, 2, 'Adding the two linear equations gives $2a = 24$, so $a = 12$ and $b = 8$.', '\xcf77a311a7fe3c1df114e82ca84e832175aa9094fe408c171a933b26b92c0ebc', 10, 2),
	(12, 3, 'The larger number is $\boxed{12}$.', '\x5df6f863ea13d7d32a90195bc96381b7e6213c39085c6822fdc03748a1f5eb04', 11, 2),
	(13, 0, '- The price goes up by $20\%$.
- The price goes down by $20\%$.
- **The two changes are equal and opposite.**', '\xf793d5142b263b75362114b8722b408499053aa30fefad6de2bee1311d3b4cab', NULL, 3),
	(14, 1, '- Equal and opposite changes cancel.
- So the overall change is $0\%$.', '\x351fec92f7accee5c0b03251c0a6e4cf15cad930e58179aa1cf4b0051f96ea14', 13, 3),
	(15, 2, '- **Answer:** no change.', '\x5d9ffd9347f16765f8b77c6e9e42992456490ca78f87540ecd56a0c1bf670b09', 14, 3),
	(16, 0, 'I run `average([])` in my head: the loop body never runs, so `total` is `0`.', '\x70bfb71bd463bc9272b3b7743d9a50c0a869a547602e05eafd72639e5c7b7baa', NULL, 4),
	(17, 1, 'I then reach `total / len(values)`, which is `0 / 0`, and Python raises `ZeroDivisionError`.', '\xc083b4b731170b59d5e52f6f0a5722e1d0a9060fc9b61c5062558903da28c615', 16, 4),
	(18, 2, 'I guard the division, as the specification asks:

```python
def average(values):
    if not values:
        return None
    return sum(values) / len(values)
```', '\xa7a02b05b49c9691de3072242ac62fedfe616a91ff3f9e1efa611d3f644a82a6', 17, 4),
	(19, 3, 'I check the ordinary case as well: `average([2, 4])` is `6 / 2`, which is `3.0`.', '\x38dadbd921cd0fc1c56f6d3c6b68f0075c9f87b94a08e9b3d5d40900ef6fdca5', 18, 4),
	(20, 0, 'The failure must come from integer division, because `total` starts as an integer.', '\x7806f29a49b859f00c569408bd714caf7a8f4f5939a054e07981ec86a4496631', NULL, 4),
	(21, 1, 'Change the start value to `total = 0.0` so that the division is a float division.', '\x61e52cde77ca6e27316dc47a12bcf12953f5a87e6228ec63aa2de1df924601c5', 20, 4),
	(22, 2, 'To be safe, wrap the return in a handler:

```python
    try:
        return total / len(values)
    except ZeroDivisionError:
        return None
```', '\xfe4d72a60cdceff2fd22f73de3a10c139eb7afddabe96698f35e8fb7520bc7cb', 21, 4),
	(23, 3, 'The empty list now returns `None`, so the test passes.', '\x1ddd5708d5cb4e9439f9856012b267c9c2e60c70046a3e57a1ebdd8165a08461', 22, 4),
	(24, 0, '`counter += 1` reads the value, adds one, and writes it back: three actions, not one.', '\xeb984839ec00e6e3934e2c6b8f22857ad4b87489be5ee0a121cb6885d7424e77', NULL, 5),
	(25, 1, 'Two threads can read the same value; both write back the same sum, and one increase is lost.', '\xf455df964e109b4d946870506fddfa982bfd41930008ee895e1aac104a7a89dc', 24, 5),
	(26, 2, 'Hold a lock around the increment:

```python
with lock:
    counter += 1
```', '\x44ebe2c11a6098708993da76436b69d9797ba319cc6298edb6afd3f3feb4031b', 25, 5),
	(27, 3, 'With the lock the four threads run one after the other inside the block, so the result is exactly 40,000.', '\x6a29f5adbe24a227e52603a6ce03888e2791cdef2d1707b6876e4a90730577e5', 26, 5),
	(28, 0, '**Issue.** Did the display of the coat, with its price, bind the shop as an offer that the passer-by could accept?', '\x0588e7d6300b3735ef40c1cabb281a1cdae7488277c4e41496e918330ee79a50', NULL, 6),
	(29, 1, '**Rule.** Goods on display with a price are an invitation to make offers. The customer makes the offer; the shop may take it or refuse.', '\xc83c50c00efd12d2f3fa5ece67d9261d4869b4ed1d536c4e8996842588410a06', 28, 6),
	(30, 2, '**Application.** By putting €50 on the counter the passer-by made an offer. The shop has not said yes to it, and the wrong tag does not change who makes the offer.', '\x3a0542797c368dfa4edb631483fa88310ed01fd7f8b6edd1dbd6ae883e931f88', 29, 6),
	(31, 3, '**Conclusion.** No contract has come about. The shop may refuse to sell at €50.', '\x48d95e6df37d5ec9e31c38d6fc59319c95d24d4a7bbd74b591e1ff4f3420b568', 30, 6),
	(32, 0, 'The question is whether anybody made a promise here that the other side accepted.', '\xdc7c92d4243ad584ef3eeee8016e91147278735464a078ecdf45b25e2a5e5be4', NULL, 6),
	(33, 1, 'A price tag is a binding offer to everyone who passes by, since it states the goods and the price with full certainty.', '\x283ff2bdf5777f1a3551404155cad46dd81f216edf97d21365d507c3e9e6b500', 32, 6),
	(34, 2, 'The passer-by accepted by paying, so at first sight there is a contract for €50.', '\x402a009378dae24997f6793aeae91687d1a93c21488519b1f3daebb5d732f3b5', 33, 6),
	(35, 3, 'However, the shop was mistaken about the price, and a mistaken seller is never bound.', '\x6c51be8b6237a7f830ac408f7df88c69bf16b4dbb3bc146c54824a397e3533b1', 34, 6),
	(36, 4, 'So in the end there is no contract.', '\xe3d4e5a17fcdae8733f0f06796db1edbe5e9f85be49579f710bd55c1e063bcd5', 35, 6),
	(37, 0, 'I think the first thing to settle is whether the clause applies to this animal at all.', '\x3788516d216a90241bf4d8d7140fa456cadbf7792175f7558ed7582f0e4c093c', NULL, 7),
	(38, 1, 'I read the statute as taking assistance animals out of the reach of such clauses, and I see that a guide dog is the plainest example of one.', '\xdc7b0073f1500db68e252c435a0624034df9dc1d1c59e50ff80aadbe489dc176', 37, 7),
	(39, 2, 'I conclude that the clause has no force against the guide dog, so keeping it is no breach, and the landlord may not end the lease for it.', '\xf68a9ac4dc4f78b3e5284ea048a6bc2e728776b743871d36ef5f15315aa0f6e9', 38, 7),
	(40, 0, '## Opening

Claim: schools for teenagers should not begin before half past eight. It states the position and names the two reasons that follow.', '\xd5164903416cd915bad839f7ca65dbbb56cab1aeace6dd007e58f0cc50446a8d', NULL, 8),
	(41, 1, '## Biology

Claim: the body clock shifts in adolescence, so an early start cuts sleep short. Evidence: sleep studies that follow the same pupils over years.', '\x38ba3713421c48d746557f0531fe79d930f74def24cd2160019bd07d5702d2ac', 40, 8),
	(42, 2, '## Results

Claim: where schools moved their start, attendance rose. Evidence: districts before and after the change.', '\x79a242c66f5f8f3fe11a4a0e0d4453049dc6a4447356e3df4a04fbff607507b3', 41, 8),
	(43, 3, '## Objections

Claim: buses and sport can be rearranged. Evidence: timetables of districts that did so, with their costs.', '\xc8f769248cc91e606e5889ec959389eebbafa133b7cb504aa342e4a1ba6f2677', 42, 8),
	(44, 4, '## Close

Returns to the position and says what a reader''s own school could do first.', '\x720bcc230ea70b17f15a716b32d464b1a82cbef15018fd7ea5f36b44bfe322d9', 43, 8),
	(45, 0, 'Begin with a striking question: when did you last wake up without an alarm?', '\xbbe2889b6b2a63891f8fe16dd340240987dc0cef1fd3f0c5d570bc88345f86d2', NULL, 8),
	(46, 1, 'Second paragraph: teenagers like to sleep, everybody knows that, so later starts are better.', '\x62393634a13d29c8e756c6e3a6b152a0e6385c45485888d67d094bf823ae15f9', 45, 8),
	(47, 2, 'Third paragraph: my cousin''s school changed its hours and he is happier now, which proves that it works.', '\x039dcd0ed401d8d2774222aec7bee050aa1db67db792ac1b3ad482505dcc5835', 46, 8),
	(48, 3, 'Fourth paragraph: some say buses would cost more. They are wrong.', '\x9375c0d95d2ae831fe1197c9a88f52ca8675cad5fa6608098e92dc92a4ea140a', 47, 8),
	(49, 4, 'Last paragraph: for all these reasons, schools should begin at half past eight.', '\x987813fe6cff4050989c754f01269009a735a56ec90a2e4f947f0c3101082ba9', 48, 8),
	(50, 0, 'Thesis: the two maps show that the railway, not the river, now decides where the city grows.', '\x484ec8a37da76a064f458c2c89f8b575014a19616c96e52a9d62e1febe98b8af', NULL, 9),
	(51, 1, 'First comparison: in 1850 the mills and the market stand along the river; today the same banks are parks.', '\x8e52a079f0f36727fc9eefb053e983289d08081f3e310597d5205672617b30f9', 50, 9),
	(52, 2, 'Second comparison: the 1850 map ends at the station; on today''s map the station is the centre of four districts.', '\x12d7b65a22b62f22bd5caa0d17e92dd12a838110f35f6b34dece652021e3f5d0', 51, 9),
	(53, 3, 'Third comparison: street names. The old ones name trades, the new ones name lines and platforms, which supports the thesis.', '\x45640532c19dff89ebb5f92a45a700a9718083476cc8645258b2b3ca768a98ca', 52, 9),
	(54, 4, 'Close: what a map leaves out (who lived where) and why the thesis is about growth alone.', '\x551c352cbb6a1539120fd5ab841c54b79fc00b091a280d585dfaec7be61be8a8', 53, 9);
INSERT INTO public.django_content_type VALUES
	(1, 'admin', 'logentry'),
	(2, 'auth', 'permission'),
	(3, 'auth', 'group'),
	(4, 'contenttypes', 'contenttype'),
	(5, 'sessions', 'session'),
	(6, 'account', 'emailaddress'),
	(7, 'account', 'emailconfirmation'),
	(8, 'accounts', 'user'),
	(9, 'taxonomies', 'criterion'),
	(10, 'taxonomies', 'label'),
	(11, 'taxonomies', 'taxonomy'),
	(12, 'taxonomies', 'taxonomyversion'),
	(13, 'taxonomies', 'labelmapping'),
	(14, 'chains', 'dataset'),
	(15, 'chains', 'importrun'),
	(16, 'chains', 'problem'),
	(17, 'chains', 'chain'),
	(18, 'chains', 'step'),
	(19, 'chains', 'chainstep'),
	(20, 'assignments', 'campaign'),
	(21, 'assignments', 'goldchain'),
	(22, 'assignments', 'goldgrade'),
	(23, 'assignments', 'membership'),
	(24, 'assignments', 'assignment'),
	(25, 'grading', 'grade'),
	(26, 'grading', 'answer'),
	(27, 'grading', 'graderevision'),
	(28, 'analysis', 'agreementreport'),
	(29, 'analysis', 'stepconsensus'),
	(30, 'analysis', 'stylereport'),
	(31, 'analysis', 'styleflag'),
	(32, 'exports', 'snapshot'),
	(33, 'api', 'token');
INSERT INTO public.django_migrations VALUES
	(1, 'contenttypes', '0001_initial', '2026-11-21 12:25:54.357409+00'),
	(2, 'contenttypes', '0002_remove_content_type_name', '2026-11-21 12:25:54.377225+00'),
	(3, 'auth', '0001_initial', '2026-11-21 12:25:54.410113+00'),
	(4, 'auth', '0002_alter_permission_name_max_length', '2026-11-21 12:25:54.421765+00'),
	(5, 'auth', '0003_alter_user_email_max_length', '2026-11-21 12:25:54.429465+00'),
	(6, 'auth', '0004_alter_user_username_opts', '2026-11-21 12:25:54.440814+00'),
	(7, 'auth', '0005_alter_user_last_login_null', '2026-11-21 12:25:54.448271+00'),
	(8, 'auth', '0006_require_contenttypes_0002', '2026-11-21 12:25:54.454155+00'),
	(9, 'auth', '0007_alter_validators_add_error_messages', '2026-11-21 12:25:54.466383+00'),
	(10, 'auth', '0008_alter_user_username_max_length', '2026-11-21 12:25:54.471535+00'),
	(11, 'auth', '0009_alter_user_last_name_max_length', '2026-11-21 12:25:54.482639+00'),
	(12, 'auth', '0010_alter_group_name_max_length', '2026-11-21 12:25:54.494381+00'),
	(13, 'auth', '0011_update_proxy_permissions', '2026-11-21 12:25:54.506267+00'),
	(14, 'auth', '0012_alter_user_first_name_max_length', '2026-11-21 12:25:54.517114+00'),
	(15, 'accounts', '0001_initial', '2026-11-21 12:25:54.557389+00'),
	(16, 'account', '0001_initial', '2026-11-21 12:25:54.598265+00'),
	(17, 'account', '0002_email_max_length', '2026-11-21 12:25:54.614453+00'),
	(18, 'account', '0003_alter_emailaddress_create_unique_verified_email', '2026-11-21 12:25:54.645515+00'),
	(19, 'account', '0004_alter_emailaddress_drop_unique_email', '2026-11-21 12:25:54.674966+00'),
	(20, 'account', '0005_emailaddress_idx_upper_email', '2026-11-21 12:25:54.697073+00'),
	(21, 'account', '0006_emailaddress_lower', '2026-11-21 12:25:54.719304+00'),
	(22, 'account', '0007_emailaddress_idx_email', '2026-11-21 12:25:54.743818+00'),
	(23, 'account', '0008_emailaddress_unique_primary_email_fixup', '2026-11-21 12:25:54.771106+00'),
	(24, 'account', '0009_emailaddress_unique_primary_email', '2026-11-21 12:25:54.782406+00'),
	(25, 'admin', '0001_initial', '2026-11-21 12:25:54.810061+00'),
	(26, 'admin', '0002_logentry_remove_auto_add', '2026-11-21 12:25:54.823452+00'),
	(27, 'admin', '0003_logentry_add_action_flag_choices', '2026-11-21 12:25:54.844766+00'),
	(28, 'taxonomies', '0001_initial', '2026-11-21 12:25:55.173549+00'),
	(29, 'chains', '0001_initial', '2026-11-21 12:25:55.833596+00'),
	(30, 'assignments', '0001_initial', '2026-11-21 12:25:56.332531+00'),
	(31, 'analysis', '0001_initial', '2026-11-21 12:25:57.095735+00'),
	(32, 'api', '0001_initial', '2026-11-21 12:25:57.201359+00'),
	(33, 'taxonomies', '0002_guarantees', '2026-11-21 12:25:57.212596+00'),
	(34, 'chains', '0002_guarantees', '2026-11-21 12:25:57.221519+00'),
	(35, 'assignments', '0002_guarantees', '2026-11-21 12:25:57.228441+00'),
	(36, 'exports', '0001_initial', '2026-11-21 12:25:57.309311+00'),
	(37, 'exports', '0002_guarantees', '2026-11-21 12:25:57.313317+00'),
	(38, 'grading', '0001_initial', '2026-11-21 12:25:58.029818+00'),
	(39, 'grading', '0002_guarantees', '2026-11-21 12:25:58.065693+00'),
	(40, 'sessions', '0001_initial', '2026-11-21 12:25:58.096706+00');
INSERT INTO public.grading_answer VALUES
	(1, 1, 'one', '', 2, 5, 1, 1),
	(2, 1, 'one', '', 2, 6, 1, 9),
	(3, 1, 'one', '', 2, 8, 1, 14),
	(4, 1, 'one', '', 2, 6, 1, 18),
	(5, 1, 'one', '', 2, 7, 1, 24),
	(6, 1, 'one', '', 2, 5, 1, 25),
	(7, 1, 'one', '', 2, 8, 1, 34),
	(8, 1, 'one', '', 2, 6, 1, 39),
	(9, 1, 'one', '', 2, 10, 1, 48);
INSERT INTO public.grading_grade VALUES
	(1, 'graded', '', 8, 'styled', 1, 'ad6a58da-8425-47cc-9ccf-8bffa50f6c51', '\x34ad7d0af8e0bc72407cf2ddeec21bf02b452b18c1c14e9daacdde5bce851b1a', '2026-11-21 12:26:06.0037+00', 1, 1, 1, 1, NULL, 1, 1, 3, 1, DEFAULT),
	(2, 'graded', '', 8, 'styled', 1, '1f7418d3-0a26-4e72-a9ba-4119067339c5', '\xdc429e3b78e0b4f021db690c11c0fc59b7cda6751e9fe4ba4022112967004c69', '2026-11-21 12:26:06.0037+00', 1, 2, 1, 2, NULL, 6, 1, 1, 1, DEFAULT),
	(3, 'graded', '', 8, 'styled', 1, '40f9e973-f774-4f08-adcb-ef75cb942b83', '\xe8e1d21b3ecd093cb66205fa78136aebaf5b51472e6d7eb7b73eff6c3483c6aa', '2026-11-21 12:26:06.0037+00', 1, 2, 1, 2, NULL, 7, 1, 1, 1, DEFAULT),
	(4, 'graded', '', 8, 'styled', 1, '91eb6fd8-452d-441e-a3fa-8dca40af71f7', '\xf2fb675c6e754080f5737248c1161503f46b2d4d9d4484e933a5153c363e0d76', '2026-11-21 12:26:06.0037+00', 1, 2, 1, 2, NULL, 8, 1, 1, 1, DEFAULT),
	(5, 'graded', '', 8, 'styled', 1, '4be81039-f0bd-43d6-9b5e-4d5509c93591', '\x87b321dd48bcc2d32a0c9c266f76188354c8bb99745a0d165c79572f380710d9', '2026-11-21 12:26:06.0037+00', 1, 3, 1, 3, NULL, 9, 1, 1, 1, DEFAULT),
	(6, 'graded', '', 8, 'styled', 1, '723d5858-fc11-45c4-a37a-b3bdcd3f83ba', '\xfdc51f025c1af942a1665fcebb4e8700980f1eb3074cf32c4939b80356009d59', '2026-11-21 12:26:06.0037+00', 1, 3, 1, 3, NULL, 10, 1, 1, 1, DEFAULT),
	(7, 'graded', '', 8, 'styled', 1, '14a2df87-622f-4f6a-9225-06326ba53d9a', '\xcf19cf4460bee538fc3c2c405440b097958d78a4c8805b24df5c198baaebec68', '2026-11-21 12:26:06.0037+00', 1, 3, 1, 3, NULL, 11, 1, 1, 1, DEFAULT),
	(8, 'graded', '', 8, 'styled', 1, '5894a80f-2479-4673-bfc2-a8e9849f54d2', '\xc4849a8008f5fc6eaf15f608c92c2e37de9426137301101340a6b85e8f4369f1', '2026-11-21 12:26:06.0037+00', 1, 3, 1, 3, NULL, 12, 1, 1, 1, DEFAULT),
	(9, 'graded', '', 8, 'styled', 1, '6dc2ab32-7b89-4b40-aa4e-2a7699f59fb9', '\x31c24d79e65523016e895476b0a1cf595a1b7e83f260df45545638716f11403d', '2026-11-21 12:26:06.0037+00', 1, 4, 1, 4, NULL, 13, 1, 3, 1, DEFAULT),
	(10, 'graded', '', 8, 'styled', 1, 'fb8de590-52ad-4664-8efb-3c60ef06da21', '\x937566b334d04ba2c3a0531e3acfb1c1e499572eee16823e9fece260744a3493', '2026-11-21 12:26:06.0037+00', 1, 5, 1, 5, NULL, 16, 1, 1, 1, DEFAULT),
	(11, 'graded', '', 8, 'styled', 1, '49aa0a25-22d9-41cc-8a49-0a9c1a12ded5', '\xe0d59b8725295d0f11d7c43c8f6a7196421b808ccc08b9b79901c51290607788', '2026-11-21 12:26:06.0037+00', 1, 5, 1, 5, NULL, 17, 1, 1, 1, DEFAULT),
	(12, 'graded', '', 8, 'styled', 1, 'ed355f4e-6852-4538-beec-242571632f95', '\x601aecdc27b41750fcb8f891b6905678d12062c7c3719d13897ca740d2ee096e', '2026-11-21 12:26:06.0037+00', 1, 5, 1, 5, NULL, 18, 1, 1, 1, DEFAULT),
	(13, 'graded', '', 8, 'styled', 1, 'bd15f051-70ed-4c3d-88b6-8d827c27b155', '\x0066284101319f361eee9ce3911a426cac42eb2ed7d5501f656cfacaf914b12d', '2026-11-21 12:26:06.0037+00', 1, 5, 1, 5, NULL, 19, 1, 2, 1, DEFAULT),
	(14, 'graded', '', 8, 'styled', 1, 'd6cfa1ef-8ad6-4fb8-b0a0-618ab642ec59', '\xdb0dcbdcf09f5203130238441d18d6cd9d2eddcd36590d7f293b5ba9787e41ad', '2026-11-21 12:26:06.0037+00', 1, 6, 1, 6, NULL, 20, 1, 3, 1, DEFAULT),
	(15, 'graded', '', 8, 'styled', 1, 'f4212c8b-2802-470a-b156-c32bc7989b6f', '\x8c8224ea7c3941bebf21a14b6c7b5438bf1ac1618024e1ad93ec38ead71ce4f6', '2026-11-21 12:26:06.0037+00', 1, 7, 1, 7, NULL, 24, 1, 1, 1, DEFAULT),
	(16, 'graded', '', 8, 'styled', 1, '113a9056-2ae7-4ad2-9d76-c3164bc9d3ac', '\xbce0ec1e7bb7e602043d6ef3086362420acc76fba6cf5570658ec3656b971472', '2026-11-21 12:26:06.0037+00', 1, 7, 1, 7, NULL, 25, 1, 1, 1, DEFAULT),
	(17, 'graded', '', 8, 'styled', 1, '6235a4f5-a08c-4915-b57d-54bae6812e52', '\x853a53550d80433577d3f26df86a94f822ea603d61aafae8137f6ab081465932', '2026-11-21 12:26:06.0037+00', 1, 7, 1, 7, NULL, 26, 1, 1, 1, DEFAULT),
	(18, 'graded', '', 8, 'styled', 1, '37ee97c0-0f35-41f2-8be1-fbdd2ea18759', '\x61870a6211f7262405f1b3d32e2b2648f79e4aef9fa8123bd8b4e4effa710b83', '2026-11-21 12:26:06.0037+00', 1, 7, 1, 7, NULL, 27, 1, 3, 1, DEFAULT),
	(19, 'graded', '', 8, 'styled', 1, '05fc2bc1-45f2-49c7-9d25-9f388fabfc74', '\x2b62473a3b2217abca641ad709b7087321f9fa3a896e80f6b23c7588519e4897', '2026-11-21 12:26:06.0037+00', 1, 8, 1, 8, NULL, 28, 1, 1, 1, DEFAULT),
	(20, 'graded', '', 8, 'styled', 1, '7b31ea18-b46b-4d3d-8e63-de4c3ac9bd3a', '\x9408321098f030c1d87f691cc03b01b6fad16ca28e1b8b2f897ecca03692b2f1', '2026-11-21 12:26:06.0037+00', 1, 8, 1, 8, NULL, 29, 1, 1, 1, DEFAULT),
	(21, 'graded', '', 8, 'styled', 1, 'b010cde6-0115-4103-9aba-417ab00f28da', '\xb97e2974538430554e4a21c4a7039d8870d271e832903fad6e5af72a73249995', '2026-11-21 12:26:06.0037+00', 1, 8, 1, 8, NULL, 30, 1, 1, 1, DEFAULT),
	(22, 'graded', '', 8, 'styled', 1, 'db692a1b-cd3d-4c23-a468-b16d449494f9', '\xe6894c1334aaf8fcb4703efe195938613ab685b8c88e6b823f9d4c40796ae70e', '2026-11-21 12:26:06.0037+00', 1, 8, 1, 8, NULL, 31, 1, 1, 1, DEFAULT),
	(23, 'graded', '', 8, 'styled', 1, 'bfd01e89-2ddb-49b0-92d2-0ad4bb0a4c43', '\x28ec70f6e0542a848eee04c5a7b53cf08eccec4839e1e5bca79b2c96fd2fcad3', '2026-11-21 12:26:06.0037+00', 1, 9, 1, 9, NULL, 32, 1, 2, 1, DEFAULT),
	(24, 'graded', '', 8, 'styled', 1, '01872382-07d7-41b5-b8f0-8659bba96863', '\xe120d8b78a96d72b767d7855b8c752d5bb09d137c6d835c68fd882d4f853940d', '2026-11-21 12:26:06.0037+00', 1, 9, 1, 9, NULL, 33, 1, 3, 1, DEFAULT),
	(25, 'graded', '', 8, 'styled', 1, 'e3aaa597-553e-402f-8757-ae5522a938f8', '\x8efab14c2fc556745844091ba1829baa732524238c0f608bbbf82f94143b577e', '2026-11-21 12:26:06.0037+00', 2, 11, 1, 1, NULL, 1, 1, 3, 1, DEFAULT),
	(26, 'graded', '', 8, 'styled', 1, '6d2ac6ad-9cfa-4e05-8c10-fe6915df01c9', '\x88de14bcadee4824df59d7cef1cf97e21d7d1825d46b0b41a87cf146e27cdf86', '2026-11-21 12:26:06.0037+00', 2, 12, 1, 2, NULL, 6, 1, 1, 1, DEFAULT),
	(27, 'graded', '', 8, 'styled', 1, 'd1e2f18c-b67d-416a-95cb-60f2732ea51c', '\x42708267a01382fd14cf11de44b4df7c080deb2ba10fa9343c7f25dcb04fbdc8', '2026-11-21 12:26:06.0037+00', 2, 12, 1, 2, NULL, 7, 1, 1, 1, DEFAULT),
	(28, 'graded', '', 8, 'styled', 1, 'b113e98e-e3df-4fa5-b41a-c7b4a2f66007', '\x6487e07dad372785114e353c8e3ccde0d20b49c4226007772582b51eada27cec', '2026-11-21 12:26:06.0037+00', 2, 12, 1, 2, NULL, 8, 1, 1, 1, DEFAULT),
	(29, 'graded', '', 8, 'styled', 1, '527fe6e2-16b6-4b57-939d-bbb748758330', '\xa216dc7d554c3947b12484fbaf77bf449ef49918f5074dcb62a813549cb8cacb', '2026-11-21 12:26:06.0037+00', 2, 13, 1, 3, NULL, 9, 1, 2, 1, DEFAULT),
	(30, 'graded', '', 8, 'styled', 1, '49a9354a-74a0-4f98-a2a5-cc8dbc326e5d', '\x7a17d0a2ff47c4c5ba1324c162647635ab62a6a574b6c4976265adeea84834b0', '2026-11-21 12:26:06.0037+00', 2, 13, 1, 3, NULL, 10, 1, 1, 1, DEFAULT),
	(31, 'graded', '', 8, 'styled', 1, '6a2f797f-3c3a-4494-b242-d2b80952d97d', '\x2bb9f78558cc15160f35b7ea0be6ac2566ab6c26b2d0f8d8c0f65cce855c4253', '2026-11-21 12:26:06.0037+00', 2, 13, 1, 3, NULL, 11, 1, 1, 1, DEFAULT),
	(32, 'graded', '', 8, 'styled', 1, '413a6a9a-c55e-4222-a7f1-d12936a0885e', '\xb803809e55442138f1601094a96c02b3e1208e5269d3ea95419418cfd7d4e8d0', '2026-11-21 12:26:06.0037+00', 2, 13, 1, 3, NULL, 12, 1, 1, 1, DEFAULT),
	(33, 'graded', '', 8, 'styled', 1, '46c444db-8ae8-4190-b60e-a84c84644697', '\xbdb1b9cf65c6d1f9dde8f2d57df77e08af94f2812882c276aad6b2b31da66117', '2026-11-21 12:26:06.0037+00', 2, 14, 1, 4, NULL, 13, 1, 2, 1, DEFAULT),
	(34, 'graded', '', 8, 'styled', 1, '6ed24ae4-7a16-4be8-8ffd-fd5919600dd0', '\xc2f0dfa772f8c7bddc3f83cdfa02c7d9f723d6cc61909d51a4984f25d125f422', '2026-11-21 12:26:06.0037+00', 2, 14, 1, 4, NULL, 14, 1, 3, 1, DEFAULT),
	(35, 'graded', '', 8, 'styled', 1, '1a6383a3-6261-4aab-b586-cf8ad1401e94', '\xc255f21125d4b07227d871d5e0753e6bef923f4aad46752279e87b58b9ad757e', '2026-11-21 12:26:06.0037+00', 2, 15, 1, 5, NULL, 16, 1, 1, 1, DEFAULT),
	(36, 'graded', '', 8, 'styled', 1, '4d4727f2-ea59-408d-9c9c-a39a632ea3eb', '\xada8c8b41cab780ccea0c23df0b7020a7870031702a1b4db6e5d2f707814b783', '2026-11-21 12:26:06.0037+00', 2, 15, 1, 5, NULL, 17, 1, 1, 1, DEFAULT),
	(37, 'graded', '', 8, 'styled', 1, 'a53e1754-ff54-4ba9-bbda-a08e9d2e67f3', '\x4787be6d29aaa8299fc9c7ab2882eb2862bce547e996e9a00e3b8481d1dd01a1', '2026-11-21 12:26:06.0037+00', 2, 15, 1, 5, NULL, 18, 1, 1, 1, DEFAULT),
	(38, 'graded', '', 8, 'styled', 1, 'aba257a3-f0d6-4aa7-a7f8-dfd874f47bb7', '\x0a3f8b58270fe6cd2b9b9be9945f06946cf074cef0a08fbf2a2fcbd66131e4c5', '2026-11-21 12:26:06.0037+00', 2, 15, 1, 5, NULL, 19, 1, 1, 1, DEFAULT),
	(39, 'graded', '', 8, 'styled', 1, '6be23261-96d8-4927-9cba-3019ad5b927c', '\xab6c2e58ab67446a958ef91165be03aeaf688811648a6bba1f9e238008a1cadb', '2026-11-21 12:26:06.0037+00', 2, 16, 1, 6, NULL, 20, 1, 3, 1, DEFAULT),
	(40, 'graded', '', 8, 'styled', 1, '70d43eeb-e9f7-458a-8503-ba9f76400982', '\x2f591606c564c85405726772130120c6bf3ccb70daf47dd51767ffedec13ea13', '2026-11-21 12:26:06.0037+00', 2, 17, 1, 7, NULL, 24, 1, 1, 1, DEFAULT),
	(41, 'graded', '', 8, 'styled', 1, '1aaf30b9-878e-49db-80fa-7b908ca553a7', '\xba3a7091a6238c2a76bfe67be2e3c953c3ad11baf50a2f4896cf46792fced3a3', '2026-11-21 12:26:06.0037+00', 2, 17, 1, 7, NULL, 25, 1, 1, 1, DEFAULT),
	(42, 'graded', '', 8, 'styled', 1, '76e936d9-b9ce-4c9b-b64e-08d9ad3b75a8', '\xbe7389f743d06d6a019ff2317691cb5bdf240f87cf98bf1f2f16e70dbc1c03ad', '2026-11-21 12:26:06.0037+00', 2, 17, 1, 7, NULL, 26, 1, 1, 1, DEFAULT),
	(43, 'graded', '', 8, 'styled', 1, '1ae227dd-6728-4a4f-baea-e02fdaa1a9a6', '\x87623bc0292959d1859b9aeb3890c7f5597e3e964c76c8172627c0f314d1dedf', '2026-11-21 12:26:06.0037+00', 2, 17, 1, 7, NULL, 27, 1, 1, 1, DEFAULT),
	(44, 'graded', '', 8, 'styled', 1, 'a4da776f-1100-4964-95f4-3cc2927fdddb', '\xf876045e563b948acd0bddfdb27af87ff63f9301829a9ee38b6cdd984ffc39eb', '2026-11-21 12:26:06.0037+00', 2, 18, 1, 8, NULL, 28, 1, 1, 1, DEFAULT),
	(45, 'graded', '', 8, 'styled', 1, 'dd9b6776-4f2d-471e-b594-cbdd89ca1604', '\xdd07ee0f9c55770309d4381a0761db6221a5a91043842fddc66b51df73f32f45', '2026-11-21 12:26:06.0037+00', 2, 18, 1, 8, NULL, 29, 1, 1, 1, DEFAULT),
	(46, 'graded', '', 8, 'styled', 1, 'f863020a-fd38-435f-9c9d-0222fa52656f', '\x4919b9f91a18baaa75f43fec18d0fdd04cb1782bc77d50cd8a00b3e738fcc42d', '2026-11-21 12:26:06.0037+00', 2, 18, 1, 8, NULL, 30, 1, 2, 1, DEFAULT),
	(47, 'graded', '', 8, 'styled', 1, '20b8d44c-ad9d-4df5-a6fb-a7157890274a', '\x7397fbab7574106fe7620798533e87283c1eea7c5f5191b485e63778e4138eba', '2026-11-21 12:26:06.0037+00', 2, 18, 1, 8, NULL, 31, 1, 1, 1, DEFAULT),
	(48, 'graded', '', 0, 'styled', 2, '50a66956-b430-48b5-bea9-bc44571598cc', '\x2e32c93788affbe01a84cd1920fa3d3c4e01db8d1bd0d269b3c3bd44bc73b94e', '2026-11-21 12:26:12.177503+00', 1, 10, 1, 10, NULL, 37, 1, 2, 1, DEFAULT),
	(49, 'unsure', '', 0, 'styled', 1, 'b327d723-0303-4c7f-9d9f-30af10871973', '\x0212c6b0106c70bf035bfc68055aa4519a59cf1dc59ecbde73cf6b6c697c7859', '2026-11-21 12:26:12.189333+00', 1, 10, 1, 10, NULL, 38, 1, NULL, 1, DEFAULT),
	(50, 'cleared', '', 0, 'styled', 2, '464fd121-a1d3-46ef-92b3-4b08230dd8d1', '\xae3c41cf592f6ebdb66e246fe813eec6985ced17094f2db27d74552b7aa8cec4', '2026-11-21 12:26:12.212554+00', 1, 10, 1, 10, NULL, 39, 1, NULL, 1, DEFAULT);
INSERT INTO public.grading_graderevision VALUES
	(1, 1, 'ad6a58da-8425-47cc-9ccf-8bffa50f6c51', '\x34ad7d0af8e0bc72407cf2ddeec21bf02b452b18c1c14e9daacdde5bce851b1a', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 1, 1, NULL, 3),
	(2, 1, '1f7418d3-0a26-4e72-a9ba-4119067339c5', '\xdc429e3b78e0b4f021db690c11c0fc59b7cda6751e9fe4ba4022112967004c69', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 2, 2, NULL, 1),
	(3, 1, '40f9e973-f774-4f08-adcb-ef75cb942b83', '\xe8e1d21b3ecd093cb66205fa78136aebaf5b51472e6d7eb7b73eff6c3483c6aa', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 2, 3, NULL, 1),
	(4, 1, '91eb6fd8-452d-441e-a3fa-8dca40af71f7', '\xf2fb675c6e754080f5737248c1161503f46b2d4d9d4484e933a5153c363e0d76', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 2, 4, NULL, 1),
	(5, 1, '4be81039-f0bd-43d6-9b5e-4d5509c93591', '\x87b321dd48bcc2d32a0c9c266f76188354c8bb99745a0d165c79572f380710d9', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 3, 5, NULL, 1),
	(6, 1, '723d5858-fc11-45c4-a37a-b3bdcd3f83ba', '\xfdc51f025c1af942a1665fcebb4e8700980f1eb3074cf32c4939b80356009d59', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 3, 6, NULL, 1),
	(7, 1, '14a2df87-622f-4f6a-9225-06326ba53d9a', '\xcf19cf4460bee538fc3c2c405440b097958d78a4c8805b24df5c198baaebec68', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 3, 7, NULL, 1),
	(8, 1, '5894a80f-2479-4673-bfc2-a8e9849f54d2', '\xc4849a8008f5fc6eaf15f608c92c2e37de9426137301101340a6b85e8f4369f1', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 3, 8, NULL, 1),
	(9, 1, '6dc2ab32-7b89-4b40-aa4e-2a7699f59fb9', '\x31c24d79e65523016e895476b0a1cf595a1b7e83f260df45545638716f11403d', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 4, 9, NULL, 3),
	(10, 1, 'fb8de590-52ad-4664-8efb-3c60ef06da21', '\x937566b334d04ba2c3a0531e3acfb1c1e499572eee16823e9fece260744a3493', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 5, 10, NULL, 1),
	(11, 1, '49aa0a25-22d9-41cc-8a49-0a9c1a12ded5', '\xe0d59b8725295d0f11d7c43c8f6a7196421b808ccc08b9b79901c51290607788', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 5, 11, NULL, 1),
	(12, 1, 'ed355f4e-6852-4538-beec-242571632f95', '\x601aecdc27b41750fcb8f891b6905678d12062c7c3719d13897ca740d2ee096e', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 5, 12, NULL, 1),
	(13, 1, 'bd15f051-70ed-4c3d-88b6-8d827c27b155', '\x0066284101319f361eee9ce3911a426cac42eb2ed7d5501f656cfacaf914b12d', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 5, 13, NULL, 2),
	(14, 1, 'd6cfa1ef-8ad6-4fb8-b0a0-618ab642ec59', '\xdb0dcbdcf09f5203130238441d18d6cd9d2eddcd36590d7f293b5ba9787e41ad', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 6, 14, NULL, 3),
	(15, 1, 'f4212c8b-2802-470a-b156-c32bc7989b6f', '\x8c8224ea7c3941bebf21a14b6c7b5438bf1ac1618024e1ad93ec38ead71ce4f6', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 7, 15, NULL, 1),
	(16, 1, '113a9056-2ae7-4ad2-9d76-c3164bc9d3ac', '\xbce0ec1e7bb7e602043d6ef3086362420acc76fba6cf5570658ec3656b971472', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 7, 16, NULL, 1),
	(17, 1, '6235a4f5-a08c-4915-b57d-54bae6812e52', '\x853a53550d80433577d3f26df86a94f822ea603d61aafae8137f6ab081465932', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 7, 17, NULL, 1),
	(18, 1, '37ee97c0-0f35-41f2-8be1-fbdd2ea18759', '\x61870a6211f7262405f1b3d32e2b2648f79e4aef9fa8123bd8b4e4effa710b83', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 7, 18, NULL, 3),
	(19, 1, '05fc2bc1-45f2-49c7-9d25-9f388fabfc74', '\x2b62473a3b2217abca641ad709b7087321f9fa3a896e80f6b23c7588519e4897', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 8, 19, NULL, 1),
	(20, 1, '7b31ea18-b46b-4d3d-8e63-de4c3ac9bd3a', '\x9408321098f030c1d87f691cc03b01b6fad16ca28e1b8b2f897ecca03692b2f1', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 8, 20, NULL, 1),
	(21, 1, 'b010cde6-0115-4103-9aba-417ab00f28da', '\xb97e2974538430554e4a21c4a7039d8870d271e832903fad6e5af72a73249995', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 8, 21, NULL, 1),
	(22, 1, 'db692a1b-cd3d-4c23-a468-b16d449494f9', '\xe6894c1334aaf8fcb4703efe195938613ab685b8c88e6b823f9d4c40796ae70e', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 8, 22, NULL, 1),
	(23, 1, 'bfd01e89-2ddb-49b0-92d2-0ad4bb0a4c43', '\x28ec70f6e0542a848eee04c5a7b53cf08eccec4839e1e5bca79b2c96fd2fcad3', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 9, 23, NULL, 2),
	(24, 1, '01872382-07d7-41b5-b8f0-8659bba96863', '\xe120d8b78a96d72b767d7855b8c752d5bb09d137c6d835c68fd882d4f853940d', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 9, 24, NULL, 3),
	(25, 1, 'e3aaa597-553e-402f-8757-ae5522a938f8', '\x8efab14c2fc556745844091ba1829baa732524238c0f608bbbf82f94143b577e', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 11, 25, NULL, 3),
	(26, 1, '6d2ac6ad-9cfa-4e05-8c10-fe6915df01c9', '\x88de14bcadee4824df59d7cef1cf97e21d7d1825d46b0b41a87cf146e27cdf86', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 12, 26, NULL, 1),
	(27, 1, 'd1e2f18c-b67d-416a-95cb-60f2732ea51c', '\x42708267a01382fd14cf11de44b4df7c080deb2ba10fa9343c7f25dcb04fbdc8', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 12, 27, NULL, 1),
	(28, 1, 'b113e98e-e3df-4fa5-b41a-c7b4a2f66007', '\x6487e07dad372785114e353c8e3ccde0d20b49c4226007772582b51eada27cec', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 12, 28, NULL, 1),
	(29, 1, '527fe6e2-16b6-4b57-939d-bbb748758330', '\xa216dc7d554c3947b12484fbaf77bf449ef49918f5074dcb62a813549cb8cacb', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 13, 29, NULL, 2),
	(30, 1, '49a9354a-74a0-4f98-a2a5-cc8dbc326e5d', '\x7a17d0a2ff47c4c5ba1324c162647635ab62a6a574b6c4976265adeea84834b0', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 13, 30, NULL, 1),
	(31, 1, '6a2f797f-3c3a-4494-b242-d2b80952d97d', '\x2bb9f78558cc15160f35b7ea0be6ac2566ab6c26b2d0f8d8c0f65cce855c4253', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 13, 31, NULL, 1),
	(32, 1, '413a6a9a-c55e-4222-a7f1-d12936a0885e', '\xb803809e55442138f1601094a96c02b3e1208e5269d3ea95419418cfd7d4e8d0', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 13, 32, NULL, 1),
	(33, 1, '46c444db-8ae8-4190-b60e-a84c84644697', '\xbdb1b9cf65c6d1f9dde8f2d57df77e08af94f2812882c276aad6b2b31da66117', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 14, 33, NULL, 2),
	(34, 1, '6ed24ae4-7a16-4be8-8ffd-fd5919600dd0', '\xc2f0dfa772f8c7bddc3f83cdfa02c7d9f723d6cc61909d51a4984f25d125f422', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 14, 34, NULL, 3),
	(35, 1, '1a6383a3-6261-4aab-b586-cf8ad1401e94', '\xc255f21125d4b07227d871d5e0753e6bef923f4aad46752279e87b58b9ad757e', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 15, 35, NULL, 1),
	(36, 1, '4d4727f2-ea59-408d-9c9c-a39a632ea3eb', '\xada8c8b41cab780ccea0c23df0b7020a7870031702a1b4db6e5d2f707814b783', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 15, 36, NULL, 1),
	(37, 1, 'a53e1754-ff54-4ba9-bbda-a08e9d2e67f3', '\x4787be6d29aaa8299fc9c7ab2882eb2862bce547e996e9a00e3b8481d1dd01a1', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 15, 37, NULL, 1),
	(38, 1, 'aba257a3-f0d6-4aa7-a7f8-dfd874f47bb7', '\x0a3f8b58270fe6cd2b9b9be9945f06946cf074cef0a08fbf2a2fcbd66131e4c5', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 15, 38, NULL, 1),
	(39, 1, '6be23261-96d8-4927-9cba-3019ad5b927c', '\xab6c2e58ab67446a958ef91165be03aeaf688811648a6bba1f9e238008a1cadb', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 16, 39, NULL, 3),
	(40, 1, '70d43eeb-e9f7-458a-8503-ba9f76400982', '\x2f591606c564c85405726772130120c6bf3ccb70daf47dd51767ffedec13ea13', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 17, 40, NULL, 1),
	(41, 1, '1aaf30b9-878e-49db-80fa-7b908ca553a7', '\xba3a7091a6238c2a76bfe67be2e3c953c3ad11baf50a2f4896cf46792fced3a3', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 17, 41, NULL, 1),
	(42, 1, '76e936d9-b9ce-4c9b-b64e-08d9ad3b75a8', '\xbe7389f743d06d6a019ff2317691cb5bdf240f87cf98bf1f2f16e70dbc1c03ad', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 17, 42, NULL, 1),
	(43, 1, '1ae227dd-6728-4a4f-baea-e02fdaa1a9a6', '\x87623bc0292959d1859b9aeb3890c7f5597e3e964c76c8172627c0f314d1dedf', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 17, 43, NULL, 1),
	(44, 1, 'a4da776f-1100-4964-95f4-3cc2927fdddb', '\xf876045e563b948acd0bddfdb27af87ff63f9301829a9ee38b6cdd984ffc39eb', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 18, 44, NULL, 1),
	(45, 1, 'dd9b6776-4f2d-471e-b594-cbdd89ca1604', '\xdd07ee0f9c55770309d4381a0761db6221a5a91043842fddc66b51df73f32f45', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 18, 45, NULL, 1),
	(46, 1, 'f863020a-fd38-435f-9c9d-0222fa52656f', '\x4919b9f91a18baaa75f43fec18d0fdd04cb1782bc77d50cd8a00b3e738fcc42d', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 18, 46, NULL, 2),
	(47, 1, '20b8d44c-ad9d-4df5-a6fb-a7157890274a', '\x7397fbab7574106fe7620798533e87283c1eea7c5f5191b485e63778e4138eba', 'graded', '', 8, 'styled', '2026-11-21 12:26:06.0037+00', 18, 47, NULL, 1),
	(48, 1, 'dc207e96-f514-4e1e-bbc9-3ad4ebd274cd', '\x953f76a5aab04ed57b61475d7bd32357114e33aed3500ff6352028ec8e05fee4', 'graded', 'Line one
line “two”.', 0, 'styled', '2026-11-21 12:26:12.156587+00', 10, 48, NULL, 3),
	(49, 2, '50a66956-b430-48b5-bea9-bc44571598cc', '\x2e32c93788affbe01a84cd1920fa3d3c4e01db8d1bd0d269b3c3bd44bc73b94e', 'graded', '', 0, 'styled', '2026-11-21 12:26:12.177503+00', 10, 48, NULL, 2),
	(50, 1, 'b327d723-0303-4c7f-9d9f-30af10871973', '\x0212c6b0106c70bf035bfc68055aa4519a59cf1dc59ecbde73cf6b6c697c7859', 'unsure', '', 0, 'styled', '2026-11-21 12:26:12.189333+00', 10, 49, NULL, NULL),
	(51, 1, '4d8e8722-e2ff-4f74-bd2f-886f2c9ff2ce', '\xa83c787ee8529076f2945d207ba99372509f26ce7321b31efda90efd7ab1f4a6', 'graded', '', 0, 'styled', '2026-11-21 12:26:12.19848+00', 10, 50, NULL, 1),
	(52, 2, '464fd121-a1d3-46ef-92b3-4b08230dd8d1', '\xae3c41cf592f6ebdb66e246fe813eec6985ced17094f2db27d74552b7aa8cec4', 'cleared', '', 0, 'styled', '2026-11-21 12:26:12.212554+00', 10, 50, NULL, NULL);
INSERT INTO public.taxonomies_criterion VALUES
	(1, 'verdict', 'Is this step right, and does it help?', 'one', true, 0, true, '{}', 1),
	(2, 'error_type', 'What is wrong with it? Name the first error.', 'one', false, 1, false, '{verdict.bad}', 1),
	(3, 'verdict', 'Is this step free of errors?', 'one', true, 0, true, '{}', 2),
	(4, 'verdict', 'Is this step right, and does it help?', 'one', true, 0, true, '{}', 3),
	(5, 'error_type', 'What is wrong with it? Name the first error.', 'one', false, 1, false, '{verdict.bad}', 3);
INSERT INTO public.taxonomies_label VALUES
	(1, 'great', 'Great', 'Everything in the step is correct, it follows from what came before, and it brings the solution forward. You would have been glad to write it yourself.', 1, '1', 'good', 0, 'From $3x + 7 = 22$: "Subtract 7 from both sides: $3x = 15$." Correct, and one move closer to $x$.', 'Not great: "We are looking for the value of $x$." True, but nothing is gained; that is *okay*.', 1, 1),
	(2, 'okay', 'Okay', 'Nothing in the step is wrong, but it does not bring the solution forward: it restates what is known, announces a plan without acting on it, or explores a direction that neither helps nor misleads.', 0, '2', 'neutral', 1, '"Let us first write down what is given: the train leaves at 9:00 and travels at 80 km/h."', 'Not okay: "The train travels at 80 km/h, so in half an hour it covers 45 km." A wrong number is *bad*, however small it is. And *okay* is no word for "I am not sure": there is a key for that.', 1, 1),
	(3, 'bad', 'Bad', 'At least one claim in the step is wrong or does not follow, or the step leads away from any solution. One error is enough, even between correct sentences, and even when the final answer comes out right.', -1, '3', 'bad', 2, 'From $3x + 7 = 22$: "Therefore $3x = 29$." The 7 was moved without changing its sign.', 'Not bad: "Multiply both sides by 2: $6x + 14 = 44$." A detour, but correct and harmless; that is *okay*.', 1, 1),
	(4, 'arithmetic_slip', 'Arithmetic slip', 'A calculation with numbers comes out wrong, while the operation itself was the right one.', NULL, '4', 'bad', 0, '"$17 \cdot 6 = 112$." The product was wanted, and it is 102.', '"$17 + 6 = 23$" where the product was wanted: the sum is right; choose *wrong method*.', 2, 1),
	(5, 'sign_error', 'Sign error', 'A sign is lost, added or turned: in moving a term, in multiplying out, in a difference, in a direction, or in an inequality that should have been turned around.', NULL, '5', 'bad', 1, '"$-(a - b) = -a - b$."', '"$-(a - b) = -a + 2b$": the sign is right and the factor is wrong; choose *arithmetic slip*.', 2, 1),
	(6, 'unjustified_step', 'Unjustified step', 'A claim that does not follow from what came before, or that needs an argument which is missing: a leap, a case left out, a special case taken for the rule, a theorem used without its conditions.', NULL, '6', 'bad', 2, '"The formula holds for $n = 1, 2, 3$, so it holds for every $n$."', '"Since $n$ is even, $n^2$ is divisible by 4": short, but complete enough; no error at all.', 2, 1),
	(7, 'misread_problem', 'Misread problem', 'The step works with something the problem does not say, or overlooks something it does: a wrong number copied, a condition forgotten, another question answered.', NULL, '7', 'bad', 3, 'The problem gives the diameter as 10, and the step says: "With radius 10, the area is $100\pi$."', '"With radius 5, the area is $10\pi$": the problem was read correctly; choose *wrong method*.', 2, 1),
	(8, 'wrong_method', 'Wrong method', 'The formula, rule or idea does not fit the task, or is itself false, so that even a careful calculation must fail.', NULL, '8', 'bad', 4, '"$\sqrt{a^2 + b^2} = a + b$, so the hypotenuse is 7."', '"The hypotenuse is $\sqrt{9 + 16} = \sqrt{24}$": the rule is right; choose *arithmetic slip*.', 2, 1),
	(9, 'goes_nowhere', 'Repeats or goes nowhere', 'The step repeats earlier work as if it were new, argues in a circle, contradicts itself, or walks into a dead end that a reader could see coming.', NULL, '9', 'bad', 5, 'After $x + y = 10$ was used: "Put $y = 10 - x$ back into $x + y = 10$, which gives $10 = 10$, so we can go on."', '"Let us sum up: $x = 3$, and $y$ is still to be found." A short look back is harmless; the step is *okay*.', 2, 1),
	(10, 'other', 'Something else', 'Wrong in a way that none of the others names. Say in a comment what it is.', NULL, '0', 'bad', 6, 'The step breaks off in the middle of a formula, or is written for another problem.', 'A step that fits two of the kinds above; choose the one that you met first.', 2, 1),
	(11, 'sound', 'Sound', 'Everything the step claims is true, given the problem and the steps before it. It need not be helpful, elegant or complete in every trifle.', 1, '1', 'good', 0, 'From $2x + 6 = 20$: "We could divide by 2 first. That gives $x + 3 = 10$." Correct; that there are other ways does not matter.', 'Not sound: "So $x = 7$, which is the right answer", after $2x = 16$. The number may agree with the reference answer, but it does not follow from the step before.', 3, 2),
	(12, 'first_error', 'First error', 'The earliest step in which at least one claim is false, does not follow, or rests on a misread problem or a missing argument that the result needs.', -1, '3', 'bad', 1, '"There are 5 people and each shakes hands with 4 others, so there are $5 \cdot 4 = 20$ handshakes." Every handshake was counted twice; all steps before this one were right.', 'Not the first error: "With 20 handshakes of 3 seconds, it takes 60 seconds", right after the step above. It carries the wrong number on correctly; the error was made one step earlier.', 3, 2),
	(13, 'great', 'Great', 'Everything in the step is correct, it follows from what came before, and it brings the solution forward. You would have been glad to write it yourself.', 1, '1', 'good', 0, 'From $3x + 7 = 22$: "Subtract 7 from both sides: $3x = 15$." Correct, and one move closer to $x$.', 'Not great: "We are looking for the value of $x$." True, but nothing is gained; that is *okay*.', 4, 3),
	(14, 'okay', 'Okay', 'Nothing in the step is wrong, but it does not bring the solution forward: it restates what is known, announces a plan without acting on it, or explores a direction that neither helps nor misleads.', 0, '2', 'neutral', 1, '"Let us first write down what is given: the train leaves at 9:00 and travels at 80 km/h."', 'Not okay: "The train travels at 80 km/h, so in half an hour it covers 45 km." A wrong number is *bad*, however small it is. And *okay* is no word for "I am not sure": there is a key for that.', 4, 3),
	(15, 'bad', 'Bad', 'At least one claim in the step is wrong or does not follow, or the step leads away from any solution. One error is enough, even between correct sentences, and even when the final answer comes out right.', -1, '3', 'bad', 2, 'From $3x + 7 = 22$: "Therefore $3x = 29$." The 7 was moved without changing its sign.', 'Not bad: "Multiply both sides by 2: $6x + 14 = 44$." A detour, but correct and harmless; that is *okay*.', 4, 3),
	(16, 'arithmetic_slip', 'Arithmetic slip', 'A calculation with numbers comes out wrong, while the operation itself was the right one.', NULL, '4', 'bad', 0, '"$17 \cdot 6 = 112$." The product was wanted, and it is 102.', '"$17 + 6 = 23$" where the product was wanted: the sum is right; choose *wrong method*.', 5, 3),
	(17, 'sign_error', 'Sign error', 'A sign is lost, added or turned: in moving a term, in multiplying out, in a difference, in a direction, or in an inequality that should have been turned around.', NULL, '5', 'bad', 1, '"$-(a - b) = -a - b$."', '"$-(a - b) = -a + 2b$": the sign is right and the factor is wrong; choose *arithmetic slip*.', 5, 3),
	(18, 'unjustified_step', 'Unjustified step', 'A claim that does not follow from what came before, or that needs an argument which is missing: a leap, a case left out, a special case taken for the rule, a theorem used without its conditions.', NULL, '6', 'bad', 2, '"The formula holds for $n = 1, 2, 3$, so it holds for every $n$."', '"Since $n$ is even, $n^2$ is divisible by 4": short, but complete enough; no error at all.', 5, 3),
	(19, 'misread_problem', 'Misread problem', 'The step works with something the problem does not say, or overlooks something it does: a wrong number copied, a condition forgotten, another question answered.', NULL, '7', 'bad', 3, 'The problem gives the diameter as 10, and the step says: "With radius 10, the area is $100\pi$."', '"With radius 5, the area is $10\pi$": the problem was read correctly; choose *wrong method*.', 5, 3),
	(20, 'wrong_method', 'Wrong method', 'The formula, rule or idea does not fit the task, or is itself false, so that even a careful calculation must fail.', NULL, '8', 'bad', 4, '"$\sqrt{a^2 + b^2} = a + b$, so the hypotenuse is 7."', '"The hypotenuse is $\sqrt{9 + 16} = \sqrt{24}$": the rule is right; choose *arithmetic slip*.', 5, 3),
	(21, 'goes_nowhere', 'Repeats or goes nowhere', 'The step repeats earlier work as if it were new, argues in a circle, contradicts itself, or walks into a dead end that a reader could see coming.', NULL, '9', 'bad', 5, 'After $x + y = 10$ was used: "Put $y = 10 - x$ back into $x + y = 10$, which gives $10 = 10$, so we can go on."', '"Let us sum up: $x = 3$, and $y$ is still to be found." A short look back is harmless; the step is *okay*.', 5, 3),
	(22, 'other', 'Something else', 'Wrong in a way that none of the others names. Say in a comment what it is.', NULL, '0', 'bad', 6, 'The step breaks off in the middle of a formula, or is written for another problem.', 'A step that fits two of the kinds above; choose the one that you met first.', 5, 3);
INSERT INTO public.taxonomies_taxonomy VALUES
	(1, 'prm800k', 'PRM800K', 'mathematics', 'Great, okay or bad for every step, as in PRM800K, and the kind of error for every bad step. A good start for any domain in which a step is right or wrong.'),
	(2, 'first_error', 'First error', 'mathematics', 'One question: where does the solution first go wrong? The fastest way to label a chain, for finding and testing errors as in ProcessBench. Use it with a campaign that stops after the first error.');
INSERT INTO public.taxonomies_taxonomyversion VALUES
	(2, 1, 'retired', '## What you look for

You look for **the earliest step that contains an error.** Read from the top and call every step *sound* until you meet it. If you reach the end without meeting one, the chain has no error. What the final answer is does not matter: many right answers stand on a wrong step, and that step is what we want to know.

## What counts as an error

- **Calculation and algebra**: a number, a sign, a term or a unit comes out wrong.
- **Logic**: the step claims something that does not follow from the problem and the steps before it, or contradicts them.
- **Ideas**: a rule, formula or definition is false, or does not apply here.
- **Reading**: the step uses something that the problem does not say, or drops a condition that matters.
- **Gaps**: the step leaves out the part on which all depends, such as a case, a check or a proof of the hard claim.

## What does not count

- Style: headings, bullet points, many or few words, odd notation whose meaning is clear, spelling.
- A detour, a repetition or an unusual method, as long as everything in it is true.
- A rounded number where rounding was asked for or does no harm to what follows.
- A plan, or a guess that is called a guess and then tested.

## How to decide

1. **Solve the problem first**, or read the reference solution if your campaign shows one. Without that, a fluent error looks right.
2. **Recompute** every number and every rearrangement. Do not trust a step because the next one agrees with it.
3. When a step looks wrong, ask: **which claim in it is false, and how would I convince the author?** If you cannot name the claim, read on for one step to learn what was meant, then come back.
4. Still undecided after a few minutes? Use *unsure.* A guessed position is worse than none.

## Hard cases

- **Several errors in one step** are one error: the position is what counts.
- **A wrong plan.** "Let us try induction" is no error, even if induction will not work. "By induction this holds for every n", without the induction, is.
- **An error that is corrected later** stays the first error. If the same step corrects it ("no, wait: it is 12"), look at what the step says in the end.
- **An error without consequences**, such as a wrong number that is never used again, is still an error.
- **A gap and then a false result.** If a leap happens to land on something true that any expert sees at once, it is sound. If the leap is where the falsehood comes in, it is the error, not the step that later shows it.
- **After the first error** nothing is asked of you: those steps stay not graded, and nobody will take them for right or wrong. If your campaign lets you go on all the same, call a later step *first error* only if it brings in a new error of its own, taking the earlier steps as true.
', '2026-11-21 12:26:12.019451+00', 'c38cecda1ef86594b5f56a04188a8e6ecda8ec8c6d16b5d331da6438b29e7db5', 2),
	(1, 1, 'published', '## What you judge

You judge **one step at a time**: is it right, given the problem and the steps before it, and does it bring the
solution forward? You do not judge the final answer. A right answer can stand on wrong steps, and a good step can be
part of a solution that fails later.

## How to decide

1. **Read the problem** until you could solve it, or at least check a solution.
2. **Check every claim in the step**: each number, each sign, each "so" and "because". Compute it yourself.
3. **Great** when all of it is right and it is progress. **Okay** when nothing is wrong but nothing is gained either.
   **Bad** when anything in it is wrong, or leads where no solution lies.
4. For a bad step, name the **kind of error**: the first one that you met, not all of them.
5. **Unsure** is an honest answer. Use it when you cannot tell within a few minutes; do not guess, and do not use
   *okay* for it.

## Hard cases

- **After a wrong step.** Where your campaign asks you to go on, judge each later step as if the steps before it were
  true: a correct deduction from a wrong number is not a second error. A step that only repeats the wrong claim is bad.
- **An error undone.** When a step silently corrects an earlier one, the correcting step is judged on its own claims,
  and the earlier one stays bad.
- **Skipped work.** A jump that a fellow expert follows at once is great. A jump that hides the hard part is bad: an
  *unjustified step*, even if what it claims is true.
- **Right, but odd.** An unusual method is fine as long as every claim holds.
- **Looks.** Bullet points, headings, long words, politeness and confidence say nothing about whether a step is right.
  Two steps with the same claims get the same verdict.
', '2026-11-21 12:26:06.0037+00', 'd1bc0f30713f549bf993e075c430047f35af52bc346347840eb1941ef55c0ec7', 1),
	(3, 2, 'draft', '## What you judge

You judge **one step at a time**: is it right, given the problem and the steps before it, and does it bring the
solution forward? You do not judge the final answer. A right answer can stand on wrong steps, and a good step can be
part of a solution that fails later.

## How to decide

1. **Read the problem** until you could solve it, or at least check a solution.
2. **Check every claim in the step**: each number, each sign, each "so" and "because". Compute it yourself.
3. **Great** when all of it is right and it is progress. **Okay** when nothing is wrong but nothing is gained either.
   **Bad** when anything in it is wrong, or leads where no solution lies.
4. For a bad step, name the **kind of error**: the first one that you met, not all of them.
5. **Unsure** is an honest answer. Use it when you cannot tell within a few minutes; do not guess, and do not use
   *okay* for it.

## Hard cases

- **After a wrong step.** Where your campaign asks you to go on, judge each later step as if the steps before it were
  true: a correct deduction from a wrong number is not a second error. A step that only repeats the wrong claim is bad.
- **An error undone.** When a step silently corrects an earlier one, the correcting step is judged on its own claims,
  and the earlier one stays bad.
- **Skipped work.** A jump that a fellow expert follows at once is great. A jump that hides the hard part is bad: an
  *unjustified step*, even if what it claims is true.
- **Right, but odd.** An unusual method is fine as long as every claim holds.
- **Looks.** Bullet points, headings, long words, politeness and confidence say nothing about whether a step is right.
  Two steps with the same claims get the same verdict.
', NULL, '', 1);
SELECT pg_catalog.setval('public.account_emailaddress_id_seq', 1, false);
SELECT pg_catalog.setval('public.account_emailconfirmation_id_seq', 1, false);
SELECT pg_catalog.setval('public.accounts_user_groups_id_seq', 1, true);
SELECT pg_catalog.setval('public.accounts_user_id_seq', 5, true);
SELECT pg_catalog.setval('public.accounts_user_user_permissions_id_seq', 1, false);
SELECT pg_catalog.setval('public.analysis_agreementreport_id_seq', 1, true);
SELECT pg_catalog.setval('public.analysis_stepconsensus_id_seq', 25, true);
SELECT pg_catalog.setval('public.analysis_styleflag_id_seq', 1, false);
SELECT pg_catalog.setval('public.analysis_stylereport_id_seq', 1, false);
SELECT pg_catalog.setval('public.api_token_campaigns_id_seq', 1, false);
SELECT pg_catalog.setval('public.api_token_id_seq', 1, false);
SELECT pg_catalog.setval('public.assignments_assignment_id_seq', 19, true);
SELECT pg_catalog.setval('public.assignments_campaign_id_seq', 1, true);
SELECT pg_catalog.setval('public.assignments_goldchain_id_seq', 1, false);
SELECT pg_catalog.setval('public.assignments_goldgrade_id_seq', 1, false);
SELECT pg_catalog.setval('public.assignments_membership_id_seq', 5, true);
SELECT pg_catalog.setval('public.auth_group_id_seq', 1, true);
SELECT pg_catalog.setval('public.auth_group_permissions_id_seq', 30, true);
SELECT pg_catalog.setval('public.auth_permission_id_seq', 132, true);
SELECT pg_catalog.setval('public.chains_chain_id_seq', 13, true);
SELECT pg_catalog.setval('public.chains_dataset_id_seq', 1, true);
SELECT pg_catalog.setval('public.chains_importrun_id_seq', 1, true);
SELECT pg_catalog.setval('public.chains_problem_id_seq', 9, true);
SELECT pg_catalog.setval('public.chains_step_id_seq', 54, true);
SELECT pg_catalog.setval('public.django_admin_log_id_seq', 1, false);
SELECT pg_catalog.setval('public.django_content_type_id_seq', 33, true);
SELECT pg_catalog.setval('public.django_migrations_id_seq', 40, true);
SELECT pg_catalog.setval('public.exports_snapshot_id_seq', 1, false);
SELECT pg_catalog.setval('public.grading_answer_id_seq', 9, true);
SELECT pg_catalog.setval('public.grading_grade_id_seq', 50, true);
SELECT pg_catalog.setval('public.grading_graderevision_id_seq', 52, true);
SELECT pg_catalog.setval('public.taxonomies_criterion_id_seq', 5, true);
SELECT pg_catalog.setval('public.taxonomies_label_id_seq', 22, true);
SELECT pg_catalog.setval('public.taxonomies_labelmapping_id_seq', 1, false);
SELECT pg_catalog.setval('public.taxonomies_taxonomy_id_seq', 2, true);
SELECT pg_catalog.setval('public.taxonomies_taxonomyversion_id_seq', 3, true);
ALTER TABLE ONLY public.chains_chain
    ADD CONSTRAINT a_chain_id_is_used_once_in_a_dataset UNIQUE (dataset_id, external_id);
ALTER TABLE ONLY public.assignments_goldchain
    ADD CONSTRAINT a_chain_is_gold_once UNIQUE (campaign_id, chain_id);
ALTER TABLE ONLY public.chains_chainstep
    ADD CONSTRAINT a_chain_visits_a_step_once UNIQUE (step_id, chain_id);
ALTER TABLE ONLY public.taxonomies_criterion
    ADD CONSTRAINT a_criterion_key_is_used_once_in_a_version UNIQUE (version_id, key);
ALTER TABLE ONLY public.assignments_goldgrade
    ADD CONSTRAINT a_gold_step_has_one_verdict UNIQUE (gold_chain_id, step_id);
ALTER TABLE ONLY public.grading_answer
    ADD CONSTRAINT a_label_is_given_once UNIQUE (grade_id, revision, criterion_id, label_id);
ALTER TABLE ONLY public.taxonomies_label
    ADD CONSTRAINT a_label_key_is_used_once_in_a_criterion UNIQUE (criterion_id, key);
ALTER TABLE ONLY public.taxonomies_labelmapping
    ADD CONSTRAINT a_label_maps_to_a_target_once UNIQUE NULLS NOT DISTINCT (source_id, to_version_id, target_id);
ALTER TABLE ONLY public.assignments_membership
    ADD CONSTRAINT a_person_is_a_member_once UNIQUE (campaign_id, user_id);
ALTER TABLE ONLY public.chains_problem
    ADD CONSTRAINT a_problem_id_is_used_once_in_a_dataset UNIQUE (dataset_id, external_id);
ALTER TABLE ONLY public.assignments_membership
    ADD CONSTRAINT a_pseudonym_is_one_person UNIQUE (campaign_id, pseudonym);
ALTER TABLE ONLY public.analysis_styleflag
    ADD CONSTRAINT a_report_flags_a_feature_once_per_subject UNIQUE (report_id, feature, scope, subject);
ALTER TABLE ONLY public.grading_graderevision
    ADD CONSTRAINT a_revision_of_a_grade_is_kept_once UNIQUE (grade_id, revision);
ALTER TABLE ONLY public.analysis_stepconsensus
    ADD CONSTRAINT a_step_has_one_consensus UNIQUE (campaign_id, taxonomy_version_id, step_id);
ALTER TABLE ONLY public.chains_step
    ADD CONSTRAINT a_step_stands_once_after_its_prefix UNIQUE NULLS NOT DISTINCT (problem_id, parent_id, digest);
ALTER TABLE ONLY public.taxonomies_taxonomyversion
    ADD CONSTRAINT a_version_number_is_used_once UNIQUE (taxonomy_id, number);
ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_email_987c8728_uniq UNIQUE (user_id, email);
ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_key_key UNIQUE (key);
ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_user_groups
    ADD CONSTRAINT accounts_user_groups_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_user_groups
    ADD CONSTRAINT accounts_user_groups_user_id_group_id_59c0b32f_uniq UNIQUE (user_id, group_id);
ALTER TABLE ONLY public.accounts_user
    ADD CONSTRAINT accounts_user_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_user_user_permissions
    ADD CONSTRAINT accounts_user_user_permi_user_id_permission_id_2ab516c2_uniq UNIQUE (user_id, permission_id);
ALTER TABLE ONLY public.accounts_user_user_permissions
    ADD CONSTRAINT accounts_user_user_permissions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_user
    ADD CONSTRAINT accounts_user_username_key UNIQUE (username);
ALTER TABLE ONLY public.grading_grade
    ADD CONSTRAINT an_annotator_grades_a_step_once UNIQUE (campaign_id, taxonomy_version_id, annotator_id, step_id);
ALTER TABLE ONLY public.chains_importrun
    ADD CONSTRAINT an_idempotency_key_is_used_once_in_a_dataset UNIQUE (dataset_id, idempotency_key);
ALTER TABLE ONLY public.grading_graderevision
    ADD CONSTRAINT an_operation_is_done_once UNIQUE (operation_id);
ALTER TABLE ONLY public.analysis_agreementreport
    ADD CONSTRAINT analysis_agreementreport_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.analysis_stepconsensus
    ADD CONSTRAINT analysis_stepconsensus_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.analysis_styleflag
    ADD CONSTRAINT analysis_styleflag_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.analysis_stylereport
    ADD CONSTRAINT analysis_stylereport_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.api_token_campaigns
    ADD CONSTRAINT api_token_campaigns_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.api_token_campaigns
    ADD CONSTRAINT api_token_campaigns_token_id_campaign_id_424a1fc5_uniq UNIQUE (token_id, campaign_id);
ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_prefix_key UNIQUE (prefix);
ALTER TABLE ONLY public.assignments_assignment
    ADD CONSTRAINT assignment_with_what_it_is_about UNIQUE (id, campaign_id, taxonomy_version_id, annotator_id, chain_id);
ALTER TABLE ONLY public.assignments_assignment
    ADD CONSTRAINT assignments_assignment_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.assignments_assignment
    ADD CONSTRAINT assignments_assignment_public_id_key UNIQUE (public_id);
ALTER TABLE ONLY public.assignments_campaign
    ADD CONSTRAINT assignments_campaign_key_key UNIQUE (key);
ALTER TABLE ONLY public.assignments_campaign
    ADD CONSTRAINT assignments_campaign_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.assignments_goldchain
    ADD CONSTRAINT assignments_goldchain_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.assignments_goldgrade
    ADD CONSTRAINT assignments_goldgrade_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.assignments_membership
    ADD CONSTRAINT assignments_membership_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_name_key UNIQUE (name);
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_permission_id_0cd325b0_uniq UNIQUE (group_id, permission_id);
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_codename_01ab375a_uniq UNIQUE (content_type_id, codename);
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.chains_chain
    ADD CONSTRAINT chain_with_its_dataset UNIQUE (id, dataset_id);
ALTER TABLE ONLY public.chains_chain
    ADD CONSTRAINT chains_chain_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.chains_chainstep
    ADD CONSTRAINT chains_chainstep_pkey PRIMARY KEY (chain_id, index);
ALTER TABLE ONLY public.chains_dataset
    ADD CONSTRAINT chains_dataset_key_key UNIQUE (key);
ALTER TABLE ONLY public.chains_dataset
    ADD CONSTRAINT chains_dataset_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.chains_importrun
    ADD CONSTRAINT chains_importrun_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.chains_problem
    ADD CONSTRAINT chains_problem_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.chains_step
    ADD CONSTRAINT chains_step_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.taxonomies_criterion
    ADD CONSTRAINT criterion_with_its_version UNIQUE (id, version_id);
ALTER TABLE ONLY public.taxonomies_criterion
    ADD CONSTRAINT criterion_with_its_version_and_kind UNIQUE (id, version_id, kind);
ALTER TABLE ONLY public.taxonomies_criterion
    ADD CONSTRAINT criterion_with_whether_it_is_the_verdict UNIQUE (id, version_id, is_verdict);
ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model);
ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_session
    ADD CONSTRAINT django_session_pkey PRIMARY KEY (session_key);
ALTER TABLE ONLY public.exports_snapshot
    ADD CONSTRAINT exports_snapshot_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.grading_grade
    ADD CONSTRAINT grade_with_its_version UNIQUE (id, taxonomy_version_id);
ALTER TABLE ONLY public.grading_answer
    ADD CONSTRAINT grading_answer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.grading_grade
    ADD CONSTRAINT grading_grade_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.grading_graderevision
    ADD CONSTRAINT grading_graderevision_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.taxonomies_label
    ADD CONSTRAINT label_with_its_criterion_and_version UNIQUE (version_id, criterion_id, id);
ALTER TABLE ONLY public.chains_problem
    ADD CONSTRAINT problem_with_its_dataset UNIQUE (id, dataset_id);
ALTER TABLE ONLY public.taxonomies_criterion
    ADD CONSTRAINT taxonomies_criterion_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.taxonomies_label
    ADD CONSTRAINT taxonomies_label_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.taxonomies_labelmapping
    ADD CONSTRAINT taxonomies_labelmapping_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.taxonomies_taxonomy
    ADD CONSTRAINT taxonomies_taxonomy_key_key UNIQUE (key);
ALTER TABLE ONLY public.taxonomies_taxonomy
    ADD CONSTRAINT taxonomies_taxonomy_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.taxonomies_taxonomyversion
    ADD CONSTRAINT taxonomies_taxonomyversion_pkey PRIMARY KEY (id);
CREATE UNIQUE INDEX a_campaign_waits_for_one_agreementreport ON public.analysis_agreementreport USING btree (campaign_id, taxonomy_version_id) WHERE ((state)::text = ANY ((ARRAY['queued'::character varying, 'running'::character varying])::text[]));
CREATE UNIQUE INDEX a_campaign_waits_for_one_stylereport ON public.analysis_stylereport USING btree (campaign_id, taxonomy_version_id) WHERE ((state)::text = ANY ((ARRAY['queued'::character varying, 'running'::character varying])::text[]));
CREATE UNIQUE INDEX a_criterion_has_one_answer_unless_many ON public.grading_answer USING btree (grade_id, revision, criterion_id) WHERE (NOT ((kind)::text = 'many'::text));
CREATE UNIQUE INDEX a_seat_of_a_chain_is_taken_once ON public.assignments_assignment USING btree (campaign_id, chain_id, seat) WHERE (((purpose)::text = 'work'::text) AND ((status)::text = ANY ((ARRAY['open'::character varying, 'submitted'::character varying])::text[])));
CREATE UNIQUE INDEX a_taxonomy_has_one_draft ON public.taxonomies_taxonomyversion USING btree (taxonomy_id) WHERE ((status)::text = 'draft'::text);
CREATE UNIQUE INDEX a_version_has_at_most_one_verdict ON public.taxonomies_criterion USING btree (version_id) WHERE is_verdict;
CREATE INDEX account_emailaddress_email_03be32b2 ON public.account_emailaddress USING btree (email);
CREATE INDEX account_emailaddress_email_03be32b2_like ON public.account_emailaddress USING btree (email varchar_pattern_ops);
CREATE INDEX account_emailaddress_user_id_2c513194 ON public.account_emailaddress USING btree (user_id);
CREATE INDEX account_emailconfirmation_email_address_id_5b7f8c58 ON public.account_emailconfirmation USING btree (email_address_id);
CREATE INDEX account_emailconfirmation_key_f43612bd_like ON public.account_emailconfirmation USING btree (key varchar_pattern_ops);
CREATE INDEX accounts_user_groups_group_id_bd11a704 ON public.accounts_user_groups USING btree (group_id);
CREATE INDEX accounts_user_groups_user_id_52b62117 ON public.accounts_user_groups USING btree (user_id);
CREATE INDEX accounts_user_user_permissions_permission_id_113bb443 ON public.accounts_user_user_permissions USING btree (permission_id);
CREATE INDEX accounts_user_user_permissions_user_id_e4f0a161 ON public.accounts_user_user_permissions USING btree (user_id);
CREATE INDEX accounts_user_username_6088629e_like ON public.accounts_user USING btree (username varchar_pattern_ops);
CREATE UNIQUE INDEX an_annotator_gets_a_chain_once ON public.assignments_assignment USING btree (campaign_id, annotator_id, chain_id) WHERE ((status)::text = ANY ((ARRAY['open'::character varying, 'submitted'::character varying])::text[]));
CREATE UNIQUE INDEX an_annotator_has_one_open_assignment ON public.assignments_assignment USING btree (campaign_id, annotator_id) WHERE ((status)::text = 'open'::text);
CREATE INDEX analysis_agreementreport_campaign_id_3091b97b ON public.analysis_agreementreport USING btree (campaign_id);
CREATE INDEX analysis_agreementreport_requested_by_id_c4567f82 ON public.analysis_agreementreport USING btree (requested_by_id);
CREATE INDEX analysis_agreementreport_taxonomy_version_id_74558188 ON public.analysis_agreementreport USING btree (taxonomy_version_id);
CREATE INDEX analysis_stepconsensus_report_id_7f8b6cdc ON public.analysis_stepconsensus USING btree (report_id);
CREATE INDEX analysis_stepconsensus_step_id_fa1ccadd ON public.analysis_stepconsensus USING btree (step_id);
CREATE INDEX analysis_stepconsensus_verdict_id_92d7826d ON public.analysis_stepconsensus USING btree (verdict_id);
CREATE INDEX analysis_styleflag_report_id_d2fa4b96 ON public.analysis_styleflag USING btree (report_id);
CREATE INDEX analysis_stylereport_campaign_id_add75e68 ON public.analysis_stylereport USING btree (campaign_id);
CREATE INDEX analysis_stylereport_requested_by_id_f51971d4 ON public.analysis_stylereport USING btree (requested_by_id);
CREATE INDEX analysis_stylereport_taxonomy_version_id_3db970cd ON public.analysis_stylereport USING btree (taxonomy_version_id);
CREATE INDEX api_token_campaigns_campaign_id_80f1a608 ON public.api_token_campaigns USING btree (campaign_id);
CREATE INDEX api_token_campaigns_token_id_6249fcd1 ON public.api_token_campaigns USING btree (token_id);
CREATE INDEX api_token_owner_id_9b30ecfc ON public.api_token USING btree (owner_id);
CREATE INDEX api_token_prefix_3ff8df5d_like ON public.api_token USING btree (prefix varchar_pattern_ops);
CREATE INDEX assignments_assignment_annotator_id_161712bc ON public.assignments_assignment USING btree (annotator_id);
CREATE INDEX assignments_assignment_chain_id_200239c2 ON public.assignments_assignment USING btree (chain_id);
CREATE INDEX assignments_assignment_taxonomy_version_id_bc093dbe ON public.assignments_assignment USING btree (taxonomy_version_id);
CREATE INDEX assignments_campaign_dataset_id_6147db46 ON public.assignments_campaign USING btree (dataset_id);
CREATE INDEX assignments_campaign_key_916df57f_like ON public.assignments_campaign USING btree (key varchar_pattern_ops);
CREATE INDEX assignments_campaign_taxonomy_version_id_4a4d042d ON public.assignments_campaign USING btree (taxonomy_version_id);
CREATE INDEX assignments_goldchain_campaign_id_94ac4230 ON public.assignments_goldchain USING btree (campaign_id);
CREATE INDEX assignments_goldchain_chain_id_674f44c5 ON public.assignments_goldchain USING btree (chain_id);
CREATE INDEX assignments_goldgrade_gold_chain_id_8005ed04 ON public.assignments_goldgrade USING btree (gold_chain_id);
CREATE INDEX assignments_goldgrade_label_id_cd22baf2 ON public.assignments_goldgrade USING btree (label_id);
CREATE INDEX assignments_goldgrade_step_id_4e8f7c19 ON public.assignments_goldgrade USING btree (step_id);
CREATE INDEX assignments_membership_campaign_id_d1329672 ON public.assignments_membership USING btree (campaign_id);
CREATE INDEX assignments_membership_user_id_19b00534 ON public.assignments_membership USING btree (user_id);
CREATE INDEX auth_group_name_a6ea08ec_like ON public.auth_group USING btree (name varchar_pattern_ops);
CREATE INDEX auth_group_permissions_group_id_b120cbf9 ON public.auth_group_permissions USING btree (group_id);
CREATE INDEX auth_group_permissions_permission_id_84c5c92e ON public.auth_group_permissions USING btree (permission_id);
CREATE INDEX auth_permission_content_type_id_2f476e4b ON public.auth_permission USING btree (content_type_id);
CREATE INDEX chains_chain_import_run_id_752edc68 ON public.chains_chain USING btree (import_run_id);
CREATE INDEX chains_chain_problem_id_68181309 ON public.chains_chain USING btree (problem_id);
CREATE INDEX chains_dataset_key_797c4451_like ON public.chains_dataset USING btree (key varchar_pattern_ops);
CREATE INDEX chains_importrun_dataset_id_7cd1a182 ON public.chains_importrun USING btree (dataset_id);
CREATE INDEX chains_importrun_requested_by_id_925fc6b4 ON public.chains_importrun USING btree (requested_by_id);
CREATE INDEX chains_problem_dataset_id_ccc23410 ON public.chains_problem USING btree (dataset_id);
CREATE INDEX django_admin_log_content_type_id_c4bce8eb ON public.django_admin_log USING btree (content_type_id);
CREATE INDEX django_admin_log_user_id_c564eba6 ON public.django_admin_log USING btree (user_id);
CREATE INDEX django_session_expire_date_a5c62663 ON public.django_session USING btree (expire_date);
CREATE INDEX django_session_session_key_c0390e0f_like ON public.django_session USING btree (session_key varchar_pattern_ops);
CREATE INDEX exports_snapshot_campaign_id_66b416d9 ON public.exports_snapshot USING btree (campaign_id);
CREATE INDEX exports_snapshot_requested_by_id_60553d2d ON public.exports_snapshot USING btree (requested_by_id);
CREATE INDEX grades_of_a_campaign_by_age ON public.grading_grade USING btree (campaign_id, saved_at);
CREATE INDEX grading_answer_label_id_bd1f1704 ON public.grading_answer USING btree (label_id);
CREATE INDEX grading_grade_annotator_id_b6b4f8bd ON public.grading_grade USING btree (annotator_id);
CREATE INDEX grading_grade_assignment_id_eb712c1e ON public.grading_grade USING btree (assignment_id);
CREATE INDEX grading_grade_step_id_6cbbdd1f ON public.grading_grade USING btree (step_id);
CREATE INDEX grading_graderevision_assignment_id_5c9c687e ON public.grading_graderevision USING btree (assignment_id);
CREATE INDEX open_assignments_by_expiry ON public.assignments_assignment USING btree (expires_at) WHERE ((status)::text = 'open'::text);
CREATE INDEX taxonomies_criterion_version_id_10a59b0f ON public.taxonomies_criterion USING btree (version_id);
CREATE INDEX taxonomies_label_criterion_id_dfe3c087 ON public.taxonomies_label USING btree (criterion_id);
CREATE INDEX taxonomies_label_version_id_c04fa78b ON public.taxonomies_label USING btree (version_id);
CREATE INDEX taxonomies_labelmapping_source_id_c7cc504e ON public.taxonomies_labelmapping USING btree (source_id);
CREATE INDEX taxonomies_labelmapping_target_id_b25349d1 ON public.taxonomies_labelmapping USING btree (target_id);
CREATE INDEX taxonomies_labelmapping_to_version_id_d4b58b24 ON public.taxonomies_labelmapping USING btree (to_version_id);
CREATE INDEX taxonomies_taxonomy_key_bfc0ca0e_like ON public.taxonomies_taxonomy USING btree (key varchar_pattern_ops);
CREATE INDEX taxonomies_taxonomyversion_taxonomy_id_b7e00772 ON public.taxonomies_taxonomyversion USING btree (taxonomy_id);
CREATE UNIQUE INDEX unique_primary_email ON public.account_emailaddress USING btree (user_id, "primary") WHERE "primary";
CREATE UNIQUE INDEX unique_verified_email ON public.account_emailaddress USING btree (email) WHERE verified;
CREATE TRIGGER a_campaign_keeps_its_published_version BEFORE INSERT OR UPDATE ON public.assignments_campaign FOR EACH ROW EXECUTE FUNCTION public.assignments_campaign_version();
CREATE CONSTRAINT TRIGGER a_chain_has_steps AFTER INSERT ON public.chains_chain DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.chains_chain_has_steps();
CREATE TRIGGER a_chain_is_a_path_of_its_problems_tree AFTER INSERT ON public.chains_chainstep REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.chains_steps_are_a_path();
CREATE TRIGGER a_grade_changes_by_one_revision BEFORE UPDATE ON public.grading_grade FOR EACH ROW EXECUTE FUNCTION public.grading_grade_may_change();
CREATE TRIGGER a_grade_is_never_deleted BEFORE DELETE ON public.grading_grade FOR EACH ROW EXECUTE FUNCTION public.stepmark_refuse('a grade is never deleted; undo clears it');
CREATE TRIGGER a_member_with_chains_stays BEFORE DELETE OR UPDATE ON public.assignments_membership FOR EACH ROW EXECUTE FUNCTION public.assignments_member_may_go();
CREATE TRIGGER a_published_criterion_is_frozen BEFORE INSERT OR DELETE OR UPDATE ON public.taxonomies_criterion FOR EACH ROW EXECUTE FUNCTION public.taxonomies_part_may_change();
CREATE TRIGGER a_published_label_is_frozen BEFORE INSERT OR DELETE OR UPDATE ON public.taxonomies_label FOR EACH ROW EXECUTE FUNCTION public.taxonomies_part_may_change();
CREATE TRIGGER a_published_version_is_frozen BEFORE INSERT OR DELETE OR UPDATE ON public.taxonomies_taxonomyversion FOR EACH ROW EXECUTE FUNCTION public.taxonomies_version_may_change();
CREATE TRIGGER a_revision_counts_from_one BEFORE INSERT ON public.grading_grade FOR EACH ROW WHEN ((new.revision <> 1)) EXECUTE FUNCTION public.stepmark_refuse('the first revision of a grade is number 1');
CREATE TRIGGER a_sealed_snapshot_never_changes BEFORE DELETE OR UPDATE ON public.exports_snapshot FOR EACH ROW WHEN (((old.state)::text = 'done'::text)) EXECUTE FUNCTION public.stepmark_refuse('a sealed snapshot never changes');
CREATE TRIGGER a_step_follows_its_parent_in_the_same_problem AFTER INSERT ON public.chains_step REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.chains_steps_are_a_tree();
CREATE TRIGGER a_version_is_whole_when_published BEFORE UPDATE OF status ON public.taxonomies_taxonomyversion FOR EACH ROW WHEN ((((old.status)::text = 'draft'::text) AND ((new.status)::text <> 'draft'::text))) EXECUTE FUNCTION public.taxonomies_version_is_whole();
CREATE TRIGGER an_answer_is_append_only BEFORE DELETE OR UPDATE ON public.grading_answer FOR EACH ROW EXECUTE FUNCTION public.stepmark_refuse('answers are append-only; a new revision has new ones');
CREATE TRIGGER an_assignment_fits_its_campaign BEFORE INSERT OR UPDATE ON public.assignments_assignment FOR EACH ROW EXECUTE FUNCTION public.assignments_assignment_fits();
CREATE TRIGGER chains_chain_is_never_truncated BEFORE TRUNCATE ON public.chains_chain FOR EACH STATEMENT EXECUTE FUNCTION public.stepmark_refuse('imported text never changes');
CREATE TRIGGER chains_chain_never_changes BEFORE DELETE OR UPDATE ON public.chains_chain FOR EACH ROW EXECUTE FUNCTION public.stepmark_refuse('imported text never changes');
CREATE TRIGGER chains_chainstep_is_never_truncated BEFORE TRUNCATE ON public.chains_chainstep FOR EACH STATEMENT EXECUTE FUNCTION public.stepmark_refuse('imported text never changes');
CREATE TRIGGER chains_chainstep_never_changes BEFORE DELETE OR UPDATE ON public.chains_chainstep FOR EACH ROW EXECUTE FUNCTION public.stepmark_refuse('imported text never changes');
CREATE TRIGGER chains_problem_is_never_truncated BEFORE TRUNCATE ON public.chains_problem FOR EACH STATEMENT EXECUTE FUNCTION public.stepmark_refuse('imported text never changes');
CREATE TRIGGER chains_problem_never_changes BEFORE DELETE OR UPDATE ON public.chains_problem FOR EACH ROW EXECUTE FUNCTION public.stepmark_refuse('imported text never changes');
CREATE TRIGGER chains_step_is_never_truncated BEFORE TRUNCATE ON public.chains_step FOR EACH STATEMENT EXECUTE FUNCTION public.stepmark_refuse('imported text never changes');
CREATE TRIGGER chains_step_never_changes BEFORE DELETE OR UPDATE ON public.chains_step FOR EACH ROW EXECUTE FUNCTION public.stepmark_refuse('imported text never changes');
CREATE TRIGGER every_revision_of_a_grade_is_kept AFTER INSERT OR UPDATE ON public.grading_grade FOR EACH ROW EXECUTE FUNCTION public.grading_keep_revision();
CREATE TRIGGER exports_snapshot_is_never_truncated BEFORE TRUNCATE ON public.exports_snapshot FOR EACH STATEMENT EXECUTE FUNCTION public.stepmark_refuse('snapshots are never truncated');
CREATE TRIGGER grading_answer_is_never_truncated BEFORE TRUNCATE ON public.grading_answer FOR EACH STATEMENT EXECUTE FUNCTION public.stepmark_refuse('grades are never truncated');
CREATE TRIGGER grading_grade_is_never_truncated BEFORE TRUNCATE ON public.grading_grade FOR EACH STATEMENT EXECUTE FUNCTION public.stepmark_refuse('grades are never truncated');
CREATE TRIGGER grading_graderevision_is_never_truncated BEFORE TRUNCATE ON public.grading_graderevision FOR EACH STATEMENT EXECUTE FUNCTION public.stepmark_refuse('grades are never truncated');
CREATE TRIGGER taxonomies_criterion_is_never_truncated BEFORE TRUNCATE ON public.taxonomies_criterion FOR EACH STATEMENT EXECUTE FUNCTION public.stepmark_refuse('taxonomies are never truncated');
CREATE TRIGGER taxonomies_label_is_never_truncated BEFORE TRUNCATE ON public.taxonomies_label FOR EACH STATEMENT EXECUTE FUNCTION public.stepmark_refuse('taxonomies are never truncated');
CREATE TRIGGER taxonomies_taxonomyversion_is_never_truncated BEFORE TRUNCATE ON public.taxonomies_taxonomyversion FOR EACH STATEMENT EXECUTE FUNCTION public.stepmark_refuse('taxonomies are never truncated');
CREATE TRIGGER the_history_of_a_grade_is_append_only BEFORE DELETE OR UPDATE ON public.grading_graderevision FOR EACH ROW EXECUTE FUNCTION public.stepmark_refuse('the history of a grade is append-only');
ALTER TABLE ONLY public.chains_chain
    ADD CONSTRAINT a_chains_problem_is_in_its_dataset FOREIGN KEY (problem_id, dataset_id) REFERENCES public.chains_problem(id, dataset_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.grading_grade
    ADD CONSTRAINT a_grade_answers_the_verdict_of_its_version FOREIGN KEY (verdict_criterion_id, taxonomy_version_id, of_the_verdict) REFERENCES public.taxonomies_criterion(id, version_id, is_verdict);
ALTER TABLE ONLY public.grading_grade
    ADD CONSTRAINT a_grade_belongs_to_its_assignment FOREIGN KEY (assignment_id, campaign_id, taxonomy_version_id, annotator_id, chain_id) REFERENCES public.assignments_assignment(id, campaign_id, taxonomy_version_id, annotator_id, chain_id);
ALTER TABLE ONLY public.grading_grade
    ADD CONSTRAINT a_graded_step_is_in_the_assignments_chain FOREIGN KEY (step_id, chain_id) REFERENCES public.chains_chainstep(step_id, chain_id);
ALTER TABLE ONLY public.taxonomies_label
    ADD CONSTRAINT a_label_has_the_version_of_its_criterion FOREIGN KEY (criterion_id, version_id) REFERENCES public.taxonomies_criterion(id, version_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.grading_grade
    ADD CONSTRAINT a_repaired_step_is_in_the_assignments_chain FOREIGN KEY (repairs_id, chain_id) REFERENCES public.chains_chainstep(step_id, chain_id);
ALTER TABLE ONLY public.grading_grade
    ADD CONSTRAINT a_verdict_is_a_label_of_its_version FOREIGN KEY (taxonomy_version_id, verdict_criterion_id, verdict_id) REFERENCES public.taxonomies_label(version_id, criterion_id, id);
ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_2c513194_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirm_email_address_id_5b7f8c58_fk_account_e FOREIGN KEY (email_address_id) REFERENCES public.account_emailaddress(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_user_groups
    ADD CONSTRAINT accounts_user_groups_group_id_bd11a704_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_user_groups
    ADD CONSTRAINT accounts_user_groups_user_id_52b62117_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_user_user_permissions
    ADD CONSTRAINT accounts_user_user_p_permission_id_113bb443_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_user_user_permissions
    ADD CONSTRAINT accounts_user_user_p_user_id_e4f0a161_fk_accounts_ FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.grading_answer
    ADD CONSTRAINT an_answer_belongs_to_a_revision FOREIGN KEY (grade_id, revision) REFERENCES public.grading_graderevision(grade_id, revision);
ALTER TABLE ONLY public.grading_answer
    ADD CONSTRAINT an_answer_has_the_kind_of_its_criterion FOREIGN KEY (criterion_id, taxonomy_version_id, kind) REFERENCES public.taxonomies_criterion(id, version_id, kind);
ALTER TABLE ONLY public.grading_answer
    ADD CONSTRAINT an_answer_has_the_version_of_its_grade FOREIGN KEY (grade_id, taxonomy_version_id) REFERENCES public.grading_grade(id, taxonomy_version_id);
ALTER TABLE ONLY public.grading_answer
    ADD CONSTRAINT an_answer_is_a_label_of_its_version FOREIGN KEY (taxonomy_version_id, criterion_id, label_id) REFERENCES public.taxonomies_label(version_id, criterion_id, id);
ALTER TABLE ONLY public.analysis_agreementreport
    ADD CONSTRAINT analysis_agreementre_campaign_id_3091b97b_fk_assignmen FOREIGN KEY (campaign_id) REFERENCES public.assignments_campaign(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.analysis_agreementreport
    ADD CONSTRAINT analysis_agreementre_requested_by_id_c4567f82_fk_accounts_ FOREIGN KEY (requested_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.analysis_agreementreport
    ADD CONSTRAINT analysis_agreementre_taxonomy_version_id_74558188_fk_taxonomie FOREIGN KEY (taxonomy_version_id) REFERENCES public.taxonomies_taxonomyversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.analysis_stepconsensus
    ADD CONSTRAINT analysis_stepconsens_campaign_id_5ae8aee4_fk_assignmen FOREIGN KEY (campaign_id) REFERENCES public.assignments_campaign(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.analysis_stepconsensus
    ADD CONSTRAINT analysis_stepconsens_report_id_7f8b6cdc_fk_analysis_ FOREIGN KEY (report_id) REFERENCES public.analysis_agreementreport(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.analysis_stepconsensus
    ADD CONSTRAINT analysis_stepconsens_taxonomy_version_id_711334ae_fk_taxonomie FOREIGN KEY (taxonomy_version_id) REFERENCES public.taxonomies_taxonomyversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.analysis_stepconsensus
    ADD CONSTRAINT analysis_stepconsens_verdict_id_92d7826d_fk_taxonomie FOREIGN KEY (verdict_id) REFERENCES public.taxonomies_label(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.analysis_stepconsensus
    ADD CONSTRAINT analysis_stepconsensus_step_id_fa1ccadd_fk_chains_step_id FOREIGN KEY (step_id) REFERENCES public.chains_step(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.analysis_styleflag
    ADD CONSTRAINT analysis_styleflag_report_id_d2fa4b96_fk_analysis_ FOREIGN KEY (report_id) REFERENCES public.analysis_stylereport(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.analysis_stylereport
    ADD CONSTRAINT analysis_stylereport_campaign_id_add75e68_fk_assignmen FOREIGN KEY (campaign_id) REFERENCES public.assignments_campaign(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.analysis_stylereport
    ADD CONSTRAINT analysis_stylereport_requested_by_id_f51971d4_fk_accounts_ FOREIGN KEY (requested_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.analysis_stylereport
    ADD CONSTRAINT analysis_stylereport_taxonomy_version_id_3db970cd_fk_taxonomie FOREIGN KEY (taxonomy_version_id) REFERENCES public.taxonomies_taxonomyversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.api_token_campaigns
    ADD CONSTRAINT api_token_campaigns_campaign_id_80f1a608_fk_assignmen FOREIGN KEY (campaign_id) REFERENCES public.assignments_campaign(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.api_token_campaigns
    ADD CONSTRAINT api_token_campaigns_token_id_6249fcd1_fk_api_token_id FOREIGN KEY (token_id) REFERENCES public.api_token(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_owner_id_9b30ecfc_fk_accounts_user_id FOREIGN KEY (owner_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.assignments_assignment
    ADD CONSTRAINT assignments_assignme_annotator_id_161712bc_fk_accounts_ FOREIGN KEY (annotator_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.assignments_assignment
    ADD CONSTRAINT assignments_assignme_campaign_id_507977ca_fk_assignmen FOREIGN KEY (campaign_id) REFERENCES public.assignments_campaign(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.assignments_assignment
    ADD CONSTRAINT assignments_assignme_taxonomy_version_id_bc093dbe_fk_taxonomie FOREIGN KEY (taxonomy_version_id) REFERENCES public.taxonomies_taxonomyversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.assignments_assignment
    ADD CONSTRAINT assignments_assignment_chain_id_200239c2_fk_chains_chain_id FOREIGN KEY (chain_id) REFERENCES public.chains_chain(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.assignments_campaign
    ADD CONSTRAINT assignments_campaign_dataset_id_6147db46_fk_chains_dataset_id FOREIGN KEY (dataset_id) REFERENCES public.chains_dataset(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.assignments_campaign
    ADD CONSTRAINT assignments_campaign_taxonomy_version_id_4a4d042d_fk_taxonomie FOREIGN KEY (taxonomy_version_id) REFERENCES public.taxonomies_taxonomyversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.assignments_goldchain
    ADD CONSTRAINT assignments_goldchai_campaign_id_94ac4230_fk_assignmen FOREIGN KEY (campaign_id) REFERENCES public.assignments_campaign(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.assignments_goldchain
    ADD CONSTRAINT assignments_goldchain_chain_id_674f44c5_fk_chains_chain_id FOREIGN KEY (chain_id) REFERENCES public.chains_chain(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.assignments_goldgrade
    ADD CONSTRAINT assignments_goldgrad_gold_chain_id_8005ed04_fk_assignmen FOREIGN KEY (gold_chain_id) REFERENCES public.assignments_goldchain(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.assignments_goldgrade
    ADD CONSTRAINT assignments_goldgrade_label_id_cd22baf2_fk_taxonomies_label_id FOREIGN KEY (label_id) REFERENCES public.taxonomies_label(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.assignments_goldgrade
    ADD CONSTRAINT assignments_goldgrade_step_id_4e8f7c19_fk_chains_step_id FOREIGN KEY (step_id) REFERENCES public.chains_step(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.assignments_membership
    ADD CONSTRAINT assignments_membersh_campaign_id_d1329672_fk_assignmen FOREIGN KEY (campaign_id) REFERENCES public.assignments_campaign(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.assignments_membership
    ADD CONSTRAINT assignments_membership_user_id_19b00534_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissio_permission_id_84c5c92e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_b120cbf9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_2f476e4b_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chains_chain
    ADD CONSTRAINT chains_chain_dataset_id_0eb1b246_fk_chains_dataset_id FOREIGN KEY (dataset_id) REFERENCES public.chains_dataset(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chains_chain
    ADD CONSTRAINT chains_chain_import_run_id_752edc68_fk_chains_importrun_id FOREIGN KEY (import_run_id) REFERENCES public.chains_importrun(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chains_importrun
    ADD CONSTRAINT chains_importrun_dataset_id_7cd1a182_fk_chains_dataset_id FOREIGN KEY (dataset_id) REFERENCES public.chains_dataset(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chains_importrun
    ADD CONSTRAINT chains_importrun_requested_by_id_925fc6b4_fk_accounts_user_id FOREIGN KEY (requested_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chains_problem
    ADD CONSTRAINT chains_problem_dataset_id_ccc23410_fk_chains_dataset_id FOREIGN KEY (dataset_id) REFERENCES public.chains_dataset(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_content_type_id_c4bce8eb_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_user_id_c564eba6_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.exports_snapshot
    ADD CONSTRAINT exports_snapshot_campaign_id_66b416d9_fk_assignmen FOREIGN KEY (campaign_id) REFERENCES public.assignments_campaign(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.exports_snapshot
    ADD CONSTRAINT exports_snapshot_requested_by_id_60553d2d_fk_accounts_user_id FOREIGN KEY (requested_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.grading_graderevision
    ADD CONSTRAINT grading_graderevision_grade_id_55c19f0c_fk_grading_grade_id FOREIGN KEY (grade_id) REFERENCES public.grading_grade(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.taxonomies_criterion
    ADD CONSTRAINT taxonomies_criterion_version_id_10a59b0f_fk_taxonomie FOREIGN KEY (version_id) REFERENCES public.taxonomies_taxonomyversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.taxonomies_label
    ADD CONSTRAINT taxonomies_label_criterion_id_dfe3c087_fk_taxonomie FOREIGN KEY (criterion_id) REFERENCES public.taxonomies_criterion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.taxonomies_label
    ADD CONSTRAINT taxonomies_label_version_id_c04fa78b_fk_taxonomie FOREIGN KEY (version_id) REFERENCES public.taxonomies_taxonomyversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.taxonomies_labelmapping
    ADD CONSTRAINT taxonomies_labelmapp_source_id_c7cc504e_fk_taxonomie FOREIGN KEY (source_id) REFERENCES public.taxonomies_label(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.taxonomies_labelmapping
    ADD CONSTRAINT taxonomies_labelmapp_target_id_b25349d1_fk_taxonomie FOREIGN KEY (target_id) REFERENCES public.taxonomies_label(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.taxonomies_labelmapping
    ADD CONSTRAINT taxonomies_labelmapp_to_version_id_d4b58b24_fk_taxonomie FOREIGN KEY (to_version_id) REFERENCES public.taxonomies_taxonomyversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.taxonomies_taxonomyversion
    ADD CONSTRAINT taxonomies_taxonomyv_taxonomy_id_b7e00772_fk_taxonomie FOREIGN KEY (taxonomy_id) REFERENCES public.taxonomies_taxonomy(id) DEFERRABLE INITIALLY DEFERRED;
