# A person at Kate: opens the file FILE, completes a NIC at the end of the line LINE, saves.
# Run it in a session with D-Bus and X. What the server says goes to the file SAID.
set -eu

wait_for() {
    for _ in $(seq 150); do
        grep -aq -- "$1" "$SAID" && return
        sleep 0.2
    done
    echo "no $1" >&2
    exit 1
}

touch "$SAID"
kate --new --block --line "$LINE" "$FILE" &
kate=$!
trap 'kill $kate' EXIT
wait_for '"method": *"textDocument/publishDiagnostics"'
window=$(xdotool search --sync --onlyvisible --class kate | tail -1)
xdotool windowfocus --sync "$window"
xdotool key End Return
xdotool type --delay 100 "<inter"
wait_for '"label": *"interface"'
# The menu opens a moment after the answer.
sleep 1
xdotool key Return
sleep 0.5
xdotool key ctrl+s
for _ in $(seq 50); do
    grep -q "</interface>" "$FILE" && exit
    sleep 0.2
done
echo "nothing was inserted" >&2
exit 1
