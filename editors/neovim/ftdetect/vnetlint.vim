" Neovim has no type for this one. Where a plugin has, that type stays.
autocmd BufNewFile,BufRead *.xml.j2,*.xml.template setfiletype xml
