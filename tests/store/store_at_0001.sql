-- What SQLite wrote for a store of step 0001; never changed.
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL,
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE saved_policies (
	name TEXT NOT NULL,
	version INTEGER NOT NULL,
	definition TEXT NOT NULL,
	saved_by TEXT NOT NULL,
	saved_at DATETIME NOT NULL,
	withdrawn_by TEXT,
	withdrawn_at DATETIME,
	CONSTRAINT saved_policies_key PRIMARY KEY (name, version),
	CONSTRAINT saved_policies_version CHECK (version >= 1),
	CONSTRAINT saved_policies_withdrawn CHECK ((withdrawn_by is null) = (withdrawn_at is null))
);
INSERT INTO "saved_policies" VALUES('Board',1,'{"minimum_arr": 0}','Ana Ruiz','2026-11-20 10:00:00.000000',NULL,NULL);
INSERT INTO "saved_policies" VALUES('Board',2,'{"minimum_arr": 1000}','Ben Cole','2026-11-21 10:00:00.000000',NULL,NULL);
CREATE TABLE saved_scenarios (
	name TEXT NOT NULL,
	version INTEGER NOT NULL,
	definition TEXT NOT NULL,
	parameters TEXT NOT NULL,
	as_of DATE NOT NULL,
	saved_by TEXT NOT NULL,
	saved_at DATETIME NOT NULL,
	withdrawn_by TEXT,
	withdrawn_at DATETIME,
	CONSTRAINT saved_scenarios_key PRIMARY KEY (name, version),
	CONSTRAINT saved_scenarios_version CHECK (version >= 1),
	CONSTRAINT saved_scenarios_withdrawn CHECK ((withdrawn_by is null) = (withdrawn_at is null))
);
INSERT INTO "saved_scenarios" VALUES('Save Größe & Söhne',1,'{"saved": ["A1"]}','{"policy": "Board"}','2026-10-31','Ana Ruiz','2026-11-20 10:00:00.000000','Ben Cole','2026-11-21 10:00:00.000000');
CREATE TABLE writes (
	number INTEGER NOT NULL,
	token TEXT NOT NULL,
	action TEXT NOT NULL,
	kind TEXT NOT NULL,
	name TEXT NOT NULL,
	version INTEGER NOT NULL,
	fingerprint TEXT NOT NULL,
	written_by TEXT NOT NULL,
	written_at DATETIME NOT NULL,
	CONSTRAINT writes_key PRIMARY KEY (number),
	CONSTRAINT writes_token UNIQUE (token)
);
INSERT INTO "writes" VALUES(1,'token 1','save','policy','Board',1,'435c21820107bfd506d8955b8b59448eac15da876fe940b97a72a929d3b1c5a9','Ana Ruiz','2026-11-20 10:00:00.000000');
INSERT INTO "writes" VALUES(2,'token 2','save','policy','Board',2,'e02075de739e291b8ba5d3d0fb3ff0f1c5c6b68761b8f70adafdc14df5efb64e','Ben Cole','2026-11-21 10:00:00.000000');
INSERT INTO "writes" VALUES(3,'token 3','save','scenario','Save Größe & Söhne',1,'2765fd3c70ad110487319065166c7881ea5da4ec290981cbe8cc72efdae059e2','Ana Ruiz','2026-11-20 10:00:00.000000');
INSERT INTO "writes" VALUES(4,'token 4','withdraw','scenario','Save Größe & Söhne',1,'e4a4476ba21850314b44b419667cf89fb350ad6bc288111af0ced5459309fb52','Ben Cole','2026-11-21 10:00:00.000000');
CREATE INDEX writes_by_subject ON writes (kind, name);
COMMIT;
