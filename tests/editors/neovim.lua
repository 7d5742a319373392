-- Opens a broken spec, waits for the diagnostics, applies every fix, formats, saves. Paths come from the environment.

package.path = vim.env.CNN_EDITORS .. "/neovim/?.lua;" .. package.path
local cnn = require("cnn")
cnn.setup({ cmd = vim.split(vim.env.CNN_COMMAND, "\t") })

vim.cmd("edit " .. vim.fn.fnameescape(vim.env.CNN_SPEC))
local buffer = vim.api.nvim_get_current_buf()

local function codes()
  local found = {}
  for _, each in ipairs(vim.diagnostic.get(buffer)) do
    table.insert(found, each.code .. "@" .. (each.lnum + 1))
  end
  table.sort(found)
  return table.concat(found, " ")
end

local shown = vim.wait(10000, function()
  return #vim.diagnostic.get(buffer) > 0
end, 20)
local before = codes()
cnn.fix_all(buffer)
cnn.format(buffer)
vim.cmd("silent write")
local quiet = vim.wait(10000, function()
  return #vim.diagnostic.get(buffer) == 0
end, 20)
io.write(vim.fn.json_encode({ shown = shown, before = before, quiet = quiet, after = codes() }), "\n")
vim.cmd("quitall!")
