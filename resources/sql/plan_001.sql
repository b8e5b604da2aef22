-- Plan file, schema 1: the plan layer, its history, its facts.
--
-- Run once inside a new GeoPackage by gis/plan_store.py, which fills in :srs_id (a whole number) and
-- adds the spatial index. Later schemas come as plan_002.sql and so on; this file never changes
-- after a release. Plain SQL only: any program that edits the file runs these triggers, also one
-- without spatial functions.

CREATE TABLE plan (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    geom MULTIPOLYGON,
    unit_id TEXT UNIQUE,
    unit_kind TEXT,
    unit_no TEXT,
    lot_keys TEXT,
    hamlet TEXT,
    district TEXT,
    area_m2 REAL,
    boundary_quality TEXT,
    use_now TEXT,
    use_plan TEXT,
    management_class TEXT,
    priority BOOLEAN,
    decided_by TEXT,
    decided_on DATE,
    decided_in TEXT,
    reason TEXT,
    reason_ja TEXT,
    basis TEXT,
    basis_ja TEXT,
    certainty TEXT,
    actor TEXT,
    method TEXT,
    start_on DATE,
    owner_status TEXT,
    owner_agreed TEXT,
    effect_if_left TEXT,
    evidence_ids TEXT,
    horizon_year INTEGER,
    review_on DATE,
    schemes TEXT,
    zoning TEXT,
    conflict TEXT,
    conflict_ja TEXT,
    note TEXT,
    draft_class TEXT,
    synthetic BOOLEAN,
    created_at DATETIME,
    changed_at DATETIME
);

INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)
VALUES ('plan', 'features', 'plan', 'Municipal land management plan', :srs_id);

INSERT INTO gpkg_geometry_columns (table_name, column_name, geometry_type_name, srs_id, z, m)
VALUES ('plan', 'geom', 'MULTIPOLYGON', :srs_id, 0, 0);

-- Who is writing just now (a role such as "village office", never a person's name); at most one row.
-- Ignored after an hour, so that a crash does not sign the work of others.
CREATE TABLE plan_session (
    session_id INTEGER PRIMARY KEY CHECK (session_id = 1),
    editor TEXT,
    started_at TEXT NOT NULL
);

CREATE TABLE plan_meta (
    meta_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    key TEXT NOT NULL UNIQUE,
    value TEXT
);

INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('plan_meta', 'attributes', 'plan_meta', 'Facts about the plan');

INSERT INTO plan_meta (key, value) VALUES ('schema_version', '1');

CREATE TABLE plan_history (
    history_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    unit_id TEXT,
    changed_at DATETIME NOT NULL,
    action TEXT NOT NULL,
    editor TEXT,
    old_class TEXT,
    new_class TEXT,
    old_row TEXT,
    new_row TEXT
);

CREATE INDEX plan_history_unit ON plan_history (unit_id);

INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('plan_history', 'attributes', 'plan_history', 'Every change of the plan');

-- A row made by an editor that knows nothing of us still gets its key and dates.
CREATE TRIGGER plan_log_insert AFTER INSERT ON plan
BEGIN
    UPDATE plan SET
        unit_id = coalesce(NEW.unit_id, lower(
            hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2)
            || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2)
            || '-' || hex(randomblob(6))
        )),
        created_at = coalesce(NEW.created_at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
        changed_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
    WHERE fid = NEW.fid;
    INSERT INTO plan_history (unit_id, changed_at, action, editor, new_class, new_row)
    SELECT
        NEWROW.unit_id, NEWROW.changed_at, 'insert', (
            SELECT editor FROM plan_session
            WHERE julianday('now') - julianday(started_at) < 1.0 / 24 LIMIT 1
        ),
        NEWROW.management_class,
        json_object(
            'fid', NEWROW.fid, 'unit_id', NEWROW.unit_id, 'unit_kind', NEWROW.unit_kind,
            'unit_no', NEWROW.unit_no, 'lot_keys', NEWROW.lot_keys, 'hamlet', NEWROW.hamlet,
            'district', NEWROW.district, 'area_m2', NEWROW.area_m2,
            'boundary_quality', NEWROW.boundary_quality, 'use_now', NEWROW.use_now,
            'use_plan', NEWROW.use_plan, 'management_class', NEWROW.management_class,
            'priority', NEWROW.priority, 'decided_by', NEWROW.decided_by,
            'decided_on', NEWROW.decided_on, 'decided_in', NEWROW.decided_in,
            'reason', NEWROW.reason, 'reason_ja', NEWROW.reason_ja, 'basis', NEWROW.basis,
            'basis_ja', NEWROW.basis_ja, 'certainty', NEWROW.certainty, 'actor', NEWROW.actor,
            'method', NEWROW.method, 'start_on', NEWROW.start_on,
            'owner_status', NEWROW.owner_status, 'owner_agreed', NEWROW.owner_agreed,
            'effect_if_left', NEWROW.effect_if_left, 'evidence_ids', NEWROW.evidence_ids,
            'horizon_year', NEWROW.horizon_year, 'review_on', NEWROW.review_on,
            'schemes', NEWROW.schemes, 'zoning', NEWROW.zoning, 'conflict', NEWROW.conflict,
            'conflict_ja', NEWROW.conflict_ja, 'note', NEWROW.note,
            'draft_class', NEWROW.draft_class, 'synthetic', NEWROW.synthetic,
            'created_at', NEWROW.created_at
        )
    FROM plan AS NEWROW WHERE NEWROW.fid = NEW.fid;
END;

-- Writing the same values again is no change. The stamp below changes only changed_at (and puts a
-- removed key back), which this trigger does not answer to, so it never calls itself.
-- The geometry is kept (as hexadecimal GeoPackage geometry) only where it changed.
CREATE TRIGGER plan_log_update AFTER UPDATE OF
    fid, geom, unit_id, unit_kind, unit_no, lot_keys, hamlet, district, area_m2, boundary_quality,
    use_now, use_plan, management_class, priority, decided_by, decided_on, decided_in, reason,
    reason_ja, basis, basis_ja, certainty, actor, method, start_on, owner_status, owner_agreed,
    effect_if_left, evidence_ids, horizon_year, review_on, schemes, zoning, conflict, conflict_ja,
    note, draft_class, synthetic
ON plan
WHEN OLD.unit_id IS NOT NULL AND (
        OLD.fid IS NOT NEW.fid OR OLD.geom IS NOT NEW.geom OR OLD.unit_id IS NOT NEW.unit_id
        OR OLD.unit_kind IS NOT NEW.unit_kind OR OLD.unit_no IS NOT NEW.unit_no
        OR OLD.lot_keys IS NOT NEW.lot_keys OR OLD.hamlet IS NOT NEW.hamlet
        OR OLD.district IS NOT NEW.district OR OLD.area_m2 IS NOT NEW.area_m2
        OR OLD.boundary_quality IS NOT NEW.boundary_quality OR OLD.use_now IS NOT NEW.use_now
        OR OLD.use_plan IS NOT NEW.use_plan OR OLD.management_class IS NOT NEW.management_class
        OR OLD.priority IS NOT NEW.priority OR OLD.decided_by IS NOT NEW.decided_by
        OR OLD.decided_on IS NOT NEW.decided_on OR OLD.decided_in IS NOT NEW.decided_in
        OR OLD.reason IS NOT NEW.reason OR OLD.reason_ja IS NOT NEW.reason_ja
        OR OLD.basis IS NOT NEW.basis OR OLD.basis_ja IS NOT NEW.basis_ja
        OR OLD.certainty IS NOT NEW.certainty OR OLD.actor IS NOT NEW.actor
        OR OLD.method IS NOT NEW.method OR OLD.start_on IS NOT NEW.start_on
        OR OLD.owner_status IS NOT NEW.owner_status OR OLD.owner_agreed IS NOT NEW.owner_agreed
        OR OLD.effect_if_left IS NOT NEW.effect_if_left OR OLD.evidence_ids IS NOT NEW.evidence_ids
        OR OLD.horizon_year IS NOT NEW.horizon_year OR OLD.review_on IS NOT NEW.review_on
        OR OLD.schemes IS NOT NEW.schemes OR OLD.zoning IS NOT NEW.zoning
        OR OLD.conflict IS NOT NEW.conflict OR OLD.conflict_ja IS NOT NEW.conflict_ja
        OR OLD.note IS NOT NEW.note OR OLD.draft_class IS NOT NEW.draft_class
        OR OLD.synthetic IS NOT NEW.synthetic
)
BEGIN
    INSERT INTO plan_history (
        unit_id, changed_at, action, editor, old_class, new_class, old_row, new_row
    ) VALUES (
        OLD.unit_id, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'update', (
            SELECT editor FROM plan_session
            WHERE julianday('now') - julianday(started_at) < 1.0 / 24 LIMIT 1
        ),
        OLD.management_class, NEW.management_class,
        json_object(
            'fid', OLD.fid, 'unit_id', OLD.unit_id, 'unit_kind', OLD.unit_kind,
            'unit_no', OLD.unit_no, 'lot_keys', OLD.lot_keys, 'hamlet', OLD.hamlet,
            'district', OLD.district, 'area_m2', OLD.area_m2,
            'boundary_quality', OLD.boundary_quality, 'use_now', OLD.use_now,
            'use_plan', OLD.use_plan, 'management_class', OLD.management_class,
            'priority', OLD.priority, 'decided_by', OLD.decided_by, 'decided_on', OLD.decided_on,
            'decided_in', OLD.decided_in, 'reason', OLD.reason, 'reason_ja', OLD.reason_ja,
            'basis', OLD.basis, 'basis_ja', OLD.basis_ja, 'certainty', OLD.certainty,
            'actor', OLD.actor, 'method', OLD.method, 'start_on', OLD.start_on,
            'owner_status', OLD.owner_status, 'owner_agreed', OLD.owner_agreed,
            'effect_if_left', OLD.effect_if_left, 'evidence_ids', OLD.evidence_ids,
            'horizon_year', OLD.horizon_year, 'review_on', OLD.review_on, 'schemes', OLD.schemes,
            'zoning', OLD.zoning, 'conflict', OLD.conflict, 'conflict_ja', OLD.conflict_ja,
            'note', OLD.note, 'draft_class', OLD.draft_class, 'synthetic', OLD.synthetic,
            'created_at', OLD.created_at,
            'geom', CASE WHEN OLD.geom IS NOT NEW.geom THEN hex(OLD.geom) END
        ),
        json_object(
            'fid', NEW.fid, 'unit_id', NEW.unit_id, 'unit_kind', NEW.unit_kind,
            'unit_no', NEW.unit_no, 'lot_keys', NEW.lot_keys, 'hamlet', NEW.hamlet,
            'district', NEW.district, 'area_m2', NEW.area_m2,
            'boundary_quality', NEW.boundary_quality, 'use_now', NEW.use_now,
            'use_plan', NEW.use_plan, 'management_class', NEW.management_class,
            'priority', NEW.priority, 'decided_by', NEW.decided_by, 'decided_on', NEW.decided_on,
            'decided_in', NEW.decided_in, 'reason', NEW.reason, 'reason_ja', NEW.reason_ja,
            'basis', NEW.basis, 'basis_ja', NEW.basis_ja, 'certainty', NEW.certainty,
            'actor', NEW.actor, 'method', NEW.method, 'start_on', NEW.start_on,
            'owner_status', NEW.owner_status, 'owner_agreed', NEW.owner_agreed,
            'effect_if_left', NEW.effect_if_left, 'evidence_ids', NEW.evidence_ids,
            'horizon_year', NEW.horizon_year, 'review_on', NEW.review_on, 'schemes', NEW.schemes,
            'zoning', NEW.zoning, 'conflict', NEW.conflict, 'conflict_ja', NEW.conflict_ja,
            'note', NEW.note, 'draft_class', NEW.draft_class, 'synthetic', NEW.synthetic,
            'created_at', NEW.created_at,
            'geom', CASE WHEN OLD.geom IS NOT NEW.geom THEN hex(NEW.geom) END
        )
    );
    UPDATE plan SET
        unit_id = coalesce(NEW.unit_id, OLD.unit_id),
        changed_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
    WHERE fid = NEW.fid;
END;

CREATE TRIGGER plan_log_delete AFTER DELETE ON plan
BEGIN
    INSERT INTO plan_history (unit_id, changed_at, action, editor, old_class, old_row)
    VALUES (
        OLD.unit_id, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'delete', (
            SELECT editor FROM plan_session
            WHERE julianday('now') - julianday(started_at) < 1.0 / 24 LIMIT 1
        ),
        OLD.management_class,
        json_object(
            'fid', OLD.fid, 'unit_id', OLD.unit_id, 'unit_kind', OLD.unit_kind,
            'unit_no', OLD.unit_no, 'lot_keys', OLD.lot_keys, 'hamlet', OLD.hamlet,
            'district', OLD.district, 'area_m2', OLD.area_m2,
            'boundary_quality', OLD.boundary_quality, 'use_now', OLD.use_now,
            'use_plan', OLD.use_plan, 'management_class', OLD.management_class,
            'priority', OLD.priority, 'decided_by', OLD.decided_by, 'decided_on', OLD.decided_on,
            'decided_in', OLD.decided_in, 'reason', OLD.reason, 'reason_ja', OLD.reason_ja,
            'basis', OLD.basis, 'basis_ja', OLD.basis_ja, 'certainty', OLD.certainty,
            'actor', OLD.actor, 'method', OLD.method, 'start_on', OLD.start_on,
            'owner_status', OLD.owner_status, 'owner_agreed', OLD.owner_agreed,
            'effect_if_left', OLD.effect_if_left, 'evidence_ids', OLD.evidence_ids,
            'horizon_year', OLD.horizon_year, 'review_on', OLD.review_on, 'schemes', OLD.schemes,
            'zoning', OLD.zoning, 'conflict', OLD.conflict, 'conflict_ja', OLD.conflict_ja,
            'note', OLD.note, 'draft_class', OLD.draft_class, 'synthetic', OLD.synthetic,
            'created_at', OLD.created_at, 'geom', hex(OLD.geom)
        )
    );
END;
