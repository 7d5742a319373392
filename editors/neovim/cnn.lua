-- dotcnn in Neovim before 0.11 (from 0.7 on): copy this file to ~/.config/nvim/lua/cnn.lua and add to your init.lua
--
--     require("cnn").setup()
--
-- `cnn` must be on your PATH, or say where it is: setup({ cmd = { "/path/to/cnn", "lsp" } })

local M = {}

local function root_of(path)
  local folder = vim.fn.fnamemodify(path, ":p:h")
  local project = vim.fn.findfile("pyproject.toml", folder .. ";")
  return project ~= "" and vim.fn.fnamemodify(project, ":p:h") or folder
end

-- Apply every fix of the server to a buffer: the code action source.fixAll.cnn.
function M.fix_all(buffer)
  buffer = buffer or vim.api.nvim_get_current_buf()
  local last = vim.api.nvim_buf_line_count(buffer)
  local params = {
    textDocument = vim.lsp.util.make_text_document_params(buffer),
    range = { start = { line = 0, character = 0 }, ["end"] = { line = last, character = 0 } },
    context = { only = { "source.fixAll.cnn" }, diagnostics = {} },
  }
  local answers = vim.lsp.buf_request_sync(buffer, "textDocument/codeAction", params, 5000) or {}
  for _, answer in pairs(answers) do
    for _, action in ipairs(answer.result or {}) do
      vim.lsp.util.apply_workspace_edit(action.edit, "utf-16")
    end
  end
end

-- Write a buffer in its canonical form.
function M.format(buffer)
  buffer = buffer or vim.api.nvim_get_current_buf()
  local params = {
    textDocument = vim.lsp.util.make_text_document_params(buffer),
    options = { tabSize = 2, insertSpaces = true },
  }
  local answers = vim.lsp.buf_request_sync(buffer, "textDocument/formatting", params, 5000) or {}
  for _, answer in pairs(answers) do
    vim.lsp.util.apply_text_edits(answer.result or {}, buffer, "utf-16")
  end
end

function M.attach(buffer, options)
  M.client = M.client
    or vim.lsp.start_client({
      name = "cnn",
      cmd = options.cmd or { "cnn", "lsp" },
      root_dir = root_of(vim.api.nvim_buf_get_name(buffer)),
    })
  if M.client then
    vim.lsp.buf_attach_client(buffer, M.client)
  end
end

function M.setup(options)
  options = options or {}
  local group = vim.api.nvim_create_augroup("cnn", { clear = true })
  vim.api.nvim_create_autocmd({ "BufRead", "BufNewFile" }, {
    group = group,
    pattern = "*.cnn",
    callback = function(event)
      vim.bo[event.buf].filetype = "cnn"
      vim.bo[event.buf].commentstring = "# %s"
      vim.bo[event.buf].shiftwidth = 2
      vim.bo[event.buf].expandtab = true
      M.attach(event.buf, options)
    end,
  })
  vim.api.nvim_create_user_command("CnnFixAll", function()
    M.fix_all()
  end, { desc = "Apply every fix of cnn" })
  vim.api.nvim_create_user_command("CnnFormat", function()
    M.format()
  end, { desc = "Write the spec in its canonical form" })
end

return M
