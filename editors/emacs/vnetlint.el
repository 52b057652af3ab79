;;; vnetlint.el --- Check and fix libvirt's network XML  -*- lexical-binding: t; -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "26.3") (eglot "1.9"))
;; Keywords: languages, tools
;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; Registers `vnetlint server' with Eglot: it checks the XML of libvirt's
;; networks, guests and network filters, and fixes it.
;;
;; `M-x eglot' in an XML file starts it.  With (vnetlint-setup) in the init
;; file it starts for every XML file, and for templates such as lan.xml.j2.
;; XML that is not libvirt's is ignored.

;;; Code:

(defvar eglot-server-programs)
(declare-function eglot-ensure "eglot")
(declare-function eglot-code-actions "eglot")

(defgroup vnetlint nil
  "Check and fix libvirt's network XML."
  :group 'tools)

(defcustom vnetlint-command '("vnetlint" "server")
  "The language server, as a program with its arguments."
  :type '(repeat string))

(defcustom vnetlint-settings nil
  "Settings of the server, as a property list.
The keys are :select, :extendSelect and :ignore, each a vector of
rules; :config and :host, each a file; :targetLibvirt, a version;
:unsafeFixes, :inlayHints and :workspaceDiagnostics, each t or
`:json-false'; and :indent, a number of spaces or the string
\"tab\"."
  :type '(plist :key-type symbol :value-type sexp))

(defconst vnetlint-templates "\\.xml\\.\\(?:j2\\|erb\\|tmpl\\|tpl\\|in\\|template\\)\\'"
  "The names of templates that vnetlint checks.")

;;;###autoload
(defun vnetlint-contact (&rest _)
  "Say how Eglot reaches the server."
  (append vnetlint-command
          (and vnetlint-settings
               (list :initializationOptions vnetlint-settings))))

;;;###autoload
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               '((nxml-mode :language-id "xml") . vnetlint-contact)))

;;;###autoload
(defun vnetlint-setup ()
  "Start the server in XML files, and take templates of XML for XML.
A template keeps a mode that it has otherwise."
  (add-to-list 'auto-mode-alist (cons vnetlint-templates #'nxml-mode) t)
  (add-hook 'nxml-mode-hook #'eglot-ensure))

;;;###autoload
(defun vnetlint-fix-all ()
  "Make all safe fixes in the buffer."
  (interactive)
  (eglot-code-actions (point-min) (point-max) "source.fixAll.vnetlint" t))

(provide 'vnetlint)
;;; vnetlint.el ends here
