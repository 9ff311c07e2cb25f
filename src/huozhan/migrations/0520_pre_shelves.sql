-- Shelves: what a buyer came for, each filled by a rule of the operator's and by hand.
-- Expects: the kernel's tables. Locks: nothing that exists. Back: drop the tables.

-- A rule is a search as `search.FindOffers` reads it, only what it says beside the usual; `{}` is all goods, the best first.
CREATE TABLE shelf (
    shelf_key  text PRIMARY KEY CHECK (shelf_key ~ '^[a-z][a-z0-9_]{1,29}$'),
    place      text NOT NULL CHECK (place IN ('entrance', 'home')),
    position   integer NOT NULL CHECK (position BETWEEN 0 AND 99),
    title      jsonb NOT NULL,
    line       jsonb NOT NULL,
    sign       text NOT NULL,
    rule       jsonb NOT NULL,
    is_shown   boolean NOT NULL,
    version    integer NOT NULL CHECK (version > 0),
    changed_at timestamptz NOT NULL
);

-- By hand: goods that stand first, in this order, and goods that never stand there.
CREATE TABLE shelf_pick (
    shelf_key text NOT NULL REFERENCES shelf,
    offer_id  bigint NOT NULL,
    is_hidden boolean NOT NULL,
    position  integer NOT NULL CHECK (position BETWEEN 0 AND 99),
    PRIMARY KEY (shelf_key, offer_id)
);

INSERT INTO shelf (shelf_key, place, position, title, line, sign, rule, is_shown, version, changed_at) VALUES
('dropship', 'entrance', 1, '{"zh": "一件代发", "en": "Dropship by the piece"}',
 '{"zh": "一件起发，不囤货也能卖", "en": "From one piece on, no stock of your own"}', 'parcel', '{"has": ["one_piece"]}', true, 1, now()),
('small', 'entrance', 2, '{"zh": "小额混批", "en": "Small mixed batches"}',
 '{"zh": "起批量低，多款凑单也能拿批发价", "en": "Low minimums; many styles make up one batch"}', 'split', '{"has": ["mixed"], "moq_to": 100}', true, 1, now()),
('bulk', 'entrance', 3, '{"zh": "大额批发", "en": "Bulk"}',
 '{"zh": "量越大单价越低，支持账期与分阶段付款", "en": "The more you take the less it costs; credit terms and staged payment"}', 'boxes', '{"sort": "sold"}', true, 1, now()),
('custom', 'entrance', 4, '{"zh": "轻定制", "en": "Light customisation"}',
 '{"zh": "印图、换标、改色，小批量也接", "en": "Your print, label or colour, in small runs too"}', 'brush', '{"q": "定制"}', true, 1, now()),
('trial', 'entrance', 5, '{"zh": "新品测款", "en": "Test new styles"}',
 '{"zh": "刚上架的新款，先拿样再铺货", "en": "Fresh from the factory: sample first, stock later"}', 'spark', '{"has": ["sample"], "sort": "newest"}', true, 1, now()),
('factory', 'entrance', 6, '{"zh": "找工厂", "en": "Factories"}',
 '{"zh": "源头工厂直供，资料可核验", "en": "Straight from the maker, with verified papers"}', 'factory', '{"supplier_kind": ["factory"]}', true, 1, now()),
('selected', 'home', 1, '{"zh": "严选好货", "en": "Selected goods"}',
 '{"zh": "货真、价实、发得快", "en": "Sound goods, fair prices, quick to leave"}', 'shield', '{"has": ["verified"]}', true, 1, now()),
('hot', 'home', 2, '{"zh": "热卖", "en": "Best sellers"}',
 '{"zh": "大家都在拿的货", "en": "What others stock up on"}', 'chart', '{"sort": "sold"}', true, 1, now()),
('fresh', 'home', 3, '{"zh": "新品上架", "en": "New arrivals"}',
 '{"zh": "最近上架的新货", "en": "Listed lately"}', 'spark', '{"sort": "newest"}', true, 1, now());
