#!/bin/sh
# Sends one CRM export and turns ampost's exit code into what a cron job should do.
# Prints nothing when all went well, so that cron sends a mail only when a person is needed.
#
# crontab -e, every night at 2:30:
#   30 2 * * *  /opt/ampost/nightly.sh /srv/crm/clients.csv
#
# Options for ampost may follow the file:
#   nightly.sh /srv/crm/clients.csv --mapping /srv/crm/clients.toml --decimal-comma
set -u
file=${1:?"usage: nightly.sh FILE [OPTION...]"}
shift
rejects=$file.rejects-$(date +%F-%H%M%S)
tries=${AMPOST_TRIES:-4}
pause=${AMPOST_PAUSE:-900}

while :; do
    ampost import "$file" --yes --quiet --rejects "$rejects" "$@"
    code=$?
    tries=$((tries - 1))
    case $code in
        5)  # The server or the network was down. What was accepted is in the journal: go on later.
            if [ "$tries" -gt 0 ]; then
                sleep "$pause"
                continue
            fi
            echo "Still no luck. The next run goes on where this one stopped." ;;
        0)  ;;
        3)  echo "Sent, but for the rows in $rejects. Mend them there and run: ampost import $rejects" ;;
        4)  echo "The key or the application ID is missing or refused. Run: ampost verify-keys" ;;
        6)  echo "Counters in doubt. A person must choose --in-doubt resend or --in-doubt skip." ;;
        *)  echo "ampost ended with exit code $code." ;;
    esac
    exit "$code"
done
