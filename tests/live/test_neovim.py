"""Neovim with the configuration that docs/editors.md gives: a mistake is seen, mended, and gone."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

NVIM = shutil.which("nvim")

pytestmark = [
    pytest.mark.skipif(NVIM is None, reason="no Neovim: apt install neovim"),
    pytest.mark.skipif(os.name == "nt", reason="the command is a script of the shell here"),
]

TEXT = """archspec: 1
input: [8, 8, 3]
layers:
  - Conv2D: {filters: 8, kernel_size: 3}  # 🎉
  - Flaten
  - Dense: {units: 2}
"""

_USE = """
local told = {}
local function wrong() return vim.diagnostic.get(0) end
told.seen = vim.wait(30000, function() return #wrong() > 0 end, 20)
for _, each in ipairs(wrong()) do
  told.mistake = {line = each.lnum, column = each.col, ends = each.end_col, message = each.message}
end
vim.ui.select = function(items, _, chosen) chosen(items[1], 1) end
vim.api.nvim_win_set_cursor(0, {5, 5})
vim.lsp.buf.code_action()
told.mended = vim.wait(10000, function() return #wrong() == 0 end, 20)
told.text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\\n")
local document = {uri = vim.uri_from_bufnr(0)}
local function asked(method, params)
  for _, reply in pairs(vim.lsp.buf_request_sync(0, method, params, 10000) or {}) do return reply.result end
end
local place = {textDocument = document, position = {line = 3, character = 6}}
told.hover = asked("textDocument/hover", place).contents.value
if vim.lsp.inlay_hint then
  told.hints = vim.wait(10000, function() return #vim.lsp.inlay_hint.get({bufnr = 0}) == 3 end, 20)
end
vim.fn.writefile({vim.json and vim.json.encode(told) or vim.fn.json_encode(told)}, OUT)
vim.cmd("qall!")
"""


def _version() -> tuple[int, ...]:
    assert NVIM is not None
    told = subprocess.run([NVIM, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"v(\d+)\.(\d+)", told)
    assert found is not None
    return tuple(map(int, found.groups()))


def test_neovim_as_the_page_sets_it_up(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "editors.md").read_text("utf-8")
    new, old = re.findall(r"```lua\n(.*?)```", page, re.DOTALL)
    assert "vim.lsp.config(" in new
    assert "start_client(" in old
    (tmp_path / "init.lua").write_text(new if _version() >= (0, 11) else old)
    (tmp_path / "net.yaml").write_text(TEXT, "utf-8")
    out = tmp_path / "told.json"
    (tmp_path / "use.lua").write_text(_USE.replace("OUT", json.dumps(str(out))), "utf-8")
    command = tmp_path / "bin" / "archspec"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m archspec "$@"\n')
    command.chmod(0o755)
    places = {name: str(tmp_path / name) for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "HOME")}
    assert NVIM is not None
    done = subprocess.run(
        [NVIM, "--headless", "-u", "init.lua", "net.yaml", "-c", "luafile use.lua"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={
            **os.environ,
            **places,
            "XDG_DATA_HOME": str(tmp_path / "data"),
            "XDG_CACHE_HOME": str(tmp_path / "cache"),
            "PYTHONPATH": str(ROOT),
            "PATH": os.pathsep.join((str(command.parent), os.environ["PATH"])),
        },
        timeout=90,
    )
    assert out.exists(), done.stdout + done.stderr
    told = json.loads(out.read_text("utf-8"))
    assert told["seen"], done.stdout + done.stderr
    mistake = told["mistake"]
    assert (mistake["line"], mistake["column"], mistake["ends"]) == (4, 4, 10)
    assert mistake["message"].startswith("there is no layer `Flaten`")
    assert told["mended"]
    assert told["text"] == TEXT.replace("Flaten", "Flatten").rstrip("\n")
    assert "6·6·8 · 3·3·3 = 7,776" in told["hover"]
    assert told.get("hints", True)
