-- dotcnn in Neovim 0.11 and later: add this to your init.lua. `cnn` must be on your PATH.

vim.filetype.add({ extension = { cnn = "cnn" } })

vim.lsp.config("cnn", {
  cmd = { "cnn", "lsp" },
  filetypes = { "cnn" },
  root_markers = { "pyproject.toml", ".git" },
})
vim.lsp.enable("cnn")

vim.api.nvim_create_autocmd("LspAttach", {
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if not client or client.name ~= "cnn" then
      return
    end
    vim.lsp.inlay_hint.enable(true, { bufnr = event.buf })
    vim.bo[event.buf].commentstring = "# %s"
    vim.api.nvim_create_autocmd("BufWritePre", {
      buffer = event.buf,
      callback = function()
        vim.lsp.buf.format({ bufnr = event.buf, id = client.id })
      end,
    })
  end,
})
