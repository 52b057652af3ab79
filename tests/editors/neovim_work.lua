--- A person at Neovim who works on a site: completes a NIC in `web.xml`, reads about the network, renames it in three
--- files, and fixes everything in `ranges.xml`. What was seen goes to the file `SEEN` as JSON, even when a step failed.

local seen = {}

--- Neovim takes keys only between the steps of a script, so all waiting is left to its loop.
local function wait_for(what, reached)
  local ends = vim.loop.now() + 30000
  while not reached() do
    if vim.loop.now() > ends then
      error('no ' .. what)
    end
    local here = coroutine.running()
    vim.defer_fn(function()
      coroutine.resume(here)
    end, 50)
    coroutine.yield()
  end
end

local function press(keys)
  vim.api.nvim_input(keys)
end

local function go_to(piece)
  vim.fn.cursor(1, 1)
  vim.fn.search(piece, 'c')
end

local function float()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then
      return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), '\n')
    end
  end
end

local function text()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n') .. '\n'
end

local function attached()
  local clients = vim.lsp.get_clients and vim.lsp.get_clients({ bufnr = 0 }) or vim.lsp.buf_get_clients(0)
  return next(clients) ~= nil
end

local function open(name)
  vim.cmd('edit ' .. name)
  wait_for('server for ' .. name, attached)
end

local function complete()
  open('web.xml')
  vim.bo.indentexpr = ''
  vim.o.completeopt = 'menuone,noinsert'
  go_to('<!--')
  press(vim.lsp.completion and 'o<lt>' or 'o<lt><C-x><C-o>')
  wait_for('menu', function()
    return vim.fn.pumvisible() == 1
  end)
  seen.offered = vim.tbl_map(function(each)
    return each.abbr
  end, vim.fn.complete_info({ 'items' }).items)
  press(('<C-n>'):rep(vim.fn.index(seen.offered, 'interface')) .. '<C-y>')
  wait_for('NIC', function()
    return text():find('</interface>', 1, true)
  end)
  -- Out of the placeholder, and out of insert mode.
  press('<Esc><Esc>')
  wait_for('end of typing', function()
    return vim.fn.mode() == 'n'
  end)
  if not vim.lsp.completion then
    -- Before 0.11, Neovim inserts everything on one line.
    vim.lsp.buf.formatting_sync({}, 10000)
  end
  vim.cmd('write')
end

local function hover()
  open('lan.xml')
  go_to('lan')
  vim.lsp.buf.hover()
  wait_for('hover', float)
  seen.hover = float()
end

local function rename()
  vim.lsp.buf.rename(vim.env.OTHER)
  wait_for('new name', function()
    return text():find(vim.env.OTHER, 1, true)
  end)
  vim.cmd('wall')
end

local function fix_all()
  open('ranges.xml')
  wait_for('diagnostics', function()
    return #vim.diagnostic.get(0) > 0
  end)
  vim.ui.select = function(items, _, choose)
    seen.actions = vim.tbl_map(function(each)
      return (each.action or each[2]).title
    end, items)
    choose(items[1], 1)
  end
  local only = { only = { 'source.fixAll' } }
  vim.lsp.buf.code_action(vim.fn.has('nvim-0.8') == 1 and { context = only, apply = true } or only)
  wait_for('fixes', function()
    return vim.bo.modified
  end)
  vim.cmd('write')
end

local function play()
  local done, trouble
  for _, step in ipairs({ complete, hover, rename, fix_all }) do
    done, trouble = pcall(step)
    if not done then
      seen.trouble = tostring(trouble)
      seen.text = text()
      break
    end
  end
  vim.fn.writefile({ vim.fn.json_encode(seen) }, vim.env.SEEN)
  vim.cmd('qall!')
end

vim.defer_fn(function()
  coroutine.wrap(play)()
end, 0)
