"""The feed of an OpenSearch index: what is sent comes once, the newest stays, trouble is tried again, builds are swapped whole."""

import json
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from huozhan.search import IndexHeld
from huozhan.search.fields import FIELDS
from huozhan.search.index import Filters, SearchUnavailable
from huozhan.search.opensearch import writing
from huozhan.search.opensearch.line import PortRefused
from huozhan.search.opensearch.reading import OpenSearchIndex
from huozhan.search.versions import schema_version
from huozhan.search.wording import Asked
from tests.search.opensearch_server import Server
from tests.search.opensearch_server.goods import SETTINGS, a_document, a_line, a_writer, documents

ALIAS = SETTINGS.index


def a_market(server: Server, count: int = 5) -> writing.OpenSearchWriter:
    """A writer whose index holds a few offers."""
    writer = a_writer(a_line(server))
    writer.begin(count)
    writer.add(documents(count, 1))
    writer.take_over()
    return writer


def held(server: Server) -> dict[str, int]:
    """What the index in use holds, with versions."""
    (index,) = [one for one in server.indices.values() if ALIAS in one.aliases]
    return {key: index.versions[key] for key in sorted(index.docs)}


def found(port: OpenSearchIndex, sort: str = "newest") -> list[int]:
    """All offers that a search finds."""
    port._known.clear()
    return sorted(port.search(Asked(words=[]), Filters(), sort=sort, offset=0, limit=60).offer_ids)


def sent(server: Server) -> Sequence[int]:
    """How many lines each bulk had."""
    return [body.count(b"\n") for _, path, body in server.calls if path.endswith("_bulk")]


def test_an_older_document_never_replaces_a_newer_one_nor_brings_one_back() -> None:
    server = Server()
    writer = a_market(server)
    late = a_writer(a_line(server), version=2)
    writer._version = 3
    newer, other = a_document(1, random.Random(9)), a_document(2, random.Random(9))
    writer.put([newer], gone=[2])

    late.put([a_document(1, random.Random(1)), other], gone=[3])

    (index,) = server.indices.values()
    assert held(server) == {"1": 3, "4": 1, "5": 1}
    assert index.docs["1"]["title"] == newer.texts["title"]
    assert index.versions["2"] == 3, "what was removed stays removed"


def test_items_without_room_are_sent_again_alone() -> None:
    server = Server()
    writer = a_market(server)
    pauses: list[float] = []
    writer._pause = pauses.append
    server.calls.clear()
    server.busy_items = {"2": 2}
    writer._version = 2

    writer.put(documents(4, 2), gone=[5])

    assert sent(server) == [9, 2, 2]
    assert pauses == [0.2, 0.4]
    assert held(server) == {"1": 2, "2": 2, "3": 2, "4": 2}


def test_a_server_without_room_is_given_time_and_then_told_of() -> None:
    server = Server()
    writer = a_market(server)
    writer._version = 2
    server.busy = 2
    writer.put(documents(2, 2))
    assert held(server)["2"] == 2
    server.busy = 1_000
    with pytest.raises(SearchUnavailable):
        writer.put(documents(2, 3))


def test_one_offer_that_is_refused_does_not_hold_up_the_others() -> None:
    server = Server()
    writer = a_market(server)
    writer._version = 2
    broken = a_document(1, random.Random(3))
    broken.numbers["moq"] = 2**70  # type: ignore[index]

    writer.put([broken, a_document(2, random.Random(3))])

    assert (held(server)["1"], held(server)["2"]) == (1, 2)


def test_large_batches_go_in_several_bulks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "BULK_BYTES", 4_000)
    server = Server()
    a_market(server, 20)
    bulks = [body for _, path, body in server.calls if path.endswith("_bulk")]
    assert len(bulks) > 3
    assert all(len(body) <= 4_000 for body in bulks)
    assert len(held(server)) == 20


def test_a_rebuild_is_swapped_in_whole_with_what_changed_meanwhile(tmp_path: Path) -> None:
    server = Server()
    writer = a_market(server)
    port = OpenSearchIndex(tmp_path, writer._line)
    before = next(iter(server.indices))
    writer._version, writer.is_stale = 2, True
    writer.begin(5)
    writer.add(documents(3, 1))
    writer._version = 3
    writer.put([a_document(1, random.Random(5)), a_document(9, random.Random(5))], gone=[2])
    server.look()
    assert found(port) == [1, 3, 4, 5, 9], "the one in use answers, and is kept up"
    writer._version = 4
    writer.add(documents(5, 1)[3:])

    writer.take_over()

    assert found(port) == [1, 3, 4, 5, 9]
    (now,) = [name for name, one in server.indices.items() if ALIAS in one.aliases]
    assert now != before
    assert server.indices[now].docs["1"]["title"] == a_document(1, random.Random(5)).texts["title"]
    assert server.indices[now].aliases == {ALIAS}
    assert server.indices[now].settings["refresh_interval"] == "1s"
    assert server.indices[now].settings["number_of_replicas"] == 1
    writer._version = 5
    writer.put([a_document(10, random.Random(5))])
    assert list(server.indices) == [now], "the old one goes with the next batch"


def test_changes_are_seen_within_a_second_and_not_while_a_build_is_made(tmp_path: Path) -> None:
    server = Server()
    writer = a_market(server)
    port = OpenSearchIndex(tmp_path, writer._line)
    writer._version = 2
    writer.put([a_document(8, random.Random(1))])
    assert found(port) == [1, 2, 3, 4, 5]
    server.look()
    assert found(port) == [1, 2, 3, 4, 5, 8]


def test_half_made_builds_are_thrown_away_and_those_of_others_are_not() -> None:
    server = Server()
    writer = a_market(server)
    in_use = next(iter(server.indices))
    writer.begin(5)
    writer._line.do("PUT", f"/{ALIAS}-archive", {})
    writer._line.do("PUT", f"/{ALIAS}-test-{schema_version()}-1-abcdef01", {})
    assert len(server.indices) == 4

    again = a_writer(a_line(server), version=2)

    assert set(server.indices) == {in_use, f"{ALIAS}-archive", f"{ALIAS}-test-{schema_version()}-1-abcdef01"}
    assert not again.is_stale
    assert not again.is_building
    with pytest.raises(PortRefused):
        writer.add(documents(2, 2))
    assert f"{ALIAS}-next" not in server.indices, "no index is made by mistake"


def test_a_build_of_an_older_version_gets_the_new_fields_and_answers_until_it_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server()
    fewer = [field for field in FIELDS if field.name not in ("goods", "shuffled", "weight")]
    with monkeypatch.context() as older:
        older.setattr("huozhan.search.opensearch.mapping.FIELDS", fewer)
        older.setattr("huozhan.search.opensearch.writing.schema_version", lambda: "000000000000")
        older.setattr("huozhan.search.opensearch.mapping.SORTED_BY", "offer_id")
        writer = a_writer(a_line(server))
        writer.begin(2)
        documents_of_old = documents(2, 1)
        for one in documents_of_old:
            for name in ("goods", "shuffled", "weight"):
                del one.numbers[name]  # type: ignore[attr-defined]
        writer.add(documents_of_old)
        writer.take_over()

    newer = a_writer(a_line(server), version=2)

    assert newer.is_stale
    port = OpenSearchIndex(tmp_path, newer._line)
    assert found(port, "best") == found(port) == [1, 2]
    newer.put([a_document(3, random.Random(1))])
    server.look()
    assert found(port, "best") == [1, 2, 3]


def test_a_build_with_other_fields_is_of_no_use(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server()
    a_market(server)
    (index,) = server.indices.values()
    index.properties["title"] = {"type": "keyword"}
    writer = a_writer(a_line(server), version=2)
    assert writer.is_stale
    assert writer._current is None


def test_another_indexer_of_the_same_name_is_refused_by_its_round() -> None:
    assert issubclass(IndexHeld, RuntimeError)
    line = a_line(Server())
    assert a_writer(line)._holder != a_writer(line)._holder


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("_search", {"query": {"macth": {"title": "cup"}}}, "parsing_exception"),
        ("_search", {"query": {"term": {"titel": {"value": "cup"}}}}, "query_shard_exception"),
        ("_search", {"query": {"term": {"title": {"valeu": "cup"}}}}, "parsing_exception"),
        ("_search", {"query": {"bool": {"musts": []}}}, "parsing_exception"),
        ("_search", {"query": {"range": {"weight": {"gte": 1}}}}, "query_shard_exception"),
        ("_search", {"query": {"range": {"moq": {"gte": "many"}}}}, "query_shard_exception"),
        ("_search", {"query": {"match_all": {}}, "form": 3}, "parsing_exception"),
        ("_search", {"from": 9_990, "size": 11}, "illegal_argument_exception"),
        ("_search", {"sort": [{"title": {"order": "asc"}}]}, "illegal_argument_exception"),
        ("_search", {"sort": [{"prise": {"order": "asc"}}]}, "query_shard_exception"),
        ("_search", {"aggs": {"a": {"trems": {"field": "category"}}}}, "parsing_exception"),
        ("_search", {"aggs": {"a": {"terms": {"field": "title"}}}}, "illegal_argument_exception"),
        ("_search", {"aggs": {"a": {"terms": {"field": "within"}}}}, "illegal_argument_exception"),
        ("_search", {"aggs": {"a[b]": {"terms": {"field": "category"}}}}, "parsing_exception"),
        ("_search", {"query": {"dis_max": {"queries": []}}}, "parsing_exception"),
        ("_search", {"query": {"constant_score": {}}}, "parsing_exception"),
        ("_search", {"query": {"match_all": {"boost": -1}}}, "illegal_argument_exception"),
        ("_search", {"query": {"bool": {"should": [{"ids": {"values": ["1"]}}] * 1_025}}}, "too_many_nested_clauses"),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_the_stand_in_refuses_what_a_cluster_refuses(path: str, body: object, kind: str) -> None:
    server = Server()
    writer = a_market(server)
    with pytest.raises(PortRefused) as refused:
        writer._line.ask(f"/{ALIAS}/{path}", body)
    assert refused.value.kind == kind


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (b'{"index":{"_id":"1"}}\n{"offer_id":1}', 400),
        (b'{"indx":{"_id":"1"}}\n{"offer_id":1}\n', 400),
        (b'{"index":{"_id":"1","_version":3}}\n{"offer_id":1}\n', 400),
        (b'{"index":{"_id":"1"}}\n', 400),
        (b"no json\n", 400),
        (b'{"index":{"_id":"1"}}\n{"offer_id":"one"}\n', 200),
        (b'{"index":{"_id":"1"}}\n{"colour":"red"}\n', 200),
        (b'{"index":{"_id":"1","version":1,"version_type":"external"}}\n{"offer_id":1}\n', 200),
    ],
)
def test_the_stand_in_reads_bulks_line_by_line(lines: bytes, status: int) -> None:
    server = Server()
    a_market(server)
    told, answer = server.handle("POST", f"/{ALIAS}/_bulk", lines, "application/x-ndjson")
    assert told == status
    if status == 200:
        assert answer["errors"]
        assert answer["items"][0]["index"]["status"] in (400, 409)


@pytest.mark.parametrize(
    ("actions", "kind"),
    [
        ([{"add": {"index": "no-such", "alias": "a"}}], "index_not_found_exception"),
        ([{"swap": {"index": "no-such", "alias": "a"}}], "parsing_exception"),
        ([], "action_request_validation_exception"),
    ],
)
def test_the_stand_in_changes_all_aliases_or_none(actions: list[object], kind: str) -> None:
    server = Server()
    a_market(server)
    (name,) = server.indices
    all_of_them = [{"add": {"index": name, "alias": "b"}}, *actions] if actions else []
    status, answer = server.handle(
        "POST", "/_aliases", json.dumps({"actions": all_of_them}).encode(), "application/json"
    )
    assert (status >= 400, answer["error"]["type"]) == (True, kind)
    assert server.indices[name].aliases == {ALIAS}
