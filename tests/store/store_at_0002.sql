-- What SQLite wrote for a store of step 0002; never changed.
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL,
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE saved_annotations (
	name TEXT NOT NULL,
	version INTEGER NOT NULL,
	note TEXT NOT NULL,
	pinned_on DATE NOT NULL,
	account_id TEXT,
	saved_by TEXT NOT NULL,
	saved_at DATETIME NOT NULL,
	withdrawn_by TEXT,
	withdrawn_at DATETIME,
	CONSTRAINT saved_annotations_key PRIMARY KEY (name, version),
	CONSTRAINT saved_annotations_note CHECK (length(note) between 1 and 1000),
	CONSTRAINT saved_annotations_version CHECK (version >= 1),
	CONSTRAINT saved_annotations_withdrawn CHECK ((withdrawn_by is null) = (withdrawn_at is null))
);
INSERT INTO "saved_annotations" VALUES('f00d',1,'New prices from today','2026-10-01',NULL,'Ana Ruiz','2026-11-20 10:00:00.000000',NULL,NULL);
INSERT INTO "saved_annotations" VALUES('f00d',2,'New prices since 1 October','2026-10-01','A1','Ben Cole','2026-11-21 10:00:00.000000',NULL,NULL);
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
CREATE TABLE saved_proposals (
	name TEXT NOT NULL,
	version INTEGER NOT NULL,
	definition TEXT NOT NULL,
	as_of DATE NOT NULL,
	saved_by TEXT NOT NULL,
	saved_at DATETIME NOT NULL,
	withdrawn_by TEXT,
	withdrawn_at DATETIME,
	CONSTRAINT saved_proposals_key PRIMARY KEY (name, version),
	CONSTRAINT saved_proposals_version CHECK (version >= 1),
	CONSTRAINT saved_proposals_withdrawn CHECK ((withdrawn_by is null) = (withdrawn_at is null))
);
INSERT INTO "saved_proposals" VALUES('Spread Größe & Söhne',1,'{"moves": []}','2026-10-31','Ben Cole','2026-11-20 10:00:00.000000','Ana Ruiz','2026-11-21 10:00:00.000000');
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
CREATE TABLE saved_scorecards (
	name TEXT NOT NULL,
	version INTEGER NOT NULL,
	definition TEXT NOT NULL,
	saved_by TEXT NOT NULL,
	saved_at DATETIME NOT NULL,
	withdrawn_by TEXT,
	withdrawn_at DATETIME,
	CONSTRAINT saved_scorecards_key PRIMARY KEY (name, version),
	CONSTRAINT saved_scorecards_version CHECK (version >= 1),
	CONSTRAINT saved_scorecards_withdrawn CHECK ((withdrawn_by is null) = (withdrawn_at is null))
);
INSERT INTO "saved_scorecards" VALUES('Vendor outcomes',1,'{"minimum_coverage": "0.5"}','Ana Ruiz','2026-11-20 10:00:00.000000',NULL,NULL);
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
INSERT INTO "writes" VALUES(2,'token 2','save','scorecard','Vendor outcomes',1,'870f97f9260b11fe889b59b78bf94dd8d69d223602a4b4f9ad9c7a0cfa8a7451','Ana Ruiz','2026-11-20 10:00:00.000000');
INSERT INTO "writes" VALUES(3,'token 3','save','proposal','Spread Größe & Söhne',1,'f9845e88135b425f8fac73655c819eb754ee41fe5d55ce4b221241d8c9c51aac','Ben Cole','2026-11-20 10:00:00.000000');
INSERT INTO "writes" VALUES(4,'token 4','save','annotation','f00d',1,'7cc3b87358ec66d063b60dce6df9f72ae446d417aedc4d209f046d85ce17749d','Ana Ruiz','2026-11-20 10:00:00.000000');
INSERT INTO "writes" VALUES(5,'token 5','save','annotation','f00d',2,'a8ba2a7e8e1404a54c84e4a7710fbb385b680c655f7998baabd52d70a278fe6e','Ben Cole','2026-11-21 10:00:00.000000');
INSERT INTO "writes" VALUES(6,'token 6','withdraw','proposal','Spread Größe & Söhne',1,'6dddd1239f42682c00316fc36534cf26b712f9923c8e11a90d77eaba2becc3a2','Ana Ruiz','2026-11-21 10:00:00.000000');
CREATE INDEX writes_by_subject ON writes (kind, name);
COMMIT;
