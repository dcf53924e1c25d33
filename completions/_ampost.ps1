
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'ampost' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'ampost'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'ampost' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the result on standard output')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Config file [env: AMPOST_CONFIG] [default: ~/.config/ampost/config.toml]')
            [CompletionResult]::new('--app', '--app', [CompletionResultType]::ParameterName, 'App of the config file to use [env: AMPOST_APP]')
            [CompletionResult]::new('--application-id', '--application-id', [CompletionResultType]::ParameterName, 'Application ID [env: APPMETRICA_APPLICATION_ID]')
            [CompletionResult]::new('--post-api-key-file', '--post-api-key-file', [CompletionResultType]::ParameterName, 'File with the post API key [env: APPMETRICA_POST_API_KEY, the key itself]')
            [CompletionResult]::new('--api-url', '--api-url', [CompletionResultType]::ParameterName, 'Address of the API [env: AMPOST_API_URL] [default: https://api.appmetrica.yandex.com]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no notices, only results and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no notices, only results and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show requests and answers, secrets redacted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show requests and answers, secrets redacted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Set attributes of one profile')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Send a CSV file of profiles, in batches')
            [CompletionResult]::new('hash', 'hash', [CompletionResultType]::ParameterValue, 'Hash phones, e-mails and Telegram logins as the SDK does')
            [CompletionResult]::new('verify-keys', 'verify-keys', [CompletionResultType]::ParameterValue, 'Check the post API key, the application ID and a file''s attribute keys')
            [CompletionResult]::new('configure', 'configure', [CompletionResultType]::ParameterValue, 'Ask for the key and the application ID and write the config file')
            [CompletionResult]::new('sandbox', 'sandbox', [CompletionResultType]::ParameterValue, 'Run a local stand-in for the Post API')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a shell''s completion script')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'ampost;set' {
            [CompletionResult]::new('--profile-id', '--profile-id', [CompletionResultType]::ParameterName, 'The company''s own identifier of the profile')
            [CompletionResult]::new('--device-id', '--device-id', [CompletionResultType]::ParameterName, 'The SDK''s identifier of the installation (appmetrica_device_id)')
            [CompletionResult]::new('--phone', '--phone', [CompletionResultType]::ParameterName, 'Phone number, in the clear; normalised and hashed here; up to ten')
            [CompletionResult]::new('--email', '--email', [CompletionResultType]::ParameterName, 'E-mail address, in the clear; normalised and hashed here; up to ten')
            [CompletionResult]::new('--telegram', '--telegram', [CompletionResultType]::ParameterName, 'Telegram login, in the clear; normalised and hashed here')
            [CompletionResult]::new('--ca-cert', '--ca-cert', [CompletionResultType]::ParameterName, 'PEM file with certificates to trust besides the system''s')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Attempts after the first, for each request')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Longest time for a whole request and its answer')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Config file [env: AMPOST_CONFIG] [default: ~/.config/ampost/config.toml]')
            [CompletionResult]::new('--app', '--app', [CompletionResultType]::ParameterName, 'App of the config file to use [env: AMPOST_APP]')
            [CompletionResult]::new('--application-id', '--application-id', [CompletionResultType]::ParameterName, 'Application ID [env: APPMETRICA_APPLICATION_ID]')
            [CompletionResult]::new('--post-api-key-file', '--post-api-key-file', [CompletionResultType]::ParameterName, 'File with the post API key [env: APPMETRICA_POST_API_KEY, the key itself]')
            [CompletionResult]::new('--api-url', '--api-url', [CompletionResultType]::ParameterName, 'Address of the API [env: AMPOST_API_URL] [default: https://api.appmetrica.yandex.com]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the result on standard output')
            [CompletionResult]::new('--telegram-keep-case', '--telegram-keep-case', [CompletionResultType]::ParameterName, 'Hash the Telegram login without lowercasing it')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print the request, the key redacted; send nothing')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Send to a sandbox inside the program: no account, no key, no network')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no notices, only results and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no notices, only results and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show requests and answers, secrets redacted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show requests and answers, secrets redacted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ampost;import' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'With --dry-run: write the API-ready CSV here; `-` is standard output')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'With --dry-run: write the API-ready CSV here; `-` is standard output')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'When to show progress: a bar on a terminal, a line every 30 s elsewhere')
            [CompletionResult]::new('--map', '--map', [CompletionResultType]::ParameterName, 'What a column is: `--map ''Phone=phone''`, `--map ''LTV=ltv:number''`; repeatable')
            [CompletionResult]::new('--mapping', '--mapping', [CompletionResultType]::ParameterName, 'TOML file with such rules, in a table [columns]')
            [CompletionResult]::new('--null', '--null', [CompletionResultType]::ParameterName, 'Take cells that hold just this text as empty: `\N` in exports of ClickHouse and MySQL')
            [CompletionResult]::new('--allow-plain', '--allow-plain', [CompletionResultType]::ParameterName, 'Send this column although its values look like e-mails or phone numbers; repeatable')
            [CompletionResult]::new('--invalid-contacts', '--invalid-contacts', [CompletionResultType]::ParameterName, 'What to do with phones, e-mails and logins that are not valid')
            [CompletionResult]::new('--save-mapping', '--save-mapping', [CompletionResultType]::ParameterName, 'Write the rules of this run to a file for --mapping')
            [CompletionResult]::new('--encoding', '--encoding', [CompletionResultType]::ParameterName, 'Encoding of the file: auto, utf-8, utf-16, windows-1251, koi8-r …')
            [CompletionResult]::new('--delimiter', '--delimiter', [CompletionResultType]::ParameterName, 'Delimiter of the file: auto, one character, or tab')
            [CompletionResult]::new('--batch-rows', '--batch-rows', [CompletionResultType]::ParameterName, 'Most rows in a request, up to 100000')
            [CompletionResult]::new('--batch-bytes', '--batch-bytes', [CompletionResultType]::ParameterName, 'Most bytes in a request: 500k, 16MiB, 1GB')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Most rows a second [default: no limit]')
            [CompletionResult]::new('--rejects', '--rejects', [CompletionResultType]::ParameterName, 'Write rejected rows here, each with its line and the reason')
            [CompletionResult]::new('--max-rejects', '--max-rejects', [CompletionResultType]::ParameterName, 'Stop sending beyond this many rejected rows [default: no limit]')
            [CompletionResult]::new('--in-doubt', '--in-doubt', [CompletionResultType]::ParameterName, 'What to do with counters that may or may not have been counted')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Directory of the journals [default: $XDG_STATE_HOME/ampost or ~/.local/state/ampost]')
            [CompletionResult]::new('--job', '--job', [CompletionResultType]::ParameterName, 'Name of the run, so that standard input can be resumed too [default: the file''s path]')
            [CompletionResult]::new('--ca-cert', '--ca-cert', [CompletionResultType]::ParameterName, 'PEM file with certificates to trust besides the system''s')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Attempts after the first, for each request')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Longest time for a whole request and its answer')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Config file [env: AMPOST_CONFIG] [default: ~/.config/ampost/config.toml]')
            [CompletionResult]::new('--app', '--app', [CompletionResultType]::ParameterName, 'App of the config file to use [env: AMPOST_APP]')
            [CompletionResult]::new('--application-id', '--application-id', [CompletionResultType]::ParameterName, 'Application ID [env: APPMETRICA_APPLICATION_ID]')
            [CompletionResult]::new('--post-api-key-file', '--post-api-key-file', [CompletionResultType]::ParameterName, 'File with the post API key [env: APPMETRICA_POST_API_KEY, the key itself]')
            [CompletionResult]::new('--api-url', '--api-url', [CompletionResultType]::ParameterName, 'Address of the API [env: AMPOST_API_URL] [default: https://api.appmetrica.yandex.com]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the result on standard output')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Prepare and check everything, send nothing')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Upload to a sandbox inside the program: no account, no key, no network')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not show the plan and ask, on a terminal')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not show the plan and ask, on a terminal')
            [CompletionResult]::new('--only-mapped', '--only-mapped', [CompletionResultType]::ParameterName, 'Ignore the columns that no rule names')
            [CompletionResult]::new('--decimal-comma', '--decimal-comma', [CompletionResultType]::ParameterName, 'Read numbers as `1 234,50`')
            [CompletionResult]::new('--strip-apostrophe', '--strip-apostrophe', [CompletionResultType]::ParameterName, 'Drop the apostrophe that some programs put before numbers: `''+79000000001`')
            [CompletionResult]::new('--split-contacts', '--split-contacts', [CompletionResultType]::ParameterName, 'Take several phones or e-mails from one cell, divided by , ; | or line ends')
            [CompletionResult]::new('--telegram-keep-case', '--telegram-keep-case', [CompletionResultType]::ParameterName, 'Hash Telegram logins without lowercasing them')
            [CompletionResult]::new('--no-quotes', '--no-quotes', [CompletionResultType]::ParameterName, 'Take quotation marks for ordinary characters')
            [CompletionResult]::new('--overwrite-rejects', '--overwrite-rejects', [CompletionResultType]::ParameterName, 'Let --rejects replace a file that is there already')
            [CompletionResult]::new('--again', '--again', [CompletionResultType]::ParameterName, 'Send a file with counters once more that an earlier run finished')
            [CompletionResult]::new('--restart', '--restart', [CompletionResultType]::ParameterName, 'Forget what an unfinished run has sent and begin anew')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no notices, only results and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no notices, only results and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show requests and answers, secrets redacted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show requests and answers, secrets redacted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ampost;hash' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the result on standard output')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no notices, only results and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no notices, only results and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show requests and answers, secrets redacted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show requests and answers, secrets redacted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('phone', 'phone', [CompletionResultType]::ParameterValue, 'Hash phone numbers')
            [CompletionResult]::new('email', 'email', [CompletionResultType]::ParameterValue, 'Hash e-mail addresses')
            [CompletionResult]::new('telegram', 'telegram', [CompletionResultType]::ParameterValue, 'Hash Telegram logins')
            [CompletionResult]::new('csv', 'csv', [CompletionResultType]::ParameterValue, 'Replace the contact columns of a CSV file by their hashes')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'ampost;hash;phone' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the result on standard output')
            [CompletionResult]::new('--show-normalized', '--show-normalized', [CompletionResultType]::ParameterName, 'Put the normalised value and a tab before the hash')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no notices, only results and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no notices, only results and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show requests and answers, secrets redacted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show requests and answers, secrets redacted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ampost;hash;email' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the result on standard output')
            [CompletionResult]::new('--show-normalized', '--show-normalized', [CompletionResultType]::ParameterName, 'Put the normalised value and a tab before the hash')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no notices, only results and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no notices, only results and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show requests and answers, secrets redacted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show requests and answers, secrets redacted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ampost;hash;telegram' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the result on standard output')
            [CompletionResult]::new('--show-normalized', '--show-normalized', [CompletionResultType]::ParameterName, 'Put the normalised value and a tab before the hash')
            [CompletionResult]::new('--telegram-keep-case', '--telegram-keep-case', [CompletionResultType]::ParameterName, 'Hash logins without lowercasing them')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no notices, only results and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no notices, only results and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show requests and answers, secrets redacted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show requests and answers, secrets redacted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ampost;hash;csv' {
            [CompletionResult]::new('--map', '--map', [CompletionResultType]::ParameterName, 'A column and what it holds: phone, email or telegram; repeatable')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the result here instead of standard output; `-` is standard output')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the result here instead of standard output; `-` is standard output')
            [CompletionResult]::new('--encoding', '--encoding', [CompletionResultType]::ParameterName, 'Encoding of the file: auto, utf-8, utf-16, windows-1251, koi8-r …')
            [CompletionResult]::new('--delimiter', '--delimiter', [CompletionResultType]::ParameterName, 'Delimiter of the file: auto, one character, or tab')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the result on standard output')
            [CompletionResult]::new('--telegram-keep-case', '--telegram-keep-case', [CompletionResultType]::ParameterName, 'Hash Telegram logins without lowercasing them')
            [CompletionResult]::new('--no-quotes', '--no-quotes', [CompletionResultType]::ParameterName, 'Take quotation marks for ordinary characters')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no notices, only results and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no notices, only results and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show requests and answers, secrets redacted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show requests and answers, secrets redacted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ampost;hash;help' {
            [CompletionResult]::new('phone', 'phone', [CompletionResultType]::ParameterValue, 'Hash phone numbers')
            [CompletionResult]::new('email', 'email', [CompletionResultType]::ParameterValue, 'Hash e-mail addresses')
            [CompletionResult]::new('telegram', 'telegram', [CompletionResultType]::ParameterValue, 'Hash Telegram logins')
            [CompletionResult]::new('csv', 'csv', [CompletionResultType]::ParameterValue, 'Replace the contact columns of a CSV file by their hashes')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'ampost;hash;help;phone' {
            break
        }
        'ampost;hash;help;email' {
            break
        }
        'ampost;hash;help;telegram' {
            break
        }
        'ampost;hash;help;csv' {
            break
        }
        'ampost;hash;help;help' {
            break
        }
        'ampost;verify-keys' {
            [CompletionResult]::new('--map', '--map', [CompletionResultType]::ParameterName, 'What a column is: `--map ''Phone=phone''`, `--map ''LTV=ltv:number''`; repeatable')
            [CompletionResult]::new('--mapping', '--mapping', [CompletionResultType]::ParameterName, 'TOML file with such rules, in a table [columns]')
            [CompletionResult]::new('--null', '--null', [CompletionResultType]::ParameterName, 'Take cells that hold just this text as empty: `\N` in exports of ClickHouse and MySQL')
            [CompletionResult]::new('--allow-plain', '--allow-plain', [CompletionResultType]::ParameterName, 'Send this column although its values look like e-mails or phone numbers; repeatable')
            [CompletionResult]::new('--invalid-contacts', '--invalid-contacts', [CompletionResultType]::ParameterName, 'What to do with phones, e-mails and logins that are not valid')
            [CompletionResult]::new('--encoding', '--encoding', [CompletionResultType]::ParameterName, 'Encoding of the file: auto, utf-8, utf-16, windows-1251, koi8-r …')
            [CompletionResult]::new('--delimiter', '--delimiter', [CompletionResultType]::ParameterName, 'Delimiter of the file: auto, one character, or tab')
            [CompletionResult]::new('--ca-cert', '--ca-cert', [CompletionResultType]::ParameterName, 'PEM file with certificates to trust besides the system''s')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Attempts after the first, for each request')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Longest time for a whole request and its answer')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Config file [env: AMPOST_CONFIG] [default: ~/.config/ampost/config.toml]')
            [CompletionResult]::new('--app', '--app', [CompletionResultType]::ParameterName, 'App of the config file to use [env: AMPOST_APP]')
            [CompletionResult]::new('--application-id', '--application-id', [CompletionResultType]::ParameterName, 'Application ID [env: APPMETRICA_APPLICATION_ID]')
            [CompletionResult]::new('--post-api-key-file', '--post-api-key-file', [CompletionResultType]::ParameterName, 'File with the post API key [env: APPMETRICA_POST_API_KEY, the key itself]')
            [CompletionResult]::new('--api-url', '--api-url', [CompletionResultType]::ParameterName, 'Address of the API [env: AMPOST_API_URL] [default: https://api.appmetrica.yandex.com]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the result on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Leave the server out: check only where the credentials come from and their form')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Ask a sandbox inside the program instead of the server')
            [CompletionResult]::new('--only-mapped', '--only-mapped', [CompletionResultType]::ParameterName, 'Ignore the columns that no rule names')
            [CompletionResult]::new('--decimal-comma', '--decimal-comma', [CompletionResultType]::ParameterName, 'Read numbers as `1 234,50`')
            [CompletionResult]::new('--strip-apostrophe', '--strip-apostrophe', [CompletionResultType]::ParameterName, 'Drop the apostrophe that some programs put before numbers: `''+79000000001`')
            [CompletionResult]::new('--split-contacts', '--split-contacts', [CompletionResultType]::ParameterName, 'Take several phones or e-mails from one cell, divided by , ; | or line ends')
            [CompletionResult]::new('--telegram-keep-case', '--telegram-keep-case', [CompletionResultType]::ParameterName, 'Hash Telegram logins without lowercasing them')
            [CompletionResult]::new('--no-quotes', '--no-quotes', [CompletionResultType]::ParameterName, 'Take quotation marks for ordinary characters')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no notices, only results and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no notices, only results and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show requests and answers, secrets redacted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show requests and answers, secrets redacted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ampost;configure' {
            [CompletionResult]::new('--ca-cert', '--ca-cert', [CompletionResultType]::ParameterName, 'PEM file with certificates to trust besides the system''s')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Attempts after the first, for each request')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Longest time for a whole request and its answer')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Config file [env: AMPOST_CONFIG] [default: ~/.config/ampost/config.toml]')
            [CompletionResult]::new('--app', '--app', [CompletionResultType]::ParameterName, 'App of the config file to use [env: AMPOST_APP]')
            [CompletionResult]::new('--application-id', '--application-id', [CompletionResultType]::ParameterName, 'Application ID [env: APPMETRICA_APPLICATION_ID]')
            [CompletionResult]::new('--post-api-key-file', '--post-api-key-file', [CompletionResultType]::ParameterName, 'File with the post API key [env: APPMETRICA_POST_API_KEY, the key itself]')
            [CompletionResult]::new('--api-url', '--api-url', [CompletionResultType]::ParameterName, 'Address of the API [env: AMPOST_API_URL] [default: https://api.appmetrica.yandex.com]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the result on standard output')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no notices, only results and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no notices, only results and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show requests and answers, secrets redacted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show requests and answers, secrets redacted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ampost;sandbox' {
            [CompletionResult]::new('--listen', '--listen', [CompletionResultType]::ParameterName, 'Address to serve on; port 0 takes any free one')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The post API key to accept [default: any that is not empty]')
            [CompletionResult]::new('--counter', '--counter', [CompletionResultType]::ParameterName, 'An attribute that is a counter and is added up; repeatable')
            [CompletionResult]::new('--fail', '--fail', [CompletionResultType]::ParameterName, 'Which requests go wrong, and how: `3:503`, `5:drop-after`; repeatable')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the result on standard output')
            [CompletionResult]::new('--swallow', '--swallow', [CompletionResultType]::ParameterName, 'Check and count the rows, but keep no profiles: for measuring')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no notices, only results and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no notices, only results and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show requests and answers, secrets redacted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show requests and answers, secrets redacted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ampost;completions' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the result on standard output')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No progress and no notices, only results and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No progress and no notices, only results and errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show requests and answers, secrets redacted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show requests and answers, secrets redacted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ampost;help' {
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Set attributes of one profile')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Send a CSV file of profiles, in batches')
            [CompletionResult]::new('hash', 'hash', [CompletionResultType]::ParameterValue, 'Hash phones, e-mails and Telegram logins as the SDK does')
            [CompletionResult]::new('verify-keys', 'verify-keys', [CompletionResultType]::ParameterValue, 'Check the post API key, the application ID and a file''s attribute keys')
            [CompletionResult]::new('configure', 'configure', [CompletionResultType]::ParameterValue, 'Ask for the key and the application ID and write the config file')
            [CompletionResult]::new('sandbox', 'sandbox', [CompletionResultType]::ParameterValue, 'Run a local stand-in for the Post API')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a shell''s completion script')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'ampost;help;set' {
            break
        }
        'ampost;help;import' {
            break
        }
        'ampost;help;hash' {
            [CompletionResult]::new('phone', 'phone', [CompletionResultType]::ParameterValue, 'Hash phone numbers')
            [CompletionResult]::new('email', 'email', [CompletionResultType]::ParameterValue, 'Hash e-mail addresses')
            [CompletionResult]::new('telegram', 'telegram', [CompletionResultType]::ParameterValue, 'Hash Telegram logins')
            [CompletionResult]::new('csv', 'csv', [CompletionResultType]::ParameterValue, 'Replace the contact columns of a CSV file by their hashes')
            break
        }
        'ampost;help;hash;phone' {
            break
        }
        'ampost;help;hash;email' {
            break
        }
        'ampost;help;hash;telegram' {
            break
        }
        'ampost;help;hash;csv' {
            break
        }
        'ampost;help;verify-keys' {
            break
        }
        'ampost;help;configure' {
            break
        }
        'ampost;help;sandbox' {
            break
        }
        'ampost;help;completions' {
            break
        }
        'ampost;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
