
use builtin;
use str;

set edit:completion:arg-completer[ampost] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'ampost'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'ampost'= {
            cand --color 'When to use colours'
            cand --format 'Form of the result on standard output'
            cand --config 'Config file [env: AMPOST_CONFIG] [default: ~/.config/ampost/config.toml]'
            cand --app 'App of the config file to use [env: AMPOST_APP]'
            cand --application-id 'Application ID [env: APPMETRICA_APPLICATION_ID]'
            cand --post-api-key-file 'File with the post API key [env: APPMETRICA_POST_API_KEY, the key itself]'
            cand --api-url 'Address of the API [env: AMPOST_API_URL] [default: https://api.appmetrica.yandex.com]'
            cand -q 'No progress and no notices, only results and errors'
            cand --quiet 'No progress and no notices, only results and errors'
            cand -v 'Show requests and answers, secrets redacted'
            cand --verbose 'Show requests and answers, secrets redacted'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand set 'Set attributes of one profile'
            cand import 'Send a CSV file of profiles, in batches'
            cand hash 'Hash phones, e-mails and Telegram logins as the SDK does'
            cand verify-keys 'Check the post API key, the application ID and a file''s attribute keys'
            cand configure 'Ask for the key and the application ID and write the config file'
            cand sandbox 'Run a local stand-in for the Post API'
            cand completions 'Print a shell''s completion script'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'ampost;set'= {
            cand --profile-id 'The company''s own identifier of the profile'
            cand --device-id 'The SDK''s identifier of the installation (appmetrica_device_id)'
            cand --phone 'Phone number, in the clear; normalised and hashed here; up to ten'
            cand --email 'E-mail address, in the clear; normalised and hashed here; up to ten'
            cand --telegram 'Telegram login, in the clear; normalised and hashed here'
            cand --ca-cert 'PEM file with certificates to trust besides the system''s'
            cand --retries 'Attempts after the first, for each request'
            cand --timeout 'Longest time for a whole request and its answer'
            cand --config 'Config file [env: AMPOST_CONFIG] [default: ~/.config/ampost/config.toml]'
            cand --app 'App of the config file to use [env: AMPOST_APP]'
            cand --application-id 'Application ID [env: APPMETRICA_APPLICATION_ID]'
            cand --post-api-key-file 'File with the post API key [env: APPMETRICA_POST_API_KEY, the key itself]'
            cand --api-url 'Address of the API [env: AMPOST_API_URL] [default: https://api.appmetrica.yandex.com]'
            cand --color 'When to use colours'
            cand --format 'Form of the result on standard output'
            cand --telegram-keep-case 'Hash the Telegram login without lowercasing it'
            cand --dry-run 'Print the request, the key redacted; send nothing'
            cand --sandbox 'Send to a sandbox inside the program: no account, no key, no network'
            cand -q 'No progress and no notices, only results and errors'
            cand --quiet 'No progress and no notices, only results and errors'
            cand -v 'Show requests and answers, secrets redacted'
            cand --verbose 'Show requests and answers, secrets redacted'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'ampost;import'= {
            cand -o 'With --dry-run: write the API-ready CSV here; `-` is standard output'
            cand --output 'With --dry-run: write the API-ready CSV here; `-` is standard output'
            cand --progress 'When to show progress: a bar on a terminal, a line every 30 s elsewhere'
            cand --map 'What a column is: `--map ''Phone=phone''`, `--map ''LTV=ltv:number''`; repeatable'
            cand --mapping 'TOML file with such rules, in a table [columns]'
            cand --null 'Take cells that hold just this text as empty: `\N` in exports of ClickHouse and MySQL'
            cand --allow-plain 'Send this column although its values look like e-mails or phone numbers; repeatable'
            cand --invalid-contacts 'What to do with phones, e-mails and logins that are not valid'
            cand --save-mapping 'Write the rules of this run to a file for --mapping'
            cand --encoding 'Encoding of the file: auto, utf-8, utf-16, windows-1251, koi8-r …'
            cand --delimiter 'Delimiter of the file: auto, one character, or tab'
            cand --batch-rows 'Most rows in a request, up to 100000'
            cand --batch-bytes 'Most bytes in a request: 500k, 16MiB, 1GB'
            cand --jobs 'Requests under way at once'
            cand --rate 'Most rows a second [default: no limit]'
            cand --rejects 'Write rejected rows here, each with its line and the reason'
            cand --max-rejects 'Stop sending beyond this many rejected rows [default: no limit]'
            cand --in-doubt 'What to do with counters that may or may not have been counted'
            cand --state-dir 'Directory of the journals [default: $XDG_STATE_HOME/ampost or ~/.local/state/ampost]'
            cand --job 'Name of the run, so that standard input can be resumed too [default: the file''s path]'
            cand --ca-cert 'PEM file with certificates to trust besides the system''s'
            cand --retries 'Attempts after the first, for each request'
            cand --timeout 'Longest time for a whole request and its answer'
            cand --config 'Config file [env: AMPOST_CONFIG] [default: ~/.config/ampost/config.toml]'
            cand --app 'App of the config file to use [env: AMPOST_APP]'
            cand --application-id 'Application ID [env: APPMETRICA_APPLICATION_ID]'
            cand --post-api-key-file 'File with the post API key [env: APPMETRICA_POST_API_KEY, the key itself]'
            cand --api-url 'Address of the API [env: AMPOST_API_URL] [default: https://api.appmetrica.yandex.com]'
            cand --color 'When to use colours'
            cand --format 'Form of the result on standard output'
            cand --dry-run 'Prepare and check everything, send nothing'
            cand --sandbox 'Upload to a sandbox inside the program: no account, no key, no network'
            cand -y 'Do not show the plan and ask, on a terminal'
            cand --yes 'Do not show the plan and ask, on a terminal'
            cand --only-mapped 'Ignore the columns that no rule names'
            cand --decimal-comma 'Read numbers as `1 234,50`'
            cand --strip-apostrophe 'Drop the apostrophe that some programs put before numbers: `''+79000000001`'
            cand --split-contacts 'Take several phones or e-mails from one cell, divided by , ; | or line ends'
            cand --telegram-keep-case 'Hash Telegram logins without lowercasing them'
            cand --no-quotes 'Take quotation marks for ordinary characters'
            cand --overwrite-rejects 'Let --rejects replace a file that is there already'
            cand --again 'Send a file with counters once more that an earlier run finished'
            cand --restart 'Forget what an unfinished run has sent and begin anew'
            cand -q 'No progress and no notices, only results and errors'
            cand --quiet 'No progress and no notices, only results and errors'
            cand -v 'Show requests and answers, secrets redacted'
            cand --verbose 'Show requests and answers, secrets redacted'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'ampost;hash'= {
            cand --color 'When to use colours'
            cand --format 'Form of the result on standard output'
            cand -q 'No progress and no notices, only results and errors'
            cand --quiet 'No progress and no notices, only results and errors'
            cand -v 'Show requests and answers, secrets redacted'
            cand --verbose 'Show requests and answers, secrets redacted'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand phone 'Hash phone numbers'
            cand email 'Hash e-mail addresses'
            cand telegram 'Hash Telegram logins'
            cand csv 'Replace the contact columns of a CSV file by their hashes'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'ampost;hash;phone'= {
            cand --color 'When to use colours'
            cand --format 'Form of the result on standard output'
            cand --show-normalized 'Put the normalised value and a tab before the hash'
            cand -q 'No progress and no notices, only results and errors'
            cand --quiet 'No progress and no notices, only results and errors'
            cand -v 'Show requests and answers, secrets redacted'
            cand --verbose 'Show requests and answers, secrets redacted'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'ampost;hash;email'= {
            cand --color 'When to use colours'
            cand --format 'Form of the result on standard output'
            cand --show-normalized 'Put the normalised value and a tab before the hash'
            cand -q 'No progress and no notices, only results and errors'
            cand --quiet 'No progress and no notices, only results and errors'
            cand -v 'Show requests and answers, secrets redacted'
            cand --verbose 'Show requests and answers, secrets redacted'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'ampost;hash;telegram'= {
            cand --color 'When to use colours'
            cand --format 'Form of the result on standard output'
            cand --show-normalized 'Put the normalised value and a tab before the hash'
            cand --telegram-keep-case 'Hash logins without lowercasing them'
            cand -q 'No progress and no notices, only results and errors'
            cand --quiet 'No progress and no notices, only results and errors'
            cand -v 'Show requests and answers, secrets redacted'
            cand --verbose 'Show requests and answers, secrets redacted'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'ampost;hash;csv'= {
            cand --map 'A column and what it holds: phone, email or telegram; repeatable'
            cand -o 'Write the result here instead of standard output; `-` is standard output'
            cand --output 'Write the result here instead of standard output; `-` is standard output'
            cand --encoding 'Encoding of the file: auto, utf-8, utf-16, windows-1251, koi8-r …'
            cand --delimiter 'Delimiter of the file: auto, one character, or tab'
            cand --color 'When to use colours'
            cand --format 'Form of the result on standard output'
            cand --telegram-keep-case 'Hash Telegram logins without lowercasing them'
            cand --no-quotes 'Take quotation marks for ordinary characters'
            cand -q 'No progress and no notices, only results and errors'
            cand --quiet 'No progress and no notices, only results and errors'
            cand -v 'Show requests and answers, secrets redacted'
            cand --verbose 'Show requests and answers, secrets redacted'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'ampost;hash;help'= {
            cand phone 'Hash phone numbers'
            cand email 'Hash e-mail addresses'
            cand telegram 'Hash Telegram logins'
            cand csv 'Replace the contact columns of a CSV file by their hashes'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'ampost;hash;help;phone'= {
        }
        &'ampost;hash;help;email'= {
        }
        &'ampost;hash;help;telegram'= {
        }
        &'ampost;hash;help;csv'= {
        }
        &'ampost;hash;help;help'= {
        }
        &'ampost;verify-keys'= {
            cand --map 'What a column is: `--map ''Phone=phone''`, `--map ''LTV=ltv:number''`; repeatable'
            cand --mapping 'TOML file with such rules, in a table [columns]'
            cand --null 'Take cells that hold just this text as empty: `\N` in exports of ClickHouse and MySQL'
            cand --allow-plain 'Send this column although its values look like e-mails or phone numbers; repeatable'
            cand --invalid-contacts 'What to do with phones, e-mails and logins that are not valid'
            cand --encoding 'Encoding of the file: auto, utf-8, utf-16, windows-1251, koi8-r …'
            cand --delimiter 'Delimiter of the file: auto, one character, or tab'
            cand --ca-cert 'PEM file with certificates to trust besides the system''s'
            cand --retries 'Attempts after the first, for each request'
            cand --timeout 'Longest time for a whole request and its answer'
            cand --config 'Config file [env: AMPOST_CONFIG] [default: ~/.config/ampost/config.toml]'
            cand --app 'App of the config file to use [env: AMPOST_APP]'
            cand --application-id 'Application ID [env: APPMETRICA_APPLICATION_ID]'
            cand --post-api-key-file 'File with the post API key [env: APPMETRICA_POST_API_KEY, the key itself]'
            cand --api-url 'Address of the API [env: AMPOST_API_URL] [default: https://api.appmetrica.yandex.com]'
            cand --color 'When to use colours'
            cand --format 'Form of the result on standard output'
            cand --offline 'Leave the server out: check only where the credentials come from and their form'
            cand --sandbox 'Ask a sandbox inside the program instead of the server'
            cand --only-mapped 'Ignore the columns that no rule names'
            cand --decimal-comma 'Read numbers as `1 234,50`'
            cand --strip-apostrophe 'Drop the apostrophe that some programs put before numbers: `''+79000000001`'
            cand --split-contacts 'Take several phones or e-mails from one cell, divided by , ; | or line ends'
            cand --telegram-keep-case 'Hash Telegram logins without lowercasing them'
            cand --no-quotes 'Take quotation marks for ordinary characters'
            cand -q 'No progress and no notices, only results and errors'
            cand --quiet 'No progress and no notices, only results and errors'
            cand -v 'Show requests and answers, secrets redacted'
            cand --verbose 'Show requests and answers, secrets redacted'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'ampost;configure'= {
            cand --ca-cert 'PEM file with certificates to trust besides the system''s'
            cand --retries 'Attempts after the first, for each request'
            cand --timeout 'Longest time for a whole request and its answer'
            cand --config 'Config file [env: AMPOST_CONFIG] [default: ~/.config/ampost/config.toml]'
            cand --app 'App of the config file to use [env: AMPOST_APP]'
            cand --application-id 'Application ID [env: APPMETRICA_APPLICATION_ID]'
            cand --post-api-key-file 'File with the post API key [env: APPMETRICA_POST_API_KEY, the key itself]'
            cand --api-url 'Address of the API [env: AMPOST_API_URL] [default: https://api.appmetrica.yandex.com]'
            cand --color 'When to use colours'
            cand --format 'Form of the result on standard output'
            cand -q 'No progress and no notices, only results and errors'
            cand --quiet 'No progress and no notices, only results and errors'
            cand -v 'Show requests and answers, secrets redacted'
            cand --verbose 'Show requests and answers, secrets redacted'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'ampost;sandbox'= {
            cand --listen 'Address to serve on; port 0 takes any free one'
            cand --key 'The post API key to accept [default: any that is not empty]'
            cand --counter 'An attribute that is a counter and is added up; repeatable'
            cand --fail 'Which requests go wrong, and how: `3:503`, `5:drop-after`; repeatable'
            cand --color 'When to use colours'
            cand --format 'Form of the result on standard output'
            cand --swallow 'Check and count the rows, but keep no profiles: for measuring'
            cand -q 'No progress and no notices, only results and errors'
            cand --quiet 'No progress and no notices, only results and errors'
            cand -v 'Show requests and answers, secrets redacted'
            cand --verbose 'Show requests and answers, secrets redacted'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'ampost;completions'= {
            cand --color 'When to use colours'
            cand --format 'Form of the result on standard output'
            cand -q 'No progress and no notices, only results and errors'
            cand --quiet 'No progress and no notices, only results and errors'
            cand -v 'Show requests and answers, secrets redacted'
            cand --verbose 'Show requests and answers, secrets redacted'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'ampost;help'= {
            cand set 'Set attributes of one profile'
            cand import 'Send a CSV file of profiles, in batches'
            cand hash 'Hash phones, e-mails and Telegram logins as the SDK does'
            cand verify-keys 'Check the post API key, the application ID and a file''s attribute keys'
            cand configure 'Ask for the key and the application ID and write the config file'
            cand sandbox 'Run a local stand-in for the Post API'
            cand completions 'Print a shell''s completion script'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'ampost;help;set'= {
        }
        &'ampost;help;import'= {
        }
        &'ampost;help;hash'= {
            cand phone 'Hash phone numbers'
            cand email 'Hash e-mail addresses'
            cand telegram 'Hash Telegram logins'
            cand csv 'Replace the contact columns of a CSV file by their hashes'
        }
        &'ampost;help;hash;phone'= {
        }
        &'ampost;help;hash;email'= {
        }
        &'ampost;help;hash;telegram'= {
        }
        &'ampost;help;hash;csv'= {
        }
        &'ampost;help;verify-keys'= {
        }
        &'ampost;help;configure'= {
        }
        &'ampost;help;sandbox'= {
        }
        &'ampost;help;completions'= {
        }
        &'ampost;help;help'= {
        }
    ]
    $completions[$command]
}
