--- vnetlint for Neovim 0.7 to 0.10: `require('vnetlint').setup()`. From 0.11 on, lsp/vnetlint.lua is all that is needed.

local M = {}

local clients = {}

--- The folder above a file that holds one of the markers, the nearest first.
local function root_of(name, markers)
  local folder = vim.fn.fnamemodify(name, ':p:h')
  while true do
    for _, marker in ipairs(markers) do
      if vim.loop.fs_stat(folder .. '/' .. marker) then
        return folder
      end
    end
    local above = vim.fn.fnamemodify(folder, ':h')
    if above == folder then
      return nil
    end
    folder = above
  end
end

local function start(buffer, config)
  if vim.lsp.start then
    vim.api.nvim_buf_call(buffer, function()
      vim.lsp.start(config)
    end)
    return
  end
  -- Neovim 0.7 starts a client each time that it is asked to.
  local key = config.root_dir or ''
  if not clients[key] then
    local on_exit = config.on_exit
    config.on_exit = function(...)
      clients[key] = nil
      if on_exit then
        on_exit(...)
      end
    end
    clients[key] = vim.lsp.start_client(config)
  end
  if clients[key] then
    vim.lsp.buf_attach_client(buffer, clients[key])
  end
end

--- Start the server for what it can judge. `options` is what `vim.lsp.start` takes: `cmd`, `settings`, `on_attach`, ….
function M.setup(options)
  local file = vim.api.nvim_get_runtime_file('lsp/vnetlint.lua', false)[1]
  local config = vim.tbl_deep_extend('force', { name = 'vnetlint' }, dofile(file), options or {})
  local wanted, markers = config.root_dir, config.root_markers
  config.root_markers = nil
  -- Neovim 0.7 tells a server of its settings only if it asks, and does not say that it may.
  config.init_options = config.init_options or (config.settings or {}).vnetlint

  local function look(buffer)
    if vim.api.nvim_buf_is_loaded(buffer) then
      wanted(buffer, function()
        local own = vim.tbl_extend('force', config, {})
        own.root_dir = root_of(vim.api.nvim_buf_get_name(buffer), markers)
        start(buffer, own)
        -- The one that Neovim has for XML knows nothing about libvirt.
        if vim.bo[buffer].omnifunc == '' or vim.bo[buffer].omnifunc == 'xmlcomplete#CompleteTags' then
          vim.bo[buffer].omnifunc = 'v:lua.vim.lsp.omnifunc'
        end
      end)
    end
  end

  vim.api.nvim_create_autocmd({ 'FileType', 'BufReadPost', 'BufNewFile' }, {
    group = vim.api.nvim_create_augroup('vnetlint', {}),
    callback = function(event)
      -- Later, because the type of a file is found out by the same events.
      vim.schedule(function()
        look(event.buf)
      end)
    end,
  })
end

return M
