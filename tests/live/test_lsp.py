"""The language server, as an editor speaks to it: a test for each feature that it announces."""

import os
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
import pytest_lsp
from lsprotocol import types as t
from pygls.exceptions import JsonRpcException
from pygls.protocol import JsonRPCResponseMessage, default_converter
from pytest_lsp import ClientServerConfig, LanguageClient
from pytest_lsp.client import register_lsp_features

from tests.conftest import ROOT

pytestmark = pytest.mark.asyncio(loop_scope="module")

TEXT = """archspec: 1
title: "网络 🎉"
input: [8, 8, 3]
layers:
  - Conv2D: {name: stem, filters: 8, kernel_size: 3}
  - Flaten
  - Dense: {units: 2}  # 🎉
"""
SOUND = TEXT.replace("Flaten", "Flatten")
URI = "file:///nowhere/net.yaml"
WHOLE = t.Range(t.Position(0, 0), t.Position(99, 0))

Test = Callable[..., Any]
TESTED: dict[str, list[str]] = {}
"""For each feature the tests that ask for it."""


def of(*features: str) -> Callable[[Test], Test]:
    """Marks a test as one of some features, as the server's capabilities call them."""

    def mark(test: Test) -> Test:
        for each in features:
            TESTED.setdefault(each, []).append(test.__name__)
        return test

    return mark


def _client() -> LanguageClient:
    """A client that leaves replies of ours as JSON has them."""

    def converter() -> Any:
        made = default_converter()  # type: ignore[no-untyped-call]
        made.register_structure_hook(JsonRPCResponseMessage, lambda given, kind: kind(**given))
        return made

    made = LanguageClient(converter_factory=converter)
    register_lsp_features(made)
    return made


@pytest_lsp.fixture(  # type: ignore[untyped-decorator]
    scope="module",
    config=ClientServerConfig(
        server_command=[sys.executable, "-m", "archspec", "lsp"],
        client_factory=_client,
        server_env={**os.environ, "PYTHONPATH": str(ROOT)},
    ),
)
async def client(lsp_client: LanguageClient) -> AsyncIterator[None]:
    item = t.ClientCompletionItemOptions(snippet_support=True)
    document = t.TextDocumentClientCapabilities(
        completion=t.CompletionClientCapabilities(completion_item=item),
        document_symbol=t.DocumentSymbolClientCapabilities(
            hierarchical_document_symbol_support=True
        ),
        rename=t.RenameClientCapabilities(prepare_support=True),
        code_action=t.CodeActionClientCapabilities(
            code_action_literal_support=t.ClientCodeActionLiteralOptions(
                t.ClientCodeActionKindOptions(["quickfix", "source.fixAll"])
            ),
            is_preferred_support=True,
        ),
        publish_diagnostics=t.PublishDiagnosticsClientCapabilities(
            code_description_support=True, related_information=True, version_support=True
        ),
        inlay_hint=t.InlayHintClientCapabilities(),
    )
    folder = t.WorkspaceFolder((ROOT / "specs").as_uri(), "specs")
    result = await lsp_client.initialize_session(
        t.InitializeParams(t.ClientCapabilities(text_document=document), workspace_folders=[folder])
    )
    lsp_client.announced = result.capabilities  # type: ignore[attr-defined]
    yield
    await lsp_client.shutdown_session()
    assert lsp_client._server is not None
    assert lsp_client._server.returncode == 0


class Written:
    """A text that is open in an editor."""

    count = 0

    def __init__(self, client: LanguageClient, uri: str = URI) -> None:
        self.client = client
        self.uri = uri
        self.id = t.TextDocumentIdentifier(uri)

    async def write(self, text: str) -> list[t.Diagnostic]:
        """Open it, or change it; gives what is wrong with it."""
        Written.count += 1
        opened = self.uri in self.client.diagnostics
        self.client.diagnostics.pop(self.uri, None)
        if opened:
            change = t.TextDocumentContentChangeWholeDocument(text)
            at = t.VersionedTextDocumentIdentifier(Written.count, self.uri)
            self.client.text_document_did_change(t.DidChangeTextDocumentParams(at, [change]))
        else:
            item = t.TextDocumentItem(self.uri, "yaml", Written.count, text)
            self.client.text_document_did_open(t.DidOpenTextDocumentParams(item))
        return await self.told()

    async def type(self, where: t.Range, text: str) -> list[t.Diagnostic]:
        """Write something else at a place."""
        Written.count += 1
        self.client.diagnostics.pop(self.uri, None)
        change = t.TextDocumentContentChangePartial(where, text)
        at = t.VersionedTextDocumentIdentifier(Written.count, self.uri)
        self.client.text_document_did_change(t.DidChangeTextDocumentParams(at, [change]))
        return await self.told()

    async def told(self) -> list[t.Diagnostic]:
        """What is wrong, as soon as it is told."""
        while self.uri not in self.client.diagnostics:
            await self.client.wait_for_notification(t.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        return list(self.client.diagnostics[self.uri])

    def at(self, line: int, character: int) -> dict[str, Any]:
        """The words of a request about a position."""
        return {"text_document": self.id, "position": t.Position(line, character)}

    async def ask(self, **question: Any) -> Any:
        """What a preview of the text is answered."""
        return await _ask(self.client, {"uri": self.uri, "question": question})


async def _ask(client: LanguageClient, params: Any) -> Any:
    return await client.protocol.send_request_async("archspec/ask", params)  # type: ignore[no-untyped-call]


def _range(line: int, start: int, end: int) -> t.Range:
    return t.Range(t.Position(line, start), t.Position(line, end))


def _edits(edit: t.WorkspaceEdit | None) -> dict[str, list[t.TextEdit]]:
    assert edit is not None
    found: dict[str, list[t.TextEdit]] = {}
    for uri, each in (edit.changes or {}).items():
        found[uri] = list(each)
    return found


@of("text_document_sync", "code_action_provider")
async def test_a_mistake_is_told_and_mended(client: LanguageClient) -> None:
    net = Written(client)
    (told,) = await net.write(TEXT)
    assert (told.code, told.severity) == ("AS201", t.DiagnosticSeverity.Error)
    assert told.range == _range(5, 4, 10)
    assert told.code_description is not None
    assert told.code_description.href.endswith("/AS201.md")
    context = t.CodeActionContext([told])
    found = await client.text_document_code_action_async(
        t.CodeActionParams(net.id, told.range, context)
    )
    fix, everything = found or []
    assert isinstance(fix, t.CodeAction)
    assert isinstance(everything, t.CodeAction)
    assert (fix.title, fix.kind) == ("did you mean `Flatten`?", "quickfix")
    assert fix.is_preferred
    assert everything.kind == "source.fixAll"
    for action in (fix, everything):
        assert _edits(action.edit) == {URI: [t.TextEdit(told.range, "Flatten")]}
    only = t.CodeActionContext([told], only=[t.CodeActionKind.SourceFixAll])
    asked = t.CodeActionParams(net.id, told.range, only)
    assert list(await client.text_document_code_action_async(asked) or []) == [everything]


@of("inlay_hint_provider")
async def test_shapes_are_shown(client: LanguageClient) -> None:
    net = Written(client)
    assert await net.write(SOUND) == []
    asked = t.InlayHintParams(net.id, WHOLE)
    hints = await client.text_document_inlay_hint_async(asked)
    assert [(h.position.line, h.position.character, h.label) for h in hints or []] == [
        (4, 52, "→ 6×6×8 · 224 params"),
        (5, 11, "→ 288"),
        (6, 27, "→ 2 · 578 params"),  # the picture in the comment is two units of UTF-16
    ]
    seen = t.InlayHintParams(net.id, _range(5, 0, 0))
    hints = await client.text_document_inlay_hint_async(seen)
    assert [h.position.line for h in hints or []] == [5]
    assert await net.write(SOUND.replace("Flatten", "Flatten\n  - Den: {"))
    hints = await client.text_document_inlay_hint_async(asked)
    assert [(h.position.line, h.tooltip) for h in hints or []] == [
        (line, "as it was before the error") for line in (4, 5, 7)
    ]


@of("hover_provider")
async def test_a_layer_is_explained_and_calculated(client: LanguageClient) -> None:
    net = Written(client)
    await net.write(SOUND)
    told = await client.text_document_hover_async(t.HoverParams(**net.at(4, 6)))
    assert told is not None
    assert isinstance(told.contents, t.MarkupContent)
    assert told.contents.kind == t.MarkupKind.Markdown
    assert "6·6·8 · 3·3·3 = 7,776" in told.contents.value
    told = await client.text_document_hover_async(t.HoverParams(**net.at(1, 12)))
    assert told is not None
    assert "**title**" in str(told.contents)


@of("code_lens_provider")
async def test_the_totals_stand_above(client: LanguageClient) -> None:
    net = Written(client)
    await net.write(SOUND)
    (lens,) = await client.text_document_code_lens_async(t.CodeLensParams(net.id)) or []
    assert lens.command is not None
    assert lens.command.title == "4 layers · 802 params · 8,352 MACs"


@of("completion_provider")
async def test_words_are_offered_while_the_text_is_broken(client: LanguageClient) -> None:
    net = Written(client)

    async def offered(line: int, character: int, label: str) -> t.CompletionItem:
        found = await client.text_document_completion_async(
            t.CompletionParams(**net.at(line, character))
        )
        assert isinstance(found, t.CompletionList)
        (item,) = [each for each in found.items if each.label == label]
        return item

    await net.write(SOUND.replace("Flatten", "Flatten\n  - Den: {"))
    dense = await offered(6, 7, "Dense")
    assert dense.text_edit == t.TextEdit(_range(6, 4, 7), "Dense")
    await net.write(TEXT.replace("Flaten", "Conv"))
    conv = await offered(5, 8, "Conv2D")
    assert conv.text_edit is not None
    assert conv.text_edit.new_text == "Conv2D: {filters: ${1}, kernel_size: ${2}}"
    assert conv.insert_text_format == t.InsertTextFormat.Snippet


@of("document_symbol_provider", "folding_range_provider")
async def test_the_outline_folds(client: LanguageClient) -> None:
    net = Written(client)
    await net.write(TEXT)
    symbols = await client.text_document_document_symbol_async(t.DocumentSymbolParams(net.id))
    assert [s.name for s in symbols or []] == ["archspec", "title", "input", "layers"]
    layers = (symbols or [])[3]
    assert isinstance(layers, t.DocumentSymbol)
    assert [s.name for s in layers.children or []] == ["stem (Conv2D)", "Flaten", "Dense"]
    folds = await client.text_document_folding_range_async(t.FoldingRangeParams(net.id))
    assert [(f.start_line, f.end_line) for f in folds or []] == [(3, 6)]


@of(
    "definition_provider",
    "references_provider",
    "document_highlight_provider",
    "rename_provider",
)
async def test_names_are_found_and_changed(client: LanguageClient) -> None:
    net = Written(client)
    assert await net.write(TEXT.replace("Flaten", "Flatten: {from: stem}")) == []
    places = [_range(4, 19, 23), _range(5, 20, 24)]
    target = await client.text_document_definition_async(t.DefinitionParams(**net.at(5, 21)))
    assert target == t.Location(URI, places[0])
    context = t.ReferenceContext(include_declaration=True)
    asked = t.ReferenceParams(context=context, **net.at(4, 20))
    found = await client.text_document_references_async(asked)
    assert [each.range for each in found or []] == places
    marks = await client.text_document_document_highlight_async(
        t.DocumentHighlightParams(**net.at(5, 21))
    )
    kinds = (t.DocumentHighlightKind.Write, t.DocumentHighlightKind.Read)
    assert [(m.range, m.kind) for m in marks or []] == list(zip(places, kinds, strict=True))
    prepared = t.PrepareRenameParams(**net.at(4, 20))
    assert await client.text_document_prepare_rename_async(prepared) == places[0]
    edit = await client.text_document_rename_async(
        t.RenameParams(new_name="first", **net.at(4, 20))
    )
    assert _edits(edit) == {URI: [t.TextEdit(each, "first") for each in places]}
    with pytest.raises(JsonRpcException, match="stands in this file already"):
        await client.text_document_rename_async(t.RenameParams(new_name="filters", **net.at(4, 20)))


async def test_a_definition_in_another_file(client: LanguageClient) -> None:
    path = ROOT / "specs" / "resnet50.yaml"
    net = Written(client, path.as_uri())
    text = path.read_text("utf-8")
    assert await net.write(text) == []
    line = next(n for n, each in enumerate(text.splitlines()) if each.startswith("params"))
    written = text.splitlines()[line]
    character = written.index("{") + 1 if "{" in written else 2
    line += 0 if "{" in written else 1
    target = await client.text_document_definition_async(
        t.DefinitionParams(**net.at(line, character))
    )
    assert isinstance(target, t.Location)
    assert target.uri.endswith("/specs/families/resnet.yaml")


@of("document_link_provider")
async def test_files_that_are_named_can_be_opened(client: LanguageClient, tmp_path: Path) -> None:
    (tmp_path / "b c.yaml").write_text("archspec: 1\nblocks: {head: [Dense: 2]}\n")
    net = Written(client, (tmp_path / "a.yaml").as_uri())
    await net.write('archspec: 1\ninput: [8]\nuse: {"🎉": x.yaml, head: {from: b c.yaml}}\n')
    found = await client.text_document_document_link_async(t.DocumentLinkParams(net.id))
    assert [(each.range, each.target) for each in found or []] == [
        (_range(2, 12, 18), (tmp_path / "x.yaml").as_uri()),
        (_range(2, 33, 41), (tmp_path / "b c.yaml").as_uri()),
    ]


@of("workspace_symbol_provider", "workspace")
async def test_networks_and_blocks_of_the_folder_are_found(client: LanguageClient) -> None:
    found = await client.workspace_symbol_async(t.WorkspaceSymbolParams("BottleNeck"))
    blocks = [s for s in found or [] if s.kind == t.SymbolKind.Function]
    assert ("bottleneck", "residual.yaml") in {
        (s.name, s.location.uri.rpartition("/")[2]) for s in blocks
    }
    assert not await client.workspace_symbol_async(t.WorkspaceSymbolParams("no such name"))


async def test_what_others_refer_to_keeps_its_name(client: LanguageClient) -> None:
    path = ROOT / "specs" / "families" / "resnet.yaml"
    net = Written(client, path.as_uri())
    text = path.read_text("utf-8")
    await net.write(text)
    lines = text.splitlines()
    line = next(n for n, each in enumerate(lines) if "depths" in each)
    asked = t.RenameParams(new_name="deep", **net.at(line, lines[line].index("depths")))
    with pytest.raises(JsonRpcException, match=r"resnet\w*\.yaml refers to this file"):
        await client.text_document_rename_async(asked)


async def test_unsaved_files_count(client: LanguageClient, tmp_path: Path) -> None:
    """Also those whose path is written with escapes."""
    saved = "archspec: 1\nblocks: {head: [Dense: {units: 3}]}\n"
    (tmp_path / "a #1%20").mkdir()
    path = tmp_path / "a #1%20" / "blocks 网.yaml"
    path.write_text(saved, "utf-8")
    blocks = Written(client, path.as_uri())
    net = Written(client, path.with_name("net.yaml").as_uri())
    text = "archspec: 1\ninput: [8]\nuse: {head: blocks 网.yaml}\nlayers: [head]\n"
    assert await net.write(text) == []
    assert await blocks.write(saved) == []
    client.diagnostics.pop(net.uri)
    (there,) = await blocks.write(saved.replace("3", "0"))
    (here,) = await net.told()
    assert (there.code, here.code) == ("AS204", "AS204")
    assert here.range.start == t.Position(2, 6)
    assert "blocks 网.yaml:2" in here.message
    client.diagnostics.pop(net.uri)
    client.text_document_did_close(t.DidCloseTextDocumentParams(blocks.id))
    assert await net.told() == []
    client.diagnostics.pop(net.uri)
    path.write_text(saved.replace("3", "0"), "utf-8")
    event = t.FileEvent(blocks.uri, t.FileChangeType.Changed)
    client.workspace_did_change_watched_files(t.DidChangeWatchedFilesParams([event]))
    (here,) = await net.told()
    assert here.code == "AS204"


async def test_other_files_are_left_alone(client: LanguageClient) -> None:
    other = Written(client, "file:///nowhere/compose.yaml")
    assert await other.write("services: {web: {image: nginx}}\n") == []
    assert await client.text_document_hover_async(t.HoverParams(**other.at(0, 2))) is None
    link = t.DocumentLinkParams(other.id)
    assert not await client.text_document_document_link_async(link)
    symbols = t.DocumentSymbolParams(other.id)
    assert not await client.text_document_document_symbol_async(symbols)


async def test_texts_without_a_file_are_told_apart(client: LanguageClient) -> None:
    first, second = (Written(client, f"untitled:Untitled-{n}") for n in (1, 2))
    assert [d.code for d in await first.write(TEXT)] == ["AS201"]
    assert await second.write(SOUND) == []
    assert (await first.ask(ask="picture"))["error"] == ""
    assert (await second.ask(ask="picture"))["svg"].startswith("<svg")


async def test_parts_of_a_text_are_changed(client: LanguageClient) -> None:
    """Behind what is no end of a line in the protocol, though Python takes it for one."""
    net = Written(client, "file:///nowhere/typed.yaml")
    assert await net.write("# 🎉\u2028\u2029\x85\n" + SOUND) == []
    (told,) = await net.type(_range(6, 8, 9), "")
    assert (told.code, told.range) == ("AS201", _range(6, 4, 10))
    assert await net.type(_range(6, 4, 10), "Flatten") == []
    found = await net.type(_range(7, 12, 17), "🎉")  # two units
    assert [(d.code, d.range) for d in found if "🎉" in d.message] == [("AS202", _range(7, 12, 14))]
    assert await net.type(_range(7, 12, 14), "units") == []


async def test_lines_may_end_as_on_windows(client: LanguageClient) -> None:
    net = Written(client, "file:///nowhere/windows.yaml")
    (told,) = await net.write(TEXT.replace("\n", "\r\n"))
    assert told.range == _range(5, 4, 10)
    assert await net.write(SOUND.replace("\n", "\r\n")) == []
    asked = t.InlayHintParams(net.id, WHOLE)
    hints = await client.text_document_inlay_hint_async(asked)
    assert [(h.position.line, h.position.character) for h in hints or []] == [
        (4, 52),
        (5, 11),
        (6, 27),
    ]


async def test_recipes_are_known(client: LanguageClient) -> None:
    path = ROOT / "recipes" / "unsaved.yaml"
    recipe = Written(client, path.as_uri())
    text = (
        "archspec: 1\nspec: ../specs/article/lenet5_mnist.yaml\ndata: mnist\n"
        "loss: categorical_crossentropy\noptimizer: Adm\nepochs: 10\n"
    )
    (told,) = [d for d in await recipe.write(text) if d.severity == t.DiagnosticSeverity.Error]
    assert told.range == _range(4, 11, 14)
    asked = t.CodeActionParams(recipe.id, told.range, t.CodeActionContext([told]))
    fix = (await client.text_document_code_action_async(asked) or [])[0]
    assert isinstance(fix, t.CodeAction)
    assert _edits(fix.edit) == {recipe.uri: [t.TextEdit(told.range, "Adam")]}
    found = await client.text_document_completion_async(t.CompletionParams(**recipe.at(4, 14)))
    assert isinstance(found, t.CompletionList)
    assert "Adam" in {each.label for each in found.items}
    told_now = await recipe.write(text.replace("Adm", "Adam"))
    assert t.DiagnosticSeverity.Error not in {each.severity for each in told_now}
    (lens,) = await client.text_document_code_lens_async(t.CodeLensParams(recipe.id)) or []
    assert lens.command is not None
    assert "params" in lens.command.title
    told_of = await client.text_document_hover_async(t.HoverParams(**recipe.at(4, 12)))
    assert told_of is not None
    (link,) = await client.text_document_document_link_async(t.DocumentLinkParams(recipe.id)) or []
    assert link.target == (ROOT / "specs" / "article" / "lenet5_mnist.yaml").as_uri()


async def test_a_preview_shows_what_is_not_saved(client: LanguageClient, tmp_path: Path) -> None:
    (tmp_path / "head.yaml").write_text("archspec: 1\nblocks: {head: [Dense: {units: 3}]}\n")
    net = Written(client, (tmp_path / "net.yaml").as_uri())
    text = "archspec: 1\ninput: [8]\nuse: {head: head.yaml}\nlayers: [head]\n"
    await net.write(text)
    hello = await net.ask(ask="hello")
    assert (hello["file"], hello["can"]) == ("net.yaml", {"save": False})
    assert "svg" in hello["formats"]
    assert (await net.ask(ask="open", file="net.yaml"))["text"] == text
    answer = await net.ask(ask="answer")
    assert [each["label"] for each in answer["hints"]] == ["→ 3 · 27 params"]
    head = Written(client, (tmp_path / "head.yaml").as_uri())
    await head.write("archspec: 1\nblocks: {head: [Dense: {units: 5}]}\n")
    answer = await net.ask(ask="answer")
    assert [each["label"] for each in answer["hints"]] == ["→ 5 · 45 params"]
    picture = await net.ask(ask="picture", options={"view": "graph"})
    assert picture["svg"].startswith("<svg")
    assert (await net.ask(ask="place", nodes=[1]))["line"] == 4
    (tmp_path / "net.yaml").write_text(text.replace("[8]", "[9]"))
    compared = await net.ask(ask="compare")
    assert not compared["same"]
    assert compared["svg"].startswith("<svg")
    assert "no such question" in (await net.ask(ask="save"))["error"]
    with pytest.raises(JsonRpcException, match="`question`"):
        await _ask(client, {"uri": net.uri})


async def test_every_feature_that_is_announced_has_a_test(client: LanguageClient) -> None:
    announced = attrs.asdict(client.announced, recurse=False)  # type: ignore[attr-defined]
    features = {name for name, value in announced.items() if value not in (None, False)}
    assert client.announced.execute_command_provider.commands == ()  # type: ignore[attr-defined]
    assert features - {"position_encoding", "execute_command_provider"} == set(TESTED)
