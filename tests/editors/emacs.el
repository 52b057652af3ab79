;;; A person at Emacs: reads what is wrong with the file FILE, takes the fix with the title TITLE, saves.  -*- lexical-binding: t; -*-
;; Whatever was seen is printed as JSON.

(require 'eglot)
(require 'json)

(defun wait-for (what reached)
  "Wait until REACHED gives something; else fail for want of WHAT."
  (let ((end (+ (float-time) 30)) (found nil))
    (while (not (or (setq found (funcall reached)) (> (float-time) end)))
      (accept-process-output nil 0.1))
    (or found (error "No %s" what))))

(defun faults ()
  "What Flymake shows, as text with what is underlined."
  ;; In batch no timer for idle time runs, so what would be done then is done here.
  (flymake-start)
  (mapcar (lambda (each)
            (list (flymake-diagnostic-text each)
                  (buffer-substring-no-properties (flymake-diagnostic-beg each) (flymake-diagnostic-end each))))
          (flymake-diagnostics)))

(let ((seen (list :version emacs-version)))
  (find-file (getenv "FILE"))
  (setq seen (plist-put seen :mode (symbol-name major-mode)))
  (unless (memq 'eglot-ensure nxml-mode-hook)
    (error "The server would not start by itself"))
  ;; `eglot-ensure' waits for the end of a command, and in batch there is none.
  (apply #'eglot (eglot--guess-contact))
  (setq seen (plist-put seen :faults (vconcat (mapcar #'vconcat (wait-for "diagnostics" #'faults)))))
  (goto-char (flymake-diagnostic-beg (car (flymake-diagnostics))))
  (let ((hover (jsonrpc-request (eglot--current-server-or-lose) :textDocument/hover
                                (eglot--TextDocumentPositionParams))))
    (setq seen (plist-put seen :hover (plist-get (plist-get hover :contents) :value))))
  ;; Asked by a key: else Eglot would show a menu for the mouse.
  (let ((last-nonmenu-event ?a))
    (cl-letf (((symbol-function 'completing-read) (lambda (&rest _) (getenv "TITLE"))))
      (call-interactively #'eglot-code-actions)))
  (save-buffer)
  (eglot--signal-textDocument/didChange)
  (wait-for "end of diagnostics" (lambda () (null (faults))))
  (princ (json-encode seen)))
