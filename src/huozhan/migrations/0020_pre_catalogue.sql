-- The catalogue: categories, shops, freight templates, offers with SKUs and versions, stock, imports.
-- Expects: the kernel's tables. Locks: nothing that exists. Back: drop the tables and delete rules catalogue.*.

CREATE TABLE category (
    category_id text PRIMARY KEY,
    parent_id   text,
    level       int NOT NULL,
    position    int NOT NULL,
    name_zh     text NOT NULL,
    name_en     text NOT NULL,
    path_ids    text[] NOT NULL,
    attributes  text[] NOT NULL
);
CREATE INDEX category_by_parent ON category (parent_id, position);

CREATE TABLE attribute (
    handle        text PRIMARY KEY,
    name_zh       text NOT NULL,
    name_en       text NOT NULL,
    choices       jsonb NOT NULL
);

-- A reference table is filled again only when the file it comes from changed.
CREATE TABLE reference_digest (
    name   text PRIMARY KEY,
    digest text NOT NULL
);

CREATE TABLE shop (
    seller_id        bigint PRIMARY KEY,
    mix_amount_minor bigint CHECK (mix_amount_minor > 0),
    mix_pieces       bigint CHECK (mix_pieces > 0),
    changed_at       timestamptz NOT NULL,
    changed_by       bigint NOT NULL
);

CREATE TABLE freight_template (
    seller_id   bigint NOT NULL,
    code        text NOT NULL,
    template_id bigint NOT NULL,
    name_zh     text NOT NULL,
    name_en     text NOT NULL,
    terms       jsonb NOT NULL,
    changed_at  timestamptz NOT NULL,
    changed_by  bigint NOT NULL,
    PRIMARY KEY (seller_id, code)
);
CREATE INDEX freight_template_by_id ON freight_template (template_id);

-- The seller's own code is the key under which an offer is published again.
CREATE TABLE offer_code (
    seller_id  bigint NOT NULL,
    offer_code text NOT NULL,
    offer_id   bigint NOT NULL,
    PRIMARY KEY (seller_id, offer_code)
);

CREATE TABLE offer (
    offer_id            bigint PRIMARY KEY,
    seller_id           bigint NOT NULL,
    offer_code          text NOT NULL,
    state               text NOT NULL CHECK (state IN ('draft', 'on_sale', 'paused', 'taken_down')),
    version             int NOT NULL CHECK (version > 0),
    fingerprint         text NOT NULL,
    category_id         text NOT NULL REFERENCES category,
    title_zh            text NOT NULL,
    title_en            text NOT NULL,
    description_zh      text NOT NULL,
    description_en      text NOT NULL,
    attributes          jsonb NOT NULL,
    options             jsonb NOT NULL,
    unit                text NOT NULL,
    quote_type          text NOT NULL CHECK (quote_type IN ('fixed', 'sku_price', 'offer_ladder', 'sku_ladder')),
    ladder              jsonb NOT NULL,
    price_low_e4        bigint NOT NULL CHECK (price_low_e4 > 0),
    price_high_e4       bigint NOT NULL CHECK (price_high_e4 >= price_low_e4),
    moq                 int NOT NULL CHECK (moq > 0),
    lot                 int NOT NULL CHECK (lot > 0),
    mixable             boolean NOT NULL,
    sample_price_e4     bigint CHECK (sample_price_e4 >= 0),
    origin_code6        text NOT NULL,
    weight_g            int NOT NULL CHECK (weight_g >= 0),
    length_mm           int NOT NULL CHECK (length_mm >= 0),
    width_mm            int NOT NULL CHECK (width_mm >= 0),
    height_mm           int NOT NULL CHECK (height_mm >= 0),
    promise_hours       int NOT NULL CHECK (promise_hours > 0),
    freight_template_id bigint NOT NULL,
    pictures            text[] NOT NULL,
    hints               jsonb NOT NULL,
    source              text NOT NULL,
    published_at        timestamptz NOT NULL,
    changed_at          timestamptz NOT NULL
);
CREATE INDEX offer_by_seller ON offer (seller_id, offer_id);
CREATE INDEX offer_by_category ON offer (category_id, offer_id) WHERE state = 'on_sale';

CREATE TABLE sku (
    offer_id   bigint NOT NULL REFERENCES offer,
    sku_id     bigint NOT NULL,
    sku_code   text NOT NULL,
    position   int NOT NULL,
    choice     int[] NOT NULL,
    options_zh text NOT NULL,
    options_en text NOT NULL,
    price_e4   bigint CHECK (price_e4 > 0),
    ladder     jsonb NOT NULL,
    weight_g   int CHECK (weight_g >= 0),
    is_offered boolean NOT NULL,
    PRIMARY KEY (offer_id, sku_id),
    UNIQUE (offer_id, sku_code)
);
CREATE INDEX sku_by_id ON sku (sku_id);

-- What was offered at each moment, for the orders that point to it (E-commerce Law, article 31: three years).
CREATE TABLE offer_version (
    offer_id     bigint NOT NULL REFERENCES offer,
    version      int NOT NULL,
    snapshot     jsonb NOT NULL,
    published_at timestamptz NOT NULL,
    published_by bigint NOT NULL,
    PRIMARY KEY (offer_id, version)
);
CREATE FUNCTION offer_version_stays() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'an offer''s version is never changed'; END $$;
CREATE TRIGGER offer_version_stays BEFORE UPDATE OR DELETE ON offer_version
   FOR EACH ROW EXECUTE FUNCTION offer_version_stays();

CREATE TABLE offer_move (
    offer_id   bigint NOT NULL REFERENCES offer,
    move_id    bigint NOT NULL,
    event      text NOT NULL,
    from_state text NOT NULL,
    to_state   text NOT NULL,
    reason     text NOT NULL,
    moved_at   timestamptz NOT NULL,
    moved_by   bigint NOT NULL,
    PRIMARY KEY (offer_id, move_id)
);

CREATE TABLE stock (
    sku_id    bigint NOT NULL,
    stripe    int NOT NULL CHECK (stripe >= 0),
    offer_id  bigint NOT NULL,
    seller_id bigint NOT NULL,
    on_hand   bigint NOT NULL,
    reserved  bigint NOT NULL DEFAULT 0,
    sold      bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (sku_id, stripe),
    CONSTRAINT stock_covers_reserved CHECK (on_hand >= reserved),
    CONSTRAINT stock_reserved_is_real CHECK (reserved >= 0),
    CONSTRAINT stock_sold_is_real CHECK (sold >= 0)
) WITH (fillfactor = 70);
CREATE INDEX stock_by_offer ON stock (offer_id);

CREATE TABLE stock_reservation (
    sku_id     bigint NOT NULL,
    order_id   bigint NOT NULL,
    line_no    int NOT NULL,
    stripe     int NOT NULL,
    quantity   bigint NOT NULL CHECK (quantity > 0),
    expires_at timestamptz,
    PRIMARY KEY (sku_id, order_id, line_no, stripe)
);
CREATE INDEX stock_reservation_by_order ON stock_reservation (order_id);

CREATE TABLE stock_move (
    sku_id   bigint NOT NULL,
    move_id  bigint NOT NULL,
    kind     text NOT NULL CHECK (kind IN ('opened', 'received', 'adjusted')),
    quantity bigint NOT NULL,
    on_hand  bigint NOT NULL,
    reason   text NOT NULL,
    moved_at timestamptz NOT NULL,
    moved_by bigint NOT NULL,
    PRIMARY KEY (sku_id, move_id)
);

CREATE TABLE import_run (
    import_id      bigint PRIMARY KEY,
    seller_id      bigint NOT NULL,
    file_name      text NOT NULL,
    digest         text NOT NULL,
    content        bytea,
    state          text NOT NULL CHECK (state IN ('uploaded', 'checked', 'applying', 'applied', 'unreadable')),
    rows_total     int NOT NULL DEFAULT 0,
    rows_bad       int NOT NULL DEFAULT 0,
    offers_total   int NOT NULL DEFAULT 0,
    offers_done    int NOT NULL DEFAULT 0,
    offers_changed int NOT NULL DEFAULT 0,
    trouble        text NOT NULL DEFAULT '',
    uploaded_at    timestamptz NOT NULL,
    uploaded_by    bigint NOT NULL,
    changed_at     timestamptz NOT NULL
);
CREATE INDEX import_run_by_seller ON import_run (seller_id, import_id);

CREATE TABLE import_fault (
    import_id bigint NOT NULL REFERENCES import_run,
    row_no    int NOT NULL,
    fault_no  int NOT NULL,
    column_   text NOT NULL,
    code      text NOT NULL,
    found     text NOT NULL,
    PRIMARY KEY (import_id, row_no, fault_no)
);

INSERT INTO rule_version (code, version, value, unit) VALUES
    ('catalogue.sample_per_buyer', 1, 1, 'count'),
    ('catalogue.sample_span', 1, 90, 'days');
