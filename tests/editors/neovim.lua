--- A person at Neovim: reads what is wrong with the file that is open, takes the fix with the title `TITLE`, saves.
--- Everything it saw goes to the file `SEEN` as JSON, even when something did not come.

local seen = { version = tostring(vim.version().major) .. '.' .. tostring(vim.version().minor) }

local function wait_for(what, reached)
  if not vim.wait(30000, reached, 50) then
    error('no ' .. what)
  end
end

local function messages()
  return vim.tbl_map(function(each)
    return { message = each.message, line = each.lnum, column = each.col, code = each.code }
  end, vim.diagnostic.get(0))
end

local function float()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then
      return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), '\n')
    end
  end
end

local function play()
  wait_for('diagnostics', function()
    return #vim.diagnostic.get(0) > 0
  end)
  -- Longer than any second report of the same thing would take.
  vim.wait(500)
  seen.diagnostics = messages()
  local first = seen.diagnostics[1]
  vim.api.nvim_win_set_cursor(0, { first.line + 1, first.column })

  vim.lsp.buf.hover()
  wait_for('hover', float)
  seen.hover = float()

  vim.ui.select = function(items, options, choose)
    seen.actions = vim.tbl_map(options.format_item, items)
    for index, title in ipairs(seen.actions) do
      if title == vim.env.TITLE then
        choose(items[index], index)
      end
    end
  end
  vim.lsp.buf.code_action()
  wait_for('fix', function()
    return vim.bo.modified
  end)
  wait_for('end of diagnostics', function()
    return #vim.diagnostic.get(0) == 0
  end)
  vim.cmd('write')
end

local done, trouble = pcall(play)
seen.trouble = not done and tostring(trouble) or nil
vim.fn.writefile({ vim.fn.json_encode(seen) }, vim.env.SEEN)
vim.cmd('qall!')
