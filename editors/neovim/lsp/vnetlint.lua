--- vnetlint for Neovim 0.11 and newer: `vim.lsp.enable('vnetlint')`.

local endings = { '.xml.j2', '.xml.erb', '.xml.tmpl', '.xml.tpl', '.xml.in', '.xml.template' }

return {
  cmd = { 'vnetlint', 'server' },
  root_markers = { 'vnetlint.toml', '.git' },
  -- There are no `filetypes`: a template is of whatever type its language has, and is known by its name.
  root_dir = function(buffer, attach)
    local name = vim.api.nvim_buf_get_name(buffer)
    local wanted = vim.bo[buffer].filetype == 'xml'
    for _, ending in ipairs(endings) do
      wanted = wanted or vim.endswith(name, ending)
    end
    if wanted and vim.bo[buffer].buftype == '' then
      -- Neovim then looks for the markers itself.
      attach(nil)
    end
  end,
}
