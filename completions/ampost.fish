# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_ampost_global_optspecs
    string join \n q/quiet v/verbose color= format= config= app= application-id= post-api-key-file= api-url= h/help V/version
end

function __fish_ampost_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_ampost_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_ampost_using_subcommand
    set -l cmd (__fish_ampost_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c ampost -n "__fish_ampost_needs_command" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always, also into pipes and files'
never\t'Never'"
complete -c ampost -n "__fish_ampost_needs_command" -l format -d 'Form of the result on standard output' -r -f -a "text\t'For people'
json\t'For programs: one JSON object'"
complete -c ampost -n "__fish_ampost_needs_command" -l config -d 'Config file [env: AMPOST_CONFIG] [default: ~/.config/ampost/config.toml]' -r -F
complete -c ampost -n "__fish_ampost_needs_command" -l app -d 'App of the config file to use [env: AMPOST_APP]' -r
complete -c ampost -n "__fish_ampost_needs_command" -l application-id -d 'Application ID [env: APPMETRICA_APPLICATION_ID]' -r
complete -c ampost -n "__fish_ampost_needs_command" -l post-api-key-file -d 'File with the post API key [env: APPMETRICA_POST_API_KEY, the key itself]' -r -F
complete -c ampost -n "__fish_ampost_needs_command" -l api-url -d 'Address of the API [env: AMPOST_API_URL] [default: https://api.appmetrica.yandex.com]' -r -f
complete -c ampost -n "__fish_ampost_needs_command" -s q -l quiet -d 'No progress and no notices, only results and errors'
complete -c ampost -n "__fish_ampost_needs_command" -s v -l verbose -d 'Show requests and answers, secrets redacted'
complete -c ampost -n "__fish_ampost_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ampost -n "__fish_ampost_needs_command" -s V -l version -d 'Print version'
complete -c ampost -n "__fish_ampost_needs_command" -f -a "set" -d 'Set attributes of one profile'
complete -c ampost -n "__fish_ampost_needs_command" -f -a "import" -d 'Send a CSV file of profiles, in batches'
complete -c ampost -n "__fish_ampost_needs_command" -f -a "hash" -d 'Hash phones, e-mails and Telegram logins as the SDK does'
complete -c ampost -n "__fish_ampost_needs_command" -f -a "verify-keys" -d 'Check the post API key, the application ID and a file\'s attribute keys'
complete -c ampost -n "__fish_ampost_needs_command" -f -a "configure" -d 'Ask for the key and the application ID and write the config file'
complete -c ampost -n "__fish_ampost_needs_command" -f -a "sandbox" -d 'Run a local stand-in for the Post API'
complete -c ampost -n "__fish_ampost_needs_command" -f -a "completions" -d 'Print a shell\'s completion script'
complete -c ampost -n "__fish_ampost_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c ampost -n "__fish_ampost_using_subcommand set" -l profile-id -d 'The company\'s own identifier of the profile' -r
complete -c ampost -n "__fish_ampost_using_subcommand set" -l device-id -d 'The SDK\'s identifier of the installation (appmetrica_device_id)' -r
complete -c ampost -n "__fish_ampost_using_subcommand set" -l phone -d 'Phone number, in the clear; normalised and hashed here; up to ten' -r
complete -c ampost -n "__fish_ampost_using_subcommand set" -l email -d 'E-mail address, in the clear; normalised and hashed here; up to ten' -r
complete -c ampost -n "__fish_ampost_using_subcommand set" -l telegram -d 'Telegram login, in the clear; normalised and hashed here' -r
complete -c ampost -n "__fish_ampost_using_subcommand set" -l ca-cert -d 'PEM file with certificates to trust besides the system\'s' -r -F
complete -c ampost -n "__fish_ampost_using_subcommand set" -l retries -d 'Attempts after the first, for each request' -r
complete -c ampost -n "__fish_ampost_using_subcommand set" -l timeout -d 'Longest time for a whole request and its answer' -r
complete -c ampost -n "__fish_ampost_using_subcommand set" -l config -d 'Config file [env: AMPOST_CONFIG] [default: ~/.config/ampost/config.toml]' -r -F
complete -c ampost -n "__fish_ampost_using_subcommand set" -l app -d 'App of the config file to use [env: AMPOST_APP]' -r
complete -c ampost -n "__fish_ampost_using_subcommand set" -l application-id -d 'Application ID [env: APPMETRICA_APPLICATION_ID]' -r
complete -c ampost -n "__fish_ampost_using_subcommand set" -l post-api-key-file -d 'File with the post API key [env: APPMETRICA_POST_API_KEY, the key itself]' -r -F
complete -c ampost -n "__fish_ampost_using_subcommand set" -l api-url -d 'Address of the API [env: AMPOST_API_URL] [default: https://api.appmetrica.yandex.com]' -r -f
complete -c ampost -n "__fish_ampost_using_subcommand set" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always, also into pipes and files'
never\t'Never'"
complete -c ampost -n "__fish_ampost_using_subcommand set" -l format -d 'Form of the result on standard output' -r -f -a "text\t'For people'
json\t'For programs: one JSON object'"
complete -c ampost -n "__fish_ampost_using_subcommand set" -l telegram-keep-case -d 'Hash the Telegram login without lowercasing it'
complete -c ampost -n "__fish_ampost_using_subcommand set" -l dry-run -d 'Print the request, the key redacted; send nothing'
complete -c ampost -n "__fish_ampost_using_subcommand set" -l sandbox -d 'Send to a sandbox inside the program: no account, no key, no network'
complete -c ampost -n "__fish_ampost_using_subcommand set" -s q -l quiet -d 'No progress and no notices, only results and errors'
complete -c ampost -n "__fish_ampost_using_subcommand set" -s v -l verbose -d 'Show requests and answers, secrets redacted'
complete -c ampost -n "__fish_ampost_using_subcommand set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ampost -n "__fish_ampost_using_subcommand set" -s V -l version -d 'Print version'
complete -c ampost -n "__fish_ampost_using_subcommand import" -s o -l output -d 'With --dry-run: write the API-ready CSV here; `-` is standard output' -r -F
complete -c ampost -n "__fish_ampost_using_subcommand import" -l progress -d 'When to show progress: a bar on a terminal, a line every 30 s elsewhere' -r -f -a "auto\t'A bar on a terminal, a line every 30 s elsewhere'
always\t'As `auto`, also with --quiet'
never\t'Nothing'"
complete -c ampost -n "__fish_ampost_using_subcommand import" -l map -d 'What a column is: `--map \'Phone=phone\'`, `--map \'LTV=ltv:number\'`; repeatable' -r
complete -c ampost -n "__fish_ampost_using_subcommand import" -l mapping -d 'TOML file with such rules, in a table [columns]' -r -F
complete -c ampost -n "__fish_ampost_using_subcommand import" -l null -d 'Take cells that hold just this text as empty: `\\N` in exports of ClickHouse and MySQL' -r
complete -c ampost -n "__fish_ampost_using_subcommand import" -l allow-plain -d 'Send this column although its values look like e-mails or phone numbers; repeatable' -r
complete -c ampost -n "__fish_ampost_using_subcommand import" -l invalid-contacts -d 'What to do with phones, e-mails and logins that are not valid' -r -f -a "reject\t'Reject the whole row'
skip\t'Leave the value out, send the rest of the row'"
complete -c ampost -n "__fish_ampost_using_subcommand import" -l save-mapping -d 'Write the rules of this run to a file for --mapping' -r -F
complete -c ampost -n "__fish_ampost_using_subcommand import" -l encoding -d 'Encoding of the file: auto, utf-8, utf-16, windows-1251, koi8-r …' -r
complete -c ampost -n "__fish_ampost_using_subcommand import" -l delimiter -d 'Delimiter of the file: auto, one character, or tab' -r
complete -c ampost -n "__fish_ampost_using_subcommand import" -l batch-rows -d 'Most rows in a request, up to 100000' -r
complete -c ampost -n "__fish_ampost_using_subcommand import" -l batch-bytes -d 'Most bytes in a request: 500k, 16MiB, 1GB' -r
complete -c ampost -n "__fish_ampost_using_subcommand import" -l jobs -d 'Requests under way at once' -r
complete -c ampost -n "__fish_ampost_using_subcommand import" -l rate -d 'Most rows a second [default: no limit]' -r
complete -c ampost -n "__fish_ampost_using_subcommand import" -l rejects -d 'Write rejected rows here, each with its line and the reason' -r -F
complete -c ampost -n "__fish_ampost_using_subcommand import" -l max-rejects -d 'Stop sending beyond this many rejected rows [default: no limit]' -r
complete -c ampost -n "__fish_ampost_using_subcommand import" -l in-doubt -d 'What to do with counters that may or may not have been counted' -r -f -a "ask\t'Ask on the terminal; without one, stop with exit code 6'
resend\t'Send them again: counters may be counted twice'
skip\t'Leave them: counters may be missing'"
complete -c ampost -n "__fish_ampost_using_subcommand import" -l state-dir -d 'Directory of the journals [default: $XDG_STATE_HOME/ampost or ~/.local/state/ampost]' -r -f -a "(__fish_complete_directories)"
complete -c ampost -n "__fish_ampost_using_subcommand import" -l job -d 'Name of the run, so that standard input can be resumed too [default: the file\'s path]' -r
complete -c ampost -n "__fish_ampost_using_subcommand import" -l ca-cert -d 'PEM file with certificates to trust besides the system\'s' -r -F
complete -c ampost -n "__fish_ampost_using_subcommand import" -l retries -d 'Attempts after the first, for each request' -r
complete -c ampost -n "__fish_ampost_using_subcommand import" -l timeout -d 'Longest time for a whole request and its answer' -r
complete -c ampost -n "__fish_ampost_using_subcommand import" -l config -d 'Config file [env: AMPOST_CONFIG] [default: ~/.config/ampost/config.toml]' -r -F
complete -c ampost -n "__fish_ampost_using_subcommand import" -l app -d 'App of the config file to use [env: AMPOST_APP]' -r
complete -c ampost -n "__fish_ampost_using_subcommand import" -l application-id -d 'Application ID [env: APPMETRICA_APPLICATION_ID]' -r
complete -c ampost -n "__fish_ampost_using_subcommand import" -l post-api-key-file -d 'File with the post API key [env: APPMETRICA_POST_API_KEY, the key itself]' -r -F
complete -c ampost -n "__fish_ampost_using_subcommand import" -l api-url -d 'Address of the API [env: AMPOST_API_URL] [default: https://api.appmetrica.yandex.com]' -r -f
complete -c ampost -n "__fish_ampost_using_subcommand import" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always, also into pipes and files'
never\t'Never'"
complete -c ampost -n "__fish_ampost_using_subcommand import" -l format -d 'Form of the result on standard output' -r -f -a "text\t'For people'
json\t'For programs: one JSON object'"
complete -c ampost -n "__fish_ampost_using_subcommand import" -l dry-run -d 'Prepare and check everything, send nothing'
complete -c ampost -n "__fish_ampost_using_subcommand import" -l sandbox -d 'Upload to a sandbox inside the program: no account, no key, no network'
complete -c ampost -n "__fish_ampost_using_subcommand import" -s y -l yes -d 'Do not show the plan and ask, on a terminal'
complete -c ampost -n "__fish_ampost_using_subcommand import" -l only-mapped -d 'Ignore the columns that no rule names'
complete -c ampost -n "__fish_ampost_using_subcommand import" -l decimal-comma -d 'Read numbers as `1 234,50`'
complete -c ampost -n "__fish_ampost_using_subcommand import" -l strip-apostrophe -d 'Drop the apostrophe that some programs put before numbers: `\'+79000000001`'
complete -c ampost -n "__fish_ampost_using_subcommand import" -l split-contacts -d 'Take several phones or e-mails from one cell, divided by , ; | or line ends'
complete -c ampost -n "__fish_ampost_using_subcommand import" -l telegram-keep-case -d 'Hash Telegram logins without lowercasing them'
complete -c ampost -n "__fish_ampost_using_subcommand import" -l no-quotes -d 'Take quotation marks for ordinary characters'
complete -c ampost -n "__fish_ampost_using_subcommand import" -l overwrite-rejects -d 'Let --rejects replace a file that is there already'
complete -c ampost -n "__fish_ampost_using_subcommand import" -l again -d 'Send a file with counters once more that an earlier run finished'
complete -c ampost -n "__fish_ampost_using_subcommand import" -l restart -d 'Forget what an unfinished run has sent and begin anew'
complete -c ampost -n "__fish_ampost_using_subcommand import" -s q -l quiet -d 'No progress and no notices, only results and errors'
complete -c ampost -n "__fish_ampost_using_subcommand import" -s v -l verbose -d 'Show requests and answers, secrets redacted'
complete -c ampost -n "__fish_ampost_using_subcommand import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ampost -n "__fish_ampost_using_subcommand import" -s V -l version -d 'Print version'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and not __fish_seen_subcommand_from phone email telegram csv help" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always, also into pipes and files'
never\t'Never'"
complete -c ampost -n "__fish_ampost_using_subcommand hash; and not __fish_seen_subcommand_from phone email telegram csv help" -l format -d 'Form of the result on standard output' -r -f -a "text\t'For people'
json\t'For programs: one JSON object'"
complete -c ampost -n "__fish_ampost_using_subcommand hash; and not __fish_seen_subcommand_from phone email telegram csv help" -s q -l quiet -d 'No progress and no notices, only results and errors'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and not __fish_seen_subcommand_from phone email telegram csv help" -s v -l verbose -d 'Show requests and answers, secrets redacted'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and not __fish_seen_subcommand_from phone email telegram csv help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and not __fish_seen_subcommand_from phone email telegram csv help" -s V -l version -d 'Print version'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and not __fish_seen_subcommand_from phone email telegram csv help" -f -a "phone" -d 'Hash phone numbers'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and not __fish_seen_subcommand_from phone email telegram csv help" -f -a "email" -d 'Hash e-mail addresses'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and not __fish_seen_subcommand_from phone email telegram csv help" -f -a "telegram" -d 'Hash Telegram logins'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and not __fish_seen_subcommand_from phone email telegram csv help" -f -a "csv" -d 'Replace the contact columns of a CSV file by their hashes'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and not __fish_seen_subcommand_from phone email telegram csv help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from phone" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always, also into pipes and files'
never\t'Never'"
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from phone" -l format -d 'Form of the result on standard output' -r -f -a "text\t'For people'
json\t'For programs: one JSON object'"
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from phone" -l show-normalized -d 'Put the normalised value and a tab before the hash'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from phone" -s q -l quiet -d 'No progress and no notices, only results and errors'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from phone" -s v -l verbose -d 'Show requests and answers, secrets redacted'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from phone" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from phone" -s V -l version -d 'Print version'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from email" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always, also into pipes and files'
never\t'Never'"
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from email" -l format -d 'Form of the result on standard output' -r -f -a "text\t'For people'
json\t'For programs: one JSON object'"
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from email" -l show-normalized -d 'Put the normalised value and a tab before the hash'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from email" -s q -l quiet -d 'No progress and no notices, only results and errors'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from email" -s v -l verbose -d 'Show requests and answers, secrets redacted'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from email" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from email" -s V -l version -d 'Print version'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from telegram" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always, also into pipes and files'
never\t'Never'"
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from telegram" -l format -d 'Form of the result on standard output' -r -f -a "text\t'For people'
json\t'For programs: one JSON object'"
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from telegram" -l show-normalized -d 'Put the normalised value and a tab before the hash'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from telegram" -l telegram-keep-case -d 'Hash logins without lowercasing them'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from telegram" -s q -l quiet -d 'No progress and no notices, only results and errors'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from telegram" -s v -l verbose -d 'Show requests and answers, secrets redacted'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from telegram" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from telegram" -s V -l version -d 'Print version'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from csv" -l map -d 'A column and what it holds: phone, email or telegram; repeatable' -r
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from csv" -s o -l output -d 'Write the result here instead of standard output; `-` is standard output' -r -F
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from csv" -l encoding -d 'Encoding of the file: auto, utf-8, utf-16, windows-1251, koi8-r …' -r
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from csv" -l delimiter -d 'Delimiter of the file: auto, one character, or tab' -r
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from csv" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always, also into pipes and files'
never\t'Never'"
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from csv" -l format -d 'Form of the result on standard output' -r -f -a "text\t'For people'
json\t'For programs: one JSON object'"
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from csv" -l telegram-keep-case -d 'Hash Telegram logins without lowercasing them'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from csv" -l no-quotes -d 'Take quotation marks for ordinary characters'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from csv" -s q -l quiet -d 'No progress and no notices, only results and errors'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from csv" -s v -l verbose -d 'Show requests and answers, secrets redacted'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from csv" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from csv" -s V -l version -d 'Print version'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from help" -f -a "phone" -d 'Hash phone numbers'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from help" -f -a "email" -d 'Hash e-mail addresses'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from help" -f -a "telegram" -d 'Hash Telegram logins'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from help" -f -a "csv" -d 'Replace the contact columns of a CSV file by their hashes'
complete -c ampost -n "__fish_ampost_using_subcommand hash; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c ampost -n "__fish_ampost_using_subcommand verify-keys" -l map -d 'What a column is: `--map \'Phone=phone\'`, `--map \'LTV=ltv:number\'`; repeatable' -r
complete -c ampost -n "__fish_ampost_using_subcommand verify-keys" -l mapping -d 'TOML file with such rules, in a table [columns]' -r -F
complete -c ampost -n "__fish_ampost_using_subcommand verify-keys" -l null -d 'Take cells that hold just this text as empty: `\\N` in exports of ClickHouse and MySQL' -r
complete -c ampost -n "__fish_ampost_using_subcommand verify-keys" -l allow-plain -d 'Send this column although its values look like e-mails or phone numbers; repeatable' -r
complete -c ampost -n "__fish_ampost_using_subcommand verify-keys" -l invalid-contacts -d 'What to do with phones, e-mails and logins that are not valid' -r -f -a "reject\t'Reject the whole row'
skip\t'Leave the value out, send the rest of the row'"
complete -c ampost -n "__fish_ampost_using_subcommand verify-keys" -l encoding -d 'Encoding of the file: auto, utf-8, utf-16, windows-1251, koi8-r …' -r
complete -c ampost -n "__fish_ampost_using_subcommand verify-keys" -l delimiter -d 'Delimiter of the file: auto, one character, or tab' -r
complete -c ampost -n "__fish_ampost_using_subcommand verify-keys" -l ca-cert -d 'PEM file with certificates to trust besides the system\'s' -r -F
complete -c ampost -n "__fish_ampost_using_subcommand verify-keys" -l retries -d 'Attempts after the first, for each request' -r
complete -c ampost -n "__fish_ampost_using_subcommand verify-keys" -l timeout -d 'Longest time for a whole request and its answer' -r
complete -c ampost -n "__fish_ampost_using_subcommand verify-keys" -l config -d 'Config file [env: AMPOST_CONFIG] [default: ~/.config/ampost/config.toml]' -r -F
complete -c ampost -n "__fish_ampost_using_subcommand verify-keys" -l app -d 'App of the config file to use [env: AMPOST_APP]' -r
complete -c ampost -n "__fish_ampost_using_subcommand verify-keys" -l application-id -d 'Application ID [env: APPMETRICA_APPLICATION_ID]' -r
complete -c ampost -n "__fish_ampost_using_subcommand verify-keys" -l post-api-key-file -d 'File with the post API key [env: APPMETRICA_POST_API_KEY, the key itself]' -r -F
complete -c ampost -n "__fish_ampost_using_subcommand verify-keys" -l api-url -d 'Address of the API [env: AMPOST_API_URL] [default: https://api.appmetrica.yandex.com]' -r -f
complete -c ampost -n "__fish_ampost_using_subcommand verify-keys" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always, also into pipes and files'
never\t'Never'"
complete -c ampost -n "__fish_ampost_using_subcommand verify-keys" -l format -d 'Form of the result on standard output' -r -f -a "text\t'For people'
json\t'For programs: one JSON object'"
complete -c ampost -n "__fish_ampost_using_subcommand verify-keys" -l offline -d 'Leave the server out: check only where the credentials come from and their form'
complete -c ampost -n "__fish_ampost_using_subcommand verify-keys" -l sandbox -d 'Ask a sandbox inside the program instead of the server'
complete -c ampost -n "__fish_ampost_using_subcommand verify-keys" -l only-mapped -d 'Ignore the columns that no rule names'
complete -c ampost -n "__fish_ampost_using_subcommand verify-keys" -l decimal-comma -d 'Read numbers as `1 234,50`'
complete -c ampost -n "__fish_ampost_using_subcommand verify-keys" -l strip-apostrophe -d 'Drop the apostrophe that some programs put before numbers: `\'+79000000001`'
complete -c ampost -n "__fish_ampost_using_subcommand verify-keys" -l split-contacts -d 'Take several phones or e-mails from one cell, divided by , ; | or line ends'
complete -c ampost -n "__fish_ampost_using_subcommand verify-keys" -l telegram-keep-case -d 'Hash Telegram logins without lowercasing them'
complete -c ampost -n "__fish_ampost_using_subcommand verify-keys" -l no-quotes -d 'Take quotation marks for ordinary characters'
complete -c ampost -n "__fish_ampost_using_subcommand verify-keys" -s q -l quiet -d 'No progress and no notices, only results and errors'
complete -c ampost -n "__fish_ampost_using_subcommand verify-keys" -s v -l verbose -d 'Show requests and answers, secrets redacted'
complete -c ampost -n "__fish_ampost_using_subcommand verify-keys" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ampost -n "__fish_ampost_using_subcommand verify-keys" -s V -l version -d 'Print version'
complete -c ampost -n "__fish_ampost_using_subcommand configure" -l ca-cert -d 'PEM file with certificates to trust besides the system\'s' -r -F
complete -c ampost -n "__fish_ampost_using_subcommand configure" -l retries -d 'Attempts after the first, for each request' -r
complete -c ampost -n "__fish_ampost_using_subcommand configure" -l timeout -d 'Longest time for a whole request and its answer' -r
complete -c ampost -n "__fish_ampost_using_subcommand configure" -l config -d 'Config file [env: AMPOST_CONFIG] [default: ~/.config/ampost/config.toml]' -r -F
complete -c ampost -n "__fish_ampost_using_subcommand configure" -l app -d 'App of the config file to use [env: AMPOST_APP]' -r
complete -c ampost -n "__fish_ampost_using_subcommand configure" -l application-id -d 'Application ID [env: APPMETRICA_APPLICATION_ID]' -r
complete -c ampost -n "__fish_ampost_using_subcommand configure" -l post-api-key-file -d 'File with the post API key [env: APPMETRICA_POST_API_KEY, the key itself]' -r -F
complete -c ampost -n "__fish_ampost_using_subcommand configure" -l api-url -d 'Address of the API [env: AMPOST_API_URL] [default: https://api.appmetrica.yandex.com]' -r -f
complete -c ampost -n "__fish_ampost_using_subcommand configure" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always, also into pipes and files'
never\t'Never'"
complete -c ampost -n "__fish_ampost_using_subcommand configure" -l format -d 'Form of the result on standard output' -r -f -a "text\t'For people'
json\t'For programs: one JSON object'"
complete -c ampost -n "__fish_ampost_using_subcommand configure" -s q -l quiet -d 'No progress and no notices, only results and errors'
complete -c ampost -n "__fish_ampost_using_subcommand configure" -s v -l verbose -d 'Show requests and answers, secrets redacted'
complete -c ampost -n "__fish_ampost_using_subcommand configure" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ampost -n "__fish_ampost_using_subcommand configure" -s V -l version -d 'Print version'
complete -c ampost -n "__fish_ampost_using_subcommand sandbox" -l listen -d 'Address to serve on; port 0 takes any free one' -r
complete -c ampost -n "__fish_ampost_using_subcommand sandbox" -l key -d 'The post API key to accept [default: any that is not empty]' -r
complete -c ampost -n "__fish_ampost_using_subcommand sandbox" -l counter -d 'An attribute that is a counter and is added up; repeatable' -r
complete -c ampost -n "__fish_ampost_using_subcommand sandbox" -l fail -d 'Which requests go wrong, and how: `3:503`, `5:drop-after`; repeatable' -r
complete -c ampost -n "__fish_ampost_using_subcommand sandbox" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always, also into pipes and files'
never\t'Never'"
complete -c ampost -n "__fish_ampost_using_subcommand sandbox" -l format -d 'Form of the result on standard output' -r -f -a "text\t'For people'
json\t'For programs: one JSON object'"
complete -c ampost -n "__fish_ampost_using_subcommand sandbox" -l swallow -d 'Check and count the rows, but keep no profiles: for measuring'
complete -c ampost -n "__fish_ampost_using_subcommand sandbox" -s q -l quiet -d 'No progress and no notices, only results and errors'
complete -c ampost -n "__fish_ampost_using_subcommand sandbox" -s v -l verbose -d 'Show requests and answers, secrets redacted'
complete -c ampost -n "__fish_ampost_using_subcommand sandbox" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ampost -n "__fish_ampost_using_subcommand sandbox" -s V -l version -d 'Print version'
complete -c ampost -n "__fish_ampost_using_subcommand completions" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always, also into pipes and files'
never\t'Never'"
complete -c ampost -n "__fish_ampost_using_subcommand completions" -l format -d 'Form of the result on standard output' -r -f -a "text\t'For people'
json\t'For programs: one JSON object'"
complete -c ampost -n "__fish_ampost_using_subcommand completions" -s q -l quiet -d 'No progress and no notices, only results and errors'
complete -c ampost -n "__fish_ampost_using_subcommand completions" -s v -l verbose -d 'Show requests and answers, secrets redacted'
complete -c ampost -n "__fish_ampost_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ampost -n "__fish_ampost_using_subcommand completions" -s V -l version -d 'Print version'
complete -c ampost -n "__fish_ampost_using_subcommand help; and not __fish_seen_subcommand_from set import hash verify-keys configure sandbox completions help" -f -a "set" -d 'Set attributes of one profile'
complete -c ampost -n "__fish_ampost_using_subcommand help; and not __fish_seen_subcommand_from set import hash verify-keys configure sandbox completions help" -f -a "import" -d 'Send a CSV file of profiles, in batches'
complete -c ampost -n "__fish_ampost_using_subcommand help; and not __fish_seen_subcommand_from set import hash verify-keys configure sandbox completions help" -f -a "hash" -d 'Hash phones, e-mails and Telegram logins as the SDK does'
complete -c ampost -n "__fish_ampost_using_subcommand help; and not __fish_seen_subcommand_from set import hash verify-keys configure sandbox completions help" -f -a "verify-keys" -d 'Check the post API key, the application ID and a file\'s attribute keys'
complete -c ampost -n "__fish_ampost_using_subcommand help; and not __fish_seen_subcommand_from set import hash verify-keys configure sandbox completions help" -f -a "configure" -d 'Ask for the key and the application ID and write the config file'
complete -c ampost -n "__fish_ampost_using_subcommand help; and not __fish_seen_subcommand_from set import hash verify-keys configure sandbox completions help" -f -a "sandbox" -d 'Run a local stand-in for the Post API'
complete -c ampost -n "__fish_ampost_using_subcommand help; and not __fish_seen_subcommand_from set import hash verify-keys configure sandbox completions help" -f -a "completions" -d 'Print a shell\'s completion script'
complete -c ampost -n "__fish_ampost_using_subcommand help; and not __fish_seen_subcommand_from set import hash verify-keys configure sandbox completions help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c ampost -n "__fish_ampost_using_subcommand help; and __fish_seen_subcommand_from hash" -f -a "phone" -d 'Hash phone numbers'
complete -c ampost -n "__fish_ampost_using_subcommand help; and __fish_seen_subcommand_from hash" -f -a "email" -d 'Hash e-mail addresses'
complete -c ampost -n "__fish_ampost_using_subcommand help; and __fish_seen_subcommand_from hash" -f -a "telegram" -d 'Hash Telegram logins'
complete -c ampost -n "__fish_ampost_using_subcommand help; and __fish_seen_subcommand_from hash" -f -a "csv" -d 'Replace the contact columns of a CSV file by their hashes'
