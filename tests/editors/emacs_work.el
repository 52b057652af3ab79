;;; A person at Emacs who works on a site.  -*- lexical-binding: t; -*-
;; Completes a NIC in web.xml, reads about the network in lan.xml, renames it in three files, and fixes everything in
;; ranges.xml.  Everything that was seen is printed as JSON.

(require 'eglot)
(require 'json)

(defun wait-for (what reached)
  "Wait until REACHED returns something, or fail because WHAT is missing."
  (let ((end (+ (float-time) 30)) (found nil))
    (while (not (or (setq found (funcall reached)) (> (float-time) end)))
      (accept-process-output nil 0.1))
    (or found (error "No %s" what))))

(defun open-file (name)
  "Open the file NAME with its server."
  (find-file name)
  (unless (eglot-managed-p)
    ;; `eglot-ensure' waits for the end of a command, and batch mode has none.
    (apply #'eglot (eglot--guess-contact)))
  (wait-for "server" #'eglot-managed-p)
  (goto-char (point-min)))

(defun choose (beg end collection &optional predicate)
  "Insert what `CHOICE' names of COLLECTION between BEG and END, as menus do it."
  (let* ((exit (plist-get completion-extra-properties :exit-function))
         (offered (all-completions (buffer-substring-no-properties beg end) collection predicate))
         (chosen (seq-find (lambda (each) (string-match-p "\\`<?interface\\'" each)) offered)))
    (unless chosen
      (error "Only %S is offered" offered))
    (delete-region beg end)
    (insert chosen)
    (funcall exit chosen 'finished)
    offered))

(defun complete-nic ()
  "Complete a NIC after the duck, and return what was offered."
  (open-file "web.xml")
  (search-forward "-->")
  (insert "\n    <")
  (let* ((offered nil)
         (completion-in-region-function (lambda (&rest all) (setq offered (apply #'choose all)))))
    (completion-at-point)
    (save-buffer)
    offered))

(defun hover ()
  "Return what is shown about the name of the network."
  (open-file "lan.xml")
  (search-forward "<name>")
  (let ((shown nil))
    (eglot-hover-eldoc-function (lambda (text &rest _) (setq shown text)))
    (substring-no-properties (wait-for "hover" (lambda () shown)))))

(defun rename ()
  "Rename the network in all files."
  (cl-letf (((symbol-function 'y-or-n-p) #'always))
    (eglot-rename (getenv "OTHER")))
  (save-some-buffers t))

(defun fix-all ()
  "Make all safe fixes."
  (open-file "ranges.xml")
  (call-interactively #'vnetlint-fix-all)
  (save-buffer))

(let* ((offered (complete-nic)) (shown (hover)))
  (rename)
  (fix-all)
  (princ (json-encode (list :offered (vconcat (mapcar #'substring-no-properties offered)) :hover shown))))
